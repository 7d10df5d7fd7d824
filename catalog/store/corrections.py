"""What producers wish to change of their own facts, and what officers decide."""

import json
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, Correction
from catalog.store import revisions, tables

# Which facts a producer may propose, where they live, and whether they are lists.
FIELDS = {
    "phones": (tables.producers, True),
    "address": (tables.producers, False),
    "email": (tables.producers, False),
    "website": (tables.producers, False),
    "buy": (tables.products, False),
    "images": (tables.products, True),
}


async def propose(connection: AsyncConnection, wish: Correction) -> int:
    """Keep a wish until an officer decides; its number, that of the very same wish if one waits already."""
    table = tables.corrections
    same = (
        (table.c.product_id == wish.product_id)
        & (table.c.field == wish.field)
        & (table.c.new == wish.new)
        & (table.c.channel == wish.by.channel)
        & (table.c.address == wish.by.address)
        & (table.c.state == "waiting")
    )
    waits: int | None = await connection.scalar(select(table.c.number).where(same))
    if waits is not None:
        return waits
    made = await connection.execute(
        insert(tables.corrections)
        .values(
            producer_id=wish.producer_id,
            product_id=wish.product_id,
            field=wish.field,
            old=wish.old,
            new=wish.new,
            channel=wish.by.channel,
            address=wish.by.address,
            at=wish.at,
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
    """One wish."""
    table = tables.corrections
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().one_or_none()
    return _correction(row) if row else None


async def decide(
    connection: AsyncConnection, number: int, *, accepted: bool, who: str, at: float, source: tuple[str, str]
) -> Correction | None:
    """Accept or refuse a wish once; None if it was decided already. *source* is (who says it, as of when)."""
    table = tables.corrections
    decided = await connection.execute(
        update(table)
        .where(table.c.number == number, table.c.state == "waiting")
        .values(state="accepted" if accepted else "refused", decided_at=at, decided_by=who)
    )
    wish = await by_number(connection, number)
    if decided.rowcount != 1 or wish is None:
        return None
    if accepted:
        await _apply(connection, wish, who=who, at=at, source=source)
    return wish


async def _apply(
    connection: AsyncConnection, wish: Correction, *, who: str, at: float, source: tuple[str, str]
) -> None:
    table, is_list = FIELDS[wish.field]
    key = wish.product_id if table is tables.products else wish.producer_id
    row = (await connection.execute(select(table).where(table.c.id == key))).mappings().one_or_none()
    if row is None:
        return
    value: Any = json.loads(wish.new) if is_list else wish.new
    facts = {**row["facts"], wish.field: list(source)}
    await connection.execute(update(table).where(table.c.id == key).values({wish.field: value, "facts": facts}))
    await connection.execute(
        insert(tables.changes).values(
            at=at,
            subject=key,
            field=wish.field,
            old=json.dumps(row[wish.field], ensure_ascii=False) if is_list else row[wish.field],
            new=wish.new,
            who=who,
        )
    )
    await revisions.bump(connection)


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
