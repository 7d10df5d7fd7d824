"""Locks that PostgreSQL keeps for as long as our connection lives: of who works on a database, and of turns."""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from typing import Any

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import StoreUnavailable
from catalog.store import database
from catalog.store.database_errors import as_store_error
from catalog.store.processes import CountedLock, ProcessKind, Server

_RELEASE_SECONDS = 2.0
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


def turn_lock(url: URL, name: str, *, shared: bool = False) -> CountedLock:
    """The lock of whoever does what only one process at a time may do with the PostgreSQL at *url*; *name* is what.

    Whoever has it has to look again every second: a process that is gone, frozen or cut off from PostgreSQL loses it
    after TURN_SECONDS, and knows of that before. With *shared* all may have it at once, and it is there to be counted.
    """
    digest = hashlib.blake2b(f"hoi-ocop turn {name}".encode(), digest_size=8).digest()
    engine = database.make_engine(url.update_query_dict({**_TURN_OPTIONS, "application_name": f"hoi-ocop {name}"}))
    key = int.from_bytes(digest) & 0x7FFF_FFFF_FFFF_FFFF
    return AdvisoryLock(engine, shared=shared, key=key, limits=_TURN_LIMITS, patience=_TURN_PATIENCE)


class AdvisoryLock:
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
        async with database.connected(self._engine) as connection:
            return await _list_holders(connection, self._key)

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
