"""The channel itself: is handed messages, posts answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.channel import Busy, Condition, Delivery, Gone, MaybeSent, NotSent, Refused, Talk
from bot.channel_kit import http_call
from bot.channel_kit.bodies import read_request
from bot.channel_kit.health import HealthTracker
from bot.channel_kit.secret import is_secret
from catalog.errors import StoreError
from handlers import plain
from handlers.messages import Incoming, Person
from tests.channels.echo import decode
from tests.channels.echo.settings import NAME, WEBHOOK, Settings

HEADER = "X-Echo-Secret"
LARGEST_BODY = 32 * 1024 * 1024
_SECONDS = 5.0


class EchoChannel:
    """Talks to one echo server."""

    def __init__(self, settings: Settings, talk: Talk, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._talk = talk
        self._session = session
        self._health = HealthTracker(NAME)

    @property
    def name(self) -> str:
        """The name of the module."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """What is posted twice is shown twice."""
        return False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where messages are posted to us."""
        return [web.post(WEBHOOK, self._receive)]

    async def run(self) -> None:
        """Everything arrives by the route."""
        self._health.up()

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Pictures come with their bytes."""
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        """Post the reply in words; the server's number for it."""
        return await self._post("/say", {"to": delivery.person.address, "text": plain.as_text(delivery.reply)})

    def condition(self) -> Condition:
        """How the channel is."""
        return self._health.condition

    async def probe(self) -> str:
        """Whether the server takes our secret. Raises SendError."""
        await self._post("/hello", {})
        return "the echo server takes our secret"

    async def forget(self, person: Person) -> None:
        """Nothing is kept of anybody."""

    async def _receive(self, request: web.Request) -> web.Response:
        if not is_secret(request.headers.get(HEADER, ""), self._settings.secret.get_secret_value()):
            raise web.HTTPUnauthorized
        found = decode.incoming(await read_request(request, LARGEST_BODY))
        if found is None:
            raise web.HTTPBadRequest
        try:
            await self._talk.inbox.put(found)
        except (StoreError, Busy):
            raise web.HTTPServiceUnavailable from None
        return web.Response()

    async def _post(self, path: str, said: dict[str, str]) -> str:
        headers = {HEADER: self._settings.secret.get_secret_value()}
        url = f"{self._settings.url}{path}"
        answer = await http_call.post(self._session, url, vendor="echo", seconds=_SECONDS, headers=headers, json=said)
        match answer.status:
            case 200:
                return _number(answer.json())
            case 401:
                raise NotSent("the echo server refuses the secret", seconds=300)
            case 404:
                raise Gone("nobody of that name")
            case 429:
                raise NotSent("too fast", seconds=answer.retry_after or 1.0)
            case status if status >= 500:
                raise MaybeSent(f"the echo server failed ({status})")
            case status:
                raise Refused(f"the echo server refused it ({status})")


def _number(answered: object) -> str:
    """The number that the server gave, "" for anything else: what a vendor says is not kept unread."""
    return str(answered) if isinstance(answered, int) else ""


@asynccontextmanager
async def open_channel(settings: Settings, talk: Talk) -> AsyncIterator[EchoChannel]:
    """Open the channel; it speaks to the server only when it must send."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield EchoChannel(settings, talk, session)
