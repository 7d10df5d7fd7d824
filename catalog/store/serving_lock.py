"""Who works on a database: with SQLite one ``hoi-ocop serve``, with PostgreSQL any number, and alone who moves it.

With SQLite the kernel keeps the lock, on a file beside the database; with PostgreSQL the server does, for as long as
our connection lives. Either ends with the process, however it ends. On PostgreSQL what only one of the processes may do
has a lock of its own.
"""

import asyncio
import fcntl
import hashlib
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import AlreadyServed, StoreError, StoreUnavailable
from catalog.store import database
from catalog.store.database_errors import as_store_error

PATIENCE = 15.0
LOOK_EVERY = 5.0
_STEP, _RELEASE_SECONDS = 0.25, 2.0
_KERNEL_LOCKS = Path("/proc/locks")
_MINUTES = "%Y-%m-%d %H:%M"
_SIGNED = re.compile(r"process (?P<process>\d{1,9}) on (?P<host>\S+), since (?P<since>[\d-]+ [\d:]+) UTC")
# "hoi-ocop" as a number: advisory locks of PostgreSQL have no names.
_KEY = int.from_bytes(b"hoi-ocop") & 0x7FFF_FFFF_FFFF_FFFF
_LIMITS = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}  # half a minute
TURN_SECONDS = 4
_TURN_LIMITS = {
    "tcp_keepalives_idle": 2,
    "tcp_keepalives_interval": 1,
    "tcp_keepalives_count": 2,
    "tcp_user_timeout": TURN_SECONDS * 1000,
    "idle_session_timeout": TURN_SECONDS * 1000,
}
_TURN_PATIENCE = 2.5
_TURN_OPTIONS = {"connect_timeout": "4", "tcp_user_timeout": "2000"}

Told = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


class ProcessKind(StrEnum):
    """What a process does on a database; PostgreSQL knows its connection under this name."""

    SERVE = "hoi-ocop serve"
    """It takes in what people say, and works on it."""
    SERVE_ONLY = "hoi-ocop serve without work"
    """It takes in what people say, and leaves the work to others."""
    WORK = "hoi-ocop work"
    """It works on what others take in."""
    ALONE = "hoi-ocop alone"
    """It moves, fills or empties the database, which nobody uses meanwhile."""

    @property
    def serves(self) -> bool:
        """Whether it takes in what people say."""
        return self in {ProcessKind.SERVE, ProcessKind.SERVE_ONLY}

    @property
    def works(self) -> bool:
        """Whether it answers."""
        return self in {ProcessKind.SERVE, ProcessKind.WORK}


@dataclass(frozen=True, slots=True)
class Server:
    """A process at a database: on which machine, since when, its number there if that is known, and what it does."""

    host: str
    since: datetime
    process: int = 0
    kind: ProcessKind = ProcessKind.SERVE

    def __str__(self) -> str:
        where = f"process {self.process} on {self.host}" if self.process else f"from {self.host or 'this machine'}"
        return f"{where}, since {self.since:{_MINUTES}} UTC"

    @classmethod
    def parse(cls, signed: str) -> Self | None:
        """What str() wrote of a process with a number; None for anything else."""
        found = _SIGNED.fullmatch(signed)
        if found is None:
            return None
        return cls(
            found["host"], datetime.strptime(found["since"], _MINUTES).replace(tzinfo=UTC), int(found["process"])
        )


async def who_serves(url: str) -> list[Server]:
    """Which processes serve the database at *url* now, or work on it; looking takes no lock. Raises StoreError."""
    if (path := database.sqlite_file(url)) is not None:
        return _FileLock(path).list_owners()
    lock = _AdvisoryLock(database.make_engine(database.database_url(url)))
    try:
        return await lock.list_owners()
    finally:
        await lock.release()


class Lock(Protocol):
    """A lock that ends with its process; *alone* if holding it shows that no other process works on the database."""

    alone: bool

    async def take(self) -> bool:
        """Take it, or see that it is ours still; False if another process has it. Raises StoreError."""

    async def owner(self) -> str:
        """Who has it, as far as can be known."""

    async def release(self) -> None:
        """Let it go."""


class CountedLock(Lock, Protocol):
    """One that PostgreSQL keeps."""

    async def count(self) -> int:
        """Take it, or see that it is ours still, and count all who have it. Raises StoreError."""


@asynccontextmanager
async def only_server(
    url: str,
    *,
    told: Told,
    patience: float = PATIENCE,
    sleep: Sleep = asyncio.sleep,
    kind: ProcessKind = ProcessKind.ALONE,
) -> AsyncIterator["Watch"]:
    """Be the only server of the database at *url* until left; *told* hears that we wait for another one to end.

    Who serves or works, as its *kind* says, may do so on a PostgreSQL beside others, but for who wants to be alone.
    Raises AlreadyServed if that takes longer than *patience* seconds, and StoreError.
    """
    lock = _lock_for(url, kind=kind)
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

    @property
    def alone(self) -> bool:
        """True if no other process can be at work: PostgreSQL lets go of a lock whose process lives on without it."""
        return self._lock.alone

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


def _lock_for(url: str, *, kind: ProcessKind) -> Lock:
    if (path := database.sqlite_file(url)) is not None:
        return _FileLock(path)
    named = database.database_url(url).update_query_dict({"application_name": str(kind)})
    return _AdvisoryLock(database.make_engine(named), shared=kind is not ProcessKind.ALONE)


def turn_lock(url: URL, name: str, *, shared: bool = False) -> CountedLock:
    """The lock of whoever does what only one process at a time may do with the PostgreSQL at *url*; *name* is what.

    Whoever has it has to look again every second: a process that is gone, frozen or cut off from PostgreSQL loses it
    after TURN_SECONDS, and knows of that before. With *shared* all may have it at once, and it is there to be counted.
    """
    digest = hashlib.blake2b(f"hoi-ocop turn {name}".encode(), digest_size=8).digest()
    engine = database.make_engine(url.update_query_dict({**_TURN_OPTIONS, "application_name": f"hoi-ocop {name}"}))
    key = int.from_bytes(digest) & 0x7FFF_FFFF_FFFF_FFFF
    return _AdvisoryLock(engine, shared=shared, key=key, limits=_TURN_LIMITS, patience=_TURN_PATIENCE)


class _FileLock:
    """A lock on ``<database>.lock``; the file stays, with the number of the process that had it last."""

    alone = True

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

    def list_owners(self) -> list[Server]:
        """Who has it, without trying to take it: the kernel tells, or else whether the process that signed it lives."""
        try:
            held = self._path.stat().st_ino
            signed = Server.parse(self._path.read_text("utf-8").strip())
        except (OSError, ValueError):
            return []
        if signed is None:
            return []
        locked = _processes_with_lock(held)
        if locked is None:
            is_held = signed.host == socket.gethostname() and _lives(signed.process)
        else:
            is_held = signed.process in locked
        return [signed] if is_held else []

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
        signed = str(Server(socket.gethostname(), datetime.now(UTC), os.getpid()))
        # Only for the words of whoever is refused: a full disk must not keep us from serving.
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, signed.encode(), 0)


def _processes_with_lock(inode: int) -> set[int] | None:
    """The numbers of the processes that hold a lock on the file with this number; None where no kernel tells."""
    try:
        lines = _KERNEL_LOCKS.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    # 1: FLOCK  ADVISORY  WRITE 4284 fe:00:2146759 0 EOF
    rows = [line.split() for line in lines]
    return {int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].rpartition(":")[2] == str(inode)}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


class _AdvisoryLock:
    """A session's advisory lock, on a connection of its own."""

    alone = False

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        shared: bool = False,
        key: int = _KEY,
        limits: Mapping[str, int] = _LIMITS,
        patience: float | None = None,
    ) -> None:
        self._engine = engine
        self._key = key
        self._limits = limits
        self._patience = patience
        # What PostgreSQL did not answer in time; it closes its connection when it ends.
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._take = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        self._unlock = "pg_advisory_unlock_shared" if shared else "pg_advisory_unlock"
        self._connection: AsyncConnection | None = None
        self._ours = False

    async def take(self) -> bool:
        connection, self._connection = self._connection, None
        asking = asyncio.ensure_future(self._ask(connection))  # noqa: TID251 - left only where nobody answers
        try:
            await asyncio.wait((asking,), timeout=self._patience)
        finally:
            if not asking.done():
                self._leave(asking)
            elif not asking.cancelled() and not asking.exception():
                # Also where we are cancelled at that very moment: release() closes it.
                self._connection, self._ours = asking.result()
        if not asking.done():
            raise StoreUnavailable("PostgreSQL does not answer in time.")
        return asking.result()[1]

    def _leave(self, asking: asyncio.Future[tuple[AsyncConnection, bool]]) -> None:
        """Wait no longer: the driver itself takes seconds to give up."""
        asking.cancel()
        ending = asyncio.ensure_future(_end(asking))  # noqa: TID251 - release() waits for it
        self._unanswered.add(ending)
        ending.add_done_callback(self._unanswered.discard)

    async def _ask(self, connection: AsyncConnection | None) -> tuple[AsyncConnection, bool]:
        """Try to take it on *connection*, or on a new one; that one, and whether it is ours."""
        # Taken twice it would have to be let go twice, and asking shows whether the connection lives.
        asked = "SELECT true" if connection and self._ours else f"SELECT {self._take}({self._key})"
        try:
            if connection is None:
                connection = await self._engine.connect()
                await self._prepare(connection)
            return connection, bool(await connection.scalar(text(asked)))
        except BaseException as error:
            await _close(connection)
            if isinstance(error, DBAPIError):
                raise as_store_error(error) from error
            raise

    async def _prepare(self, connection: AsyncConnection) -> None:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        # A machine that lost its power says no good-bye: PostgreSQL has to find out.
        known = "SELECT set_config(name, :limit, false) FROM pg_settings WHERE name = :name"
        for name, limit in self._limits.items():
            await connection.execute(text(known), {"name": name, "limit": str(limit)})

    async def owner(self) -> str:
        with suppress(DBAPIError):
            if self._connection is not None and (found := await _list_holders(self._connection, self._key)):
                return str(found[0])
        return "process unknown"

    async def count(self) -> int:
        try:
            async with asyncio.timeout(self._patience):
                if await self.take() and self._connection is not None:
                    return len(await _list_holders(self._connection, self._key))
                raise StoreUnavailable("Another process has the lock.")
        except (DBAPIError, TimeoutError) as error:
            await _close(self._connection)
            self._connection = None
            raise StoreUnavailable("PostgreSQL does not count a lock.") from error

    async def list_owners(self) -> list[Server]:
        """Who has it; several, where several may. Raises StoreError."""
        try:
            async with self._engine.connect() as connection:
                return await _list_holders(connection, self._key)
        except DBAPIError as error:
            raise as_store_error(error) from error

    async def release(self) -> None:
        if self._connection is not None and self._ours:
            # What ends with its connection alone ends a moment later than we do.
            with suppress(DBAPIError, TimeoutError):
                async with asyncio.timeout(_RELEASE_SECONDS):
                    await self._connection.execute(text(f"SELECT {self._unlock}({self._key})"))
        await _close(self._connection)
        self._connection = None
        await asyncio.gather(*self._unanswered, return_exceptions=True)
        await self._engine.dispose()


async def _end(asking: asyncio.Future[tuple[AsyncConnection, bool]]) -> None:
    """Close what *asking* got all the same: until Python 3.12 the driver may swallow that it is cancelled."""
    await asyncio.wait((asking,))
    if not asking.cancelled() and not asking.exception():
        await _close(asking.result()[0])


async def _close(connection: AsyncConnection | None) -> None:
    """Close what may be broken."""
    if connection is not None:
        with suppress(DBAPIError):
            await connection.invalidate()
        with suppress(DBAPIError):
            await connection.close()


async def _list_holders(connection: AsyncConnection, key: int) -> list[Server]:
    """Those who hold the lock of this number, the first one first."""
    query = text(
        "SELECT host(a.client_addr) AS host, a.backend_start, a.application_name FROM pg_locks l"
        " JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND (l.classid::bigint << 32 | l.objid::bigint) = :key"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " ORDER BY a.backend_start"
    )
    found = await connection.execute(query, {"key": key})
    return [
        Server(row.host or "", row.backend_start.astimezone(UTC), kind=_kind_of(row.application_name)) for row in found
    ]


def _kind_of(name: str) -> ProcessKind:
    """What the process does whose connection has this *name*; older versions gave it none, and served."""
    return next((kind for kind in ProcessKind if kind == name), ProcessKind.SERVE)
