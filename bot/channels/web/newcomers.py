"""Who is new here, and from which line: a flood of made-up visitors from one address is made to wait.

Where other processes serve too, each tells them whom it has let in.
"""

from collections.abc import Callable

from aiohttp import web

from bot.http import CLIENT, client_network
from handlers.limits import Allowance

_MOST_KNOWN = 50_000


class Newcomers:
    """Everybody who has said something here since we started is known; others are let in at a pace for each line.

    *mark* makes of an address what leads nobody back to it, *told* hears who was let in, and by which line.
    """

    def __init__(
        self,
        *,
        burst: int,
        seconds: float,
        mark: Callable[[str], str],
        told: Callable[[str, str], None] = lambda _person, _line: None,
    ) -> None:
        self._allowance = Allowance(burst=burst, seconds=seconds)
        self._known: dict[str, None] = {}
        self._mark = mark
        self._told = told

    def line_of(self, request: web.Request) -> str:
        """A mark of the network address that *request* comes from, which leads nobody back to it."""
        return self._mark(client_network(request.get(CLIENT) or request.remote or ""))

    def knows(self, person: str) -> bool:
        """Whether *person* was let in."""
        return person in self._known

    def forget(self, person: str) -> None:
        """Do not know *person* any more: should they come again, they are new."""
        self._known.pop(person, None)

    def must_wait(self, person: str, *, line: str, now: float) -> bool:
        """Whether *person* has to try again later."""
        if person not in self._known:
            if self._allowance.wait(line, now):
                return True
            self._know(person)
            self._told(person, line)
        return False

    def note(self, person: str, *, line: str, now: float) -> None:
        """Another process has let *person* in, who came by this *line*."""
        if person not in self._known:
            self._allowance.wait(line, now)
            self._know(person)

    def _know(self, person: str) -> None:
        self._known[person] = None
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
