"""The outbox in the database: everything that goes out, answers and notices, leased by one process at a time.

The states are those of :class:`catalog.delivery.OutboxState`. What a process sends is leased to it: *owner* until
*leased_until*; should it die, what may be sent at most once is ``unknown`` then, and the rest waits again. Answers are
rows of the kind ``reply``: they have their words with them, and go out in their order. Notices are composed when they
are sent (see :mod:`catalog.store.notices` for who leases them, and digests.py for what is gathered).
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Dialect, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.delivery import IN_DOUBT, REPLY, OutboxState, Policy
from catalog.inquiry import Address
from catalog.store import tables
from catalog.store.steps import InSteps, Statement, Steps, insert_into

_MANY_TRIES = 4


@dataclass(frozen=True, slots=True)
class Lease:
    """What a process takes at *now* is its own until then; nobody else works on it meanwhile."""

    owner: str
    now: float
    until: float


@dataclass(frozen=True, slots=True)
class NewReply:
    """An answer to the message *seq*; without one it is something that we say by ourselves, once for each *key*."""

    to: Address
    body: str
    state: OutboxState
    created_at: float
    seq: int | None = None
    key: str | None = None
    owner: str = ""
    leased_until: float = 0.0


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """An answer as it is kept, and the message that it answers: its *ref* and, as it is kept, *asked*.

    *seq* is the number of that in the inbox, *created_at* when it came in, *answered_at* when it was answered; they are
    0 for what answers nothing.
    """

    number: int
    to: Address
    body: str
    ref: str = ""
    asked: str = ""
    attempts: int = 0
    due_at: float = 0.0
    created_at: float = 0.0
    answered_at: float = 0.0
    owner: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of something that goes out; *tried* if that was an attempt.

    *digest_to* is whose digest it is or is gathered for; that is told at *digest_at*.
    """

    number: int
    state: OutboxState
    at: float = 0.0
    due_at: float = 0.0
    sent_id: str = ""
    trouble: str = ""
    tried: bool = True
    digest_to: Address | None = None
    digest_at: float = 0.0


@InSteps
def add_replies(fresh: Sequence[NewReply]) -> Steps[list[int]]:
    """Keep answers; the number of each, 0 for one whose key is known."""
    added = yield _ADD.of([_new_row(each) for each in fresh])
    numbers = {(seq, key): number for seq, key, number in added.rows}
    return [numbers.get((each.seq, each.key), 0) for each in fresh]


@InSteps
def pass_numbers(unkept: Sequence[NewReply]) -> Steps[list[int]]:
    """Numbers for answers that are not kept: above all before them, and given to no other."""
    added = yield _ADD.of([_new_row(each) | {"body": ""} for each in unkept])
    numbers = {seq: number for seq, _, number in added.rows}
    yield _DROP.of([{"gone": number} for number in numbers.values()])
    return [numbers[each.seq] for each in unkept]


def _new_row(reply: NewReply) -> dict[str, Any]:
    return {
        "key": reply.key, "channel": reply.to.channel, "address": reply.to.address, "kind": REPLY, "message": 0,
        "seq": reply.seq, "body": reply.body, "policy": str(Policy.AT_MOST_ONCE), "state": str(reply.state),
        "due_at": 0.0, "owner": reply.owner, "leased_until": reply.leased_until, "attempts": 0,
        "created_at": reply.created_at, "sent_id": "", "trouble": "", "rank": 1,
    }  # fmt: skip


_NEW = (
    "key", "channel", "address", "kind", "message", "seq", "body", "policy", "state", "due_at", "owner",
    "leased_until", "attempts", "created_at", "sent_id", "trouble", "rank",
)  # fmt: skip


def _adding(dialect: Dialect) -> UpdateBase:
    table = tables.outbox
    return insert_into(table, dialect).on_conflict_do_nothing().returning(table.c.seq, table.c.key, table.c.number)


def _dropping(_dialect: Dialect) -> UpdateBase:
    return delete(tables.outbox).where(tables.outbox.c.number == bindparam("gone"))


_ADD = Statement(_adding, names=_NEW, returns=True)
_DROP = Statement(_dropping)


@InSteps
def settle(results: Sequence[DeliveryResult]) -> Steps[list[None]]:
    """Keep what became of each; its lease ends. That somebody had it is no attempt."""
    yield _SETTLE.of([result_row(each) for each in results])
    return [None] * len(results)


def result_row(result: DeliveryResult) -> dict[str, Any]:
    """What it sets, by the names that the statement has for it."""
    return {
        "settled": result.number,
        "new_state": str(result.state),
        "new_due_at": result.due_at,
        "new_sent_at": (result.at or time.time()) if result.state is OutboxState.SENT else None,
        "new_sent_id": result.sent_id,
        "new_trouble": result.trouble[:200],
        "tries": int(result.tried),
    }


def _settling(_dialect: Dialect) -> UpdateBase:
    table = tables.outbox
    settled = update(table).where(table.c.number == bindparam("settled"))
    return settled.values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due_at"),
        sent_at=bindparam("new_sent_at"),
        sent_id=bindparam("new_sent_id"),
        trouble=bindparam("new_trouble"),
        attempts=table.c.attempts + bindparam("tries"),
        leased_until=0.0,
    )


_SETTLE = Statement(_settling, names=("state", "due_at", "sent_at", "sent_id", "trouble", "attempts", "leased_until"))


# Leases ---------------------------------------------------------------------------------------------------------------


def is_free(lease: Lease) -> ColumnElement[bool]:
    """What is ours, or nobody's."""
    table = tables.outbox
    return (table.c.owner == lease.owner) | (table.c.leased_until <= lease.now)


async def renew(connection: AsyncConnection, lease: Lease) -> None:
    """What we are sending stays ours for longer."""
    table = tables.outbox
    ours = (table.c.owner == lease.owner) & (table.c.state == OutboxState.SENDING)
    await connection.execute(update(table).where(ours).values(leased_until=lease.until))


async def take_over(
    connection: AsyncConnection, channel: str, *, keeps_answers: bool, lease: Lease, alone: bool
) -> None:
    """Begin where a process that is no more stopped: what may be sent once and was being sent is not sent again.

    Where answers are fetched from here, being kept is all that they need. *alone* if no other process is at work, so
    that all leases are void; otherwise those that have not ended are left to their owners.
    """
    table = tables.outbox
    here = table.c.channel == channel
    if alone:
        await connection.execute(update(table).where(here, table.c.leased_until > 0).values(leased_until=0.0))
    if keeps_answers:
        sending = here & (table.c.kind == REPLY) & (table.c.state == OutboxState.SENDING)
        ended = update(table).where(sending, table.c.leased_until <= lease.now)
        await connection.execute(ended.values(state=OutboxState.SENT, sent_at=lease.now))
    await end_sending(connection, here, now=lease.now)
    requested = update(table).where(here, table.c.state == OutboxState.REQUESTED, table.c.leased_until <= lease.now)
    await connection.execute(requested.values(state=OutboxState.ASIDE))


async def end_sending(connection: AsyncConnection, which: ColumnElement[bool], *, now: float) -> None:
    """What was being sent by who says no more what became of it: unknown, or to be sent again, as its policy says."""
    table = tables.outbox
    ended = and_(which, table.c.state == OutboxState.SENDING, table.c.leased_until <= now)
    once = ended & (table.c.policy == Policy.AT_MOST_ONCE)
    await connection.execute(update(table).where(once).values(state=OutboxState.UNKNOWN, trouble=IN_DOUBT))
    await connection.execute(update(table).where(ended).values(state=OutboxState.WAITING, trouble=IN_DOUBT))


async def receiver(connection: AsyncConnection, number: int) -> Address | None:
    """Whose something is; None if it is not there any more."""
    table = tables.outbox
    query = select(table.c.channel, table.c.address).where(table.c.number == number)
    row = (await connection.execute(query)).one_or_none()
    return Address(row.channel, row.address) if row else None


async def list_overdue(connection: AsyncConnection, *, before: float) -> list[tuple[int, Address]]:
    """The first answer of each person that was due *before* and is nobody's, and whose it is."""
    table = tables.outbox
    late = and_(
        table.c.kind == REPLY, table.c.state == OutboxState.WAITING, table.c.due_at < before,
        table.c.created_at < before, table.c.leased_until < before,
    )  # fmt: skip
    query = select(func.min(table.c.number).label("number"), table.c.channel, table.c.address).where(late)
    rows = await connection.execute(query.group_by(table.c.channel, table.c.address).order_by("number"))
    return [(row.number, Address(row.channel, row.address)) for row in rows]


async def hurry(connection: AsyncConnection, channel: str, *, now: float) -> None:
    """The vendor of *channel* takes messages again: what was tried in vain so often that it waits for long is due now.

    What waits since a few tries waits for seconds, or for as long as the vendor asked.
    """
    table = tables.outbox
    waits = and_(table.c.channel == channel, table.c.state == OutboxState.WAITING, table.c.due_at > now)
    long = and_(waits, table.c.attempts >= _MANY_TRIES, table.c.trouble != "")
    await connection.execute(update(table).where(long).values(due_at=now))


# Answers --------------------------------------------------------------------------------------------------------------


async def replies(
    connection: AsyncConnection, to: Address, *, states: Collection[OutboxState], limit: int
) -> list[ReplyRow]:
    """Someone's answers in these *states*, the oldest first."""
    table = tables.outbox
    query = _replies().where(_theirs(to), table.c.state.in_(states)).order_by(table.c.number).limit(limit)
    return [_reply_row(row) for row in (await connection.execute(query)).mappings()]


async def lease_replies(
    connection: AsyncConnection, to: Address, *, states: Collection[OutboxState], limit: int, lease: Lease
) -> list[ReplyRow]:
    """The same, but only what nobody else works on; it is ours now."""
    table = tables.outbox
    which = and_(_theirs(to), table.c.state.in_(states), is_free(lease))
    await connection.execute(update(table).where(which).values(owner=lease.owner, leased_until=lease.until))
    found = await replies(connection, to, states=states, limit=limit)
    return [each for each in found if each.owner == lease.owner]


async def claim(connection: AsyncConnection, numbers: Collection[tuple[int, Lease]]) -> list[bool]:
    """Note of each that it is being sent from now on; False where it was erased or somebody else has it."""
    table = tables.outbox
    unsent = (OutboxState.WAITING, OutboxState.HELD, OutboxState.REQUESTED)
    claimed = []
    for number, lease in numbers:
        mine = and_(table.c.number == number, table.c.state.in_(unsent), is_free(lease))
        taken = {"state": str(OutboxState.SENDING), "owner": lease.owner, "leased_until": lease.until}
        claimed.append((await connection.execute(update(table).where(mine).values(taken))).rowcount == 1)
    return claimed


async def queues(connection: AsyncConnection, channel: str, lease: Lease, *, left: bool) -> list[tuple[str, float]]:
    """The address of everyone for whom an answer waits in *channel* that nobody else sends, and when it is due.

    Only of what another process *left*, if that is asked.
    """
    table = tables.outbox
    free = and_(table.c.owner != lease.owner, table.c.leased_until <= lease.now) if left else is_free(lease)
    waits = (table.c.channel == channel) & (table.c.kind == REPLY) & (table.c.state == OutboxState.WAITING)
    query = select(table.c.address, func.max(table.c.due_at).label("due_at")).where(waits, free)
    query = query.group_by(table.c.address).order_by(func.min(table.c.number))
    return [(row.address, row.due_at) for row in await connection.execute(query)]


async def people(connection: AsyncConnection, state: OutboxState) -> list[Address]:
    """Everyone for whom something is in this *state*."""
    table = tables.outbox
    query = select(table.c.channel, table.c.address).where(table.c.state == state).distinct()
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def answers_after(
    connection: AsyncConnection, to: Address, *, after: int, before: int = 0, most: int = 0
) -> list[ReplyRow]:
    """What was said to this person with a number above *after*, oldest first.

    *before* leaves out that number and what is above it, and only the last *most* are read; 0 means neither.
    """
    table = tables.outbox
    query = _replies().where(_theirs(to), table.c.number > after)
    if before:
        query = query.where(table.c.number < before)
    query = query.order_by(table.c.number.desc()).limit(most or None)
    return [_reply_row(row) for row in (await connection.execute(query)).mappings()][::-1]


async def numbers_after(connection: AsyncConnection, channel: str, number: int) -> list[tuple[str, int]]:
    """The address and number of each answer in *channel* with a number above *number*, in their order."""
    table = tables.outbox
    newer = and_(table.c.number > number, table.c.channel == channel, table.c.kind == REPLY)
    query = select(table.c.address, table.c.number).where(newer).order_by(table.c.number)
    return [(row.address, row.number) for row in await connection.execute(query)]


async def newest_number(connection: AsyncConnection) -> int:
    """The highest number of anything that goes out; 0 if nothing does."""
    return int(await connection.scalar(select(func.max(tables.outbox.c.number))) or 0)


async def put_aside(connection: AsyncConnection, to: Address, *, before: float, state: OutboxState) -> int:
    """Put what is in *state* since *before* aside, but not the newest of it; how many that were."""
    table = tables.outbox
    which = and_(_theirs(to), table.c.state == state)
    newest = select(func.max(table.c.number)).where(which).scalar_subquery()
    old = and_(which, table.c.created_at < before, table.c.number < newest)
    aside = update(table).where(old).values(state=OutboxState.ASIDE, due_at=0.0, leased_until=0.0)
    return (await connection.execute(aside)).rowcount


async def request(connection: AsyncConnection, to: Address, *, limit: int, lease: Lease) -> int:
    """Someone asks for what was put aside: the oldest *limit* are given next, by us; how many those are."""
    table = tables.outbox
    oldest = select(table.c.number).where(_theirs(to), table.c.state == OutboxState.ASIDE)
    oldest = oldest.order_by(table.c.number).limit(limit)
    requested = (
        update(table)
        .where(table.c.number.in_(oldest))
        .values(state=OutboxState.REQUESTED, attempts=0, owner=lease.owner, leased_until=lease.until)
    )
    return (await connection.execute(requested)).rowcount


async def count_aside(connection: AsyncConnection, to: Address) -> int:
    """How many answers were put aside for someone."""
    table = tables.outbox
    aside = select(func.count()).select_from(table).where(_theirs(to), table.c.state == OutboxState.ASIDE)
    return int(await connection.scalar(aside) or 0)


async def put_back(connection: AsyncConnection, to: Address) -> None:
    """What was asked for and could not be given is put aside again."""
    table = tables.outbox
    requested = update(table).where(_theirs(to), table.c.state == OutboxState.REQUESTED)
    await connection.execute(requested.values(state=OutboxState.ASIDE, leased_until=0.0))


async def forget_before(connection: AsyncConnection, moment: float) -> int:
    """Erase all answers from before *moment*, also those that never went out; how many there were."""
    table = tables.outbox
    old = (table.c.kind == REPLY) & (table.c.created_at < moment)
    return (await connection.execute(delete(table).where(old))).rowcount


def _theirs(to: Address) -> ColumnElement[bool]:
    table = tables.outbox
    return and_(table.c.channel == to.channel, table.c.address == to.address, table.c.kind == REPLY)


def _replies() -> Any:
    table, asked = tables.outbox, tables.inbox
    told = (asked.c.ref.label("ref"), asked.c.body.label("asked"), asked.c.answered_at)
    return select(table, *told).select_from(table.outerjoin(asked, asked.c.seq == table.c.seq))


def _reply_row(row: Any) -> ReplyRow:
    return ReplyRow(
        number=row["number"],
        to=Address(row["channel"], row["address"]),
        body=row["body"],
        ref=row["ref"] or row["key"] or "",
        asked=row["asked"] or "",
        attempts=row["attempts"],
        due_at=row["due_at"],
        created_at=row["created_at"],
        answered_at=row["answered_at"] or 0.0,
        seq=row["seq"] or 0,
        owner=row["owner"],
    )
