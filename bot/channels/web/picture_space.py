"""Memory for pictures that are coming in. It is given as the bytes come, so that whoever only trickles takes none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class PictureSpace:
    """What one picture has taken so far."""

    network: str
    taken: int = 0


@dataclass
class Room:
    """*most* bytes for all, *share* of them for one network address; *at_once* pictures of one person.

    The oldest picture is always let go on, and the oldest of each address within what all may take: so nobody waits
    for someone who waits for them.
    """

    most: int
    share: int
    at_once: int
    _places: dict[PictureSpace, None] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _people: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def place(self, *, person: str, network: str) -> AsyncIterator[PictureSpace]:
        """Wait for one's turn among one's own pictures, and have a place while inside."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._people.get(person, 0) < self.at_once)
            self._people[person] = self._people.get(person, 0) + 1
            place = PictureSpace(network)
            self._places[place] = None
        try:
            yield place
        finally:
            # Nothing is waited for here: the end must come even to who is being cancelled.
            del self._places[place]
            self._people[person] -= 1
            if not self._people[person]:
                del self._people[person]
            await self._tell()

    async def grow(self, place: PictureSpace, size: int) -> None:
        """Take *size* bytes more, as soon as there is room for them."""
        if not self._may_grow(place, size):
            async with self._changed:
                await self._changed.wait_for(lambda: self._may_grow(place, size))
        place.taken += size

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _may_grow(self, place: PictureSpace, size: int) -> bool:
        taking = [each for each in self._places if each.taken or each is place]
        if taking[0] is place:
            return True
        if sum(each.taken for each in taking) + size > self.most:
            return False
        own = [each for each in taking if each.network == place.network]
        return own[0] is place or sum(each.taken for each in own) + size <= self.share
