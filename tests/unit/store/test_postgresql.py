"""What only a real PostgreSQL can tell: the lock that ends with its connection, and what waits in the inbox."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import AlreadyServed
from catalog.store import only_server, open_store
from tests.postgresql import Cluster, reachable


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
        watching.cancel()
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
