"""Fairs on the board: the calendar, one fair with its booths, and what an organiser enters.

Everybody who reads the catalogue reads all fairs; a grant for a commune reaches the fairs that are held there.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from catalog.errors import CatalogError, NotFound
from catalog.fairs import calendar, plan
from catalog.fairs.calendar import Booth, Fair, FairKind
from catalog.fairs.papers import CardWords, PrintedBooth, draw_cards, draw_plates
from catalog.fairs.participation import FairAnswer
from catalog.fairs.plan import BoothPlan, draw_plan, read_codes
from catalog.inquiry import Member
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.officers import Act, ActScope
from catalog.text import fold
from handlers.board.desk import Desk
from handlers.fairs import notices, wording
from handlers.phrases import Speech

_LONGEST = 500


class BadFair(CatalogError):
    """What was entered cannot be kept; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class FairLine:
    """A fair in the calendar, in words."""

    fair: Fair
    kind: str
    when: str
    place: str
    state: str
    booths: int
    taken: int


@dataclass(frozen=True, slots=True)
class BoothLine:
    """A booth and who stands there, in words. *known* is whether that is a producer of the catalogue."""

    booth: Booth
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class FairSheet:
    """One fair with its booths; *may* tells whether this officer may change it."""

    line: FairLine
    plan: BoothPlan
    booths: Sequence[BoothLine]
    reminded: int
    may: bool


async def list_fairs(desk: Desk, *, over: bool) -> Sequence[FairLine]:
    """The fairs to come, the next first, or those that are over, the latest first. Raises StoreError."""
    today = desk.context.today()
    every = await desk.context.store.fairs.list_all()
    found = calendar.past(every, today) if over else [each for each in every if not each.is_over(today)]
    counts = await desk.context.store.fairs.count_booths()
    return [_line(fair, counts.get(fair.key, (0, 0)), desk) for fair in found]


def _line(fair: Fair, counted: tuple[int, int], desk: Desk) -> FairLine:
    say = desk.say
    state = wording.state(fair, desk.context.today(), say)
    kind, when = wording.kind_name(fair.kind, say), wording.when(fair, say)
    return FairLine(fair, kind, when, wording.place(fair, desk.context.places), state, *counted)


def may_change(desk: Desk, fair: Fair) -> bool:
    """Whether this officer may change *fair*."""
    return desk.reach_of(Act.MANAGE_FAIR).covers(ActScope(fair.commune))


def may_enter(desk: Desk) -> bool:
    """Whether this officer may enter a fair somewhere."""
    return bool(desk.reach_of(Act.MANAGE_FAIR))


async def show(desk: Desk, key: str) -> FairSheet:
    """One fair. Raises NotFound, StoreError."""
    store = desk.context.store.fairs
    fair = await store.by_key(key)
    booths = await store.booths(key)
    counted = (len(booths), sum(each.is_taken for each in booths))
    drawn = draw_plan(booths)
    ordered = [placed.booth for zone in drawn.zones for placed in zone.booths]
    reminded = len(await store.list_reminded(key))
    return FairSheet(
        _line(fair, counted, desk), drawn, await name_booths(desk, ordered), reminded, may_change(desk, fair)
    )


async def name_booths(desk: Desk, booths: Sequence[Booth]) -> Sequence[BoothLine]:
    """Each of *booths* with who stands there. Raises StoreError."""
    ids = sorted({each.producer for each in booths if each.producer})
    names = {each.id: each.name for each in await desk.context.store.producers(ids)}
    return [BoothLine(each, wording.holder_name(each, names, desk.say), each.producer in names) for each in booths]


async def print_papers(desk: Desk, key: str, kind: str) -> tuple[Fair, bytes]:
    """The booths' cards or name plates as PDF. Raises NotFound where no booth is taken, StoreError.

    Cards hold links: where we have no public address there are none.
    """
    say, context = desk.say, desk.context
    if kind == "cards" and not context.public_url:
        raise NotFound("no public address stands in the settings")
    sheet = await show(desk, key)
    fair = sheet.line.fair
    printed = [
        PrintedBooth(line.booth, line.name, f"{context.public_url}/b/{line.booth.token}")
        for line in sheet.booths
        if line.name
    ]
    if not printed:
        raise NotFound("nobody stands at any booth yet")
    if kind == "plates":
        return fair, await asyncio.to_thread(draw_plates, fair, printed)
    scan = say("Scan with the phone's camera or Zalo: products, stars, prices.")
    words = CardWords(scan, lambda token: say("In a chat send: {words}", words=f"b {token}"))
    return fair, await asyncio.to_thread(draw_cards, fair, printed, words)


async def enter(desk: Desk, form: Mapping[str, str]) -> Fair:
    """Keep a new fair. Raises BadFair, NotAllowed, StoreError."""
    taken = [each.key for each in await desk.context.store.fairs.list_all()]
    read = read_fair(form, desk)
    fair = replace(read, key=calendar.make_key(read.name, read.starts.year, taken))
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    return await desk.context.store.fairs.enter(fair, by=desk.doer)


async def change(desk: Desk, key: str, form: Mapping[str, str]) -> Fair:
    """Keep what was changed of a fair, and tell those who asked for it. Raises BadFair, NotFound, StoreError."""
    before = await _own(desk, key)
    after = read_fair(form, desk, before=before)
    desk.require(ActScope(after.commune), Act.MANAGE_FAIR)
    return await _keep(desk, before, after, reason="")


async def cancel(desk: Desk, key: str, reason: str) -> Fair:
    """Call a fair off, and tell those who asked for it. Raises BadFair without a reason, NotFound, StoreError."""
    before = await _own(desk, key)
    why = " ".join(reason.split())[:_LONGEST]
    if not why:
        raise BadFair(desk.say("Say why the fair is called off: people are told so."))
    after = replace(before, cancelled_at=desk.context.now(), cancelled_why=why)
    return await _keep(desk, before, after, reason=why)


async def restore(desk: Desk, key: str) -> Fair:
    """Take back that a fair was called off. Raises NotFound, StoreError."""
    before = await _own(desk, key)
    return await _keep(desk, before, replace(before, cancelled_at=None, cancelled_why=""), reason="")


async def _own(desk: Desk, key: str) -> Fair:
    fair = await desk.context.store.fairs.by_key(key)
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    return fair


async def _keep(desk: Desk, before: Fair, after: Fair, *, reason: str) -> Fair:
    store, now = desk.context.store, desk.context.now()
    members = await _members_concerned(desk, before.key)
    tell = notices.changes(before, after, await store.fairs.list_reminded(before.key), members, now=now)
    return await store.fairs.change(after, by=desk.doer, reason=reason, tell=tell)


async def _members_concerned(desk: Desk, key: str) -> list[Member]:
    """Who answers for the producers that are invited to a fair and did not refuse."""
    store = desk.context.store
    asked = await store.fair_invitations.of_fair(key)
    concerned = [each.producer for each in asked if each.answer is not FairAnswer.NO]
    return [member for each in concerned for member in await store.members.of_producer(each)]


def read_fair(form: Mapping[str, str], desk: Desk, *, before: Fair | None = None) -> Fair:
    """The fair that a form holds; what no form asks for stays as *before*. Raises BadFair."""
    say = desk.say
    starts = _day(form, "starts", desk)
    kind = next((each for each in FairKind if each == form.get("kind")), None)
    commune = form.get("commune", "")
    if starts is None or kind is None or (commune and desk.context.places.with_code(commune) is None):
        raise BadFair(say("A fair needs its kind and its first day."))
    point = _point(form, desk)
    entered: dict[str, Any] = {
        "name": _text(form, "name", 160),
        "kind": kind,
        "starts": starts,
        "ends": _day(form, "ends", desk) or starts,
        "opens": _hour(form, "opens", desk),
        "closes": _hour(form, "closes", desk),
        "venue": _text(form, "venue", 200),
        "commune": commune,
        "latitude": point[0] if point else None,
        "longitude": point[1] if point else None,
        "organiser": _text(form, "organiser", 200),
        "link": _text(form, "link", 300),
        "note": _text(form, "note", _LONGEST),
        "source": _text(form, "source", _LONGEST),
    }
    fair = replace(before, **entered) if before else Fair(key="", **entered)
    if wrong := fair.problem():
        raise BadFair(_wrong_words(wrong, say))
    return fair


def entered_of(fair: Fair | None, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What stands in the fields of the form: what was just sent, else what is kept."""
    fields = ("name", "kind", "starts", "ends", "opens", "closes", "venue", "commune", "organiser", "link", "note")
    names = (*fields, "source", "point")
    if form is not None:
        return {name: form.get(name, "") for name in names}
    if fair is None:
        return dict.fromkeys(names, "") | {"kind": str(FairKind.FAIR)}
    kept = {name: getattr(fair, name) for name in (*fields, "source")}
    dates = {"starts": fair.starts.isoformat(), "ends": fair.ends.isoformat()}
    hours = {name: wording.hour(kept[name]) if kept[name] else "" for name in ("opens", "closes")}
    return {**kept, **dates, **hours, "point": ", ".join(map(str, fair.point)) if fair.point else ""}


def _text(form: Mapping[str, str], name: str, most: int) -> str:
    return " ".join(form.get(name, "").split())[:most]


def _day(form: Mapping[str, str], name: str, desk: Desk) -> date | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadFair(desk.say("{text} is no day.", text=text[:40])) from None


def _hour(form: Mapping[str, str], name: str, desk: Desk) -> time | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return calendar.read_hour(text)
    except ValueError:
        raise BadFair(desk.say("{text} is no hour; write it like 8:00 or 17h30.", text=text[:40])) from None


def _point(form: Mapping[str, str], desk: Desk) -> tuple[float, float] | None:
    text = form.get("point", "").strip()
    if not text:
        return None
    try:
        return calendar.read_point(text)
    except ValueError:
        told = desk.say("{text} is no point in Việt Nam; copy it from a map, like 21.1861, 106.0763.", text=text[:40])
        raise BadFair(told) from None


def _wrong_words(wrong: str, say: Speech) -> str:
    return {
        "name": say("Give the fair a name."),
        "venue": say("Say where it is held."),
        "source": say("Say where this was published, or which office says so."),
        "ends": say("The last day is before the first one, or more than 60 days after it."),
        "closes": say("It closes before it opens."),
        "link": say("A live sale needs the address where it is watched, beginning with https://."),
    }[wrong]


async def add_booths(desk: Desk, key: str, form: Mapping[str, str]) -> int:
    """Make the booths that a form names; how many are new. Raises BadFair, NotFound, StoreError."""
    fair = await _own(desk, key)
    try:
        codes = read_codes(form.get("codes", "")[:4000])
    except ValueError:
        told = desk.say("Write the booths like A1-A40, B1, B2: up to {number} at a time.", number=plan.MOST_AT_ONCE)
        raise BadFair(told) from None
    store = desk.context.store.fairs
    if len(await store.booths(key)) + len(codes) > plan.MOST_BOOTHS:
        raise BadFair(desk.say("A fair has {number} booths at most.", number=plan.MOST_BOOTHS))
    return await store.add_booths(fair, _text(form, "zone", 80), codes, by=desk.doer)


async def assign_booth(desk: Desk, key: str, number: int, form: Mapping[str, str]) -> None:
    """Keep who stands at a booth: a producer where the catalogue has one of that name. Raises BadFair, NotFound."""
    await _own(desk, key)
    store = desk.context.store
    booth = await store.fairs.booth(key, number)
    who = _text(form, "who", 160)
    if fold(who) == fold(UNKNOWN_PRODUCER):
        raise BadFair(nobody_knows(desk))
    meant = await _producers_called(desk, who) if who else []
    if len(meant) > 1:
        ids = ", ".join(meant)
        raise BadFair(desk.say("Several producers are called so: write one of {ids}.", ids=ids))
    after = replace(
        booth, zone=_text(form, "zone", 80), producer=meant[0] if meant else "", holder="" if meant else who
    )
    moved = dict.fromkeys(
        each for each in (booth.producer, after.producer) if each and booth.producer != after.producer
    )
    members = [member for each in moved for member in await store.members.of_producer(each)]
    fair = await store.fairs.by_key(key)
    tell = notices.booth_news(fair, members, now=desk.context.now())
    await store.fairs.change_booth(key, after, by=desk.doer, tell=tell)


async def _producers_called(desk: Desk, who: str) -> list[str]:
    found = await desk.context.store.producers_named(who)
    return [number for number, name in found if name != UNKNOWN_PRODUCER and (who == number or fold(name) == fold(who))]


async def list_known_producers(desk: Desk) -> Sequence[str]:
    """The names of the producers who can stand at a booth. Raises StoreError."""
    return [each for each in await desk.context.store.producer_names() if each != UNKNOWN_PRODUCER]


def nobody_knows(desk: Desk) -> str:
    """Why the producer of what nobody knows who makes it takes part in nothing."""
    return desk.say(
        "“{name}” stands for a producer that nobody knows: enter who it is in the catalogue first.",
        name=UNKNOWN_PRODUCER,
    )


async def remove_booth(desk: Desk, key: str, number: int) -> None:
    """Take a booth away. Raises NotFound, StoreError."""
    await _own(desk, key)
    await desk.context.store.fairs.remove_booth(key, number, by=desk.doer)
