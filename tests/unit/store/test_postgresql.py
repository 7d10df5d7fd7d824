"""What only a real PostgreSQL can tell: the lock that ends with its connection, and what waits in the inbox."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import AlreadyServed, StoreError
from catalog.sealing import new_key
from catalog.store import DeliveryResult, InboxRow, StoredAnswer, only_server, open_store

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
INITDB = shutil.which("initdb") or (str(_FOUND[-1]) if _FOUND else "")
pytestmark = pytest.mark.skipif(not INITDB, reason="PostgreSQL is not installed here")


class Cluster:
    """A PostgreSQL of our own on this machine; it does not run as root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            who = pwd.getpwnam(self._user)
            os.chown(folder, who.pw_uid, who.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [str(Path(INITDB).resolve().with_name(program)), "-D", str(self._folder / "data"), *words],
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def begin(self) -> None:
        self.run("initdb", "-A", "trust", "-U", "tester", "--no-sync")
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def restart(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "-l", str(self._folder / "log"), "restart")

    def end(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.begin()
            yield cluster
        finally:
            cluster.end()


async def reachable(cluster: Cluster) -> None:
    """Wait until it takes connections again."""
    async with asyncio.timeout(20), open_store(cluster.url) as store:
        while True:
            with suppress(StoreError):
                return await store.ping()
            await asyncio.sleep(0.05)


async def test_the_second_server_is_refused_and_the_lock_ends_with_its_connection(cluster: Cluster) -> None:
    told: list[str] = []
    async with only_server(cluster.url, told=told.append) as watch:
        with pytest.raises(AlreadyServed, match=r"from 127\.0\.0\.1, since 20"):
            async with only_server(cluster.url, told=told.append, patience=0.3):
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
            async with only_server(cluster.url, told=told.append, patience=0):
                pytest.fail("two servers")
        watching.cancel()
        await watch._lock.release()
        async with only_server(cluster.url, told=told.append, patience=0):
            assert (await asyncio.wait_for(watch.until_lost(), 5)).startswith("from 127.0.0.1")
    async with only_server(cluster.url, told=told.append, patience=0):
        pass


async def test_what_waits_is_the_same_there(cluster: Cluster) -> None:
    first = InboxRow("web", "an", "m0", "{}", b"\xff\xd8")
    async with open_store(cluster.url, migrate=True, keys=[new_key()]) as store:
        assert await store.make_compactable()
        assert await store.give_back_room() == 0
        await store.prove()
        seqs = [await store.put(replace(first, ref=f"m{number}")) for number in range(4)]
        (size,) = {size for _, _, size in await store.waiting.pictures()}
        assert size > 2, "it is sealed"
        assert await store.waiting.picture(seqs[0]) == first.pictures
        for seq in seqs:
            await store.answer(StoredAnswer(seq, "chào", "web", "an", "vi", "{}", later=True))
        assert [each.seq for each in await store.waiting.letters("web", "an", limit=9)] == seqs
        assert await store.waiting.claim(seqs[3])
        await store.settle(DeliveryResult(seqs[3], "ready", due_at=70.0, trouble="away", tried=False))
        assert await store.waiting.lanes("web") == [("an", 70.0)]
        assert [(each.count, each.why) for each in await store.waiting.backlogs()] == [(4, "away")]
        assert await store.waiting.shelve("web", "an", before=1e12) == 3
        assert await store.waiting.ask_for("web", "an", limit=2) == 2
        await store.waiting.put_back("web", "an")
        assert await store.waiting.count_put_aside("web", "an") == 3
        assert await store.waiting.people("shelved") == [("web", "an")]
        await store.waiting.take_over("web", keeps_answers=False)
        assert await store.post.notices_waiting(now=1e12) == {}
        assert await store.forget_before(1e12) == 4
