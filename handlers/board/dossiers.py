"""Communes' reports on products on the board: a draft, handed over, received or sent back by the province."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.cells import certificates as cells
from catalog.cells.days import day as read_day
from catalog.cells.problems import CellRefused
from catalog.commune_report import (
    AT_COMMUNE,
    REQUIRED_PAPERS,
    SUPPORTING_PAPERS,
    CommuneReport,
    Criterion,
    CriterionFinding,
    Dossier,
    DossierPaper,
    DossierState,
)
from catalog.errors import CatalogError, NotFound
from catalog.officers import Act, ActScope, scope_of
from handlers.board.desk import Desk
from handlers.board.inspections import plain_lines
from handlers.phrases import Speech

AT_ONCE = 25
_LONGEST_NAME = 200
_MOST_WAITING = 500
PROVINCE = Act.RECORD_CERTIFICATE
"""Who may do that receives reports and keeps rounds."""
_SHOWN = tuple(each for each in DossierState if each is not DossierState.DROPPED)


class BadDossier(CatalogError):
    """What was entered cannot be kept; the message says why, in the officer's language."""


class DossierChanged(CatalogError):
    """Somebody else has changed the report meanwhile, or it has gone on."""


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A report in a list."""

    number: int
    product: str
    producer: str
    commune: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class DossierList:
    """A page of reports."""

    lines: Sequence[DossierLine]
    number: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.number // AT_ONCE))


@dataclass(frozen=True, slots=True)
class DossierSheet:
    """One report with what this officer may do to it; *missing* tells what is missing before it can be handed over."""

    dossier: Dossier
    state: str
    tone: str
    edited_by: str
    missing: Sequence[str]
    may_edit: bool
    may_decide: bool


def state_names(say: Speech) -> Mapping[DossierState, str]:
    """What each state is called."""
    return {
        DossierState.DRAFT: say("draft at the commune"),
        DossierState.HANDED_OVER: say("handed over, the province has not received it yet"),
        DossierState.RECEIVED: say("received by the province"),
        DossierState.SENT_BACK: say("sent back to the commune"),
        DossierState.IN_ROUND: say("in a round"),
        DossierState.DROPPED: say("dropped"),
    }


_TONES = {DossierState.SENT_BACK: "bad", DossierState.HANDED_OVER: "care", DossierState.IN_ROUND: "good"}


def criterion_names(say: Speech) -> Mapping[Criterion, str]:
    """The four criteria that the commune scores."""
    return {
        Criterion.ORIGIN: say("Origin of the product, or local material"),
        Criterion.LABOUR: say("Local labour"),
        Criterion.IDEA: say("Origin of the idea"),
        Criterion.IDENTITY: say("Local identity and knowledge"),
    }


def paper_names(say: Speech) -> Mapping[DossierPaper, str]:
    """What each paper of a dossier is called."""
    return {
        DossierPaper.REGISTRATION: say("Registration (form 01 for a new product, 02 for one that exists)"),
        DossierPaper.BUSINESS_PLAN: say("Business plan (form 03)"),
        DossierPaper.ORGANISATION: say("Organisation chart (form 04)"),
        DossierPaper.BUSINESS_LICENCE: say("Business licence, certified copy"),
        DossierPaper.SAMPLES: say("Samples, 5 units (not for services)"),
        DossierPaper.FOOD_SAFETY: say("Licence to produce, or food-safety certificate"),
        DossierPaper.DECLARATION: say("Published declaration of quality"),
        DossierPaper.STANDARD: say("Product standard"),
        DossierPaper.TEST_REPORT: say("Test report against that standard"),
        DossierPaper.MARKS: say("Bar code, trace stamp, trademark, geographical indication"),
        DossierPaper.MATERIALS: say("Origin of materials, contracts of the chain"),
        DossierPaper.QUALITY_SYSTEM: say("Quality system"),
        DossierPaper.ENVIRONMENT: say("Environment plan"),
        DossierPaper.ACCOUNTS: say("Accounts"),
        DossierPaper.MARKET: say("Market and promotion: contracts, fairs"),
        DossierPaper.STORY: say("Product story: leaflet, film"),
        DossierPaper.QUALITY_CONTROL: say("Quality-control plan, batch records"),
        DossierPaper.AWARDS: say("Awards"),
    }


def paper_lists(say: Speech) -> tuple[Sequence[tuple[DossierPaper, str]], Sequence[tuple[DossierPaper, str]]]:
    """The papers that are required, and those that support a dossier."""
    names = paper_names(say)
    return [(each, names[each]) for each in REQUIRED_PAPERS], [(each, names[each]) for each in SUPPORTING_PAPERS]


def own_communes(desk: Desk) -> Sequence[tuple[str, str]]:
    """The communes for which this officer may report, by code."""
    reach = desk.reach_of(Act.REPORT_PRODUCT)
    units = [unit for unit in desk.context.places.communes() if unit.code]
    return [(unit.code, str(unit)) for unit in units if reach.everywhere or unit.code in reach.communes]


async def list_dossiers(desk: Desk, page: int, state: str = "") -> DossierList:
    """One page of reports within reach; of the province's, drafts are left to their communes. Raises StoreError."""
    store = desk.context.store.dossiers
    shown = [each for each in _SHOWN if not (desk.reach.everywhere and each is DossierState.DRAFT)]
    states = [each for each in shown if state in {"", str(each)}] or shown
    number = await store.count(desk.reach, states)
    page = min(max(page, 1), max(1, -(-number // AT_ONCE)))
    found = await store.newest(desk.reach, states, limit=AT_ONCE, offset=(page - 1) * AT_ONCE)
    return DossierList([_line(each, desk) for each in found], number, page)


async def waiting(desk: Desk) -> Sequence[DossierLine]:
    """What waits for this officer: at the province what was handed over, at a commune what was sent back."""
    province = bool(desk.reach_of(PROVINCE))
    states = {DossierState.HANDED_OVER} if province else {DossierState.SENT_BACK}
    reach = desk.reach_of(Act.REPORT_PRODUCT)
    return [_line(each, desk) for each in await desk.context.store.dossiers.newest(reach, states, limit=_MOST_WAITING)]


def _line(each: Dossier, desk: Desk) -> DossierLine:
    unit = desk.context.places.with_code(each.commune)
    state = state_names(desk.say)[each.state]
    commune = str(unit) if unit else each.commune
    return DossierLine(
        each.number, each.report.product, each.report.producer, commune, state, _TONES.get(each.state, "")
    )


async def find(desk: Desk, number: int) -> Dossier:
    """The report with this number, where the officer may do the page's act. Raises NotAllowed, NotFound, StoreError."""
    dossier = await desk.context.store.dossiers.find(number)
    if dossier is None or dossier.state is DossierState.DROPPED:
        raise NotFound
    desk.require(_scope(dossier))
    return dossier


def _scope(dossier: Dossier) -> ActScope:
    return ActScope(dossier.commune, dossier.producer)


async def show(desk: Desk, number: int) -> DossierSheet:
    """One report. Raises NotAllowed, NotFound, StoreError."""
    dossier = await find(desk, number)
    names = await desk.context.store.officers.names()
    covered = desk.reach_of(Act.REPORT_PRODUCT).covers(_scope(dossier))
    return DossierSheet(
        dossier,
        state_names(desk.say)[dossier.state],
        _TONES.get(dossier.state, ""),
        names.get(dossier.edited_by, ""),
        missing_words(dossier, desk.say),
        covered and dossier.state in AT_COMMUNE,
        bool(desk.reach_of(PROVINCE)),
    )


def missing_words(dossier: Dossier, say: Speech) -> Sequence[str]:
    """What is missing before it can be handed over."""
    criteria, papers = criterion_names(say), paper_names(say)
    named = (say("Name of the product"), dossier.report.product), (say("Name of the producer"), dossier.report.producer)
    missing = [name for name, value in named if not value]
    missing += [say("{criterion}: points and remark", criterion=criteria[each]) for each in dossier.report.missing]
    return [*missing, *(papers[each] for each in dossier.missing_papers)]


async def begin(desk: Desk, ref: str, commune: str) -> Dossier:
    """An empty report on a product of the catalogue, or a new one in *commune*. Raises BadDossier, NotFound."""
    if not ref:
        unit = desk.context.places.with_code(commune) if commune else None
        if unit is None:
            raise BadDossier(desk.say("Choose the commune."))
        desk.require(ActScope(commune), Act.REPORT_PRODUCT)
        return Dossier(commune, CommuneReport(str(unit), "", ""))
    product = await desk.context.store.product(ref[:_LONGEST_NAME])
    if product is None:
        raise NotFound
    maker, scope = product.producer, scope_of(product.producer, desk.context.places)
    desk.require(scope, Act.REPORT_PRODUCT)
    unit = desk.context.places.with_code(scope.commune) if scope.commune else None
    if unit is None:
        raise BadDossier(desk.say("It is not known in which commune this producer is: mend the address first."))
    report = CommuneReport(str(unit), product.name, maker.name, maker.address or maker.commune)
    return Dossier(scope.commune, report, maker.id, product.id)


def read_dossier(desk: Desk, dossier: Dossier, form: Mapping[str, str]) -> Dossier:
    """*dossier* with what a form says. Raises BadDossier."""
    held, say = dossier.report, desk.say
    try:
        stars = form.get("stars", "")
        report = replace(
            held,
            product=held.product if dossier.product else _name(form, "product"),
            producer=held.producer if dossier.producer else _name(form, "producer"),
            address=plain_lines(form.get("address", "")).replace("\n", ", ")[:300],
            number=_name(form, "number")[:40],
            day=read_day(form.get("day", "")[:100]),
            findings={each: _finding(each, form) for each in Criterion},
            taking_part=tuple(filter(None, plain_lines(form.get("taking_part", "")).split("\n")))[:40],
            stars=int(stars) if stars in {"3", "4", "5"} else None,
            signer=_name(form, "signer"),
        )
    except CellRefused as refused:
        raise BadDossier(refused.reason if say.language == "vi" else refused.reason_en) from refused
    if not report.product or not report.producer:
        raise BadDossier(say("Name the product and its producer."))
    return replace(
        dossier,
        report=report,
        papers=frozenset(each for each in DossierPaper if form.get(f"paper-{each}")),
        service=bool(form.get("service")),
        remark=plain_lines(form.get("remark", "")),
        version=_version(form, dossier),
    )


def _name(form: Mapping[str, str], name: str) -> str:
    return plain_lines(form.get(name, "")).replace("\n", " ")[:_LONGEST_NAME]


def _finding(criterion: Criterion, form: Mapping[str, str]) -> CriterionFinding:
    points = cells.score(form.get(f"points-{criterion}", "")[:40])
    return CriterionFinding(plain_lines(form.get(f"said-{criterion}", "")), points)


def _version(form: Mapping[str, str], dossier: Dossier) -> int:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else dossier.version


async def keep(desk: Desk, dossier: Dossier) -> int:
    """Keep a draft; its number. Raises DossierChanged where another version was kept, NotAllowed, StoreError."""
    desk.require(_scope(dossier))
    store = desk.context.store.dossiers
    if not dossier.number:
        return await store.begin(dossier, by=desk.doer)
    if not await store.save(dossier, by=desk.doer):
        raise DossierChanged
    return dossier.number


async def hand_over(desk: Desk, number: int) -> None:
    """Hand it over to the province. Raises BadDossier where something is missing, NotAllowed, NotFound, StoreError."""
    dossier = await find(desk, number)
    if not dossier.is_complete:
        missing = "; ".join(missing_words(dossier, desk.say))
        raise BadDossier(desk.say("Still missing: {what}.", what=missing))
    await desk.context.store.dossiers.move(number, DossierState.HANDED_OVER, by=desk.doer)


async def drop(desk: Desk, number: int) -> None:
    """Throw a draft away. Raises NotAllowed, NotFound, StoreError."""
    await find(desk, number)
    await desk.context.store.dossiers.move(number, DossierState.DROPPED, by=desk.doer)


async def decide(desk: Desk, number: int, *, received: bool, reason: str = "") -> None:
    """Receive it, or send it back with a reason. Raises BadDossier, NotAllowed, NotFound, StoreError."""
    await find(desk, number)
    why = plain_lines(reason)[:500]
    if not received and not why:
        raise BadDossier(desk.say("Why is it sent back? The commune reads the reason."))
    state = DossierState.RECEIVED if received else DossierState.SENT_BACK
    await desk.context.store.dossiers.move(number, state, by=desk.doer, reason="" if received else why)
