"""What fits a demand: every product that is meant, with what is known of it, shown with reasons and without a name."""

from collections.abc import Sequence

from catalog import passport
from catalog.buyers.deals import REQUEST_DAYS, BuyerRequest
from catalog.buyers.demand import Demand, PriceRange, Quantity
from catalog.buyers.fitting import SupplyFit, SupplyOffer, SupplyStatement, sort_offers
from catalog.buyers.read_demand import read_quantity
from catalog.cells.prices import Price
from catalog.cells.problems import CellRefused
from catalog.cells.seasons import months_in
from catalog.distances import distance_km
from catalog.model import Product
from catalog.search import Band
from catalog.translated_words import to_vietnamese
from handlers.actions import Action, Verb
from handlers.acts.hits import all_say
from handlers.buyers import wording
from handlers.catalogue.search import clean
from handlers.context import Context, Session
from handlers.messages import Choice, Reply

PER_PAGE = 5
_LOOKED_AT = 60


async def find_offers(demand: Demand, *, context: Context, here: tuple[float, float] | None) -> Sequence[SupplyFit]:
    """What is known of every product that the words mean, the fittest first. Raises StoreError."""
    query = clean(to_vietnamese(demand.product))
    found = context.find(query, limit=_LOOKED_AT)
    hits = [each for each in found.hits if found.band is Band.ANSWER or found.holding or all_say([each], query)]
    if found.band is Band.NOTHING or not hits:
        return []
    products = await context.products(hit.id for hit in hits)
    supplies = await context.store.buyers.supplies(products=[each.id for each in products])
    # Of a place that we do not know, how far it is is not known either: where the buyer is says nothing of it.
    at = _middle(demand.place, context) if demand.place else here
    offers = [make_offer(each, supplies.get(each.id), context=context, at=at) for each in products]
    return sort_offers(demand, offers)


def _middle(place: str, context: Context) -> tuple[float, float] | None:
    found = context.places.find(place)
    return found[0].middle if found else None


def make_offer(
    product: Product, said: SupplyStatement | None, *, context: Context, at: tuple[float, float] | None = None
) -> SupplyOffer:
    """What is known of *product* as an offer; how far it is from *at*."""
    held = passport.of(product.certificates, context.today())
    in_force = held.standing in passport.IN_FORCE and held.current is not None
    unit = context.places.of_producer(product.producer).new
    there = unit.middle if unit else None
    return SupplyOffer(
        product=product.ref,
        name=product.name,
        producer=product.producer.id,
        commune=str(unit or ""),
        kilometres=distance_km(at, there) if at and there else None,
        stars=held.stars if in_force else None,
        stars_until=held.current.ends if in_force and held.current else None,
        months=months_in(product.details.get("season", "")),
        price=_price(product.details.get("price", "")),
        said=said,
    )


def _price(text: str) -> PriceRange | None:
    """The first reference price of the catalogue, for a unit that a buyer's can be compared with."""
    try:
        price = Price.parse(text.partition(";")[0].partition("(")[0].strip())
    except CellRefused:
        return None
    unit = read_quantity(f"1 {price.unit}") or Quantity(1, price.unit)
    return PriceRange(price.least, price.most, unit.unit if unit.amount == 1 else price.unit)


async def show_offers(
    request: BuyerRequest, page: int, *, context: Context, session: Session, first: bool = False
) -> Reply:
    say = session.say
    fits = await find_offers(request.demand, context=context, here=session.here)
    lines = [say("You look for: {demand}.", demand=wording.describe_demand(request.demand, say))]
    end = Choice(say("Withdraw this request"), Action(Verb.SOURCE, f"end {request.number}"))
    new = Choice(say("Look for something else"), Action(Verb.SOURCE, "new"))
    kept = say(
        "It is kept for {number} days; nobody sees it until you have a producer asked. Withdraw it at any time.",
        number=REQUEST_DAYS,
    )
    if not fits:
        lines.append(say("No product in the catalogue is that. Try another name or a group. {kept}", kept=kept))
        return Reply("\n".join(lines), choices=(new, end), language=say.language)
    pages = -(-len(fits) // PER_PAGE)
    number = min(max(page, 1), pages)
    shown = list(enumerate(fits, 1))[(number - 1) * PER_PAGE : number * PER_PAGE]
    lines.append(
        say.count("{number} offer, the fittest first:", "{number} offers, the fittest first:", len(fits))
        + (f" ({number}/{pages})" if pages > 1 else "")
    )
    lines += [wording.describe_fit(place, fit, say) for place, fit in shown]
    lines.append(say("✓ fits, ~ in part, ✗ does not, ? nobody has said. Who makes it is told once both agree."))
    if first:
        lines.append(kept)
    choices = [
        Choice(say("Ask no. {number}", number=place), Action(Verb.SOURCE, f"ask {request.number} {fit.offer.product}"))
        for place, fit in shown
    ]
    if number < pages:
        choices.append(Choice(say("Next →"), Action(Verb.SOURCE, f"show {request.number} {number + 1}")))
    return Reply("\n".join(lines), choices=(*choices, end, new), language=say.language)
