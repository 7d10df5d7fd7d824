"""The programme's targets as dated, sourced rows, how far each is reached, and published totals side by side. Pure.

Nothing is counted that our data does not carry: of a share of craft villages there is no progress, and it is said so.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from catalog.cells.vocabulary import GROUPS
from catalog.dates import PartialDate
from catalog.model import ProducerKind
from catalog.places import SHIPPED, Places
from catalog.programme import CountedProduct, ProgrammeState, makers_in_force

TOURISM = GROUPS[-1]


class Measure(StrEnum):
    """What a target counts. Shares are in per cent, of the producers with a star in force."""

    PRODUCTS = "products"
    FIVE_STARS = "five_stars"
    FOUR_STARS = "four_stars"
    PER_DISTRICT = "per_district"
    PRODUCERS = "producers"
    COOPERATIVE_SHARE = "cooperative_share"
    COMPANY_SHARE = "company_share"
    TOURISM_PRODUCTS = "tourism_products"
    CRAFT_VILLAGE_SHARE = "craft_village_share"
    MODERN_CHANNEL_SHARE = "modern_channel_share"
    CULTURE_VILLAGES = "culture_villages"
    SHOW_CENTRES = "show_centres"


SHARES = frozenset(
    {Measure.COOPERATIVE_SHARE, Measure.COMPANY_SHARE, Measure.CRAFT_VILLAGE_SHARE, Measure.MODERN_CHANNEL_SHARE}
)
UNCOUNTED = frozenset(
    {Measure.CRAFT_VILLAGE_SHARE, Measure.MODERN_CHANNEL_SHARE, Measure.CULTURE_VILLAGES, Measure.SHOW_CENTRES}
)
"""What our data does not tell."""


class Area(StrEnum):
    """Where a target or a published total holds, if not in one commune."""

    NATION = "nation"
    PROVINCE = "province"
    OLD_BAC_NINH = "old-bac-ninh"
    OLD_BAC_GIANG = "old-bac-giang"


_OLD_PROVINCES = {Area.OLD_BAC_NINH: "Bắc Ninh", Area.OLD_BAC_GIANG: "Bắc Giang"}


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached by *until* in an *area* (one of Area, or a commune's code), and who says so.

    *most* is the upper end of a range, None without one. *shipped* is the name of one that came with the product,
    *number* that of an officer's own; one that came with the product has both once it was ended.
    """

    measure: Measure
    least: float
    until: PartialDate
    plan: str
    source: str
    most: float | None = None
    since: PartialDate | None = None
    stated: PartialDate | None = None
    area: str = Area.PROVINCE
    note: str = ""
    shipped: str = ""
    number: int = 0
    entered_by: int = 0
    entered_at: float = 0.0
    ended_at: float | None = None

    @property
    def key(self) -> str:
        """How it is named in an address."""
        return self.shipped or str(self.number)

    def problem(self) -> str:
        """The first field that is wrong: "least", "most", "until", "plan" or "source"; "" where none is."""
        if self.least <= 0 or (self.measure in SHARES and self.least > 100):
            return "least"
        if self.most is not None and (self.most < self.least or (self.measure in SHARES and self.most > 100)):
            return "most"
        if self.since is not None and self.since.earliest > self.until.latest:
            return "until"
        return next((name for name in ("plan", "source") if not getattr(self, name).strip()), "")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is reached on *day*: its end, where that is past. *value* is None for what we cannot count.

    *parts* are the districts of a target for each of them; *value* is then that of the last of them.
    """

    day: date
    value: float | None
    parts: tuple[tuple[str, int], ...] = ()

    def is_reached(self, target: Target) -> bool:
        """Whether the target is reached."""
        return self.value is not None and self.value >= target.least

    def share(self, target: Target) -> float:
        """How much of the target is reached, from 0 to 1."""
        return min(1.0, self.value / target.least) if self.value else 0.0


def day_of_progress(target: Target, day: date) -> date:
    """The day on which *target* is looked at when asked on *day*: its last one at the latest."""
    return min(day, target.until.latest)


def within(counted: Iterable[CountedProduct], area: str) -> list[CountedProduct]:
    """Those of *counted* that surely lie in *area*."""
    if area == Area.PROVINCE:
        return list(counted)
    province = next((name for old, name in _OLD_PROVINCES.items() if old == area), None)
    if province is not None:
        return [each for each in counted if each.placed.district and each.placed.district.province == province]
    return [each for each in counted if each.placed.commune and each.placed.commune.code == area]


def progress_of(target: Target, counted: Iterable[CountedProduct], day: date, places: Places) -> Progress:
    """How far *target* is reached by the products as *counted* on *day*."""
    if target.area == Area.NATION or target.measure in UNCOUNTED:
        return Progress(day, None)
    held = [each for each in within(counted, target.area) if each.state is ProgrammeState.IN_FORCE]
    if target.measure is Measure.PER_DISTRICT:
        parts = _by_district(held, target.area, places)
        return Progress(day, min((number for _, number in parts), default=None), parts)
    return Progress(day, _measure(target.measure, held))


def _measure(measure: Measure, held: Sequence[CountedProduct]) -> float:
    makers = makers_in_force(held)
    kinds = Counter(makers.values())
    whole = len(makers) or 1
    values = {
        Measure.PRODUCTS: sum((each.stars or 0) >= 3 for each in held),
        Measure.FIVE_STARS: sum(each.stars == 5 for each in held),
        Measure.FOUR_STARS: sum(each.stars == 4 for each in held),
        Measure.PRODUCERS: len(makers),
        Measure.COOPERATIVE_SHARE: 100 * kinds[ProducerKind.COOPERATIVE] / whole,
        Measure.COMPANY_SHARE: 100 * kinds[ProducerKind.COMPANY] / whole,
        Measure.TOURISM_PRODUCTS: sum(each.product.group == TOURISM for each in held),
    }
    return values[measure]


def _by_district(held: Sequence[CountedProduct], area: str, places: Places) -> tuple[tuple[str, int], ...]:
    old = next((name for each, name in _OLD_PROVINCES.items() if each == area), None)
    wanted = [each for each in places.districts() if old in {None, each.province}]
    found = Counter(each.placed.district for each in held)
    return tuple((each.name, found[each]) for each in wanted)


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """What a source says there was in an *area*; unsaid is None. *about*: where it says "over", "nearly".

    *area* is one of Area or a commune by its code; *address* is one or several addresses, separated by blanks.
    """

    as_of: PartialDate
    area: str
    total: int
    five: int | None = None
    four: int | None = None
    three: int | None = None
    producers: int | None = None
    about: str = ""
    source: str = ""
    address: str = ""
    note: str = ""
    shipped: str = ""
    number: int = 0
    entered_by: int = 0
    ended_at: float | None = None

    @property
    def key(self) -> str:
        """What names it in forms and addresses: its number, or for one that comes with the product, its own."""
        return str(self.number) if self.number else self.shipped

    def problem(self) -> str:
        """What is wrong with it: "total", "stars", "source"; "" if nothing. Sums that do not add up are kept."""
        if self.total < 1:
            return "total"
        if any(part is not None and part > self.total for part in (self.five, self.four, self.three)):
            return "stars"
        return "" if self.source.strip() else "source"

    @property
    def parts(self) -> int | None:
        """The sum of its stars, where it tells all of them."""
        stars = (self.five, self.four, self.three)
        known = [each for each in stars if each is not None]
        return sum(known) if len(known) == len(stars) else None

    @property
    def adds_up(self) -> bool:
        """Whether its stars make its total, as far as they are told."""
        return self.parts is None or self.parts == self.total


@cache
def shipped_targets() -> tuple[Target, ...]:
    """The targets that come with the product, each from a published text."""
    return tuple(
        Target(
            measure=Measure(row["measure"]),
            least=float(row["least"]),
            most=float(row["most"]) if row["most"] else None,
            since=PartialDate.parse(row["since"]) if row["since"] else None,
            until=PartialDate.parse(row["until"]),
            stated=PartialDate.parse(row["stated"]) if row["stated"] else None,
            plan=row["plan"],
            area=Area(row["area"]),
            source=row["source"],
            note=row["note"],
            shipped=row["name"],
        )
        for row in _rows(SHIPPED / "targets.csv")
    )


@cache
def published_totals() -> tuple[PublishedTotal, ...]:
    """What was published about how many products there are, the oldest first; it contradicts itself."""
    return tuple(
        PublishedTotal(
            as_of=PartialDate.parse(row["as_of"]),
            area=Area(row["area"]),
            total=int(row["total"]),
            five=_whole(row["five"]),
            four=_whole(row["four"]),
            three=_whole(row["three"]),
            producers=_whole(row["producers"]),
            about=row["about"],
            source=row["source"],
            address=row["address"],
            note=row["note"],
            shipped=f"{row['as_of']}-{row['area']}-{row['total']}",
        )
        for row in _rows(SHIPPED / "published_totals.csv")
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
