"""The real processes over a database of their own, to be killed at any moment: one on SQLite, four on PostgreSQL."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import BinaryIO

from catalog.inquiry import Address, Member, Role
from catalog.sealing import new_key
from catalog.store import Store, open_store
from tests.faults.people import CHIEF, MAKERS
from tests.postgresql import Cluster
from tests.stands.telegram.server import TOKEN
from tests.town import product

ROOT = Path(__file__).parent.parent.parent
_READY = b"Stop with Ctrl+C"
# Seconds, as in deploy/systemd.
_REVIVED_AFTER = 5.0
_SERVE = ("serve", "--port", "0")
_WORK = ("work", "--concurrency", "16")


@dataclass(frozen=True)
class Bot:
    """Where it lives and which Bot API it speaks to; on SQLite where there is no *cluster*."""

    folder: Path
    api_url: str
    key: str
    cluster: Cluster | None = None

    @property
    def url(self) -> str:
        return self.cluster.url() if self.cluster else f"sqlite:///{self.folder / 'faults.db'}"

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """What its processes run."""
        return (_SERVE, _SERVE, _WORK, _WORK) if self.cluster else (_SERVE,)

    def bytes_written(self) -> int:
        """The size of its largest file."""
        return max(file.stat().st_size for file in self.folder.glob("faults.db*"))

    @property
    def environment(self) -> dict[str, str]:
        """Only what it is told here."""
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "HOI_OCOP_DATABASE_URL": self.url,
            "HOI_OCOP_SEAL_KEYS": self.key,
            "HOI_OCOP_OFFICERS": f"telegram:{CHIEF}",
            "HOI_OCOP_READERS": "1",
            # Who serves leaves the work to others.
            "HOI_OCOP_JOBS_AT_ONCE": "0",
            "HOI_OCOP_LOG_LEVEL": "warning",
            "HOI_OCOP_TELEGRAM__TOKEN": TOKEN,
            "HOI_OCOP_TELEGRAM__API_URL": self.api_url,
            "HOI_OCOP_TELEGRAM__PER_SECOND": "1000",
            "HOI_OCOP_TELEGRAM__TIMEOUT": "2",
        }

    @asynccontextmanager
    async def running(self, *, file_bytes: int = 0) -> AsyncIterator["Processes"]:
        """Run it until left, and then kill it without a word; *file_bytes* is the largest file it may write."""
        with (self.folder / "log.txt").open("ab") as log:
            processes = Processes(self, log, file_bytes)
            reviving = asyncio.get_running_loop().create_task(processes.revive())
            try:
                await processes.start()
                yield processes
            finally:
                reviving.cancel()
                await asyncio.gather(reviving, return_exceptions=True)
                await processes.kill()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """Its database, opened beside it."""
        async with open_store(self.url, keys=[self.key]) as store:
            yield store


class Processes:
    """The processes of a bot while they run."""

    def __init__(self, bot: Bot, log: BinaryIO, file_bytes: int) -> None:
        self._bot = bot
        self._log = log
        self._file_bytes = file_bytes
        self._running: list[asyncio.subprocess.Process] = []
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        self._running = [await self._start(words) for words in self._bot.commands]

    async def ready(self) -> None:
        """Wait until each of them says that it is at work."""
        async with asyncio.timeout(60):
            while (self._bot.folder / "log.txt").read_bytes().count(_READY) < len(self._running):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def revive(self) -> None:
        """Start again what ended by itself, as systemd does: who starts while the database is away says so and ends."""
        while True:
            await asyncio.sleep(_REVIVED_AFTER)
            async with self._changing:
                for place, each in enumerate(self._running):
                    if each.returncode is not None:
                        self._running[place] = await self._start(self._bot.commands[place])

    async def kill_one(self, chance: Random) -> None:
        """Kill one of them, any, and start it again; the others go on."""
        place = chance.randrange(len(self._running))
        async with self._changing:
            await _kill(self._running[place])
            self._running[place] = await self._start(self._bot.commands[place])

    async def kill(self) -> None:
        """Kill them all."""
        for each in self._running:
            await _kill(each)

    async def _start(self, words: tuple[str, ...]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            cwd=self._bot.folder, env=self._bot.environment, stdout=asyncio.subprocess.DEVNULL, stderr=self._log,
            preexec_fn=_limited(self._file_bytes) if self._file_bytes else None,
        )  # fmt: skip


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def _limited(file_bytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))


async def settled(folder: Path, api_url: str, *, makers: range = MAKERS, cluster: Cluster | None = None) -> Bot:
    """A bot whose catalogue has a product of each maker, and whose makers have joined."""
    bot = Bot(folder, api_url, new_key(), cluster)
    async with open_store(bot.url, migrate=True, keys=[bot.key]) as store:
        rows = [product(number, maker=number, phones=()) for number in range(1, len(makers) + 1)]
        await store.import_rows(rows, who="faults")
        for number, chat in enumerate(makers, start=1):
            made = await store.product(f"nem-{number}")
            assert made is not None
            await store.members.join(Member(Address("telegram", str(chat)), Role.PRODUCER, made.producer.id), at=0.0)
    return bot
