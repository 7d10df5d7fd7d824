"""Small things that are kept: searches that pages turn in, and a channel's memory."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Dialect, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.store import tables
from catalog.store.steps import InSteps, Statement, Steps

_PERSONAL = ":people"


def _insert_in(dialect: Dialect) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


@InSteps
def keep_searches(searches: Sequence[tuple[str, str]]) -> Steps[list[None]]:
    """Keep each (token, search); the same token always means the same search."""
    now = time.time()
    yield _SEARCH.of([{"token": token, "search": search, "kept_at": now} for token, search in searches])
    return [None] * len(searches)


def _searching(dialect: Dialect) -> UpdateBase:
    statement = _insert_in(dialect)(tables.searches)
    there = {"kept_at": statement.excluded.kept_at}
    return statement.on_conflict_do_update(index_elements=["token"], set_=there)


_SEARCH = Statement(_searching, names=("token", "search", "kept_at"))


async def forget_searches_before(connection: AsyncConnection, moment: float) -> None:
    """Erase the words of searches that nobody has made since *moment*."""
    await connection.execute(delete(tables.searches).where(tables.searches.c.kept_at < moment))


async def search(connection: AsyncConnection, token: str) -> str | None:
    """The search kept under *token*."""
    found: str | None = await connection.scalar(
        select(tables.searches.c.search).where(tables.searches.c.token == token)
    )
    return found


@InSteps
def remember(things: Sequence[tuple[str, str, str]]) -> Steps[list[None]]:
    """Keep each (owner, key, value), whatever was there."""
    yield _THING.of([{"owner": owner, "key": key, "value": value} for owner, key, value in things])
    return [None] * len(things)


def _remembering(dialect: Dialect) -> UpdateBase:
    statement = _insert_in(dialect)(tables.memory)
    there = {"value": statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["owner", "key"], set_=there)


_THING = Statement(_remembering, names=("owner", "key", "value"))


async def recall(connection: AsyncConnection, owner: str, key: str) -> str | None:
    """The value *owner* keeps under *key*."""
    table = tables.memory
    found: str | None = await connection.scalar(select(table.c.value).where(table.c.owner == owner, table.c.key == key))
    return found


def personal(owner: str) -> str:
    """The drawer of what *owner* keeps about people, each under a key that ends with ":" and their address."""
    return f"{owner}{_PERSONAL}"


async def everything_personal(connection: AsyncConnection) -> list[tuple[str, str, str]]:
    """All (drawer, key, value) that is kept about people."""
    table = tables.memory
    query = select(table.c.owner, table.c.key, table.c.value).where(table.c.owner.endswith(_PERSONAL))
    return [(row.owner, row.key, row.value) for row in await connection.execute(query)]


async def everything(connection: AsyncConnection, owner: str) -> list[tuple[str, str]]:
    """All (key, value) that *owner* keeps."""
    table = tables.memory
    rows = await connection.execute(select(table.c.key, table.c.value).where(table.c.owner == owner))
    return [(row.key, row.value) for row in rows]


async def forget_all(connection: AsyncConnection, things: Sequence[Sequence[tuple[str, str]]]) -> list[None]:
    """Keep nothing under each of several (owner, key) any more."""
    for owner, key in chain.from_iterable(things):
        await forget(connection, owner, key)
    return [None] * len(things)


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
        statement = _insert_in(connection.dialect)(table).on_conflict_do_nothing()
        return (await connection.execute(statement, row)).rowcount == 1
    changed = (
        update(table)
        .where(table.c.owner == wanted.owner, table.c.key == wanted.key, table.c.value == wanted.expected)
        .values(value=wanted.new)
    )
    return (await connection.execute(changed)).rowcount == 1
