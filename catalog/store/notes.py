"""Small things that are kept: searches that pages turn in, what people looked for in vain, a channel's memory."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import tables


@dataclass(frozen=True, slots=True)
class Wish:
    """A code or a name that was asked for and that we do not have; nobody's name is kept with it."""

    kind: str
    key: str
    shown: str
    times: int = 1


def _insert(connection: AsyncConnection) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if connection.dialect.name == "postgresql" else sqlite.Insert


async def keep_searches(connection: AsyncConnection, searches: Sequence[tuple[str, str]]) -> list[None]:
    """Keep each (token, search); the same token always means the same search."""
    rows = [{"token": token, "search": search} for token, search in searches]
    await connection.execute(_insert(connection)(tables.searches).on_conflict_do_nothing(), rows)
    return [None] * len(searches)


async def search(connection: AsyncConnection, token: str) -> str | None:
    """The search kept under *token*."""
    found: str | None = await connection.scalar(
        select(tables.searches.c.search).where(tables.searches.c.token == token)
    )
    return found


async def wish(connection: AsyncConnection, wishes: Sequence[Wish]) -> list[None]:
    """Count each wish once more."""
    now = time.time()
    table = tables.wishes
    statement = _insert(connection)(table)
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "key"], set_={"times": table.c.times + 1, "last_at": now}
    )
    rows = [
        {"kind": each.kind, "key": each.key[:200], "shown": each.shown, "times": 1, "first_at": now, "last_at": now}
        for each in wishes
    ]
    for row in rows:
        await connection.execute(statement, row)
    return [None] * len(wishes)


async def wishes(connection: AsyncConnection, kind: str, *, limit: int) -> list[Wish]:
    """What was asked for most, first."""
    table = tables.wishes
    query = (
        select(table).where(table.c.kind == kind).order_by(table.c.times.desc(), table.c.last_at.desc()).limit(limit)
    )
    rows = (await connection.execute(query)).mappings()
    return [Wish(row["kind"], row["key"], row["shown"], row["times"]) for row in rows]


async def remember(connection: AsyncConnection, things: Sequence[tuple[str, str, str]]) -> list[None]:
    """Keep each (owner, key, value), whatever was there."""
    statement = _insert(connection)(tables.memory)
    statement = statement.on_conflict_do_update(
        index_elements=["owner", "key"], set_={"value": statement.excluded.value}
    )
    for owner, key, value in things:
        await connection.execute(statement, {"owner": owner, "key": key, "value": value})
    return [None] * len(things)


async def recall(connection: AsyncConnection, owner: str, key: str) -> str | None:
    """The value *owner* keeps under *key*."""
    table = tables.memory
    found: str | None = await connection.scalar(select(table.c.value).where(table.c.owner == owner, table.c.key == key))
    return found


async def everything(connection: AsyncConnection, owner: str) -> list[tuple[str, str]]:
    """All (key, value) that *owner* keeps."""
    table = tables.memory
    rows = await connection.execute(select(table.c.key, table.c.value).where(table.c.owner == owner))
    return [(row.key, row.value) for row in rows]


async def forget(connection: AsyncConnection, owner: str, key: str) -> None:
    """Keep nothing under *key* any more."""
    table = tables.memory
    await connection.execute(delete(table).where(table.c.owner == owner, table.c.key == key))


@dataclass(frozen=True, slots=True)
class Exchange:
    """Keep *new* under *key* if *expected* (None: nothing) is there now."""

    owner: str
    key: str
    expected: str | None
    new: str


async def exchange(connection: AsyncConnection, exchanges: Sequence[Exchange]) -> list[bool]:
    """Whether each exchange took place."""
    return [await _exchange(connection, each) for each in exchanges]


async def _exchange(connection: AsyncConnection, wanted: Exchange) -> bool:
    table = tables.memory
    if wanted.expected is None:
        row = {"owner": wanted.owner, "key": wanted.key, "value": wanted.new}
        statement = _insert(connection)(table).on_conflict_do_nothing()
        return (await connection.execute(statement, row)).rowcount == 1
    changed = (
        update(table)
        .where(table.c.owner == wanted.owner, table.c.key == wanted.key, table.c.value == wanted.expected)
        .values(value=wanted.new)
    )
    return (await connection.execute(changed)).rowcount == 1
