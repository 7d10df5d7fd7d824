"""Who is new here, and from which line: a flood of made-up visitors from one address is made to wait."""

import hashlib
import secrets

from aiohttp import web

from bot.http import CLIENT, client_network
from handlers.limits import Allowance

_MOST_KNOWN = 50_000


class Newcomers:
    """Everybody who has said something here since we started is known; others are let in at a pace for each line."""

    def __init__(self, *, burst: int, seconds: float) -> None:
        self._allowance = Allowance(burst=burst, seconds=seconds)
        self._known: dict[str, None] = {}
        self._key = secrets.token_bytes(16)

    def line_of(self, request: web.Request) -> str:
        """A mark of the network address that *request* comes from, which leads nobody back to it."""
        network = client_network(request.get(CLIENT) or request.remote or "")
        return hashlib.blake2b(network.encode(), key=self._key, digest_size=12).hexdigest()

    def forget(self, person: str) -> None:
        """Do not know *person* any more: should they come again, they are new."""
        self._known.pop(person, None)

    def must_wait(self, person: str, *, line: str, now: float) -> bool:
        """Whether *person* has to try again later."""
        if person not in self._known:
            if self._allowance.wait(line, now):
                return True
            self._known[person] = None
            if len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]
        return False
