"""The real ``hoi-ocop serve`` over a database of its own, to be killed at any moment."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.inquiry import Address, Member, Role
from catalog.sealing import new_key
from catalog.store import Store, open_store
from tests.faults.people import CHIEF, MAKERS
from tests.stands.telegram.server import TOKEN
from tests.town import product

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Bot:
    """Where it lives and which Bot API it speaks to."""

    folder: Path
    api_url: str
    key: str

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'faults.db'}"

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
            "HOI_OCOP_LOG_LEVEL": "warning",
            "HOI_OCOP_TELEGRAM__TOKEN": TOKEN,
            "HOI_OCOP_TELEGRAM__API_URL": self.api_url,
            "HOI_OCOP_TELEGRAM__PER_SECOND": "1000",
            "HOI_OCOP_TELEGRAM__TIMEOUT": "2",
        }

    @asynccontextmanager
    async def running(self, *, file_bytes: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run it until left, and then kill it without a word; *file_bytes* is the largest file it may write."""
        with (self.folder / "log.txt").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", "--port", "0",
                cwd=self.folder, env=self.environment, stdout=asyncio.subprocess.DEVNULL, stderr=log,
                preexec_fn=_limited(file_bytes) if file_bytes else None,
            )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """Its database, opened beside it."""
        async with open_store(self.url, keys=[self.key]) as store:
            yield store


def _limited(file_bytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))


async def settled(folder: Path, api_url: str, *, makers: range = MAKERS) -> Bot:
    """A bot whose catalogue has a product of each maker, and whose makers have joined."""
    bot = Bot(folder, api_url, new_key())
    async with open_store(bot.url, migrate=True, keys=[bot.key]) as store:
        rows = [product(number, maker=number, phones=()) for number in range(1, len(makers) + 1)]
        await store.import_rows(rows, who="faults")
        for number, chat in enumerate(makers, start=1):
            made = await store.product(f"nem-{number}")
            assert made is not None
            await store.post.join(Member(Address("telegram", str(chat)), Role.PRODUCER, made.producer.id), at=0.0)
    return bot
