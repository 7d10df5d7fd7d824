"""A statement spelled once and run for many rows: for the few writes that every message needs.

What SQLAlchemy does for each row costs more there than what the database does.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase


class Many:
    """Runs what *make* gives for a dialect; *names* are the columns or parameters that each row fills.

    Only for columns whose values the drivers take as they are: text, numbers, None.
    """

    def __init__(self, make: Callable[[Dialect], UpdateBase], *, names: Sequence[str]) -> None:
        self._make = make
        self._names = list(names)
        self._spelled: dict[str, tuple[str, Mapping[str, Any], Sequence[str] | None]] = {}

    async def __call__(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write *rows*; how many of the table's that concerned. Raises sqlalchemy.exc.DBAPIError."""
        if not rows:
            return 0
        words, constants, order = self._words(connection.dialect)
        filled: list[Any] = [{**constants, **row} for row in rows]
        if order is not None:
            filled = [tuple([each[name] for name in order]) for each in filled]
        if connection.dialect.name != "sqlite":
            return (await connection.exec_driver_sql(words, filled)).rowcount
        return await _at_once(connection, words, filled)

    def _words(self, dialect: Dialect) -> tuple[str, Mapping[str, Any], Sequence[str] | None]:
        if dialect.name not in self._spelled:
            compiled = self._make(dialect).compile(dialect=dialect, column_keys=self._names)
            self._spelled[dialect.name] = (str(compiled), compiled.params, compiled.positiontup)
        return self._spelled[dialect.name]


async def _at_once(connection: AsyncConnection, words: str, filled: list[Any]) -> int:
    """Go to the driver's thread and back once, where a cursor of SQLAlchemy's goes there three times."""
    driver = (await connection.get_raw_connection()).driver_connection
    try:
        rows: int = (await driver.executemany(words, filled)).rowcount  # type: ignore[union-attr]  # aiosqlite's
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error, hide_parameters=True) from error
    return rows
