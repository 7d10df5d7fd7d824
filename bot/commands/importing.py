"""hoi-ocop import."""

import json
import locale
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from catalog.errors import BadImage, BadRow
from catalog.list_io import UNKNOWN_PRODUCER, BadLine, Sheet, made_id, open_sheet, write_problems
from catalog.model import ImportReport, ProductRow
from catalog.places import Places
from catalog.store import Store, open_store
from handlers import import_report
from handlers.phrases import FIRST, Speech, speech

MOST_CHANGED = 0.1
"""An import that changes more than this share of what is there asks first."""

SHIPPED = files("catalog.data") / "products.csv"
LONG = 2000
_MOST_LISTED = 50
_MOST_NAMED = 10
_LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Order:
    """How an import is to be done, and told."""

    dry_run: bool = False
    strict: bool = False
    yes: bool = False
    bad_rows: Path | None = None
    as_json: bool = False
    language: str = ""


def run(file: Path | None, *, shipped: bool = False, order: Order) -> int:
    """Import *file*, or the list that comes with us; 1 when rows were refused."""
    if (file is None) != shipped:
        terminal.complain("Name one file to import, or say --shipped for the products that come with us.")
        return terminal.WRONG_USE
    if file is not None:
        return terminal.run(_import(file, order))
    with as_file(SHIPPED) as path:
        return terminal.run(_import(path, order))


async def _import(file: Path, order: Order) -> int:
    say = speech(order.language or _language())
    sheet = open_sheet(file)
    for sentence in import_report.about_columns(sheet, say):
        terminal.note(sentence)
    bad: list[BadLine] = []
    with _progress(sheet) as (read, written):
        rows = list(_good(sheet, bad, read))
        # Pictures are taken in only once nothing holds the import up.
        trial = replace(order, dry_run=order.dry_run or _names_files(rows))
        report = await import_rows(rows, trial, refuse=order.strict and bool(bad), progress=written)
    if report and report.held and not order.as_json and _insists(report, say):
        order, trial = replace(order, yes=True), replace(trial, yes=True)
        report = await import_rows(rows, trial)
    if report and not report.held and trial != order:
        rows = await _with_pictures(rows, file.parent, say)
        report = await import_rows(rows, order)
    doubtful = sheet.noticed.doubtful
    if order.bad_rows is not None and (bad or doubtful):
        write_problems(order.bad_rows, sorted([*bad, *doubtful], key=lambda line: line.line), headings=sheet.headings)
    _say(report, sheet=sheet, rows=rows, bad=bad, order=order, say=say)
    if order.strict and bad:
        raise BadRow(import_report.refused_text(len(bad), say))
    return terminal.BAD if bad or (report and report.held) else terminal.OK


def _language() -> str:
    """English where the system's messages are; else Vietnamese."""
    with suppress(locale.Error):
        if locale.setlocale(locale.LC_MESSAGES, "").lower().startswith("en"):
            return "en"
    return FIRST


def _insists(report: ImportReport, say: Speech) -> bool:
    """Whether the person at the terminal wants all those changes; nobody there wants nothing."""
    terminal.complain(import_report.too_much(report.changed, say))
    if not sys.stdin.isatty():
        return False
    return terminal.ask(import_report.ask_again(say)).strip().casefold() in {"y", "yes", "c", "co", "có"}


async def import_rows(
    rows: list[ProductRow],
    order: Order,
    *,
    refuse: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport | None:
    """Bring *rows* in, or only find out what that would do; None when they are refused."""
    async with open_store(settings_here().database_url, migrate=True) as store:
        if refuse:
            return None
        most = 1.0 if order.yes else MOST_CHANGED
        return await store.import_rows(rows, who="import", progress=progress, dry_run=order.dry_run, most_changed=most)


def _names_files(rows: list[ProductRow]) -> bool:
    return not all(_is_shown(image) for row in rows for image in row.images)


async def _with_pictures(rows: list[ProductRow], folder: Path, say: Speech) -> list[ProductRow]:
    """Take in the picture files that *rows* name beside their list; links stay links."""
    async with open_store(settings_here().database_url, migrate=True) as store:
        return [
            replace(row, images=tuple([each async for each in _store_pictures(row, folder, store, say)]))
            for row in rows
        ]


async def _store_pictures(row: ProductRow, folder: Path, store: Store, say: Speech) -> AsyncIterator[str]:
    from catalog.barcode.sanitize import thumbnail

    for image in row.images:
        if _is_shown(image):
            yield image
            continue
        try:
            yield await store.keep_picture(thumbnail(_beside(folder, image)))
        except (OSError, ValueError):
            terminal.note(import_report.no_picture(row.line, image, say))
        except BadImage:
            terminal.note(import_report.bad_picture(row.line, image, say))


def _beside(folder: Path, name: str) -> bytes:
    """The file *name* in *folder*, or in a folder of it. Raises OSError or ValueError.

    Whoever wrote the list says nothing about other files of ours, nor about devices that never end.
    """
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise FileNotFoundError(name)
    with file.open("rb") as opened:
        return opened.read(_LARGEST + 1)


def _is_shown(image: str) -> bool:
    """True for a link, or a picture that is kept already."""
    return "://" in image or image.startswith("/media/")


def _good(sheet: Sheet, bad: list[BadLine], read: Callable[[int], None]) -> Iterator[ProductRow]:
    for row in sheet:
        read(1)
        if isinstance(row, ProductRow):
            yield row
        else:
            bad.append(row)


@contextmanager
def _progress(sheet: Sheet) -> Iterator[tuple[Callable[[int], None], Callable[[int, int], None]]]:
    """Two bars, reading and writing, on long files at a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.err, transient=True, disable=sheet.total < LONG) as bars:
        reading = bars.add_task("Reading", total=sheet.total)
        writing = bars.add_task("Writing", total=None)
        yield (
            lambda number: bars.advance(reading, number),
            lambda done, total: bars.update(writing, completed=done, total=total),
        )


def _say(
    report: ImportReport | None,
    *,
    sheet: Sheet,
    rows: list[ProductRow],
    bad: list[BadLine],
    order: Order,
    say: Speech,
) -> None:
    doubtful = sheet.noticed.doubtful
    if order.as_json:
        said = {
            "rows": len(rows),
            "bad": len(bad),
            "dry_run": order.dry_run,
            "problems": [asdict(problem) for line in bad for problem in line],
            "warnings": [asdict(problem) for line in doubtful for problem in line],
            "skipped": [line for _, line, _ in sheet.noticed.skipped],
            "unread_sheets": sheet.unread,
        }
        terminal.write(json.dumps({**said, **(asdict(report) if report else {})}, ensure_ascii=False))
        return
    _list_problems(bad, doubtful, say)
    for sentence in (*import_report.about_lines(sheet, say), *_doubts(rows, say)):
        terminal.note(sentence)
    if (bad or doubtful) and order.bad_rows is not None:
        terminal.note(import_report.written_text(order.bad_rows, say))
    if unnamed := sum(row.producer == UNKNOWN_PRODUCER for row in rows):
        terminal.note(import_report.unnamed_text(unnamed, say))
    if report is None:
        return
    if report.held:
        terminal.complain(import_report.held_text(say))
        return
    terminal.out.print(
        import_report.summary(report, bad=bad, doubtful=doubtful, say=say, dry=order.dry_run), markup=False
    )


def _list_problems(bad: list[BadLine], doubtful: list[BadLine], say: Speech) -> None:
    """The first of them, one a line, errors before warnings."""
    found = [import_report.problem(problem, say) for line in bad for problem in line]
    doubts = [import_report.doubt(problem, say) for line in doubtful for problem in line]
    for sentence in found[:_MOST_LISTED]:
        terminal.complain(sentence)
    for sentence in doubts[:_MOST_LISTED]:
        terminal.note(sentence)
    left = max(0, len(found) - _MOST_LISTED) + max(0, len(doubts) - _MOST_LISTED)
    if left:
        terminal.note(import_report.more(left, say))


def _doubts(rows: list[ProductRow], say: Speech) -> Iterator[str]:
    """What is odd about the list as a whole: communes nobody knows, one code on several products."""
    places = Places.load_shipped()
    communes = {row.commune: row.address for row in rows if row.commune}
    strange = [
        commune
        for commune, address in communes.items()
        if not places.since_july_2025(address, commune=commune).candidates
    ]
    if strange:
        yield import_report.unknown_communes(
            [*strange[:_MOST_NAMED], *(["…"] if len(strange) > _MOST_NAMED else [])], say
        )
    owners: dict[str, dict[str, str]] = {}
    for row in rows:
        for code in (*row.traces, *row.gtins):
            owners.setdefault(code, {})[row.id or made_id(row.name, row.producer)] = row.name
    for code, names in [each for each in owners.items() if len(each[1]) > 1][:_MOST_NAMED]:
        yield import_report.shared_code(code, list(names.values()), say)
