"""The programme's figures as of a day, what was asked of them, and what each thing is called.

The board, the public figures and the chat all count here, so that they say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.dates import PartialDate
from catalog.model import ProducerKind
from catalog.places import Places
from catalog.programme import (
    Axis,
    CountedProduct,
    PlacedProduct,
    ProgrammeState,
    Selection,
    count_products,
    draw_radar,
    place_changed,
    place_products,
)
from catalog.targets import Area, Measure, within
from handlers.context import Context, KeptProgramme
from handlers.phrases import Speech

_DAYS_KEPT = 32
FIRST_YEAR = 2018
"""The programme began with decision 490/QĐ-TTg of 2018: nothing can be counted before."""
MAP_PICTURE = "/figures/map.png"
SOON, UNDATED = "soon", "undated"
_STARS = frozenset("12345")


@dataclass(frozen=True, slots=True)
class Figures:
    """Every product as it counts on *day*, looked at on *today*."""

    day: date
    today: date
    products: Sequence[CountedProduct]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which products are asked for: a selection, an area of the targets, and when their stars end.

    *ends* is a month (``2026-12``), SOON for within twelve months, UNDATED for those of them whose month is not known,
    or "".
    """

    selection: Selection
    area: str = ""
    ends: str = ""

    def pick(self, figures: Figures) -> list[CountedProduct]:
        """Those of *figures* that are wanted."""
        found = [each for each in figures.products if self.selection.keeps(each)]
        found = within(found, self.area) if self.area else found
        return [each for each in found if self._ends_then(each, figures.day)] if self.ends else found

    def _ends_then(self, counted: CountedProduct, day: date) -> bool:
        radar = draw_radar([counted], day)
        if not radar.total or counted.ends is None:
            return False
        if self.ends == UNDATED:
            return not counted.ends.month
        return self.ends == SOON or str(counted.ends)[:7] == self.ends


def read_day(text: str, today: date) -> date:
    """The day that is asked about: *today* where nothing is said that can be read, or a day to come."""
    try:
        day = PartialDate.parse(text).latest
    except ValueError:
        return today
    return min(day, today) if day.year >= FIRST_YEAR else today


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """What *query* asks for; what cannot be read is left out. A value "-" is what is not known."""
    values = {axis: query[axis] for axis in Axis if query.get(axis)}
    state = query.get("state", "")
    chosen = ProgrammeState(state) if state in set(ProgrammeState) else None
    known = {axis: "" if value == "-" else value[:100] for axis, value in values.items()}
    return Wanted(Selection(known, chosen), query.get("area", "")[:16], query.get("ends", "")[:7])


async def load_figures(context: Context, day: date) -> Figures:
    """The figures as of *day*; the catalogue is read again only when it has changed. Raises StoreError."""
    return (await load_figures_of(context, [day]))[day]


async def load_figures_of(context: Context, days: Iterable[date]) -> Mapping[date, Figures]:
    """The figures as of each of *days*, all of the same catalogue. Raises StoreError."""
    today = context.today()
    await place_catalogue(context)
    return {day: Figures(day, today, _counted(context.programme, day, today)) for day in days}


async def place_catalogue(context: Context) -> tuple[int, Sequence[PlacedProduct]]:
    """Every product with its place, and the revision of the catalogue at which they were read. Raises StoreError."""
    kept, revision = context.programme, await context.store.revision()
    if kept.revision != revision:
        # What was placed by then: others may place meanwhile.
        before = kept.placed
        revision, changed = await context.store.changed_since(kept.revision)
        if changed is None:
            products = [each async for each in context.store.every_product()]
            kept.placed = place_products(products, context.places, before=before)
        else:
            kept.placed = place_changed(changed, context.places, before=before)
        kept.revision = revision
    return kept.revision, kept.placed


def _counted(kept: KeptProgramme, day: date, today: date) -> Sequence[CountedProduct]:
    key = day, today
    revision, counted = kept.counted.get(key, (-1, ()))
    if revision != kept.revision:
        if len(kept.counted) >= _DAYS_KEPT:
            kept.counted.clear()
        counted = count_products(kept.placed, day, today=today, before=counted)
        kept.counted[key] = kept.revision, counted
    return counted


def axis_names(say: Speech) -> dict[Axis, str]:
    """What each axis is called."""
    return {
        Axis.COMMUNE: say("Commune or ward"),
        Axis.DISTRICT: say("District before July 2025"),
        Axis.STARS: say("Stars"),
        Axis.GROUP: say("Product group"),
        Axis.KIND: say("Kind of producer"),
        Axis.YEAR: say("Year of the decision"),
    }


def state_names(say: Speech) -> dict[ProgrammeState, str]:
    """What each state is called."""
    return {
        ProgrammeState.IN_FORCE: say("in force"),
        ProgrammeState.UNSURE: say("end not known for sure"),
        ProgrammeState.ENDED: say("ended, no renewal known"),
        ProgrammeState.TAKEN_AWAY: say("annulled or withdrawn"),
        ProgrammeState.WITHOUT_STAR: say("without a star"),
    }


def kind_names(say: Speech) -> dict[str, str]:
    """What each kind of producer is called."""
    return {
        ProducerKind.COOPERATIVE: say("Cooperative"),
        ProducerKind.COMPANY: say("Company"),
        ProducerKind.GROUP: say("Cooperative group"),
        ProducerKind.HOUSEHOLD: say("Household business"),
    }


def measure_names(say: Speech) -> dict[Measure, str]:
    """What each measure counts."""
    return {
        Measure.PRODUCTS: say("Products of 3 stars or more"),
        Measure.FIVE_STARS: say("Products of 5 stars"),
        Measure.FOUR_STARS: say("Products of 4 stars"),
        Measure.PER_DISTRICT: say("Products in each old district"),
        Measure.PRODUCERS: say("Producers with a star in force"),
        Measure.COOPERATIVE_SHARE: say("Share of cooperatives among the producers (%)"),
        Measure.COMPANY_SHARE: say("Share of companies among the producers (%)"),
        Measure.TOURISM_PRODUCTS: say("Tourism products"),
        Measure.CRAFT_VILLAGE_SHARE: say("Craft villages with an OCOP product (%)"),
        Measure.MODERN_CHANNEL_SHARE: say("Producers in modern sales channels (%)"),
        Measure.CULTURE_VILLAGES: say("Culture and tourism villages"),
        Measure.SHOW_CENTRES: say("Centres to show and sell"),
    }


def area_names(say: Speech) -> dict[str, str]:
    """What each area is called, if it is not a commune."""
    return {
        Area.PROVINCE: say("the whole province"),
        Area.OLD_BAC_NINH: say("Bắc Ninh before July 2025"),
        Area.OLD_BAC_GIANG: say("Bắc Giang before July 2025"),
        Area.NATION: say("the whole country"),
    }


def area_name(area: str, places: Places, say: Speech) -> str:
    """What an area or a commune (by its code) is called."""
    unit = places.with_code(area)
    return area_names(say).get(area) or (str(unit) if unit else area)


def value_name(axis: Axis, key: str, places: Places, say: Speech) -> str:
    """What a value on an axis is called."""
    if not key:
        return say("not known")
    match axis:
        case Axis.COMMUNE:
            return area_name(key, places, say)
        case Axis.STARS:
            return say.count("{number} star", "{number} stars", int(key)) if key in _STARS else key
        case Axis.KIND:
            return kind_names(say).get(key, key)
        case Axis.DISTRICT | Axis.GROUP | Axis.YEAR:
            return key
