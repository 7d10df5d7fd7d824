"""The programme's reports: of a year, or of one round, with the sources of what they tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.errors import NotFound
from catalog.model import Certificate, Product
from catalog.programme import Axis, Count, CountedProduct, ProgrammeState, count_all, count_by
from catalog.tables_report import ReportCell, ReportTable, TablesReport
from handlers import programme
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.board.programme import TargetLine, TotalLine, list_targets, list_totals
from handlers.phrases import Speech
from handlers.programme import Figures, load_figures

_CHARTED = (Axis.COMMUNE, Axis.DISTRICT, Axis.GROUP, Axis.KIND)


@dataclass(frozen=True, slots=True)
class Round:
    """What was decided together: the decision's number, or its day where no number is known."""

    name: str
    held: Sequence[tuple[CountedProduct, Certificate]]

    @property
    def stars(self) -> Counter[int]:
        """How many of each star."""
        return Counter(certificate.stars or 0 for _, certificate in self.held)


def find_rounds(products: Sequence[CountedProduct], year: int | None = None) -> Sequence[Round]:
    """The rounds of a *year*, or of all years, the newest first."""
    found: dict[tuple[str, str], list[tuple[CountedProduct, Certificate]]] = {}
    for counted in products:
        for certificate in counted.product.certificates:
            decided = certificate.decided
            if certificate.stars is None or decided is None or year not in {None, decided.year}:
                continue
            name = certificate.decision or decided.vietnamese_text()
            found.setdefault((str(decided), name), []).append((counted, certificate))
    return [Round(name, held) for (_, name), held in sorted(found.items(), reverse=True)]


async def report_year(desk: Desk, year: int) -> TablesReport:
    """The programme at the end of *year*, or today where that is to come. Raises NotFound, StoreError."""
    say, today = desk.say, desk.context.today()
    if not programme.FIRST_YEAR <= year <= today.year:
        raise NotFound(str(year))
    day = min(date(year, 12, 31), today)
    figures = await load_figures(desk.context, day)
    rounds = find_rounds(figures.products, year)
    decided = [pair for each in rounds for pair in each.held]
    tables = [
        _summary(figures, say),
        *(_by_axis(figures, axis, desk) for axis in _CHARTED),
        await _targets(desk, day),
        _rounds(rounds, say),
        _products(say("Recognised in {year}", year=year), decided, desk),
        await _totals(desk),
    ]
    title = say("OCOP report of {year}", year=year)
    return TablesReport(title, _said(day, say), tables, day)


async def report_round(desk: Desk, name: str) -> TablesReport:
    """One round. Raises NotFound, StoreError."""
    say, day = desk.say, desk.context.today()
    figures = await load_figures(desk.context, day)
    found = [each for each in find_rounds(figures.products) if each.name == name]
    if not found:
        raise NotFound(name)
    held = [pair for each in found for pair in each.held]
    title = say("OCOP round {name}", name=name)
    tables = [_rounds(found, say), _products(say("Products"), held, desk)]
    return TablesReport(title, _said(day, say), tables, day)


def _said(day: date, say: Speech) -> Sequence[str]:
    return (
        say("Counted on {day} from the products in this catalogue; each row names its source.", day=wording.day(day)),
        say("Published totals may be larger: the catalogue holds what was entered or imported."),
    )


def _summary(figures: Figures, say: Speech) -> ReportTable:
    total = count_all(figures.products)
    rows = [(name, total.states.get(state, 0)) for state, name in programme.state_names(say).items()]
    stars = zip(_star_names((5, 4, 3), say), (total.stars.get(each, 0) for each in (5, 4, 3)), strict=True)
    return ReportTable(say("Summary"), (say("State"), say("Products")), [*rows, *stars])


def _star_names(stars: Sequence[int], say: Speech) -> Sequence[str]:
    """In words: the letters of the PDF have no star among them."""
    return [say.count("{number} star", "{number} stars", each) for each in stars]


def _by_axis(figures: Figures, axis: Axis, desk: Desk) -> ReportTable:
    say = desk.say
    name = programme.axis_names(say)[axis]
    in_force = [each for each in figures.products if each.state is ProgrammeState.IN_FORCE]
    rows = [_count_row(count, axis, desk) for count in count_by(in_force, axis)]
    return ReportTable(name, (name, *_star_names((3, 4, 5), say), say("In force")), rows, charted=3)


def _count_row(count: Count, axis: Axis, desk: Desk) -> Sequence[str | int]:
    name = programme.value_name(axis, count.key, desk.context.places, desk.say)
    return (name, *(count.stars.get(stars, 0) for stars in (3, 4, 5)), count.in_force)


async def _targets(desk: Desk, day: date) -> ReportTable:
    say = desk.say
    rows = [_target_row(line, say) for line in await list_targets(desk.context, say, day)]
    headings = (say("Target"), say("Area"), say("At least"), say("Counted"), say("As of"), say("Plan"), say("Source"))
    return ReportTable(say("Targets"), headings, rows)


def _target_row(line: TargetLine, say: Speech) -> Sequence[ReportCell]:
    target, value = line.target, line.progress.value
    reached = say("not told") if value is None else round(value, 1)
    day = wording.day(line.progress.day)
    return (line.measure, line.area, target.least, reached, day, target.plan, target.source)


def _rounds(rounds: Sequence[Round], say: Speech) -> ReportTable:
    headings = (say("Round"), say("Decided"), say("Issuer"), *_star_names((5, 4, 3), say), say("Products"))
    return ReportTable(say("Rounds"), headings, [_round_row(each) for each in rounds])


def _round_row(found: Round) -> Sequence[ReportCell]:
    certificate = found.held[0][1]
    decided = certificate.decided.vietnamese_text() if certificate.decided else ""
    stars = (found.stars.get(number, 0) for number in (5, 4, 3))
    return (found.name, decided, certificate.issuer, *stars, len(found.held))


def _products(title: str, held: Sequence[tuple[CountedProduct, Certificate]], desk: Desk) -> ReportTable:
    say = desk.say
    rows = [_product_row(counted, certificate, desk) for counted, certificate in held]
    headings = (
        say("Product"),
        say("Producer"),
        say("Commune or ward"),
        say("Stars"),
        say("Decision"),
        say("Decided"),
        say("Source"),
    )
    return ReportTable(title, headings, rows)


def _product_row(counted: CountedProduct, certificate: Certificate, desk: Desk) -> Sequence[str | int]:
    product: Product = counted.product
    unit = counted.placed.commune
    decided = certificate.decided.vietnamese_text() if certificate.decided else ""
    place = str(unit) if unit else desk.say("not known")
    stars = certificate.stars or 0
    return (product.name, product.producer.name, place, stars, certificate.decision, decided, certificate.source.name)


async def _totals(desk: Desk) -> ReportTable:
    say = desk.say
    rows = [_total_row(line) for line in await list_totals(desk.context, say)]
    headings = (
        say("As of"),
        say("Area"),
        say("Products"),
        say("Sum of the stars"),
        say("In our catalogue"),
        say("Source"),
        say("Note"),
    )
    return ReportTable(say("Published totals"), headings, rows)


def _total_row(line: TotalLine) -> Sequence[ReportCell]:
    total = line.published
    ours = line.ours.in_force if line.ours else ""
    parts = "" if total.parts is None else total.parts
    told = f"{total.about} {total.total}".strip()
    source = f"{total.source} {total.address}".strip()
    return (total.as_of.vietnamese_text(), line.area, told, parts, ours, source, total.note)
