"""Everything that goes out: answers at once, notices when they are due, and what a vendor does not take when it does.

What is surely unsent waits in the outbox until it can go; what needs its person to write again is held for that, and
given first then; what may have been sent is sent again only where its policy says so; only a refusal ends it.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from bot.answer_sender import AnswerSender
from bot.background_tasks import InterruptiblePause
from bot.channel import Channel
from bot.job import Job
from bot.message_retry import Attempts, Lane
from bot.metrics import Metrics
from bot.notice_sender import NoticeSender
from bot.traces import NO_TRACES, Traces
from catalog.errors import StoreError
from catalog.inquiry import Address
from catalog.store import Store, Taken
from handlers.context import Context
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

_HURRY_EVERY = 5.0


class Sender:
    """Alone hands anything to a channel. Notices are sent where there is a *context* to compose them with."""

    def __init__(
        self,
        store: Store,
        *,
        metrics: Metrics,
        context: Context | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        breath: float = 1.0,
        traces: Traces = NO_TRACES,
    ) -> None:
        self._store = store
        self._clock = clock
        self._alone = False
        self.channels: dict[str, Channel] = {}
        self._mended: set[str] = set()
        self._hurried_at: dict[str, float] = {}
        attempts = Attempts(clock=clock, chance=chance, mended=self._hurry)
        self._answers = AnswerSender(
            store, self.channels, attempts=attempts, metrics=metrics, traces=traces, clock=clock, sleep=sleep
        )
        self._notices = (
            NoticeSender(
                context, self.channels, attempts=attempts, metrics=metrics, traces=traces, clock=clock, breath=breath
            )
            if context is not None
            else None
        )

    @property
    def name(self) -> str:
        """How the log calls it."""
        return "sender"

    @property
    def breath(self) -> InterruptiblePause:
        """The pauses that end when the program stops."""
        return self._answers.breath

    @property
    def waiting(self) -> int:
        """For how many people an answer waits."""
        return len(self._answers.retries)

    def _hurry(self, channel: str) -> None:
        self._answers.retries.hurry(channel)
        self._mended.add(channel)

    async def _hurry_stored(self) -> None:
        """What waits in the store for a vendor that takes messages again is due now.

        All of it at once, and not each time that a vendor who comes and goes is there.
        """
        now = self._clock()
        for channel in [each for each in self._mended if now - self._hurried_at.get(each, 0.0) >= _HURRY_EVERY]:
            self._mended.discard(channel)
            self._hurried_at[channel] = now
            try:
                await self._store.outbox.hurry(channel, now=now)
            except StoreError as error:
                log.debug("what waits for %s cannot be hurried: %s", channel, error)
                self._mended.add(channel)

    async def begin(self, *, alone: bool) -> None:
        """Learn what an earlier process left. *alone* if no other is at work."""
        self._alone = alone
        await self._answers.begin()

    async def let_in(self, channel: Channel) -> None:
        """Send through *channel* too, first what waits for it."""
        await self._take_over(channel, alone=self._alone)
        self.channels[channel.name] = channel
        await self._store.outbox.hurry_messages(channel.name)
        if not self._store.has_jobs:
            await self._answers.take_up(channel.name)

    def learn(self, lane: Lane, taken: Taken) -> None:
        """Know what waits for *lane*, as the job of a message tells."""
        self._answers.learn(lane, taken.unsent)
        if self._notices is not None and taken.holds_notices:
            self._notices.learn_held(Address(*lane))

    async def deliver_job(self, number: int) -> None:
        """Send what waits for the person of a job. Raises JobLater if it is to be done later, StoreError."""
        try:
            await self._answers.deliver_job(number)
        finally:
            await self._hurry_stored()

    async def rescue(self) -> None:
        """What a process was sending whose lease has ended is not sent again where its policy forbids that."""
        for channel in list(self.channels.values()):
            await self._take_over(channel, alone=False)

    async def notify_job(self, number: int) -> None:
        """Send the notices that are due to the person of a job. Raises StoreError."""
        to = await self._store.outbox.receiver(number)
        if to is not None and self._notices is not None:
            await self._notices.round(to)
            await self._hurry_stored()

    async def _take_over(self, channel: Channel, *, alone: bool) -> None:
        await self._store.outbox.take_over(
            channel.name, keeps_answers=channel.keeps_answers, now=self._clock(), alone=alone
        )

    async def renew_leases(self) -> None:
        """Say that we still send what is ours, and take up what another process left. Raises StoreError."""
        await self._store.outbox.renew_leases(now=self._clock())
        if self._notices is not None:
            await self._notices.keep_again()
        await self._hurry_stored()
        if self._store.has_jobs:
            return
        for channel in list(self.channels.values()):
            await self._take_over(channel, alone=False)
            await self._answers.take_up(channel.name, left=True)

    async def run(self) -> None:
        """Send what is due until cancelled; jobs do it where there are some."""
        if self._store.has_jobs:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self.run_answers(), name="answers")
            if self._notices is not None:
                group.create_task(self._notices.run(), name="notices")

    async def run_answers(self) -> None:
        """Send the answers that had to wait, each when it is due, until cancelled."""
        await self._answers.run()

    async def round(self) -> int:
        """Send the notices that are due now; how many that were."""
        return await self._notices.round() if self._notices is not None else 0

    async def greet(self, person: Person) -> None:
        """Someone writes: what waited for that goes first."""
        await self._answers.give_held((person.channel, person.address))
        if self._notices is not None:
            await self._notices.give_held(Address(person.channel, person.address))

    def is_behind(self, lane: Lane) -> bool:
        """Whether earlier answers to the same person wait, so that a new one must wait too."""
        return self._answers.is_behind(lane)

    async def send(self, job: Job, reply: Reply) -> None:
        """Send the answer to *job*. Raises StoreError where what became of it cannot be kept now."""
        await self._answers.send(job, reply, self.channels[job.lane[0]])
        if self._mended:
            await self._hurry_stored()

    async def give_up(self, job: Job, error: Exception) -> None:
        """What nobody foresaw must not be met for ever."""
        await self._answers.give_up(job, error)
