"""What the programme counts: products whose star is in force, as of any day, by place, star, group, maker, year. Pure.

Whether a star is in force is what catalog.passport says. A certificate counts from the latest day on which its decision
can have been made, so that nothing is counted before it was surely there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from catalog import passport
from catalog.certificate_term import VALID_MONTHS
from catalog.dates import PartialDate
from catalog.model import Certificate, ProducerKind, Product
from catalog.passport import IN_FORCE, TAKEN_AWAY, Standing
from catalog.places import District, Places, Unit


class ProgrammeState(StrEnum):
    """How a product counts.

    UNSURE: its end is not known, or today lies between the earliest and the latest possible one. ENDED: the certificate
    known to us has ended, whether or not we heard since. TAKEN_AWAY: annulled or withdrawn by a decision.
    """

    IN_FORCE = "in-force"
    UNSURE = "unsure"
    ENDED = "ended"
    TAKEN_AWAY = "taken-away"
    WITHOUT_STAR = "without-star"


_STATES: Mapping[Standing, ProgrammeState] = {
    **dict.fromkeys(IN_FORCE, ProgrammeState.IN_FORCE),
    Standing.UNCERTAIN: ProgrammeState.UNSURE,
    Standing.UNDATED: ProgrammeState.UNSURE,
    Standing.LAPSED: ProgrammeState.ENDED,
    Standing.PRESUMED_LAPSED: ProgrammeState.ENDED,
    **dict.fromkeys(TAKEN_AWAY, ProgrammeState.TAKEN_AWAY),
    Standing.UNRATED: ProgrammeState.WITHOUT_STAR,
    Standing.NONE: ProgrammeState.WITHOUT_STAR,
}
RECOGNISED = frozenset(ProgrammeState) - {ProgrammeState.WITHOUT_STAR}
"""What was recognised at some time."""


class Axis(StrEnum):
    """By what products are counted; districts are those of before July 2025."""

    COMMUNE = "commune"
    DISTRICT = "district"
    STARS = "stars"
    GROUP = "group"
    KIND = "kind"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PlacedProduct:
    """A product with the commune (since July 2025) and the district (before) of its producer, None where not sure."""

    product: Product
    commune: Unit | None
    district: District | None


@dataclass(frozen=True, slots=True)
class CountedProduct:
    """A product as it counts on a day, by which *certificate*.

    *year* is that of the decision, *ends* when the star that counts ends.
    """

    placed: PlacedProduct
    standing: Standing
    stars: int | None
    year: int | None
    ends: PartialDate | None
    certificate: Certificate | None = None

    @property
    def state(self) -> ProgrammeState:
        """How it counts."""
        return _STATES[self.standing]

    @property
    def product(self) -> Product:
        """The product itself."""
        return self.placed.product


_KEYS: Mapping[Axis, Callable[[CountedProduct], str]] = {
    Axis.COMMUNE: lambda each: each.placed.commune.code if each.placed.commune else "",
    Axis.DISTRICT: lambda each: each.placed.district.name if each.placed.district else "",
    Axis.STARS: lambda each: str(each.stars or ""),
    Axis.GROUP: lambda each: each.product.group,
    Axis.KIND: lambda each: str(each.product.producer.kind),
    Axis.YEAR: lambda each: str(each.year or ""),
}


def key_of(counted: CountedProduct, axis: Axis) -> str:
    """Where *counted* stands on *axis*: a commune's code, a district's name, a year …; "" where that is not known."""
    return _KEYS[axis](counted)


def place_products(
    products: Iterable[Product], places: Places, *, before: Iterable[PlacedProduct] = ()
) -> list[PlacedProduct]:
    """Find the commune and the old district of each product; each producer is looked up once.

    What is as it was *before* is the same object as then, so that whoever works on it need not do so again.
    """
    held = {each.product.id: each for each in before}
    known = {each.product.producer.id: each for each in held.values()}
    found = []
    for product in products:
        placed = held.get(product.id)
        if placed is None or placed.product != product:
            placed = _place(product, places, known.get(product.producer.id))
            known[product.producer.id] = placed
        found.append(placed)
    return found


def place_changed(
    changed: Iterable[Product], places: Places, *, before: Sequence[PlacedProduct]
) -> list[PlacedProduct]:
    """What was placed *before*, with the *changed* products as they are now; new ones come last."""
    anew = {each.product.id: each for each in place_products(changed, places, before=before)}
    return [*[anew.pop(each.product.id, each) for each in before], *anew.values()]


def _place(product: Product, places: Places, neighbour: PlacedProduct | None) -> PlacedProduct:
    """Where *product* is; the same place as a *neighbour* of the same producer."""
    maker = product.producer
    if neighbour is not None and neighbour.product.producer == maker:
        return PlacedProduct(product, neighbour.commune, neighbour.district)
    return PlacedProduct(product, places.of_producer(maker).new, places.district_of(maker))


def count_products(
    placed: Iterable[PlacedProduct], day: date, *, today: date, before: Iterable[CountedProduct] = ()
) -> list[CountedProduct]:
    """How each product counts on *day*; of a day before *today* only what was surely decided by then.

    *before* is what was counted of the same days: what is the same object still is not counted again.
    """
    known = {id(each.placed): each for each in before}
    return [known.get(id(each)) or _count(each, day, whole=day >= today) for each in placed]


def _count(placed: PlacedProduct, day: date, *, whole: bool) -> CountedProduct:
    held = placed.product.certificates
    known = held if whole else tuple(each for each in held if _was_decided(each, day))
    shown = passport.of(known, day)
    current = shown.current
    if current is None:
        return CountedProduct(placed, shown.standing, shown.stars, None, None)
    decided = _decision_date(current.certificate)
    year = decided.year if decided else None
    return CountedProduct(placed, shown.standing, shown.stars, year, current.ends, current.certificate)


def _decision_date(certificate: Certificate) -> PartialDate | None:
    """When it was decided; of one that names only its end, so many months before."""
    if certificate.decided is None and certificate.expires is not None:
        return certificate.expires.plus_months(-VALID_MONTHS)
    return certificate.decided


def _was_decided(certificate: Certificate, day: date) -> bool:
    decided = _decision_date(certificate)
    return decided is None or decided.latest <= day


@dataclass(frozen=True, slots=True)
class Selection:
    """Which products are wanted: a value on some axes, and a state; an axis that is not named lets all through."""

    values: Mapping[Axis, str] = field(default_factory=dict)
    state: ProgrammeState | None = None

    def keeps(self, counted: CountedProduct) -> bool:
        """Whether *counted* is one of them."""
        state_fits = self.state is None or counted.state is self.state
        return state_fits and all(key_of(counted, axis) == value for axis, value in self.values.items())


@dataclass(frozen=True, slots=True)
class Count:
    """How many products there are of one kind: by state, and by star of those in force."""

    key: str
    states: Mapping[ProgrammeState, int]
    stars: Mapping[int, int]

    @property
    def in_force(self) -> int:
        """How many have a star in force."""
        return self.states.get(ProgrammeState.IN_FORCE, 0)

    @property
    def recognised(self) -> int:
        """How many were recognised at some time, in force or not."""
        return sum(self.states.get(state, 0) for state in RECOGNISED)


def count_all(counted: Iterable[CountedProduct], key: str = "") -> Count:
    """The count of all of them."""
    held = list(counted)
    states = Counter(each.state for each in held)
    stars = Counter(each.stars for each in held if each.state is ProgrammeState.IN_FORCE and each.stars)
    return Count(key, states, stars)


def count_by(counted: Iterable[CountedProduct], axis: Axis) -> list[Count]:
    """A count for each value on *axis*, the values in their order, what is not known last."""
    sorted_in: dict[str, list[CountedProduct]] = {}
    for each in counted:
        sorted_in.setdefault(key_of(each, axis), []).append(each)
    return [count_all(sorted_in[key], key) for key in sorted(sorted_in, key=lambda key: (not key, key))]


Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RadarLine:
    """How many stars of one commune (its code, "" where not known) end in each month.

    *undated*: of which only the year of the end is known, one of the radar's.
    """

    commune: str
    months: tuple[int, ...]
    undated: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.months) + self.undated


@dataclass(frozen=True, slots=True)
class Radar:
    """Which stars end soon: *lines* of communes, whose most stars end first, over *months* from that of a day on."""

    months: tuple[Month, ...]
    lines: tuple[RadarLine, ...]

    @property
    def total(self) -> int:
        """How many stars end in these months."""
        return sum(line.total for line in self.lines)


def draw_radar(counted: Iterable[CountedProduct], day: date, *, months: int = 12) -> Radar:
    """The stars that are in force or may be on *day* and end in the *months* from then on, by commune."""
    first = day.year * 12 + day.month - 1
    spans = tuple(((first + each) // 12, (first + each) % 12 + 1) for each in range(months))
    found: dict[str, Counter[Month]] = {}
    for each in counted:
        ending = each.ends
        if ending is None or each.state not in {ProgrammeState.IN_FORCE, ProgrammeState.UNSURE}:
            continue
        month = (ending.year, ending.month)
        if month in spans or (not ending.month and any(ending.year == year for year, _ in spans)):
            found.setdefault(key_of(each, Axis.COMMUNE), Counter())[month] += 1
    lines = [_radar_line(commune, ends, spans) for commune, ends in found.items()]
    return Radar(spans, tuple(sorted(lines, key=lambda line: (-line.total, line.commune))))


def _radar_line(commune: str, ends: Mapping[Month, int], spans: Sequence[Month]) -> RadarLine:
    undated = sum(number for (_, month), number in ends.items() if not month)
    return RadarLine(commune, tuple(ends.get(span, 0) for span in spans), undated)


def makers_in_force(counted: Iterable[CountedProduct]) -> dict[str, ProducerKind]:
    """The kind of each producer who has a star in force, by id."""
    makers = (each.product.producer for each in counted if each.state is ProgrammeState.IN_FORCE)
    return {maker.id: maker.kind for maker in makers}
