"""Digests: when too much would be told to one receiver within an hour, the rest is gathered and told in one message.

A gathered notice is ``gathered`` until its receiver was told the digest, then ``listed``. Each receiver has one open
digest at most.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import OutboxState, Policy
from catalog.inquiry import GATHERED, WAITING, Address, NoticeKind
from catalog.store import tables
from catalog.store.steps import insert_into

_KINDS = [str(kind) for kind in GATHERED]
_OPEN = (OutboxState.WAITING, OutboxState.HELD)


@dataclass(frozen=True, slots=True)
class Pace:
    """What one receiver was told lately: *told* one by one, *due* to be told now, the last digest at *digest_at*."""

    told: int
    due: int
    digest_at: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """One notice that a digest will tell of, and whose inquiry it is about."""

    kind: NoticeKind
    ref: str
    producer_id: str
    product_id: str


async def pace(connection: AsyncConnection, to: Address, *, since: float, now: float) -> Pace:
    """What was told to *to* since then, and what is due."""
    table = tables.outbox
    sent = (table.c.state == OutboxState.SENT) & (table.c.sent_at >= since)
    capped = table.c.kind.in_(_KINDS)
    due = capped & (table.c.state == OutboxState.WAITING) & (table.c.due_at <= now)
    counted = (
        select(
            func.count().filter(sent & capped),
            func.count().filter(due),
            func.max(table.c.sent_at).filter(sent & (table.c.kind == str(NoticeKind.DIGEST))),
        )
        .where(_to(to), or_(sent, due))
    )  # fmt: skip
    told, waiting, digest_at = (await connection.execute(counted)).one()
    return Pace(told, waiting, digest_at or 0.0)


async def ask(connection: AsyncConnection, to: Address, *, at: float, number: int) -> None:
    """Let a digest be told to *to*, unless one waits already; *number* of a gathered notice makes it one of a kind."""
    table = tables.outbox
    open_one = select(table.c.number).where(_to(to), table.c.kind == str(NoticeKind.DIGEST), table.c.state.in_(_OPEN))
    values = {
        "key": f"digest:{number}", "channel": to.channel, "address": to.address, "kind": str(NoticeKind.DIGEST),
        "message": 0, "state": str(OutboxState.WAITING), "policy": str(Policy.AT_LEAST_ONCE),
        "due_at": at, "created_at": at, "owner": "", "leased_until": 0.0, "attempts": 0, "sent_id": "", "trouble": "",
    }  # fmt: skip
    row = select(*(literal(value) for value in values.values())).where(~open_one.exists())
    insert = insert_into(table, connection.dialect)
    await connection.execute(insert.from_select(list(values), row).on_conflict_do_nothing())


async def list_gathered(connection: AsyncConnection, to: Address) -> list[Gathered]:
    """What the next digest to *to* tells of: the inquiries that still wait for an answer, in the order they came."""
    table, about = tables.outbox, tables.inquiries
    query = (
        select(table.c.kind, about.c.ref, about.c.producer_id, about.c.product_id)
        .join(about, about.c.ref == table.c.subject)
        .where(_to(to), table.c.state == OutboxState.GATHERED, about.c.state.in_([str(state) for state in WAITING]))
        .order_by(table.c.number)
    )
    rows = await connection.execute(query)
    return [Gathered(NoticeKind(row.kind), row.ref, row.producer_id, row.product_id) for row in rows]


async def mark_listed(connection: AsyncConnection, to: Address, *, until: float) -> None:
    """What was gathered for *to* until then has been told in a digest, or nobody needs it any more."""
    table = tables.outbox
    done = update(table).where(_to(to), table.c.state == OutboxState.GATHERED, table.c.due_at <= until)
    await connection.execute(done.values(state=OutboxState.LISTED, sent_at=until))


def _to(to: Address) -> ColumnElement[bool]:
    table = tables.outbox
    return and_(table.c.channel == to.channel, table.c.address == to.address)
