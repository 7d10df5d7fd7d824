"""One HTTP connection: aiohttp's, with timeouts for head, body and answer, and with no word of a request in the log.

A body must come at a minimum rate; time in which we do not read does not count.
"""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.http.connections import ConnectionSlot
from bot.http.limits import HttpLimits
from bot.http.refusals import Refusals
from bot.http.security_headers import plain
from bot.logs import outline

log = logging.getLogger(__name__)

# What a connection may have sent that nobody has read yet, about twice over: there may be many.
_BUFFER = 64 * 1024
# How long the rest of a body that nobody wants is waited for after its answer.
_LINGER = 2.0
_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class BodyTooSlow(Exception):
    """The rest of a body did not come in time."""


class Connection(web.RequestHandler):
    """Holds its *place* until it is lost; closes itself when the other side keeps us waiting beyond *limits*."""

    __slots__ = ("_half_sent", "_head_timer", "_limits", "_place", "_refusals", "_stall_timer", "_unsent", "was_held")

    def __init__(self, server: web.Server, *, place: ConnectionSlot, limits: HttpLimits, refusals: Refusals) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # None is what switches it off, and what AppRunner takes
            keepalive_timeout=limits.idle_seconds,
            read_bufsize=_BUFFER,
            lingering_time=_LINGER,
        )
        self._place = place
        self._limits = limits
        self._refusals = refusals
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None
        self._half_sent = False
        self._unsent = 0
        self.was_held = False

    @property
    def half_sent(self) -> bool:
        """True while it has begun a request head and not finished it."""
        return self._half_sent

    @property
    def idle(self) -> bool:
        """True while no request of it is being answered."""
        return self._request_count == 0 or (self._waiter is not None and not self._waiter.done())

    @property
    def held(self) -> bool:
        """True while we do not read what comes."""
        return self._reading_paused or self._buffer_paused

    def leave(self) -> None:
        """Close it at once."""
        self.force_close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the timeout of the first request head."""
        self._place.connection = self
        super().connection_made(transport)
        self._time_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the slot back and stop the timers."""
        self._place.end()
        self._forget_head()
        self._forget_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take *data*; between requests it begins a head, which must be complete in time."""
        known = self._request_count
        super().data_received(data)
        if self._request_count != known:
            self._forget_head()
            self._half_sent = False
        elif self.idle and not self._half_sent:
            self._half_sent = True
            self._time_head()

    def pause_reading(self) -> None:
        """Note that reading was paused: then a slow body is not the client's fault."""
        self.was_held = True
        super().pause_reading()

    def pause_writing(self) -> None:
        """Start the timeout of a client that does not take its answer."""
        super().pause_writing()
        self._unsent = sys.maxsize
        self._watch_stall()

    def resume_writing(self) -> None:
        """Stop that timeout."""
        self._forget_stall()
        super().resume_writing()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it repeats what was sent
    ) -> web.StreamResponse:
        """Answer a malformed request or an error of ours without repeating any of its words, there or in the log."""
        if isinstance(exc, ConnectionError):
            # Whoever asked has gone: nobody is answered, and nothing is wrong here.
            raise exc
        if isinstance(exc, HttpProcessingError):
            self._refusals.count(f"malformed request ({type(exc).__name__})")
        else:
            log.error("a request could not be answered: %s", outline(exc) if exc else status)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        response = plain(status, HTTPStatus(status).phrase)
        response.force_close()
        return response

    def log_exception(self, *_words: Any, **told: Any) -> None:
        """Say what broke and where, without its words."""
        error = told.get("exc_info")
        if isinstance(error, BodyTooSlow):
            return
        if isinstance(error, web.RequestPayloadError):
            self._refusals.count("malformed request body")
            return
        log.error("a connection broke: %s", outline(error) if isinstance(error, BaseException) else "no response")

    def _time_head(self) -> None:
        self._forget_head()
        self._head_timer = self._loop.call_later(self._limits.head_seconds, self._head_is_late)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if not self.idle or self.transport is None:
            return
        if self._half_sent:
            self._refusals.count("slow request head")
            self.transport.write(_TIMED_OUT)
        self.force_close()

    def _watch_stall(self) -> None:
        self._forget_stall()
        self._stall_timer = self._loop.call_later(self._limits.stall_seconds, self._stall_is_over)

    def _forget_stall(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def _stall_is_over(self) -> None:
        """Abort unless the client took something meanwhile."""
        self._stall_timer = None
        if self.transport is None:
            return
        unsent = self.transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._unsent = unsent
            self._watch_stall()
            return
        self._refusals.count("answer not taken")
        self.transport.abort()


@contextmanager
def enforce_rate(
    request: web.BaseRequest, connection: Connection, *, limits: HttpLimits, refusals: Refusals
) -> Iterator[None]:
    """Watch the body of *request* while inside: reading it raises BodyTooSlow if it comes too slowly."""
    watch = _BodyWatch(request.content, connection, limits, refusals)
    watch.begin()
    try:
        yield
    finally:
        watch.end()


class _BodyWatch:
    """Looks at one body every few seconds."""

    def __init__(self, content: StreamReader, connection: Connection, limits: HttpLimits, refusals: Refusals) -> None:
        self._content = content
        self._connection = connection
        self._limits = limits
        self._refusals = refusals
        self._seen = 0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        self._seen = self._content.total_raw_bytes
        self._connection.was_held = self._connection.held
        self._timer = asyncio.get_running_loop().call_later(self._limits.body_seconds, self._look)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._content.is_eof() or self._content.exception() is not None:
            return
        came = self._content.total_raw_bytes - self._seen
        if came < self._limits.body_rate * self._limits.body_seconds and not self._connection.was_held:
            self._refusals.count("slow request body")
            self._content.set_exception(BodyTooSlow())
            return
        self.begin()
