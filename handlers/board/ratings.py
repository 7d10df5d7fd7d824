"""Buyers' ratings on the board: what waits is shown or hidden with a reason, and what looks like a ring may be counted.

An officer sees what is of products in their reach, and never whose it is. Each decision stands in the audit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.errors import CatalogError, NotFound
from catalog.inquiry import Notice
from catalog.model import Product
from catalog.officers import Act, scope_of
from catalog.ratings import Rating, RatingState, RingKind
from handlers import rating_words
from handlers.board.desk import Desk
from handlers.inquiries import rating_answers, rating_lists
from handlers.phrases import Speech

PER_PAGE = 20
LONGEST_REASON = 200
_SHORTEST_REASON = 5
_MOST = 2000


class NoReason(CatalogError):
    """Who hides a rating, or counts one of a ring, says why."""


class RatingPile(StrEnum):
    """Which ratings the page shows."""

    WAITING = "waiting"
    RINGS = "rings"
    SHOWN = "shown"
    HIDDEN = "hidden"


_STATES = {
    RatingPile.WAITING: RatingState.HELD,
    RatingPile.RINGS: RatingState.SHOWN,
    RatingPile.SHOWN: RatingState.SHOWN,
    RatingPile.HIDDEN: RatingState.HIDDEN,
}


@dataclass(frozen=True, slots=True)
class RatingLine:
    """A rating in words. *why* is what keeps it back, sets it apart, or the reason for which it was hidden."""

    rating: Rating
    product: str
    producer: str
    head: str
    why: str
    may_show: bool
    may_hide: bool
    may_count: bool


@dataclass(frozen=True, slots=True)
class RatingDesk:
    """A page of one pile; *piles* are its neighbours with what they are called."""

    pile: RatingPile
    piles: Mapping[RatingPile, str]
    lines: Sequence[RatingLine]
    total: int
    page: int
    pages: int


def pile_names(say: Speech) -> Mapping[RatingPile, str]:
    """What each pile is called."""
    return {
        RatingPile.WAITING: say("Waiting"),
        RatingPile.RINGS: say("Standing apart"),
        RatingPile.SHOWN: say("Shown"),
        RatingPile.HIDDEN: say("Hidden"),
    }


async def show(desk: Desk, name: str, page: int) -> RatingDesk:
    """One page of a pile, within the officer's reach, the newest first. Raises StoreError."""
    pile = RatingPile(name) if name in set(RatingPile) else RatingPile.WAITING
    ratings, _ = await desk.context.store.ratings.in_state(_STATES[pile], limit=_MOST)
    products = {each.id: each for each in await desk.context.store.products(sorted({one.product for one in ratings}))}
    mine = [each for each in ratings if _reaches(desk, products.get(each.product))]
    rings = await _rings(desk, mine) if _STATES[pile] is RatingState.SHOWN else {}
    if pile is RatingPile.RINGS:
        mine = [each for each in mine if each.number in rings]
    pages = max(1, -(-len(mine) // PER_PAGE))
    number = min(max(page, 0), pages - 1)
    some = mine[number * PER_PAGE : (number + 1) * PER_PAGE]
    lines = [_line(each, products[each.product], rings.get(each.number), desk.say) for each in some]
    return RatingDesk(pile, pile_names(desk.say), lines, len(mine), number, pages)


async def list_waiting(desk: Desk) -> Sequence[RatingLine]:
    """What waits of products for which this officer may decide, the newest first. Raises StoreError."""
    if not desk.context.has_ratings:
        return ()
    held, _ = await desk.context.store.ratings.in_state(RatingState.HELD, limit=_MOST)
    products = {each.id: each for each in await desk.context.store.products(sorted({one.product for one in held}))}
    mine = [each for each in held if _reaches(desk, products.get(each.product))]
    return [_line(each, products[each.product], None, desk.say) for each in mine]


async def _rings(desk: Desk, ratings: Sequence[Rating]) -> Mapping[int, RingKind]:
    return await desk.context.store.ratings.rings_of(sorted({each.product for each in ratings}))


def _reaches(desk: Desk, product: Product | None) -> bool:
    return product is not None and desk.reach_of(Act.JUDGE_RATING).covers(
        scope_of(product.producer, desk.context.places)
    )


def _line(rating: Rating, product: Product, ring: RingKind | None, say: Speech) -> RatingLine:
    why = rating_words.why_held(rating, say) if rating.state is RatingState.HELD else rating.reason
    if ring is not None:
        why = rating_words.ring_names(say)[ring]
    shown = rating.state is RatingState.SHOWN
    head = rating_words.head(rating, say)
    hidden = rating.state is RatingState.HIDDEN
    return RatingLine(rating, product.name, product.producer.name, head, why, not shown, not hidden, ring is not None)


async def decide(desk: Desk, number: int, what: str, reason: str) -> RatingPile:
    """Show, hide or count one; the pile it was in. Raises NoReason, NotAllowed, NotFound, StoreError."""
    store, said = desk.context.store.ratings, " ".join(reason.split())[:LONGEST_REASON]
    rating = await store.by_number(number)
    product = await desk.context.store.product(rating.product) if rating is not None else None
    if rating is None or product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places))
    if what != "show" and len(said) < _SHORTEST_REASON:
        raise NoReason
    if what == "count":
        await store.clear(number, by=desk.doer, reason=said)
        return RatingPile.RINGS
    state = RatingState.SHOWN if what == "show" else RatingState.HIDDEN
    await store.judge(number, state, by=desk.doer, reason=said, tell=await _news(rating, product, state, desk))
    return next(pile for pile, held in _STATES.items() if held is rating.state and pile is not RatingPile.RINGS)


async def _news(rating: Rating, product: Product, state: RatingState, desk: Desk) -> Sequence[Notice]:
    """What tells whoever wrote it, and of words that everybody reads now its producer."""
    fresh = rating.words and replace(rating, state=state).may_be_answered
    producer = await rating_answers.notices(product, context=desk.context) if fresh else []
    return [rating_lists.tell_judged(rating, state, now=desk.context.now()), *producer]
