"""How well a producer's offer fits what a buyer wants, reason by reason; unknown is said, never guessed. Pure."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from catalog.buyers.demand import Demand, DemandPart, PriceRange, Quantity
from catalog.buyers.read_demand import read_packing
from catalog.dates import PartialDate
from catalog.text import fold

NEAR_KM = 30.0
_YEARLY = {"": 1.0, "season": 1.0, "year": 1.0, "month": 12.0, "week": 52.0}
_MONTHLY = {"month": 1.0, "week": 52 / 12}


class FitVerdict(StrEnum):
    """Whether a condition is met, as far as anybody said."""

    MEETS = "meets"
    PARTLY = "partly"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SupplyStatement:
    """What a producer says that it can supply of a product; an officer who entered it names a *source* and a day."""

    product: str
    producer: str
    capacity: Quantity | None = None
    months: frozenset[int] = frozenset()
    packing: str = ""
    delivery: str = ""
    certificates: str = ""
    at: float = 0.0
    source: str = ""
    as_of: str = ""
    by_officer: bool = False


@dataclass(frozen=True, slots=True)
class SupplyOffer:
    """A product with all that is known of what its producer can supply. *stars* are those in force today."""

    product: str
    name: str
    producer: str
    commune: str = ""
    kilometres: float | None = None
    stars: int | None = None
    stars_until: PartialDate | None = None
    months: frozenset[int] = frozenset()
    price: PriceRange | None = None
    said: SupplyStatement | None = None


@dataclass(frozen=True, slots=True)
class FitReason:
    """How one part of what is wanted is met."""

    part: DemandPart
    verdict: FitVerdict


@dataclass(frozen=True, slots=True)
class SupplyFit:
    """An offer with its reasons; the more of them are met, the higher its *score*."""

    offer: SupplyOffer
    reasons: Sequence[FitReason]
    score: float


_WEIGHT = {
    DemandPart.VOLUME: 3.0, DemandPart.MONTHS: 3.0, DemandPart.STARS: 2.0, DemandPart.PLACE: 1.5,
    DemandPart.PRICE: 1.5, DemandPart.PACKING: 1.0,
}  # fmt: skip
_VALUE = {FitVerdict.MEETS: 1.0, FitVerdict.PARTLY: 0.4, FitVerdict.UNKNOWN: 0.0, FitVerdict.FAILS: -1.0}


def sort_offers(demand: Demand, offers: Iterable[SupplyOffer]) -> list[SupplyFit]:
    """Every offer with its reasons, the fittest first; of equal ones the nearest."""
    found = [judge_offer(demand, each) for each in offers]
    return sorted(
        found,
        key=lambda each: (
            -each.score,
            each.offer.kilometres is None,
            each.offer.kilometres or 0.0,
            -(each.offer.stars or 0),
            fold(each.offer.name),
            each.offer.product,
        ),
    )


def judge_offer(demand: Demand, offer: SupplyOffer) -> SupplyFit:
    """The reasons for and against *offer*. A star is always looked at; all else where it was asked for."""
    verdicts = {
        DemandPart.VOLUME: _judge_volume(demand, offer) if demand.volume else None,
        DemandPart.MONTHS: _judge_months(demand, offer) if demand.months else None,
        DemandPart.STARS: _judge_stars(demand, offer),
        DemandPart.PLACE: _judge_place(offer) if demand.place or offer.kilometres is not None else None,
        DemandPart.PRICE: _judge_price(demand.price, offer.price) if demand.price else None,
        DemandPart.PACKING: _judge_packing(demand, offer) if demand.packing else None,
    }
    reasons = [FitReason(part, verdict) for part, verdict in verdicts.items() if verdict is not None]
    return SupplyFit(offer, reasons, sum(_WEIGHT[each.part] * _VALUE[each.verdict] for each in reasons))


def _judge_volume(demand: Demand, offer: SupplyOffer) -> FitVerdict:
    capacity = offer.said.capacity if offer.said else None
    enough = covers(capacity, demand.volume, months=len(demand.months))
    if enough is None:
        return FitVerdict.UNKNOWN
    return FitVerdict.MEETS if enough else FitVerdict.FAILS


def covers(capacity: Quantity | None, wanted: Quantity | None, *, months: int) -> bool | None:
    """Whether *capacity* is enough for what is *wanted* in so many *months* (0 for any); None where nobody can tell."""
    if capacity is None or wanted is None or capacity.unit != wanted.unit:
        return None
    if capacity.period in _MONTHLY and wanted.period in _MONTHLY:
        return capacity.amount * _MONTHLY[capacity.period] >= wanted.amount * _MONTHLY[wanted.period]
    return _within(capacity, months) >= _within(wanted, months)


def _within(quantity: Quantity, months: int) -> float:
    """How much that is in so many *months*, in a year where none are named."""
    if quantity.period in _MONTHLY and months:
        return quantity.amount * _MONTHLY[quantity.period] * months
    return quantity.amount * _YEARLY[quantity.period]


def _judge_months(demand: Demand, offer: SupplyOffer) -> FitVerdict:
    season = months_of(offer)
    if not season:
        return FitVerdict.UNKNOWN
    if demand.months <= season:
        return FitVerdict.MEETS
    return FitVerdict.PARTLY if demand.months & season else FitVerdict.FAILS


def months_of(offer: SupplyOffer) -> frozenset[int]:
    """When there is some: as the producer says, else as the catalogue does."""
    return offer.said.months if offer.said and offer.said.months else offer.months


def _judge_stars(demand: Demand, offer: SupplyOffer) -> FitVerdict:
    if offer.stars is None:
        return FitVerdict.FAILS
    return FitVerdict.MEETS if offer.stars >= (demand.stars or 1) else FitVerdict.FAILS


def _judge_place(offer: SupplyOffer) -> FitVerdict:
    if offer.kilometres is None:
        return FitVerdict.UNKNOWN
    return FitVerdict.MEETS if offer.kilometres <= NEAR_KM else FitVerdict.PARTLY


def _judge_price(wanted: PriceRange | None, known: PriceRange | None) -> FitVerdict:
    if wanted is None or known is None or (wanted.unit and wanted.unit != known.unit):
        return FitVerdict.UNKNOWN
    return FitVerdict.MEETS if known.low <= wanted.high and wanted.low <= known.high else FitVerdict.FAILS


def _judge_packing(demand: Demand, offer: SupplyOffer) -> FitVerdict:
    return compare_packing(demand.packing, offer.said.packing if offer.said else "")


def compare_packing(wanted: str, told: str) -> FitVerdict:
    """Whether what is *told* of a packing is what is *wanted*: by what it is, and by how much one holds."""
    want, have = read_packing(wanted), read_packing(told)
    if not (want.kinds or want.sizes):
        same = bool(want.words) and want.words <= have.words
        return FitVerdict.MEETS if same else FitVerdict.UNKNOWN
    kind = _overlap(want.kinds, have.kinds)
    size = FitVerdict.MEETS if want.sizes & have.sizes else _overlap(want.sizes, have.sizes)
    verdicts = {each for each in (kind, size) if each is not None}
    if len(verdicts) == 1:
        return verdicts.pop()
    return FitVerdict.PARTLY if verdicts & {FitVerdict.MEETS, FitVerdict.PARTLY} else FitVerdict.UNKNOWN


def _overlap(wanted: AbstractSet[object], held: AbstractSet[object]) -> FitVerdict | None:
    """How many of *wanted* are *held*; None where none are wanted."""
    if not wanted:
        return None
    if not held:
        return FitVerdict.UNKNOWN
    if wanted <= held:
        return FitVerdict.MEETS
    return FitVerdict.PARTLY if wanted & held else FitVerdict.FAILS
