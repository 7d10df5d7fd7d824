"""Corrections that producers propose to their own facts, and what officers decide."""

import json
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry
from catalog.field import Home, Kept
from catalog.fields import BY_NAME
from catalog.inquiry import Address, Correction
from catalog.store import database, revisions, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.field_columns import DETAILS, gather_details, spread_details
from catalog.store.field_history import history_row


async def propose(connection: AsyncConnection, correction: Correction) -> int:
    """Keep it until an officer decides; its number, that of the very same correction if one waits already."""
    table = tables.corrections
    same = (
        (table.c.product_id == correction.product_id)
        & (table.c.field == correction.field)
        & (table.c.new == correction.new)
        & (table.c.channel == correction.by.channel)
        & (table.c.address == correction.by.address)
        & (table.c.state == "waiting")
    )
    waits: int | None = await connection.scalar(select(table.c.number).where(same))
    if waits is not None:
        return waits
    made = await connection.execute(
        insert(tables.corrections)
        .values(
            producer_id=correction.producer_id,
            product_id=correction.product_id,
            field=correction.field,
            old=correction.old,
            new=correction.new,
            channel=correction.by.channel,
            address=correction.by.address,
            at=correction.at,
        )
        .returning(tables.corrections.c.number)
    )
    return int(made.scalar_one())


async def waiting(connection: AsyncConnection, *, limit: int) -> list[Correction]:
    """Those that no officer has decided, the oldest first."""
    table = tables.corrections
    query = select(table).where(table.c.state == "waiting").order_by(table.c.number).limit(limit)
    return [_correction(row) for row in (await connection.execute(query)).mappings()]


async def by_number(connection: AsyncConnection, number: int) -> Correction | None:
    """One of them."""
    table = tables.corrections
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().one_or_none()
    return _correction(row) if row else None


async def decide(
    connection: AsyncConnection, number: int, *, accepted: bool, who: str, at: float, source: tuple[str, str]
) -> Correction | None:
    """Accept or refuse it, once; None if it was decided already. *source* is (who says it, as of when)."""
    table = tables.corrections
    decided = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == "waiting")
        .values(state="accepted" if accepted else "refused", decided_at=at, decided_by=who)
    )
    correction = await by_number(connection, number)
    if decided.rowcount != 1 or correction is None:
        return None
    if accepted:
        await _apply(connection, correction, who=who, at=at, source=source)
    return correction


async def _apply(
    connection: AsyncConnection, correction: Correction, *, who: str, at: float, source: tuple[str, str]
) -> None:
    field = BY_NAME[correction.field]
    table, key = (
        (tables.producers, correction.producer_id)
        if field.home is Home.PRODUCER
        else (tables.products, correction.product_id)
    )
    row = (await connection.execute(select(table).where(table.c.id == key))).mappings().one_or_none()
    if row is None:
        return
    old = spread_details(row)[field.column]
    value: Any = json.loads(correction.new) if field.kept is Kept.LIST else correction.new
    changed = gather_details({field.column: value}, held=row[DETAILS])
    facts = {**row["facts"], field.column: list(source)}
    if field.is_detail and not value:
        # What was told is taken back: there is no value any more, and nobody who says it.
        changed = {DETAILS: {name: each for name, each in (row[DETAILS] or {}).items() if name != field.column}}
        del facts[field.column]
    await connection.execute(update(table).where(table.c.id == key).values({**changed, "facts": facts}))
    await connection.execute(
        insert(tables.changes).values(history_row(key, field.column, old, correction.new, who=who, at=at))
    )
    await revisions.bump(connection, key)


def _correction(row: Any) -> Correction:
    return Correction(
        number=row["number"],
        producer_id=row["producer_id"],
        product_id=row["product_id"],
        field=row["field"],
        old=row["old"],
        new=row["new"],
        by=Address(row["channel"], row["address"]),
        at=row["at"],
        state=row["state"],
    )


class CorrectionStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def propose(self, correction: Correction) -> int:
        """Keep what a producer proposes; its number."""
        return await self._access.write(lambda c: propose(c, correction))

    async def waiting(self, *, limit: int) -> list[Correction]:
        """What officers have to decide."""
        return await self._access.read(lambda c: waiting(c, limit=limit))

    async def by_number(self, number: int) -> Correction | None:
        """One of them."""
        return await self._access.read(lambda c: by_number(c, number))

    async def decide(
        self,
        number: int,
        *,
        accepted: bool,
        who: str,
        at: float,
        source: tuple[str, str],
        entry: AuditEntry | None = None,
    ) -> Correction | None:
        """Accept or refuse a correction, once; *entry* tells the audit. It waits for an import to end."""

        async def write(connection: AsyncConnection) -> Correction | None:
            # The log of changes is numbered in the order in which it can be seen, so that none is overlooked.
            await database.serialize_imports(connection)
            decided = await decide(connection, number, accepted=accepted, who=who, at=at, source=source)
            if decided is not None and entry is not None:
                await append(connection, entry)
            return decided

        return await self._access.write_alone(write)
