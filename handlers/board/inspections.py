"""Inspections on the board: recorded by who may inspect there, read by who sees the producer, and followed up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from catalog.cells.days import day as read_partial
from catalog.cells.problems import CellRefused
from catalog.errors import CatalogError, NotFound
from catalog.inspections import (
    Inspection,
    InspectionFinding,
    InspectionHeading,
    InspectionLevel,
    InspectionOutcome,
    Judgement,
)
from catalog.model import Producer, Product
from catalog.officers import Act, ActScope, scope_of
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.phrases import Speech

_Chosen = TypeVar("_Chosen", bound=StrEnum)
AT_ONCE = 25
DUE_DAYS = 7
"""So many days before its deadline an inspection is on the page Today."""
MOST_BYTES = 15 * 1024 * 1024
_LONGEST = 2000
_MOST_PRODUCTS = 200
_DUE_AT_ONCE = 500
FILE_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How the minutes' file begins, by its kind."""


class BadInspection(CatalogError):
    """What was entered is no inspection; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """An inspection in a list; *state* is what is still to be done, or how it ended."""

    number: int
    day: str
    producer: str
    commune: str
    outcome: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class InspectionSheet:
    """One inspection in words; *findings* are heading, judgement, tone and words."""

    inspection: Inspection
    producer: str
    commune: str
    level: str
    outcome: str
    state: str
    tone: str
    products: Sequence[Product]
    findings: Sequence[tuple[str, str, str, str]]
    recorded_by: str
    may: bool


@dataclass(frozen=True, slots=True)
class InspectionList:
    """A page of inspections."""

    lines: Sequence[InspectionLine]
    number: int
    page: int
    producer: Producer | None

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.number // AT_ONCE))


def level_names(say: Speech) -> Mapping[InspectionLevel, str]:
    """Who inspected."""
    return {
        InspectionLevel.PROVINCE: say("the province"),
        InspectionLevel.COMMUNE: say("the commune"),
        InspectionLevel.JOINT: say("several offices together"),
    }


def heading_names(say: Speech) -> Mapping[InspectionHeading, str]:
    """What is looked at."""
    return {
        InspectionHeading.LABEL: say("Label"),
        InspectionHeading.STAMP: say("Star and trace stamps"),
        InspectionHeading.RECORDS: say("Records and books"),
        InspectionHeading.SAMPLE: say("Sample taken"),
        InspectionHeading.FOOD_SAFETY: say("Food safety"),
    }


def judgement_names(say: Speech) -> Mapping[Judgement, str]:
    """What was found."""
    return {
        Judgement.NOT_CHECKED: say("not looked at"),
        Judgement.GOOD: say("in order"),
        Judgement.WRONG: say("not in order"),
    }


def outcome_names(say: Speech) -> Mapping[InspectionOutcome, str]:
    """How it ended."""
    return {
        InspectionOutcome.PASSED: say("in order"),
        InspectionOutcome.TO_MEND: say("must be mended"),
        InspectionOutcome.PASSED_ON: say("passed on to the office in charge"),
    }


def state_words(inspection: Inspection, today: date, say: Speech) -> tuple[str, str]:
    """What is still to be done, and its tone."""
    if inspection.struck:
        return say("struck out, does not count"), ""
    if inspection.mended_on:
        return say("mended, seen on {day}", day=wording.day(inspection.mended_on)), "good"
    if inspection.mend_by is None:
        passed = inspection.outcome is InspectionOutcome.PASSED
        return outcome_names(say)[inspection.outcome], "good" if passed else "care"
    day = wording.day(inspection.mend_by)
    if inspection.mend_by < today:
        return say("was to be mended by {day}", day=day), "bad"
    return say("to be mended by {day}", day=day), "care"


async def list_inspections(desk: Desk, page: int, *, producer: str = "", unmended: bool = False) -> InspectionList:
    """One page of those within the officer's reach. Raises StoreError."""
    store, reach = desk.context.store.inspections, desk.reach
    number = await store.count(reach, producer=producer, unmended=unmended)
    page = min(max(page, 1), max(1, -(-number // AT_ONCE)))
    found = await store.newest(reach, limit=AT_ONCE, offset=(page - 1) * AT_ONCE, producer=producer, unmended=unmended)
    makers = await _makers(desk, {each.producer for each in found} | ({producer} if producer else set()))
    return InspectionList([_line(each, makers, desk) for each in found], number, page, makers.get(producer))


async def due(desk: Desk) -> Sequence[tuple[Inspection, InspectionLine]]:
    """What is to be followed up now within what the officer may inspect. Raises StoreError."""
    today = desk.context.today()
    until = date.fromordinal(today.toordinal() + DUE_DAYS)
    reach = desk.reach_of(Act.INSPECT)
    found = await desk.context.store.inspections.due(reach, until=until, limit=_DUE_AT_ONCE)
    makers = await _makers(desk, {each.producer for each in found})
    return [(each, _line(each, makers, desk)) for each in found]


async def _makers(desk: Desk, ids: set[str]) -> dict[str, Producer]:
    return {each.id: each for each in await desk.context.store.producers(sorted(ids))} if ids else {}


def _line(each: Inspection, makers: Mapping[str, Producer], desk: Desk) -> InspectionLine:
    state, tone = state_words(each, desk.context.today(), desk.say)
    name = makers[each.producer].name if each.producer in makers else each.producer
    outcome = outcome_names(desk.say)[each.outcome]
    return InspectionLine(each.number, wording.day(each.day), name, _commune(each.commune, desk), outcome, state, tone)


def _commune(code: str, desk: Desk) -> str:
    unit = desk.context.places.with_code(code) if code else None
    return str(unit) if unit else desk.say("commune not known")


async def show(desk: Desk, number: int) -> InspectionSheet:
    """One inspection. Raises NotAllowed, NotFound, StoreError."""
    inspection = await find(desk, number)
    store, say = desk.context.store, desk.say
    makers, names = await _makers(desk, {inspection.producer}), await store.officers.names()
    state, tone = state_words(inspection, desk.context.today(), say)
    headings, judged = heading_names(say), judgement_names(say)
    tones = {Judgement.GOOD: "good", Judgement.WRONG: "bad", Judgement.NOT_CHECKED: ""}
    findings = [
        (headings[heading], judged[each.judgement], tones[each.judgement], each.said)
        for heading in InspectionHeading
        if (each := inspection.findings.get(heading)) is not None
    ]
    return InspectionSheet(
        inspection,
        makers[inspection.producer].name if inspection.producer in makers else inspection.producer,
        _commune(inspection.commune, desk),
        level_names(say)[inspection.level],
        outcome_names(say)[inspection.outcome],
        state,
        tone,
        await store.products(inspection.products),
        findings,
        names.get(inspection.recorded_by, ""),
        desk.reach_of(Act.INSPECT).covers(_scope(inspection)),
    )


def _scope(inspection: Inspection) -> ActScope:
    return ActScope(inspection.commune, inspection.producer)


async def find(desk: Desk, number: int) -> Inspection:
    """The inspection with this number, where the officer may do the page's act. Raises NotAllowed, NotFound."""
    inspection = await desk.context.store.inspections.find(number)
    if inspection is None:
        raise NotFound
    desk.require(_scope(inspection))
    return inspection


async def find_producer(desk: Desk, key: str) -> tuple[Producer, Sequence[Product]]:
    """The producer whose id or whose product's id that is, and what they make. Raises NotAllowed, NotFound."""
    store = desk.context.store
    found = await store.producers([key[:64]]) if key else []
    if not found and (product := await store.product(key[:200]) if key else None):
        found = [product.producer]
    if not found:
        raise NotFound
    desk.require(scope_of(found[0], desk.context.places), Act.INSPECT)
    return found[0], (await store.of_producer(found[0].id))[:_MOST_PRODUCTS]


def read_inspection(
    desk: Desk, producer: Producer, products: Sequence[Product], form: Mapping[str, str], file: tuple[str, bytes]
) -> Inspection:
    """What a form holds. Raises BadInspection."""
    say, today = desk.say, desk.context.today()
    name, content = file
    if content and file_kind(content) is None:
        raise BadInspection(say("The minutes are a PDF, a JPEG or a PNG file."))
    day, mend_by = _day(form, "day", say), _day(form, "mend_by", say)
    if day is None:
        raise BadInspection(say("Give the day of the inspection, like 20/11/2026."))
    inspection = Inspection(
        day=day,
        level=_choice(InspectionLevel, form.get("level", ""), say),
        producer=producer.id,
        outcome=_choice(InspectionOutcome, form.get("outcome", ""), say),
        commune=scope_of(producer, desk.context.places).commune,
        team=plain_lines(form.get("team", "")),
        products=tuple(each.id for each in products if form.get(f"product-{each.ref}")),
        findings={heading: _finding(heading, form, say) for heading in InspectionHeading},
        note=plain_lines(form.get("note", "")),
        mend_by=mend_by,
        minutes=(plain_lines(name)[:200] or "minutes") if content else "",
    )
    if wrong := inspection.problem(today):
        raise BadInspection(_wrong_words(wrong, say))
    return inspection


def _finding(heading: InspectionHeading, form: Mapping[str, str], say: Speech) -> InspectionFinding:
    judged = form.get(f"judged-{heading}", "") or Judgement.NOT_CHECKED
    return InspectionFinding(_choice(Judgement, judged, say), plain_lines(form.get(f"said-{heading}", "")))


def _choice(kind: type[_Chosen], text: str, say: Speech) -> _Chosen:
    if text not in {str(each) for each in kind}:
        raise BadInspection(say("Choose who inspected, what was found and how it ended."))
    return kind(text)


def _day(form: Mapping[str, str], name: str, say: Speech) -> date | None:
    try:
        found = read_partial(form.get(name, "")[:100])
    except CellRefused as refused:
        raise BadInspection(refused.reason if say.language == "vi" else refused.reason_en) from refused
    if found is None:
        return None
    if not found.exact:
        raise BadInspection(say("{text} is no day; write it like 31/12/2027.", text=form[name][:40]))
    return found.earliest


def _wrong_words(wrong: str, say: Speech) -> str:
    return {
        "day": say("The inspection lies in the future, or before OCOP began."),
        "team": say("Write who inspected."),
        "findings": say("Nothing was looked at: say of one heading at least what was found."),
        "outcome": say("Something is not in order, so it cannot end as in order."),
        "mend_by": say("What must be mended needs a deadline after the inspection, and nothing else has one."),
    }[wrong]


def plain_lines(text: str) -> str:
    """*text* with its lines, without signs that nobody sees and no database takes."""
    kept = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text.replace("\r\n", "\n"))
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()[:_LONGEST]


def file_kind(content: bytes) -> str | None:
    """The kind of a file with minutes; None for what is none."""
    return next((kind for begin, kind in FILE_KINDS.items() if content.startswith(begin)), None)


async def record(desk: Desk, inspection: Inspection, minutes: bytes) -> int:
    """Keep it; its number. Raises NotAllowed, StoreError."""
    desk.require(_scope(inspection))
    return await desk.context.store.inspections.record(inspection, minutes=minutes or None, by=desk.doer)


async def end(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Note that what was found is mended. Raises BadInspection, NotAllowed, NotFound, StoreError."""
    inspection, say = await find(desk, number), desk.say
    on = _day(form, "on", say)
    if on is None or not inspection.day <= on <= desk.context.today():
        raise BadInspection(say("Give the day on which it was seen: after the inspection, and not to come."))
    await desk.context.store.inspections.end(number, on, plain_lines(form.get("said", "")), by=desk.doer)


async def strike(desk: Desk, number: int, reason: str) -> None:
    """Strike a record out. Raises BadInspection, NotAllowed, NotFound, StoreError."""
    await find(desk, number)
    why = plain_lines(reason)[:500]
    if not why:
        raise BadInspection(desk.say("Why? The reason stands in the audit."))
    await desk.context.store.inspections.strike(number, why, by=desk.doer)
