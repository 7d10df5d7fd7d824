"""An application served behind these doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.background_tasks import Crew
from bot.http.connection import Connection
from bot.http.connections import ConnectionSlot, Crowd
from bot.http.limits import HttpLimits, connections_within, raise_descriptor_limit
from bot.http.listening import Acceptor, open_listeners
from bot.http.middleware import Front
from bot.http.refusals import Refusals
from bot.networks import Networks

_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Doorway:
    """Who may come in, and how."""

    limits: HttpLimits = field(default_factory=HttpLimits)
    trusted: Networks = field(default_factory=Networks)
    refusals: Refusals = field(default_factory=Refusals)


@asynccontextmanager
async def serving(app: web.Application, *, host: str, port: int, doorway: Doorway | None = None) -> AsyncIterator[int]:
    """Listen until left; yields the port, which matters when 0 was asked for. Raises BadSetting."""
    doorway = doorway or Doorway()
    limits, refusals, trusted = doorway.limits, doorway.refusals, doorway.trusted
    most = connections_within(raise_descriptor_limit())
    crowd = Crowd(most, limits.per_address, trusted, refusals)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        server = _server_of(runner)
        server.request_handler = Front(
            server.request_handler,
            trusted=trusted,
            limits=limits,
            refusals=refusals,
        )

        def connect(place: ConnectionSlot) -> Connection:
            return Connection(server, place=place, limits=limits, refusals=refusals)

        listeners = await open_listeners(host, port)
        try:
            async with Crew() as crew:
                for listener in listeners:
                    crew.start(Acceptor(listener, connect, crowd=crowd, refusals=refusals).run(), name="listening")
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
