"""SQLite's file shrinks again after much was erased: pages are given back a few at a time, beside everything else.

PostgreSQL does that by itself.
"""

import logging
import shutil
import sqlite3
import time
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from catalog.store.database import as_store_error
from catalog.store.steps import visit

log = logging.getLogger(__name__)

# Pages of 4 KB. Some stay for what comes next; each step holds up the others for some hundredths of a second.
KEPT = 2560
_STEP = 1000
_INCREMENTAL = 2


async def give_back(engine: AsyncEngine, *, kept: int = KEPT) -> int:
    """Give all free pages but *kept* back to the disk; how many that were. Raises StoreError."""
    if engine.dialect.name != "sqlite":
        return 0
    given = 0
    try:
        while True:
            async with engine.connect() as connection:
                step = await visit(connection, lambda driver: _give_step(driver, kept))
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


async def prepare(engine: AsyncEngine) -> bool:
    """Rewrite a file of an older version once, so that pages can be given back; False if there is no room for that.

    Nobody else can use the database meanwhile; where somebody does, it is left for the next time.
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        async with engine.connect() as connection:
            return await visit(connection, _rewrite)
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
