"""Recalls as they are kept, whom they concern, and how far these were told.

Whoever looked the product up is told in steps: each step is a transaction, with the notices of some people and the mark
of how far that is. A process that dies between two steps goes on where it was, and nobody has two notices, for their
keys are one of a kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry, Deed, Doer
from catalog.delivery import OutboxState
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.officers import Reach
from catalog.recalls import (
    Concern,
    Package,
    Recall,
    RecallScope,
    RecallState,
    concern_of,
    read_recall,
    recall_values,
)
from catalog.store import notices, recall_audience, revisions, tables
from catalog.store.access import Access, Call
from catalog.store.audit import append
from catalog.store.inspections import within_reach
from catalog.store.outbox_store import OutboxStore
from catalog.store.recall_audience import Audience, RecallProgress
from catalog.store.steps import insert_into

_SHOWN = (str(RecallState.ACTIVE), str(RecallState.ENDED), str(RecallState.CANCELLED))
_OVER = (str(RecallState.ENDED), str(RecallState.CANCELLED))
_COME = (str(OutboxState.SENT), str(OutboxState.SENDING), str(OutboxState.UNKNOWN))
# Somebody is sending it now, or it was sent, or nobody knows.
_MAY_HAVE_COME = or_(tables.outbox.c.state.in_(_COME), tables.outbox.c.owner != "")


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
                connection,
                by.did(Deed.RECALL_BEGUN, f"product {recall.product_id}", after=_audit_values(values, number)),
            )

        return write

    def changing(self, number: int, recall: Recall, *, by: Doer) -> Call[None]:
        """What corrects a recall that is in force: everybody whom it concerns or who was told is told again."""

        async def write(connection: AsyncConnection) -> None:
            values = _values(recall) | {"version": tables.recalls.c.version + 1, "told": ["", ""]}
            await _change(connection, number, RecallState.ACTIVE, values)
            told = _audit_values(_values(recall), number)
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
        return await self._access.read_in_steps(recall_audience.packages_in_steps(product_id, who))

    async def audience(
        self, product_id: str, scope: RecallScope, *, windows: Mapping[str, float | None], now: float
    ) -> list[Audience]:
        """Whom a recall of that *scope* would be told, by channel.

        *windows* says how many seconds after somebody's last word a channel lets us speak; None or absent is always.
        """
        return await self._access.read(lambda c: recall_audience.count_audience(c, product_id, scope, windows, now))

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
        return await self._access.read(lambda c: recall_audience.count_progress(c, recall, frozenset(keeping)))


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
    for start in range(0, len(fresh), recall_audience.AT_A_STEP):
        await notices.add(connection, fresh[start : start + recall_audience.AT_A_STEP])
    told = [some[-1].channel, some[-1].address] if some else None
    await connection.execute(update(table).where(table.c.number == number).values(told=told))
    return len(some)


async def _all_people(connection: AsyncConnection, recall: Recall, after: Sequence[str]) -> list[Address]:
    return await recall_audience.people_of(connection, recall.product_id, after, limit=recall_audience.AT_A_STEP)


async def _told_people(connection: AsyncConnection, recall: Recall, after: Sequence[str]) -> list[Address]:
    """The next people whom the warning has reached, or may have reached."""
    sent = tables.outbox.c
    whose = (sent.channel, sent.address)
    which = and_(_warnings(recall), _MAY_HAVE_COME, tuple_(*whose) > tuple_(after[0], after[1]))
    query = select(*whose).where(which).distinct().order_by(*whose).limit(recall_audience.AT_A_STEP)
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def _concerned(connection: AsyncConnection, recall: Recall, people: Sequence[Address]) -> list[Address]:
    """Those of *people* whom *recall* concerns, and those who were told of an earlier version of it."""
    if not people:
        return []
    packages = await recall_audience.packages_of(connection, recall.product_id, people)
    before: set[Address] = set()
    if recall.version > 1:
        before = await _warned(connection, recall, people)
    return [who for who in people if who in before or concern_of(recall.scope, packages.get(who, ())) is not Concern.NO]


async def _warned(connection: AsyncConnection, recall: Recall, people: Sequence[Address]) -> set[Address]:
    sent = tables.outbox.c
    theirs = recall_audience.is_one_of(people, sent.channel, sent.address)
    which = and_(_warnings(recall), _MAY_HAVE_COME, theirs)
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


def _values(recall: Recall) -> dict[str, Any]:
    content = recall_values(recall)
    return {
        "product_id": content.pop("product"),
        "producer_id": recall.producer_id,
        "commune": recall.commune,
        "until": content.pop("until"),
        "content": content,
    }


def _audit_values(values: Mapping[str, Any], number: int) -> dict[str, object]:
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
