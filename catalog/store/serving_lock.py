"""Who works on a database: with SQLite one ``hoi-ocop serve``, with PostgreSQL any number, and alone who moves it.

With SQLite the kernel keeps the lock, on a file beside the database; with PostgreSQL the server does, for as long as
our connection lives. Either ends with the process, however it ends. On PostgreSQL what only one of the processes may do
has a lock of its own.
"""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import AlreadyServed, StoreError, StoreUnavailable
from catalog.store import database
from catalog.store.advisory_lock import AdvisoryLock
from catalog.store.processes import Lock, ProcessKind, Server

PATIENCE = 15.0
LOOK_EVERY = 5.0
_STEP = 0.25
_KERNEL_LOCKS = Path("/proc/locks")

Told = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


async def who_serves(url: str) -> list[Server]:
    """Which processes serve the database at *url* now, or work on it; looking takes no lock. Raises StoreError."""
    if (path := database.sqlite_file(url)) is not None:
        return _FileLock(path).list_owners()
    lock = AdvisoryLock(database.make_engine(database.database_url(url)))
    try:
        return await lock.list_owners()
    finally:
        await lock.release()


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
    return AdvisoryLock(database.make_engine(named), shared=kind is not ProcessKind.ALONE)


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
