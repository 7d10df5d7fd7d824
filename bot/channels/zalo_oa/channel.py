"""The channel itself: takes webhooks in, sends answers out, keeps its tokens fresh."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel import Condition, Delivery, Gone, Health, MaybeSent, NotSent, SendError, Talk, WindowClosed
from bot.channel_kit.bodies import read_request
from bot.channel_kit.download import Downloader, with_photos
from bot.channel_kit.health import HealthTracker
from bot.channel_kit.vendor_json import parse_object
from bot.channels.zalo_oa import decode, webhook
from bot.channels.zalo_oa.client import Sent
from bot.channels.zalo_oa.pair import stored_pair
from bot.channels.zalo_oa.sending import ZaloSender, quietly
from bot.channels.zalo_oa.settings import NAME, WEBHOOK, Settings
from bot.channels.zalo_oa.tokens import ALARM, MEND, Tokens
from bot.channels.zalo_oa.webhook import WebhookWatch
from bot.channels.zalo_oa.windows import Window, Windows, milliseconds
from catalog.errors import StoreError
from handlers.messages import Incoming, Person

LARGEST_BODY = 256 * 1024
TICK = 60.0
RETRY = 5.0

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class ZaloOfficialAccount:
    """Talks to the followers (and anonymous visitors) of one Official Account."""

    def __init__(
        self,
        settings: Settings,
        talk: Talk,
        *,
        session: aiohttp.ClientSession,
        downloader: Downloader,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sleep = sleep
        self._settings = settings
        self._talk = talk
        self._session = session
        self._downloader = downloader
        self._clock = clock
        self._tokens = Tokens(settings, talk.memory, session=session, clock=clock)
        self._windows = Windows(talk.memory, clock=clock, pays=settings.pays)
        self._watch = WebhookWatch()
        self._sender = ZaloSender(settings, talk, self._tokens, session=session, clock=clock)
        self._health = HealthTracker(NAME, why="no tokens yet", now=clock)

    @property
    def name(self) -> str:
        """The name of the module."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """Zalo shows twice what is sent twice."""
        return False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where Zalo posts."""
        return [web.post(WEBHOOK, self._receive)]

    async def run(self) -> None:
        """Keep the tokens fresh until cancelled."""
        while True:
            seconds = TICK
            try:
                await self._tokens.keep_fresh()
            except NotSent as error:
                seconds = min(TICK, error.seconds)
            except StoreError:
                log.warning("zalo_oa: the tokens could not be read or kept; trying again")
                seconds = RETRY
            self._judge()
            await self._sleep(seconds)

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Fetch the photos in *incoming*, or its voice, from Zalo's hosts."""
        return await with_photos(incoming, self._downloader, hears=self._talk.hears)

    async def deliver(self, delivery: Delivery) -> str:
        """Send the reply as one message; Zalo's id of it."""
        address = delivery.person.address
        window = await self._windows.reserve(address, to=delivery.to)
        recipient = _recipient(address, window.thread)
        try:
            sent = await self._sender.send(delivery.reply, recipient)
        except SendError as error:
            await self._note_failure(address, error)
            raise
        await self._note_success(address, sent)
        return sent.message

    def condition(self) -> Condition:
        """How the channel is."""
        return self._judge()

    async def probe(self) -> str:
        """How old the authorisation is; asking Zalo would spend a refresh token. Raises NotSent and StoreError."""
        pair, now = await stored_pair(self._settings, self._talk.memory), self._clock()
        if pair is None and self._settings.refresh_token.get_secret_value():
            return "the first refresh token has not been used yet"
        if pair is None:
            raise NotSent(f"nobody has authorised us: {MEND}")
        if pair.renewable_until <= now:
            raise NotSent(f"the authorisation ended on {pair.renewable_until.date()}: {MEND}")
        soon = f"; {MEND}" if pair.renewable_until - now < ALARM else ""
        return f"authorised until {pair.renewable_until.date()}{soon}"

    async def forget(self, person: Person) -> None:
        """Keep no window of *person*. Raises StoreError."""
        await self._windows.forget(person.address)

    async def window(self, person: Person) -> Window:
        """How long, how often and at what cost we may still speak to *person*."""
        return await self._windows.of(person.address)

    async def _receive(self, request: web.Request) -> web.Response:
        body = await read_request(request, LARGEST_BODY)
        if webhook.is_console_check(body, request.headers):
            return web.Response()
        read = self._verified_event(body, request)
        try:
            await self._take(decode.event(read))
        except (StoreError, NotSent):
            log.debug("zalo_oa: an event could not be kept; Zalo will post it again")
            return web.Response(status=503)
        return web.Response()

    def _verified_event(self, body: bytes, request: web.Request) -> dict[str, Any]:
        """The event in *body*, if Zalo signed it and it is for us; an empty one if it is for another account."""
        settings = self._settings
        signed = webhook.matches(
            body,
            request.headers,
            app_id=settings.app_id,
            secret=settings.oa_secret.get_secret_value(),
            now_ms=milliseconds(self._clock()),
        )
        read = parse_object(body) if signed else None
        if read is None or str(read.get("app_id", "")) != settings.app_id:
            raise web.HTTPUnauthorized
        parties = decode.parties(read)
        for_other = settings.oa_id and parties and settings.oa_id not in parties
        self._watch.note_webhook(self._clock(), echo=str(read.get("event_name", "")).startswith("oa_send"))
        return {} if for_other else read

    async def _take(self, event: decode.Event) -> None:
        match event:
            case decode.Spoke(incoming):
                self._windows.note_message(incoming)
                await self._talk.inbox.put(incoming)
            case decode.Left(person, at):
                await self._windows.note_left(person.address, at=at)
            case decode.Saw(addresses, at):
                for address in addresses:
                    await self._windows.note_seen(address, at=at)
            case decode.Echo():
                pass

    async def _note_failure(self, address: str, error: SendError) -> None:
        """Keep in the window what *error* teaches."""
        with quietly():
            if not isinstance(error, MaybeSent):
                await self._windows.give_back(address)
            if isinstance(error, WindowClosed | Gone):
                await self._windows.close(address)

    async def _note_success(self, address: str, sent: Sent) -> None:
        self._watch.note_sent(self._clock())
        with quietly():
            if sent.free_spent:
                await self._windows.note_spent(address, quota=sent.quota)

    def _judge(self) -> Condition:
        warning = " · ".join(
            filter(None, (self._tokens.warning(), self._sender.trouble, self._watch.warning(self._clock())))
        )
        health = Health.UP if self._tokens.renewable_until else Health.STARTING
        if self._tokens.trouble or self._sender.barred:
            health = Health.DOWN
        self._health.note(health, warning)
        return self._health.condition


def _recipient(address: str, thread: str) -> dict[str, str]:
    if address.startswith(decode.ANONYMOUS):
        return {"anonymous_id": address.removeprefix(decode.ANONYMOUS), "conversation_id": thread}
    return {"user_id": address}


@asynccontextmanager
async def open_channel(
    settings: Settings,
    talk: Talk,
    *,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[ZaloOfficialAccount]:
    """Open the channel; it speaks to Zalo only once it runs or must send."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        Downloader(settings.photo_hosts, loopback=settings.loopback_photos) as downloader,
    ):
        yield ZaloOfficialAccount(settings, talk, session=session, downloader=downloader, clock=clock, sleep=sleep)
