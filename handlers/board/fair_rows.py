"""The rows behind the figures of a fair's report that are neither visits nor leads: booths, products, buyers' matters.

No buyer is named; what was agreed and how much of it is told to whoever may phone that producer.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.buyers.deals import BuyerDeal, BuyerRequest, DealAnswer, DealState, KeptState, judge_kept
from catalog.buyers.demand import Demand
from catalog.fairs.calendar import Fair
from catalog.fairs.plan import code_order
from catalog.officers import Act, scope_of
from handlers.board.buyers import kept_names
from handlers.board.desk import Desk
from handlers.board.fairs import BoothLine, name_booths
from handlers.buyers import notices
from handlers.buyers import wording as buyer_wording
from handlers.fairs import wording
from handlers.phrases import Speech
from handlers.programme import load_figures


class FairRowsOf(StrEnum):
    """Which figure's rows are shown."""

    BOOTHS = "booths"
    PRODUCTS = "products"
    REQUESTS = "requests"
    AGREED = "agreed"
    SIGNED = "signed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class FairRows:
    """A page of the rows of one figure, as a table; *total* is how many there are."""

    fair: Fair
    title: str
    note: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int


async def list_rows(desk: Desk, key: str, of: str, page: int, *, at_once: int) -> FairRows:
    """The rows behind a figure. Raises NotFound, StoreError."""
    fair = await desk.context.store.fairs.by_key(key)
    which = FairRowsOf(of) if of in set(FairRowsOf) else FairRowsOf.BOOTHS
    if which is FairRowsOf.BOOTHS:
        whole = await _booth_rows(desk, fair)
    elif which is FairRowsOf.PRODUCTS:
        whole = await _product_rows(desk, fair)
    elif which is FairRowsOf.REQUESTS:
        whole = await _request_rows(desk, fair)
    else:
        whole = await _deal_rows(desk, fair, which)
    title, note, headings, rows = whole
    return FairRows(fair, title, note, headings, rows[page * at_once : (page + 1) * at_once], len(rows))


_Table = tuple[str, str, Sequence[str], Sequence[Sequence[str]]]


async def count_shown(desk: Desk, fair: Fair) -> tuple[int, int]:
    """How many booths are taken, and how many products those who stand there make. Raises StoreError."""
    held = await _taken(desk, fair)
    products = await _products_of(desk, held)
    return len(held) or fair.told, sum(map(len, products.values()))


async def _taken(desk: Desk, fair: Fair) -> Sequence[BoothLine]:
    held = await name_booths(desk, await desk.context.store.fairs.booths(fair.key))
    taken = [each for each in held if each.booth.is_taken]
    return sorted(taken, key=lambda each: (each.booth.zone, code_order(each.booth.code)))


async def _products_of(desk: Desk, held: Sequence[BoothLine]) -> Mapping[str, Sequence[str]]:
    """The names of what each producer at these booths makes, by its id."""
    makers = {each.booth.producer for each in held if each.booth.producer}
    found: dict[str, list[str]] = defaultdict(list)
    for each in (await load_figures(desk.context, desk.context.today())).products if makers else ():
        if each.product.producer.id in makers:
            found[each.product.producer.id].append(each.product.name)
    return found


async def _booth_rows(desk: Desk, fair: Fair) -> _Table:
    say, held = desk.say, await _taken(desk, fair)
    products = await _products_of(desk, held)
    rows = [
        (each.booth.code, each.booth.zone or "–", each.name, str(len(products.get(each.booth.producer, ()))))
        for each in held
    ]
    note = "" if rows else say("{number} booths, as its source tells", number=fair.told) if fair.told else ""
    return say("Booths taken"), note, (say("Booth"), say("Zone"), say("Who stands there"), say("Products")), rows


async def _product_rows(desk: Desk, fair: Fair) -> _Table:
    say, held = desk.say, await _taken(desk, fair)
    products = await _products_of(desk, held)
    codes: dict[str, list[str]] = defaultdict(list)
    for each in held:
        codes[each.booth.producer].append(each.booth.code)
    names = {each.booth.producer: each.name for each in held}
    rows = [
        (product, names[maker], ", ".join(codes[maker]))
        for maker in sorted(products, key=lambda one: names[one])
        for product in sorted(products[maker])
    ]
    note = say("What the producers at the booths make, as the catalogue has it today.")
    return say("Products shown"), note, (say("Product"), say("Producer"), say("Booth")), rows


async def _request_rows(desk: Desk, fair: Fair) -> _Table:
    say = desk.say
    requests, deals = await desk.context.store.buyers.at_fair(fair.key)
    asked = Counter(each.request for each in deals)
    agreed = Counter(each.request for each in deals if each.state in {DealState.AGREED, DealState.SIGNED})
    rows = [
        (str(each.number), wording.moment_in_words(each.at), str(asked[each.number]), str(agreed[each.number]))
        for each in requests
    ]
    headings = (say("Number"), say("When"), say("Producers asked"), say("Agreed by both"))
    return say("Requests of buyers"), say("Buyers are named to nobody here."), headings, rows


async def _deal_rows(desk: Desk, fair: Fair, which: FairRowsOf) -> _Table:
    say, store = desk.say, desk.context.store.buyers
    requests, deals = await store.at_fair(fair.key)
    answers: dict[int, list[DealAnswer]] = defaultdict(list)
    for answer in await store.answers([each.number for each in deals]):
        answers[answer.deal].append(answer)
    judged = {each.number: judge_kept(answers[each.number]) for each in deals}
    found = [each for each in deals if _is_among(each, which, judged)]
    wanted = {each.number: each for each in requests}
    rows = [await _deal_row(desk, each, wanted[each.request], judged[each.number]) for each in found]
    titles = {
        FairRowsOf.AGREED: say("Agreed by both"),
        FairRowsOf.SIGNED: say("Memoranda signed, as either side says"),
        FairRowsOf.KEPT: say("Of them kept"),
    }
    headings = (
        say("Number"), say("Product"), say("Producer"), say("How much and when"), say("State"), say("Is it kept?"),
    )  # fmt: skip
    return titles[which], say("Buyers are named to nobody here."), headings, rows


def _is_among(deal: BuyerDeal, which: FairRowsOf, judged: Mapping[int, KeptState]) -> bool:
    if which is FairRowsOf.AGREED:
        return deal.state in {DealState.AGREED, DealState.SIGNED}
    signed = deal.state is DealState.SIGNED
    return signed and (which is FairRowsOf.SIGNED or judged[deal.number] is KeptState.KEPT)


async def _deal_row(desk: Desk, deal: BuyerDeal, request: BuyerRequest, kept: KeptState) -> Sequence[str]:
    say, none = desk.say, "–"
    product = await desk.context.store.product(deal.product)
    scope = scope_of(product.producer, desk.context.places) if product else None
    seen = product is not None and scope is not None and desk.reach_of(Act.READ_CATALOGUE).covers(scope)
    may = scope is not None and desk.reach_of(Act.INVITE_PRODUCER).covers(scope)
    return (
        str(deal.number),
        product.name if product and seen else none,
        product.producer.name if product and seen else none,
        (_amount_and_months(request.demand, say) if may else "") or none,
        notices.state_names(say)[deal.state],
        kept_names(say)[kept] if deal.state is DealState.SIGNED else none,
    )


def _amount_and_months(demand: Demand, say: Speech) -> str:
    volume = buyer_wording.format_quantity(demand.volume, say) if demand.volume else ""
    months = buyer_wording.format_months(demand.months, say) if demand.months else ""
    return ", ".join(filter(None, (volume, months)))
