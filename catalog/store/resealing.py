"""Sealing everything anew under the first key, so that an older one can be dropped; while others use the database.

What is sealed is known by how it looks, in every column that can hold it: nothing has to be listed here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, Table, Text, and_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.sealing import Seal
from catalog.store import tables
from catalog.store.access import Access

_BATCH = 100

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many values are sealed by the first key, by an *older* one, and by none of ours."""

    newest: int = 0
    older: int = 0
    unknown: int = 0

    def __add__(self, other: "Sealed") -> "Sealed":
        return Sealed(self.newest + other.newest, self.older + other.older, self.unknown + other.unknown)


async def count(access: Access) -> Sealed:
    """How much each key holds; nothing is changed. Raises StoreError."""
    found = Sealed()
    for table, columns in _sealable():
        async for _, rows in _pages(access, table, columns):
            for value in _values(rows, columns):
                found += _judge(value, access.seal)
    return found


async def reseal(access: Access, *, progress: Progress) -> Sealed:
    """Seal under the first key what an older one holds; how it was before. Raises StoreError.

    What somebody else changes meanwhile is left to them: they seal with the first key.
    """
    found = Sealed()
    for table, columns in _sealable():
        done = 0
        async for keys, rows in _pages(access, table, columns):
            for value in _values(rows, columns):
                found += _judge(value, access.seal)
            changed = [
                (key, column, row[column.name], renewed)
                for key, row in zip(keys, rows, strict=True)
                for column in columns
                if (renewed := _renew(row[column.name], access.seal)) is not None
            ]
            if changed:
                await access.write_alone(partial(_write, table=table, changed=changed))
                access.vacuum.ask()
            done += len(rows)
            progress(table.name, done)
    return found


def _sealable() -> list[tuple[Table, list[Column[Any]]]]:
    """Each table with the columns that can hold something sealed."""
    found = []
    for table in tables.metadata.sorted_tables:
        wide = [column for column in table.columns if isinstance(column.type, (Text, LargeBinary, JSON))]
        columns = [column for column in wide if not column.primary_key]
        if columns:
            found.append((table, columns))
    return found


async def _pages(access: Access, table: Table, columns: Sequence[Column[Any]]) -> Any:
    """The rows of *table*, some at a time: their primary keys, and their *columns*."""
    primary = list(table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        query = select(*primary, *columns).order_by(*primary).limit(_BATCH)
        if after is not None:
            query = query.where(tuple_(*primary) > after)
        rows = await access.read(partial(_fetch, query=query))
        if not rows:
            return
        keys = [tuple(row[column.name] for column in primary) for row in rows]
        yield keys, rows
        after = keys[-1]


async def _fetch(connection: AsyncConnection, *, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _values(rows: Sequence[dict[str, Any]], columns: Sequence[Column[Any]]) -> list[str | bytes]:
    """Everything in *rows* that some key sealed."""
    found: list[str | bytes] = []
    for row in rows:
        for column in columns:
            value = row[column.name]
            found += [each for each in (value if isinstance(value, list) else [value]) if Seal.is_closed(each)]
    return found


def _judge(value: str | bytes, seal: Seal) -> Sealed:
    key = seal.key_of(value)
    if key is None:
        return Sealed(unknown=1)
    return Sealed(older=1) if key else Sealed(newest=1)


def _renew(value: Any, seal: Seal) -> Any:
    """*value* under the first key, as of the moment when it was sealed; None where it need not or cannot change."""
    if isinstance(value, list):
        renewed = [_renew(each, seal) for each in value]
        if all(each is None for each in renewed):
            return None
        return [old if new is None else new for old, new in zip(value, renewed, strict=True)]
    if not Seal.is_closed(value) or not seal.key_of(value):
        return None
    return seal.renew(value)


async def _write(
    connection: AsyncConnection, *, table: Table, changed: Sequence[tuple[Any, Column[Any], Any, Any]]
) -> None:
    for key, column, old, new in changed:
        mine = and_(*(part == value for part, value in zip(table.primary_key.columns, key, strict=True)))
        # A JSON column cannot be compared everywhere; those lists are short, and their owner alone changes them.
        same = mine if isinstance(column.type, JSON) else and_(mine, column == old)
        await connection.execute(update(table).where(same).values({column.name: new}))
