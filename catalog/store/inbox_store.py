"""The store of what came in: kept, leased to whoever answers it, and read back in small slices, without pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import REPLY, InboxState, OutboxState
from catalog.inquiry import Address
from catalog.store import inbox, postgresql_writes, tables
from catalog.store.access import Access
from catalog.store.inbox import InboxRow, Received, StoredAnswer
from catalog.store.jobs import JobKind, JobQueue, NewJob, defer, defer_unless_waiting, delivery_of, lock_of, queue_of
from catalog.store.outbox import Lease
from catalog.store.outbox_store import LEASE_SECONDS
from catalog.store.people import PeopleStore
from catalog.store.postgresql_writes import InOneStatement

_COLUMNS = ("channel", "address", "ref", "body", "seq", "received_at", "owner", "leased_until")


_UNSENT = (OutboxState.WAITING, OutboxState.HELD, OutboxState.ASIDE)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that a job works on, what was *known* of its person then, and what waits for them.

    *unsent* are the states of their answers that did not go out; *holds_notices* if notices wait until they write.
    """

    row: InboxRow
    known: Received
    unsent: frozenset[OutboxState]
    holds_notices: bool


class InboxStore:
    """Messages, sealed where there are keys. Every method raises StoreError."""

    def __init__(self, access: Access, people: PeopleStore) -> None:
        self._access = access
        self._people = people

    async def put(self, row: InboxRow) -> int:
        """Keep what came in, leased to us; its seq, or 0 if its ref is known."""
        if self._access.has_jobs:
            return (await self.receive(row)).seq
        return await self._access.write_item(inbox.put, self._seal(row))

    async def receive(self, row: InboxRow) -> Received:
        """Keep what came in, leased to us, and tell what is known of who wrote it, as PeopleStore.load() does.

        Where there are jobs it is kept with its own, leased to nobody, and take() tells what is known.
        """
        changes = self._people.changes
        if self._access.has_jobs:
            received = await self._access.write_item(postgresql_writes.receive, self._seal(row))
        else:
            received = await self._access.write_item(inbox.receive, self._seal(row))
        return Received(received.seq, received.language, self._access.open(received.state) or "{}", changes)

    def is_fresh(self, received: Received) -> bool:
        """True while no notice has changed anybody's conversation; answers to the same person are not looked at."""
        return received.keeping == self._people.changes

    async def keep_answer(self, answer: StoredAnswer, *, now: float) -> int | None:
        """Put an answer into the outbox before it is sent; its number there.

        None if another process has taken the message meanwhile.
        """
        words, state = self._access.close(answer.answer), self._access.close(answer.state)
        lease = self._lease(now)
        # Where there are jobs nobody has the message but by its job, so that it has no owner.
        holder = "" if self._access.has_jobs else lease.owner
        sealed = replace(answer, answer=words, state=state, owner=lease.owner, leased_until=lease.until, holder=holder)
        if self._access.has_jobs:
            write = _answer_and_defer if sealed.later else postgresql_writes.answer
            return await self._access.write_item(write, sealed)
        return await self._access.write_item(inbox.answer, sealed)

    async def take(self, seq: int, *, now: float) -> Taken | None:
        """The message of a job; None if it is answered or erased. An answer that is under way *now* counts as unsent.

        Should a worker that seemed dead answer it as well, whoever keeps its answer first has answered it.
        """
        changes = self._people.changes
        taken = await self._access.read_item(_take, (seq, now))
        if taken is None:
            return None
        opened = self._access.open
        known = replace(taken.known, state=opened(taken.known.state) or "{}", keeping=changes)
        return replace(taken, row=replace(taken.row, body=opened(taken.row.body)), known=known)

    async def count_pictures(self, to: Address) -> tuple[int, int]:
        """How many messages of this person wait with their pictures, and how many bytes wait from everyone."""
        return await self._access.read(lambda c: _count_pictures(c, to))

    async def defer_left(self, *, before: float) -> int:
        """Give a job to each message from before then that waits without one; how many those are.

        A version before this one, or a copy from another database, left it so.
        """
        return await self._access.write_alone(lambda c: _defer_left(c, before=before))

    async def give_up(self, seq: int, *, trouble: str) -> None:
        """Note that a message cannot be answered."""
        await self._access.write(lambda c: _give_up(c, seq, trouble=trouble))

    async def lease_rows(self, channel: str, address: str, *, limit: int, now: float) -> list[InboxRow]:
        """Someone's messages that wait for an answer and that nobody else works on, the oldest first; ours now."""
        lease = self._lease(now)
        found = await self._access.write(lambda c: _lease(c, channel, address, limit=limit, lease=lease))
        return [replace(each, body=self._access.open(each.body)) for each in found]

    async def queues(self, channel: str, *, now: float, left: bool = False) -> list[str]:
        """The address of everyone whose message waits in *channel* for an answer, unless somebody else works on it.

        Only what another process *left*, if that is asked.
        """
        return await self._access.read(lambda c: _queues(c, channel, self._lease(now), left=left))

    async def take_over(self, channel: str) -> None:
        """Begin where a process that is no more stopped, when no other process is at work: all leases are void."""
        await self._access.write_alone(lambda c: _end_leases(c, channel))

    async def renew_leases(self, *, now: float) -> None:
        """What we work on stays ours for longer."""
        await self._access.write(lambda c: _renew(c, self._lease(now)))

    async def release_leases(self) -> None:
        """We work no more: what is not answered yet is anybody's at once."""
        await self._access.write(lambda c: _renew(c, Lease(self._access.owner, 0.0, 0.0)))

    def _lease(self, now: float) -> Lease:
        return Lease(self._access.owner, now, now + LEASE_SECONDS)

    async def picture(self, seq: int) -> bytes | None:
        """The pictures of one message."""
        kept = await self._access.read(lambda c: _picture(c, seq))
        return self._access.keys.open_bytes(kept) if self._access.keys and kept else kept

    async def pictures_waiting(self) -> list[tuple[str, str, int]]:
        """The channel, address and size of each message whose pictures nobody has looked at."""
        return await self._access.read(_pictures_waiting)

    async def forget_before(self, moment: float) -> int:
        """Erase messages from before *moment* (UTC seconds)."""
        return await self._access.write_alone(lambda c: _forget_before(c, moment))

    def _seal(self, row: InboxRow) -> InboxRow:
        lease = self._lease(row.received_at)
        pictures = self._access.keys.close_bytes(row.pictures) if self._access.keys and row.pictures else row.pictures
        body = self._access.close(row.body)
        return replace(row, body=body, pictures=pictures, owner=lease.owner, leased_until=lease.until)


async def _answer_and_defer(connection: AsyncConnection, answers: Sequence[StoredAnswer]) -> list[int | None]:
    """Keep answers that follow others, and see to it that a job sends them: theirs may be done at this moment."""
    numbers = await postgresql_writes.answer(connection, answers)
    jobs = [
        delivery_of(number, Address(each.channel, each.address))
        for each, number in zip(answers, numbers, strict=True)
        if number
    ]
    await defer_unless_waiting(connection, jobs)
    return numbers


def _job(seq: int, who: Address, has_photo: bool) -> NewJob:  # noqa: FBT001 - a column
    queue = queue_of(JobQueue.READ if has_photo else JobQueue.ANSWER, who.channel)
    return NewJob(JobKind.ANSWER, queue, seq, lock=lock_of(who, what=postgresql_writes.TURN))


@InOneStatement
async def _take(connection: AsyncConnection, asked: Sequence[tuple[int, float]]) -> list[Taken | None]:
    """The messages of these numbers at these moments; jobs that begin together are given theirs together."""
    numbers, moments = zip(*asked, strict=True)
    rows = await connection.execute(_taking(), {"numbers": list(numbers), "now": max(moments)})
    found = {row["seq"]: _as_taken(row) for row in rows.mappings()}
    return [found.get(number) for number in numbers]


def _as_taken(found: RowMapping) -> Taken:
    row = InboxRow(**{name: found[name] for name in (*_COLUMNS, "picture_bytes")})
    states = frozenset(OutboxState(each) for each in (found["unsent"] or "").split(",") if each)
    return Taken(row, Received(row.seq, found["language"] or "", found["known"] or ""), states, found["holds_notices"])


@cache
def _taking() -> Select[Any]:
    table, people, out = tables.inbox, tables.people, tables.outbox
    numbers = bindparam("numbers", type_=ARRAY(BigInteger))
    theirs = and_(people.c.channel == table.c.channel, people.c.address == table.c.address)
    here = and_(out.c.channel == table.c.channel, out.c.address == table.c.address)
    under_way = and_(out.c.state == OutboxState.SENDING, out.c.leased_until > bindparam("now"))
    waits = or_(out.c.state.in_(_UNSENT), under_way)
    unsent = select(func.string_agg(out.c.state, ",")).where(here, out.c.kind == REPLY, waits)
    held = select(out.c.number).where(here, out.c.kind != REPLY, out.c.state == OutboxState.HELD).exists()
    return (
        select(
            *(table.c[name] for name in _COLUMNS),
            func.coalesce(func.octet_length(table.c.pictures), 0).label("picture_bytes"),
            people.c.language,
            people.c.state.label("known"),
            unsent.scalar_subquery().label("unsent"),
            held.label("holds_notices"),
        )
        .select_from(table.outerjoin(people, theirs))
        # No index tells whether something is not distinct: found by number, not among all that ever waited.
        .where(table.c.seq == func.any(numbers), table.c.state.is_not_distinct_from(InboxState.WAITING))
    )


async def _count_pictures(connection: AsyncConnection, to: Address) -> tuple[int, int]:
    table = tables.inbox
    waits = and_(table.c.state == InboxState.WAITING, table.c.pictures.is_not(None))
    theirs = func.count().filter(table.c.channel == to.channel, table.c.address == to.address)
    row = (await connection.execute(select(theirs, func.coalesce(func.sum(_size(connection)), 0)).where(waits))).one()
    return int(row[0]), int(row[1])


async def _defer_left(connection: AsyncConnection, *, before: float) -> int:
    table = tables.inbox
    unknown = text(
        "NOT EXISTS (SELECT 1 FROM procrastinate_jobs job WHERE job.task_name = 'answer'"
        " AND job.status IN ('todo', 'doing') AND (job.args ->> 'number')::bigint = inbox.seq)"
    )
    left = and_(table.c.state == InboxState.WAITING, table.c.received_at < before, unknown)
    query = (
        select(table.c.seq, table.c.channel, table.c.address, table.c.pictures.is_not(None).label("has_photo"))
        .where(left)
        .order_by(table.c.seq)
    )
    rows = (await connection.execute(query)).all()
    await defer(connection, [_job(row.seq, Address(row.channel, row.address), row.has_photo) for row in rows])
    return len(rows)


async def _lease(
    connection: AsyncConnection, channel: str, address: str, *, limit: int, lease: Lease
) -> list[InboxRow]:
    table = tables.inbox
    theirs = and_(table.c.channel == channel, table.c.address == address, table.c.state == InboxState.WAITING)
    free = and_(theirs, _is_free(lease))
    await connection.execute(update(table).where(free).values(owner=lease.owner, leased_until=lease.until))
    query = select(*(table.c[name] for name in _COLUMNS), _size(connection).label("picture_bytes"))
    query = query.where(theirs, table.c.owner == lease.owner).order_by(table.c.seq).limit(limit)
    return [InboxRow(**row) for row in (await connection.execute(query)).mappings()]


async def _queues(connection: AsyncConnection, channel: str, lease: Lease, *, left: bool) -> list[str]:
    table = tables.inbox
    free = and_(table.c.owner != lease.owner, table.c.leased_until <= lease.now) if left else _is_free(lease)
    waits = and_(table.c.channel == channel, table.c.state == InboxState.WAITING, free)
    query = select(table.c.address).where(waits).group_by(table.c.address).order_by(func.min(table.c.seq))
    return list(await connection.scalars(query))


def _is_free(lease: Lease) -> ColumnElement[bool]:
    table = tables.inbox
    return (table.c.owner == lease.owner) | (table.c.leased_until <= lease.now)


async def _renew(connection: AsyncConnection, lease: Lease) -> None:
    table = tables.inbox
    ours = and_(table.c.owner == lease.owner, table.c.state == InboxState.WAITING)
    await connection.execute(update(table).where(ours).values(leased_until=lease.until))


async def _end_leases(connection: AsyncConnection, channel: str) -> None:
    table = tables.inbox
    waits = and_(table.c.channel == channel, table.c.state == InboxState.WAITING)
    await connection.execute(update(table).where(waits).values(leased_until=0.0))


async def _give_up(connection: AsyncConnection, seq: int, *, trouble: str) -> None:
    table = tables.inbox
    given_up = update(table).where(table.c.seq == seq, table.c.state == InboxState.WAITING)
    await connection.execute(given_up.values(state=InboxState.FAILED, trouble=trouble[:200], pictures=None))


async def _picture(connection: AsyncConnection, seq: int) -> bytes | None:
    table = tables.inbox
    found: bytes | None = await connection.scalar(select(table.c.pictures).where(table.c.seq == seq))
    return found


async def _pictures_waiting(connection: AsyncConnection) -> list[tuple[str, str, int]]:
    table = tables.inbox
    query = select(table.c.channel, table.c.address, _size(connection).label("size"))
    query = query.where(table.c.state == InboxState.WAITING, table.c.pictures.is_not(None))
    return [(row.channel, row.address, row.size) for row in await connection.execute(query)]


async def _forget_before(connection: AsyncConnection, moment: float) -> int:
    table = tables.inbox
    return (await connection.execute(delete(table).where(table.c.received_at < moment))).rowcount


def _size(connection: AsyncConnection) -> ColumnElement[Any]:
    """The length of a message's pictures, which neither database reads for it."""
    pictures = tables.inbox.c.pictures
    length = func.octet_length(pictures) if connection.dialect.name == "postgresql" else func.length(pictures)
    return func.coalesce(length, 0)
