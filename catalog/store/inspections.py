"""Inspections as they are kept: words and minutes sealed; each record, follow-up and correction stands in the audit."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.inspections import (
    Inspection,
    InspectionFinding,
    InspectionHeading,
    InspectionLevel,
    InspectionOutcome,
    Judgement,
)
from catalog.officers import Reach
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append


def within_reach(reach: Reach, commune: ColumnElement[str], producer: ColumnElement[str]) -> ColumnElement[bool]:
    """The rows that an officer reaches, by their commune and producer."""
    if reach.everywhere:
        return true()
    return or_(commune.in_(sorted(reach.communes)), producer.in_(sorted(reach.producers)))


class InspectionStore:
    """Every method raises StoreError; whether an officer may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def record(self, inspection: Inspection, *, minutes: bytes | None, by: Doer) -> int:
        """Keep a new one with the file of its minutes; its number."""
        seal = self._access.seal
        values = {
            "day": inspection.day.isoformat(),
            "producer_id": inspection.producer,
            "commune": inspection.commune,
            "mend_by": inspection.mend_by.isoformat() if inspection.mend_by else None,
            "content": seal.close(_serialize(inspection)),
            "file": seal.close_bytes(minutes) if minutes else None,
            "recorded_by": by.officer,
            "recorded_at": time.time(),
        }
        told = {"producer": inspection.producer, "day": values["day"], "outcome": str(inspection.outcome)}

        async def write(connection: AsyncConnection) -> int:
            made = await connection.execute(
                insert(tables.inspections).values(values).returning(tables.inspections.c.number)
            )
            number = int(made.scalar_one())
            await append(connection, by.did(Deed.INSPECTION_RECORDED, f"inspection {number}", after=told))
            return number

        return await self._access.write_alone(write)

    async def find(self, number: int) -> Inspection | None:
        """One inspection."""
        found = await self._list(tables.inspections.c.number == number, limit=1)
        return found[0] if found else None

    async def newest(
        self, reach: Reach, *, limit: int, offset: int = 0, producer: str = "", unmended: bool = False
    ) -> Sequence[Inspection]:
        """Those within *reach*, of one *producer* or of all, the latest first; only *unmended* ones if asked."""
        return await self._list(_within(reach, producer, unmended=unmended), limit=limit, offset=offset)

    async def count(self, reach: Reach, *, producer: str = "", unmended: bool = False) -> int:
        """How many there are of these."""
        query = select(func.count()).select_from(tables.inspections)
        wanted = query.where(_within(reach, producer, unmended=unmended))
        return await self._access.read(lambda c: c.scalar(wanted)) or 0

    async def due(self, reach: Reach, *, until: date, limit: int) -> Sequence[Inspection]:
        """Those within *reach* whose deadline is that day or before, and that nobody has ended; the first due first."""
        table = tables.inspections.c
        wanted = _within(reach, "", unmended=True) & (table.mend_by <= until.isoformat())
        return await self._list(wanted, limit=limit, order=(table.mend_by, table.number))

    async def _list(
        self, wanted: ColumnElement[bool], *, limit: int, offset: int = 0, order: Sequence[Any] = ()
    ) -> list[Inspection]:
        table = tables.inspections
        columns = [column for column in table.c if column.name != "file"]
        ordered = order or (table.c.day.desc(), table.c.number.desc())
        query = select(*columns).where(wanted).order_by(*ordered).limit(limit).offset(offset)
        rows = (await self._access.read(lambda c: c.execute(query))).mappings()
        return [self._open(row) for row in rows]

    async def minutes(self, number: int) -> bytes | None:
        """The file with the minutes."""
        query = select(tables.inspections.c.file).where(tables.inspections.c.number == number)
        found = await self._access.read(lambda c: c.scalar(query))
        return self._access.seal.open_bytes(bytes(found)) if found else None

    async def end(self, number: int, on: date, said: str, *, by: Doer) -> None:
        """Note that all is mended, as seen on that day. Raises NotFound where nothing was left to mend."""
        table = tables.inspections.c
        still = and_(table.mend_by.is_not(None), table.mended_on.is_(None), table.struck == "")
        told = {"mended_on": on.isoformat()}

        async def write(connection: AsyncConnection) -> None:
            held = await self._read_one(connection, number, still)
            content = self._access.seal.close(_serialize(replace(held, mended=said)))
            await _change(connection, number, still, mended_on=on.isoformat(), content=content)
            await append(connection, by.did(Deed.INSPECTION_MENDED, f"inspection {number}", after=told))

        await self._access.write_alone(write)

    async def strike(self, number: int, reason: str, *, by: Doer) -> None:
        """Note that a record does not count, and why; it stays readable. Raises NotFound where that was done."""
        counts = tables.inspections.c.struck == ""

        async def write(connection: AsyncConnection) -> None:
            await _change(connection, number, counts, struck=self._access.seal.close(reason))
            await append(connection, by.did(Deed.INSPECTION_STRUCK, f"inspection {number}", reason=reason))

        await self._access.write_alone(write)

    async def _read_one(self, connection: AsyncConnection, number: int, wanted: ColumnElement[bool]) -> Inspection:
        table = tables.inspections
        row = (await connection.execute(select(table).where(table.c.number == number, wanted))).mappings().one_or_none()
        if row is None:
            raise NotFound
        return self._open(row)

    def _open(self, row: Any) -> Inspection:
        struck = self._access.open(row["struck"]) if row["struck"] else ""
        return replace(_inspection(row, self._access.open(row["content"])), struck=struck)


async def _change(connection: AsyncConnection, number: int, wanted: ColumnElement[bool], **values: object) -> None:
    table = tables.inspections
    statement = update(table).where(table.c.number == number, wanted).values(values)
    if (await connection.execute(statement)).rowcount != 1:
        raise NotFound


def _within(reach: Reach, producer: str, *, unmended: bool) -> ColumnElement[bool]:
    table = tables.inspections.c
    wanted = within_reach(reach, table.commune, table.producer_id)
    if producer:
        wanted &= table.producer_id == producer
    if unmended:
        wanted &= and_(table.mend_by.is_not(None), table.mended_on.is_(None), table.struck == "")
    return wanted


def _serialize(inspection: Inspection) -> str:
    findings = {str(heading): [str(each.judgement), each.said] for heading, each in inspection.findings.items()}
    said = {
        "level": str(inspection.level),
        "outcome": str(inspection.outcome),
        "team": inspection.team,
        "products": list(inspection.products),
        "findings": findings,
        "note": inspection.note,
        "mended": inspection.mended,
        "minutes": inspection.minutes,
    }
    return json.dumps(said, ensure_ascii=False)


def _inspection(row: Any, content: str) -> Inspection:
    said = json.loads(content)
    findings = {
        InspectionHeading(heading): InspectionFinding(Judgement(judgement), words)
        for heading, (judgement, words) in said["findings"].items()
    }
    return Inspection(
        day=date.fromisoformat(row["day"]),
        level=InspectionLevel(said["level"]),
        producer=row["producer_id"],
        outcome=InspectionOutcome(said["outcome"]),
        commune=row["commune"],
        team=said["team"],
        products=tuple(said["products"]),
        findings=findings,
        note=said["note"],
        mend_by=_day(row["mend_by"]),
        mended_on=_day(row["mended_on"]),
        mended=said["mended"],
        struck=row["struck"],
        minutes=said["minutes"],
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        number=row["number"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
