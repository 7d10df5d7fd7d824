"""What only a real PostgreSQL can tell: the lock that ends with its connection, and what waits in the inbox."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import AlreadyServed, StoreSilent
from catalog.inquiry import Address
from catalog.ratings import CardRatings
from catalog.store import InboxRow, only_server, open_store
from tests.postgresql import Cluster, reachable

_DEAD = text("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'procrastinate_jobs'")


async def test_the_second_server_is_refused_and_the_lock_ends_with_its_connection(cluster: Cluster) -> None:
    told: list[str] = []
    async with only_server(cluster.url(), told=told.append) as watch:
        with pytest.raises(AlreadyServed, match=r"from 127\.0\.0\.1, since 20"):
            async with only_server(cluster.url(), told=told.append, patience=0.3):
                pytest.fail("two servers")
        assert len(told) == 1, told
        await asyncio.to_thread(cluster.restart)

        async def at_once(_seconds: float) -> None:
            await asyncio.sleep(0.01)

        watch._sleep = at_once
        watching = asyncio.ensure_future(watch.until_lost())  # noqa: TID251 - a test
        await reachable(cluster)
        await asyncio.sleep(0.1)
        assert not watching.done(), "after a restart it is ours again"
        with pytest.raises(AlreadyServed):
            async with only_server(cluster.url(), told=told.append, patience=0):
                pytest.fail("two servers")
        while not watching.done():
            # Until Python 3.12 the driver may swallow a cancellation, and whoever watches goes on.
            watching.cancel()
            await asyncio.wait({watching}, timeout=0.5)
        await watch._lock.release()
        # PostgreSQL ends the lock when it notices that the connection is gone.
        async with only_server(cluster.url(), told=told.append, patience=20):
            assert (await asyncio.wait_for(watch.until_lost(), 5)).startswith("from 127.0.0.1")
    async with only_server(cluster.url(), told=told.append, patience=20):
        pass


async def test_connections_that_many_at_once_needed_are_used_again(cluster: Cluster) -> None:
    """One that is opened anew knows no statement yet, and costs PostgreSQL a process."""
    async with open_store(cluster.url(), migrate=True) as store:

        async def read() -> set[int]:
            async def one(connection: AsyncConnection) -> int:
                return int(await connection.scalar(text("SELECT pg_backend_pid() FROM pg_sleep(0.05)")) or 0)

            return set(await asyncio.gather(*(store._access.read(one) for _ in range(12))))

        first = await read()
        assert len(first) == 12
        assert await read() == first


async def test_who_gets_no_connection_in_time_is_told_that_the_database_is_silent(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(cluster.url(), migrate=True) as store:
        monkeypatch.setattr(store._access.engine.sync_engine.pool, "_timeout", 0.05)
        held, may_end = asyncio.Semaphore(0), asyncio.Event()

        async def hold(_connection: AsyncConnection) -> None:
            held.release()
            await may_end.wait()

        holding = []
        for _ in range(15):
            holding.append(asyncio.ensure_future(store._access.read(hold)))  # noqa: TID251 - a test
            await held.acquire()
        with pytest.raises(StoreSilent):
            await store.product("nem-bui")
        with pytest.raises(StoreSilent):
            await store.vacuum_queues()
        with pytest.raises(StoreSilent):
            await store.settle_erased()
        may_end.set()
        await asyncio.gather(*holding)


async def test_how_somebody_stands_is_read_while_a_group_is_written(cluster: Cluster) -> None:
    """And tells nothing of whether writes are taken."""
    async with open_store(cluster.url(), migrate=True) as store:
        written, may_end = asyncio.Event(), asyncio.Event()

        async def write(_connection: AsyncConnection) -> None:
            written.set()
            await may_end.wait()

        writing = asyncio.ensure_future(store._access.write(write))  # noqa: TID251 - a test
        await written.wait()
        known = await asyncio.wait_for(store.ratings.of_card(Address("zalo", "an"), "nem-bui", "x", now=1.8e9), 20)
        assert known == CardRatings()
        may_end.set()
        await writing


async def test_what_passed_through_the_queues_is_vacuumed_away_and_the_plans_are_for_what_is_there(
    postgresql_url: str,
) -> None:
    async with open_store(postgresql_url) as store:
        assert list(await store.vacuum_queues()) == []
        await asyncio.gather(*(store.inbox.put(InboxRow("web", f"a{number}", "1", "{}")) for number in range(600)))
        async with store._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("UPDATE inbox SET owner = 'b'"))
            await connection.execute(text("DELETE FROM procrastinate_jobs"))
            while (await connection.scalar(_DEAD) or 0) < 600:
                # What a connection changed it tells the others at most once a second.
                await connection.execute(text("SELECT pg_stat_force_next_flush()"))
                await connection.execute(text("SELECT 1"))
                await asyncio.sleep(0.05)
        assert "inbox" in (found := await store.vacuum_queues())
        assert "procrastinate_jobs" in found
        assert list(await store.vacuum_queues()) == []
        async with store._engine.connect() as connection:
            assert await connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'inbox'")) == 600


async def test_a_job_is_looked_for_by_its_lock(postgresql_url: str) -> None:
    async with open_store(postgresql_url) as store, store._engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        query = "EXPLAIN SELECT 1 FROM procrastinate_jobs WHERE lock = 'a' AND (status = 'doing' OR status = 'todo')"
        plan = "\n".join(await connection.scalars(text(query)))
        assert "ix_procrastinate_jobs_lock" in plan
