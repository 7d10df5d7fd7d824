"""Several processes on one PostgreSQL: what one announces the others hear, and one at a time has the turn."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import make_url

from bot.background_tasks import BackgroundTasks
from bot.peers import PeerProcesses, SharedAllowance, take_turns
from catalog.errors import StoreError
from catalog.model import ProductRow
from catalog.store import Lock, Store, open_store
from tests.postgresql import Cluster, reachable


async def quickly(seconds: float) -> None:
    """Twenty seconds in one."""
    await asyncio.sleep(seconds / 20)


async def soon(condition: Callable[[], object]) -> None:
    """Wait until *condition* holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the conditions have no events
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(store: Store) -> AsyncIterator[tuple[PeerProcesses, list[Collection[str]]]]:
    """The peers of a process that has one channel, and what that hears."""
    heard: list[Collection[str]] = []
    peers = PeerProcesses(store)
    peers.of("web").heed(heard.append)
    async with BackgroundTasks() as crew:
        crew.start(peers.run(), name="announcements")
        await soon(lambda: heard == [()])
        heard.clear()
        yield peers, heard


async def test_a_channel_hears_what_its_own_like_announce(postgresql_url: str) -> None:
    async with (
        open_store(postgresql_url) as one,
        open_store(postgresql_url) as other,
        running(one) as (here, _),
        running(other) as (_, there),
    ):
        here.of("telegram").announce("1")
        here.of("web").announce("2")
        here.of("web").announce("3")
        await soon(lambda: sum(map(len, there)) == 2)
        assert [word for words in there for word in words] == ["2", "3"]


async def test_what_is_allowed_for_one_key_is_counted_by_all(postgresql_url: str) -> None:
    async with (
        open_store(postgresql_url) as one,
        open_store(postgresql_url) as other,
        running(one) as (here, _),
        running(other) as (there, _),
    ):
        first, second = (SharedAllowance(each.of("lines"), burst=3, seconds=100.0) for each in (here, there))
        assert [first.wait("line", 1000.0) for _ in range(2)] == [0, 0]
        await soon(lambda: second._full_at.get("line") == 1200.0)
        assert [second.wait("line", 1000.0) for _ in range(2)] == [0, 100]
        await soon(lambda: first._full_at.get("line") == 1300.0)
        assert first.wait("line", 1000.0) == 100
        assert first.wait("another", 1000.0) == 0


async def test_after_a_restart_it_listens_again_and_everybody_looks(cluster: Cluster) -> None:
    """What was announced meanwhile is lost: whoever heeds it is told to look."""
    async with open_store(cluster.url()) as one, running(one) as (here, heard):
        await asyncio.to_thread(cluster.restart)
        await reachable(cluster)
        await soon(lambda: () in heard)
        heard.clear()
        here.of("web").announce("2")
        await soon(lambda: heard == [["2"]])


async def test_who_waits_for_the_catalogue_goes_on_at_once_when_it_changes(postgresql_url: str) -> None:
    async with open_store(postgresql_url) as one, open_store(postgresql_url) as other, running(one) as (here, _):
        with suppress(TimeoutError):
            await here.rest_until_catalogue_changes(0.01)
        waiting = asyncio.ensure_future(here.rest_until_catalogue_changes(60))  # noqa: TID251 - a test
        await other.import_rows([ProductRow(name="Nem Bùi", producer="HTX", id="nem-bui")], who="test")
        await asyncio.wait_for(waiting, 5)


@dataclass
class Poller:
    """Does what one at a time may do, and notes who does it."""

    lock: Lock
    doing: set["Poller"]
    stood_by: int = 0
    begun: int = 0
    error: Exception | None = None
    most: int = field(default=0)

    def __hash__(self) -> int:
        return id(self)

    async def work(self) -> None:
        self.begun += 1
        self.doing.add(self)
        self.most = max(self.most, len(self.doing))
        try:
            while self.error is None:  # noqa: ASYNC110 - as a poll would
                await asyncio.sleep(0.005)
            raise self.error
        finally:
            self.doing.discard(self)

    def stand_by(self) -> None:
        self.stood_by += 1

    async def run(self) -> None:
        await take_turns(self.lock, self.work, standing_by=self.stand_by, sleep=quickly)


@asynccontextmanager
async def pollers(url: str) -> AsyncIterator[tuple[Poller, Poller, asyncio.Task[None]]]:
    """Two processes: the first has the turn, the second stands by."""
    doing: set[Poller] = set()
    async with open_store(url) as store:
        locks = [store.turn_lock("telegram") for _ in range(2)]
        assert locks[0] is not None
        assert locks[1] is not None
        first, second = Poller(locks[0], doing), Poller(locks[1], doing)
        running = [asyncio.ensure_future(first.run())]  # noqa: TID251 - a test
        await soon(lambda: first in doing)
        running.append(asyncio.ensure_future(second.run()))  # noqa: TID251 - a test
        await soon(lambda: second.stood_by)
        try:
            yield first, second, running[0]
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        assert max(first.most, second.most) == 1


async def test_one_at_a_time_has_the_turn_and_leaves_it_when_it_ends(postgresql_url: str) -> None:
    async with pollers(postgresql_url) as (first, second, running):
        await asyncio.sleep(0.3)
        assert second.begun == 0
        running.cancel()
        await soon(lambda: second in second.doing)
        assert first.stood_by == 0


async def test_who_fails_lets_another_try(postgresql_url: str) -> None:
    async with pollers(postgresql_url) as (first, second, running):
        first.error = StoreError("no network here")
        with pytest.raises(StoreError, match="no network here"):
            await running
        await soon(lambda: second in second.doing)


async def test_who_loses_its_connection_stops_at_once(postgresql_url: str) -> None:
    async with pollers(postgresql_url) as (first, second, _), open_store(postgresql_url) as store:
        async with store._engine.connect() as connection:
            ended = await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE locktype = 'advisory' AND granted"
                " AND application_name = 'hoi-ocop telegram' AND datname = current_database()"
            )
            assert len(ended.all()) == 1
        await soon(lambda: first not in first.doing)
        await soon(lambda: first.doing)
        assert first.begun + second.begun == 2


@dataclass
class Line:
    """A way to PostgreSQL; once *cut*, it swallows what is sent without a word."""

    port: int
    cut: bool = False
    ends: list[asyncio.StreamWriter] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Lead there while inside, from the port that this gives."""
        server = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for end in self.ends:
                end.close()
            await asyncio.gather(*(end.wait_closed() for end in self.ends), return_exceptions=True)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_connection("127.0.0.1", self.port)
        self.ends += [writer, away]
        await asyncio.gather(self._pass(reader, away), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65536):
            if not self.cut:
                writer.write(some)
        if not self.cut:
            writer.close()


async def test_who_is_cut_off_stops_before_another_begins(cluster: Cluster) -> None:
    """Nothing tells it that its line is dead: what it asks is never answered. To PostgreSQL it is as one that froze."""
    doing: set[Poller] = set()
    port = make_url(cluster.url()).query["port"]
    line = Line(int(str(port)))
    async with (
        line.open() as detour,
        open_store(cluster.url()) as direct,
        open_store(cluster.url().replace(f"port={port}", f"port={detour}")) as around,
    ):
        first, second = (Poller(lock, doing) for lock in (around.turn_lock("x"), direct.turn_lock("x")) if lock)

        async def run(poller: Poller) -> None:
            await take_turns(poller.lock, poller.work, standing_by=poller.stand_by)

        running = [asyncio.ensure_future(run(each)) for each in (first,)]  # noqa: TID251 - a test
        await soon(lambda: first in doing)
        running.append(asyncio.ensure_future(run(second)))  # noqa: TID251 - a test
        await soon(lambda: second.stood_by)
        line.cut = True
        async with asyncio.timeout(10):
            while second not in doing:  # noqa: ASYNC110 - the conditions have no events
                await asyncio.sleep(0.05)
        assert first not in doing
        assert max(first.most, second.most) == 1
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_on_sqlite_there_is_nobody_else(store: Store) -> None:
    peers = PeerProcesses(store)
    await asyncio.wait_for(peers.run(), 1)
    mine = peers.of("web")
    assert not mine.possible
    mine.announce("1")
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    await mine.take_turns(work, standing_by=lambda: pytest.fail("it is ours"))
    assert done == [1]


async def test_who_is_cancelled_as_the_answer_comes_lets_go_of_its_connection(postgresql_url: str) -> None:
    async with open_store(postgresql_url) as store, open_store(postgresql_url) as other:
        first, second = store.turn_lock("x"), other.turn_lock("x")
        assert first is not None
        assert second is not None
        ask = first._ask  # type: ignore[attr-defined]

        async def answer(connection: Any) -> Any:
            found = await ask(connection)
            taking.cancel()
            return found

        first._ask = answer  # type: ignore[attr-defined]
        taking = asyncio.ensure_future(first.take())  # noqa: TID251 - a test
        with pytest.raises(asyncio.CancelledError):
            await taking
        await first.release()
        assert await second.take()
        await second.release()
