"""Who may be told a notice, and from when: what was somebody's to know when it was written may not be so any more."""

from catalog.inquiry import TO_OFFICERS, TO_PRODUCERS, Address, Inquiry, Notice, NoticeKind, Role
from catalog.officers import Act, reach
from catalog.store import Gathered
from handlers.context import Context
from handlers.inquiries import escalation
from handlers.inquiries.consumer import officers

_TO_MEMBER = frozenset({NoticeKind.ENDING, NoticeKind.MISSING, NoticeKind.STILL_THERE})


async def may_be_told(notice: Notice, *, context: Context) -> float | None:
    """The moment from which the receiver of *notice* may be told; None if it is not theirs to know any more."""
    if notice.kind in TO_PRODUCERS or (notice.kind is NoticeKind.TAKEN and notice.message):
        about = await context.store.inquiries.by_ref(notice.subject)
        return context.now() if about is None else await _from_when(notice.to, about, context=context)
    if notice.kind in TO_OFFICERS or notice.kind is NoticeKind.CORRECTION:
        return context.now() if await _is_official(notice, context=context) else None
    if notice.kind is NoticeKind.HANDED:
        return context.now() if await _sees_inquiries(notice.to, context=context) else None
    if notice.kind in _TO_MEMBER or notice.kind is NoticeKind.DIGEST:
        return await _to_member(notice, context=context)
    return context.now()


async def _is_official(notice: Notice, *, context: Context) -> bool:
    """Whether its receiver is an officer, or the authority that a complaint concerns."""
    if notice.to in await officers(context):
        return True
    about = await context.store.inquiries.by_ref(notice.subject) if notice.kind is NoticeKind.COMPLAINT else None
    return about is not None and await _is_concerned(notice.to, about, context=context)


async def _is_concerned(to: Address, about: Inquiry, *, context: Context) -> bool:
    authority = context.authority_for(about.matter, await context.store.product(about.product_id))
    return authority is not None and to == Address(context.email_channel, authority.email)


async def _to_member(notice: Notice, *, context: Context) -> float | None:
    """When a producer's person may be told of what is no inquiry: after their quiet hours."""
    theirs = [each for each in await context.store.members.roles_of(notice.to) if each.role is Role.PRODUCER]
    if notice.kind is NoticeKind.DIGEST and not theirs:
        # A mailbox, an officer, or somebody who answers no more: then it has nothing to tell.
        return context.now()
    return min((escalation.after_quiet(each, context.now()) for each in theirs), default=None)


async def _sees_inquiries(to: Address, *, context: Context) -> bool:
    """Whether an officer who may see to inquiries is known in this chat."""
    number = await context.store.officer_chats.officer_of(to)
    officer_ = await context.store.officers.by_number(number) if number is not None else None
    today = context.today()
    return bool(officer_ and reach(officer_.grants_in_force(today), Act.HANDLE_INQUIRY, today=today))


async def _from_when(to: Address, about: Inquiry, *, context: Context) -> float | None:
    product = await context.store.product(about.product_id)
    members = await context.store.members.of_producer(about.producer_id)
    return dict(escalation.ways(members, context.mailbox_of(product), now=context.now())).get(to)


async def is_told_as_authority(to: Address, gathered: Gathered, *, context: Context) -> bool:
    """Whether *to* is the authority that the complaint *gathered* concerns."""
    about = await context.store.inquiries.by_ref(gathered.ref) if context.is_mailbox(to) else None
    return about is not None and await _is_concerned(to, about, context=context)


async def answers_inquiry(to: Address, about: Gathered, *, context: Context) -> bool:
    """Whether *to* is one of those who answer *about* for its producer now."""
    product = await context.store.product(about.product_id)
    members = await context.store.members.of_producer(about.producer_id)
    return to in dict(escalation.ways(members, context.mailbox_of(product), now=context.now()))
