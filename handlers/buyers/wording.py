"""How a demand, a supply and the reasons for an offer are said."""

from collections.abc import Iterable, Mapping

from catalog.buyers.deals import BuyerDeal
from catalog.buyers.demand import Demand, DemandPart, PriceRange, Quantity
from catalog.buyers.fitting import FitReason, FitVerdict, SupplyFit, SupplyOffer, SupplyStatement, months_of
from catalog.cells.seasons import YEAR, months_text
from catalog.fairs.figures import format_amount
from handlers.inquiries.wording import moment
from handlers.phrases import Speech

PATH = "/chat/buy"
PAPER = "/m"
_TON = 1000
_MARKS = {FitVerdict.MEETS: "✓", FitVerdict.PARTLY: "~", FitVerdict.FAILS: "✗", FitVerdict.UNKNOWN: "?"}


def format_quantity(quantity: Quantity, say: Speech) -> str:
    """An amount with its unit: 2 tấn, 300 chai một tháng."""
    # What is no whole number of ten kilograms is told in kilograms: nothing is rounded away in a memorandum.
    tons = quantity.unit == "kg" and quantity.amount >= _TON and quantity.amount % 10 == 0
    amount = quantity.amount / _TON if tons else quantity.amount
    whole, _, part = f"{amount:.2f}".partition(".")
    number = format_amount(int(whole)) + (f",{part.rstrip('0')}" if part.strip("0") else "")
    unit = say("tonnes") if tons else _unit_names(say).get(quantity.unit, quantity.unit)
    return " ".join(filter(None, (number, unit, _period_names(say).get(quantity.period, ""))))


def _unit_names(say: Speech) -> Mapping[str, str]:
    return {
        "kg": "kg", "lít": say("litres"), "thùng": say("cartons"), "chai": say("bottles"), "hộp": say("boxes"),
        "lọ": say("jars"), "hũ": say("pots"), "gói": say("packs"), "túi": say("bags"), "bao": say("sacks"),
        "bộ": say("sets"), "cái": say("pieces"), "con": say("animals"), "quả": say("fruits"), "bình": say("jugs"),
    }  # fmt: skip


def _period_names(say: Speech) -> Mapping[str, str]:
    return {
        "month": say("a month"), "season": say("a season"), "year": say("a year"), "week": say("a week"),
    }  # fmt: skip


def format_months(months: Iterable[int], say: Speech) -> str:
    """Months shortly: 6-7; all of them are all year."""
    held = set(months)
    return say("all year round") if len(held) == YEAR else say("months {months}", months=months_text(held))


def format_price(price: PriceRange, say: Speech) -> str:
    """A price range: 20.000–30.000 đ/kg."""
    unit = f"/{_unit_names(say).get(price.unit, price.unit)}" if price.unit else ""
    if not price.low:
        return say("up to {price}", price=f"{format_amount(price.high)} đ{unit}")
    amounts = dict.fromkeys((format_amount(price.low), format_amount(price.high)))
    return f"{'–'.join(amounts)} đ{unit}"


def describe_demand(demand: Demand, say: Speech) -> str:
    """What is wanted, on one line; nothing of who wants it."""
    parts = [
        demand.product,
        format_quantity(demand.volume, say) if demand.volume else say("amount not said"),
        format_months(demand.months, say) if demand.months else "",
        say("delivered to {place}", place=demand.place) if demand.place else "",
        say("from {stars} stars", stars=demand.stars) if demand.stars else "",
        demand.packing,
        format_price(demand.price, say) if demand.price else "",
    ]
    return ", ".join(filter(None, parts))


def describe_fit(number: int, fit: SupplyFit, say: Speech) -> str:
    """An offer with its reasons; who makes it is not said."""
    offer = fit.offer
    head = f"{number}. {offer.name}" + (f" · {offer.commune}" if offer.commune else "")
    reasons = [f"{_MARKS[each.verdict]} {_reason(each, offer, say)}" for each in fit.reasons]
    told = [f"  {_who_said(offer.said, say)}"] if offer.said else []
    asked = {each.part for each in fit.reasons}
    extras = [] if offer.said is None else [
        _packed(offer.said, say) if DemandPart.PACKING not in asked else "",
        say("delivery: {words}", words=offer.said.delivery) if offer.said.delivery else "",
        say("papers: {words}", words=offer.said.certificates) if offer.said.certificates else "",
    ]  # fmt: skip
    return "\n".join([head, f"  {' · '.join(filter(None, (*reasons, *extras)))}", *told])


def _reason(reason: FitReason, offer: SupplyOffer, say: Speech) -> str:
    speakers = {
        DemandPart.VOLUME: _volume, DemandPart.MONTHS: _months, DemandPart.STARS: _stars, DemandPart.PLACE: _place,
        DemandPart.PRICE: _price, DemandPart.PACKING: _packing,
    }  # fmt: skip
    return speakers[reason.part](reason.verdict, offer, say)


def _volume(verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    capacity = offer.said.capacity if offer.said else None
    if capacity is None:
        return say("how much they have is not known")
    amount = format_quantity(capacity, say)
    if verdict is FitVerdict.UNKNOWN:
        return say("has {amount}, which cannot be compared", amount=amount)
    return (
        say("enough: {amount}", amount=amount)
        if verdict is FitVerdict.MEETS
        else say("not enough: {amount}", amount=amount)
    )


def _months(verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    season = months_of(offer)
    if not season:
        return say("season not known")
    months = format_months(season, say)
    return {
        FitVerdict.MEETS: say("in season: {months}", months=months),
        FitVerdict.PARTLY: say("in season for a part: {months}", months=months),
    }.get(verdict, say("out of season: {months}", months=months))


def _stars(_verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    if offer.stars is None:
        return say("no star in force")
    if offer.stars_until is None:
        return say("{stars} stars in force", stars=offer.stars)
    return say("{stars} stars in force until {day}", stars=offer.stars, day=say.day(offer.stars_until))


def _place(_verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    if offer.kilometres is None:
        return say("distance not known")
    return say.away(offer.kilometres)


def _price(verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    if offer.price is None:
        return say("price not known")
    price = format_price(offer.price, say)
    if verdict is FitVerdict.FAILS:
        return say("reference price {price}, outside your range", price=price)
    return say("reference price {price}", price=price)


def _packing(verdict: FitVerdict, offer: SupplyOffer, say: Speech) -> str:
    if offer.said is None or not offer.said.packing:
        return say("packing has to be asked")
    words = offer.said.packing
    return {
        FitVerdict.MEETS: say("packing fits: {words}", words=words),
        FitVerdict.PARTLY: say("packing fits in part: {words}", words=words),
        FitVerdict.FAILS: say("packed otherwise: {words}", words=words),
    }.get(verdict, _packed(offer.said, say))


def _packed(said: SupplyStatement, say: Speech) -> str:
    return say("packing: {words}", words=said.packing) if said.packing else ""


def describe_source(said: SupplyStatement, say: Speech) -> str:
    """Who said what a producer can supply, and when, for officers."""
    if said.by_officer:
        return say("Entered by an officer: {source}, {day}", source=said.source, day=said.as_of)
    return _who_said(said, say)


def _who_said(said: SupplyStatement, say: Speech) -> str:
    """The same for buyers: whom an officer asked may be the producer, who is not named yet."""
    if said.by_officer:
        return say("Entered by an officer on {day}", day=said.as_of)
    return say("As the producer says, {moment}", moment=moment(said.at))


def describe_supply(said: SupplyStatement, say: Speech) -> str:
    """What a producer says that it can supply; what it did not say is told as not known."""
    parts = (
        say("capacity: {amount}", amount=format_quantity(said.capacity, say))
        if said.capacity
        else say("how much they have is not known"),
        format_months(said.months, say) if said.months else say("season not known"),
        _packed(said, say),
        say("delivery: {words}", words=said.delivery) if said.delivery else "",
        say("papers: {words}", words=said.certificates) if said.certificates else "",
    )
    return ", ".join(filter(None, parts))


def heading(deal: BuyerDeal, product: str, say: Speech) -> str:
    """A deal by its number: nobody's name stands here."""
    return say("Purchase no. {number}: {product}", number=deal.number, product=product)
