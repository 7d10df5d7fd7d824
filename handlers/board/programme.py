"""The programme on the board: targets and progress, counts, what ends when, published totals, and the rows behind.

Everybody who reads figures reads all of them; an officer of a commune sees their own first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from catalog.dates import PartialDate
from catalog.errors import CatalogError
from catalog.places import Places
from catalog.programme import (
    Axis,
    Count,
    CountedProduct,
    ProgrammeState,
    Radar,
    count_all,
    count_by,
    draw_radar,
)
from catalog.targets import (
    TOURISM,
    Area,
    Measure,
    Progress,
    PublishedTotal,
    Target,
    day_of_progress,
    progress_of,
    within,
)
from catalog.text import fold
from handlers import programme
from handlers.board.desk import Desk
from handlers.context import Context
from handlers.phrases import Speech
from handlers.programme import Figures, Wanted, area_name, load_figures, load_figures_of, measure_names

ROWS = 200


class BadTarget(CatalogError):
    """What was entered is no target; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target in words, and how far it is reached."""

    target: Target
    measure: str
    area: str
    progress: Progress

    @property
    def percent(self) -> int:
        """How much of it is reached, in whole per cent."""
        return int(100 * self.progress.share(self.target))

    @property
    def reached(self) -> bool:
        """Whether it is reached."""
        return self.progress.is_reached(self.target)


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A published total beside what we count on its day."""

    published: PublishedTotal
    area: str
    ours: Count | None


@dataclass(frozen=True, slots=True)
class CountLine:
    """A count with what it is called."""

    name: str
    count: Count


@dataclass(frozen=True, slots=True)
class ProgrammeSheet:
    """The programme as of a day. *own* are the officer's communes, *communes* names those of the radar."""

    figures: Figures
    total: Count
    own: Sequence[CountLine]
    axis: Axis
    axes: Mapping[Axis, str]
    counts: Sequence[CountLine]
    targets: Sequence[TargetLine]
    radar: Radar
    communes: Mapping[str, str]
    totals: Sequence[TotalLine]


async def show(desk: Desk, day: date, axis: Axis) -> ProgrammeSheet:
    """The programme as of *day*, counted by *axis*. Raises StoreError."""
    figures = await load_figures(desk.context, day)
    places, say = desk.context.places, desk.say
    radar = draw_radar(figures.products, day)
    return ProgrammeSheet(
        figures=figures,
        total=count_all(figures.products),
        own=_own(desk, figures),
        axis=axis,
        axes=programme.axis_names(say),
        counts=_lines(figures, axis, desk),
        targets=await list_targets(desk.context, say, day),
        radar=radar,
        communes={line.commune: programme.value_name(Axis.COMMUNE, line.commune, places, say) for line in radar.lines},
        totals=await list_totals(desk.context, say),
    )


def _lines(figures: Figures, axis: Axis, desk: Desk) -> Sequence[CountLine]:
    """The counts in their order; communes by their names, what is not known last."""
    name = partial(programme.value_name, axis, places=desk.context.places, say=desk.say)
    lines = [CountLine(name(count.key), count) for count in count_by(figures.products, axis)]
    return sorted(lines, key=lambda line: (not line.count.key, fold(line.name))) if axis is Axis.COMMUNE else lines


def _own(desk: Desk, figures: Figures) -> Sequence[CountLine]:
    codes = sorted(desk.reach.communes)
    names = {code: area_name(code, desk.context.places, desk.say) for code in codes}
    return [CountLine(names[code], count_all(within(figures.products, code), code)) for code in codes]


async def list_targets(context: Context, say: Speech, day: date) -> Sequence[TargetLine]:
    """The targets that count, each with its progress on *day*, or on its own last day. Raises StoreError."""
    names, held = measure_names(say), await context.store.targets.list_all()
    days = [day_of_progress(target, day) for target in held]
    figures = await load_figures_of(context, days)
    lines = []
    for target, then in zip(held, days, strict=True):
        progress = progress_of(target, figures[then].products, then, context.places)
        area = area_name(target.area, context.places, say)
        lines.append(TargetLine(target, names[target.measure], area, progress))
    return sorted(lines, key=lambda line: line.target.until, reverse=True)


async def list_totals(context: Context, say: Speech) -> Sequence[TotalLine]:
    """What was published, each beside our count of the same day and area. Raises StoreError."""
    held = await context.store.targets.list_totals()
    days = {published: min(published.as_of.latest, context.today()) for published in held}
    figures = await load_figures_of(context, days.values())
    lines = []
    for published, day in days.items():
        ours = None
        if published.area != Area.NATION:
            ours = count_all(within(figures[day].products, published.area))
        lines.append(TotalLine(published, area_name(published.area, context.places, say), ours))
    return lines


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product behind a number: what it is, how it counts, and where that was read."""

    counted: CountedProduct
    commune: str
    state: str
    source: str


@dataclass(frozen=True, slots=True)
class RowsSheet:
    """The rows behind a number; *said* tells what they have in common, *more* that there is another page."""

    figures: Figures
    said: Sequence[tuple[str, str]]
    lines: Sequence[ProductLine]
    total: int
    makers: int
    more: bool


async def show_rows(desk: Desk, day: date, wanted: Wanted, *, page: int) -> RowsSheet:
    """The products that are *wanted* as of *day*. Raises StoreError."""
    figures = await load_figures(desk.context, day)
    found = wanted.pick(figures)
    shown = found[page * ROWS : (page + 1) * ROWS]
    lines = [_product_line(each, desk) for each in shown]
    makers = len({each.product.producer.id for each in found})
    return RowsSheet(figures, describe(wanted, desk), lines, len(found), makers, more=len(found) > (page + 1) * ROWS)


def _product_line(counted: CountedProduct, desk: Desk) -> ProductLine:
    names = programme.state_names(desk.say)
    unit = counted.placed.commune
    certificates = counted.product.certificates
    sources = dict.fromkeys(each.source.name for each in certificates if each.source.name)
    return ProductLine(counted, str(unit) if unit else desk.say("not known"), names[counted.state], " · ".join(sources))


def describe(wanted: Wanted, desk: Desk) -> Sequence[tuple[str, str]]:
    """What is *wanted*, as pairs of a heading and a value."""
    say, places = desk.say, desk.context.places
    axes = programme.axis_names(say)
    said = [
        (axes[axis], programme.value_name(axis, value, places, say)) for axis, value in wanted.selection.values.items()
    ]
    if wanted.selection.state:
        said.append((say("State"), programme.state_names(say)[wanted.selection.state]))
    if wanted.area:
        said.append((say("Area"), area_name(wanted.area, places, say)))
    if wanted.ends:
        words = {programme.SOON: say("within twelve months"), programme.UNDATED: say("month not known")}
        said.append((say("The star ends"), words.get(wanted.ends, "/".join(reversed(wanted.ends.split("-"))))))
    return said


def wanted_by(line: TargetLine) -> Mapping[str, str]:
    """What opens the rows behind a target's progress."""
    target = line.target
    stars = {Measure.FIVE_STARS: "5", Measure.FOUR_STARS: "4"}.get(target.measure, "")
    kinds = {Measure.COOPERATIVE_SHARE: "cooperative", Measure.COMPANY_SHARE: "company"}
    group = TOURISM if target.measure is Measure.TOURISM_PRODUCTS else ""
    kind = kinds.get(target.measure, "")
    asked = {"state": str(ProgrammeState.IN_FORCE), "stars": stars, "kind": kind, "group": group}
    area = "" if target.area == Area.PROVINCE else target.area
    asked |= {"area": area, "as_of": line.progress.day.isoformat()}
    return {name: value for name, value in asked.items() if value}


ABOUT = ("", "gần", "hơn", "khoảng")
"""What a source may say before its number: nothing, nearly, over, about."""


async def enter_total(desk: Desk, form: Mapping[str, str]) -> PublishedTotal:
    """Keep a published total, or change the one with the key *instead_of*. Raises BadTarget, NotFound, StoreError."""
    total = read_total(form, desk)
    return await desk.context.store.targets.enter_total(total, by=desk.doer, instead_of=form.get("instead_of", "")[:40])


async def end_total(desk: Desk, key: str, reason: str) -> None:
    """Take a published total out. Raises BadTarget without a reason, NotFound, StoreError."""
    if not reason.strip():
        raise BadTarget(desk.say("Say why it is taken out."))
    await desk.context.store.targets.end_total(key, by=desk.doer, reason=" ".join(reason.split())[:500])


def read_total(form: Mapping[str, str], desk: Desk) -> PublishedTotal:
    """The published total that a form holds. Raises BadTarget."""
    say = desk.say
    as_of, area = _day(form, "as_of", desk), form.get("area", "")
    total, *parts = (_whole(form, name, desk) for name in ("total", "five", "four", "three", "producers"))
    if as_of is None or total is None or not _is_area(area, desk.context.places):
        raise BadTarget(say("A published total needs a number, an area, and the day, month or year of which it is."))
    if as_of.earliest > desk.context.today():
        raise BadTarget(say("That day is to come."))
    five, four, three, producers = parts
    about = form.get("about", "")
    source, address, note = (" ".join(form.get(name, "").split())[:500] for name in ("source", "address", "note"))
    about = about if about in ABOUT else ""
    found = PublishedTotal(as_of, area, total, five, four, three, producers, about, source, address, note)
    if wrong := found.problem():
        told = {
            "total": say("The number must be above 0."),
            "stars": say("A part is larger than the whole."),
            "source": say("Say where it was published."),
        }
        raise BadTarget(told[wrong])
    if any(not each.startswith(("https://", "http://")) for each in found.address.split()):
        raise BadTarget(say("An address begins with https://"))
    return found


def _whole(form: Mapping[str, str], name: str, desk: Desk) -> int | None:
    number = _number(form, name, desk)
    if number is not None and number != int(number):
        raise BadTarget(desk.say("{text} is no whole number.", text=form.get(name, "")[:40]))
    return None if number is None else int(number)


async def enter_target(desk: Desk, form: Mapping[str, str]) -> Target:
    """Keep what the officer entered. Raises BadTarget, StoreError."""
    target = read_target(form, desk)
    return await desk.context.store.targets.enter(target, by=desk.doer)


async def end_target(desk: Desk, key: str, reason: str) -> None:
    """End a target. Raises BadTarget without a reason, NotFound, StoreError."""
    if not reason.strip():
        raise BadTarget(desk.say("Say why the target ends."))
    await desk.context.store.targets.end(key, by=desk.doer, reason=reason.strip()[:500])


def read_target(form: Mapping[str, str], desk: Desk) -> Target:
    """The target that a form holds. Raises BadTarget."""
    say = desk.say
    until = _day(form, "until", desk)
    least = _number(form, "least", desk)
    if until is None or least is None:
        raise BadTarget(say("A target needs a number and a day, month or year by which it is to be reached."))
    measure = next((each for each in Measure if each == form.get("measure")), None)
    area = form.get("area", "")
    if measure is None or not _is_area(area, desk.context.places):
        raise BadTarget(say("Choose what is counted, and where."))
    target = Target(
        measure=measure,
        least=least,
        until=until,
        most=_number(form, "most", desk),
        since=_day(form, "since", desk),
        stated=_day(form, "stated", desk),
        area=area,
        plan=" ".join(form.get("plan", "").split())[:300],
        source=" ".join(form.get("source", "").split())[:500],
        note=" ".join(form.get("note", "").split())[:500],
    )
    if wrong := target.problem():
        raise BadTarget(_wrong_words(wrong, desk))
    return target


def _wrong_words(wrong: str, desk: Desk) -> str:
    say = desk.say
    return {
        "least": say("The number must be above 0, and a share 100 at most."),
        "most": say("The upper number must not be below the lower one, and a share is 100 at most."),
        "until": say("The period ends before it begins."),
        "plan": say("Name the plan or decision that sets the target."),
        "source": say("Say where the target was published."),
    }[wrong]


def _is_area(area: str, places: Places) -> bool:
    return area in set(Area) or places.with_code(area) is not None


def _day(form: Mapping[str, str], name: str, desk: Desk) -> PartialDate | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError:
        raise BadTarget(desk.say("{text} is no day; write it like 31/12/2027.", text=text[:40])) from None


def _number(form: Mapping[str, str], name: str, desk: Desk) -> float | None:
    text = form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0 <= number < 10_000_000:
        raise BadTarget(desk.say("{text} is no number.", text=text[:40]))
    return number
