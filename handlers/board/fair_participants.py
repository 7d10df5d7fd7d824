"""Who takes part in a fair: producers invited in their messengers, who has not answered, what their booths need.

An organiser invites; an officer of a commune sees the producers there, and notes what one of them said on the phone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import NotFound
from catalog.fairs.calendar import Fair
from catalog.fairs.participation import BoothNeed, FairAnswer, FairInvitation
from catalog.inquiry import Member, Notice
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.officers import Act, ActScope
from catalog.programme import ProgrammeState
from catalog.text import fold
from handlers.board.desk import Desk
from handlers.board.fairs import BadFair, may_change, nobody_knows
from handlers.fairs import notices, wording
from handlers.programme import load_figures

PER_PAGE = 30


class ParticipantFilter(StrEnum):
    """Which producers are shown."""

    ALL = "all"
    UNINVITED = "uninvited"
    SILENT = "silent"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class FairMaker:
    """A producer with how many products have a star in force, and where it lies (a commune's code, "" if unsure)."""

    producer: str
    name: str
    commune: str
    place: str
    phones: Sequence[str]
    stars: int
    products: int

    @property
    def is_known(self) -> bool:
        """Whether anybody can be asked to take part: what no list says a producer of has none."""
        return self.name != UNKNOWN_PRODUCER


@dataclass(frozen=True, slots=True)
class ParticipantLine:
    """A producer and its invitation, in words. *reached* tells whether a messenger of theirs is known."""

    maker: FairMaker
    invitation: FairInvitation | None
    answer: str
    needs: str
    booths: str
    reached: bool
    may_note: bool


@dataclass(frozen=True, slots=True)
class ParticipantSheet:
    """Who takes part in *fair*: a page of lines, how many each filter has, what all booths need together."""

    fair: Fair
    lines: Sequence[ParticipantLine]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int
    needs: Sequence[tuple[str, int]]
    may_invite: bool
    unknown: int
    """How many products in reach are of producers whom nobody knows, so that none can be invited."""


async def show(desk: Desk, key: str, which: str, commune: str, page: int) -> ParticipantSheet:
    """Who takes part in a fair, as far as this officer reaches. Raises NotFound, StoreError."""
    fair = await desk.context.store.fairs.by_key(key)
    asked = {each.producer: each for each in await desk.context.store.fair_invitations.of_fair(key)}
    within = [each for each in await _makers(desk) if not commune or each.commune == commune]
    makers = [each for each in within if each.is_known]
    sorted_ = _sort_by_filter(makers, asked)
    shown = sorted_[ParticipantFilter(which) if which in set(ParticipantFilter) else ParticipantFilter.ALL]
    pages = max(1, -(-len(shown) // PER_PAGE))
    number = min(max(page, 0), pages - 1)
    reached = await desk.context.store.worklists.producers_reached()
    booths = await _codes_by_producer(desk, key)
    return ParticipantSheet(
        fair=fair,
        lines=[
            _line(
                each,
                asked.get(each.producer),
                fair,
                desk,
                booths=booths.get(each.producer, ()),
                reached=each.producer in reached,
            )
            for each in shown[number * PER_PAGE : (number + 1) * PER_PAGE]
        ],
        counts={str(each): len(found) for each, found in sorted_.items()},
        total=len(shown),
        page=number,
        pages=pages,
        needs=_count_needs(sorted_[ParticipantFilter.YES], asked, desk),
        may_invite=may_change(desk, fair) and not fair.is_cancelled and not fair.is_over(desk.context.today()),
        unknown=sum(each.products for each in within if not each.is_known),
    )


def _sort_by_filter(
    makers: Sequence[FairMaker], asked: Mapping[str, FairInvitation]
) -> dict[ParticipantFilter, list[FairMaker]]:
    """Which of *makers* each filter shows; *asked* are the invitations by their producers."""
    return {which: [each for each in makers if _fits(which, asked.get(each.producer))] for which in ParticipantFilter}


def _count_needs(taking: Sequence[FairMaker], asked: Mapping[str, FairInvitation], desk: Desk) -> list[tuple[str, int]]:
    """Each need in words, and how many of the producers *taking* part have it."""
    names = wording.need_names(desk.say)
    return [(names[need], sum(need in asked[each.producer].needs for each in taking)) for need in BoothNeed]


def _fits(which: ParticipantFilter, held: FairInvitation | None) -> bool:
    answers = {
        ParticipantFilter.YES: {FairAnswer.YES},
        ParticipantFilter.NO: {FairAnswer.NO},
        ParticipantFilter.SILENT: {FairAnswer.OPEN, FairAnswer.LATER},
    }
    if which is ParticipantFilter.ALL:
        return True
    if which is ParticipantFilter.UNINVITED:
        return held is None
    return held is not None and held.answer in answers[which]


async def _makers(desk: Desk) -> list[FairMaker]:
    """The producers within the officer's reach, those with the most stars in force first."""
    figures = await load_figures(desk.context, desk.context.today())
    found: dict[str, FairMaker] = {}
    stars: dict[str, int] = {}
    products = Counter(each.product.producer.id for each in figures.products)
    for each in figures.products:
        producer, unit = each.product.producer, each.placed.commune
        stars[producer.id] = stars.get(producer.id, 0) + (each.state is ProgrammeState.IN_FORCE)
        found[producer.id] = FairMaker(
            producer.id, producer.name, unit.code if unit else "", str(unit or ""), producer.phones, stars[producer.id],
            products[producer.id],
        )  # fmt: skip
    reach = desk.reach_of(Act.READ_CATALOGUE)
    within = [each for each in found.values() if reach.covers(ActScope(each.commune, each.producer))]
    return sorted(within, key=lambda each: (-each.stars, fold(each.name)))


async def _codes_by_producer(desk: Desk, key: str) -> dict[str, list[str]]:
    """The codes of the booths that each producer has at the fair."""
    found: dict[str, list[str]] = {}
    for booth in await desk.context.store.fairs.booths(key):
        if booth.producer:
            found.setdefault(booth.producer, []).append(booth.code)
    return found


def _line(
    maker: FairMaker, held: FairInvitation | None, fair: Fair, desk: Desk, *, booths: Sequence[str], reached: bool
) -> ParticipantLine:
    say = desk.say
    names = wording.need_names(say)
    answer = wording.answer_names(say)[held.answer] if held else say("not invited")
    return ParticipantLine(
        maker=maker,
        invitation=held,
        answer=answer,
        needs=", ".join(names[each] for each in BoothNeed if held and each in held.needs),
        booths=", ".join(booths),
        reached=reached,
        may_note=_may_note(desk, maker, fair) and not fair.is_over(desk.context.today()),
    )


def _may_note(desk: Desk, maker: FairMaker, fair: Fair) -> bool:
    scope = ActScope(maker.commune, maker.producer)
    return desk.reach_of(Act.INVITE_PRODUCER).covers(scope) or may_change(desk, fair)


async def invite(desk: Desk, key: str, form: Mapping[str, str]) -> int:
    """Invite one producer, or all with a star in force not invited yet. Raises BadFair, NotFound, StoreError."""
    fair = await _own(desk, key)
    wanted, commune = form.get("producer", ""), form.get("commune", "")
    makers = await _makers(desk)
    if any(each.producer == wanted and not each.is_known for each in makers):
        raise BadFair(nobody_knows(desk))
    chosen = [
        each.producer
        for each in makers
        if each.producer == wanted or (not wanted and each.is_known and each.stars and commune in {"", each.commune})
    ]
    members = await _members(desk, chosen)
    now = desk.context.now()

    def tell(fresh: Sequence[FairInvitation]) -> Sequence[Notice]:
        return notices.invitations(fair, fresh, members, now=now)

    return len(await desk.context.store.fair_invitations.invite(fair, chosen, by=desk.doer, tell=tell))


async def ask_again(desk: Desk, key: str) -> int:
    """Ask everybody once more who has not answered. Raises NotFound, StoreError."""
    fair = await _own(desk, key)
    asked = await desk.context.store.fair_invitations.of_fair(key)
    silent = [each for each in asked if not each.is_settled]
    members = await _members(desk, [each.producer for each in silent])
    now = desk.context.now()

    def tell(again: Sequence[FairInvitation]) -> Sequence[Notice]:
        return notices.invitations(fair, again, members, now=now)

    if silent:
        await desk.context.store.fair_invitations.ask_again(fair, silent, by=desk.doer, tell=tell)
    return len({each.producer_id for each in members})


async def note_answer(desk: Desk, key: str, form: Mapping[str, str]) -> None:
    """Keep what a producer said on the phone; who was not invited is by that. Raises BadFair, NotFound, StoreError."""
    fair = await desk.context.store.fairs.by_key(key)
    wanted = form.get("producer", "")
    maker = next((each for each in await _makers(desk) if each.producer == wanted), None)
    if maker is None:
        raise NotFound
    if not maker.is_known:
        raise BadFair(nobody_knows(desk))
    if not _may_note(desk, maker, fair):
        desk.require(ActScope(maker.commune, maker.producer), Act.INVITE_PRODUCER)
    answer = form.get("answer", "")
    if answer not in {FairAnswer.YES, FairAnswer.NO, FairAnswer.LATER}:
        raise BadFair(desk.say("Choose what the producer answered."))
    needs = frozenset(each for each in BoothNeed if form.get(f"need-{each}"))
    store = desk.context.store.fair_invitations
    await store.invite(fair, [maker.producer], by=desk.doer, tell=lambda _: [])
    held = next(each for each in await store.of_fair(key) if each.producer == maker.producer)
    await store.answer(held.number, FairAnswer(answer), needs, by=desk.doer)


async def _own(desk: Desk, key: str) -> Fair:
    fair = await desk.context.store.fairs.by_key(key)
    desk.require(ActScope(fair.commune), Act.MANAGE_FAIR)
    if fair.is_cancelled or fair.is_over(desk.context.today()):
        raise NotFound("nobody is invited to it any more")
    return fair


async def _members(desk: Desk, producers: Sequence[str]) -> list[Member]:
    return [each for one in producers for each in await desk.context.store.members.of_producer(one)]
