"""The other processes on our PostgreSQL: what they announce, how many send, and whose turn is what one may do.

An announcement may be lost. Whoever heeds one looks into the database now and then anyhow, and always after a time
in which nothing could be heard.
"""

import asyncio
import itertools
import logging
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channel import NoPeers
from bot.channel_kit.backoff import Backoff, keep_trying
from catalog.errors import StoreError
from catalog.store import AnnouncementTopic, CountedLock, Lock, Store
from handlers.limits import Allowance

log = logging.getLogger(__name__)

_LISTEN_BACKOFF = Backoff(first=0.5, longest=10.0, jitter=0.5)
_GATHER = 0.1
_LOOK_EVERY = 1.0
# Whoever had the turn before us, and lost it without a word, knows that by then.
_GRACE = 4.0
# How long we may act on a count of the processes that send: the lock that is counted lasts longer.
_COUNT_SECONDS = 3.0
# By then nobody acts on an older count, and what was sent by one is out of the second to which vendors look back.
_SETTLE_SECONDS = _COUNT_SECONDS + 1.5

Hear = Callable[[Collection[str]], None]
Work = Callable[[], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


class SenderCount:
    """Among how many processes a vendor's limits are divided, so that together they never pass them.

    Each has a lock and counts who else has it, every second. Who comes waits until all others have counted it, or may
    not send any more; the share of who goes is taken when it surely sends no more. Only a process that starts while a
    restarted PostgreSQL has not heard of the others again may take too much, for some seconds.
    """

    def __init__(self, lock: CountedLock, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = lock
        self._clock = clock
        self._found: deque[tuple[float, int]] = deque()
        self._begin = self._end = float("-inf")
        self._is_new = True

    def __call__(self) -> int:
        """The most that there were in the last seconds; 0 while ours may not send."""
        now = self._clock()
        if not self._begin <= now < self._end:
            return 0
        while len(self._found) > 1 and self._found[1][0] <= now - _SETTLE_SECONDS:
            self._found.popleft()
        return max(count for _, count in self._found)

    async def keep(self, sleep: Sleep = asyncio.sleep) -> None:
        """Count until cancelled."""
        try:
            while True:
                try:
                    await self.look()
                except StoreError as error:
                    log.debug("how many processes send cannot be told: %s", error)
                await sleep(_LOOK_EVERY)
        finally:
            await self._lock.release()

    async def look(self) -> None:
        """Be one of those who send, and count them. Raises StoreError."""
        began = self._clock()
        count = await self._lock.count()
        now = self._clock()
        if began >= self._end:
            # The others may have divided the limits without us.
            self._found.clear()
            self._begin = began if self._is_new and count == 1 else now + _SETTLE_SECONDS
        self._is_new = False
        self._end = began + _COUNT_SECONDS
        self._found.append((now, count))


class PeerProcesses:
    """What this process tells the others and hears from them; on SQLite there are none.

    One that *sends* takes its share of the vendors' limits at once, any other when it first wants to send.
    """

    def __init__(self, store: Store, *, sends: bool = False) -> None:
        self.store = store
        lock = store.senders_lock()
        self._senders = SenderCount(lock) if lock else None
        self._wants_to_send = asyncio.Event()
        if sends:
            self._wants_to_send.set()
        self._unsent: dict[str, None] = {}
        self._fresh = asyncio.Event()
        self._catalogue = asyncio.Event()
        self._hearers: dict[str, Hear] = {}
        self.alone = NoPeers()

    def of(self, channel: str) -> "ChannelPeers":
        """The same for the channel of this name."""
        return ChannelPeers(channel, self)

    @property
    def name(self) -> str:
        """How the log calls it."""
        return "announcements"

    async def run(self) -> None:
        """Tell and listen until cancelled; returns at once where there is nobody."""
        if not self.store.announcements.possible:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send(), name="announcing")
            group.create_task(self._listen(), name="listening")
            group.create_task(self._count_senders(), name="counting")

    async def rest_until_catalogue_changes(self, seconds: float) -> None:
        """Wait until it is announced that the catalogue has changed, *seconds* at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._catalogue.wait()
                # What else changes at the same moment is looked at together.
                await asyncio.sleep(_GATHER)
        self._catalogue.clear()

    def announce(self, channel: str, word: str) -> None:
        """Have *word* told soon."""
        if self.store.announcements.possible:
            self._unsent[f"{channel}/{word}"] = None
            self._fresh.set()

    def heed(self, channel: str, hear: Hear) -> None:
        """Have what is announced for *channel* heard."""
        self._hearers[channel] = hear

    def count_senders(self) -> int:
        """Among how many processes a limit is divided; 0 while we may not send."""
        self._wants_to_send.set()
        return self._senders() if self._senders else 1

    async def _count_senders(self) -> None:
        await self._wants_to_send.wait()
        if self._senders:
            await self._senders.keep()

    async def _send(self) -> None:
        """Announce what there is, all that comes up meanwhile at once."""
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            words, self._unsent = self._unsent, {}
            try:
                await self.store.announcements.send(AnnouncementTopic.CHANNEL, words)
            except StoreError as error:
                log.debug("nothing could be announced: %s", error)

    async def _listen(self) -> None:
        def pause_after(error: Exception, failures: int) -> float:
            pause = _LISTEN_BACKOFF.pause(failures)
            level = logging.WARNING if failures == 1 else logging.DEBUG
            log.log(level, "announcements are not heard; what they tell is looked for every second or two: %s", error)
            return pause

        async def listen() -> None:
            await self.store.announcements.listen(self._heard, ready=self._look_everywhere)

        await keep_trying(listen, errors=(StoreError,), pause_after=pause_after, steady=_LISTEN_BACKOFF.longest)

    def _heard(self, topic: AnnouncementTopic, words: Collection[str]) -> None:
        match topic:
            case AnnouncementTopic.CATALOGUE:
                self._catalogue.set()
            case AnnouncementTopic.CHANNEL:
                for channel, hear in self._hearers.items():
                    own = [word.removeprefix(f"{channel}/") for word in words if word.startswith(f"{channel}/")]
                    if own:
                        hear(own)

    def _look_everywhere(self) -> None:
        """We listen from now on; before, we may have missed anything."""
        self._catalogue.set()
        for hear in self._hearers.values():
            hear(())


@dataclass(frozen=True, slots=True)
class ChannelPeers:
    """What one channel has of it."""

    channel: str
    processes: PeerProcesses

    @property
    def possible(self) -> bool:
        """Whether there can be others."""
        return self.processes.store.announcements.possible

    def announce(self, word: str) -> None:
        """Tell them soon."""
        self.processes.announce(self.channel, word)

    def heed(self, hear: Hear) -> None:
        """Have what they tell heard."""
        self.processes.heed(self.channel, hear)

    def mark(self, text: str) -> str:
        """What stands for *text* today in all of them; nobody is led back to it without our keys."""
        store = self.processes.store
        if not (self.possible and store.has_keys):
            return self.processes.alone.mark(text)
        return store.mark(f"{self.channel} {datetime.now(UTC).date()} {text}")

    async def numbers_after(self, number: int) -> Sequence[tuple[str, int]]:
        """The address and number of each answer above *number*. Raises StoreError."""
        return await self.processes.store.outbox.numbers_after(self.channel, number)

    async def newest_number(self) -> int:
        """The highest number of anything that goes out. Raises StoreError."""
        return await self.processes.store.outbox.newest_number()

    def count_senders(self) -> int:
        """Among how many processes a limit is divided; 0 while we may not send."""
        return self.processes.count_senders()

    async def take_turns(self, work: Work, *, standing_by: Callable[[], None]) -> None:
        """Do *work* while no other process does it. Raises what *work* raises; then it is anybody's turn."""
        lock = self.processes.store.turn_lock(self.channel)
        await (work() if lock is None else take_turns(lock, work, standing_by=standing_by))


class SharedAllowance(Allowance):
    """A rate limit for each key that holds over all processes; *peers* tell each other what was allowed."""

    def __init__(self, peers: ChannelPeers, *, burst: int, seconds: float) -> None:
        super().__init__(burst=burst, seconds=seconds)
        self._peers = peers
        self._us = secrets.token_hex(4)
        self._numbers = itertools.count()
        peers.heed(self._hear)

    def wait(self, key: str, now: float) -> float:
        """0 where it may be done now, which is counted everywhere; else in how many seconds."""
        seconds = super().wait(key, now)
        if not seconds and self._peers.possible:
            # Of two that are the same only one would be told.
            self._peers.announce(f"{self._us}/{next(self._numbers)}/{now!r}/{key}")
        return seconds

    def _hear(self, words: Collection[str]) -> None:
        for word in words:
            with suppress(ValueError):
                who, _, at, key = word.split("/", 3)
                if who != self._us:
                    super().wait(key, float(at))


async def take_turns(
    lock: Lock, work: Work, *, standing_by: Callable[[], None], sleep: Sleep = asyncio.sleep, grace: float = _GRACE
) -> None:
    """Do *work* to its end, but only while *lock* is ours; *standing_by* is called when we begin to wait for it."""

    async def work_after_grace() -> None:
        await sleep(grace)
        await work()

    due = work
    try:
        while True:
            if not await _is_taken(lock):
                standing_by()
                due = work_after_grace
            while not await _is_taken(lock):
                await sleep(_LOOK_EVERY)
            if await _work_until_lost(lock, due, sleep=sleep):
                return
            due = work_after_grace
    finally:
        await lock.release()


async def _is_taken(lock: Lock) -> bool:
    try:
        return await lock.take()
    except StoreError as error:
        log.debug("whose turn it is cannot be told: %s", error)
        return False


async def _work_until_lost(lock: Lock, work: Work, *, sleep: Sleep) -> bool:
    """Do *work* while *lock* is ours; False if it was lost before the end. Raises what *work* raises."""

    async def until_lost() -> None:
        while await _is_taken(lock):
            await sleep(_LOOK_EVERY)

    both = [asyncio.ensure_future(each()) for each in (work, until_lost)]  # noqa: TID251 - both end here
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in both:
            each.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    working = both[0]
    if working.cancelled():
        return False
    working.result()
    return True
