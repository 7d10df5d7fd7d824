"""hoi-ocop import, export and template: product lists in and out."""

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands import terminal
from bot.commands.database_and_language import settings_here, speech_here
from bot.commands.list_pictures import ListPictures
from catalog.dates import PartialDate
from catalog.errors import BadRow, BadSheet
from catalog.list_io import UNKNOWN_PRODUCER, BadLine, PackedProducts, Sheet, open_sheet, write_problems
from catalog.list_io.export import rows_of, write_list, write_template
from catalog.model import ImportReport, ProductRow
from catalog.places import Places
from catalog.store import Store, open_store
from handlers import import_report
from handlers.phrases import Speech

SHIPPED = files("catalog.data") / "products.csv"
LONG = 2000
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How an import is to be done, and told."""

    dry_run: bool = False
    strict: bool = False
    yes: bool = False
    bad_rows: Path | None = None
    as_json: bool = False
    language: str = ""
    as_of: str = ""


def import_list(file: Path | None, *, shipped: bool = False, options: ImportOptions) -> int:
    """Import *file*, or the list that comes with us; 1 when rows were refused."""
    if (file is None) != shipped:
        terminal.complain("Name one file to import, or say --shipped for the products that come with us.")
        return terminal.WRONG_USE
    try:
        _ = options.as_of and PartialDate.parse(options.as_of)
    except ValueError:
        terminal.complain(f"Not a date: {options.as_of}. Write day/month/year, month/year or a year.")
        return terminal.WRONG_USE
    if file is not None:
        return terminal.run(_import(file, options))
    with as_file(SHIPPED) as path:
        return terminal.run(_import(path, options))


async def _import(file: Path, options: ImportOptions) -> int:
    say = speech_here(options.language)
    sheet = open_sheet(file)
    if options.bad_rows is not None:
        _check_place(options.bad_rows, file, say)
    sheet.as_of = options.as_of
    for sentence in (*import_report.about_columns(sheet, say), *import_report.about_file(sheet, say)):
        terminal.note(sentence)
    bad: list[BadLine] = []
    report = None
    with ListPictures(file.parent, say) as pictures:
        with _progress(sheet) as (read, written):
            rows = PackedProducts(_good(sheet, bad, read))
            # Pictures are taken in only once nothing holds the import up.
            trial = replace(options, dry_run=options.dry_run or _names_files(rows))
            refusal = _strict_refusal(sheet, rows, bad, pictures=pictures, say=say) if options.strict else ""
            if not refusal:
                report = await import_rows(rows, trial, progress=written)
        if report is not None:
            report, rows = await _complete(report, rows, trial, options, pictures=pictures, say=say)
    with _writing(options.bad_rows, say):
        _write_problems(sheet, bad, options)
    _say(report, sheet=sheet, rows=rows, bad=bad, options=options, say=say)
    if refusal:
        raise BadRow(refusal)
    return terminal.BAD if bad or (report and report.held) else terminal.OK


def _strict_refusal(
    sheet: Sheet, rows: PackedProducts, bad: list[BadLine], *, pictures: ListPictures, say: Speech
) -> str:
    """Why --strict imports nothing; "" where all of the list can be taken."""
    lost = len(sheet.noticed.doubtful) + _count_lost_pictures(rows, pictures)
    return import_report.refused_text(len(bad), lost, say) if bad or lost else ""


async def _complete(
    report: ImportReport,
    rows: PackedProducts,
    trial: ImportOptions,
    options: ImportOptions,
    *,
    pictures: ListPictures,
    say: Speech,
) -> tuple[ImportReport, PackedProducts]:
    """Do what the *trial* left: ask about very many changes, take in the pictures."""
    if report.held and not options.as_json and _insists(report, say):
        options, trial = replace(options, yes=True), replace(trial, yes=True)
        report = await import_rows(rows, trial)
    if not report.held and trial != options:
        rows = await _with_pictures(rows, pictures, say)
        report = await import_rows(rows, options)
    return report, rows


def _check_place(file: Path, read: Path, say: Speech) -> None:
    """See that bad rows can be written to *file*, before anything is imported from *read*. Raises BadSheet."""
    with _writing(file, say):
        fresh = not file.exists()
        if not fresh and file.samefile(read):
            raise BadSheet(say("{file} is the list itself; name another file for its bad rows.", file=file))
        with file.open("ab"):
            pass
        if fresh:
            file.unlink()


@contextmanager
def _writing(file: Path | None, say: Speech) -> Iterator[None]:
    """Say why *file* cannot be written. Raises BadSheet."""
    try:
        yield
    except OSError as error:
        told = say("The file “{file}” cannot be written: {reason}.", file=file or "", reason=error.strerror or error)
        raise BadSheet(told) from error


def _write_problems(sheet: Sheet, bad: list[BadLine], options: ImportOptions) -> None:
    lines = sorted([*bad, *sheet.noticed.doubtful], key=lambda line: line.line)
    if options.bad_rows is not None and lines:
        write_problems(options.bad_rows, lines, headings=sheet.headings)


def _insists(report: ImportReport, say: Speech) -> bool:
    """Whether the person at the terminal wants all those changes; nobody there wants nothing."""
    terminal.complain(import_report.too_much(report.changed, say))
    if not sys.stdin.isatty():
        return False
    return terminal.ask(import_report.ask_again(say)).strip().casefold() in terminal.YES


async def import_rows(
    rows: PackedProducts,
    options: ImportOptions,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Bring *rows* in, or only find out what that would do."""
    async with open_store(settings_here(speech_here(options.language)).database_url, migrate=True) as store:
        most = 1.0 if options.yes else import_report.MOST_CHANGED
        return await store.import_rows(
            rows, who="import", progress=progress, dry_run=options.dry_run, most_changed=most
        )


def _names_files(rows: PackedProducts) -> bool:
    return not all(import_report.is_shown(image) for row in rows for image in row.images)


async def _with_pictures(rows: PackedProducts, pictures: ListPictures, say: Speech) -> PackedProducts:
    """Take in the picture files that *rows* name beside their list; links stay links."""
    packed = PackedProducts()
    async with open_store(settings_here(say).database_url, migrate=True) as store:
        for row in rows:
            kept = [each async for each in _store_pictures(row, pictures, store)]
            packed.add(replace(row, images=tuple(kept)))
    return packed


async def _store_pictures(row: ProductRow, pictures: ListPictures, store: Store) -> AsyncIterator[str]:
    for image in row.images:
        if import_report.is_shown(image):
            yield image
        elif (picture := pictures.read(row.line, image)) is not None:
            yield await store.keep_picture(picture)


def _count_lost_pictures(rows: PackedProducts, pictures: ListPictures) -> int:
    """How many picture files that *rows* name cannot be taken in."""
    named = [(row.line, image) for row in rows for image in row.images if not import_report.is_shown(image)]
    return sum(pictures.read(line, image) is None for line, image in named)


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
    rows: PackedProducts,
    bad: list[BadLine],
    options: ImportOptions,
    say: Speech,
) -> None:
    if options.as_json:
        terminal.write(json.dumps(_to_json(report, sheet, rows, bad, options), ensure_ascii=False))
        return
    doubtful = sheet.noticed.doubtful
    _list_problems(bad, doubtful, say)
    for sentence in (
        *import_report.about_lines(sheet, say),
        *import_report.about_rows(rows, Places.load_shipped(), say),
    ):
        terminal.note(sentence)
    if (bad or doubtful) and options.bad_rows is not None:
        terminal.note(import_report.written_text(options.bad_rows, say))
    if unnamed := sum(row.producer == UNKNOWN_PRODUCER for row in rows):
        terminal.note(import_report.unnamed_text(unnamed, say))
    if report is not None and report.held:
        terminal.complain(import_report.held_text(say))
    elif report is not None:
        summary = import_report.summary(report, bad=bad, doubtful=doubtful, say=say, dry=options.dry_run)
        terminal.out.print(summary, markup=False)


def _to_json(
    report: ImportReport | None, sheet: Sheet, rows: PackedProducts, bad: list[BadLine], options: ImportOptions
) -> dict[str, Any]:
    said = {
        "rows": len(rows),
        "bad": len(bad),
        "dry_run": options.dry_run,
        "problems": [asdict(problem) for line in bad for problem in line],
        "warnings": [asdict(problem) for line in sheet.noticed.doubtful for problem in line],
        "skipped": [line for _, line, _ in sheet.noticed.skipped],
        "unread_sheets": sheet.unread,
    }
    return {**said, **(asdict(report) if report else {})}


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


def template(file: Path, *, force: bool, language: str = "") -> int:
    """Write the template to *file*."""
    return terminal.attempt(lambda: _template(file, force=force, say=speech_here(language)))


def _template(file: Path, *, force: bool, say: Speech) -> int:
    with _writing(file, say):
        if not may_write(file, (".xlsx",), force=force, say=say):
            return terminal.WRONG_USE
        write_template(file)
    done = say("The template is in {file}. Fill it in and import it with: hoi-ocop import {file}", file=file)
    terminal.out.print(done, markup=False)
    return terminal.OK


def export(file: Path, *, force: bool, language: str = "") -> int:
    """Write the catalogue to *file*."""
    return terminal.run(_export(file, force=force, say=speech_here(language)))


async def _export(file: Path, *, force: bool, say: Speech) -> int:
    with _writing(file, say):
        if not may_write(file, (".csv", ".xlsx"), force=force, say=say):
            return terminal.WRONG_USE
    async with open_store(settings_here(say).database_url, migrate=True) as store:
        rows = [row async for row in _rows(store)]
    with _writing(file, say):
        write_list(file, rows)
    done = say.count("{number} row written to {file}.", "{number} rows written to {file}.", len(rows), file=file)
    terminal.out.print(done, markup=False)
    return terminal.OK


async def _rows(store: Store) -> AsyncIterator[ProductRow]:
    async for product in store.every_product():
        for row in rows_of(product):
            yield row


def may_write(file: Path, endings: tuple[str, ...], *, force: bool, say: Speech) -> bool:
    """Whether a file of that name may be written; else it is said why not."""
    if file.suffix.lower() not in endings:
        terminal.complain(say("The file's name must end in: {endings}", endings=", ".join(endings)))
        return False
    if file.exists() and not force:
        terminal.complain(say("{file} exists already; say --force to overwrite it.", file=file))
        return False
    return True
