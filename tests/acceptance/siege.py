"""An attacker at the real server's door: half-sent requests, slow bodies, more connections than it has descriptors."""

import asyncio
import contextlib
import re
import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tests.acceptance.command import Command

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_URL = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Besieged:
    """A serving process, where it is, and what it logs."""

    port: int
    log: Path

    def told(self) -> str:
        """What it has logged so far."""
        return self.log.read_text()

    async def ask(self, raw: bytes, *, source: str = "127.0.0.1") -> bytes:
        """Send *raw* as it is; everything that comes back until the server closes."""
        async with self.line(source=source) as (reader, writer), asyncio.timeout(20):
            with contextlib.suppress(ConnectionError):
                writer.write(raw)
                return await reader.read()
        return b""

    async def get(self, path: str, *, source: str = "127.0.0.1", headers: str = "") -> bytes:
        """The whole answer to a plain request from *source*."""
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"
        return await self.ask(head.encode("latin-1"), source=source)

    @asynccontextmanager
    async def line(self, *, source: str = "127.0.0.1") -> AsyncIterator[Line]:
        """A connection from another address of this machine, closed at the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def trickle(self, opening: bytes, *, every: float, source: str = "127.0.0.1") -> None:
        """Send *opening* and then a letter again and again, until the server has enough."""
        async with self.line(source=source) as (reader, writer), asyncio.TaskGroup() as group:
            over = group.create_task(ended(reader))
            with contextlib.suppress(ConnectionError):
                writer.write(opening)
                while not over.done():
                    await writer.drain()
                    await asyncio.wait([over], timeout=every)
                    writer.write(b"x")


async def ended(reader: asyncio.StreamReader) -> None:
    """Read until the server closes."""
    with contextlib.suppress(ConnectionError):
        await reader.read()


def open_log(path: Path) -> BinaryIO:
    """A fresh log."""
    return path.open("wb")


@asynccontextmanager
async def besieged(command: Command, *, descriptors: int = 0, **settings: str) -> AsyncIterator[Besieged]:
    """Serve with *settings* until left; *descriptors* is how many files it may ever have open."""
    log = command.folder / "siege.log"
    environment = command.environment | {f"HOI_OCOP_{name.upper()}": value for name, value in settings.items()}
    with open_log(log) as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--port", "0",
            cwd=command.folder, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=told,
            preexec_fn=_limited(descriptors) if descriptors else None,
        )  # fmt: skip
    try:
        yield Besieged(await _port(Besieged(0, log), process), log)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _port(door: Besieged, process: asyncio.subprocess.Process) -> int:
    while not (found := _URL.search(door.told())):
        assert process.returncode is None, door.told()
        await asyncio.sleep(0.05)
    return int(found[1])


def _limited(descriptors: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (min(descriptors, 1024), descriptors))
