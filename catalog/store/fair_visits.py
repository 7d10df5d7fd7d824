"""Visits to booths, counted and chained in the transaction that keeps them; thinned once a fair is long over."""

import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Break, Deed, Doer
from catalog.fairs.calendar import Fair
from catalog.fairs.visits import (
    KEPT_DAYS,
    MOST_A_MINUTE,
    FairLead,
    FairVisit,
    VisitCount,
    VisitKind,
    chain,
    find_break,
    mark_of,
)
from catalog.inquiry import Address
from catalog.store import database, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.steps import insert_into

_MINUTE = 60.0
_AT_ONCE = 1000
_ONE = select(literal(1).label("one")).subquery()


async def of_person(connection: AsyncConnection, persons: Sequence[str]) -> list[dict[str, Any]]:
    """When and where someone was counted, the first first."""
    table = tables.booth_visits
    names = (table.c.fair, table.c.booth, table.c.day, table.c.kind, table.c.at)
    query = select(*names).where(table.c.person.in_(persons)).order_by(table.c.number)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def forget_person(connection: AsyncConnection, persons: Sequence[str]) -> None:
    """Take out who came; that somebody did stays counted, and the chain whole."""
    table = tables.booth_visits
    await connection.execute(update(table).where(table.c.person.in_(persons)).values(person="", salt=""))


class FairVisitStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def note(self, fair: str, booth: int, kind: VisitKind, who: Address, *, day: date, at: float) -> bool:
        """Count that somebody did something at a booth; False where they did on that day already."""
        persons = self._access.seal.persons(who.channel, who.address)

        async def write(connection: AsyncConnection) -> bool:
            await database.serialize_visits(connection)
            table = tables.booth_visits
            theirs = (table.c.booth == booth) & (table.c.day == day.isoformat()) & (table.c.kind == str(kind))
            known = select(table.c.number).where(theirs, table.c.person.in_(persons)).exists()
            minute = (table.c.booth == booth) & (table.c.kind == str(kind)) & (table.c.at > at - _MINUTE)
            lately = select(func.count()).select_from(table).where(minute, table.c.at <= at).scalar_subquery()
            ends = select(table.c.place, table.c.hash).where(table.c.fair == fair)
            last = ends.order_by(table.c.place.desc()).limit(1).subquery()
            # One question for all of it: in a hall many people come at once.
            asked = select(known, lately, last.c.place, last.c.hash).select_from(_ONE.outerjoin(last, true()))
            again, came, place, previous = (await connection.execute(asked)).one()
            if again:
                return False
            salt = secrets.token_hex(16)
            mark = mark_of(persons[0], salt, booth=booth, day=day, kind=kind)
            visit = FairVisit(fair, 0, booth, day, kind, at, came >= MOST_A_MINUTE, mark, "", "")
            row = chain(visit, place=place, previous=previous) if place else chain(visit)
            await connection.execute(insert(table).values({**_columns(row), "person": persons[0], "salt": salt}))
            return True

        return await self._access.write(write)

    async def note_lead(self, lead: FairLead) -> None:
        """Keep that an inquiry began at a booth."""
        values = {
            "ref": lead.ref, "fair": lead.fair, "booth": lead.booth, "producer_id": lead.producer,
            "kind": str(lead.kind), "at": lead.at,
        }  # fmt: skip
        await self._access.write(
            lambda c: c.execute(insert_into(tables.fair_leads, c.dialect).values(values).on_conflict_do_nothing())
        )

    async def leads(self, fair: str, *, producers: Collection[str] | None = None) -> list[FairLead]:
        """The leads of a fair, the newest first; those of some *producers* only."""
        table = tables.fair_leads
        query = select(table).where(table.c.fair == fair).order_by(table.c.at.desc(), table.c.ref)
        if producers is not None:
            query = query.where(table.c.producer_id.in_(producers))
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [
            FairLead(row["ref"], row["fair"], row["booth"], row["producer_id"], VisitKind(row["kind"]), row["at"])
            for row in rows.mappings()
        ]

    async def count(self, fair: str) -> list[VisitCount]:
        """How many came to each booth on each day, whether the rows are still there or only their counts."""
        return await self._access.read(lambda connection: count_visits(connection, fair))

    async def page(self, fair: str, *, after: int, limit: int, booth: int | None = None) -> list[FairVisit]:
        """Rows behind the counts, from *after* on."""
        table = tables.booth_visits
        query = select(table).where(table.c.fair == fair, table.c.place > after).order_by(table.c.place).limit(limit)
        if booth is not None:
            query = query.where(table.c.booth == booth)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_visit(row) for row in rows.mappings()]

    async def every_row(self, fair: str) -> AsyncIterator[FairVisit]:
        """All rows of a fair, in their order."""
        after = 0
        while found := await self.page(fair, after=after, limit=_AT_ONCE):
            for row in found:
                yield row
            after = found[-1].place

    async def check(self, fair: str) -> Break | None:
        """Where the chain of a fair's visits is broken; None where it is whole."""
        return find_break([row async for row in self.every_row(fair)])

    async def thin(self, fairs: Sequence[Fair], *, today: date) -> int:
        """Make counts of the rows of fairs that ended long ago; of how many fairs. The audit keeps the chain's end."""
        old = [each.key for each in fairs if each.ends < today - timedelta(days=KEPT_DAYS)]
        table = tables.booth_visits
        query = select(table.c.fair).where(table.c.fair.in_(old)).distinct()
        left = list(await self._access.read(lambda connection: connection.scalars(query)))
        for key in left:
            rows = [row async for row in self.every_row(key)]
            await self._access.write_alone(lambda c, key=key, rows=rows: _thin(c, key, rows))  # type: ignore[misc]  # bound at once
        return len(left)


async def _thin(connection: AsyncConnection, fair: str, rows: Sequence[FairVisit]) -> None:
    counts = await count_visits(connection, fair)
    values = [
        {
            "fair": fair, "booth": each.booth, "day": each.day.isoformat(), "kind": str(each.kind),
            "counted": each.counted, "crowd": each.crowd,
        }
        for each in counts
    ]  # fmt: skip
    await connection.execute(delete(tables.booth_days).where(tables.booth_days.c.fair == fair))
    await connection.execute(insert(tables.booth_days), values)
    await connection.execute(delete(tables.booth_visits).where(tables.booth_visits.c.fair == fair))
    told = {"rows": len(rows), "last": rows[-1].hash, "whole": find_break(rows) is None}
    await append(connection, Doer().did(Deed.FAIR_COUNTED, f"fair {fair}", after=told))


async def count_visits(connection: AsyncConnection, fair: str) -> list[VisitCount]:
    raw, kept = tables.booth_visits, tables.booth_days
    crowd = func.sum(case((raw.c.crowd, 1), else_=0))
    query = (
        select(raw.c.booth, raw.c.day, raw.c.kind, (func.count() - crowd).label("counted"), crowd.label("crowd"))
        .where(raw.c.fair == fair)
        .group_by(raw.c.booth, raw.c.day, raw.c.kind)
        .order_by(raw.c.day, raw.c.booth, raw.c.kind)
    )
    rows = list((await connection.execute(query)).mappings())
    if not rows:
        thinned = select(kept).where(kept.c.fair == fair).order_by(kept.c.day, kept.c.booth, kept.c.kind)
        rows = list((await connection.execute(thinned)).mappings())
    return [
        VisitCount(
            row["booth"], date.fromisoformat(row["day"]), VisitKind(row["kind"]), int(row["counted"]), int(row["crowd"])
        )
        for row in rows
    ]


def _columns(row: FairVisit) -> dict[str, Any]:
    names = ("fair", "place", "booth", "at", "crowd", "mark", "previous", "hash")
    return {"day": row.day.isoformat(), "kind": str(row.kind), **{name: getattr(row, name) for name in names}}


def _visit(row: Any) -> FairVisit:
    names = ("fair", "place", "booth", "at", "crowd", "mark", "previous", "hash")
    return FairVisit(
        day=date.fromisoformat(row["day"]), kind=VisitKind(row["kind"]), **{name: row[name] for name in names}
    )
