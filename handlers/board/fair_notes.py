"""What officers note of a fair by hand: who came through its gate, day by day, and what a producer says that it sold.

What the gate counted stands apart from the visits that booths count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.errors import NotFound
from catalog.fairs.calendar import Fair
from catalog.fairs.figures import LONGEST_BEST, MOST_PEOPLE, FairSale, GateCount, format_amount, read_amount, seller_of
from catalog.officers import Act, ActScope
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.board.fairs import BadFair, name_booths
from handlers.phrases import Speech

LONGEST_SOURCE = 160
_ALL = "all"


@dataclass(frozen=True, slots=True)
class GateField:
    """A day in the form: its *key*, what it is called, what stands in its field, and what stood there before.

    *undo* is the number of what was typed last, 0 where nothing was.
    """

    key: str
    name: str
    people: str
    kept: str
    before: str
    undo: int


@dataclass(frozen=True, slots=True)
class GateForm:
    """What is asked of a fair's gate."""

    fields: Sequence[GateField]
    source: str


async def show_gate(desk: Desk, fair: Fair, entered: Mapping[str, str] | None = None) -> GateForm | None:
    """The days until today, and all of them together, with what was *entered* just now; None before the first day."""
    if desk.context.today() < fair.starts:
        return None
    said, held = entered or {}, {each.day: each for each in await desk.context.store.fair_sales.gate(fair.key)}
    fields = []
    for day in _days(fair, held, desk.context.today()):
        key, typed = _key(day), held.get(day)
        kept = _format_number(typed.people if typed else None)
        before, undo = (_format_number(typed.before), typed.number) if typed else ("", 0)
        name = wording.day(day) if day else desk.say("All days together")
        fields.append(GateField(key, name, said.get(f"people-{key}", kept), kept, before, undo))
    latest = max(held.values(), key=lambda each: each.number, default=None)
    return GateForm(fields, said.get("source", latest.source if latest else ""))


def _days(fair: Fair, held: Mapping[date | None, GateCount], today: date) -> Sequence[date | None]:
    last = min(fair.ends, today)
    days = {fair.starts + timedelta(days=each) for each in range((last - fair.starts).days + 1)}
    return [*sorted(days | {day for day in held if day}), None]


def _key(day: date | None) -> str:
    return day.isoformat() if day else _ALL


def _format_number(people: int | None) -> str:
    return "" if people is None else format_amount(people)


async def note_gate(desk: Desk, key: str, form: Mapping[str, str]) -> None:
    """Keep what a form changes of a fair's gate. Raises BadFair, NotAllowed, NotFound, StoreError."""
    fair = await desk.context.store.fairs.by_key(key)
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    asked = await show_gate(desk, fair)
    if asked is None:
        raise BadFair(desk.say("The fair has not begun: nobody has come through its gate."))
    source = " ".join(form.get("source", "").split())[:LONGEST_SOURCE]
    counts = [_read(each.key, form, source, desk) for each in asked.fields if _is_changed(each.key, form)]
    if not source and any(each.people is not None for each in counts):
        raise BadFair(desk.say("Say who counted, and how: the report names it."))
    await desk.context.store.fair_sales.note_gate(key, counts, by=desk.doer, at=desk.context.now())


def _is_changed(key: str, form: Mapping[str, str]) -> bool:
    """Whether this form changes a day: what it does not change stays as somebody may have typed it meanwhile."""
    said = form.get(f"people-{key}")
    return said is not None and said.strip() != form.get(f"was-{key}", "")


def _read(key: str, form: Mapping[str, str], source: str, desk: Desk) -> GateCount:
    day = None if key == _ALL else date.fromisoformat(key)
    number, _, unit = " ".join(form[f"people-{key}"].split()).partition(" ")
    try:
        people = read_amount(number, unit) if number else None
    except (ValueError, KeyError):
        people = -1
    if people is not None and not 0 <= people <= MOST_PEOPLE:
        raise BadFair(desk.say("Write how many people like 1.200; leave the field empty where nobody counted."))
    return GateCount(day, people, source)


async def take_gate_back(desk: Desk, key: str, number: int) -> None:
    """Let what was typed before stand again. Raises NotAllowed, NotFound, StoreError."""
    fair = await desk.context.store.fairs.by_key(key)
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    await desk.context.store.fair_sales.take_gate_back(key, number, by=desk.doer)


def gate_words(gate: Sequence[GateCount], say: Speech) -> str:
    """Who counted at the gate, and that it is something else than visits; "" where nobody did."""
    sources = "; ".join(dict.fromkeys(each.source for each in gate if each.people is not None))
    told = say(
        "What the gate counted was typed by officers, who name as its source: {sources}. "
        "It is no sum of the visits to booths.",
        sources=sources,
    )
    return told if sources else ""


async def note_sale(desk: Desk, key: str, form: Mapping[str, str]) -> None:
    """Keep what an officer heard from a producer. Raises BadFair, NotAllowed, NotFound, StoreError."""
    store = desk.context.store
    fair = await store.fairs.by_key(key)
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    seller = form.get("producer", "")[:64]
    if not seller or seller not in map(seller_of, await store.fairs.booths(key)):
        raise NotFound
    try:
        total = _amount(form.get("total", ""))
        ocop = _amount(form["ocop"]) if form.get("ocop", "").strip() else None
    except (ValueError, KeyError):
        raise BadFair(desk.say("Write amounts like 25.000.000 or 25 triệu.")) from None
    if ocop is not None and ocop > total:
        raise BadFair(desk.say("The OCOP part is more than the whole."))
    best = " ".join(form.get("best", "").split())[:LONGEST_BEST]
    sale = FairSale(key, seller, total, ocop, desk.context.now(), by_officer=True, best=best)
    await store.fair_sales.note(sale, by=desk.doer)


def _amount(text: str) -> int:
    number, _, unit = " ".join(text.split()).partition(" ")
    return read_amount(number, unit)


async def sellers(desk: Desk, key: str) -> Sequence[tuple[str, str]]:
    """Who stands at a fair: what their sales are kept under, with names. Raises StoreError."""
    held = await name_booths(desk, await desk.context.store.fairs.booths(key))
    found = {(seller_of(each.booth), each.name) for each in held if each.booth.is_taken}
    return sorted(found, key=lambda one: one[1])
