"""What wants work today, list by list, within what an officer reaches; rows in words, page by page.

Codes and searches belong to no commune: they stand only before who sees everywhere.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.errors import NotFound
from catalog.inquiry import Kind
from catalog.officers import Act, ActScope, Reach
from catalog.programme import PlacedProduct
from catalog.store import InquiryFilter, InquiryLine, UnmetQuery
from catalog.text import fold
from handlers.board import dossiers, inspections, matching, proposals, ratings, work_lines, worklists
from handlers.board.desk import Desk
from handlers.board.ratings import RatingLine
from handlers.board.work_lines import WorkLine
from handlers.board.worklists import ENDING, Maker, WatchedProduct, Worklist
from handlers.context import Context
from handlers.programme import place_catalogue

AT_ONCE = 20
AT_FIRST = 3
"""How many rows a list shows on its own page, and on the page of all lists."""
DAY = 24 * 3600.0
LATE = 2 * DAY
SEEN = 90 * DAY
_VIEWERS_KEPT = 300.0
_MOST = 500
"""No more of what people looked for in vain, or of proposed corrections, is read at once."""
_ACTS: Mapping[Worklist, Act] = {
    **dict.fromkeys((*ENDING, Worklist.MONTH, Worklist.LAPSED), Act.REPORT_PRODUCT),
    Worklist.PROPOSALS: Act.CONFIRM,
    Worklist.DOSSIERS: Act.REPORT_PRODUCT,
    Worklist.INSPECTIONS: Act.INSPECT,
    Worklist.INQUIRIES: Act.HANDLE_INQUIRY,
    Worklist.COMPLAINTS: Act.HANDLE_INQUIRY,
    Worklist.RATINGS: Act.JUDGE_RATING,
    Worklist.CODES: Act.EDIT_PRODUCT,
    Worklist.SEARCHES: Act.EDIT_PRODUCT,
    Worklist.CORRECTIONS: Act.DECIDE_CORRECTION,
    Worklist.MISSING: Act.EDIT_PRODUCT,
    Worklist.UNREACHED: Act.INVITE_PRODUCER,
}
_THEIRS = frozenset({Worklist.PROPOSALS, Worklist.DOSSIERS, Worklist.INSPECTIONS, Worklist.RATINGS})
"""What is shown to nobody but those who may act on it."""
_NOWHERE = ActScope()


@dataclass(frozen=True, slots=True)
class WorkSheet:
    """A page of one list: *number* is what its heading counts, *rows* how many rows there are on all pages."""

    which: Worklist
    title: str
    empty: str
    number: int
    rows: int
    lines: Sequence[WorkLine]
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.rows // AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Work:
    """All rows of a list, and how one of them is drawn; *number* where the heading counts something else."""

    rows: Sequence[Any]
    draw: Callable[[Any], Awaitable[WorkLine]]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Survey:
    """The catalogue as *desk* sees it today."""

    desk: Desk
    watched: Sequence[WatchedProduct]
    makers: Mapping[str, Maker]
    products: Mapping[str, WatchedProduct]
    """Every product by its id."""

    reaches: Mapping[Worklist, Reach]
    """How far the officer may do what each list offers."""

    def may(self, which: Worklist, scope: ActScope) -> bool:
        return self.reaches[which].covers(scope)

    def maker(self, key: str) -> Maker:
        """The producer with this id, by name where the catalogue has it."""
        return self.makers.get(key) or Maker(key, key)


async def list_all(desk: Desk) -> Sequence[WorkSheet]:
    """The first rows of every list that the officer may see. Raises StoreError."""
    survey = await _survey(desk)
    return [await _sheet(survey, which, rows=AT_FIRST) for which in _seen_by(desk)]


async def show(desk: Desk, name: str, page: int) -> WorkSheet:
    """One page of the list called *name*. Raises NotFound, StoreError."""
    which = next((each for each in _seen_by(desk) if each == name), None)
    if which is None:
        raise NotFound
    return await _sheet(await _survey(desk), which, rows=AT_ONCE, page=page)


def _seen_by(desk: Desk) -> Sequence[Worklist]:
    hidden = set() if desk.reach.everywhere else {Worklist.CODES, Worklist.SEARCHES}
    hidden |= {which for which in _THEIRS if not desk.reach_of(_ACTS[which])}
    return [each for each in Worklist if each not in hidden]


async def _sheet(survey: _Survey, which: Worklist, *, rows: int, page: int = 1) -> WorkSheet:
    work, say = await _WORK[which](survey, which), survey.desk.say
    page = min(max(page, 1), max(1, -(-len(work.rows) // rows)))
    lines = [await work.draw(each) for each in work.rows[(page - 1) * rows : page * rows]]
    title = work_lines.titles(say, survey.desk.context.today())[which]
    number = len(work.rows) if work.number is None else work.number
    return WorkSheet(which, title, work_lines.empty_words(say)[which], number, len(work.rows), lines, page)


async def _survey(desk: Desk) -> _Survey:
    watched = await watch_catalogue(desk.context)
    mine = worklists.within(watched, desk.reach)
    makers, products = {each.maker.id: each.maker for each in watched}, {each.id: each for each in watched}
    by_act = {act: desk.reach_of(act) for act in _ACTS.values()}
    return _Survey(desk, mine, makers, products, {which: by_act[act] for which, act in _ACTS.items()})


async def watch_catalogue(context: Context) -> Sequence[WatchedProduct]:
    """Every product as the worklists know it, read anew once the catalogue or the day is another. Raises StoreError."""
    today = context.today()
    revision, placed = await place_catalogue(context)

    async def begin() -> dict[int, tuple[PlacedProduct, WatchedProduct]]:
        return {}

    async def read() -> Sequence[WatchedProduct]:
        known = await context.worked_out("watched before", today, begin)
        makers: dict[str, Maker] = {}
        watched = {id(each): known.get(id(each)) or (each, _watch(each, makers, today)) for each in placed}
        known.clear()
        known.update(watched)
        return [each for _, each in watched.values()]

    return await context.worked_out("watched products", (revision, today), read)


def _watch(placed: PlacedProduct, makers: dict[str, Maker], today: date) -> WatchedProduct:
    maker = placed.product.producer
    if maker.id not in makers:
        makers[maker.id] = worklists.maker_of(maker, placed.commune)
    return worklists.watch(placed.product, makers[maker.id], today)


async def _ending(survey: _Survey, which: Worklist) -> _Work:
    today = survey.desk.context.today()
    if which is Worklist.MONTH:
        return _products(survey, which, worklists.ending_this_month(survey.watched, today))
    return _products(survey, which, worklists.ending(survey.watched, today, days=ENDING[which]))


def _products(survey: _Survey, which: Worklist, found: Sequence[WatchedProduct]) -> _Work:
    desk = survey.desk

    async def draw(each: WatchedProduct) -> WorkLine:
        may = survey.may(which, each.maker.scope)
        return work_lines.ending_line(each, desk.context.today(), may=may, say=desk.say)

    return _Work(found, draw)


async def _lapsed(survey: _Survey, which: Worklist) -> _Work:
    desk = survey.desk
    store, now = desk.context.store, desk.context.now()
    # To count them reads all that people looked at: once in a while is enough.
    viewers = await desk.context.worked_out(
        "viewers", now // _VIEWERS_KEPT, lambda: store.worklists.viewers_since(now - SEEN)
    )

    async def draw(pair: tuple[WatchedProduct, int]) -> WorkLine:
        may = survey.may(which, pair[0].maker.scope)
        return work_lines.lapsed_line(*pair, desk.context.today(), may=may, say=desk.say)

    return _Work(worklists.lapsed_and_seen(survey.watched, viewers), draw)


async def _proposals(survey: _Survey, _which: Worklist) -> _Work:
    async def draw(each: Any) -> WorkLine:
        proposal, product, by = each
        own = proposal.proposed_by == survey.desk.officer.number
        name = product.name if product else proposal.subject
        return work_lines.proposal_line(proposal, name, by, own=own, say=survey.desk.say)

    return _Work(await proposals.waiting(survey.desk), draw)


async def _dossiers(survey: _Survey, _which: Worklist) -> _Work:
    async def draw(each: Any) -> WorkLine:
        return work_lines.dossier_line(each)

    return _Work(await dossiers.waiting(survey.desk), draw)


async def _inspections(survey: _Survey, _which: Worklist) -> _Work:
    async def draw(pair: Any) -> WorkLine:
        return work_lines.inspection_line(*pair)

    return _Work(await inspections.due(survey.desk), draw)


async def _ratings(survey: _Survey, _which: Worklist) -> _Work:
    async def draw(line: RatingLine) -> WorkLine:
        return work_lines.rating_line(line)

    return _Work(await ratings.list_waiting(survey.desk), draw)


async def _late(survey: _Survey, which: Worklist) -> _Work:
    desk = survey.desk
    now = desk.context.now()
    late = await desk.context.store.worklists.late_by_producer(before=now - LATE)
    mine = [(each, survey.maker(each.producer)) for each in late]
    reach = desk.reach
    mine = [(each, maker) for each, maker in mine if reach.covers(maker.scope)]
    mine.sort(key=lambda pair: worklists.commune_order(pair[1]))

    async def draw(pair: tuple[Any, Maker]) -> WorkLine:
        return work_lines.late_line(*pair, now, may=survey.may(which, pair[1].scope), say=desk.say)

    return _Work(mine, draw, number=sum(each.number for each, _ in mine))


async def _complaints(survey: _Survey, which: Worklist) -> _Work:
    """The reports that are open: once one is decided, it is closed."""
    context, handles = survey.desk.context, survey.reaches[which]
    wanted = InquiryFilter(state="open", kind=str(Kind.COMPLAINT))
    found, _ = await context.store.inquiry_desk.list_lines(wanted, limit=_MOST)
    mine = [(each, survey.maker(each.producer_id)) for each in found]
    mine = [pair for pair in mine if survey.desk.reach.covers(pair[1].scope) or pair[0].desk in handles.communes]

    async def draw(pair: tuple[InquiryLine, Maker]) -> WorkLine:
        report, maker = pair
        product = survey.products.get(report.product_id)
        may = survey.may(which, maker.scope) or report.desk in handles.communes
        name = product.name if product else report.product_id
        return work_lines.complaint_line(report, name, maker, context.now(), may=may, say=survey.desk.say)

    return _Work(mine, draw)


async def _codes(survey: _Survey, which: Worklist) -> _Work:
    """The codes that stand for no product yet."""
    context = survey.desk.context
    wanted = await _wanted(context, "code")
    shown = tuple(each.shown for each in wanted)

    async def read() -> Mapping[str, tuple[str, str]]:
        codes = {each: matching.code_in(each, context) for each in shown}
        return {each: (code.kind, code.key) for each, code in codes.items() if code}

    keys = await context.worked_out("unknown codes", shown, read)
    known = await context.store.naming.known_codes(list(keys.values())) if keys else set()
    return _unmet(survey, which, [each for each in wanted if keys.get(each.shown) not in known])


async def _searches(survey: _Survey, which: Worklist) -> _Work:
    """The names that no product has by now."""
    context = survey.desk.context
    wanted = await _wanted(context, "name")

    async def fold_names() -> frozenset[str]:
        return frozenset(fold(name) for each in survey.watched for name in (each.name, *each.aliases))

    # Who sees this list sees every product: one set serves all.
    names = await context.worked_out("folded names", context.programme.revision, fold_names)
    return _unmet(survey, which, [each for each in wanted if fold(each.shown) not in names])


async def _wanted(context: Context, kind: str) -> Sequence[UnmetQuery]:
    return await context.store.unmet.list_wanted(kind, limit=_MOST) if context.store.has_keys else []


def _unmet(survey: _Survey, which: Worklist, wanted: Sequence[UnmetQuery]) -> _Work:
    may = survey.may(which, _NOWHERE)

    async def draw(query: UnmetQuery) -> WorkLine:
        return work_lines.unmet_line(query, may=may, say=survey.desk.say)

    return _Work(wanted, draw)


async def _corrections(survey: _Survey, which: Worklist) -> _Work:
    desk = survey.desk
    waiting = await desk.context.store.corrections.waiting(limit=_MOST)
    reach = desk.reach
    mine = [each for each in waiting if reach.covers(survey.maker(each.producer_id).scope)]

    async def draw(correction: Any) -> WorkLine:
        maker = survey.maker(correction.producer_id)
        product = survey.products.get(correction.product_id)
        return work_lines.correction_line(correction, product, maker, may=survey.may(which, maker.scope), say=desk.say)

    return _Work(mine, draw)


async def _missing(survey: _Survey, which: Worklist) -> _Work:
    async def draw(each: WatchedProduct) -> WorkLine:
        return work_lines.missing_line(each, may=survey.may(which, each.maker.scope), say=survey.desk.say)

    return _Work(worklists.with_missing(survey.watched), draw)


async def _unreached(survey: _Survey, which: Worklist) -> _Work:
    reached = await survey.desk.context.store.worklists.producers_reached()

    async def draw(pair: tuple[Maker, int]) -> WorkLine:
        return work_lines.unreached_line(*pair, may=survey.may(which, pair[0].scope), say=survey.desk.say)

    return _Work(worklists.unreached(survey.watched, reached), draw)


_WORK: Mapping[Worklist, Callable[[_Survey, Worklist], Awaitable[_Work]]] = {
    **dict.fromkeys((*ENDING, Worklist.MONTH), _ending),
    Worklist.LAPSED: _lapsed,
    Worklist.PROPOSALS: _proposals,
    Worklist.DOSSIERS: _dossiers,
    Worklist.INSPECTIONS: _inspections,
    Worklist.INQUIRIES: _late,
    Worklist.COMPLAINTS: _complaints,
    Worklist.RATINGS: _ratings,
    Worklist.CODES: _codes,
    Worklist.SEARCHES: _searches,
    Worklist.CORRECTIONS: _corrections,
    Worklist.MISSING: _missing,
    Worklist.UNREACHED: _unreached,
}
