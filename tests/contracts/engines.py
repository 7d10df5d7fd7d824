"""Both engines as the contract suite drives them: the one process on SQLite, and jobs on PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select, text

from bot.background_tasks import BackgroundTasks
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
    """A database, the processes on it, the vendor, and one who answers only when told to.

    On PostgreSQL the processes' clock is *ahead* of this machine's by so many seconds.
    """

    url: str
    ear: Ear = field(default_factory=Ear)
    hung: Ear = field(default_factory=lambda: Ear("hung", gate=asyncio.Event()))
    keys: tuple[str, ...] = field(default_factory=lambda: (new_key(),))
    echo: Callable[[Store], Echo] = lambda _: Echo()
    ahead: float = 0.0

    def now(self) -> float:
        """What the processes take for the time."""
        return time.time() + self.ahead

    @property
    def has_jobs(self) -> bool:
        return self.url.startswith("postgresql")

    @asynccontextmanager
    async def process(self, *, works: bool = True, grace: float = 5.0) -> AsyncIterator[Process]:
        """A process that takes in and, if it *works*, answers."""
        metrics = Metrics()
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_store(self.url, keys=self.keys))
            echo = self.echo(store)
            sender = Sender(store, metrics=metrics, chance=lambda: 0.0, clock=self.now)
            inbox = await stack.enter_async_context(
                Inbox(store, echo, sender, metrics=metrics, grace=grace, clock=self.now)
            )
            channels = {each.name: each for each in (self.ear, self.hung)}
            await inbox.serve(channels if works or self.has_jobs else {}, alone=not self.has_jobs)
            crew = await stack.enter_async_context(BackgroundTasks())
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

    async def pass_time(self, store: Store, seconds: float) -> None:
        """Let so much time pass at once, and all jobs look whether they are due; then wait until none is at work."""
        self.ahead += seconds
        wake = text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND args ? 'number'")
        async with store._engine.begin() as connection:
            await connection.execute(wake)
        await self.rested(store)

    async def rested(self, store: Store) -> None:
        """Wait until each job about a message or an answer is done, or waits for its time or behind one that does.

        What a process that ended was sending is not at rest until another one has settled it.
        """
        busy = text(
            "SELECT (SELECT count(*) FROM outbox WHERE state = 'sending') + count(*)"
            " FROM procrastinate_jobs AS job WHERE args ? 'number' AND (status = 'doing' OR"
            " status = 'todo' AND coalesce(scheduled_at, now()) <= now() AND NOT EXISTS (SELECT FROM"
            " procrastinate_jobs AS before WHERE before.lock = job.lock AND before.id < job.id"
            " AND before.status = 'todo' AND before.scheduled_at > now()))"
        )
        async with asyncio.timeout(4 * PATIENCE):
            while True:
                async with store._engine.connect() as connection:
                    if not (await connection.execute(busy)).scalar_one():
                        return
                await asyncio.sleep(0.02)

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
