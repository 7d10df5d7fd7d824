"""What a fair brought, on the board and as a file: visits, leads, revenue, best booths, beside the fair before.

Each figure opens its rows. No visitor stands there: an organiser sees counts, and leads by their numbers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress

from catalog.audit import Break
from catalog.fairs.calendar import Fair
from catalog.fairs.figures import FairFigures, format_amount, seller_of, sum_gate
from catalog.fairs.plan import code_order
from catalog.fairs.visits import VisitCount, VisitKind
from catalog.tables_report import ReportCell, ReportTable, TablesReport
from handlers.board import fair_notes
from handlers.board import wording as board_wording
from handlers.board.desk import Desk
from handlers.board.fair_rows import count_shown
from handlers.board.fairs import may_change, name_booths
from handlers.fairs import wording
from handlers.phrases import Speech

BEST = 10
FRESH = 10.0
"""For how many seconds visits that were counted count."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: what it is called, its value here and at the fair before, and what *opens* its rows."""

    name: str
    value: int | None
    before: int | None
    opens: str = ""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What one day brought: visits and leads, what the *gate* counted, and the visits of that day *before*."""

    day: str
    visits: int
    leads: int
    gate: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class BoothFigures:
    """What one booth brought, in words."""

    code: str
    name: str
    visits: int
    leads: int
    sold: int | None
    ocop: int | None
    best: str = ""


@dataclass(frozen=True, slots=True)
class FairReport:
    """The figures of a fair, *before* being the one that it is compared with.

    *gate* tells who counted at its gate, "" where nobody did.
    """

    fair: Fair
    before: Fair | None
    lines: Sequence[FigureLine]
    days: Sequence[DayFigures]
    booths: Sequence[BoothFigures]
    crowd: int
    silent: Sequence[str]
    broken: str
    may_note: bool
    gate: str


async def make(desk: Desk, key: str, *, check: bool) -> FairReport:
    """The report of a fair, its chain of visits gone through on *check*. Raises NotFound, StoreError."""
    store, say = desk.context.store, desk.say
    fair = await store.fairs.by_key(key)
    figures = await store.fair_sales.figures(key, counts=await _count(desk, key))
    before = await _fair_before(desk, fair)
    earlier = await store.fair_sales.figures(before.key) if before else None
    booths = await _booths(desk, fair, figures)
    broken = await store.fair_visits.check(key) if check else None
    return FairReport(
        fair=fair,
        before=before,
        lines=[
            *await _shown_lines(fair, before, desk),
            *_lines(figures, earlier, say),
            *await _buyer_lines(fair, before, desk),
        ],
        days=_compare_days(fair, figures, before, earlier),
        booths=booths,
        crowd=figures.crowd,
        silent=sorted(
            {each.name for each in booths if each.name} - {each.name for each in booths if each.sold is not None}
        ),
        broken=_broken_words(broken, say) if broken else "",
        may_note=may_change(desk, fair),
        gate=fair_notes.gate_words(figures.gate, say),
    )


def _compare_days(
    fair: Fair, figures: FairFigures, before: Fair | None, earlier: FairFigures | None
) -> Sequence[DayFigures]:
    """Each day beside that of the fair *before* that was as far from its first."""
    then = {day - before.starts: visits for day, visits, _ in earlier.by_day()} if before and earlier else {}
    gate = figures.gate_by_day()
    return [
        DayFigures(board_wording.day(day), visits, leads, gate.get(day), then.get(day - fair.starts))
        for day, visits, leads in figures.by_day()
    ]


async def _count(desk: Desk, key: str) -> Sequence[VisitCount]:
    """Tens of thousands of rows are counted anew every ten seconds at most, however often a page is opened."""
    count = partial(desk.context.store.fair_visits.count, key)
    return await desk.context.worked_out(f"visits of {key}", int(desk.context.now() // FRESH), count)


def _broken_words(broken: Break, say: Speech) -> str:
    return say("The counts of visits are not whole: row {number} was touched.", number=broken.number)


async def _fair_before(desk: Desk, fair: Fair) -> Fair | None:
    """The latest fair before, of which anything is known."""
    known = await desk.context.store.fair_sales.fairs_with_figures()
    earlier = [each for each in await desk.context.store.fairs.list_all() if each.ends < fair.starts]
    return next((each for each in reversed(earlier) if each.key in known), None)


async def _shown_lines(fair: Fair, before: Fair | None, desk: Desk) -> Sequence[FigureLine]:
    """How long it lasts, how many booths are taken, and how many products are shown."""
    say = desk.say
    now, then = await count_shown(desk, fair), await count_shown(desk, before) if before else (None, None)
    lasted = [(each.ends - each.starts).days + 1 if each else None for each in (fair, before)]
    return [
        FigureLine(say("Days"), lasted[0] or 0, lasted[1], "#days"),
        FigureLine(say("Booths taken"), now[0], then[0], "/rows?of=booths"),
        FigureLine(say("Products shown"), now[1], then[1], "/rows?of=products"),
    ]


def _lines(figures: FairFigures, before: FairFigures | None, say: Speech) -> Sequence[FigureLine]:
    def line(name: str, of: str, opens: str = "") -> FigureLine:
        values = [_value(each, of) if each else None for each in (figures, before)]
        return FigureLine(name, values[0], values[1], opens)

    gate, then = sum_gate(figures.gate), sum_gate(before.gate) if before else None
    return [
        *([FigureLine(say("Visitors counted at the gate"), gate, then, "#days")] if {gate, then} != {None} else ()),
        line(say("Visits"), "visits", f"/visits?of={VisitKind.VISIT}"),
        line(say("Wanted to be reminded at home"), "remind", f"/visits?of={VisitKind.REMIND}"),
        line(say("Asked for a quote"), "quote", f"/leads?of={VisitKind.QUOTE}"),
        line(say("Buy wholesale"), "wholesale", f"/leads?of={VisitKind.WHOLESALE}"),
        line(say("Leads that a producer answered"), "answered", "/leads?of=answered"),
        line(say("Revenue (đ)"), "total", "#sales"),
        line(say("Of it OCOP products (đ)"), "ocop", "#sales"),
    ]


async def _buyer_lines(fair: Fair, before: Fair | None, desk: Desk) -> Sequence[FigureLine]:
    """What buyers who came from the fair asked for, signed and kept."""
    store, say = desk.context.store.buyers, desk.say
    now = await store.figures(fair.key)
    then = await store.figures(before.key) if before else None
    names = {
        "requests": say("Requests of buyers"),
        "agreed": say("Agreed by both"),
        "signed": say("Memoranda signed, as either side says"),
        "kept": say("Of them kept"),
    }
    return [
        FigureLine(name, getattr(now, of), getattr(then, of) if then else None, f"/rows?of={of}")
        for of, name in names.items()
    ]


def _value(figures: FairFigures, of: str) -> int | None:
    if of in {"total", "ocop"} and not figures.sales:
        # Nobody said what was sold: that is not nothing.
        return None
    kinds = {"visits": VisitKind.VISIT, **{str(each): each for each in VisitKind}}
    return figures.of_kind(kinds[of]) if of in kinds else int(getattr(figures, of))


async def _booths(desk: Desk, fair: Fair, figures: FairFigures) -> Sequence[BoothFigures]:
    """Every booth of which something is known, or where somebody stands, the most visited first."""
    store = desk.context.store
    held = await name_booths(desk, await store.fairs.booths(fair.key))
    brought = dict(figures.by_booth())
    # What a seller sold is told once, however many booths it has.
    sales = {each.producer: each for each in figures.sales}
    found = []
    for line in held:
        visits, leads = brought.pop(line.booth.number, (0, 0))
        sale = sales.pop(seller_of(line.booth), None)
        if line.name or visits or leads:
            told = (sale.total, sale.ocop, sale.best) if sale else (None, None, "")
            found.append(BoothFigures(line.booth.code, line.name, visits, leads, *told))
    found += [
        BoothFigures("–", desk.say("a booth that was taken away"), *each, None, None) for each in brought.values()
    ]
    return sorted(found, key=lambda each: (-each.visits, -each.leads, code_order(each.code)))


@dataclass(frozen=True, slots=True)
class CountedDays:
    """How many came to each booth (code, name) on each of *days*; *crowd* are those faster than people can be."""

    fair: Fair
    name: str
    days: Sequence[str]
    booths: Sequence[tuple[str, str, Sequence[int]]]
    crowd: int
    broken: str


async def count_days(desk: Desk, key: str, of: str, *, check: bool) -> CountedDays:
    """The counts behind a figure of visits by booth and day, and on *check* whether a row was touched.

    No row is shown: it tells of one person. Raises NotFound, StoreError.
    """
    store, say = desk.context.store, desk.say
    fair = await store.fairs.by_key(key)
    kind = VisitKind.REMIND if of == VisitKind.REMIND else VisitKind.VISIT
    counts = [each for each in await _count(desk, key) if each.kind is kind]
    days = sorted({each.day for each in counts})
    counted = {(each.booth, each.day): each.counted for each in counts}
    booths = []
    for number, code, name in await _counted_booths(desk, key, counts):
        booths.append((code, name, [counted.get((number, day), 0) for day in days]))
    broken = await store.fair_visits.check(key) if check else None
    return CountedDays(
        fair,
        say("Visits") if kind is VisitKind.VISIT else say("Wanted to be reminded at home"),
        [board_wording.day(each) for each in days],
        sorted(booths, key=lambda each: (-sum(each[2]), code_order(each[0]))),
        sum(each.crowd for each in counts),
        _broken_words(broken, say) if broken else "",
    )


async def _counted_booths(desk: Desk, key: str, counts: Sequence[VisitCount]) -> Sequence[tuple[int, str, str]]:
    """The booths of *counts*: number, code and name, also of those that were taken away since."""
    held = {line.booth.number: line for line in await name_booths(desk, await desk.context.store.fairs.booths(key))}
    gone = desk.say("a booth that was taken away")
    numbers = sorted({each.booth for each in counts})
    return [(each, held[each].booth.code, held[each].name) if each in held else (each, "–", gone) for each in numbers]


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead by its number: nobody's name, no words."""

    ref: str
    booth: str
    kind: str
    at: str
    answered: bool


async def list_leads(desk: Desk, key: str, page: int, *, of: str, at_once: int) -> tuple[Fair, Sequence[LeadLine], int]:
    """A page of the leads of a fair, *of* one kind or only those ``answered``, and how many. Raises NotFound."""
    store, say = desk.context.store, desk.say
    fair = await store.fairs.by_key(key)
    leads = await store.fair_visits.leads(key)
    if of == "answered":
        said = await store.fair_sales.list_answered([each.ref for each in leads])
        leads = [each for each in leads if each.ref in said]
    elif of in {VisitKind.QUOTE, VisitKind.WHOLESALE}:
        leads = [each for each in leads if each.kind == of]
    codes = {each.number: each.code for each in await store.fairs.booths(key)}
    kinds = {VisitKind.QUOTE: say("Asked for a quote"), VisitKind.WHOLESALE: say("Buy wholesale")}
    shown = leads[page * at_once : (page + 1) * at_once]
    answered = await store.fair_sales.list_answered([each.ref for each in shown])
    lines = [
        LeadLine(
            each.ref,
            codes.get(each.booth, "–"),
            kinds.get(each.kind, ""),
            wording.moment_in_words(each.at),
            each.ref in answered,
        )
        for each in shown
    ]
    return fair, lines, len(leads)


def as_tables(report: FairReport, desk: Desk) -> TablesReport:
    """The report as tables, for Excel with its charts and for the minutes as PDF."""
    say, fair = desk.say, report.fair
    figures = [(each.name, _cell(each.value), _cell(each.before)) for each in report.lines]
    headings = (say("Figure"), say("This fair"), *([report.before.name] if report.before else ()))
    best = [_cells(each) for each in report.booths]
    sold = sorted((each for each in report.booths if each.sold), key=lambda each: -(each.sold or 0))
    tables = [
        ReportTable(say("Figures"), headings, [row[: len(headings)] for row in figures]),
        _day_table(report, desk),
        ReportTable(
            say("Best booths by visits"),
            (say("Booth"), say("Visits"), say("Leads")),
            [row[:3] for row in best[:BEST]],
            charted=1,
        ),
        ReportTable(
            say("Best booths by revenue"),
            (say("Booth"), say("Revenue (đ)")),
            [(f"{each.code} {each.name}", each.sold or 0) for each in sold[:BEST]],
            charted=1,
        ),
        ReportTable(
            say("Best sellers, as they say"),
            (say("Booth"), say("What sold best")),
            [(f"{each.code} {each.name}", each.best) for each in report.booths if each.best],
        ),
        ReportTable(
            say("All booths"),
            (say("Booth"), say("Visits"), say("Leads"), say("Revenue (đ)"), say("Of it OCOP products (đ)")),
            best,
        ),
    ]
    return TablesReport(
        say("Minutes of the fair: {fair}", fair=fair.name),
        _said(report, desk),
        [each for each in tables if each.rows],
        desk.context.today(),
    )


def _day_table(report: FairReport, desk: Desk) -> ReportTable:
    say = desk.say
    names = [say("Day"), say("Visits"), say("Leads"), say("Counted at the gate"), say("Visits on that day last time")]
    shown = [True, True, True, bool(report.gate), report.before is not None]
    rows = [(each.day, each.visits, each.leads, _cell(each.gate), _cell(each.before)) for each in report.days]
    return ReportTable(
        say("By day"), list(compress(names, shown)), [list(compress(row, shown)) for row in rows], charted=2
    )


def _cell(value: int | None) -> ReportCell:
    return "–" if value is None else value


def _cells(booth: BoothFigures) -> tuple[ReportCell, ...]:
    return (f"{booth.code} {booth.name}", booth.visits, booth.leads, _cell(booth.sold), _cell(booth.ocop))


def _said(report: FairReport, desk: Desk) -> Sequence[str]:
    say, fair = desk.say, report.fair
    said = [
        f"{wording.when(fair, say)} · {wording.place(fair, desk.context.places)}",
        say("Organiser: {name}", name=fair.organiser) if fair.organiser else "",
        say("One person counts once a booth and day. Revenue is what producers said at the closing."),
        say("{number} visits that came faster than people can are not in the figures.", number=report.crowd)
        if report.crowd
        else "",
        report.gate,
        say("No revenue is told by: {names}", names="; ".join(report.silent)) if report.silent else "",
        report.broken,
        say("Source: {source}", source=fair.source),
    ]
    return [each for each in said if each]


def format_number(amount: int | None) -> str:
    """An amount or a count as it is shown; "–" where nobody said."""
    return "–" if amount is None else format_amount(amount)
