"""Lists in: whose they are, what may be done with them, what their preview says; and lists out, as filtered."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.audit import Deed
from catalog.cells.content import cell_text
from catalog.errors import CatalogError, NotFound
from catalog.fields import FIELDS
from catalog.list_io import write_problems
from catalog.list_io.export import rows_of, write_list
from catalog.model import Product, ProductRow
from catalog.officers import ActScope
from catalog.passport import IN_FORCE
from catalog.programme import CountedProduct
from catalog.search import Filters
from catalog.store import FieldChange, ListState, Mend, Outcome, PreviewLine, StayingChange, Stays, StoredList
from handlers.board.desk import Desk
from handlers.board.list_check import bad_lines
from handlers.phrases import Speech
from handlers.programme import load_figures

PAGE = 40
MOST_BYTES = 25 << 20
MOST_CELL = 2000
MOST_REASON = 500
LISTED = 30
_PARTS = 3
_SHOWN = 200
_LABELS = {
    **{field.column: field.heading for field in FIELDS},
    **{field.name: field.heading for field in FIELDS},
    "producer_id": "Mã chủ thể",
}


class NotNow(CatalogError):
    """That cannot be done to a list that stands as this one does."""


@dataclass(frozen=True, slots=True)
class CellToMend:
    """A cell of a bad line: what stands there, and the name of its field in the form."""

    name: str
    heading: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the preview in words: *changes* are (field, old, new), *problems* (column, value, reason)."""

    line: PreviewLine
    title: str
    changes: Sequence[tuple[str, str, str]]
    problems: Sequence[tuple[str, str, str]]
    cells: Sequence[CellToMend]


async def of_desk(desk: Desk, *, before: int | None = None) -> list[StoredList]:
    """The newest lists that the officer may see: their own, or everybody's from the province. Raises StoreError."""
    officer = None if desk.reach.everywhere else desk.officer.number
    return await desk.context.store.lists.newest(limit=LISTED, before=before, officer=officer)


async def find(desk: Desk, number: int) -> StoredList:
    """One list that the officer may see. Raises NotFound, StoreError."""
    stored = await desk.context.store.lists.find(number)
    if stored is None or not (desk.reach.everywhere or stored.officer == desk.officer.number):
        raise NotFound
    return stored


async def keep(desk: Desk, name: str, content: bytes) -> int:
    """Keep an uploaded file at once; its number. Raises StoreError."""
    return await desk.context.store.lists.add(plain_words(Path(name).name)[:200] or "?", content, by=desk.doer)


def plain_words(text: str) -> str:
    """*text* on one line, without signs that nobody sees and no database takes."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


async def mend(desk: Desk, number: int, fields: Mapping[str, str]) -> bool:
    """Write into the cells that *fields* name, where they differ; False if none does. Raises NotFound, StoreError."""
    await find(desk, number)
    lines = desk.context.store.lists
    mends: list[Mend] = []
    for name, value in fields.items():
        mends += await _mends_of(desk, number, name, value)
    return bool(mends) and await lines.mend(number, mends)


async def _mends_of(desk: Desk, number: int, name: str, value: str) -> list[Mend]:
    """What a field says that CellToMend has named; nothing where the list was checked again meanwhile."""
    kind, *numbers = name.split("-")
    if kind != "cell" or len(numbers) != _PARTS or not all(map(_is_number, numbers)):
        return []
    place, at, column = map(int, numbers)
    found = await desk.context.store.lists.lines(number, limit=1, offset=place)
    text = plain_words(value)[:MOST_CELL]
    return [
        Mend(line.sheet, line.line, column, text)
        for line in found
        if line.line == at and column in line.columns and text != _cell(line, column)
    ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8


def _cell(line: PreviewLine, column: int) -> str:
    return cell_text(line.cells[column]).strip() if column < len(line.cells) else ""


async def begin_import(desk: Desk, number: int, *, sure: bool) -> str:
    """Claim a list for importing; whose claim that is. Raises NotFound, NotNow, StoreError."""
    stored = await find(desk, number)
    if any(name == "much" for name, _ in stored.notes) and not sure:
        raise NotNow(desk.say("Tick the box first: this list would change very much."))
    owner = desk.context.secret()[:16]
    if not await desk.context.store.lists.begin_import(number, owner=owner):
        raise NotNow(desk.say("This list is not ready to be imported."))
    return owner


async def preview_page(desk: Desk, stored: StoredList, outcome: Outcome, page: int) -> list[ShownLine]:
    """One page of the lines that came out so. Raises StoreError."""
    lines = desk.context.store.lists
    before = sum((stored.counts or {}).get(each, 0) for each in _before(outcome))
    found = await lines.lines(stored.number, outcome, limit=PAGE, offset=page * PAGE)
    start = before + page * PAGE
    if outcome in {Outcome.REFUSED, Outcome.DOUBTFUL}:
        return [_shown(line, stored, start + place, desk.say) for place, line in enumerate(found)]
    return [_shown(line, stored, -1, desk.say) for line in found]


def _before(outcome: Outcome) -> Iterable[Outcome]:
    """The kinds of lines that a preview has before those."""
    return (Outcome.REFUSED,) if outcome is Outcome.DOUBTFUL else ()


def _shown(line: PreviewLine, stored: StoredList, place: int, say: Speech) -> ShownLine:
    changes = [(_label(each.field), *_both(each)) for each in line.changes]
    problems = [
        (each.column, each.value, each.reason if say.language == "vi" else each.reason_en or each.reason)
        for each in line.problems
    ]
    columns = dict.fromkeys(column for column in line.columns if column >= 0)
    cells = [
        CellToMend(f"cell-{place}-{line.line}-{column}", _heading(stored, column), _cell(line, column))
        for column in columns
    ]
    return ShownLine(line, _title(line, say), changes, problems, cells if place >= 0 else ())


def _title(line: PreviewLine, say: Speech) -> str:
    if line.problems:
        where = say("sheet “{name}”, ", name=line.sheet) if line.sheet else ""
        said = " · ".join(text for cell in line.cells if len(text := _value(cell_text(cell).strip())) > 1)
        where += say("line {line}", line=line.line)
        return f"{where}: {said[:_SHOWN]}" if said else where
    return line.name or say("Producer {name}", name=line.producer)


def _label(field: str) -> str:
    return _LABELS.get(field, field)


def _both(change: FieldChange) -> tuple[str, str]:
    return _value(change.old), _value(change.new)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "x" if value else ""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _heading(stored: StoredList, column: int) -> str:
    return stored.headings[column] if column < len(stored.headings) else ""


async def write_bad_rows(desk: Desk, stored: StoredList, path: Path) -> int:
    """Write the lines to be mended to *path*, their cells coloured; how many. Raises StoreError."""
    found: list[PreviewLine] = []
    for outcome in (Outcome.REFUSED, Outcome.DOUBTFUL):
        count = (stored.counts or {}).get(outcome, 0)
        found += await desk.context.store.lists.lines(stored.number, outcome, limit=count)
    return write_problems(path, sorted(bad_lines(found), key=lambda each: each.line), headings=stored.headings)


def state_words(stored: StoredList, say: Speech) -> str:
    """Where a list stands."""
    names = {
        ListState.CHECKING: say("being checked"),
        ListState.READY: say("ready to be looked over"),
        ListState.UNREADABLE: say("cannot be read"),
        ListState.IMPORTING: say("being imported"),
        ListState.IMPORTED: say("imported"),
        ListState.UNDONE: say("imported and undone"),
    }
    return names[stored.state]


def outcome_words(outcome: Outcome, say: Speech) -> str:
    """What became of lines."""
    names = {
        Outcome.REFUSED: say("Refused"),
        Outcome.DOUBTFUL: say("Taken without some cells"),
        Outcome.CHANGED: say("Changed"),
        Outcome.ADDED: say("Added"),
        Outcome.UNCHANGED: say("Unchanged"),
    }
    return names[outcome]


def kept_words(kept: StayingChange, say: Speech) -> str:
    """What stays of an import that was undone, and why."""
    names = {
        "products": say("the product"),
        "producers": say("the producer"),
        "certificates": say("the certificate"),
        "codes": say("the code"),
        "certificate_events": say("the decision about its certificate"),
    }
    what = names.get(kept.what) or _label(kept.what)
    if kept.why is Stays.NEEDED:
        return say("{subject}: {what} stays, because something else stands on it.", subject=kept.subject, what=what)
    if kept.value:
        return say(
            "{subject}: {what} stays as it is now (“{value}”), because it was changed again since.",
            subject=kept.subject,
            what=what,
            value=_value(kept.value),
        )
    return say("{subject}: {what} stays, because it was changed again since.", subject=kept.subject, what=what)


EXPORT_ENDINGS = ("xlsx", "csv")
_MOST_FOUND = 100_000
_STARS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What is wanted: by words as the search finds them, stars, group, commune (its code), or in force only."""

    words: str = ""
    stars: str = ""
    group: str = ""
    commune: str = ""
    in_force: bool = False

    def told(self) -> dict[str, object]:
        """What the audit tells of it."""
        return {
            name: value for name in ("words", "stars", "group", "commune", "in_force") if (value := getattr(self, name))
        }


def read_filter(query: Mapping[str, str]) -> ExportFilter:
    """What *query* asks for; what cannot be meant is left out."""
    stars = query.get("stars", "")
    return ExportFilter(
        words=query.get("words", "").strip()[:200],
        stars=stars if stars in _STARS else "",
        group=query.get("group", "")[:200],
        commune=query.get("commune", "")[:16],
        in_force=bool(query.get("in_force")),
    )


async def write_export(desk: Desk, wanted: ExportFilter, path: Path) -> int:
    """Write what is *wanted* and within the officer's reach to *path*; how many rows. Raises StoreError."""
    rows = [row async for row in _rows(desk, wanted)]
    count = await asyncio.to_thread(write_list, path, rows)
    told = {**wanted.told(), "rows": count, "format": path.suffix.removeprefix(".")}
    await desk.context.store.audit.record(desk.doer.did(Deed.LIST_EXPORTED, "catalogue", after=told))
    return count


async def find_exported(desk: Desk, wanted: ExportFilter) -> list[Product]:
    """The products that are *wanted* and within the officer's reach. Raises StoreError."""
    return [each.product for each in await _find_counted(desk, wanted)]


async def _find_counted(desk: Desk, wanted: ExportFilter) -> list[CountedProduct]:
    named = _find_ids(desk, wanted.words)
    figures = await load_figures(desk.context, desk.context.today())
    return [
        each
        for each in figures.products
        if (named is None or each.product.id in named) and _is_wanted(each, desk, wanted)
    ]


async def _rows(desk: Desk, wanted: ExportFilter) -> AsyncIterator[ProductRow]:
    """A row for each certificate; where only stars in force are wanted, of the one that is in force."""
    for each in await _find_counted(desk, wanted):
        product = each.product
        if wanted.in_force and each.certificate is not None:
            product = replace(product, certificates=(each.certificate,))
        for row in rows_of(product):
            yield row


def _find_ids(desk: Desk, words: str) -> frozenset[str] | None:
    """The ids of what the search finds for *words*; None for everything."""
    if not words:
        return None
    found = desk.context.find(words, limit=_MOST_FOUND, filters=Filters())
    return frozenset(hit.id for hit in found.hits) if found.total else frozenset()


def _is_wanted(counted: CountedProduct, desk: Desk, wanted: ExportFilter) -> bool:
    product, unit = counted.product, counted.placed.commune
    scope = ActScope(unit.code if unit else "", product.producer.id)
    if not desk.reach.covers(scope) or (wanted.commune and scope.commune != wanted.commune):
        return False
    if wanted.group and product.group != wanted.group:
        return False
    return (not wanted.stars or str(counted.stars) == wanted.stars) and (
        not wanted.in_force or counted.standing in IN_FORCE
    )
