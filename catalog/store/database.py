"""Opening the database: one engine, SQLite's safety settings, and migrations."""

import errno
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from catalog.errors import BadSetting, StoreError, StoreFull, StoreUnavailable
from catalog.store.database_file import OpenedFile

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
_BUSY = frozenset({"55P03", "40P01", "40001", "23505"})  # no lock in time, a deadlock, two that wrote the same
_IMPORTS = 0x4F434F50  # the number of our lock among all that know the database: "OCOP"
_PRAGMAS = (
    # Before the first table is made; an older file is rewritten for it once (catalog.store.compacting).
    "PRAGMA auto_vacuum=INCREMENTAL",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    # What is erased is overwritten, so that a photo or a name cannot be found in the file afterwards.
    "PRAGMA secure_delete=ON",
    # The log beside the file shrinks again after a flood of photos.
    f"PRAGMA journal_size_limit={64 * 1024 * 1024}",
)


def database_url(text: str) -> URL:
    """Read *text* as a database URL with the driver we use; BadSetting if it names another database."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise BadSetting("HOI_OCOP_DATABASE_URL is not a database URL, for example sqlite:///hoi-ocop.db") from error
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise BadSetting(f"HOI_OCOP_DATABASE_URL names {other}; SQLite and PostgreSQL are what we can use")


def sqlite_file(text: str) -> Path | None:
    """The file of the SQLite database that *text* names; None for any other database. Raises BadSetting."""
    url = database_url(text)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def make_engine(url: URL) -> AsyncEngine:
    """Prepare connections to *url*; nothing is opened yet. Raises StoreUnavailable if its folder cannot be made."""
    # Parameters are what people wrote: they stay out of errors, which end up in logs.
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    pool: dict[str, Any] = {}
    file: OpenedFile | None = None
    if url.database and url.database != ":memory:":
        _make_folder(Path(url.database).parent)
        file = OpenedFile(Path(url.database))
        # The connection that was used last has in its memory what the next one needs.
        pool = {"pool_use_lifo": True}
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, **pool)
    if file is not None:
        event.listen(engine.sync_engine, "do_connect", lambda *_: file.open())
        event.listen(engine.sync_engine, "checkout", lambda *_: file.check())
    event.listen(engine.sync_engine, "connect", _make_safe)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"The database's folder {folder} cannot be made: {error.strerror}.") from error


def _make_safe(connection: Any, _record: Any) -> None:
    # The driver would open transactions by itself, late and as readers; we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def as_store_error(error: DBAPIError) -> StoreError:
    """Say in our words what the driver's *error* means."""
    text = str(error.orig).lower()
    if "disk is full" in text or "no space left" in text or getattr(error.orig, "errno", None) == errno.ENOSPC:
        return StoreFull()
    if (isinstance(error.orig, sqlite3.OperationalError) and "locked" in text) or _state(error) in _BUSY:
        return StoreError("Another program (perhaps another import) is writing; nothing was changed. Try again soon.")
    if isinstance(error.orig, sqlite3.OperationalError) or "no such table" in text or "does not exist" in text:
        return StoreUnavailable(f"The database cannot be used: {error.orig}. Try hoi-ocop migrate.")
    if error.connection_invalidated or "connect" in text:
        return StoreUnavailable("The database does not answer.")
    state = _state(error)
    # PostgreSQL tells the values in its message.
    return StoreError(f"The database refused (SQLSTATE {state})." if state else str(error.orig))


def _state(error: DBAPIError) -> str:
    """PostgreSQL's code of *error*; empty for SQLite's."""
    return str(getattr(error.orig, "sqlstate", None) or "")


async def serialize_imports(connection: AsyncConnection) -> None:
    """Let one import after the other go on, until its transaction ends. SQLite lets only one write anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_IMPORTS})"))


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection with one consistent view. Raises StoreError."""
    try:
        async with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise as_store_error(error) from error


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection inside one transaction: committed at the end, undone on any exception. Raises StoreError."""
    try:
        async with engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                yield connection
    except DBAPIError as error:
        raise as_store_error(error) from error


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date; does nothing if they are."""
    if not await is_current(engine):
        async with writing(engine) as connection:
            await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """True when every migration has been run. Raises StoreUnavailable where a newer program ran more than we know."""
    async with reading(engine) as connection:
        found = await connection.run_sync(_revision)
    if found is not None and found not in _known_migrations():
        raise StoreUnavailable(
            f"The database belongs to a newer version of this program (its tables: {found}, known here: {head()}). "
            "Start the newer version, or put back the copy of the database that was made before the update."
        )
    return found == head()


def head() -> str:
    """The newest migration; their files are named in their order."""
    return max(_known_migrations())


def _known_migrations() -> set[str]:
    """Every migration that comes with this program."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    # Alembic takes 0.2 s to load, and is needed on the first start after an update only.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
