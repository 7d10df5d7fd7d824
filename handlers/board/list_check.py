"""An uploaded list read and compared with the catalogue: what it would do, what is refused and why, what is odd."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.cells.problems import Cell
from catalog.list_io import HEADINGS, BadLine, PackedProducts, Problem, Sheet, SumCheck, WrongSum, open_sheet
from catalog.model import Producer, ProductRow
from catalog.officers import Act, ActScope, Reach, reach, scope_of
from catalog.places import Places
from catalog.store import (
    Outcome,
    Preview,
    PreviewLine,
    Store,
    StoredList,
    line_with_problems,
    producer_id,
)
from catalog.text import fold
from handlers import import_report
from handlers.phrases import languages, speech

Tell = Callable[[int, int], None]
_CHUNK = 400
_AT_ONCE = 100
_READING, _COMPARING, _KEEPING = 7, 3, 2
"""What reading a line, comparing it and keeping what came of it take of each other, as measured."""
_ALL = _READING + _COMPARING + _KEEPING


@dataclass(slots=True)
class ReadList:
    """A list as it was read: the rows that can be taken, the lines that cannot, and what was seen beside."""

    rows: PackedProducts
    places: Sequence[tuple[str, Sequence[Cell]]]
    """Where each row stands: its sheet and its cells."""

    bad: Sequence[BadLine]
    sheet: Sheet
    sums: Sequence[WrongSum] = ()
    pictures: int = 0
    """How many rows name picture files, which no upload brings."""

    recognised: int = 0
    """How many rows without an id were recognised by name and producer."""

    foreign: list[BadLine] = field(default_factory=list)


async def check_list(
    store: Store, stored: StoredList, *, places: Places, today: date, tell: Tell = lambda _done, _total: None
) -> Preview:
    """What importing *stored* would do now. Raises BadSheet, NotFound, StoreError."""
    found = await read_list(store, stored, places=places, today=today, tell=tell)
    lines = found.sheet.total

    def tell_compared(done: int, of: int) -> None:
        tell(lines * _READING + lines * _COMPARING * done // (of or 1), lines * _ALL)

    preview = await store.lists.compare(found.rows, progress=tell_compared)
    bad = sorted([*found.bad, *found.foreign], key=lambda line: line.line)
    told = [
        *(line_with_problems(line, Outcome.REFUSED) for line in bad),
        *(line_with_problems(line, Outcome.DOUBTFUL) for line in found.sheet.noticed.doubtful),
        *preview.lines,
    ]
    return Preview(preview.report, told, found.sheet.headings, tuple(_notes(found, preview, places)))


async def read_list(
    store: Store, stored: StoredList, *, places: Places, today: date, tell: Tell = lambda _done, _total: None
) -> ReadList:
    """Read *stored* with what was mended in it; what its officer may not touch is refused. Raises as check_list()."""
    with TemporaryDirectory(prefix="hoi-ocop-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(await store.lists.content(stored.number))
        sheet = open_sheet(path, today=today)
        sheet.mends = _by_line(stored)
        found = await _read(sheet, tell)
    found.rows = await _recognise(found, store)
    officer = await store.officers.by_number(stored.officer)
    allowed = reach(officer.grants_in_force(today), Act.IMPORT_LIST, today=today) if officer else Reach()
    if not allowed.everywhere:
        await _refuse_foreign(found, allowed, store, places)
    return found


async def _recognise(found: ReadList, store: Store) -> PackedProducts:
    """The rows, those without an id as the product of that name and producer that the catalogue has, if it is one.

    A list made by someone else knows no ids of ours; without this each of its products would be there twice.
    """
    known: dict[tuple[str, str], set[str]] = {}
    for listed in await store.searchable.list_all():
        for name in (listed.name, *listed.aliases):
            known.setdefault((fold(name), fold(listed.producer)), set()).add(listed.id)
    rows = PackedProducts()
    for row in found.rows:
        ids = known.get((fold(row.name), fold(row.producer)), set()) if not row.id else set()
        found.recognised += len(ids) == 1 and row.product_id not in ids
        rows.add(replace(row, id=next(iter(ids))) if len(ids) == 1 else row)
    return rows


def _by_line(stored: StoredList) -> dict[tuple[str, int], dict[int, str]]:
    mends: dict[tuple[str, int], dict[int, str]] = {}
    for each in stored.mends:
        mends.setdefault((each.sheet, each.line), {})[each.column] = each.value
    return mends


async def _read(sheet: Sheet, tell: Tell) -> ReadList:
    rows, bad, sums, pictures = PackedProducts(), list[BadLine](), SumCheck(sheet.titles), 0
    written: list[tuple[str, Sequence[Cell]]] = []
    for done, outcome in enumerate(sheet, 1):
        if done % _AT_ONCE == 0:
            tell(done * _READING, sheet.total * _ALL)
            # Whoever says that the work goes on gets a turn.
            await asyncio.sleep(0)
        sums.product(sheet.noticed, sheet.reading)
        if isinstance(outcome, BadLine):
            bad.append(outcome)
            continue
        shown = tuple(image for image in outcome.images if import_report.is_shown(image))
        pictures += shown != outcome.images
        rows.add(replace(outcome, images=shown) if shown != outcome.images else outcome)
        written.append((sheet.reading, sheet.written))
    return ReadList(rows, written, bad, sheet, sums.wrong(sheet.noticed), pictures)


async def _refuse_foreign(found: ReadList, allowed: Reach, store: Store, places: Places) -> None:
    """Take out of *found* each row whose producer, as it is said or as it is kept, lies beyond what is *allowed*."""
    kept, column = PackedProducts(), found.sheet.column("commune")
    written = iter(found.places)
    async for row, makers in _with_makers(found.rows, store):
        sheet, cells = next(written)
        if (why := _foreign(row, makers, allowed, places)) is None:
            kept.add(row)
            continue
        problem = Problem(row.line, HEADINGS["commune"], row.commune, *why, sheet)
        found.foreign.append(BadLine(row.line, (problem,), tuple(cells), (column,)))
    found.rows = kept


async def _with_makers(rows: Iterable[ProductRow], store: Store) -> AsyncIterator[tuple[ProductRow, list[Producer]]]:
    """Each row, and the producers whom taking it in would touch that the catalogue has already."""
    several, led = iter(rows), await store.editing.redirects()
    while chunk := list(islice(several, _CHUNK)):
        named = {led.producer(_maker_id(row)) for row in chunk}
        producers = {each.id: each for each in await store.producers(sorted(named))}
        held = {each.id: each.producer for each in await store.products({led.product(row.product_id) for row in chunk})}
        for row in chunk:
            makers = (producers.get(led.producer(_maker_id(row))), held.get(led.product(row.product_id)))
            yield row, [maker for maker in makers if maker is not None]


def _maker_id(row: ProductRow) -> str:
    return producer_id(row.producer, row.commune)


def _foreign(row: ProductRow, makers: Sequence[Producer], allowed: Reach, places: Places) -> tuple[str, str] | None:
    """Why the producer of *row* is beyond what is *allowed*, in Vietnamese and English; None where it is not."""
    said = places.since_july_2025(row.address or row.commune, commune=row.commune).new if _is_placed(row) else None
    scopes = [ActScope(said.code if said else "", _maker_id(row)), *(scope_of(maker, places) for maker in makers)]
    beyond = next((scope for scope in scopes if not allowed.covers(scope)), None)
    if beyond is None:
        return None
    unit = places.with_code(beyond.commune) if beyond.commune else None
    if unit is None:
        return (
            "Không rõ chủ thể ở xã/phường nào, nên chỉ cấp tỉnh nhập được. Hãy ghi cột “Xã/phường”.",
            "It is not known in which commune the producer is: only the province can import it.",
        )
    return (
        f"Chủ thể thuộc {unit}, ngoài địa bàn của bạn: chỉ nhập được chủ thể của xã/phường mình.",
        f"The producer belongs to {unit}, beyond your commune: you may import those of your own only.",
    )


def _is_placed(row: ProductRow) -> bool:
    return bool(row.address or row.commune)


def _notes(found: ReadList, preview: Preview, places: Places) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What was seen beside, as sentences in each language."""
    much = {name: of for name, of in preview.report.changed.items() if of[0] > import_report.MOST_CHANGED * of[1]}
    if much:
        yield "much", {code: import_report.too_much(much, speech(code)) for code in languages()}
    for code in languages():
        say = speech(code)
        said = [
            *import_report.about_sums(found.sums, say),
            *import_report.about_columns(found.sheet, say),
            *import_report.about_lines(found.sheet, say),
            *import_report.about_file(found.sheet, say),
            *import_report.about_rows(found.rows, places, say),
        ]
        if found.recognised:
            said.append(
                say.count(
                    "{number} row without an id was recognised by its product and producer.",
                    "{number} rows without ids were recognised by their product and producer.",
                    found.recognised,
                )
            )
        if found.pictures:
            said.append(
                say.count(
                    "{number} row names picture files, which an upload does not bring.",
                    "{number} rows name picture files, which an upload does not bring.",
                    found.pictures,
                )
            )
        yield "said", {code: said}


def note_lines(stored: StoredList, language: str) -> list[str]:
    """What was seen beside the rows of *stored*, in this language."""
    return [line for name, told in stored.notes if name == "said" for line in told.get(language, ())]


def much_changed(stored: StoredList, language: str) -> str:
    """Why somebody should look twice before importing; "" where nothing speaks against it."""
    return next((str(told.get(language, "")) for name, told in stored.notes if name == "much"), "")


def bad_lines(lines: Iterable[PreviewLine]) -> list[BadLine]:
    """Lines of a preview as they are written into a file to be mended."""
    return [BadLine(each.line, each.problems, each.cells, each.columns) for each in lines]
