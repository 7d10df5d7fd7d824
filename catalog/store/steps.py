"""Writes told in steps, for the few that every message needs: SQLite's thread is visited once for all of them.

What SQLAlchemy does for each row, and each way to that thread and back, costs more there than what the database does.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Insert, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step brought: how many rows of its table it concerned, or what it returned of each."""

    count: int = 0
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """A statement to run for each of *rows*."""

    statement: "Statement"
    rows: Sequence[Mapping[str, Any]]


Core = UpdateBase | Select[Any]
Steps = Generator[Visit, Taken, Result]


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
        self._spelled: dict[str, tuple[str, Mapping[str, Any], Sequence[str]]] = {}

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
            self._spelled[dialect.name] = (str(compiled), compiled.params, compiled.positiontup or ())
        words, constants, order = self._spelled[dialect.name]
        return words, [tuple([row[name] if name in row else constants[name] for name in order]) for row in rows]


@dataclass(frozen=True, slots=True, eq=False)
class InSteps(Generic[Item, Result]):
    """A write whose *steps* need nothing but what the steps before them brought."""

    steps: Callable[[Sequence[Item]], Steps[list[Result]]]

    async def __call__(self, connection: AsyncConnection, items: Sequence[Item]) -> list[Result]:
        """Take the steps for *items* inside the transaction of *connection*. Raises sqlalchemy.exc.DBAPIError."""
        steps = self.steps(items)
        if connection.dialect.name == "sqlite":
            return await visit(connection, partial(_walk, dialect=connection.dialect, steps=steps))
        return await _walk_apart(connection, steps)


Groups = Sequence[tuple[InSteps[Any, Any], Sequence[Any]]]


async def commit(connection: AsyncConnection, groups: Groups) -> list[list[Any]]:
    """Write all *groups* in a transaction of their own, in one visit to SQLite's thread. Raises as InSteps does."""
    return await visit(connection, partial(_transaction, dialect=connection.dialect, groups=groups))


async def visit(connection: AsyncConnection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    """Do *work* with the driver's own connection, in its thread."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        # The driver itself has no open door for more than one statement; SQLAlchemy goes by this one too.
        done: Result = await driver._execute(work, driver._conn)  # noqa: SLF001 - see above
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error, hide_parameters=True) from error
    return done


def _transaction(driver: sqlite3.Connection, *, dialect: Dialect, groups: Groups) -> list[list[Any]]:
    driver.execute("BEGIN IMMEDIATE")
    try:
        done = [_walk(driver, dialect=dialect, steps=write.steps(items)) for write, items in groups]
        driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise
    return done


def _walk(driver: sqlite3.Connection, *, dialect: Dialect, steps: Steps[Result]) -> Result:
    try:
        step = next(steps)
        while True:
            step = steps.send(_take(driver, dialect, step))
    except StopIteration as end:
        done: Result = end.value
        return done


def _take(driver: sqlite3.Connection, dialect: Dialect, step: Visit) -> Taken:
    if not step.rows:
        return Taken()
    words, filled = step.statement.plain(dialect, step.rows)
    if step.statement.returns:
        return Taken(rows=[told for each in filled for told in driver.execute(words, each)])
    return Taken(driver.executemany(words, filled).rowcount)


async def _walk_apart(connection: AsyncConnection, steps: Steps[Result]) -> Result:
    try:
        step = next(steps)
        while True:
            step = steps.send(await _take_apart(connection, step))
    except StopIteration as end:
        done: Result = end.value
        return done


async def _take_apart(connection: AsyncConnection, step: Visit) -> Taken:
    if not step.rows:
        return Taken()
    core = step.statement.core(connection.dialect)
    if not step.statement.returns:
        return Taken((await connection.execute(core, step.rows)).rowcount)
    # Only what is put in may tell of many rows at once.
    runs = [step.rows] if isinstance(core, Insert) else [[row] for row in step.rows]
    return Taken(rows=[told for rows in runs for told in await connection.execute(core, rows)])
