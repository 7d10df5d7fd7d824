"""The channels that are open, and those that will not open or keep stopping: they are tried again, and told of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.channel import Channel, Health
from bot.channel_kit.backoff import Backoff, keep_trying
from bot.inbox import Inbox
from bot.logs import outline
from catalog.errors import BadSetting

log = logging.getLogger(__name__)

OFF = "off"
_OPENING_BACKOFF = Backoff(first=1.0, longest=60.0, jitter=0.2)

Opening = Callable[[], AbstractAsyncContextManager[Channel]]


async def keep_retrying(
    work: Callable[[], Awaitable[None]],
    *,
    told: Callable[[Exception, float], None],
    backoff: Backoff = _OPENING_BACKOFF,
) -> None:
    """Do *work* until it succeeds, waiting longer after each failure; *told* hears of it, and how long we wait now."""

    def pause_after(error: Exception, failures: int) -> float:
        seconds = backoff.pause(failures)
        told(error, seconds)
        return seconds

    # One channel's trouble, whatever it is, stays its own.
    await keep_trying(work, errors=(Exception,), pause_after=pause_after, steady=backoff.longest)


class ChannelSupervisor:
    """Opens channels into *stack*. *troubles* names what is not open: OFF, or that it is down and in brief why."""

    def __init__(self, stack: AsyncExitStack, inbox: Inbox) -> None:
        self._stack = stack
        self._inbox = inbox
        self._shut: dict[str, Opening] = {}
        self.channels: dict[str, Channel] = {}
        self.troubles: dict[str, str] = {}

    async def open(self, name: str, opening: Opening) -> None:
        """Open the channel *name*, or note why it will not open."""
        try:
            self.channels[name] = await self._stack.enter_async_context(opening())
        except Exception as error:  # noqa: BLE001 - one channel's trouble, whatever it is, stays its own
            self._shut[name] = opening
            self._note(name, "cannot be opened", error, 0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """All that are open or shall be."""
        return (*self.channels, *self._shut)

    async def keep(self, name: str) -> None:
        """Have the channel *name* open, and its work done, until cancelled or until there is none for good."""
        if name in self._shut:
            await asyncio.sleep(_OPENING_BACKOFF.first)
            await keep_retrying(partial(self._open_late, name), told=partial(self._note, name, "cannot be opened"))
        await keep_retrying(partial(self._run, name), told=partial(self._note, name, "stopped"))

    async def _open_late(self, name: str) -> None:
        channel = await self._stack.enter_async_context(self._shut[name]())
        await keep_retrying(partial(self._inbox.welcome, channel), told=partial(self._note, name, "is not let in"))
        self.channels[name] = channel
        del self._shut[name], self.troubles[name]
        log.info("channel %s is open at last", name)

    async def _run(self, name: str) -> None:
        self.troubles.pop(name, None)
        await self.channels[name].run()

    def _note(self, name: str, what: str, error: Exception, pause: float) -> None:
        """Say it, without the words of an error that nobody foresaw: they may hold a token."""
        known = isinstance(error, BadSetting)
        self.troubles[name] = f"{Health.DOWN}: it {what} ({error if known else type(error).__name__})"
        log.error(
            "channel %s %s; it is tried again in %.0f s: %s", name, what, pause, error if known else outline(error)
        )


def latecomers(channels: Mapping[str, Channel]) -> Middleware:
    """Serve the routes of channels that open after the server has: it knows only those that are in *channels* now."""
    mounted = frozenset(channels)

    @web.middleware
    async def find(request: web.Request, handler: Handler) -> web.StreamResponse:
        if isinstance(request.match_info.http_exception, web.HTTPNotFound):
            for late in [channel for name, channel in channels.items() if name not in mounted]:
                for route in late.routes():
                    if isinstance(route, web.RouteDef) and (route.method, route.path) == (request.method, request.path):
                        return await route.handler(request)
        return await handler(request)

    return find
