"""Whose turn it is to be written to: Telegram's limits kept before it has to remind us.

One message a second to a chat (three at once are forgiven), twenty a minute to a group, thirty a second in all. A
turn is a reservation: whoever waits holds nothing that another chat needs.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channel import NotYet

PER_CHAT = ((3, 3.0),)
PER_GROUP = ((3, 3.0), (20, 60.0))
PATIENCE = 1.0
_TIDY = 4096
_FORGET = 600.0


@dataclass(slots=True)
class RateWindow:
    """At most *limit* turns in any *seconds*; none before *held*."""

    limit: int
    seconds: float
    turns: deque[float] = field(default_factory=deque)
    held: float = 0.0

    def next(self, now: float) -> float:
        """When the next turn may be."""
        full = len(self.turns) >= self.limit
        return max(now, self.held, self.turns[-self.limit] + self.seconds if full else now)

    def take(self, at: float) -> None:
        """Use a turn at *at*, not before next()."""
        self.turns.append(at)
        while len(self.turns) > self.limit:
            self.turns.popleft()

    def idle(self, now: float) -> bool:
        """True when forgetting this window changes nothing."""
        return self.held <= now and (not self.turns or self.turns[-1] + self.seconds <= now)


@dataclass(slots=True)
class Lanes:
    """One lane for each chat and one for all. *clock* is in seconds and never runs back; *sleep* waits."""

    per_second: int
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _chats: dict[int, tuple[RateWindow, ...]] = field(default_factory=dict)
    _kept: dict[str, float] = field(default_factory=dict)
    _all: RateWindow = field(init=False)
    _room: int = _TIDY

    def __post_init__(self) -> None:
        """Open the lane of all."""
        self._all = RateWindow(self.per_second, 1.0)

    async def turn(self, chat: int, *, key: str = "") -> None:
        """Wait until *chat* may be written to.

        With a *key*, a wait longer than PATIENCE is not waited here: NotYet tells how long it is, and the turn is kept
        for whoever comes back with that key.
        """
        at = self._kept.pop(key, None) if key else None
        if at is None:
            at = self._reserve(chat)
        if key and (wait := at - self.clock()) > PATIENCE:
            self._kept[key] = at
            raise NotYet("this chat has had its share for now", seconds=wait)
        await self._until(at)
        at = self._all.next(self.clock())
        self._all.take(at)
        await self._until(at)

    def _reserve(self, chat: int) -> float:
        lane = self._lane(chat)
        at = max(window.next(self.clock()) for window in lane)
        for window in lane:
            window.take(at)
        return at

    def hold(self, chat: int, seconds: float) -> None:
        """Keep *chat*, and no other, quiet for *seconds*."""
        window = self._lane(chat)[0]
        window.held = max(window.held, self.clock() + seconds)

    def _lane(self, chat: int) -> tuple[RateWindow, ...]:
        if len(self._chats) >= self._room and chat not in self._chats:
            now = self.clock()
            self._chats = {key: lane for key, lane in self._chats.items() if not all(w.idle(now) for w in lane)}
            self._kept = {key: at for key, at in self._kept.items() if at > now - _FORGET}
            # Where many chats are busy at once, looking them all through for each new one would take forever.
            self._room = max(_TIDY, 2 * len(self._chats))
        if chat not in self._chats:
            limits = PER_GROUP if chat < 0 else PER_CHAT
            self._chats[chat] = tuple(RateWindow(limit, seconds) for limit, seconds in limits)
        return self._chats[chat]

    async def _until(self, at: float) -> None:
        while (wait := at - self.clock()) > 0:
            await self.sleep(wait)
