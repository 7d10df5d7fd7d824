"""Inquiries as the officers' board lists, opens and hands them on; what it lists holds no words and no consumer.

What an officer does is kept with its notices and its row of the audit, or not at all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.answer_times import AnswerRecord
from catalog.audit import AuditEntry
from catalog.delivery import OutboxState
from catalog.inquiry import TO_OFFICERS, TO_PRODUCERS, WAITING, Inquiry, Kind, MovedMeanwhile, Notice, Side, State
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.inquiries import lock
from catalog.store.notices import add
from catalog.store.outbox_store import OutboxStore

_WAITING = [str(state) for state in WAITING]


@dataclass(frozen=True, slots=True)
class InquiryFilter:
    """Which inquiries are wanted: those of *producers* (None is all) or on one of *desks*, and of them what is said.

    *state* is "waiting", "open" (what is not closed), "answered", "closed" or "" for all; *only* narrows to some
    producers.
    """

    producers: Collection[str] | None = None
    desks: Collection[str] = ()
    state: str = ""
    kind: str = ""
    desk: str = ""
    only: Collection[str] | None = None
    before: float | None = None

    def condition(self) -> ColumnElement[bool]:
        """What holds for them; what its consumer has erased is nobody's any more."""
        table = tables.inquiries.c
        found: ColumnElement[bool] = table.channel != ""
        if self.producers is not None:
            found &= or_(table.producer_id.in_(self.producers), table.desk.in_(self.desks))
        if self.only is not None:
            found &= table.producer_id.in_(self.only)
        if self.state == "open":
            found &= table.state != str(State.CLOSED)
        elif self.state:
            found &= table.state.in_(_WAITING) if self.state == "waiting" else table.state == self.state
        if self.kind:
            found &= table.kind == self.kind
        if self.desk:
            found &= table.desk == self.desk
        return found & (table.moved_at < self.before) if self.before is not None else found


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """An inquiry without its words and without who asked; *moved_at* is since when it waits, if it does."""

    ref: str
    product_id: str
    producer_id: str
    kind: Kind
    state: State
    opened_at: float
    moved_at: float
    desk: str
    outcome: str


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many inquiries of a producer wait, and since when the oldest does."""

    producer_id: str
    number: int
    oldest: float


_COLUMNS = [getattr(tables.inquiries.c, name) for name in InquiryLine.__slots__]


async def list_lines(
    connection: AsyncConnection, wanted: InquiryFilter, *, limit: int, offset: int
) -> tuple[list[InquiryLine], int]:
    """Those that are *wanted*, who waits longest first, and how many there are."""
    table, condition = tables.inquiries.c, wanted.condition()
    query = select(*_COLUMNS).where(condition).order_by(table.moved_at, table.number).limit(limit).offset(offset)
    rows = (await connection.execute(query)).mappings()
    lines = [InquiryLine(**{**row, "kind": Kind(row["kind"]), "state": State(row["state"])}) for row in rows]
    total = await connection.scalar(select(func.count()).select_from(tables.inquiries).where(condition))
    return lines, total or 0


async def count_waiting(connection: AsyncConnection, wanted: InquiryFilter) -> list[WaitingCount]:
    """How many of those wait, producer by producer."""
    table = tables.inquiries.c
    number, oldest = func.count().label("number"), func.min(table.moved_at).label("oldest")
    condition = replace(wanted, state="waiting").condition()
    query = select(table.producer_id, number, oldest).where(condition).group_by(table.producer_id)
    rows = await connection.execute(query.order_by(oldest, table.producer_id))
    return [WaitingCount(row.producer_id, row.number, row.oldest) for row in rows]


async def officers_told(connection: AsyncConnection, ref: str, now: float) -> bool:
    """Whether officers were told of an inquiry, or have written in it."""
    told, said = tables.outbox.c, tables.messages.c
    kinds = [str(kind) for kind in TO_OFFICERS]
    notices = select(told.number).where(told.subject == ref, told.kind.in_(kinds), told.due_at <= now)
    words = select(said.number).where(said.inquiry == ref, said.side == str(Side.OFFICER))
    return bool(await connection.scalar(select(notices.exists() | words.exists())))


async def answer_records(connection: AsyncConnection, since: float) -> list[AnswerRecord]:
    """What the response time and rate of producers are computed from: every inquiry opened since then."""
    table = tables.inquiries.c
    asked = func.coalesce(table.given_at, table.opened_at)
    columns = (table.moved_at, table.answered_at, table.answered_by, table.closed_by, table.state)
    person = case((table.channel != "", table.channel + ":" + table.address), else_="")
    query = select(table.producer_id, table.kind, asked, *columns, person).where(table.opened_at >= since)
    return [AnswerRecord(*row) for row in await connection.execute(query)]


async def drop_producers_notices(connection: AsyncConnection, ref: str) -> None:
    """Tell the producer nothing more of what is theirs to answer no longer."""
    table = tables.outbox
    waiting = table.c.state.in_((OutboxState.WAITING, OutboxState.HELD))
    kinds = table.c.kind.in_([str(kind) for kind in TO_PRODUCERS])
    await connection.execute(update(table).where(table.c.subject == ref, kinds, waiting).values(state=OutboxState.MOOT))


class InquiryDeskStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox

    async def list_lines(self, wanted: InquiryFilter, *, limit: int, offset: int = 0) -> tuple[list[InquiryLine], int]:
        """Those that are *wanted*, who waits longest first, and how many there are."""
        return await self._access.read(lambda c: list_lines(c, wanted, limit=limit, offset=offset))

    async def count_waiting(self, wanted: InquiryFilter) -> list[WaitingCount]:
        """How many of those wait, producer by producer, who keeps people longest first."""
        return await self._access.read(lambda c: count_waiting(c, wanted))

    async def officers_told(self, ref: str, *, now: float) -> bool:
        """Whether officers were told of an inquiry until *now*, or have written in it."""
        return await self._access.read(lambda c: officers_told(c, ref, now))

    async def answer_records(self, *, since: float) -> list[AnswerRecord]:
        """Every inquiry opened since then, in what producers' response figures ask of it."""
        return await self._access.read(lambda c: answer_records(c, since))

    async def hand_to_desk(
        self, ref: str, desk: str, *, seen: str, notices: Sequence[Notice], entry: AuditEntry
    ) -> None:
        """Lay an inquiry on another desk. Raises NotFound and MovedMeanwhile."""
        await self._change(ref, {"desk": desk}, seen=seen, notices=notices, entry=entry)

    async def tell(self, ref: str, *, seen: str, notices: Sequence[Notice], entry: AuditEntry) -> None:
        """Tell somebody of an inquiry without changing it. Raises NotFound and MovedMeanwhile."""
        await self._change(ref, {}, seen=seen, notices=notices, entry=entry)

    async def pass_on(
        self, ref: str, product: tuple[str, str], *, seen: str, at: float, notices: Sequence[Notice], entry: AuditEntry
    ) -> None:
        """Give an inquiry to the producer of another *product* (its id, its producer's).

        Name and phone were meant for the first producer only: they are erased. Raises NotFound and MovedMeanwhile.
        """
        key, producer = product
        given = {"product_id": key, "producer_id": producer, "given_at": at, "answered_at": None, "answered_by": ""}
        values = {**given, "name": "", "phone": "", "desk": "", "state": str(State.SENT)}
        await self._change(ref, values, seen=seen, notices=notices, entry=entry)

    async def _change(
        self, ref: str, values: dict[str, Any], *, seen: str, notices: Sequence[Notice], entry: AuditEntry
    ) -> None:
        table = tables.inquiries

        async def write(connection: AsyncConnection) -> None:
            held: Inquiry = await lock(connection, ref)
            if seen != held.mark or held.state is State.CLOSED:
                raise MovedMeanwhile
            if values:
                await connection.execute(update(table).where(table.c.ref == ref).values(values))
            if "producer_id" in values:
                await drop_producers_notices(connection, ref)
            await add(connection, notices)
            await append(connection, entry)

        await self._access.write_alone(write)
        self._outbox.wake()
