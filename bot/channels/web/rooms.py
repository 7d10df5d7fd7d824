"""Who is listening: the open sockets of each person, and how fast each may speak."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import WSCloseCode, web

SEND_SECONDS = 10.0
# Answers that are said once more: four screens full at once, then ten a second.
AGAIN_BURST = 320
AGAIN_PER_SECOND = 10.0
_MOST_PACES = 10_000


class Full(Exception):
    """This person has too many tabs open."""


class Rooms:
    """The open sockets by address. A person has one room however many tabs are open."""

    def __init__(self, *, tabs: int) -> None:
        self._tabs = tabs
        self._paces: OrderedDict[str, SpeakingLimit] = OrderedDict()
        self.closed = False
        self._rooms: dict[str, set[web.WebSocketResponse]] = {}

    @contextmanager
    def enter(self, address: str, socket: web.WebSocketResponse) -> Iterator[None]:
        """Listen while inside. Raises Full."""
        room = self._rooms.setdefault(address, set())
        if len(room) >= self._tabs:
            raise Full
        room.add(socket)
        try:
            yield
        finally:
            room.discard(socket)
            if not room:
                self._rooms.pop(address, None)

    def pace_of(self, address: str) -> "SpeakingLimit":
        """How fast this person may have said again what was said; a new connection does not begin anew."""
        pace = self._paces.setdefault(address, SpeakingLimit(burst=AGAIN_BURST, per_second=AGAIN_PER_SECOND))
        self._paces.move_to_end(address)
        if len(self._paces) > _MOST_PACES:
            self._paces.popitem(last=False)
        return pace

    async def tell(self, address: str, frame: str) -> int:
        """Send *frame* to each tab of a person and count those it went to; a stuck tab is let go, it will resume."""
        room = tuple(self._rooms.get(address, ()))
        return sum([await _send(socket, frame) for socket in room])

    async def close(self) -> None:
        """Send everybody away and let nobody in again; they come back to whoever takes over."""
        self.closed = True
        sockets = [socket for room in self._rooms.values() for socket in room]
        await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY, drain=False) for socket in sockets))

    def __len__(self) -> int:
        """How many sockets are open."""
        return sum(map(len, self._rooms.values()))


async def _send(socket: web.WebSocketResponse, frame: str) -> bool:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await socket.send_str(frame)
    except (ConnectionResetError, TimeoutError):
        return False
    return True


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
