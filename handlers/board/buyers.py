"""Buyers on the board: what was asked, agreed, signed and kept, and what producers can supply. No buyer is named here.

What somebody looks for is shown to whoever may phone the producer, and to nobody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.buyers.deals import BuyerDeal, BuyerFigures, DealState, KeptState, count_deals, judge_kept
from catalog.buyers.fitting import SupplyStatement
from catalog.buyers.read_demand import read_months, read_quantity
from catalog.errors import CatalogError, ChangedMeanwhile, NotFound
from catalog.model import Product
from catalog.officers import Act, ActScope, scope_of
from handlers.board import wording as board_wording
from handlers.board.desk import Desk
from handlers.buyers import notices, wording
from handlers.buyers.notices import DealNews
from handlers.fairs.wording import moment_in_words
from handlers.phrases import Speech

PER_PAGE = 30
_MOST = 5000
_LONGEST = 200


class BadSupply(CatalogError):
    """What was entered of a supply cannot be kept; the words say why."""


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal in words. *wanted* is "" for who may not phone its producer; *waits* while it can be answered."""

    deal: BuyerDeal
    product: str
    producer: str
    phones: Sequence[str]
    state: str
    at: str
    kept: str
    wanted: str
    reached: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class BuyerSheet:
    """The figures, and a page of the deals within the officer's reach."""

    figures: BuyerFigures
    lines: Sequence[DealLine]
    total: int
    page: int
    pages: int


async def show(desk: Desk, page: int) -> BuyerSheet:
    """What became of all that buyers asked for, as far as this officer reaches. Raises StoreError."""
    store, now = desk.context.store.buyers, desk.context.now()
    every, reach = await store.deals(limit=_MOST), desk.reach_of(Act.READ_CATALOGUE)
    makers = await desk.context.store.producers(sorted({each.producer for each in every}))
    scopes = {each.id: scope_of(each, desk.context.places) for each in makers}
    within = [each for each in every if reach.covers(scopes.get(each.producer, ActScope(producer=each.producer)))]
    answers = await store.answers([each.number for each in within])
    requests = len({each.request for each in within})
    figures = await store.figures() if reach.everywhere else count_deals(requests, within, answers)
    pages = max(1, -(-len(within) // PER_PAGE))
    number = min(max(page, 0), pages - 1)
    shown = within[number * PER_PAGE : (number + 1) * PER_PAGE]
    kept = kept_names(desk.say)
    said = {each.number: kept[judge_kept([one for one in answers if one.deal == each.number])] for each in shown}
    reached = await desk.context.store.worklists.producers_reached()
    lines = [await _line(desk, each, said[each.number], now, reached=each.producer in reached) for each in shown]
    return BuyerSheet(figures, [each for each in lines if each is not None], len(within), number, pages)


async def _line(desk: Desk, deal: BuyerDeal, kept: str, now: float, *, reached: bool) -> DealLine | None:
    store, say = desk.context.store, desk.say
    product = await store.product(deal.product)
    if product is None:
        return None
    may = desk.reach_of(Act.INVITE_PRODUCER).covers(scope_of(product.producer, desk.context.places))
    request = await store.buyers.by_number(deal.request) if may and deal.is_open(now) else None
    late = deal.state is DealState.ASKED and not deal.is_open(now)
    state = say("no answer within 14 days") if late else notices.state_names(say)[deal.state]
    return DealLine(
        deal=deal,
        product=product.name,
        producer=product.producer.name,
        phones=product.producer.phones,
        state=state,
        at=moment_in_words(deal.moved_at),
        kept=kept if deal.state is DealState.SIGNED else "",
        wanted=wording.describe_demand(request.demand, say) if request and request.demand.product else "",
        reached=reached,
        waits=may and deal.is_open(now),
    )


def kept_names(say: Speech) -> Mapping[KeptState, str]:
    """Whether what was signed is kept, in words."""
    return {
        KeptState.KEPT: say("kept"),
        KeptState.PARTLY: say("kept in part"),
        KeptState.BROKEN: say("not kept"),
        KeptState.DISPUTED: say("the sides differ"),
        KeptState.UNSAID: say("nobody has said"),
    }


async def note_answer(desk: Desk, number: int, answer: str) -> None:
    """Keep what a producer said on the phone. Raises ChangedMeanwhile, NotAllowed, NotFound, StoreError."""
    store, now = desk.context.store, desk.context.now()
    deal = await store.buyers.deal(number)
    request = await store.buyers.by_number(deal.request)
    found = await store.producers([deal.producer])
    if not found or answer not in {"yes", "no"}:
        raise NotFound
    desk.require(scope_of(found[0], desk.context.places), Act.INVITE_PRODUCER)
    state, news = {
        "yes": (DealState.AGREED, DealNews.AGREED), "no": (DealState.DECLINED, DealNews.DECLINED),
    }[answer]  # fmt: skip
    tell = [notices.make_notice(deal, news, request.who, now)] if request.who.address else []
    moved = await store.buyers.move(deal, state, at=now, tell=tell, by=desk.doer) if deal.is_open(now) else None
    if moved is None:
        raise ChangedMeanwhile
    store.outbox.wake()


@dataclass(frozen=True, slots=True)
class SupplySheet:
    """What is said of a product's supply, and what was entered of it by part."""

    product: Product
    said: str
    source: str
    entered: Mapping[str, str]


async def show_supply(desk: Desk, ref: str, entered: Mapping[str, str] | None = None) -> SupplySheet:
    """The form of one product. Raises NotAllowed, NotFound, StoreError."""
    product = await _own(desk, ref)
    held = (await desk.context.store.buyers.supplies(products=[product.id])).get(product.id)
    say = desk.say
    values = {} if held is None else {
        "capacity": wording.format_quantity(held.capacity, say) if held.capacity else "",
        "months": wording.format_months(held.months, say) if held.months else "",
        "packing": held.packing,
        "delivery": held.delivery,
        "certificates": held.certificates,
    }  # fmt: skip
    names = ("capacity", "months", "packing", "delivery", "certificates", "source", "as_of")
    return SupplySheet(
        product,
        wording.describe_supply(held, say) if held else "",
        wording.describe_source(held, say) if held else "",
        {name: (values if entered is None else entered).get(name, "") for name in names},
    )


async def _own(desk: Desk, ref: str) -> Product:
    product = await desk.context.store.product(ref[:64])
    if product is None:
        raise NotFound(ref)
    desk.require(scope_of(product.producer, desk.context.places), Act.EDIT_PRODUCT)
    return product


async def note_supply(desk: Desk, ref: str, form: Mapping[str, str]) -> None:
    """Keep what an officer learned, with where and when. Raises BadSupply, NotAllowed, NotFound, StoreError."""
    say, product = desk.say, await _own(desk, ref)
    said = {name: " ".join(text.split())[:_LONGEST] for name, text in form.items()}
    capacity = read_quantity(said.get("capacity", ""))
    if said.get("capacity") and capacity is None:
        raise BadSupply(say("Write the capacity with its unit, like 5 tấn một vụ."))
    months = read_months(said.get("months", ""), today=desk.context.today())
    if said.get("months") and not months:
        raise BadSupply(say("Write the months like 6-7 or quanh năm."))
    day = _day(said.get("as_of", ""))
    if not said.get("source") or day is None or day > desk.context.today():
        raise BadSupply(say("Write who said it or which paper, and the day, not in the future."))
    statement = SupplyStatement(
        product=product.id,
        producer=product.producer.id,
        capacity=capacity,
        months=months,
        packing=said.get("packing", ""),
        delivery=said.get("delivery", ""),
        certificates=said.get("certificates", ""),
        at=desk.context.now(),
        source=said["source"],
        as_of=board_wording.day(day),
    )
    await desk.context.store.buyers.note_supply(statement, by=desk.doer)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
