"""What was erased must not stand in the database's files either: neither in SQLite's log nor in PostgreSQL's pages."""

import asyncio
import time

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.store import tables
from catalog.store.database import BUSY_SECONDS, as_store_error

_FIRST_PAUSE = 0.05
_SMALL = 64 * 1024 * 1024
_PERSONAL = (
    tables.inbox,
    tables.people,
    tables.history,
    tables.members,
    tables.blocks,
    tables.notices,
    tables.memory,
    tables.inquiries,
    tables.messages,
    tables.corrections,
)


class Eraser:
    """Empties what is left of erased rows out of the files, without keeping anybody waiting."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # Who stopped before us may have left something.
        self._asked, self._done = 1, 0

    @property
    def pending(self) -> bool:
        """True while something that was erased may stand in the files."""
        return self._asked != self._done

    def ask(self) -> None:
        """Something has been erased."""
        self._asked += 1

    async def settle_if(self, *, due: bool) -> bool:
        """Settle where something is pending, or *due*: what grew old leaves SQLite's log too. Raises StoreError.

        PostgreSQL looks after old rows by itself; for them its tables are not written anew.
        """
        if self.pending or (due and self._engine.dialect.name == "sqlite"):
            return await self.settle()
        return True

    async def settle(self) -> bool:
        """Try once. False while somebody reads what is in SQLite's log: then try again later. Raises StoreError."""
        asked = self._asked
        try:
            if self._engine.dialect.name == "sqlite":
                done = await self._empty_log()
            else:
                done = await self._rewrite()
        except DBAPIError as error:
            raise as_store_error(error) from error
        if done:
            self._done = asked
        return done

    async def settle_soon(self, *, patience: float) -> bool:
        """Try for *patience* seconds; what is not done by then is pending. PostgreSQL's files are for later anyway."""
        if self._engine.dialect.name != "sqlite":
            return False
        pause, end = _FIRST_PAUSE, time.monotonic() + patience
        while not await self.settle():
            if time.monotonic() + pause > end:
                return False
            await asyncio.sleep(pause)
            pause *= 2
        return True

    async def _empty_log(self) -> bool:
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            # It must neither wait for readers nor let writers wait for it.
            await driver.execute("PRAGMA busy_timeout=0")  # type: ignore[union-attr]  # aiosqlite's
            try:
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:  # type: ignore[union-attr]  # as above
                    busy, _in_log, _moved = await cursor.fetchone()
            finally:
                await driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")  # type: ignore[union-attr]  # as above
        return not busy

    async def _rewrite(self) -> bool:
        """Small tables are written anew; of large ones the room is freed and overwritten by what comes next."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("SET lock_timeout = '1s'"))
            try:
                for table in _PERSONAL:
                    await _vacuum(connection, table.name)
            finally:
                await connection.execute(text("RESET lock_timeout"))
        return True


async def _vacuum(connection: AsyncConnection, name: str) -> None:
    size = await connection.scalar(select(func.pg_total_relation_size(name)))
    anew = "(FULL) " if size is not None and size < _SMALL else ""
    await connection.execute(text(f"VACUUM {anew}{name}"))
