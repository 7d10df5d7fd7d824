"""Notices in the outbox: leased by one process at a time, told as their policy says, given up with a reason.

One that may be sent at most once is ``sending`` while its owner has it. What is more than a receiver is told within an
hour is ``gathered`` for a digest, then ``listed`` (see digests.py).
"""

import time
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import REPLY, OutboxState, Policy
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import outbox, tables
from catalog.store.jobs import JobKind, JobQueue, NewJob, carries_jobs, defer, defer_unless_waiting, lock_of, queue_of
from catalog.store.steps import insert_into

_AT_A_TIME = 5
_IS_NOTICE = tables.outbox.c.kind != REPLY


async def add(connection: AsyncConnection, fresh: Sequence[Notice]) -> None:
    """Keep notices; one whose key is known is left as it is. What is due now is a job at once, where there are jobs."""
    if not fresh:
        return
    now = time.time()
    rows = [
        {
            "key": each.key,
            "channel": each.to.channel,
            "address": each.to.address,
            "kind": str(each.kind),
            "subject": each.subject or None,
            "message": each.message,
            "policy": str(each.policy),
            "due_at": each.due_at,
            "created_at": now,
            "rank": each.rank,
        }
        for each in fresh
    ]
    table = tables.outbox
    insert = insert_into(table, connection.dialect).on_conflict_do_nothing()
    if not carries_jobs(connection.dialect.name):
        await connection.execute(insert, rows)
        return
    told = (table.c.number, table.c.channel, table.c.address, table.c.due_at, table.c.rank)
    kept = (await connection.execute(insert.returning(*told), rows)).all()
    # A job keeps the later ones of its person waiting, and every worker looks at it until it is due: what is due later
    # has none, and is sent by whoever looks every few seconds for what became due.
    await defer(connection, [_job(row) for row in kept if row.due_at <= now])


def _job(row: Any) -> NewJob:
    to, queue = Address(row.channel, row.address), queue_of(JobQueue.DELIVER, row.channel)
    return NewJob(JobKind.NOTIFY, queue, row.number, lock=lock_of(to, what="notify"), priority=-row.rank)


async def defer_due(connection: AsyncConnection, *, now: float) -> int:
    """Give a job to everyone for whom a notice became due that none waits for; how many those are."""
    await outbox.end_sending(connection, _IS_NOTICE, now=now)
    table = tables.outbox
    first = func.min(table.c.rank).label("rank")
    query = select(func.min(table.c.number).label("number"), table.c.channel, table.c.address, first)
    query = query.where(_is_due(now)).group_by(table.c.channel, table.c.address)
    rows = (await connection.execute(query.order_by(first, func.min(table.c.due_at), "number"))).all()
    return await defer_unless_waiting(connection, [_job(row) for row in rows])


def _is_due(now: float) -> ColumnElement[bool]:
    table = tables.outbox
    waits = and_(_IS_NOTICE, table.c.state == OutboxState.WAITING)
    return and_(waits, table.c.due_at <= now, table.c.leased_until < now)


async def lease(
    connection: AsyncConnection,
    *,
    owner: str,
    now: float,
    seconds: float,
    limit: int,
    to: Address | None = None,
    busy: Collection[Address] = (),
    channel: str = "",
    but: Collection[str] = (),
) -> list[Notice]:
    """Take up to *limit* due notices for *seconds*; nobody else gets them meanwhile. Those of rank 0 come first.

    Of one rank the longest due come first. Only those of one *channel*, or in none of *but*, if that is asked. A person
    gets a few at a time and, while *busy*, none: one with a long backlog does not keep the others waiting. One that may
    be told once only must be claimed before it is sent.
    """
    table = tables.outbox
    await outbox.end_sending(connection, _IS_NOTICE, now=now)
    waits = _is_due(now)
    if channel:
        waits &= table.c.channel == channel
    if but:
        waits &= table.c.channel.not_in(but)
    if to is not None:
        waits &= (table.c.channel == to.channel) & (table.c.address == to.address)
    if busy:
        waits &= tuple_(table.c.channel, table.c.address).not_in([(each.channel, each.address) for each in busy])
    order = (table.c.rank, table.c.due_at, table.c.number)
    # Where a hundred thousand wait, only the first of them are looked at.
    first = select(table).where(waits).order_by(*order).limit(limit * _AT_A_TIME).subquery()
    place = func.row_number().over(
        partition_by=(first.c.channel, first.c.address), order_by=(first.c.rank, first.c.due_at, first.c.number)
    )
    ranked = select(first.c.number, place.label("place")).subquery()
    fair = select(ranked.c.number).where(ranked.c.place <= (limit if to is not None else _AT_A_TIME))
    due = select(table).where(waits, table.c.number.in_(fair)).order_by(*order).limit(limit)
    rows = await connection.execute(due.with_for_update(skip_locked=True))
    found = [_notice(row) for row in rows.mappings()]
    if found:
        await connection.execute(
            update(table)
            .where(table.c.number.in_([each.number for each in found]))
            .values(owner=owner, leased_until=now + seconds)
        )
    return found


async def claim(connection: AsyncConnection, number: int, *, owner: str, until: float) -> bool:
    """Note that a notice leased to *owner* is being sent; False if somebody else has taken it.

    Should we die now, it is not sent again; after *until* it counts as unknown.
    """
    table = tables.outbox
    claimed = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == OutboxState.WAITING, table.c.owner == owner)
        .values(state=OutboxState.SENDING, leased_until=until)
    )
    return claimed.rowcount == 1


async def renew(connection: AsyncConnection, number: int, *, owner: str, until: float) -> bool:
    """Lease a notice to *owner* for longer; False if that lease ended and somebody else has taken it."""
    table = tables.outbox
    renewed = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == OutboxState.WAITING, table.c.owner == owner)
        .values(leased_until=until)
    )
    return renewed.rowcount == 1


async def release_held(connection: AsyncConnection, to: Address) -> int:
    """Someone spoke: what was held for them is due now; how many notices that were."""
    table = tables.outbox
    released = await connection.execute(
        update(table)
        .where(table.c.channel == to.channel, table.c.address == to.address)
        .where(_IS_NOTICE, table.c.state == OutboxState.HELD)
        .values(state=OutboxState.WAITING, due_at=0.0, attempts=0, leased_until=0.0)
    )
    return released.rowcount


async def by_sent(connection: AsyncConnection, to: Address, sent_id: str) -> Notice | None:
    """The notice that arrived as the vendor's message *sent_id* in this person's chat."""
    table = tables.outbox
    query = select(table).where(
        table.c.channel == to.channel, table.c.address == to.address, table.c.sent_id == sent_id, _IS_NOTICE
    )
    row = (await connection.execute(query.order_by(table.c.number.desc()).limit(1))).mappings().one_or_none()
    return _notice(row) if row else None


async def dead(connection: AsyncConnection, *, limit: int) -> list[Notice]:
    """Those that were given up or may not have arrived, the newest first."""
    table = tables.outbox
    query = (
        select(table)
        .where(_IS_NOTICE, table.c.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)))
        .order_by(table.c.number.desc())
        .limit(limit)
    )
    return [_notice(row) for row in (await connection.execute(query)).mappings()]


async def revive(connection: AsyncConnection, number: int) -> bool:
    """Try a dead notice again; False if there is none of that number."""
    table = tables.outbox
    revived = await connection.execute(
        update(table)
        .where(table.c.number == number, _IS_NOTICE, table.c.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)))
        .values(state=OutboxState.WAITING, due_at=0.0, attempts=0, leased_until=0.0)
    )
    return revived.rowcount == 1


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many notices are in each state."""
    table = tables.outbox
    query = select(table.c.state, func.count().label("size")).where(_IS_NOTICE).group_by(table.c.state)
    return {row.state: row.size for row in await connection.execute(query)}


def _notice(row: Any) -> Notice:
    return Notice(
        key=row["key"],
        to=Address(row["channel"], row["address"]),
        kind=NoticeKind(row["kind"]),
        subject=row["subject"] or "",
        due_at=row["due_at"],
        number=row["number"],
        attempts=row["attempts"],
        policy=Policy(row["policy"]),
        message=row["message"],
        sent_id=row["sent_id"],
        trouble=row["trouble"],
        rank=row["rank"],
    )
