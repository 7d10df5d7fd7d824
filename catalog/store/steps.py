"""Writes and reads told in steps, for the few that every message needs: a thread that owns a connection does them all.

What SQLAlchemy does for each row, and each way to a thread and back, costs more there than what the database does.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Dialect, Engine, Insert, Select, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.dml import UpdateBase

Item = TypeVar("Item")
Result = TypeVar("Result")


def insert_into(table: Table, dialect: Dialect) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens where a row is there already."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What a step brought: how many rows of its table it concerned, or what it returned of each."""

    count: int = 0
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """A statement to run for each of *rows*."""

    statement: "Statement"
    rows: Sequence[Mapping[str, Any]]


Core = UpdateBase | Select[Any]
Steps = Generator[Visit, VisitResult, Result]


class Statement:
    """What *make* gives for a dialect, spelled once; *names* are the columns that it writes.

    Only for columns whose values the drivers take as they are: text, numbers, bytes, None. With *returns* it gives
    something back for each row, and no count.
    """

    def __init__(self, make: Callable[[Dialect], "Core"], *, names: Sequence[str] = (), returns: bool = False) -> None:
        self.returns = returns
        self._make = make
        self._names = list(names)
        self._made: dict[str, Core] = {}
        self._spelled: dict[str, tuple[str, Mapping[str, Any], Callable[[Mapping[str, Any]], tuple[Any, ...]]]] = {}

    def of(self, rows: Sequence[Mapping[str, Any]]) -> Visit:
        """The step that runs it for *rows*."""
        return Visit(self, rows)

    def core(self, dialect: Dialect) -> Core:
        """For SQLAlchemy to run."""
        if dialect.name not in self._made:
            self._made[dialect.name] = self._make(dialect)
        return self._made[dialect.name]

    def plain(self, dialect: Dialect, rows: Iterable[Mapping[str, Any]]) -> tuple[str, list[tuple[Any, ...]]]:
        """For a driver to run: the words, and what to fill in for each of *rows*."""
        if dialect.name not in self._spelled:
            compiled = self._make(dialect).compile(dialect=dialect, column_keys=self._names)
            self._spelled[dialect.name] = (str(compiled), compiled.params, _picker(compiled.positiontup or ()))
        words, constants, pick = self._spelled[dialect.name]
        return words, [pick({**constants, **row}) for row in rows]


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What gives the values under *names*; operator's own gives a bare value for one name."""
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple(row[name] for name in names)


@dataclass(frozen=True, slots=True, eq=False)
class InSteps(Generic[Item, Result]):
    """A write whose *steps* need nothing but what the steps before them brought."""

    steps: Callable[[Sequence[Item]], Steps[list[Result]]]

    async def __call__(self, connection: AsyncConnection, items: Sequence[Item]) -> list[Result]:
        """Take the steps for *items* inside the transaction of *connection*. Raises sqlalchemy.exc.DBAPIError."""
        return await _walk_apart(connection, self.steps(items))


Groups = Sequence[tuple[InSteps[Any, Any], Sequence[Any]]]


class ConnectionThread:
    """A thread with a connection of its own to SQLite: a whole transaction is one visit to it.

    It ends when *engine*, whose file it opens, is disposed of.
    """

    def __init__(self, engine: AsyncEngine, own: Engine, name: str) -> None:
        self._own = own
        self._name = name
        self._thread = ThreadPoolExecutor(1, name)
        event.listen(engine.sync_engine, "engine_disposed", lambda _: self._end())

    async def commit(self, groups: Groups) -> list[list[Any]]:
        """Write all *groups* in a transaction of their own. Raises as InSteps does."""
        return await self.visit(partial(_transaction, dialect=self._own.dialect, groups=groups))

    async def read(self, steps: Steps[Result]) -> Result:
        """Take *steps* that write nothing, with one consistent view. Raises as visit does."""
        return await self.visit(partial(_look, dialect=self._own.dialect, steps=steps))

    async def visit(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do *work* with the driver's own connection. Raises sqlalchemy.exc.DBAPIError, StoreUnavailable."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)
        except sqlite3.Error as error:
            raise DBAPIError(None, None, error, hide_parameters=True) from error

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        connection = self._own.raw_connection()
        try:
            return work(cast("sqlite3.Connection", connection.driver_connection))
        finally:
            connection.close()

    def _end(self) -> None:
        self._thread.submit(self._own.dispose)
        self._thread.shutdown()
        self._thread = ThreadPoolExecutor(1, self._name)


def _transaction(driver: sqlite3.Connection, *, dialect: Dialect, groups: Groups) -> list[list[Any]]:
    driver.execute("BEGIN IMMEDIATE")
    try:
        done = [_walk(driver, dialect=dialect, steps=write.steps(items)) for write, items in groups]
        driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise
    return done


def _look(driver: sqlite3.Connection, *, dialect: Dialect, steps: Steps[Result]) -> Result:
    driver.execute("BEGIN")
    try:
        return _walk(driver, dialect=dialect, steps=steps)
    finally:
        driver.rollback()


def _walk(driver: sqlite3.Connection, *, dialect: Dialect, steps: Steps[Result]) -> Result:
    try:
        step = next(steps)
        while True:
            step = steps.send(_take(driver, dialect, step))
    except StopIteration as end:
        done: Result = end.value
        return done


def _take(driver: sqlite3.Connection, dialect: Dialect, step: Visit) -> VisitResult:
    if not step.rows:
        return VisitResult()
    words, filled = step.statement.plain(dialect, step.rows)
    if step.statement.returns:
        return VisitResult(rows=[told for each in filled for told in driver.execute(words, each)])
    return VisitResult(driver.executemany(words, filled).rowcount)


async def read_apart(connection: AsyncConnection, steps: Steps[Result]) -> Result:
    """Take *steps* that write nothing on *connection*. Raises sqlalchemy.exc.DBAPIError."""
    return await _walk_apart(connection, steps)


async def _walk_apart(connection: AsyncConnection, steps: Steps[Result]) -> Result:
    try:
        step = next(steps)
        while True:
            step = steps.send(await _take_apart(connection, step))
    except StopIteration as end:
        done: Result = end.value
        return done


async def _take_apart(connection: AsyncConnection, step: Visit) -> VisitResult:
    if not step.rows:
        return VisitResult()
    core = step.statement.core(connection.dialect)
    if not step.statement.returns:
        return VisitResult((await connection.execute(core, _alone_or_many(step.rows))).rowcount)
    # Only what is put in may tell of many rows at once.
    runs = [_alone_or_many(step.rows)] if isinstance(core, Insert) else list(step.rows)
    return VisitResult(rows=[told for rows in runs for told in await connection.execute(core, rows)])


def _alone_or_many(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
    """One row by itself: for a list of one the driver would begin a pipeline."""
    return rows[0] if len(rows) == 1 else rows
