"""Inquiries on the board: what waits, where and how long; one of them with what was done; its words once opened.

Lists hold no words and nobody who asked. An officer never sees a consumer's name and number; words are read only where
the producer has had a day, where officers were told, or of a complaint, and each opening is in the audit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.answer_times import AnswerFigures
from catalog.audit import HOUSE, AuditRow, Deed
from catalog.errors import NotFound
from catalog.inquiry import PROVINCE, WAITING, Inquiry, Kind, Member, Side, State
from catalog.officers import Act, ActScope, OfficerRole, Reach, level
from catalog.store import AuditFilter, InquiryFilter, InquiryLine
from handlers import answer_habits
from handlers.board import today, wording
from handlers.board.desk import Desk
from handlers.board.worklists import Maker, commune_order
from handlers.context import Session
from handlers.inquiries import producer
from handlers.inquiries import wording as inquiry_wording
from handlers.inquiries.pages import Said, thread_of
from handlers.links import shown_phone
from handlers.phrases import Speech

AT_ONCE = 20
_DAY = 24 * 3600.0
_READABLE_AFTER = _DAY
_MOST_DONE = 20
STATES = ("waiting", "answered", "closed", "all")
OLDER = (1, 2, 3, 7, 30)


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """A row of the list; *late* where it waits for two days or more."""

    ref: str
    product: str
    where: str
    kind: str
    state: str
    waits: str
    late: bool
    desk: str


@dataclass(frozen=True, slots=True)
class InquiryList:
    """A page of the list; *asked* is what it was filtered by."""

    rows: Sequence[InquiryRow]
    total: int
    page: int
    asked: Mapping[str, str]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // AT_ONCE))


@dataclass(frozen=True, slots=True)
class CommuneWaiting:
    """How many inquiries wait in a commune, and how long the oldest does, in words."""

    commune: str
    code: str
    number: int
    oldest: str


@dataclass(frozen=True, slots=True)
class AnsweringProducer:
    """A producer with their response figures; *median* in words, *usual* as shoppers read it or ""."""

    name: str
    commune: str
    figures: AnswerFigures
    median: str
    usual: str


@dataclass(frozen=True, slots=True)
class DoneLine:
    """Something that was done with an inquiry: when, who, what, why."""

    moment: str
    who: str
    deed: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenedWords:
    """What was written, the address of a photo ("" for none), and who to call, where that is this reader's to know."""

    thread: Sequence[Said]
    photo: str
    contact: Sequence[str]


@dataclass(frozen=True, slots=True)
class InquirySheet:
    """One inquiry as its page shows it. *opened* is None until somebody opens the words."""

    inquiry: Inquiry
    product: str
    product_ref: str
    maker: Maker
    kind: str
    state: str
    waits: str
    late: bool
    desk: str
    readable: bool
    colleagues: Sequence[tuple[str, str]]
    as_producer: bool
    everywhere: bool
    done: Sequence[DoneLine]
    opened: OpenedWords | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing can be done but to open it again."""
        return self.inquiry.state is State.CLOSED


async def makers_of(desk: Desk) -> Mapping[str, Maker]:
    """Every producer by id. Raises StoreError."""
    return {each.maker.id: each.maker for each in await today.watch_catalogue(desk.context)}


def _filter_within(reach: Reach, makers: Mapping[str, Maker]) -> InquiryFilter:
    if reach.everywhere:
        return InquiryFilter()
    mine = {each.id for each in makers.values() if reach.covers(each.scope)} | reach.producers
    return InquiryFilter(producers=sorted(mine), desks=sorted(reach.communes))


async def show_list(desk: Desk, asked: Mapping[str, str], page: int) -> InquiryList | None:
    """A page of what this officer may see to; None where they may see figures only. Raises StoreError."""
    reach = desk.reach_of(Act.HANDLE_INQUIRY)
    if not reach:
        return None
    context, makers = desk.context, await makers_of(desk)
    wanted = _narrow(_filter_within(reach, makers), asked, makers, now=context.now())
    store = context.store.inquiry_desk
    _, total = await store.list_lines(wanted, limit=1)
    page = min(max(page, 1), max(1, -(-total // AT_ONCE)))
    lines, total = await store.list_lines(wanted, limit=AT_ONCE, offset=(page - 1) * AT_ONCE)
    names = {each.id: each.name for each in await context.store.products(line.product_id for line in lines)}
    rows = [_row(each, names, makers, desk) for each in lines]
    return InquiryList(rows, total, page, asked)


def _narrow(
    wanted: InquiryFilter, asked: Mapping[str, str], makers: Mapping[str, Maker], *, now: float
) -> InquiryFilter:
    state = asked.get("state", "")
    if state != "all":
        wanted = replace(wanted, state=state if state in STATES else STATES[0])
    if (kind := asked.get("kind", "")) in set(Kind):
        wanted = replace(wanted, kind=kind)
    if days := next((each for each in OLDER if str(each) == asked.get("days")), 0):
        wanted = replace(wanted, before=now - days * _DAY)
    if asked.get("desk"):
        wanted = replace(wanted, desk=asked["desk"][:16])
    if commune := asked.get("commune", ""):
        there = [each.id for each in makers.values() if each.commune and each.commune.code == commune]
        wanted = replace(wanted, only=there)
    if maker := asked.get("producer", ""):
        wanted = replace(wanted, only=[maker[:64]])
    return wanted


def _row(line: InquiryLine, names: Mapping[str, str], makers: Mapping[str, Maker], desk: Desk) -> InquiryRow:
    say, maker = desk.say, makers.get(line.producer_id) or Maker(line.producer_id, line.producer_id)
    waits, late = _waiting_words(line.state, line.moved_at, desk)
    return InquiryRow(
        line.ref,
        names.get(line.product_id, line.product_id),
        _where(maker, say),
        inquiry_wording.kind_words(line.kind, say),
        _state_words(line.state, line.outcome, say),
        waits,
        late,
        desk_words(line.desk, desk),
    )


def _where(maker: Maker, say: Speech) -> str:
    return f"{maker.name} · {maker.commune or say('commune not known')}"


def _state_words(state: State, outcome: str, say: Speech) -> str:
    """Where it stands, for officers: whether its producer has looked at it matters less than that nobody answered."""
    told = {"corrected": say("put right"), "unfounded": say("not founded")}.get(outcome)
    return told or (say("without an answer") if state in WAITING else inquiry_wording.state_words(state, say))


def _waiting_words(state: State, since: float, desk: Desk) -> tuple[str, bool]:
    if state not in WAITING:
        return "", False
    waited = max(0.0, desk.context.now() - since)
    span = _span_words(waited, desk.say)
    return desk.say("waits for {span}", span=span), waited >= today.LATE


def _span_words(seconds: float, say: Speech) -> str:
    """How long something has waited, rounded down."""
    if seconds >= _DAY:
        return say.count("{number} day", "{number} days", int(seconds // _DAY))
    return say.count("{number} hour", "{number} hours", max(1, int(seconds // 3600)))


def desk_words(key: str, desk: Desk) -> str:
    """On whose desk an inquiry lies; "" where nobody has handed it on."""
    if not key:
        return ""
    unit = desk.context.places.with_code(key)
    name = desk.say("the province") if key == PROVINCE else str(unit or key)
    return desk.say("handed to {desk}", desk=name)


async def count_waiting(desk: Desk) -> Sequence[CommuneWaiting]:
    """What waits by commune, within what the officer may read. Raises StoreError."""
    makers = await makers_of(desk)
    counted = await desk.context.store.inquiry_desk.count_waiting(_filter_within(desk.reach, makers))
    by_commune: dict[str, list[tuple[Maker, int, float]]] = {}
    for each in counted:
        maker = makers.get(each.producer_id) or Maker(each.producer_id, each.producer_id)
        code = maker.commune.code if maker.commune else ""
        by_commune.setdefault(code, []).append((maker, each.number, each.oldest))
    groups = sorted(by_commune.items(), key=lambda pair: commune_order(pair[1][0][0]))
    say, now = desk.say, desk.context.now()
    return [
        CommuneWaiting(
            str(found[0][0].commune or say("commune not known")),
            code,
            sum(number for _, number, _ in found),
            _span_words(max(0.0, now - min(oldest for _, _, oldest in found)), say),
        )
        for code, found in groups
    ]


async def list_answering(desk: Desk) -> Sequence[AnsweringProducer]:
    """The producers of whom enough is known, who answers least first, within what may be read. Raises StoreError."""
    figures, makers, say = await answer_habits.load_figures(desk.context), await makers_of(desk), desk.say
    mine = [(makers[key], each) for key, each in figures.items() if key in makers and each.enough]
    mine = [(maker, each) for maker, each in mine if desk.reach.covers(maker.scope)]
    mine.sort(key=lambda pair: (pair[1].share, pair[0].name))
    return [
        AnsweringProducer(
            maker.name,
            str(maker.commune or say("commune not known")),
            each,
            answer_habits.span_words(each.median, say) if each.median is not None else "–",
            answer_habits.usual_words(each.usual, say),
        )
        for maker, each in mine
    ]


async def find(desk: Desk, ref: str) -> tuple[Inquiry, Maker]:
    """An inquiry that this officer may see to, and its producer. Raises NotFound, NotAllowed, StoreError."""
    found = await desk.context.store.inquiries.by_ref(ref[:16].upper())
    if found is None or not found.consumer.channel:
        raise NotFound
    makers = await makers_of(desk)
    maker = makers.get(found.producer_id) or Maker(found.producer_id, found.producer_id)
    handed = ActScope(found.desk) if found.desk and found.desk != PROVINCE else None
    if handed is None or not desk.reach.covers(handed):
        desk.require(maker.scope)
    return found, maker


async def show(desk: Desk, ref: str) -> InquirySheet:
    """One inquiry without its words. Raises NotFound, NotAllowed, StoreError."""
    inquiry, maker = await find(desk, ref)
    return await _sheet(desk, inquiry, maker)


async def open_words(desk: Desk, ref: str) -> InquirySheet:
    """One inquiry with its words, which the audit tells. Raises NotFound, NotAllowed, StoreError."""
    inquiry, maker = await find(desk, ref)
    sheet = await _sheet(desk, inquiry, maker)
    if not sheet.readable:
        return sheet
    entry = desk.doer.did(Deed.INQUIRY_OPENED, subject_of(inquiry))
    await desk.context.store.audit.record(entry)
    side = side_of(desk)
    photo = next((each.picture for each in producer.photo_cards(inquiry, context=desk.context, session=Session())), "")
    contact = [inquiry.name, shown_phone(inquiry.phone) if inquiry.phone else ""] if side is Side.PRODUCER else []
    opened = OpenedWords(thread_of(inquiry, desk.say, reader=side), photo, [each for each in contact if each])
    return replace(sheet, opened=opened)


def side_of(desk: Desk) -> Side:
    """Whether they write as the producer, whose own account it is, or as an officer of the programme."""
    day = desk.context.today()
    role = level(desk.officer.grants_in_force(day), Act.HANDLE_INQUIRY, today=day)
    return Side.PRODUCER if role is OfficerRole.PRODUCER else Side.OFFICER


def subject_of(inquiry: Inquiry) -> str:
    """What the audit calls an inquiry."""
    return f"inquiry {inquiry.ref}"


async def _sheet(desk: Desk, inquiry: Inquiry, maker: Maker) -> InquirySheet:
    context, say = desk.context, desk.say
    product = await context.store.product(inquiry.product_id)
    waits, late = _waiting_words(inquiry.state, inquiry.moved_at, desk)
    members = await context.store.members.of_producer(inquiry.producer_id)
    return InquirySheet(
        inquiry,
        product.name if product else inquiry.product_id,
        product.ref if product else "",
        maker,
        inquiry_wording.kind_words(inquiry.kind, say),
        _state_words(inquiry.state, inquiry.outcome, say),
        waits,
        late,
        desk_words(inquiry.desk, desk),
        await _is_readable(desk, inquiry),
        [(key, name) for key, name, _ in colleagues(members, say)],
        side_of(desk) is Side.PRODUCER,
        desk.reach.everywhere,
        await _done(desk, inquiry),
    )


async def _is_readable(desk: Desk, inquiry: Inquiry) -> bool:
    """Whether its words are this officer's to read: the producer has the first day for themselves."""
    now = desk.context.now()
    if inquiry.kind is Kind.COMPLAINT or side_of(desk) is Side.PRODUCER:
        return True
    if inquiry.state in WAITING and inquiry.moved_at < now - _READABLE_AFTER:
        return True
    return await desk.context.store.inquiry_desk.officers_told(inquiry.ref, now=now)


def colleagues(members: Sequence[Member], say: Speech) -> Sequence[tuple[str, str, Member]]:
    """Who answers for a producer: what a form names them by, what they are called, and they."""
    return [
        (producer.mark_of(each), each.name or say("colleague {number}", number=number), each)
        for number, each in enumerate(members, start=1)
    ]


async def _done(desk: Desk, inquiry: Inquiry) -> Sequence[DoneLine]:
    store, say = desk.context.store, desk.say
    rows = await store.audit.newest(AuditFilter(subject=subject_of(inquiry)), limit=_MOST_DONE)
    names = {HOUSE: say("the operator"), **await store.officers.names()} if rows else {}
    return [_done_line(each, names, say) for each in rows]


def _done_line(row: AuditRow, names: Mapping[int, str], say: Speech) -> DoneLine:
    entry = row.entry
    role = next((each for each in OfficerRole if each == entry.level), None)
    who = names.get(entry.officer, str(entry.officer))
    level_ = f" ({wording.role_name(role, say)})" if role else ""
    return DoneLine(inquiry_wording.moment(row.at), f"{who}{level_}", wording.deed_name(entry.deed, say), entry.reason)
