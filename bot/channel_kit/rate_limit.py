"""Whose turn it is to be written to: a vendor's limits kept before it has to remind us.

A turn is a reservation: whoever waits holds nothing that another chat needs, and how long a turn is off is known before
it is waited for. Several processes divide the limit over all chats among them, and tell each other of turns in chats
that are busy, and of chats that must be left alone.
"""

import asyncio
import secrets
import time
from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.channel import NoPeers, NotYet, Peers

PATIENCE = 1.0
_TIDY = 4096
_FORGET = 600.0
_LOOK_EVERY = 0.25
# Turns within so few seconds are told only once a chat is busy: vendors forgive a short burst.
_BRIEF = 5.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most *turns* in any *seconds*."""

    turns: int
    seconds: float

    def divide(self, processes: int) -> "RateLimit":
        """The share of each of so many *processes*: all of them together keep the limit in any second, or *seconds*."""
        if self.turns >= processes:
            return RateLimit(self.turns // processes, self.seconds)
        # What is let through one after the other, so many a second; a hair more, for what division loses.
        each = int(self.turns / self.seconds / processes + 1e-9)
        return RateLimit(1, 1 / each if each else processes * self.seconds / self.turns)


@dataclass(slots=True)
class RateWindow:
    """The last turns within *limit*; none before *held*."""

    limit: RateLimit
    turns: deque[float] = field(default_factory=deque)
    held: float = 0.0

    def next(self, now: float) -> float:
        """When the next turn may be."""
        full = len(self.turns) >= self.limit.turns
        return max(now, self.held, self.turns[-self.limit.turns] + self.limit.seconds if full else now)

    def take(self, at: float) -> None:
        """Use a turn at *at*, not before next()."""
        self.turns.append(at)
        while len(self.turns) > self.limit.turns:
            self.turns.popleft()

    def note(self, at: float) -> None:
        """Count a turn at *at* that another process took."""
        insort(self.turns, at)
        while len(self.turns) > self.limit.turns:
            self.turns.popleft()

    def under(self, limit: RateLimit, *, now: float) -> "RateWindow":
        """The same under another limit; whoever waits for a turn after *now* has to ask for another one."""
        return RateWindow(limit, deque(at for at in self.turns if at <= now), self.held)

    def idle(self, now: float) -> bool:
        """True when forgetting this window changes nothing."""
        return self.held <= now and (not self.turns or self.turns[-1] + self.limit.seconds <= now)


def _unlimited(_: Hashable) -> Sequence[RateLimit]:
    """No limits for one chat."""
    return ()


@dataclass(slots=True)
class RateLimiter:
    """Keeps the limit *overall*, and for each chat the limits that *per_chat* gives for it.

    *clock* is in seconds and never runs back; *sleep* waits. With *peers* that are possible, chats are numbers.
    """

    overall: RateLimit
    per_chat: Callable[[Hashable], Sequence[RateLimit]] = _unlimited
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    peers: Peers = field(default_factory=NoPeers)
    _us: str = field(default_factory=lambda: secrets.token_hex(4))
    _processes: int = 1
    _all: RateWindow = field(init=False)
    _chats: dict[Hashable, tuple[RateWindow, ...]] = field(default_factory=dict)
    _kept: dict[str, float] = field(default_factory=dict)
    _room: int = _TIDY

    def __post_init__(self) -> None:
        """Open the window of all chats."""
        self._all = RateWindow(self.overall)
        if self.peers.possible:
            self.peers.heed(self._hear)

    async def turn(self, chat: Hashable = None, *, key: str = "") -> None:
        """Wait until *chat* may be written to.

        With a *key*, a wait longer than PATIENCE is not waited here: NotYet tells how long it is, and the turn is kept
        for whoever comes back with that key, to whichever process. It is put off too while ours has no share.
        """
        if key and not self._take_share():
            raise NotYet("this process has no share of the limit yet", seconds=PATIENCE)
        at = self._kept.pop(key, None) if key else None
        if at is None:
            at = self._reserve(chat, key=key)
        if key and (wait := at - self.clock()) > PATIENCE:
            self._kept[key] = at
            raise NotYet("this chat has had its share for now", seconds=wait)
        await self._until(at)
        await self._wait_among_all()

    def hold(self, chat: Hashable, seconds: float) -> None:
        """Keep *chat*, and no other, quiet for *seconds*."""
        self._hold(chat, seconds)
        self._announce("hold", chat, seconds)

    def _hold(self, chat: Hashable, seconds: float) -> None:
        window = self._windows(chat)[0]
        window.held = max(window.held, self.clock() + seconds)

    def forget(self, chat: Hashable) -> None:
        """Know nothing of *chat* any more."""
        self._chats.pop(chat, None)

    async def _wait_among_all(self) -> None:
        """Wait for a turn within our share of the limit over all chats; when that changes, for another one."""
        while True:
            while not self._take_share():
                await self.sleep(_LOOK_EVERY)
            window = self._all
            at = window.next(self.clock())
            window.take(at)
            await self._until(at)
            if self._take_share() and self._all is window:
                return

    def _take_share(self) -> bool:
        """Keep to our share of the limit; False while we have none."""
        processes = self.peers.count_senders()
        if processes not in {0, self._processes}:
            self._processes = processes
            self._all = self._all.under(self.overall.divide(processes), now=self.clock())
        return processes > 0

    def _reserve(self, chat: Hashable, *, key: str = "") -> float:
        windows = self._windows(chat)
        now = self.clock()
        at = max((window.next(now) for window in windows), default=now)
        if self.peers.possible and any(each.limit.seconds > _BRIEF or not each.idle(now) for each in windows):
            self._announce("turn", chat, at - now, key)
        for window in windows:
            window.take(at)
        return at

    def _announce(self, what: str, chat: Hashable, seconds: float, key: str = "") -> None:
        if self.peers.possible:
            self.peers.announce(f"{what}/{self._us}/{chat}/{seconds:.3f}/{key}")

    def _hear(self, words: Collection[str]) -> None:
        """Count the turns of other processes, and leave the chats alone of which they were told to."""
        for word in words:
            # One of another version may say it in another way.
            with suppress(ValueError):
                self._heed(*word.split("/", 4))

    def _heed(self, what: str, who: str = "", chat: str = "", seconds: str = "", key: str = "") -> None:
        if who == self._us:
            return
        if what == "hold":
            self._hold(int(chat), float(seconds))
        else:
            self._note(int(chat), self.clock() + float(seconds), key=key)

    def _note(self, chat: Hashable, at: float, *, key: str) -> None:
        for window in self._windows(chat):
            window.note(at)
        if key:
            self._kept[key] = at
            # Most come back to the process that told us.
            while self._kept[oldest := next(iter(self._kept))] < self.clock() - _FORGET:
                del self._kept[oldest]

    def _windows(self, chat: Hashable) -> tuple[RateWindow, ...]:
        known = self._chats.get(chat)
        if known is not None:
            return known
        windows = tuple(map(RateWindow, self.per_chat(chat)))
        if windows:
            self._tidy()
            self._chats[chat] = windows
        return windows

    def _tidy(self) -> None:
        """Forget the chats that fell silent, once there are many."""
        if len(self._chats) < self._room:
            return
        now = self.clock()
        self._chats = {chat: each for chat, each in self._chats.items() if not all(w.idle(now) for w in each)}
        self._kept = {key: at for key, at in self._kept.items() if at > now - _FORGET}
        # Where many chats are busy at once, looking them all through for each new one would take forever.
        self._room = max(_TIDY, 2 * len(self._chats))

    async def _until(self, at: float) -> None:
        while (wait := at - self.clock()) > 0:
            await self.sleep(wait)
