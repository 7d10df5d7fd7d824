"""The continuous copy of SQLite that docs/backups.md describes: litestream beside a server that is killed."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.command import ROOT, Command

LITESTREAM = Path(sys.executable).parent / "litestream"
SYNC_SECONDS = 1.0


@pytest.fixture
def config(stocked: Command) -> Path:
    """The shipped configuration, with our folders for its own."""
    text = (ROOT / "deploy" / "litestream.yml").read_text()
    text = text.replace("/var/lib/hoi-ocop/hoi-ocop.db", str(stocked.folder / "catalogue.db"))
    path = stocked.folder / "litestream.yml"
    path.write_text(text.replace("/backup/hoi-ocop", str(stocked.folder / "replica")))
    return path


@asynccontextmanager
async def replicating(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Copy until left, and then end without a word."""
    with (config.parent / "litestream.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            LITESTREAM, "replicate", "-config", config, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            await process.wait()


@asynccontextmanager
async def web_chat(url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The web chat of somebody who comes back as the same."""
    async with (
        asyncio.timeout(60),
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/chat/ws", origin=url) as socket,
    ):
        await socket.send_json({"type": "hello", "token": "an-" + "t" * 30, "after": 0, "language": "vi"})
        yield socket


async def hear(socket: aiohttp.ClientWebSocketResponse, number: int) -> list[str]:
    """Wait for *number* answers; to which messages they are."""
    heard: list[str] = []
    while len(heard) < number:
        frame = await socket.receive_json()
        if frame["type"] == "answer":
            heard.append(frame["to"])
    return heard


def dumped(file: Path) -> list[str]:
    """All that is in the database."""
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def restore(replica: Path, file: Path) -> None:
    words = [LITESTREAM, "restore", "-integrity-check", "full", "-o", file, f"file://{replica}"]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words


async def test_what_was_copied_before_a_server_was_killed_is_served_again(stocked: Command, config: Path) -> None:
    database, lost = stocked.folder / "catalogue.db", stocked.folder / "lost.db"
    said = [f"an-{number:08}" for number in range(4)]
    async with stocked.serving() as served, replicating(config):
        async with web_chat(served.url) as socket:
            for ref in said:
                await socket.send_json({"type": "say", "id": ref, "text": "nem bui"})
            assert sorted(await hear(socket, len(said))) == said
        await asyncio.sleep(3 * SYNC_SECONDS)
        await served.kill()
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).rename(lost.with_name(lost.name + end))
    restore(stocked.folder / "replica", stocked.folder / "copy.db")
    assert dumped(stocked.folder / "copy.db") == dumped(lost)
    assert (await asyncio.to_thread(stocked.here, "restore", "copy.db")).status == 0
    async with stocked.serving() as served, web_chat(served.url) as socket:
        assert sorted(await hear(socket, len(said))) == said
