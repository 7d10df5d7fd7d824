"""The catalogue's revision: a number that grows with every change, so that other processes notice."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import tables

_NAME = "catalogue"


async def bump(connection: AsyncConnection) -> None:
    """Say that the catalogue has changed."""
    table = tables.revision
    changed = await connection.execute(update(table).where(table.c.name == _NAME).values(number=table.c.number + 1))
    if not changed.rowcount:
        await connection.execute(insert(table).values(name=_NAME, number=1))


async def current(connection: AsyncConnection) -> int:
    """The revision now; 0 for an empty catalogue."""
    found = await connection.scalar(select(tables.revision.c.number).where(tables.revision.c.name == _NAME))
    return found or 0
