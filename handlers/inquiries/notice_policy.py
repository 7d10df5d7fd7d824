"""When a notice is told, and who is told instead where it cannot be: the policy of what goes out, not its delivery."""

from dataclasses import dataclass
from typing import assert_never

from catalog.delivery import Obstacle, OutboxState, Policy
from catalog.errors import CatalogError, StoreError
from catalog.inquiry import GATHERED, RECALLS, TO_CONSUMER, TO_PRODUCERS, Address, Notice, NoticeKind
from handlers import limits
from handlers.context import Context
from handlers.inquiries import escalation, notice_receivers, notices
from handlers.inquiries.consumer import officers
from handlers.messages import Reply

# After so many failures (a quarter of an hour) a second way is tried, and what may have arrived is sent no more.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Later:
    """It waits for its receiver's time."""

    due_at: float


@dataclass(frozen=True, slots=True)
class Gather:
    """Its receiver was told enough within the hour: a digest at *digest_at* tells of it."""

    digest_at: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It can be told to nobody."""

    why: str


Prepared = Reply | Later | Gather | GiveUp | None


async def prepare(notice: Notice, *, context: Context) -> Prepared:
    """What to say now to the receiver of *notice*; None if nobody needs it any more. Raises StoreError."""
    start = await notice_receivers.may_be_told(notice, context=context)
    if start is None:
        return GiveUp("answers for this producer no more") if notice.kind in TO_PRODUCERS else None
    now = context.now()
    if start > now:
        return Later(start)
    if notice.kind in GATHERED:
        lately = await context.store.outbox.pace(notice.to, since=now - limits.HOUR, now=now)
        at = limits.digest_due(told=lately.told, last_digest=lately.digest_at, now=now)
        if at is not None:
            return Gather(at)
    try:
        return await notices.compose(notice, language=await _language(notice, context), context=context)
    except StoreError:
        raise
    except CatalogError as error:
        return GiveUp(type(error).__name__)


async def state_after(notice: Notice, obstacle: Obstacle, *, context: Context) -> OutboxState:  # noqa: PLR0911 - one line an obstacle
    """What becomes of *notice*; a producer who cannot be reached here is reached elsewhere. Raises StoreError."""
    once = notice.policy is Policy.AT_MOST_ONCE
    match obstacle:
        case Obstacle.NOT_YET:
            return OutboxState.WAITING
        case Obstacle.CHANNEL_OFF:
            return await _wait(notice, now=not notice.attempts, context=context)
        case Obstacle.UNREACHABLE:
            return await _wait(notice, now=notice.attempts + 1 == PATIENCE, context=context)
        case Obstacle.UNSURE if once:
            return OutboxState.UNKNOWN
        case Obstacle.UNSURE if notice.attempts + 1 < PATIENCE:
            return OutboxState.WAITING
        case Obstacle.WINDOW_CLOSED if notice.kind is NoticeKind.STILL_THERE:
            # Asked on return it would be a silly question.
            return OutboxState.MOOT
        case Obstacle.WINDOW_CLOSED:
            await find_another_way(notice, context=context)
            return OutboxState.HELD
        case Obstacle.GONE if once or notice.kind in RECALLS:
            # Nobody else is told in their place; should they come back, they are told.
            return OutboxState.HELD
        case Obstacle.UNSURE | Obstacle.GONE | Obstacle.REFUSED:
            await find_another_way(notice, context=context)
            return OutboxState.FAILED
    assert_never(obstacle)


async def _wait(notice: Notice, *, now: bool, context: Context) -> OutboxState:
    """It waits; a second way is tried *now* if it is time for that."""
    if now:
        await find_another_way(notice, context=context)
    return OutboxState.WAITING


async def find_another_way(notice: Notice, *, context: Context) -> None:
    """A producer who cannot be reached here is reached elsewhere, at last through an officer."""
    if notice.kind in TO_PRODUCERS:
        await _reroute(notice.subject, notice.to, context=context)
    if notice.kind is NoticeKind.DIGEST:
        gathered = await context.store.outbox.list_gathered(notice.to)
        for ref in dict.fromkeys(each.ref for each in gathered if each.kind in TO_PRODUCERS):
            await _reroute(ref, notice.to, context=context)


async def _reroute(ref: str, failed: Address, *, context: Context) -> None:
    about = await context.store.inquiries.by_ref(ref)
    if about is None:
        return
    fresh = escalation.another_way(
        about,
        failed=failed,
        members=await context.store.members.of_producer(about.producer_id),
        mailbox=context.mailbox_of(await context.store.product(about.product_id)),
        officers=await officers(context),
        now=context.now(),
    )
    await context.store.outbox.add(*fresh)


async def _language(notice: Notice, context: Context) -> str:
    to_consumer = notice.kind in TO_CONSUMER
    about = await context.store.inquiries.by_ref(notice.subject) if to_consumer else None
    roles = [] if about else await context.store.members.roles_of(notice.to)
    return notices.language_of(notice, roles, about)
