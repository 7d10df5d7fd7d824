"""From a message that is kept to its answer in the outbox, and out: each step is kept, and none is done twice."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot import codec
from bot.channel import Channel
from bot.composing import Answerer, Composer
from bot.job import Job
from bot.message_retry import OFF_SECONDS, STORE_BACKOFF, Lane, RetrySchedule
from bot.metrics import Metrics
from bot.open_photos import LatePhotos, OpenPhotos, PhotoLater
from bot.sender import Sender
from bot.traces import Traces
from catalog.delivery import OutboxState, Queue
from catalog.errors import StoreError
from catalog.store import InboxRow, JobLater, Store

log = logging.getLogger(__name__)

_SLICE = 50
_STORE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much there may be at once: people answered and photos in memory in each channel, bytes of photos kept."""

    at_once: int = 64
    photos_at_once: int = 4
    picture_bytes: int = 256 * 1024 * 1024


class Answering:
    """Answers what the inbox says is next."""

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        sender: Sender,
        *,
        metrics: Metrics,
        traces: Traces,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._metrics = metrics
        self._by_jobs = store.has_jobs
        self._alone = False
        # Each channel has its own room, so that one whose vendor hangs keeps no other waiting. Of jobs there are never
        # so many: each channel has its room among them too (catalog.store.job_rooms).
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.at_once))
        self.retries = RetrySchedule(clock=clock, sleep=sleep)
        self.photos = OpenPhotos(most_bytes=limits.picture_bytes)
        self._composer = Composer(
            store,
            answer,
            metrics=metrics,
            traces=traces,
            photos=self.photos,
            late=LatePhotos(clock),
            photos_at_once=limits.photos_at_once,
            clock=clock,
        )

    async def begin(self, channels: Mapping[str, Channel], *, alone: bool) -> None:
        """Answer through *channels*; learn what an earlier process left. *alone* if no other is at work."""
        self._alone = alone
        await self._sender.begin(alone=alone)
        if not self._by_jobs:
            for name, address, size in await self._store.inbox.pictures_waiting():
                self.photos.count((name, address), size)
        for channel in channels.values():
            await self.let_in(channel)

    async def let_in(self, channel: Channel) -> None:
        """Answer through *channel* too, first what waits for it."""
        if self._alone:
            await self._store.inbox.take_over(channel.name)
        await self._sender.let_in(channel)
        if not self._by_jobs:
            await self._take_up(channel.name)

    async def renew_leases(self) -> None:
        """Say that we still work on what is ours, and take up what another process left. Raises StoreError."""
        await self._store.inbox.renew_leases(now=self._clock())
        await self._sender.renew_leases()
        if self._by_jobs:
            return
        for channel in list(self._sender.channels):
            await self._take_up(channel, left=True)

    async def _take_up(self, channel: str, *, left: bool = False) -> None:
        now = self._clock()
        for address in await self._store.inbox.queues(channel, now=now, left=left):
            if (channel, address) not in self.retries:
                self.retries.put((channel, address), due=now)

    async def finish(self, job: Job) -> None:
        """Answer *job* and send it; while the database refuses, wait and do the rest of it."""
        breath = self._sender.breath
        while not breath.ended:
            try:
                async with self._rooms[job.lane[0]]:
                    await self._answer_and_send(job)
            except StoreError:
                job.refusals += 1
                self._metrics.count_retry(Queue.MESSAGES, job.lane[0])
                await breath.pause(STORE_BACKOFF.pause(job.refusals))
            except PhotoLater as error:
                job.is_late = True
                self._metrics.count_retry(Queue.MESSAGES, job.lane[0])
                if self._by_jobs:
                    raise JobLater(error.seconds) from error
                self.retries.postpone(job.lane, due=self._clock() + error.seconds)
                return
            except Exception as error:  # noqa: BLE001 - one message must not stop its person's others
                await self._sender.give_up(job, error)
                job.is_over = True
                return
            else:
                job.is_over = True
                return

    async def answer_job(self, number: int, *, line: str = "") -> None:
        """Answer the message of a job, which came by *line*. Raises JobLater if it is to be done later, StoreError."""
        taken = await self._store.inbox.take(number, now=self._clock())
        job = await self._read(taken.row) if taken is not None else None
        if taken is None or job is None:
            return
        if job.lane[0] not in self._sender.channels:
            raise JobLater(OFF_SECONDS)
        self._sender.learn(job.lane, taken)
        job.incoming = replace(job.incoming, line=line)
        job.received = taken.known
        job.follows = bool(taken.unsent & {OutboxState.WAITING, OutboxState.SENDING})
        await self.finish(job)
        if not job.is_over:
            # We end.
            raise JobLater(0.0)

    async def catch_up(self, lane: Lane) -> bool:
        """Answer what waits for one person in the store. False if nothing is left, or the rest must wait."""
        try:
            rows = await self._store.inbox.lease_rows(*lane, limit=_SLICE, now=self._clock())
        except StoreError:
            self.retries.put(lane, due=self._clock() + _STORE_SECONDS)
            return False
        if not rows:
            self.retries.forget(lane)
            self.photos.forget(lane)
            return False
        for row in rows:
            job = await self._read(row)
            if job is not None:
                await self.finish(job)
                if job.is_late:
                    return False
        return True

    async def _answer_and_send(self, job: Job) -> None:
        if job.reply is None:
            await self._sender.greet(job.incoming.person)
            job.follows = job.follows or self._sender.is_behind(job.lane)
            job.reply = await self._composer.keep(job, self._sender.channels[job.lane[0]])
        if job.reply is not None:
            await self._sender.send(job, job.reply)

    async def _read(self, row: InboxRow) -> Job | None:
        try:
            incoming = codec.read_incoming(row.body, None)
        except ValueError:
            log.warning("message %d was kept by another version and cannot be read any more", row.seq)
            await self._store.inbox.give_up(row.seq, trouble="cannot be read any more")
            return None
        return Job(row.seq, incoming, picture_bytes=row.picture_bytes, received_at=row.received_at)
