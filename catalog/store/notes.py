"""Small things that are kept: searches that pages turn in, what people looked for in vain, a channel's memory."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Dialect, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.store import tables
from catalog.store.steps import InSteps, Statement, Steps


@dataclass(frozen=True, slots=True)
class Wish:
    """A code or a name that was asked for and that we do not have; nobody's name is kept with it."""

    kind: str
    key: str
    shown: str
    times: int = 1


def _insert_in(dialect: Dialect) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


@InSteps
def keep_searches(searches: Sequence[tuple[str, str]]) -> Steps[list[None]]:
    """Keep each (token, search); the same token always means the same search."""
    yield _SEARCH.of([{"token": token, "search": search} for token, search in searches])
    return [None] * len(searches)


_SEARCH = Statement(
    lambda dialect: _insert_in(dialect)(tables.searches).on_conflict_do_nothing(), names=("token", "search")
)


async def search(connection: AsyncConnection, token: str) -> str | None:
    """The search kept under *token*."""
    found: str | None = await connection.scalar(
        select(tables.searches.c.search).where(tables.searches.c.token == token)
    )
    return found


@InSteps
def wish(wishes: Sequence[Wish]) -> Steps[list[None]]:
    """Count each wish once more."""
    now = time.time()
    rows = [
        {"kind": each.kind, "key": each.key[:200], "shown": each.shown, "times": 1, "first_at": now, "last_at": now}
        for each in wishes
    ]
    yield _WISH.of(rows)
    return [None] * len(wishes)


def _wishing(dialect: Dialect) -> UpdateBase:
    table = tables.wishes
    statement = _insert_in(dialect)(table)
    again = {"times": table.c.times + 1, "last_at": statement.excluded.last_at}
    return statement.on_conflict_do_update(index_elements=["kind", "key"], set_=again)


_WISH = Statement(_wishing, names=("kind", "key", "shown", "times", "first_at", "last_at"))


async def wishes(connection: AsyncConnection, kind: str, *, limit: int) -> list[Wish]:
    """What was asked for most, first."""
    table = tables.wishes
    query = (
        select(table).where(table.c.kind == kind).order_by(table.c.times.desc(), table.c.last_at.desc()).limit(limit)
    )
    rows = (await connection.execute(query)).mappings()
    return [Wish(row["kind"], row["key"], row["shown"], row["times"]) for row in rows]


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
        statement = _insert_in(connection.dialect)(table).on_conflict_do_nothing()
        return (await connection.execute(statement, row)).rowcount == 1
    changed = (
        update(table)
        .where(table.c.owner == wanted.owner, table.c.key == wanted.key, table.c.value == wanted.expected)
        .values(value=wanted.new)
    )
    return (await connection.execute(changed)).rowcount == 1
