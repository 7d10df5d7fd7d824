"""A request's body must come at a least rate; only what we would read counts, so nobody is cut while we are busy."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from aiohttp import StreamReader, web

from bot.http.limits import HttpLimits
from bot.http.refusals import Refusals


class BodyTooSlow(Exception):
    """The rest of a body did not come in time."""


class _Line(Protocol):
    was_held: bool

    @property
    def held(self) -> bool:
        """True while we do not read what comes."""


@contextmanager
def enforce_rate(request: web.BaseRequest, line: _Line, *, limits: HttpLimits, refusals: Refusals) -> Iterator[None]:
    """Break off the body of *request* while inside, should it come too slowly: reading it raises BodyTooSlow."""
    watch = _Watch(request.content, line, limits, refusals)
    watch.begin()
    try:
        yield
    finally:
        watch.end()


class _Watch:
    """Looks at one body every few seconds."""

    def __init__(self, content: StreamReader, line: _Line, limits: HttpLimits, refusals: Refusals) -> None:
        self._content = content
        self._line = line
        self._limits = limits
        self._refusals = refusals
        self._seen = 0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        self._seen = self._content.total_raw_bytes
        self._line.was_held = self._line.held
        self._timer = asyncio.get_running_loop().call_later(self._limits.body_seconds, self._look)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._content.is_eof() or self._content.exception() is not None:
            return
        came = self._content.total_raw_bytes - self._seen
        if came < self._limits.body_rate * self._limits.body_seconds and not self._line.was_held:
            self._refusals.count("slow request body")
            self._content.set_exception(BodyTooSlow())
            return
        self.begin()
