"""What was erased leaves the database's files: it stands neither in SQLite's log nor in PostgreSQL's pages any more.

SQLite's file shrinks again after much was erased: pages are given back a few at a time, beside everything else.
PostgreSQL does that by itself, but looks too seldom at the tables through which messages pass: those are vacuumed here.
"""

import asyncio
import logging
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.store.database import BUSY_SECONDS, committing, connected
from catalog.store.database_errors import as_store_error
from catalog.store.personal_tables import PERSONAL
from catalog.store.steps import ConnectionThread

log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.05
_SMALL = 64 * 1024 * 1024
# Seconds for which those who read in PostgreSQL are waited for.
_PAUSES = (0, 0.05, 0.1, 0.2, 0.4, 0.8)
_EARLIER_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND age(backend_xmin) > age(CAST(CAST(:now AS xid8) AS xid))"
)

# Messages and jobs pass through these; what is done leaves a dead row at each step.
_QUEUE_TABLES = ("inbox", "outbox", "people", "procrastinate_jobs", "procrastinate_events")
# As autovacuum decides it (autovacuum_vacuum_threshold and the like), with figures for tables that turn over fast.
_CHANGED_MUCH = text(
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = ANY(:names)"
    " AND (n_dead_tup > 500 + 0.2 * n_live_tup OR n_mod_since_analyze > 500 + 0.5 * n_live_tup) ORDER BY relname"
)


class Vacuum:
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
        """Try once. False while somebody reads what was there before: then try again later. Raises StoreError."""
        asked = self._asked
        if self._engine.dialect.name == "sqlite":
            done = await self._empty_log()
        else:
            done = await self._rewrite()
        if done:
            self._done = asked
        return done

    async def vacuum_queues(self) -> Sequence[str]:
        """On PostgreSQL vacuum and analyze the tables through which messages pass, if they changed much; their names.

        Its own autovacuum looks once a minute (autovacuum_naptime): by then a busy minute has left tens of thousands
        of dead rows, and a new database's statements are planned as for its empty tables. Raises StoreError.
        """
        if self._engine.dialect.name == "sqlite":
            return ()
        async with committing(self._engine) as connection:
            names = (await connection.scalars(_CHANGED_MUCH, {"names": list(_QUEUE_TABLES)})).all()
            if names:
                # Another process may be at it already.
                await connection.execute(text(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(names)}"))
        return names

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
        async with connected(self._engine) as connection:
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
        async with committing(self._engine) as connection:
            if not await _outlast_readers(connection):
                return False
            await connection.execute(text("SET lock_timeout = '1s'"))
            try:
                for table in PERSONAL:
                    await _vacuum(connection, table.name)
            finally:
                await connection.execute(text("RESET lock_timeout"))
        return True


async def _outlast_readers(connection: AsyncConnection) -> bool:
    """Wait a moment until nobody reads who began before now; False if somebody still does.

    What they may still see PostgreSQL keeps, whoever vacuums.
    """
    now = await connection.scalar(text("SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)"))
    for pause in _PAUSES:
        await asyncio.sleep(pause)
        if not await connection.scalar(_EARLIER_READERS, {"now": now}):
            return True
    return False


async def _vacuum(connection: AsyncConnection, name: str) -> None:
    size = await connection.scalar(select(func.pg_total_relation_size(name)))
    anew = "(FULL) " if size is not None and size < _SMALL else ""
    await connection.execute(text(f"VACUUM {anew}{name}"))


# Pages of 4 KB. Some stay for what comes next; each step holds up the others for some hundredths of a second.
KEPT = 2560
_STEP = 1000
_INCREMENTAL = 2


async def give_back(thread: ConnectionThread | None, *, kept: int = KEPT) -> int:
    """Give all free pages but *kept* back to the disk; how many that were. Raises StoreError."""
    if thread is None:
        return 0
    given = 0
    try:
        while True:
            step = await thread.visit(lambda driver: _give_step(driver, kept))
            given += step
            if step < _STEP:
                return given
    except DBAPIError as error:
        raise as_store_error(error) from error


def _give_step(driver: sqlite3.Connection, kept: int) -> int:
    before = _number(driver, "freelist_count")
    wanted = min(_STEP, before - kept)
    if wanted <= 0 or _number(driver, "auto_vacuum") != _INCREMENTAL:
        return 0
    # Each step of the statement gives back one page, and only a script is stepped to its end by the driver.
    driver.executescript(f"PRAGMA incremental_vacuum({wanted})")
    return before - _number(driver, "freelist_count")


async def prepare(thread: ConnectionThread | None) -> bool:
    """Rewrite a file of an older version once, so that pages can be given back; False if there is no room for that.

    Nobody else can use the database meanwhile; where somebody does, it is left for the next time.
    """
    if thread is None:
        return True
    try:
        return await thread.visit(_rewrite)
    except DBAPIError as error:
        log.warning("the database cannot be rewritten now, it only grows until then: %s", error.orig)
        return False


def _rewrite(driver: sqlite3.Connection) -> bool:
    if _number(driver, "auto_vacuum") == _INCREMENTAL:
        return True
    file = driver.execute("PRAGMA database_list").fetchone()[2]
    size = Path(file).stat().st_size if file else 0
    free = shutil.disk_usage(Path(file).parent).free if file else 0
    # The copy, and the log that it goes through.
    if file and free < 2.5 * size:
        log.warning("the database (%d MB) needs %d MB of room to be rewritten; it only grows until then", *_mb(size))
        return False
    begun = time.monotonic()
    driver.execute("PRAGMA auto_vacuum=INCREMENTAL")
    driver.execute("VACUUM")
    log.info(
        "the database was rewritten in %.1f s, so that what is erased gives its room back", time.monotonic() - begun
    )
    return True


def _mb(size: int) -> tuple[int, int]:
    return size // 1_000_000, int(2.5 * size) // 1_000_000


def _number(driver: sqlite3.Connection, pragma: str) -> int:
    return int(driver.execute(f"PRAGMA {pragma}").fetchone()[0])
