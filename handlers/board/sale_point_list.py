"""Points of sale as a list that officers keep in Excel: taken out, and read in again after a look at what it changes.

A line with a number, or with the name and place of one that is entered, changes that one; what is the same stays as it
is, its day of confirming too, and so does what the list has no column for. Nothing is taken away by a list, and what it
did is undone as a whole for a month.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from catalog.cells.content import cell_text
from catalog.cells.problems import Cell
from catalog.dates import PartialDate
from catalog.errors import CatalogError, NotFound
from catalog.list_io.columns import MENDING
from catalog.list_io.files import confined_worksheets, looks_like_workbook, text_rows
from catalog.list_io.writing import write_table
from catalog.officers import Act, NotAllowed
from catalog.sale_points import KeptSaleList, SaleKind, SalePoint
from catalog.text import fold
from handlers import sale_points as words
from handlers.board import sale_points
from handlers.board.desk import Desk
from handlers.board.sale_points import BadSalePoint
from handlers.phrases import Speech

MOST_LINES = 300
_HEADINGS = {
    "number": "Số", "kind": "Loại", "name": "Tên điểm bán", "commune": "Xã/phường", "address": "Địa chỉ",
    "point": "Vị trí bản đồ", "hours": "Giờ mở cửa", "link": "Trang web", "producer": "Nhà sản xuất",
    "products": "Sản phẩm", "source": "Ai xác nhận", "confirmed": "Ngày xác nhận",
}  # fmt: skip
_KINDS = {SaleKind.PLACE: "cửa hàng", SaleKind.ONLINE: "bán online"}


class NoSuchList(CatalogError):
    """The file is no list of points of sale; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class SaleListLine:
    """A line of a list: where it stands, what it says field by field, what is *wrong* with it ("" for nothing).

    *before* is the point that it changes, None for a new one.
    """

    place: int
    entered: Mapping[str, str]
    point: SalePoint | None = None
    before: SalePoint | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class SaleList:
    """What a list would do."""

    fresh: Sequence[SaleListLine]
    changes: Sequence[SaleListLine]
    same: int
    wrong: Sequence[SaleListLine]

    def to_json(self) -> str:
        """What is to be kept, for the form that asks for it."""
        return json.dumps([{**each.entered} for each in (*self.fresh, *self.changes)], ensure_ascii=False)

    def bad_json(self) -> str:
        """What cannot be kept and where each stood, for the form that asks for it as a file; "" where there is none."""
        told = [{**each.entered, "line": each.place} for each in self.wrong]
        return json.dumps(told, ensure_ascii=False) if told else ""


async def compare_bad(desk: Desk, text: str) -> SaleList:
    """The lines that a page said could not be kept, judged once more. Raises StoreError."""
    return await compare(desk, zip(_places(text), _parse(text), strict=False))


async def write_bad_lines(desk: Desk, text: str, path: Path) -> int:
    """Write those lines that cannot be kept to *path*, each with what to mend; how many. Raises StoreError.

    Only columns that the list had are written: an empty one would clear what it says nothing of.
    """
    wrong = (await compare_bad(desk, text)).wrong
    columns = [name for name in _HEADINGS if any(name in each.entered for each in wrong)]
    rows: list[Sequence[Cell]] = [[*(_HEADINGS[name] for name in columns), MENDING]]
    rows += [[*(each.entered.get(name, "") for name in columns), each.wrong] for each in wrong]
    told = [{len(columns)} for _ in wrong]
    return write_table(path, rows, text_columns=set(range(len(columns))), coloured=told)


async def write_list(desk: Desk, path: Path) -> None:
    """Write every point of sale to *path*; without any, the headings are there to be filled in. Raises StoreError."""
    context = desk.context
    rows: list[Sequence[Cell]] = [list(_HEADINGS.values())]
    for point in await context.store.sale_points.list_all():
        entered = await sale_points.entered_of(desk, point)
        unit = context.places.with_code(point.commune)
        told = {
            **entered,
            "number": str(point.number),
            "kind": _KINDS[point.kind],
            "commune": str(unit or ""),
            "confirmed": PartialDate.of(point.confirmed).vietnamese_text(),
        }
        rows.append([told[name] for name in _HEADINGS])
    write_table(path, rows, text_columns=set(range(len(_HEADINGS))), filters=True)


def read_file(path: Path, desk: Desk) -> Sequence[tuple[int, Mapping[str, str]]]:
    """The lines of a workbook or text, with their places from 1. Raises BadSheet, NoSuchList."""
    with path.open("rb") as file:
        start = file.read(8)
    if not looks_like_workbook(start):
        return _lines(text_rows(path), desk)
    with closing(confined_worksheets(path)) as sheets:
        for _, rows in sheets:
            return _lines(rows, desk)
    return _lines((), desk)


def _lines(rows: Iterable[Sequence[Cell]], desk: Desk) -> Sequence[tuple[int, Mapping[str, str]]]:
    known = {fold(heading): name for name, heading in _HEADINGS.items()}
    columns: dict[int, str] = {}
    found: list[tuple[int, Mapping[str, str]]] = []
    for place, row in enumerate(islice(rows, MOST_LINES + 20), 1):
        texts = [cell_text(cell).strip() for cell in row]
        if not columns:
            named = {at: known[fold(text)] for at, text in enumerate(texts) if fold(text) in known}
            columns = named if {"name", "source"} <= set(named.values()) else {}
        elif any(texts):
            found.append((place, {name: texts[at] for at, name in columns.items() if at < len(texts)}))
    say = desk.say
    if not columns:
        raise NoSuchList(
            say("Its headings are not those of a list of points of sale: take the list out and fill it in.")
        )
    if len(found) > MOST_LINES:
        raise NoSuchList(say("{number} lines are the most: part the list.", number=MOST_LINES))
    return found


async def compare(desk: Desk, lines: Iterable[tuple[int, Mapping[str, str]]]) -> SaleList:
    """What *lines* would change, and what cannot be kept, line by line. Raises StoreError."""
    held = await desk.context.store.sale_points.list_all()
    by_number = {each.number: each for each in held}
    by_name = {_key(each): each for each in held}
    read = [await _read(desk, place, entered, by_number, by_name) for place, entered in lines]
    good = [each for each in read if not each.wrong]
    # Of two lines that name the same new one the last counts.
    fresh = {_key(each.point): each for each in good if each.before is None and each.point is not None}
    return SaleList(
        list(fresh.values()),
        [each for each in good if each.before is not None and each.point != each.before],
        sum(each.point == each.before for each in good),
        [each for each in read if each.wrong],
    )


def _key(point: SalePoint) -> tuple[str, str, str]:
    return fold(point.name), point.commune, point.link


async def _read(
    desk: Desk,
    place: int,
    entered: Mapping[str, str],
    by_number: Mapping[int, SalePoint],
    by_name: Mapping[tuple[str, str, str], SalePoint],
) -> SaleListLine:
    try:
        form = _as_form(entered, desk)
        before = _before(form, by_number, by_name, desk.say)
        if before is not None:
            # A column that the list has not stays what it is.
            form = {**await sale_points.entered_of(desk, before), **form}
        point = await sale_points.read_form(desk, form)
        if before is not None and _same(point, before):
            return SaleListLine(place, entered, before, before)
        point = replace(point, number=before.number if before else 0, confirmed=_day(entered, desk))
        for each in filter(None, (before, point)):
            await sale_points.require(desk, each)
    except BadSalePoint as error:
        return SaleListLine(place, entered, wrong=str(error))
    except NotAllowed:
        return SaleListLine(place, entered, wrong=desk.say("It is in another commune than yours."))
    return SaleListLine(place, entered, point, before)


def _before(
    form: Mapping[str, str],
    by_number: Mapping[int, SalePoint],
    by_name: Mapping[tuple[str, str, str], SalePoint],
    say: Speech,
) -> SalePoint | None:
    """The point of sale that a line changes. Raises BadSalePoint where its number is none's."""
    number = form.get("number", "")
    if not number:
        return by_name.get((fold(form.get("name", "")), form.get("commune", ""), form.get("link", "")))
    before = by_number.get(int(number)) if number.isdecimal() and len(number) < 10 else None
    if before is None:
        raise BadSalePoint(
            say("No point of sale has the number {number}: leave it empty for a new one.", number=number[:20])
        )
    return before


def _same(point: SalePoint, before: SalePoint) -> bool:
    kept = replace(point, number=before.number, confirmed=before.confirmed, by_producer=before.by_producer)
    return replace(kept, products=()) == replace(before, products=()) and set(kept.products) == set(before.products)


def _as_form(entered: Mapping[str, str], desk: Desk) -> Mapping[str, str]:
    """A line as the form of one point of sale holds it; what the list has no column for is not in it."""
    named = entered.get("commune", "")
    unit = desk.context.places.with_code(named) or (desk.context.places.called(named) if named else None)
    if named and unit is None:
        raise BadSalePoint(desk.say("No commune is called “{name}”.", name=named[:80]))
    form = dict(entered)
    if kind := _kind(entered, placed=unit is not None):
        form["kind"] = str(kind)
    if unit is not None:
        form["commune"] = unit.code
    if "products" in entered:
        form["products"] = entered["products"].replace(";", "\n")
    return form


def _kind(entered: Mapping[str, str], *, placed: bool) -> SaleKind | None:
    """Which kind a line says, or shows by what it has; None where nothing tells."""
    said, link = fold(entered.get("kind", "")), entered.get("link", "")
    if "online" in said or "mang" in said.split():
        return SaleKind.ONLINE
    if said or placed:
        return SaleKind.PLACE
    return SaleKind.ONLINE if link else None


def _day(entered: Mapping[str, str], desk: Desk) -> date:
    """The day on which it was confirmed: today's where the line says none."""
    text, today = entered.get("confirmed", ""), desk.context.today()
    try:
        day = PartialDate.parse(text[:10]).earliest if text else today
    except ValueError:
        day = None
    if day is None or day > today:
        raise BadSalePoint(desk.say("Write the day like 31/8/2026, not in the future."))
    return day


async def keep(desk: Desk, text: str) -> tuple[int, int]:
    """Keep what a list would do, judged once more: how many lines, and how many could not be. Raises StoreError."""
    compared = await compare(desk, enumerate(_parse(text), 1))
    points = [each.point for each in (*compared.fresh, *compared.changes) if each.point is not None]
    await desk.context.store.sale_points.keep_list(points, by=desk.doer, at=desk.context.now())
    words.read_anew(desk.context)
    return len(points), len(compared.wrong)


@dataclass(frozen=True, slots=True)
class SaleListSheet:
    """A list that was kept, as it is shown; *stays* names what an undo left, *may* whether this officer may undo it."""

    number: int
    at: float
    by: str
    fresh: int
    changed: int
    is_undone: bool
    stays: Sequence[str]
    may: bool


async def list_kept(desk: Desk) -> Sequence[SaleListSheet]:
    """The lists that were kept in the last month, the last one first. Raises StoreError."""
    names = await desk.context.store.officers.names()
    return [
        SaleListSheet(
            each.number,
            each.at,
            names.get(each.by_officer, ""),
            sum(one.before is None for one in each.changes),
            sum(one.before is not None for one in each.changes),
            each.undone is not None,
            each.undone or (),
            each.undone is None and await _reaches(desk, each),
        )
        for each in await desk.context.store.sale_points.lists()
    ]


async def _reaches(desk: Desk, kept: KeptSaleList) -> bool:
    """Whether this officer may change every point of sale that a list did."""
    try:
        for each in kept.changes:
            for point in filter(None, (each.before, each.after)):
                await sale_points.require(desk, point)
    except NotAllowed:
        return False
    return True


async def undo(desk: Desk, number: int) -> None:
    """Let the points of a list be what they were, but those changed since. Raises NotAllowed, NotFound, StoreError."""
    kept = next((each for each in await desk.context.store.sale_points.lists() if each.number == number), None)
    if kept is None:
        raise NotFound
    if not await _reaches(desk, kept):
        raise NotAllowed(Act.EDIT_PRODUCT)
    await desk.context.store.sale_points.undo_list(number, by=desk.doer)
    words.read_anew(desk.context)


def _places(text: str) -> Iterator[int]:
    """Where each line stood in the list; one after the other where nothing says so."""
    try:
        said = [each.get("line", at) for at, each in enumerate(json.loads(text), 1)]
    except (ValueError, TypeError, AttributeError):
        said = []
    return (place if isinstance(place, int) else at for at, place in enumerate(said, 1))


def _parse(text: str) -> Sequence[Mapping[str, str]]:
    try:
        said = json.loads(text)
        return [{name: str(each[name]) for name in _HEADINGS if name in each} for each in said[:MOST_LINES]]
    except (ValueError, TypeError, KeyError):
        return ()
