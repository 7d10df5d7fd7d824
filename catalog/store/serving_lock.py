"""Only one ``hoi-ocop serve`` works on a database: two would tell everybody everything twice.

With SQLite the kernel keeps the lock, on a file beside the database; with PostgreSQL the server does, for as long as
our connection lives. Either ends with the process, however it ends.
"""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import AlreadyServed, StoreError, StoreUnavailable
from catalog.store import database

PATIENCE = 15.0
LOOK_EVERY = 5.0
_STEP = 0.25
# "hoi-ocop" as a number: advisory locks of PostgreSQL have no names.
_KEY = int.from_bytes(b"hoi-ocop") & 0x7FFF_FFFF_FFFF_FFFF

Told = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


class Lock(Protocol):
    """A lock that ends with its process."""

    async def take(self) -> bool:
        """Take it, or see that it is ours still; False if another process has it. Raises StoreError."""

    async def owner(self) -> str:
        """Who has it, as far as can be known."""

    async def release(self) -> None:
        """Let it go."""


@asynccontextmanager
async def only_server(
    url: str, *, told: Told, patience: float = PATIENCE, sleep: Sleep = asyncio.sleep
) -> AsyncIterator["Watch"]:
    """Be the only server of the database at *url* until left; *told* hears that we wait for another one to end.

    Raises AlreadyServed if that takes longer than *patience* seconds, and StoreError.
    """
    lock = _lock_for(url)
    try:
        await _wait_for(lock, told=told, patience=patience, sleep=sleep)
        yield Watch(lock, sleep)
    finally:
        await lock.release()


class Watch:
    """Sees to it that the lock stays ours."""

    def __init__(self, lock: Lock, sleep: Sleep) -> None:
        self._lock = lock
        self._sleep = sleep

    async def until_lost(self) -> str:
        """Who has the lock now; returns only if we lost it (a PostgreSQL that restarted, a file that was deleted)."""
        while True:
            await self._sleep(LOOK_EVERY)
            with suppress(StoreError):
                if not await self._lock.take():
                    return await self._lock.owner()


async def _wait_for(lock: Lock, *, told: Told, patience: float, sleep: Sleep) -> None:
    waited = 0.0
    while not await lock.take():
        owner = await lock.owner()
        if waited >= patience:
            raise AlreadyServed(
                f"Another hoi-ocop serve ({owner}) works on this database. Two would answer everyone twice: stop that"
                " one first, or give this one a database of its own (HOI_OCOP_DATABASE_URL)."
            )
        if not waited:
            told(
                f"Another hoi-ocop serve ({owner}) works on this database; waiting up to {patience:.0f} s for its end."
            )
        await sleep(_STEP)
        waited += _STEP


def _lock_for(url: str) -> Lock:
    path = database.sqlite_file(url)
    if path is not None:
        return _FileLock(path)
    parsed = database.database_url(url)
    return _NoLock() if parsed.get_backend_name() == "sqlite" else _AdvisoryLock(database.make_engine(parsed))


class _NoLock:
    """For a database in memory, which nobody else sees."""

    async def take(self) -> bool:
        return True

    async def owner(self) -> str:
        return ""

    async def release(self) -> None:
        return


class _FileLock:
    """A lock on ``<database>.lock``; the file stays, with the number of the process that had it last."""

    def __init__(self, path: Path) -> None:
        self._path = Path(f"{path.resolve()}.lock")
        self._file: int | None = None

    async def take(self) -> bool:
        if self._file is not None and self._is_in_place():
            return True
        await self.release()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailable(f"The lock {self._path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        if not self._is_in_place():
            return await self.take()
        self._sign(file)
        return True

    async def owner(self) -> str:
        try:
            signed = self._path.read_text("utf-8").strip()
        except (OSError, ValueError):
            signed = ""
        return signed or "process unknown"

    async def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _is_in_place(self) -> bool:
        """Whether the file that we have locked is still the one beside the database."""
        try:
            here = os.stat(self._path)  # noqa: PTH116 - beside fstat
        except OSError:
            return False
        return self._file is not None and os.path.samestat(here, os.fstat(self._file))

    @staticmethod
    def _sign(file: int) -> None:
        signed = f"process {os.getpid()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        # Only for the words of whoever is refused: a full disk must not keep us from serving.
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, signed.encode(), 0)


class _AdvisoryLock:
    """A session's advisory lock, on a connection of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._ours = False

    async def take(self) -> bool:
        try:
            if self._connection is None:
                self._connection = await self._connect()
                self._ours = False
            # Taken twice it would have to be let go twice, and asking shows whether the connection lives.
            asked = "SELECT true" if self._ours else f"SELECT pg_try_advisory_lock({_KEY})"
            self._ours = bool(await self._connection.scalar(text(asked)))
        except DBAPIError as error:
            await self._let_go()
            raise database.as_store_error(error) from error
        return self._ours

    async def _connect(self) -> AsyncConnection:
        connection = await self._engine.connect()
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        # A machine that lost its power says no good-bye: PostgreSQL finds out within half a minute.
        for name, seconds in (("idle", 10), ("interval", 5), ("count", 3)):
            await connection.execute(text(f"SET tcp_keepalives_{name} = {seconds}"))
        return connection

    async def owner(self) -> str:
        query = text(
            "SELECT host(a.client_addr) AS host, a.pid, a.backend_start FROM pg_locks l JOIN pg_stat_activity a"
            " USING (pid) WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            " AND (l.classid::bigint << 32 | l.objid::bigint) = :key LIMIT 1"
        )
        try:
            found = (await self._connection.execute(query, {"key": _KEY})).first() if self._connection else None
        except DBAPIError:
            found = None
        if found is None:
            return "process unknown"
        since = datetime.fromtimestamp(found.backend_start.timestamp(), UTC)
        return f"from {found.host or 'this machine'}, since {since:%Y-%m-%d %H:%M} UTC"

    async def _let_go(self) -> None:
        """Close what may be broken."""
        connection, self._connection, self._ours = self._connection, None, False
        if connection is not None:
            with suppress(DBAPIError):
                await connection.invalidate()
            with suppress(DBAPIError):
                await connection.close()

    async def release(self) -> None:
        await self._let_go()
        await self._engine.dispose()
