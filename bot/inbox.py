"""What came in: kept before it is acknowledged, answered in each person's order, many people at once.

A message is *waiting* until its answer is kept; it is *sending* while the channel has it; then it is *sent*, or *ready*
to be tried again, *held* until the person speaks, *unknown* or *failed*. What cannot go out now waits in the store and
not here: :mod:`bot.retry_schedule` knows whose it is and when it is due. Of several answers that became old meanwhile
only the newest is given, the others are *shelved* and theirs on request. An answer that may have been sent is not sent
again, unless the channel keeps answers and shows each once.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Self

from bot import codec
from bot.answering import Answering, Limits
from bot.channel import Accepted, Answered, Channel, Delivery
from bot.composing import Answerer
from bot.job import Job
from bot.metrics import Metrics
from bot.retry_schedule import Lane
from catalog.store import DeliveryResult, InboxRow, Store
from handlers.messages import Incoming, Person, Reply, Strange

_MOST_LANES = 4096
_MOST_IN_LANE = 64


class Inbox:
    """Takes messages from channels and brings answers back to them; an async context manager.

    Leaving it waits up to *grace* seconds for what is being answered; the rest stays kept and is answered next time.
    """

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        *,
        measures: Metrics,
        at_once: int = 64,
        photos_at_once: int = 4,
        picture_bytes: int = 256 * 1024 * 1024,
        grace: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._measures = measures
        limits = Limits(at_once, photos_at_once, picture_bytes)
        self._answering = Answering(store, answer, measures=measures, limits=limits, sleep=sleep, clock=clock)
        self._retries = self._answering.retries
        self._most_resumed = at_once
        self._grace = grace
        self._sleep = sleep
        self._clock = clock
        self._lanes: dict[Lane, deque[Job]] = {}
        self._working: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.Task[None] | None = None
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
        if self._alarm is not None:
            self._alarm.cancel()
            await asyncio.gather(self._alarm, return_exceptions=True)
        self._answering.breath.end()
        tasks = set(self._tasks)
        if tasks:
            unfinished = (await asyncio.wait(tasks, timeout=self._grace))[1]
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def serve(self, channels: Mapping[str, Channel]) -> None:
        """Answer through *channels* from now on, first what an earlier process left."""
        await self._answering.begin(channels)
        for name in channels:
            await self._take_up(name)
        self._alarm = self._task(self._retries.run(self._resume), name="retries")

    async def welcome(self, channel: Channel) -> None:
        """Answer through *channel* too, which opens late and takes nothing in yet; first what waits for it."""
        await self._answering.let_in(channel)
        await self._take_up(channel.name)

    async def _take_up(self, channel: str) -> None:
        for address, due_at in await self._store.waiting.lanes(channel):
            self._retries.put((channel, address), due=due_at)

    async def put(self, incoming: Incoming) -> Accepted:
        """Keep *incoming* and see to its answer; AGAIN if this ref was put before. Raises StoreError and Busy."""
        body, picture = codec.spell_incoming(incoming)
        person, size = incoming.person, len(picture or b"")
        lane = (person.channel, person.address)
        if size:
            self._answering.photos.admit(lane, size)
        seq = 0
        try:
            received = await self._store.receive(
                InboxRow(*lane, incoming.ref, body, picture, received_at=self._clock())
            )
            seq = received.seq
        finally:
            if size and not seq:
                self._answering.photos.release(lane, size)
        if not seq:
            self._measures.count_redelivery(person.channel)
            return Accepted.AGAIN
        self._measures.count_received(person.channel, type(incoming.content).__name__)
        bare = codec.split(incoming)[0] if size else incoming
        self._queue(Job(seq, bare, received=received, picture_bytes=size))
        return Accepted.NEW

    async def announce(self, person: Person, reply: Reply, *, key: str) -> None:
        """Say something that nobody asked for, in a channel that keeps answers: there it stands once for each *key*.

        Raises StoreError, and KeyError for a channel that is not open.
        """
        channel = self._answering.channels[person.channel]
        now, spelled = self._clock(), codec.spell_reply(reply)
        body, _ = codec.spell_incoming(Incoming(person, Strange("notice"), key))
        letter = InboxRow(person.channel, person.address, key, body, state="sending", answer=spelled, received_at=now)
        seq = await self._store.put(letter)
        if seq:
            await channel.deliver(Delivery(person, reply, key=str(seq)))
            await self._store.settle(DeliveryResult(seq, "sent"))

    def on_return(self, greet: Callable[[Person], Awaitable[None]]) -> None:
        """Call *greet* before the next message of anyone is answered, for what waits for them."""
        self._answering.greet = greet

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        """The last *most* things said to *person* after seq *after* (and before *before*), oldest first."""
        letters = await self._store.answers_after(person.channel, person.address, after=after, before=before, most=most)
        return [
            Answered(each.seq, each.ref, codec.read_reply(each.answer), codec.read_content(each.body))
            for each in letters
            if each.answer
        ]

    @property
    def waiting(self) -> int:
        """How many messages are queued in this process, and for how many people something waits in the store."""
        return sum(len(jobs) for jobs in self._lanes.values()) + len(self._retries)

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
        if name != "retries":
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
