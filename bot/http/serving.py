"""An application served: sockets of our own, and what happens to every request before and after the application.

Running out of descriptors is a number in a counter and a short pause. A request has its asker noted, its body timed and
an odd head refused; a fault of ours becomes a short answer and one line in the log.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import hdrs, web

from bot.background_tasks import BackgroundTasks
from bot.http.connection import BodyTooSlow, Connection, enforce_rate
from bot.http.connections import ConnectionLimiter, ConnectionSlot
from bot.http.limits import HttpLimits, connections_within, raise_descriptor_limit
from bot.http.refusals import Refusals
from bot.http.security_headers import plain
from bot.logs import outline
from bot.networks import CLIENT, FORWARDING, Networks, client_address
from bot.pages import words
from catalog.errors import BadSetting, StoreError

log = logging.getLogger(__name__)


_GRACE = 5.0


BACKLOG = 1024
# Fewer than one address may hold: of those before them some can always be let go.
_AT_ONCE = 8
_PAUSE = 0.2
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
Connect = Callable[[ConnectionSlot], asyncio.Protocol]
Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_CONTINUE = "100-continue"
# Where a WebSocket is asked for, aiohttp repeats these in its answers, which cannot be written where they are no text.
_REPEATED = (
    hdrs.UPGRADE,
    hdrs.CONNECTION,
    hdrs.SEC_WEBSOCKET_KEY,
    hdrs.SEC_WEBSOCKET_VERSION,
    hdrs.SEC_WEBSOCKET_PROTOCOL,
    hdrs.SEC_WEBSOCKET_EXTENSIONS,
)


@dataclass(frozen=True, slots=True)
class ConnectionPolicy:
    """Limits of the server, its trusted proxies, and the counter of refusals."""

    limits: HttpLimits = field(default_factory=HttpLimits)
    trusted: Networks = field(default_factory=Networks)
    refusals: Refusals = field(default_factory=Refusals)


@asynccontextmanager
async def serving(
    app: web.Application, *, host: str, port: int, policy: ConnectionPolicy | None = None
) -> AsyncIterator[int]:
    """Listen until left; yields the port, which matters when 0 was asked for. Raises BadSetting."""
    policy = policy or ConnectionPolicy()
    limits, refusals, trusted = policy.limits, policy.refusals, policy.trusted
    most = connections_within(raise_descriptor_limit())
    limiter = ConnectionLimiter(most, limits.per_address, trusted, refusals)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        server = _server_of(runner)
        server.request_handler = RequestGuard(
            server.request_handler,
            trusted=trusted,
            limits=limits,
            refusals=refusals,
        )

        def connect(place: ConnectionSlot) -> Connection:
            return Connection(server, place=place, limits=limits, refusals=refusals)

        listeners = await open_listeners(host, port)
        try:
            async with BackgroundTasks() as crew:
                for listener in listeners:
                    crew.start(Acceptor(listener, connect, limiter=limiter, refusals=refusals).run(), name="listening")
                yield listeners[0].getsockname()[1]
        finally:
            for listener in listeners:
                listener.close()
    finally:
        await runner.cleanup()


def _server_of(runner: web.AppRunner) -> web.Server:
    server = runner.server
    if server is None:
        raise RuntimeError("the runner was not set up")
    return server


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
    """Takes connections from one *listener*, as many as *limiter* has places for."""

    def __init__(
        self, listener: socket.socket, connect: Connect, *, limiter: ConnectionLimiter, refusals: Refusals
    ) -> None:
        self._listener = listener
        self._connect = connect
        self._crowd = limiter
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
        """Accept the other waiting connections too; an error here comes again with the next one."""
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


class RequestGuard:
    """Wraps *handle*, the application."""

    def __init__(self, handle: Handle, *, trusted: Networks, limits: HttpLimits, refusals: Refusals) -> None:
        self._handle = handle
        self._trusted = trusted
        self._limits = limits
        self._refusals = refusals
        self._warned = False

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer *request*; whatever goes wrong becomes a short answer and one line in the log."""
        refused = _refuse_head(request)
        if refused is not None:
            self._refusals.count("odd request head")
            return refused
        self._note_client(request)
        try:
            return await self._answer(request)
        except web.HTTPException:
            raise
        except BodyTooSlow:
            return _last(HTTPStatus.REQUEST_TIMEOUT, request)
        except web.RequestPayloadError:
            self._refusals.count("malformed request body")
            return _last(HTTPStatus.BAD_REQUEST, request)
        except ConnectionError:
            raise
        except StoreError:
            self._refusals.count("the database is away")
            return _last(HTTPStatus.SERVICE_UNAVAILABLE, request)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words may be a person's and stay out of the log
            return _broken(error, request)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        line = request.protocol
        if not request.body_exists or request.content.is_eof() or not isinstance(line, Connection):
            return await self._handle(request)
        with enforce_rate(request, line, limits=self._limits, refusals=self._refusals):
            return await self._handle(request)

    def _note_client(self, request: web.BaseRequest) -> None:
        request[CLIENT] = client_address(request, self._trusted)
        peer = request.remote or ""
        if not self._warned and peer not in self._trusted and any(name in request.headers for name in FORWARDING):
            self._warned = True
            log.warning(
                "requests say that they come through a proxy, which is not in HOI_OCOP_TRUSTED_PROXIES: "
                "all who come through it count as one visitor"
            )


def _refuse_head(request: web.BaseRequest) -> web.Response | None:
    """The answer to a request head that asks for the impossible; None for all others."""
    expected = request.headers.get(hdrs.EXPECT, _CONTINUE)
    if expected.lower() != _CONTINUE:
        return _last(HTTPStatus.EXPECTATION_FAILED, request)
    if hdrs.UPGRADE in request.headers and not all(
        value.isascii() for name in _REPEATED for value in request.headers.getall(name, ())
    ):
        return _last(HTTPStatus.BAD_REQUEST, request)
    return None


def _broken(error: Exception, request: web.BaseRequest) -> web.Response:
    """Log an unexpected error without its words, and answer 500."""
    log.error("a request could not be answered: %s", outline(error))
    return _last(HTTPStatus.INTERNAL_SERVER_ERROR, request)


def _last(status: HTTPStatus, request: web.BaseRequest) -> web.Response:
    """An answer after which the connection closes; what people may see is said in their words."""
    response = plain(status, words.refusal(status, request.headers.get(hdrs.ACCEPT_LANGUAGE, "")))
    response.force_close()
    return response
