"""Both engines as the contract suite drives them: the one process on SQLite, and jobs on PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bot.background_tasks import Crew
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.sender import Sender
from catalog.sealing import new_key
from catalog.store import JobKind, JobQueue, Store, open_store, tables
from catalog.store.job_worker import JobHandlers, Lives, work_on_jobs
from tests.unit.bot.channels import Ear, Echo

PATIENCE = 20.0


@dataclass
class Process:
    """What stands for one process: a store of its own, an inbox, and the vendor that all share."""

    url: str
    store: Store
    inbox: Inbox
    sender: Sender
    echo: Echo
    works: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Stop working in order; the inbox goes on taking in."""
        if self.works is not None:
            self.works.cancel()
            with suppress(asyncio.CancelledError):
                await self.works
            self.works = None


@dataclass
class Engine:
    """A database, the processes on it, the vendor, and one who answers only when told to."""

    url: str
    ear: Ear = field(default_factory=Ear)
    hung: Ear = field(default_factory=lambda: Ear("hung", gate=asyncio.Event()))
    keys: tuple[str, ...] = field(default_factory=lambda: (new_key(),))

    @property
    def has_jobs(self) -> bool:
        return self.url.startswith("postgresql")

    @asynccontextmanager
    async def process(self, *, works: bool = True, grace: float = 5.0) -> AsyncIterator[Process]:
        """A process that takes in and, if it *works*, answers."""
        echo, metrics = Echo(), Metrics()
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_store(self.url, keys=self.keys))
            sender = Sender(store, metrics=metrics, chance=lambda: 0.0)
            inbox = await stack.enter_async_context(Inbox(store, echo, sender, metrics=metrics, grace=grace))
            channels = {each.name: each for each in (self.ear, self.hung)}
            await inbox.serve(channels if works or self.has_jobs else {}, alone=not self.has_jobs)
            crew = await stack.enter_async_context(Crew())
            crew.start(sender.run(), name="sender")
            process = Process(self.url, store, inbox, sender, echo)
            if works and self.has_jobs:
                process.works = asyncio.create_task(_work(process, grace=grace))  # noqa: TID251 - ends in stop()
                stack.push_async_callback(process.stop)
            yield process

    async def heard(self, number: int) -> list[tuple[str, str]]:
        """What was said, once it is *number* answers."""
        until = time.monotonic() + PATIENCE
        while len(self.ear.heard) < number and time.monotonic() < until:  # noqa: ASYNC110 - a vendor tells nobody
            await asyncio.sleep(0.01)
        return self.ear.heard

    async def settled(self, store: Store, number: int) -> dict[str, str]:
        """The state of each answer by what it answers, once *number* are neither waiting nor being sent."""
        asked, said = tables.inbox, tables.outbox
        state = func.coalesce(said.c.state, asked.c.state).label("state")
        query = select(asked.c.ref, state).outerjoin(said, said.c.seq == asked.c.seq)
        until = time.monotonic() + PATIENCE
        while True:
            async with store._engine.connect() as connection:
                states = {row.ref: row.state for row in await connection.execute(query)}
            done = [each for each in states.values() if each not in {"waiting", "sending"}]
            if len(done) >= number or time.monotonic() > until:
                return states
            await asyncio.sleep(0.02)


async def _work(process: Process, *, grace: float) -> None:
    """As bot.job_worker does, but that a dead worker is noticed sooner."""

    async def adopt() -> None:
        await process.sender.rescue()

    handlers = JobHandlers(
        by_number={
            JobKind.ANSWER: process.inbox.answer_job,
            JobKind.DELIVER: process.sender.deliver_job,
            JobKind.NOTIFY: process.sender.notify_job,
        },
        by_clock={JobKind.ADOPT: ("* * * * * *", JobQueue.CLEAN, adopt)},
    )
    lives = Lives(heartbeat=0.3, stalled=1.5)
    await work_on_jobs(
        process.url, handlers, queues=tuple(JobQueue), channels=("ear", "hung"), at_once=8, grace=grace, name="test",
        lives=lives,
    )  # fmt: skip
