"""Limits the number of connections, in all and by network address; idle ones are closed for new ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.http.refusals import Refusals
from bot.networks import Networks, client_network


class OpenConnection(Protocol):
    """What the limiter needs of a connection."""

    @property
    def half_sent(self) -> bool:
        """True while it has begun a request head and not finished it."""

    @property
    def idle(self) -> bool:
        """True while no request of it is being answered."""

    def leave(self) -> None:
        """Close it at once."""


@dataclass(eq=False)
class ConnectionSlot:
    """Room for one connection from *network*, taken before the connection is made."""

    network: str
    give_back: Callable[["ConnectionSlot"], None]
    connection: OpenConnection | None = None

    def end(self) -> None:
        """Give it back; once is enough."""
        self.give_back(self)


@dataclass
class ConnectionLimiter:
    """At most *most* connections, and of one network address *per_address*, unless it is a *trusted* proxy."""

    most: int
    per_address: int
    trusted: Networks
    refusals: Refusals
    _rooms: dict[str, dict[ConnectionSlot, None]] = field(default_factory=dict)
    _number: int = 0

    def __post_init__(self) -> None:
        """One address never holds more than a quarter."""
        self.per_address = max(1, min(self.per_address, self.most // 4))

    def admit(self, address: str) -> ConnectionSlot | None:
        """A place for one more from *address*; None when neither room nor an idle connection is left there."""
        network = client_network(address)
        if address not in self.trusted and len(self._rooms.get(network, ())) >= self.per_address:
            if not self._free_one(network):
                self.refusals.count("too many connections from one address")
                return None
        elif self._number >= self.most and not self._free_one(self._largest()):
            self.refusals.count("too many connections")
            return None
        return self._take(network)

    def relieve(self) -> None:
        """Close one connection of the largest network: the process has run out of a resource."""
        if self._rooms:
            self._free_one(self._largest())

    def _take(self, network: str) -> ConnectionSlot:
        place = ConnectionSlot(network, self._give_back)
        self._rooms.setdefault(network, {})[place] = None
        self._number += 1
        return place

    def _give_back(self, place: ConnectionSlot) -> None:
        room = self._rooms.get(place.network, {})
        if place not in room:
            return
        del room[place]
        self._number -= 1
        if not room:
            del self._rooms[place.network]

    def _free_one(self, network: str) -> bool:
        """Close the oldest connection of *network* with a partial request head, else the oldest idle one."""
        room = [(place, place.connection) for place in self._rooms.get(network, ()) if place.connection is not None]
        found = next(((place, connection) for place, connection in room if connection.half_sent), None)
        found = found or next(((place, connection) for place, connection in room if connection.idle), None)
        if found is None:
            return False
        place, connection = found
        self.refusals.count("an idle connection made place for another")
        place.end()
        connection.leave()
        return True

    def _largest(self) -> str:
        return max(self._rooms, key=lambda network: len(self._rooms[network]))
