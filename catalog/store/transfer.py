"""Copying a whole database into another one, of either kind; the source is only read.

The target is made equal to the source row by row, so that a copy that was interrupted goes on where it stopped. Until
it is whole its tables count as those of no version, and nothing works on it.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, and_, delete, insert, inspect, literal, select, text, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import BadSetting, StoreError, StoreUnavailable
from catalog.store import database, tables
from catalog.store.database_file import missing_file
from catalog.store.keyring import HOUSE
from catalog.store.serving_lock import only_server

_BATCH = 500

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """A table in both databases: how many rows, and a checksum over them in any order."""

    name: str
    source: tuple[int, str]
    target: tuple[int, str]

    @property
    def same(self) -> bool:
        """Whether both hold the same rows."""
        return self.source == self.target


async def move(source_url: str, target_url: str, *, progress: Progress) -> list[Compared]:
    """Copy everything at *source_url* to *target_url*, which is empty or a copy of it, finished or not; each compared.

    Raises AlreadyServed while either is in use, BadSetting, StoreError.
    """
    if database.database_url(source_url) == database.database_url(target_url, named="--to") or _is_one_file(
        source_url, target_url
    ):
        raise BadSetting("Both are the same database.")
    file = database.sqlite_file(source_url)
    if file is not None and not file.is_file():
        raise missing_file(file)
    source, target = (database.make_engine(database.database_url(url)) for url in (source_url, target_url))
    try:
        async with (
            only_server(source_url, told=lambda _: None, patience=0),
            only_server(target_url, told=lambda _: None, patience=0),
        ):
            return await _move(source, target, progress)
    finally:
        await source.dispose()
        await target.dispose()


def _is_one_file(one: str, other: str) -> bool:
    """Whether both name the same SQLite file, by whatever way: under two names it would have two logs."""
    first, second = database.sqlite_file(one), database.sqlite_file(other)
    return bool(first and second and first.exists() and second.exists() and first.samefile(second))


async def _move(source: AsyncEngine, target: AsyncEngine, progress: Progress) -> list[Compared]:
    if not await database.is_current(source):
        raise StoreUnavailable("The tables of this database are not up to date; first run: hoi-ocop migrate.")
    async with _snapshot(source) as reader:
        if filled := await _filled(target):
            compared = await _compare_all(reader, target) if await database.is_current(target) else []
            if compared and all(each.same for each in compared):
                return compared
            raise BadSetting(
                f"The target is not empty ({', '.join(filled)}); a database is copied into an empty one only."
            )
        await _begin(target, database.MOVING + hashlib.sha256(str(source.url).encode()).hexdigest()[:16])
        await _drop_surplus(reader, target)
        for table in tables.metadata.sorted_tables:
            await _copy(reader, target, table, progress)
        async with database.writing(target) as writer:
            await _copy_sequences(reader, writer)
        compared = await _compare_all(reader, target)
    if all(each.same for each in compared):
        async with database.writing(target) as writer:
            await _set_version(writer, database.head())
    return compared


def _snapshot(engine: AsyncEngine) -> Any:
    """A connection that sees one moment of *engine*, however long it reads."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return database.reading(engine)


async def _filled(target: AsyncEngine) -> list[str]:
    """The tables of the target in which something stands; none where it is empty or an unfinished copy."""
    async with database.reading(target) as connection:
        found = await connection.run_sync(database.read_revision)
        if found is None or found.startswith(database.MOVING):
            return []
        there = set(await connection.run_sync(lambda plain: inspect(plain).get_table_names()))
        return [
            table.name
            for table in tables.metadata.sorted_tables
            if table.name in there and await _has_rows(connection, table)
        ]


async def _has_rows(connection: AsyncConnection, table: Table) -> bool:
    """Whether anything stands in *table*; what a database notes of itself when it is first opened is nothing yet."""
    query = select(literal(1)).select_from(table).limit(1)
    if table is tables.memory:
        query = query.where(tables.memory.c.owner != HOUSE)
    return await connection.scalar(query) is not None


async def _begin(target: AsyncEngine, mark: str) -> None:
    """Make the tables of an empty target and mark them as unfinished. Raises BadSetting for another's copy."""
    async with database.reading(target) as connection:
        found = await connection.run_sync(database.read_revision)
    if found == mark:
        return
    if found is not None and found.startswith(database.MOVING):
        raise BadSetting("The target holds an unfinished copy of another database; empty it first.")
    await database.migrate(target)
    async with database.writing(target) as connection:
        await _set_version(connection, mark)


async def _set_version(connection: AsyncConnection, version: str) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


async def _drop_surplus(reader: AsyncConnection, target: AsyncEngine) -> None:
    """Remove from the target what the source does not have (any more), those that refer to others first."""
    for table in reversed(tables.metadata.sorted_tables):
        keys = {key async for key, _ in _rows(reader, table)}
        async with database.writing(target) as writer:
            surplus = [key async for key, _ in _rows(writer, table) if key not in keys]
            for some in _batches(surplus):
                await writer.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(some)))


async def _copy(reader: AsyncConnection, target: AsyncEngine, table: Table, progress: Progress) -> None:
    """Write what is missing or different, a batch in each transaction."""
    async with database.reading(target) as connection:
        there = {key: _digest(row) async for key, row in _rows(connection, table)}
    done, batch = 0, []
    async for key, row in _rows(reader, table):
        if there.get(key) != _digest(row):
            batch.append((key, row))
        done += 1
        if len(batch) == _BATCH:
            await _write(target, table, batch, there)
            batch = []
            progress(table.name, done)
    await _write(target, table, batch, there)
    progress(table.name, done)


async def _write(target: AsyncEngine, table: Table, batch: Sequence[Any], there: dict[Any, bytes]) -> None:
    fresh = [dict(row._mapping) for key, row in batch if key not in there]  # noqa: SLF001 - SQLAlchemy's public way
    changed = [(key, dict(row._mapping)) for key, row in batch if key in there]  # noqa: SLF001 - as above
    try:
        async with database.writing(target) as writer:
            if fresh:
                await writer.execute(insert(table), fresh)
            for key, values in changed:
                mine = and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))
                await writer.execute(update(table).where(mine).values(values))
    except (SQLAlchemyError, StoreError, UnicodeError) as error:
        raise StoreError(f"A row of {table.name} cannot be written there: {error}") from error


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[tuple[tuple[Any, ...], Row[Any]]]:
    """Every row of *table* with its primary key, in the order of that key."""
    keys = list(table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        query = select(table).order_by(*keys).limit(_BATCH)
        if after is not None:
            query = query.where(tuple_(*keys) > after)
        found = (await connection.execute(query)).all()
        for row in found:
            after = tuple(row._mapping[column] for column in keys)  # noqa: SLF001 - as above
            yield after, row
        if len(found) < _BATCH:
            return


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _digest(row: Row[Any]) -> bytes:
    """The same for the same values, whichever database they came from."""
    spelled = json.dumps(list(row), ensure_ascii=True, sort_keys=True, default=lambda value: {"hex": value.hex()})
    return hashlib.blake2b(spelled.encode(), digest_size=16).digest()


async def _compare_all(reader: AsyncConnection, target: AsyncEngine) -> list[Compared]:
    return [await _compare(reader, target, table) for table in tables.metadata.sorted_tables]


async def _compare(reader: AsyncConnection, target: AsyncEngine, table: Table) -> Compared:
    async with _snapshot(target) as connection:
        return Compared(table.name, await _sum_up(reader, table), await _sum_up(connection, table))


async def _sum_up(connection: AsyncConnection, table: Table) -> tuple[int, str]:
    count = total = 0
    async for _, row in _rows(connection, table):
        count += 1
        total += int.from_bytes(_digest(row))
    return count, f"{total % 2**128:032x}"


async def _copy_sequences(reader: AsyncConnection, writer: AsyncConnection) -> None:
    """Go on counting where the source stopped: a number that was given once is not given to anything else."""
    for table in tables.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = max(
            await _last_number(reader, table.name, column.name), await _last_number(writer, table.name, column.name)
        )
        if not last:
            continue
        if writer.dialect.name == "postgresql":
            asked = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            await writer.execute(asked, {"table": table.name, "column": column.name, "last": last})
        elif table.dialect_options["sqlite"]["autoincrement"]:
            values = {"table": table.name, "last": last}
            await writer.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
            await writer.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values)


async def _last_number(connection: AsyncConnection, table: str, column: str) -> int:
    """The highest number that was given in this table, also if its row is gone, as far as that is known."""
    highest = await connection.scalar(text(f'SELECT max("{column}") FROM "{table}"')) or 0  # noqa: S608 - names of our own
    if connection.dialect.name == "postgresql":
        asked = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
        given = await connection.scalar(asked, {"table": table, "column": column}) or 0
    elif await connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")):
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        given = await connection.scalar(asked, {"table": table}) or 0
    else:
        given = 0
    return int(max(highest, given))
