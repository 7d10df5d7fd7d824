"""Listening: sockets of our own, so that running out of descriptors is a number in a counter and a short pause."""

import asyncio
import errno
import socket
from collections.abc import Callable

from bot.http.connections import ConnectionSlot, Crowd
from bot.http.refusals import Refusals
from catalog.errors import BadSetting

BACKLOG = 1024
# Fewer than one address may hold: of those before them some can always be let go.
_AT_ONCE = 8
_PAUSE = 0.2
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

Connect = Callable[[ConnectionSlot], asyncio.Protocol]


async def open_listeners(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of *host*. Raises BadSetting where that cannot be."""
    loop = asyncio.get_running_loop()
    opened: list[socket.socket] = []
    try:
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((each[0], each[4]) for each in found):
            opened.append(socket.create_server(address, family=family, backlog=BACKLOG))
            opened[-1].setblocking(False)
    except OSError as error:
        for each in opened:
            each.close()
        raise BadSetting(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    return opened


class Acceptor:
    """Takes connections from one *listener*, as many as *crowd* has places for."""

    def __init__(self, listener: socket.socket, connect: Connect, *, crowd: Crowd, refusals: Refusals) -> None:
        self._listener = listener
        self._connect = connect
        self._crowd = crowd
        self._refusals = refusals

    async def run(self) -> None:
        """Accept until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                came = [await loop.sock_accept(self._listener)]
                self._accept_waiting(came)
            except OSError as error:
                await self._recover(error)
                continue
            await asyncio.gather(*(self._let_in(fresh, address[0]) for fresh, address in came))

    def _accept_waiting(self, came: list[tuple[socket.socket, tuple[str, int]]]) -> None:
        """Add those who wait too; what fails here fails again when it is alone."""
        try:
            while len(came) < _AT_ONCE:
                fresh, address = self._listener.accept()
                fresh.setblocking(False)
                came.append((fresh, address))
        except OSError:
            return

    async def _let_in(self, fresh: socket.socket, address: str) -> None:
        place = self._crowd.admit(address)
        if place is None:
            fresh.close()
            # Whoever is turned away must not keep the others from their turn.
            await asyncio.sleep(0)
            return
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: self._connect(place), fresh)
        except OSError:
            place.end()
            fresh.close()

    async def _recover(self, error: OSError) -> None:
        name = errno.errorcode.get(error.errno or 0, "unknown")
        self._refusals.count(f"connection not accepted ({name})")
        if error.errno in _EXHAUSTED:
            self._crowd.relieve()
            await asyncio.sleep(_PAUSE)
        else:
            await asyncio.sleep(0)
