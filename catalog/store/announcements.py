"""What the processes on one PostgreSQL tell each other at once, by LISTEN and NOTIFY.

An announcement goes out when its transaction is committed, and whoever does not listen at that moment never hears it:
it spares the wait until the next look into the tables, and takes the place of none. It consists of ids, never of
anybody's words. An SQLite database is served by one process: there nothing is announced, and nothing heard.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import StoreUnavailable
from catalog.store import database

_MOST_BYTES = 7999
"""PostgreSQL takes no longer payload."""
_SILENCE = 5.0
_DIED = {"connect_timeout": "5", "tcp_user_timeout": "5000", "keepalives_idle": "5", "keepalives_interval": "2"}


class AnnouncementTopic(StrEnum):
    """What an announcement is about: the name of a channel of NOTIFY."""

    CATALOGUE = "hoi_ocop_catalogue"
    """The catalogue has another revision."""
    CHANNEL = "hoi_ocop_channel"
    """Something for one of our channels in other processes."""


Heard = Callable[[AnnouncementTopic, Collection[str]], None]


async def announce(connection: AsyncConnection, topic: AnnouncementTopic, words: Iterable[str] = ()) -> None:
    """Tell everybody who listens, once the transaction of *connection* is committed. Words have no blanks."""
    if connection.dialect.name != "postgresql":
        return
    for payload in _payloads(words):
        await connection.execute(select(func.pg_notify(str(topic), payload)))


def _payloads(words: Iterable[str]) -> Iterator[str]:
    """*words* in as few payloads as they fit into; an empty one if there are none."""
    payload = ""
    for word in words:
        longer = f"{payload} {word}" if payload else word
        if len(longer.encode()) > _MOST_BYTES:
            yield payload
            longer = word
        payload = longer
    yield payload


class AnnouncementStore:
    """Sends announcements that belong to no other write, and hears those of all processes, our own too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def possible(self) -> bool:
        """Whether there can be other processes that listen."""
        return self._engine.dialect.name == "postgresql"

    async def send(self, topic: AnnouncementTopic, words: Collection[str]) -> None:
        """Announce *words* now. Raises StoreError."""
        async with database.writing(self._engine) as connection:
            # What is lost with the server's power is looked for in the tables.
            await connection.execute(text("SET LOCAL synchronous_commit = off"))
            await announce(connection, topic, words)

    async def listen(self, heard: Heard, *, ready: Callable[[], None]) -> None:
        """Call *heard* for each announcement until cancelled; *ready* once none is missed any more.

        It has a connection of its own. Raises StoreUnavailable when that breaks, or cannot be made.
        """
        # Processes on SQLite need not load it.
        import psycopg  # noqa: PLC0415

        url = self._engine.url.update_query_dict({**_DIED, "application_name": "hoi-ocop listens"})
        _, options = self._engine.dialect.create_connect_args(url)
        try:
            async with await psycopg.AsyncConnection[Any].connect(**options, autocommit=True) as connection:
                for topic in AnnouncementTopic:
                    await connection.execute(f'LISTEN "{topic}"'.encode())
                ready()
                while True:
                    async for each in connection.notifies(timeout=_SILENCE):
                        heard(AnnouncementTopic(each.channel), each.payload.split())
                    # A server that is gone without a word is found out by asking.
                    async with asyncio.timeout(_SILENCE):
                        await connection.execute("SELECT 1")
        except (psycopg.Error, TimeoutError) as error:
            raise StoreUnavailable(f"The connection on which we listen broke: {error}") from error
