"""Notices in the database: leased by couriers, told once or at least once, given up with a reason.

``waiting`` → ``sent``, ``held`` (until the person speaks), ``moot`` (nobody needs it any more) or ``failed``. A notice
that may be sent at most once is ``sending`` while a courier has it, and ``unknown`` if that courier died. What is more
than a receiver is told within an hour is ``gathered`` for a digest, then ``listed`` (see digests.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import tables

_AT_A_TIME = 5


@dataclass(frozen=True, slots=True)
class NoticeResult:
    """What became of a notice; *tried* if that was an attempt.

    *digest_to* is whose digest it is or is gathered for; that is told at *digest_at*.
    """

    number: int
    state: str
    at: float
    due_at: float = 0.0
    sent_id: str = ""
    trouble: str = ""
    tried: bool = True
    digest_to: Address | None = None
    digest_at: float = 0.0


async def add(connection: AsyncConnection, fresh: Sequence[Notice]) -> None:
    """Keep notices; one whose key is known is left as it is."""
    if not fresh:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "key": each.key,
            "channel": each.to.channel,
            "address": each.to.address,
            "kind": str(each.kind),
            "subject": each.subject,
            "message": each.message,
            "due_at": each.due_at,
        }
        for each in fresh
    ]
    await connection.execute(insert(tables.notices).on_conflict_do_nothing(), rows)


async def lease(
    connection: AsyncConnection,
    *,
    now: float,
    seconds: float,
    limit: int,
    to: Address | None = None,
    busy: Collection[Address] = (),
) -> list[Notice]:
    """Take up to *limit* due notices for *seconds*; nobody else gets them meanwhile. The longest due come first.

    A person gets a few at a time and, while *busy*, none: one with a long backlog does not keep the others waiting.
    One that may be told once only must be claimed before it is sent.
    """
    table = tables.notices
    await connection.execute(
        update(table)
        .where(table.c.state == "sending", table.c.leased_until < now)
        .values(state="unknown", trouble="stopped while sending")
    )
    waits = (table.c.state == "waiting") & (table.c.due_at <= now) & (table.c.leased_until < now)
    if to is not None:
        waits &= (table.c.channel == to.channel) & (table.c.address == to.address)
    if busy:
        waits &= tuple_(table.c.channel, table.c.address).not_in([(each.channel, each.address) for each in busy])
    order = (table.c.due_at, table.c.number)
    place = func.row_number().over(partition_by=(table.c.channel, table.c.address), order_by=order)
    ranked = select(table.c.number, place.label("place")).where(waits).subquery()
    fair = select(ranked.c.number).where(ranked.c.place <= (limit if to is not None else _AT_A_TIME))
    due = select(table).where(waits, table.c.number.in_(fair)).order_by(*order).limit(limit)
    rows = await connection.execute(due.with_for_update(skip_locked=True))
    found = [_notice(row) for row in rows.mappings()]
    if found:
        await connection.execute(
            update(table).where(table.c.number.in_([each.number for each in found])).values(leased_until=now + seconds)
        )
    return found


async def claim(connection: AsyncConnection, number: int, *, until: float) -> bool:
    """Note that a leased notice is being sent; False if somebody else has taken it.

    Should we die now, it is not sent again; after *until* it counts as unknown.
    """
    table = tables.notices
    claimed = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == "waiting")
        .values(state="sending", leased_until=until)
    )
    return claimed.rowcount == 1


async def renew(connection: AsyncConnection, number: int, *, held: float, until: float) -> bool:
    """Hold a notice that is leased until *held* longer; False if that lease ended and somebody else has taken it."""
    table = tables.notices
    renewed = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == "waiting", table.c.leased_until == held)
        .values(leased_until=until)
    )
    return renewed.rowcount == 1


async def end_leases(connection: AsyncConnection) -> None:
    """What a process had that is no more is anybody's now. Only where no other process can be at work."""
    table = tables.notices
    await connection.execute(
        update(table).where(table.c.state == "sending").values(state="unknown", trouble="stopped while sending")
    )
    await connection.execute(
        update(table).where(table.c.state == "waiting", table.c.leased_until > 0).values(leased_until=0.0)
    )


async def settle(connection: AsyncConnection, told: NoticeResult) -> None:
    """Keep what became of a notice; the lease ends. That somebody had it is no attempt."""
    table = tables.notices
    await connection.execute(
        update(table)
        .where(table.c.number == told.number)
        .values(
            state=told.state,
            due_at=told.due_at,
            sent_at=told.at if told.state == "sent" else None,
            sent_id=told.sent_id,
            trouble=told.trouble[:200],
            leased_until=0.0,
            attempts=table.c.attempts + int(told.tried),
        )
    )


async def release_held(connection: AsyncConnection, to: Address) -> int:
    """Someone spoke: what was held for them is due now; how many notices that were."""
    table = tables.notices
    released = await connection.execute(
        update(table)
        .where(table.c.channel == to.channel, table.c.address == to.address, table.c.state == "held")
        .values(state="waiting", due_at=0.0, attempts=0, leased_until=0.0)
    )
    return released.rowcount


async def people_held(connection: AsyncConnection) -> list[Address]:
    """Everyone for whom a notice waits until they speak."""
    table = tables.notices
    query = select(table.c.channel, table.c.address).where(table.c.state == "held").distinct()
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def by_sent(connection: AsyncConnection, to: Address, sent_id: str) -> Notice | None:
    """The notice that arrived as the vendor's message *sent_id* in this person's chat."""
    table = tables.notices
    query = select(table).where(
        table.c.channel == to.channel, table.c.address == to.address, table.c.sent_id == sent_id
    )
    row = (await connection.execute(query.order_by(table.c.number.desc()).limit(1))).mappings().one_or_none()
    return _notice(row) if row else None


async def dead(connection: AsyncConnection, *, limit: int) -> list[Notice]:
    """Those that were given up or may not have arrived, the newest first."""
    table = tables.notices
    query = select(table).where(table.c.state.in_(("failed", "unknown"))).order_by(table.c.number.desc()).limit(limit)
    return [_notice(row) for row in (await connection.execute(query)).mappings()]


async def revive(connection: AsyncConnection, number: int) -> bool:
    """Try a dead notice again; False if there is none of that number."""
    table = tables.notices
    revived = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state.in_(("failed", "unknown")))
        .values(state="waiting", due_at=0.0, attempts=0, leased_until=0.0)
    )
    return revived.rowcount == 1


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many notices are in each state."""
    table = tables.notices
    query = select(table.c.state, func.count().label("size")).group_by(table.c.state)
    return {row.state: row.size for row in await connection.execute(query)}


async def waiting(connection: AsyncConnection, *, now: float) -> dict[str, int]:
    """How many notices of each channel are due, or were tried and wait to be tried again."""
    table = tables.notices
    due = (table.c.state == "sending") | (
        (table.c.state == "waiting") & ((table.c.due_at <= now) | (table.c.attempts > 0) | (table.c.trouble != ""))
    )
    query = select(table.c.channel, func.count().label("size")).where(due).group_by(table.c.channel)
    return {row.channel: row.size for row in await connection.execute(query)}


def _notice(row: Any) -> Notice:
    return Notice(
        key=row["key"],
        to=Address(row["channel"], row["address"]),
        kind=NoticeKind(row["kind"]),
        subject=row["subject"],
        due_at=row["due_at"],
        number=row["number"],
        attempts=row["attempts"],
        message=row["message"],
        sent_id=row["sent_id"],
        trouble=row["trouble"],
    )
