"""When a message is retried: what the errors of an attempt mean (sent, waiting, held, unknown, failed), and the pause.

What is surely unsent waits, what needs the person to speak is held for that, and what may have been sent is not sent
again unless it may be sent twice. That a vendor takes nothing is said in the log once and then every ten minutes,
never once for each message.

For whom something waits in the store, and when that is tried again, knows the schedule: one task and one alarm for
all. :mod:`bot.answer_sender` and :mod:`bot.notice_sender` send again. Where there are jobs (PostgreSQL) their own due
times stand for the schedule.
"""

import asyncio
import heapq
import itertools
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from bot.channel import Channel, Delivery, Gone, MaybeSent, NotSent, NotYet, Refused, WindowClosed
from bot.channel_kit.backoff import Backoff
from bot.logs import outline
from catalog.delivery import Obstacle, OutboxState
from catalog.errors import StoreError

log = logging.getLogger(__name__)

_STORE_SECONDS = 5.0
OFF_SECONDS = 300.0
_TOLD_AGAIN = 600.0
# What failed together is not tried again together: half of each pause is chance.
SEND_BACKOFF = Backoff(first=1.0, longest=300.0, jitter=0.5)
STORE_BACKOFF = Backoff(first=1.0, longest=32.0)
_CROWDED = 1.0

Lane = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: *sent_id*, or an *obstacle*. It is due again at *due_at*; *barred* until then by the vendor."""

    sent_id: str = ""
    obstacle: Obstacle | None = None
    due_at: float = 0.0
    barred: float = 0.0
    trouble: str = ""

    @property
    def tried(self) -> bool:
        """Whether it counts as a try: waiting for our own limits does not."""
        return self.obstacle is not Obstacle.NOT_YET


def state_of_reply(attempt: Attempt) -> OutboxState:
    """What becomes of an answer after *attempt*."""
    match attempt.obstacle:
        case None:
            return OutboxState.SENT
        case Obstacle.NOT_YET | Obstacle.UNREACHABLE | Obstacle.CHANNEL_OFF:
            return OutboxState.WAITING
        case Obstacle.WINDOW_CLOSED | Obstacle.GONE:
            return OutboxState.HELD
        case Obstacle.UNSURE:
            return OutboxState.UNKNOWN
        case Obstacle.REFUSED:
            return OutboxState.FAILED
    assert_never(attempt.obstacle)


@dataclass(slots=True)
class _Outage:
    """A vendor takes nothing since *since*; the log *told* of it then, None while it does not know."""

    since: float
    told: float | None
    failures: int = 0


class Outages:
    """One note for each channel whose vendor does not take what we send."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._now: dict[str, _Outage] = {}
        self._told: dict[str, float] = {}

    def note_failure(self, channel: str, *, why: str) -> None:
        """An answer was not taken; it waits."""
        now = self._clock()
        outage = self._now.setdefault(channel, _Outage(now, None))
        outage.failures += 1
        # One chat that is barred while others are not comes and goes many times.
        if now - self._told.get(channel, -_TOLD_AGAIN) < _TOLD_AGAIN:
            return
        self._told[channel] = now
        if outage.failures == 1:
            log.warning("%s takes no answers, they wait: %s", channel, why)
        else:
            lasted = (now - outage.since) / 60
            log.warning(
                "%s takes no answers since %.0f min (%d tries), they wait: %s", channel, lasted, outage.failures, why
            )
        outage.told = now

    def note_success(self, channel: str) -> bool:
        """An answer went out; True if that ends an outage."""
        outage = self._now.pop(channel, None) if self._now else None
        if outage is None:
            return False
        if outage.told is not None:
            log.info("%s takes answers again, after %.0f s", channel, self._clock() - outage.since)
        return True


class Attempts:
    """Hands deliveries to channels; *mended* is called with one whose vendor takes them again."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        mended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._mended = mended
        self._outages = Outages(clock)

    async def make(self, delivery: Delivery, channel: Channel, *, tries: int = 0) -> Attempt:
        """Send; what came of it. What need not be said is sent only where an answer is waited for."""
        reply = delivery.reply
        if reply.silent and not reply.choices and not channel.keeps_answers:
            return Attempt()
        try:
            sent_id = await channel.deliver(delivery)
        except Exception as error:  # noqa: BLE001 - what a channel did not foresee may have been sent
            return self._unsent(error, channel.name, key=delivery.key, tries=tries)
        if self._outages.note_success(channel.name):
            self._mended(channel.name)
        return Attempt(sent_id)

    def without_channel(self, name: str, *, tries: int) -> Attempt:
        """The channel is off, or does not open: what is for it waits for that."""
        error = NotSent(f"the channel {name} is off", seconds=OFF_SECONDS)
        return self._later(error, Obstacle.CHANNEL_OFF, tries=tries)

    def _unsent(  # noqa: PLR0911 - one line an error
        self, error: Exception, channel: str, *, key: str, tries: int
    ) -> Attempt:
        match error:
            case NotYet():
                due = self._clock() + error.seconds
                return Attempt(obstacle=Obstacle.NOT_YET, due_at=due, barred=due, trouble=str(error))
            case NotSent():
                self._outages.note_failure(channel, why=str(error))
                return self._later(error, Obstacle.UNREACHABLE, tries=tries)
            case StoreError():
                # A channel asks its memory before it sends, and what fails afterwards it keeps to itself.
                wait = NotSent("the database refused what the channel needs to know", seconds=_STORE_SECONDS)
                self._outages.note_failure(channel, why=str(wait))
                return self._later(wait, Obstacle.UNREACHABLE, tries=tries)
            case WindowClosed():
                return Attempt(obstacle=Obstacle.WINDOW_CLOSED, trouble=str(error))
            case Gone():
                return Attempt(obstacle=Obstacle.GONE, trouble=str(error))
            case MaybeSent():
                return self.unsure(str(error), tries=tries)
            case Refused():
                log.warning("%s refused %s: %s", channel, key, error)
                return Attempt(obstacle=Obstacle.REFUSED, trouble=str(error))
        log.error("%s failed at %s: %s", channel, key, outline(error))
        return self.unsure(type(error).__name__, tries=tries)

    def _later(self, error: NotSent, obstacle: Obstacle, *, tries: int) -> Attempt:
        now = self._clock()
        due = now + SEND_BACKOFF.pause(tries + 1, at_least=error.seconds, chance=self._chance)
        return Attempt(obstacle=obstacle, due_at=due, barred=now + error.seconds, trouble=str(error))

    def unsure(self, why: str, *, tries: int) -> Attempt:
        """It may have been sent, for *why*; due again, should it be one that may be sent twice."""
        due = self._clock() + SEND_BACKOFF.pause(tries + 1, at_least=1.0, chance=self._chance)
        return Attempt(obstacle=Obstacle.UNSURE, due_at=due, trouble=why)


@dataclass(slots=True)
class _Wait:
    """*due* is when we try again, *barred* until when the vendor asked us not to."""

    due: float
    barred: float


class RetrySchedule:
    """Knows each lane that waits, and starts it when it is due."""

    def __init__(self, *, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._waits: dict[Lane, _Wait] = {}
        self._alarms: list[tuple[float, int, Lane]] = []
        self._numbers = itertools.count()
        self._wake = asyncio.Event()

    def __contains__(self, lane: Lane) -> bool:
        """True while something of *lane* waits in the store."""
        return lane in self._waits

    def __len__(self) -> int:
        """For how many something waits."""
        return len(self._waits)

    def put(self, lane: Lane, *, due: float, barred: float | None = None) -> None:
        """Something of *lane* waits until *due*; *barred* if the vendor will not have it before then."""
        self._waits[lane] = _Wait(due, due if barred is None else barred)
        heapq.heappush(self._alarms, (due, next(self._numbers), lane))
        self._wake.set()

    def postpone(self, lane: Lane, *, due: float) -> None:
        """Something of *lane* waits until *due* for a reason of its own; how long the vendor asked for stays."""
        barred = self._waits[lane].barred if lane in self._waits else 0.0
        self.put(lane, due=max(due, barred), barred=barred)

    def forget(self, lane: Lane) -> None:
        """Nothing of *lane* waits any more."""
        self._waits.pop(lane, None)

    def is_due(self, lane: Lane) -> bool:
        """Whether it is time to try again."""
        return lane in self._waits and self._waits[lane].due <= self._clock()

    def may_send(self, lane: Lane) -> bool:
        """Whether the vendor asked for no more patience."""
        return lane not in self._waits or self._waits[lane].barred <= self._clock()

    def hurry(self, channel: str) -> None:
        """The vendor of *channel* takes answers again: whoever waits for nothing else is due now."""
        now = self._clock()
        for lane, wait in self._waits.items():
            if lane[0] == channel and now < wait.due and wait.barred <= now:
                wait.due = now
                heapq.heappush(self._alarms, (now, next(self._numbers), lane))
        self._wake.set()

    async def run(self, start: Callable[[Lane], bool]) -> None:
        """*start* what is due until cancelled; where that says that there is no room, again a second later."""
        while True:
            self._wake.clear()
            self._start_due(start)
            await self._rest()

    def _start_due(self, start: Callable[[Lane], bool]) -> None:
        now = self._clock()
        crowded = []
        while self._alarms and self._alarms[0][0] <= now:
            due, _, lane = heapq.heappop(self._alarms)
            wait = self._waits.get(lane)
            if wait is not None and wait.due <= due and not start(lane):
                crowded.append(lane)
        for lane in crowded:
            heapq.heappush(self._alarms, (now + _CROWDED, next(self._numbers), lane))

    async def _rest(self) -> None:
        """Wait until something is due or new."""
        if not self._alarms:
            await self._wake.wait()
            return
        seconds = min(max(0.0, self._alarms[0][0] - self._clock()), 3600.0)
        either = (self._sleep(seconds), self._wake.wait())
        both = [asyncio.ensure_future(each) for each in either]  # noqa: TID251 - both end here
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
