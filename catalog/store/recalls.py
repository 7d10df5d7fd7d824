"""Recalls as they are kept, whom they concern, and how far these were told.

Whoever looked the product up is told in steps: each step is a transaction, with the notices of some people and the mark
of how far that is. A process that dies between two steps goes on where it was, and nobody has two notices, for their
keys are one of a kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry, Deed, Doer
from catalog.dates import PartialDate
from catalog.delivery import OutboxState
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.officers import Reach
from catalog.recalls import (
    Concern,
    Package,
    Recall,
    RecallAdvice,
    RecallReason,
    RecallScope,
    RecallState,
    concern_of,
)
from catalog.store import notices, revisions, tables
from catalog.store.access import Access, Call
from catalog.store.audit import append
from catalog.store.inspections import within_reach
from catalog.store.outbox_store import OutboxStore
from catalog.store.steps import insert_into

AT_A_STEP = 1000
_SHOWN = (str(RecallState.ACTIVE), str(RecallState.ENDED), str(RecallState.CANCELLED))
_OVER = (str(RecallState.ENDED), str(RecallState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a recall would be told in one channel: all, how many of them surely have such a package, and now at once."""

    channel: str
    people: int
    sure: int
    now: int


@dataclass(frozen=True, slots=True)
class RecallProgress:
    """How far the people of one channel were told: reached, who said that they read it, and who is waited for."""

    channel: str
    people: int
    reached: int
    read: int
    waiting: int
    failed: int


class RecallStore:
    """Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox

    async def by_number(self, number: int) -> Recall | None:
        """One recall."""
        found = await self._list(tables.recalls.c.number == number, limit=1)
        return found[0] if found else None

    async def newest(self, reach: Reach, *, limit: int, offset: int = 0, asked: bool = False) -> Sequence[Recall]:
        """Those within *reach*, the newest first; only what producers *asked* for, or only what officers decided."""
        return await self._list(_within(reach, asked=asked), limit=limit, offset=offset)

    async def count(self, reach: Reach, *, asked: bool = False) -> int:
        """How many of these there are."""
        query = select(func.count()).select_from(tables.recalls).where(_within(reach, asked=asked))
        return await self._access.read(lambda c: c.scalar(query)) or 0

    async def _list(self, wanted: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[Recall]:
        table = tables.recalls
        query = select(table).where(wanted).order_by(table.c.number.desc()).limit(limit).offset(offset)
        return [_recall(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    # What a producer asks for -------------------------------------------------------------------------------------

    async def ask(self, recall: Recall, by: Address, *, at: float) -> int:
        """Keep what somebody of the producer asks for until an officer decides; its number."""
        values = _values(recall) | {
            "state": str(RecallState.ASKED), "began_at": at, "told": None, "channel": by.channel, "address": by.address,
        }  # fmt: skip
        statement = insert(tables.recalls).values(values).returning(tables.recalls.c.number)
        return int(await self._access.write_alone(lambda c: c.scalar(statement)) or 0)

    async def asker(self, number: int) -> Address | None:
        """Who asked for it; None where no producer did, or they were erased."""
        table = tables.recalls.c
        query = select(table.channel, table.address).where(table.number == number)
        row = (await self._access.read(lambda c: c.execute(query))).one_or_none()
        return Address(row.channel, row.address) if row and row.channel else None

    async def dismiss(self, number: int, why: str, *, by: Doer) -> None:
        """Note that what a producer asked for is not done, and why. Raises NotFound where it was decided."""

        async def write(connection: AsyncConnection) -> None:
            dismissed = {"state": str(RecallState.DISMISSED), "ended_why": why}
            await _change(connection, number, RecallState.ASKED, dismissed)
            await append(connection, by.did(Deed.RECALL_DISMISSED, f"recall {number}", reason=why))

        await self._access.write_alone(write)

    # What two officers decide -------------------------------------------------------------------------------------

    def beginning(self, recall: Recall, *, by: Doer, at: float, asked: int = 0) -> Call[None]:
        """What begins *recall*, or carries out what a producer *asked* for, in the transaction of whoever runs it."""

        async def write(connection: AsyncConnection) -> None:
            values = _values(recall) | {"began_at": at, "state": str(RecallState.ACTIVE), "told": ["", ""]}
            if asked:
                await _change(connection, asked, RecallState.ASKED, values)
                number = asked
            else:
                made = insert(tables.recalls).values(values).returning(tables.recalls.c.number)
                number = int((await connection.execute(made)).scalar_one())
            await _tell(
                connection, by.did(Deed.RECALL_BEGUN, f"product {recall.product_id}", after=_told(values, number))
            )

        return write

    def changing(self, number: int, recall: Recall, *, by: Doer) -> Call[None]:
        """What corrects a recall that is in force: everybody whom it concerns or who was told is told again."""

        async def write(connection: AsyncConnection) -> None:
            values = _values(recall) | {"version": tables.recalls.c.version + 1, "told": ["", ""]}
            await _change(connection, number, RecallState.ACTIVE, values)
            told = _told(_values(recall), number)
            await _tell(connection, by.did(Deed.RECALL_CHANGED, f"product {recall.product_id}", after=told))

        return write

    def closing(self, number: int, state: RecallState, why: str, *, by: Doer, at: float) -> Call[None]:
        """What ends or cancels a recall: everybody who was told of it is told that too."""

        async def write(connection: AsyncConnection) -> None:
            values = {"state": str(state), "ended_at": at, "ended_why": why, "told": ["", ""]}
            await _change(connection, number, RecallState.ACTIVE, values)
            deed = Deed.RECALL_CANCELLED if state is RecallState.CANCELLED else Deed.RECALL_ENDED
            await _tell(connection, by.did(deed, f"recall {number}", after={"state": str(state)}, reason=why))

        return write

    async def carry_out(self, call: Call[None]) -> None:
        """Run one of these by itself."""
        await self._access.write_alone(call)

    async def end_past(self, today: date, *, at: float) -> int:
        """End those whose last day is over; how many."""
        table = tables.recalls.c
        over = and_(table.state == str(RecallState.ACTIVE), table.until < today.isoformat())
        numbers = list(await self._access.read(lambda c: c.scalars(select(table.number).where(over))))
        for number in numbers:
            await self.carry_out(self.closing(number, RecallState.ENDED, "", by=Doer(), at=at))
        return len(numbers)

    # Whom it concerns ---------------------------------------------------------------------------------------------

    async def packages(self, product_id: str, who: Address) -> list[Package]:
        """What somebody told of the packages of a product that they looked up."""
        return (await self._access.read(lambda c: _packages(c, product_id, [who]))).get(who, [])

    async def audience(
        self, product_id: str, scope: RecallScope, *, windows: Mapping[str, float | None], now: float
    ) -> list[Audience]:
        """Whom a recall of that *scope* would be told, by channel.

        *windows* says how many seconds after somebody's last word a channel lets us speak; None or absent is always.
        """
        return await self._access.read(lambda c: _audience(c, product_id, scope, windows, now))

    async def unfinished(self) -> list[int]:
        """The numbers of those of which somebody has still to be told, the oldest first."""
        table = tables.recalls.c
        query = select(table.number).where(table.told.is_not(None)).order_by(table.number)
        return list(await self._access.read(lambda c: c.scalars(query)))

    async def tell_next(self, number: int, *, now: float) -> int:
        """Keep the notices of the next people whom a recall or its end is told; how many people were looked at.

        0 where that was all.
        """
        looked = await self._access.write_alone(lambda c: _tell_next(c, number, now))
        if looked:
            self._outbox.wake()
        return looked

    async def note_read(self, number: int, who: Address, *, at: float) -> None:
        """Somebody says that they have read the warning."""
        row = {"recall": number, "channel": who.channel, "address": who.address, "at": at}

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(insert_into(tables.recall_reads, connection.dialect).on_conflict_do_nothing(), row)

        await self._access.write(write)

    async def progress(self, recall: Recall, *, keeping: Iterable[str]) -> list[RecallProgress]:
        """How far the people of a recall were told, by channel.

        In the channels *keeping* what is said until somebody comes, they are reached once they have come since.
        """
        return await self._access.read(lambda c: _progress(c, recall, frozenset(keeping)))


async def _tell(connection: AsyncConnection, entry: AuditEntry) -> None:
    """Keep *entry*, and have everybody read the catalogue again: cards carry the warning."""
    await append(connection, entry)
    await revisions.bump(connection)


async def _change(connection: AsyncConnection, number: int, state: RecallState, values: Mapping[str, Any]) -> None:
    table = tables.recalls
    changed = update(table).where(table.c.number == number, table.c.state == str(state)).values(**values)
    if (await connection.execute(changed)).rowcount != 1:
        raise NotFound


def _within(reach: Reach, *, asked: bool) -> ColumnElement[bool]:
    table = tables.recalls.c
    states = (str(RecallState.ASKED),) if asked else _SHOWN
    return within_reach(reach, table.commune, table.producer_id) & table.state.in_(states)


async def in_force(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Recall]]:
    """What is called back of these products and has not ended, by product, the newest first."""
    table = tables.recalls
    which = and_(table.c.state == str(RecallState.ACTIVE), table.c.product_id.in_(ids))
    found: dict[str, list[Recall]] = {}
    for row in (await connection.execute(select(table).where(which).order_by(table.c.number.desc()))).mappings():
        found.setdefault(row["product_id"], []).append(_recall(row))
    return found


async def _packages(
    connection: AsyncConnection, product_id: str, people: Sequence[Address]
) -> dict[Address, list[Package]]:
    table = tables.history.c
    theirs = tuple_(table.channel, table.address).in_([(each.channel, each.address) for each in people])
    query = select(table.channel, table.address, table.lot, table.made, table.expires, table.at)
    found: dict[Address, list[Package]] = {}
    for row in await connection.execute(query.where(table.product_id == product_id, theirs)):
        package = Package(row.lot, _day(row.made), _day(row.expires), row.at)
        found.setdefault(Address(row.channel, row.address), []).append(package)
    return found


async def _people(connection: AsyncConnection, product_id: str, after: Sequence[str], *, limit: int) -> list[Address]:
    """The next people who looked a product up, in the order of their channels and addresses."""
    table = tables.history.c
    whose = (table.channel, table.address)
    behind = tuple_(*whose) > tuple_(after[0], after[1])
    query = select(*whose).where(table.product_id == product_id, behind).distinct().order_by(*whose).limit(limit)
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def _audience(
    connection: AsyncConnection,
    product_id: str,
    scope: RecallScope,
    windows: Mapping[str, float | None],
    now: float,
) -> list[Audience]:
    counted: dict[str, Audience] = {}
    after: Sequence[str] = ("", "")
    while some := await _people(connection, product_id, after, limit=AT_A_STEP):
        packages = await _packages(connection, product_id, some)
        concerned = {who: concern_of(scope, packages.get(who, ())) for who in some}
        theirs = [who for who, concern in concerned.items() if concern is not Concern.NO]
        reachable = await _reachable(connection, theirs, windows, now)
        for who in theirs:
            held = counted.get(who.channel, Audience(who.channel, 0, 0, 0))
            sure, at_once = held.sure + (concerned[who] is Concern.YES), held.now + (who in reachable)
            counted[who.channel] = Audience(who.channel, held.people + 1, sure, at_once)
        after = (some[-1].channel, some[-1].address)
    return [counted[name] for name in sorted(counted)]


async def _reachable(
    connection: AsyncConnection, people: Sequence[Address], windows: Mapping[str, float | None], now: float
) -> set[Address]:
    """Those of *people* to whom their channel lets us speak now, as far as we know."""
    if not people:
        return set()
    sent, came = tables.outbox.c, tables.inbox.c
    whose = [(each.channel, each.address) for each in people]
    waits = select(sent.channel, sent.address).where(
        tuple_(sent.channel, sent.address).in_(whose), sent.state == str(OutboxState.HELD)
    )
    held = {Address(row.channel, row.address) for row in await connection.execute(waits)}
    last = select(came.channel, came.address, func.max(came.received_at).label("at"))
    last = last.where(tuple_(came.channel, came.address).in_(whose)).group_by(came.channel, came.address)
    heard = {Address(row.channel, row.address): row.at for row in await connection.execute(last)}

    def is_open(who: Address) -> bool:
        window = windows.get(who.channel)
        return who not in held and (window is None or now - heard.get(who, 0.0) < window)

    return {each for each in people if is_open(each)}


async def _tell_next(connection: AsyncConnection, number: int, now: float) -> int:
    table = tables.recalls
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().one_or_none()
    if row is None or row["told"] is None:
        return 0
    recall = _recall(row)
    over = row["state"] in _OVER
    some = await (_told_people if over else _all_people)(connection, recall, row["told"])
    if over:
        fresh = [_notice(recall, who, NoticeKind.RECALL_OVER, now) for who in some]
    else:
        fresh = [_notice(recall, who, NoticeKind.RECALL, now) for who in await _concerned(connection, recall, some)]
    for start in range(0, len(fresh), AT_A_STEP):
        await notices.add(connection, fresh[start : start + AT_A_STEP])
    told = [some[-1].channel, some[-1].address] if some else None
    await connection.execute(update(table).where(table.c.number == number).values(told=told))
    return len(some)


async def _all_people(connection: AsyncConnection, recall: Recall, after: Sequence[str]) -> list[Address]:
    return await _people(connection, recall.product_id, after, limit=AT_A_STEP)


async def _told_people(connection: AsyncConnection, recall: Recall, after: Sequence[str]) -> list[Address]:
    """The next people whom the warning has reached, or may have reached."""
    sent = tables.outbox.c
    whose = (sent.channel, sent.address)
    which = and_(_warnings(recall), sent.state == str(OutboxState.SENT), tuple_(*whose) > tuple_(after[0], after[1]))
    query = select(*whose).where(which).distinct().order_by(*whose).limit(AT_A_STEP)
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def _concerned(connection: AsyncConnection, recall: Recall, people: Sequence[Address]) -> list[Address]:
    """Those of *people* whom *recall* concerns, and those who were told of an earlier version of it."""
    if not people:
        return []
    packages = await _packages(connection, recall.product_id, people)
    before: set[Address] = set()
    if recall.version > 1:
        before = await _warned(connection, recall, people)
    return [who for who in people if who in before or concern_of(recall.scope, packages.get(who, ())) is not Concern.NO]


async def _warned(connection: AsyncConnection, recall: Recall, people: Sequence[Address]) -> set[Address]:
    sent = tables.outbox.c
    theirs = tuple_(sent.channel, sent.address).in_([(each.channel, each.address) for each in people])
    which = and_(_warnings(recall), sent.state == str(OutboxState.SENT), theirs)
    rows = await connection.execute(select(sent.channel, sent.address).where(which))
    return {Address(row.channel, row.address) for row in rows}


def _warnings(recall: Recall) -> ColumnElement[bool]:
    """The notices of all versions of *recall*."""
    subjects = [f"{recall.number} {version}" for version in range(1, recall.version + 1)]
    return and_(tables.outbox.c.subject.in_(subjects), tables.outbox.c.kind == str(NoticeKind.RECALL))


def _notice(recall: Recall, to: Address, kind: NoticeKind, now: float) -> Notice:
    key = f"{kind}:{recall.number}:{recall.version}:{to.channel}:{to.address}"[:200]
    rank = 0 if kind is NoticeKind.RECALL else 1
    return Notice(key, to, kind, f"{recall.number} {recall.version}", due_at=now, rank=rank)


async def _progress(connection: AsyncConnection, recall: Recall, keeping: frozenset[str]) -> list[RecallProgress]:
    sent, read = tables.outbox.c, tables.recall_reads.c
    ours = and_(sent.subject == f"{recall.number} {recall.version}", sent.kind == str(NoticeKind.RECALL))
    query = select(sent.channel, sent.state, func.count().label("size")).where(ours).group_by(sent.channel, sent.state)
    states: dict[str, dict[str, int]] = {}
    for row in await connection.execute(query):
        states.setdefault(row.channel, {})[row.state] = row.size
    said = select(read.channel, func.count().label("size")).where(read.recall == recall.number).group_by(read.channel)
    reads = {row.channel: row.size for row in await connection.execute(said)}
    come = await _come_since(connection, ours & sent.channel.in_(sorted(keeping))) if keeping else {}
    return [
        _of_channel(name, found, reads.get(name, 0), come.get(name, 0) if name in keeping else None)
        for name, found in sorted(states.items())
    ]


async def _come_since(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[str, int]:
    """How many of those for whom *which* is kept have written since, by channel."""
    sent, came = tables.outbox, tables.inbox.c
    later = select(came.seq).where(
        came.channel == sent.c.channel, came.address == sent.c.address, came.received_at > sent.c.sent_at
    )
    query = select(sent.c.channel, func.count().label("size")).where(which, later.exists()).group_by(sent.c.channel)
    return {row.channel: row.size for row in await connection.execute(query)}


def _of_channel(name: str, found: Mapping[str, int], read: int, come: int | None) -> RecallProgress:
    """*come* is how many came since, where the channel keeps what is said until they do."""
    sent = found.get(str(OutboxState.SENT), 0)
    reached = sent if come is None else max(come, read)
    failed = found.get(str(OutboxState.FAILED), 0) + found.get(str(OutboxState.UNKNOWN), 0)
    people = sum(size for state, size in found.items() if state != OutboxState.MOOT)
    return RecallProgress(name, people, reached, read, people - reached - failed, failed)


def _values(recall: Recall) -> dict[str, Any]:
    scope = recall.scope
    days = ("made_from", "made_until", "expires_from", "expires_until")
    content = {
        "reason": str(recall.reason),
        "advice": str(recall.advice),
        "note": recall.note,
        "lots": list(scope.lots),
        **{name: str(getattr(scope, name)) for name in days if getattr(scope, name)},
    }
    return {
        "product_id": recall.product_id,
        "producer_id": recall.producer_id,
        "commune": recall.commune,
        "content": content,
        "until": recall.until.isoformat() if recall.until else None,
    }


def _told(values: Mapping[str, Any], number: int) -> dict[str, object]:
    """What the audit tells of it."""
    return {**values["content"], "recall": number, "until": values["until"]}


def _recall(row: Any) -> Recall:
    return replace(
        read_recall({**row["content"], "until": row["until"], "product": row["product_id"]}),
        state=RecallState(row["state"]),
        number=row["number"],
        version=row["version"],
        producer_id=row["producer_id"],
        commune=row["commune"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        ended_why=row["ended_why"],
    )


def recall_values(recall: Recall) -> dict[str, Any]:
    """All that a proposal keeps of *recall*."""
    values = _values(recall)
    return {**values["content"], "until": values["until"], "product": recall.product_id}


def read_recall(said: Mapping[str, Any]) -> Recall:
    """The recall that recall_values() tells."""
    days = ("made_from", "made_until", "expires_from", "expires_until")
    scope = RecallScope(tuple(said.get("lots", ())), **{name: _day(said.get(name)) for name in days})
    until = said.get("until")
    return Recall(
        product_id=said["product"],
        reason=RecallReason(said["reason"]),
        advice=RecallAdvice(said["advice"]),
        scope=scope,
        note=said.get("note", ""),
        until=date.fromisoformat(until) if until else None,
    )


def _day(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
