"""For whom something waits in the store, and when that is tried again: one task and one alarm for all.

What an error means, and how long the pause is, says :mod:`bot.attempts`; :mod:`bot.answer_sender` sends again. Where
there are jobs (PostgreSQL) their own due times stand for this.
"""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_CROWDED = 1.0

Lane = tuple[str, str]


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
