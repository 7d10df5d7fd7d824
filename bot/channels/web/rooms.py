"""Who is listening: the open sockets of each person, and how fast each may speak."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, web

SEND_SECONDS = 10.0
# Answers that are said once more: four screens full at once, then ten a second.
AGAIN_BURST = 320
AGAIN_PER_SECOND = 10.0
_MOST_PACES = 10_000
_MOST_GIVEN = 512


class Full(Exception):
    """This person has too many tabs open."""


@dataclass(slots=True, eq=False)
class Tab:
    """An open socket, and the numbers of the answers that its page has: all up to *floor*, and those it was *given*.

    *turn* is held while it is given answers, so that they come in their order.
    """

    socket: web.WebSocketResponse
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    floor: int = 0
    given: set[int] = field(default_factory=set)

    def has(self, number: int) -> bool:
        """Whether the page has this answer."""
        return number <= self.floor or number in self.given

    @property
    def newest(self) -> int:
        """The highest number that the page has."""
        return max(self.given, default=self.floor)

    async def give(self, number: int, frame: str) -> None:
        """Send the answer of this *number*, also if the page has it: it may ask for that."""
        await self.socket.send_str(frame)
        self.given.add(number)
        if len(self.given) > _MOST_GIVEN:
            self.floor = max(self.floor, *sorted(self.given)[: _MOST_GIVEN // 2])
            self.given = {each for each in self.given if each > self.floor}


class Rooms:
    """The open tabs by address. A person has one room however many tabs are open."""

    def __init__(self, *, tabs: int) -> None:
        self._tabs = tabs
        self._paces: OrderedDict[str, SpeakingLimit] = OrderedDict()
        self.closed = False
        self._rooms: dict[str, dict[web.WebSocketResponse, Tab]] = {}

    @contextmanager
    def enter(self, address: str, socket: web.WebSocketResponse) -> Iterator[Tab]:
        """Listen while inside; tell() waits while it is the tab's turn. Raises Full."""
        room = self._rooms.setdefault(address, {})
        if len(room) >= self._tabs:
            raise Full
        tab = room[socket] = Tab(socket)
        try:
            yield tab
        finally:
            room.pop(socket, None)
            if not room and self._rooms.get(address) is room:
                del self._rooms[address]

    def pace_of(self, address: str) -> "SpeakingLimit":
        """How fast this person may have said again what was said; a new connection does not begin anew."""
        pace = self._paces.setdefault(address, SpeakingLimit(burst=AGAIN_BURST, per_second=AGAIN_PER_SECOND))
        self._paces.move_to_end(address)
        if len(self._paces) > _MOST_PACES:
            self._paces.popitem(last=False)
        return pace

    async def tell(self, address: str, answers: Sequence[tuple[int, str]]) -> None:
        """Give each tab of a person those of *answers*, as frames by their numbers, that it does not have.

        A stuck tab is let go, it will resume.
        """
        for tab in tuple(self._rooms.get(address, {}).values()):
            await _give(tab, answers)

    def lacking_after(self, address: str, numbers: Collection[int]) -> int | None:
        """After which number some tab of a person lacks answers, among them any of *numbers*; None if none does."""
        tabs = self._rooms.get(address, {}).values()
        lacking = [(tab, [each for each in numbers if not tab.has(each)]) for tab in tabs]
        return min((min(tab.newest, min(lacks) - 1) for tab, lacks in lacking if lacks), default=None)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Who is here."""
        return tuple(self._rooms)

    async def forget(self, address: str) -> None:
        """Send a person's tabs away, and know nothing of them any more."""
        self._paces.pop(address, None)
        await _send_away(self._rooms.pop(address, ()))

    async def close(self) -> None:
        """Send everybody away and let nobody in again; they come back to whoever takes over."""
        self.closed = True
        await _send_away([socket for room in self._rooms.values() for socket in room])

    def __len__(self) -> int:
        """How many sockets are open."""
        return sum(map(len, self._rooms.values()))


async def _send_away(sockets: Collection[web.WebSocketResponse]) -> None:
    """Tell *sockets* to come back later."""
    await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY, drain=False) for socket in tuple(sockets)))


async def _give(tab: Tab, answers: Sequence[tuple[int, str]]) -> None:
    with suppress(ConnectionResetError, TimeoutError):
        async with asyncio.timeout(SEND_SECONDS), tab.turn:
            for number, frame in answers:
                if not tab.has(number):
                    await tab.give(number, frame)


class SpeakingLimit:
    """A bucket of *burst* messages that fills by *per_second*: nobody is refused, the hasty are made to wait."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._left = self._burst
        self._seen = 0.0

    def wait(self, now: float) -> float:
        """Take one message at *now* (seconds of any clock that never goes back): how many seconds to wait first."""
        self._left = min(self._burst, self._left + (now - self._seen) * self._per_second) - 1
        self._seen = now
        return max(0.0, -self._left / self._per_second)

    def spend(self, count: int) -> None:
        """Take *count* more: whoever made us say much waits longer before the next one."""
        self._left -= count
