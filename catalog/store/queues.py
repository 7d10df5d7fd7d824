"""What waits, queue by queue and channel by channel: how much, since when, and why; and what nobody answers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import REPLY, InboxState, OutboxState, Queue
from catalog.inquiry import WAITING
from catalog.store import tables
from catalog.store.access import Access


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of one queue in one channel, since when (UTC seconds), and why the last of it did not go out."""

    queue: Queue
    channel: str
    count: int
    oldest: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many inquiries wait for their producer, and since when the oldest does (UTC seconds)."""

    count: int = 0
    oldest: float = 0.0


async def count_unanswered(connection: AsyncConnection) -> Unanswered:
    """The inquiries that no producer has answered."""
    table = tables.inquiries
    query = select(func.count(), func.min(table.c.opened_at)).where(table.c.state.in_([str(each) for each in WAITING]))
    count, oldest = (await connection.execute(query)).one()
    return Unanswered(count, oldest or 0.0)


async def count_undelivered(connection: AsyncConnection, *, since: float) -> int:
    """How many notices that are as new as that were given up, or may not have arrived."""
    table = tables.outbox
    dead = and_(table.c.kind != REPLY, table.c.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)))
    query = select(func.count()).select_from(table).where(dead, table.c.created_at >= since)
    return await connection.scalar(query) or 0


async def list_backlogs(connection: AsyncConnection, *, now: float) -> list[Backlog]:
    """What waits, by queue and channel; queues in which nothing waits are left out."""
    return [
        Backlog(queue, row.channel, row.size, row.oldest, await _why(connection, queue, row.channel))
        for queue in Queue
        for row in await connection.execute(_waiting(queue, now))
    ]


def _waiting(queue: Queue, now: float) -> Select[Any]:
    waits, since = _which(queue, now)
    channel = tables.inbox.c.channel if queue is Queue.MESSAGES else tables.outbox.c.channel
    query = select(channel, func.count().label("size"), func.min(since).label("oldest"))
    return query.where(waits).group_by(channel).order_by(channel)


def _which(queue: Queue, now: float) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    """What waits in *queue*, and since when each of it does."""
    asked, said = tables.inbox.c, tables.outbox.c
    if queue is Queue.MESSAGES:
        return asked.state == InboxState.WAITING, asked.received_at
    unsent = said.state.in_((OutboxState.WAITING, OutboxState.SENDING))
    if queue is Queue.ANSWERS:
        return and_(said.kind == REPLY, unsent), said.created_at
    # A reminder is kept long before it is due; only what was tried in vain waits before its time.
    due = or_(said.state == OutboxState.SENDING, said.due_at <= now, said.trouble != "")
    planned = and_(said.due_at > said.created_at, said.trouble == "")
    return and_(said.kind != REPLY, unsent, due), case((planned, said.due_at), else_=said.created_at)


async def _why(connection: AsyncConnection, queue: Queue, channel: str) -> str:
    """Why the last of it did not go out; "" if nothing was tried."""
    table = tables.outbox
    if queue is Queue.MESSAGES:
        return ""
    is_kind = table.c.kind == REPLY if queue is Queue.ANSWERS else table.c.kind != REPLY
    tried = and_(table.c.channel == channel, is_kind, table.c.state == OutboxState.WAITING, table.c.trouble != "")
    query = select(table.c.trouble).where(tried).order_by(table.c.due_at.desc()).limit(1)
    return str(await connection.scalar(query) or "")


class QueueStore:
    """Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_backlogs(self, *, now: float) -> list[Backlog]:
        """What waits, by queue and channel."""
        return await self._access.read(lambda connection: list_backlogs(connection, now=now))

    async def count_unanswered(self) -> Unanswered:
        """The inquiries that wait for their producer."""
        return await self._access.read(count_unanswered)

    async def count_undelivered(self, *, since: float) -> int:
        """How many notices that are as new as that were given up, or may not have arrived."""
        return await self._access.read(lambda connection: count_undelivered(connection, since=since))
