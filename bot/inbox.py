"""What came in: kept before it is acknowledged, answered in each person's order, many people at once.

A message is *waiting* until its answer is in the outbox; from there :mod:`bot.sender` brings it out. What cannot be
answered now waits in the store and not here: :mod:`bot.message_retry` knows whose it is and when it is due.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self

from bot import codec
from bot.answering import Answering, Limits
from bot.channel import Accepted, Answered, Channel
from bot.composing import Answerer
from bot.job import Job
from bot.message_retry import Lane
from bot.metrics import Metrics
from bot.sender import Sender
from bot.traces import NO_TRACES, Traced, Traces, TraceStep
from catalog.errors import StoreError
from catalog.inquiry import Address
from catalog.store import InboxRow, Received, Store
from handlers.messages import Album, Incoming, Person, Photo

log = logging.getLogger(__name__)

_MOST_LANES = 4096
_MOST_IN_LANE = 64
# Three times before a lease ends.
_RENEW_EVERY = 20.0


class Inbox:
    """Takes messages from channels and brings answers back to them; an async context manager.

    Leaving it waits up to *grace* seconds for what is being answered; the rest stays kept and is answered next time.
    What it works on is leased to it, so that another process on the same database leaves it alone.
    """

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        sender: Sender,
        *,
        metrics: Metrics,
        limits: Limits | None = None,
        grace: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        traces: Traces = NO_TRACES,
    ) -> None:
        self._store = store
        self._sender = sender
        self._metrics = metrics
        self._traces = traces
        limits = limits or Limits()
        self._answering = Answering(
            store, answer, sender, metrics=metrics, traces=traces, limits=limits, sleep=sleep, clock=clock
        )
        self._retries = self._answering.retries
        self._most_resumed = limits.at_once
        self._grace = grace
        self._sleep = sleep
        self._clock = clock
        self._lanes: dict[Lane, deque[Job]] = {}
        self._working: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._background: list[asyncio.Task[None]] = []
        # Who wrote while something of theirs waited in the store.
        self._again: set[Lane] = set()
        self._closing = False

    async def __aenter__(self) -> Self:
        """Nothing is answered before serve() names the channels."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, if nobody has said so before."""
        await self.drain()

    async def drain(self) -> None:
        """Take up nothing more, and let answers that are under way finish."""
        self._closing = True
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._sender.breath.end()
        tasks = set(self._tasks)
        if tasks:
            unfinished = (await asyncio.wait(tasks, timeout=self._grace))[1]
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        with suppress(StoreError):
            await self._store.inbox.release_leases()

    async def serve(self, channels: Mapping[str, Channel], *, alone: bool = True) -> None:
        """Answer through *channels* from now on, first what an earlier process left.

        That is taken up at once if we are *alone* on this database, else when its lease ends.
        """
        await self._answering.begin(channels, alone=alone)
        if not self._store.has_jobs:
            self._background.append(self._task(self._retries.run(self._resume), name="retries"))
        self._background.append(self._task(self._keep_leases(), name="leases"))

    async def welcome(self, channel: Channel) -> None:
        """Answer through *channel* too, which opens late and takes nothing in yet; first what waits for it."""
        await self._answering.let_in(channel)

    async def _keep_leases(self) -> None:
        """Say again and again that we work on what is ours, and take up what another process left."""
        while True:
            await asyncio.sleep(_RENEW_EVERY)
            try:
                await self.renew_leases()
            except StoreError as error:
                log.debug("leases cannot be renewed: %s", error)

    async def renew_leases(self) -> None:
        """Say that we work on what is ours, and take up what another process left. Raises StoreError."""
        await self._answering.renew_leases()

    async def put(self, incoming: Incoming) -> Accepted:
        """Keep *incoming* and see to its answer; AGAIN if this ref was put before. Raises StoreError and Busy."""
        begun = self._traces.begin()
        body, picture = codec.serialize_incoming(incoming)
        person, size = incoming.person, len(picture or b"")
        lane, received_at = (person.channel, person.address), self._clock()
        row = InboxRow(*lane, incoming.ref, body, picture, received_at=received_at)
        storing = self._traces.begin()
        received = await (self._receive_for_jobs(incoming, row) if self._store.has_jobs else self._receive(row, size))
        if not self._is_new(received.seq, incoming):
            return Accepted.AGAIN
        message = Traced(person.channel, received.seq, received_at)
        self._traces.end(TraceStep.STORE, message, storing)
        self._traces.end(TraceStep.RECEIVE, message, begun, kind=type(incoming.content).__name__)
        if not self._store.has_jobs:
            bare = codec.split(incoming)[0] if size else incoming
            self._queue(Job(received.seq, bare, received=received, picture_bytes=size, received_at=received_at))
        return Accepted.NEW

    async def _receive(self, row: InboxRow, size: int) -> Received:
        """Keep it, with pictures of *size* bytes, to be answered by this process."""
        lane, seq = (row.channel, row.address), 0
        if size:
            self._answering.photos.admit(lane, size)
        try:
            received = await self._store.inbox.receive(row)
            seq = received.seq
        finally:
            if size and not seq:
                self._answering.photos.release(lane, size)
        return received

    async def _receive_for_jobs(self, incoming: Incoming, row: InboxRow) -> Received:
        """Keep it with its job: whoever works on jobs answers it."""
        if row.pictures:
            waiting, waiting_bytes = await self._store.inbox.count_pictures(Address(row.channel, row.address))
            self._answering.photos.check(len(row.pictures), waiting=waiting, waiting_bytes=waiting_bytes)
        has_photo = isinstance(incoming.content, Photo | Album)
        return await self._store.inbox.receive(replace(row, has_photo=has_photo, line=incoming.line))

    def _is_new(self, seq: int, incoming: Incoming) -> bool:
        channel = incoming.person.channel
        if not seq:
            self._metrics.count_redelivery(channel)
            return False
        self._metrics.count_received(channel, type(incoming.content).__name__)
        return True

    async def answer_job(self, number: int, *, line: str = "") -> None:
        """Answer the message of a job, which came by *line*. Raises JobLater if it is to be done later, StoreError."""
        await self._answering.answer_job(number, line=line)

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        """The last *most* things said to *person* after number *after* (and before *before*), oldest first."""
        to = Address(person.channel, person.address)
        rows = await self._store.outbox.answers_after(to, after=after, before=before, most=most)
        return [
            Answered(
                each.number,
                each.ref,
                codec.read_reply(each.body),
                codec.read_content(each.asked) if each.asked else None,
            )
            for each in rows
        ]

    @property
    def waiting(self) -> int:
        """How many messages are queued in this process, and for how many people something waits in the store."""
        return sum(len(jobs) for jobs in self._lanes.values()) + len(self._retries) + self._sender.waiting

    @property
    def picture_bytes(self) -> int:
        """How many bytes of pictures wait to be looked at."""
        return self._answering.photos.bytes

    # Whose turn it is ---------------------------------------------------------------------------------------------

    def _queue(self, job: Job) -> None:
        lane = job.lane
        jobs = self._lanes.get(lane)
        if jobs is not None and lane not in self._retries and len(jobs) < _MOST_IN_LANE:
            job.received = None
            jobs.append(job)
        elif jobs is None and lane not in self._retries and self._working[lane[0]] < _MOST_LANES:
            self._start(lane, deque([job]))
        else:
            self._wait_for_turn(lane)

    def _wait_for_turn(self, lane: Lane) -> None:
        """What just came from *lane* is taken from the store: behind what waits there, or because we are crowded."""
        self._again.add(lane)
        if lane not in self._retries:
            self._retries.put(lane, due=self._clock())
        if lane not in self._lanes and self._working[lane[0]] < _MOST_LANES:
            self._start(lane, deque())

    def _resume(self, lane: Lane) -> bool:
        """Take up what waits of *lane*; False if its channel has its hands full."""
        if lane in self._lanes or self._closing:
            return True
        if self._working[lane[0]] >= self._most_resumed:
            return False
        self._start(lane, deque())
        return True

    def _start(self, lane: Lane, jobs: deque[Job]) -> None:
        self._lanes[lane] = jobs
        self._working[lane[0]] += 1
        self._task(self._work(lane), name=f"lane {lane[0]}")

    def _task(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)  # noqa: TID251 - the one place for it
        if name.startswith("lane"):
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    async def _work(self, lane: Lane) -> None:
        """Answer one person's messages one after the other until nothing is left to do now."""
        jobs = self._lanes[lane]
        try:
            while not self._closing and await self._next(lane, jobs):
                pass
        finally:
            del self._lanes[lane]
            self._working[lane[0]] -= 1

    async def _next(self, lane: Lane, jobs: deque[Job]) -> bool:
        """Do what is next; False if there is nothing."""
        if jobs:
            await self._answering.finish(jobs[0])
            jobs.popleft()
            if lane in self._retries:
                # The others are in the store as well, and are taken from there.
                jobs.clear()
            return True
        if lane in self._again or self._retries.is_due(lane):
            self._again.discard(lane)
            if await self._answering.catch_up(lane):
                self._again.add(lane)
            return True
        return False
