"""hoi-ocop import."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.resources import as_file, files
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands import terminal
from bot.commands.here import settings_here
from catalog.errors import BadImage, BadRow
from catalog.importing import UNKNOWN_PRODUCER, BadLine, Sheet, open_sheet, write_problems
from catalog.model import ImportReport, ProductRow
from catalog.store import Store, open_store

SHIPPED = files("catalog.data") / "products.csv"
LONG = 2000
_MOST_LISTED = 50


def run(
    file: Path | None,
    *,
    dry_run: bool = False,
    strict: bool = False,
    shipped: bool = False,
    bad_rows: Path | None = None,
    as_json: bool = False,
) -> int:
    """Import *file*, or the list that comes with us; 1 when rows were refused."""
    if (file is None) != shipped:
        terminal.complain("Name one file to import, or say --shipped for the products that come with us.")
        return terminal.WRONG_USE
    if file is not None:
        return terminal.run(_import(file, dry_run=dry_run, strict=strict, bad_rows=bad_rows, as_json=as_json))
    with as_file(SHIPPED) as path:
        return terminal.run(_import(path, dry_run=dry_run, strict=strict, bad_rows=bad_rows, as_json=as_json))


async def _import(file: Path, *, dry_run: bool, strict: bool, bad_rows: Path | None, as_json: bool) -> int:
    sheet = open_sheet(file)
    for heading in sheet.unknown:
        terminal.note(f"The column “{heading}” is not part of the template and is left out.")
    bad: list[BadLine] = []
    with _progress(sheet) as (read, written):
        rows = list(_good(sheet, bad, read))
        if not dry_run:
            rows = await _with_pictures(rows, file.parent)
        report = await import_rows(rows, refuse=strict and bool(bad), dry_run=dry_run, progress=written)
    if bad_rows is not None and bad:
        write_problems(bad_rows, bad, headings=sheet.headings)
    unnamed = sum(row.producer == UNKNOWN_PRODUCER for row in rows)
    _say(report, rows=len(rows), unnamed=unnamed, bad=bad, bad_rows=bad_rows, dry_run=dry_run, as_json=as_json)
    if strict and bad:
        raise BadRow(f"{len(bad)} bad rows: nothing was imported (--strict).")
    return terminal.BAD if bad else terminal.OK


async def import_rows(
    rows: list[ProductRow],
    *,
    refuse: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport | None:
    """Bring *rows* in, or only find out what that would do; None when they are refused."""
    async with open_store(settings_here().database_url, migrate=True) as store:
        if refuse:
            return None
        return await store.import_rows(rows, who="import", progress=progress, dry_run=dry_run)


async def _with_pictures(rows: list[ProductRow], folder: Path) -> list[ProductRow]:
    """Take in the picture files that *rows* name beside their list; links stay links."""
    if all(_is_shown(image) for row in rows for image in row.images):
        return rows
    async with open_store(settings_here().database_url, migrate=True) as store:
        return [replace(row, images=tuple([each async for each in _kept(row, folder, store)])) for row in rows]


async def _kept(row: ProductRow, folder: Path, store: Store) -> AsyncIterator[str]:
    from catalog.reader.thumbnail import thumbnail

    for image in row.images:
        if _is_shown(image):
            yield image
            continue
        try:
            yield await store.keep_picture(thumbnail((folder / image).read_bytes()))
        except (OSError, BadImage) as error:
            terminal.note(f"dòng {row.line}: ảnh “{image}” không lấy được ({type(error).__name__}).")


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
    rows: int,
    unnamed: int,
    bad: list[BadLine],
    bad_rows: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    if as_json:
        problems = [asdict(problem) for line in bad for problem in line]
        said = {"rows": rows, "bad": len(bad), "dry_run": dry_run, "problems": problems}
        terminal.write(json.dumps({**said, **(asdict(report) if report else {})}, ensure_ascii=False))
        return
    problems_seen = [problem for line in bad for problem in line]
    for problem in problems_seen[:_MOST_LISTED]:
        terminal.complain(f"dòng {problem.line}, cột {problem.column}: “{problem.value}”: {problem.reason}")
    if len(problems_seen) > _MOST_LISTED:
        terminal.note(f"… and {len(problems_seen) - _MOST_LISTED} more; --bad-rows FILE.xlsx writes them all.")
    if bad and bad_rows is not None:
        terminal.note(f"The bad rows are in {bad_rows}: mend them there and import that file.")
    if unnamed:
        terminal.note(f"{unnamed} rows name no producer (Chủ thể); it is shown as unknown until a list names it.")
    if report is None:
        return
    terminal.out.print(
        f"{'Would be: ' if dry_run else ''}{report.added} products added, {report.updated} updated, "
        f"{report.unchanged} unchanged; {report.certificates_added} certificates added, "
        f"{report.certificates_updated} updated; {len(bad)} bad rows."
    )
