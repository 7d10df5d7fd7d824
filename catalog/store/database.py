"""Opening the database: one engine, SQLite's safety settings, and migrations."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from catalog.errors import BadSetting, StoreNewer, StoreSilent, StoreUnavailable
from catalog.store.database_errors import as_store_error
from catalog.store.database_file import OpenedFile

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
_IDLE_SECONDS = 2.0
_CONNECTIONS = 15
_IMPORTS = 0x4F434F50  # the numbers of our locks among all that know the database: "OCOP"
_MIGRATING = _IMPORTS + 1
_AUDITING = _IMPORTS + 2
_COUNTING = _IMPORTS + 5
MOVING = "moving:"
"""The version of tables that are being copied from another database begins so."""
_PRAGMAS = (
    # Before the first table is made; an older file is rewritten for it once (catalog.store.vacuum).
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


def database_url(text: str, *, named: str = "HOI_OCOP_DATABASE_URL") -> URL:
    """Read *text* as a database URL with the driver we use; BadSetting if it names another database, or one in memory.

    What is in memory ends with the command that made it. *named* is what whoever wrote it calls it.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # What a ValueError says may be part of a password with a sign in it that is not written as %…: it goes nowhere.
        raise BadSetting(f"{named} is not a database URL, for example sqlite:///hoi-ocop.db") from None
    match url.get_backend_name():
        case "sqlite" if _is_in_memory(url):
            raise BadSetting(
                f"{url.render_as_string()} is a database in memory, which ends with this command. Name a file, for "
                f"example sqlite:///hoi-ocop.db ({named})."
            )
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise BadSetting(f"{named} names {other}; SQLite and PostgreSQL are what we can use")


def _is_in_memory(url: URL) -> bool:
    name = url.database or ""
    return name in {"", ":memory:", "file::memory:"} or url.query.get("mode") == "memory"


def has_jobs(text: str) -> bool:
    """Whether the work of the database that *text* names is done as jobs, by any process. Raises BadSetting."""
    return database_url(text).get_backend_name() == "postgresql"


def sqlite_file(text: str) -> Path | None:
    """The file of the SQLite database that *text* names; None for any other database. Raises BadSetting."""
    url = database_url(text)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, *, create: bool = True) -> AsyncEngine:
    """Prepare connections to *url*; nothing is opened yet. Raises StoreUnavailable if its folder cannot be made.

    Without *create*, an SQLite file that is not there is refused when it is opened, and nothing is made in its place.
    """
    # Parameters are what people wrote: they stay out of errors, which end up in logs.
    if url.get_backend_name() != "sqlite":
        # How many rows were put in is asked for here and there; SQLAlchemy does not keep it by itself.
        counted = {"preserve_rowcount": True}
        # What the pool has beyond its size it closes after each use; the one used last has its statements prepared.
        pool = {"pool_size": _CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True}
        engine = create_async_engine(url, hide_parameters=True, execution_options=counted, **pool)
        event.listen(engine.sync_engine, "checkin", _note_use)
        event.listen(engine.sync_engine, "checkout", _ping_idle)
        return engine
    path = Path(url.database or "")
    if create:
        _make_folder(path.parent)
    file = OpenedFile(path, create=create)
    # The connection that was used last has in its memory what the next one needs.
    options: dict[str, Any] = {"pool_use_lifo": True, "execution_options": {"file": file}}
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, **options)
    _listen(engine.sync_engine, file)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def make_engine_of_thread(engine: AsyncEngine) -> Engine | None:
    """Prepare one connection for a thread of its own to the SQLite file of *engine*; None for other databases."""
    file: OpenedFile | None = engine.sync_engine.get_execution_options().get("file")
    if file is None:
        return None
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
    url = engine.url.set(drivername="sqlite")
    alone = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, **pool)
    _listen(alone, file)
    return alone


def _listen(engine: Engine, file: "OpenedFile") -> None:
    """See to each connection of *engine*: that it is safe, and that *file* is still the one that was opened first."""
    event.listen(engine, "do_connect", file.open)
    event.listen(engine, "checkout", lambda *_: file.check())
    event.listen(engine, "handle_error", lambda _: file.check())
    event.listen(engine, "connect", _make_safe)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"The database's folder {folder} cannot be made: {error.strerror}.") from error


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_idle(connection: Any, record: Any, _proxy: Any) -> None:
    """See whether a connection that nobody used for some time lives still: asking each time costs."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < _IDLE_SECONDS:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


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


async def serialize_imports(connection: AsyncConnection) -> None:
    """Let one import after the other go on, until its transaction ends. SQLite lets only one write anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
    await _take_lock(connection, _IMPORTS)


async def serialize_audit(connection: AsyncConnection) -> None:
    """Let one transaction after the other add to the audit, so that each finds the row before its own."""
    await _take_lock(connection, _AUDITING)


async def serialize_visits(connection: AsyncConnection) -> None:
    """Let one transaction after the other count a visit, so that each is chained to the row before its own."""
    await _take_lock(connection, _COUNTING)


async def _take_lock(connection: AsyncConnection, number: int) -> None:
    """Wait for this lock of PostgreSQL, until the transaction ends; in SQLite whoever writes has locked everything."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(number)))


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection. Raises StoreError, StoreSilent also where none comes free in time."""
    try:
        async with engine.connect() as connection:
            yield connection
    except PoolTimeout as error:
        raise StoreSilent from error
    except DBAPIError as error:
        raise as_store_error(error) from error


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection with one consistent view; on PostgreSQL each statement has its own. Raises StoreError."""
    async with connected(engine) as connection:
        if connection.dialect.name == "postgresql":
            # As READ COMMITTED would, without BEGIN and ROLLBACK.
            await connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@asynccontextmanager
async def committing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection to PostgreSQL on which each statement is a commit of its own. Raises StoreError."""
    async with connected(engine) as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection inside one transaction: committed at the end, undone on any exception. Raises StoreError."""
    async with connected(engine) as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            yield connection


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date; does nothing if they are."""
    if not await is_current(engine):
        async with writing(engine) as connection:
            # Of several processes that start together one does it; the others wait, and find it done.
            await _take_lock(connection, _MIGRATING)
            if not _is_newest(await connection.run_sync(read_revision)):
                await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """True when every migration has been run. Raises StoreNewer where a newer program ran more than we know."""
    async with reading(engine) as connection:
        return _is_newest(await connection.run_sync(read_revision))


def _is_newest(found: str | None) -> bool:
    refuse_unknown(found)
    return found == head()


def refuse_unknown(found: str | None) -> None:
    """Raise StoreNewer where *found*, the migration that was run last, is none of ours; StoreUnavailable mid-move."""
    if found is not None and found.startswith(MOVING):
        raise StoreUnavailable(
            "The database is an unfinished copy of another one. Say hoi-ocop move again where that one is set; it goes "
            "on where it stopped."
        )
    if found is not None and found not in _known_migrations():
        raise StoreNewer(found=found, known=head())


def head() -> str:
    """The newest migration; their files are named in their order."""
    return max(_known_migrations())


def _known_migrations() -> set[str]:
    """Every migration that comes with this program."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def read_revision(connection: Connection) -> str | None:
    """The migration that was run last here; None in an empty database."""
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
