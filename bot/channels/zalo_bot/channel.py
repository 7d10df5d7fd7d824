"""The channel itself: fetches or is handed updates, sends answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel import Condition, Delivery, MaybeSent, NotSent, Refused, SendError, Talk
from bot.channel_kit.backoff import Backoff, keep_trying, send_patiently
from bot.channel_kit.bodies import read_request
from bot.channel_kit.download import Downloader, with_photos
from bot.channel_kit.health import STANDS_BY, HealthTracker
from bot.channel_kit.rate_limit import RateLimit, RateLimiter
from bot.channel_kit.secret import is_secret
from bot.channel_kit.vendor_json import parse_object
from bot.channels.zalo_bot import client, decode
from bot.channels.zalo_bot.client import BotError, Client
from bot.channels.zalo_bot.draw import Call, draw
from bot.channels.zalo_bot.settings import NAME, WEBHOOK, BotMode, Settings
from catalog.errors import StoreError
from handlers.messages import Incoming, Person

LARGEST_BODY = 256 * 1024
SECRET = "X-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
POLL = 30
_PROBE_SECONDS = 10.0
_AFTER_REFUSAL, _AFTER_FAILURE = Backoff(longest=60.0), Backoff(longest=4.0)
_NONE_SET = frozenset({400, 404})

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class ZaloBot:
    """Talks as one bot, to persons and in groups."""

    def __init__(
        self,
        settings: Settings,
        talk: Talk,
        *,
        client: Client,
        downloader: Downloader,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._talk = talk
        self._client = client
        self._downloader = downloader
        self._clock = clock
        self._limiter = RateLimiter(RateLimit(1, 1 / settings.sends_per_second), peers=talk.peers)
        self._names = {settings.group_name.strip().removeprefix("@")} - {""}
        self._health = HealthTracker(NAME, now=clock)
        self._served: asyncio.Queue[Incoming] = asyncio.Queue()

    @property
    def name(self) -> str:
        """The name of the module."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """Zalo shows twice what is sent twice."""
        return False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where Zalo posts, if it is to."""
        return [web.post(WEBHOOK, self._receive)] if self._settings.mode is BotMode.WEBHOOK else []

    async def run(self) -> None:
        """Poll until cancelled; in webhook mode, tell Zalo where to post and return."""
        await self._persistently(self._learn_names)
        if not self._talk.takes_in:
            return
        if self._settings.mode is BotMode.WEBHOOK:
            await self._persistently(self._set_webhook)
            return
        await self._persistently(self._drop_webhook)
        async with asyncio.TaskGroup() as together:
            together.create_task(self._keep_served())
            together.create_task(self._poll_in_turn())

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Fetch the photo in *incoming* from Zalo's picture hosts, while the chat shows that we are busy."""
        chat = incoming.thread or incoming.person.address
        both = (with_photos(incoming, self._downloader, hears=self._talk.hears), self._show_typing(chat))
        found, _ = await asyncio.gather(*both, return_exceptions=True)
        if isinstance(found, BaseException):
            raise found
        return found

    async def deliver(self, delivery: Delivery) -> str:
        """Send the reply in as few messages as it fits; Zalo's id of the last of them."""
        chat = (delivery.to.thread if delivery.to else "") or delivery.person.address
        first, *others = draw(delivery.reply, public_url=self._talk.public_url)
        sent = await self._send_first(chat, first)
        for call in others:
            sent = await self._send_later_part(chat, call)
        return sent

    def condition(self) -> Condition:
        """How the channel is."""
        return self._health.condition

    async def probe(self) -> str:
        """Who the bot is, as Zalo tells. Raises SendError with what is wrong."""
        try:
            me = await self._client.call("getMe", {}, seconds=_PROBE_SECONDS)
        except BotError as error:
            raise NotSent(_mend(error)) from None
        return f"Zalo knows us as {me.get('account_name', '')}" if isinstance(me, dict) else "Zalo takes the token"

    async def forget(self, person: Person) -> None:
        """Nothing is kept of anybody."""

    async def _receive(self, request: web.Request) -> web.Response:
        if not is_secret(request.headers.get(SECRET, ""), self._settings.secret.get_secret_value()):
            raise web.HTTPUnauthorized
        body = await read_request(request, LARGEST_BODY)
        found = decode.incoming(parse_object(body), names=self._names)
        try:
            if found is not None:
                await self._talk.inbox.put(found)
        except StoreError:
            log.debug("zalo_bot: an update could not be kept; Zalo will post it again")
            return web.Response(status=503)
        self._health.up()
        return web.Response()

    async def _poll_in_turn(self) -> None:
        """Poll while no other process does: Zalo serves each update once."""

        async def poll_on() -> None:
            while True:
                await self._served.join()
                await self._persistently(self._poll)

        await self._talk.peers.take_turns(poll_on, standing_by=lambda: self._health.up(STANDS_BY))

    async def _keep_served(self) -> None:
        """Keep what was served, also when it is not our turn any more: it is gone from Zalo."""
        while True:
            served = await self._served.get()
            await self._persistently(partial(self._talk.inbox.put, served))
            self._served.task_done()

    async def _poll(self) -> None:
        """Have one update served."""
        try:
            update = await self._client.call("getUpdates", {"timeout": str(POLL)}, seconds=POLL + 10)
        except BotError as error:
            if error.code != client.EMPTY:
                raise
            update = None
        self._health.up()
        for one in update if isinstance(update, list) else [update]:
            found = decode.incoming(one, names=self._names)
            if found is not None:
                self._served.put_nowait(found)

    async def _set_webhook(self) -> None:
        if not self._talk.public_url.startswith("https://"):
            self._health.up("we have no public https address: set the webhook by hand")
            return
        url = f"{self._talk.public_url}{WEBHOOK}"
        secret = self._settings.secret.get_secret_value()
        await self._client.call("setWebhook", {"url": url, "secret_token": secret})
        self._health.up()

    async def _learn_names(self) -> None:
        """By which names groups may mention us, beside the one in the settings."""
        me = await self._client.call("getMe", {})
        told = [me.get(field) for field in ("account_name", "display_name")] if isinstance(me, dict) else []
        self._names |= {name.strip() for name in told if isinstance(name, str) and name.strip()}

    async def _drop_webhook(self) -> None:
        """Polling is refused while a webhook is set."""
        try:
            await self._client.call("deleteWebhook", {})
        except BotError as error:
            if error.code not in _NONE_SET:
                raise

    async def _persistently(self, work: Callable[[], Any]) -> None:
        """Do *work* until it succeeds, with longer and longer pauses."""
        await keep_trying(work, errors=(BotError, SendError, StoreError), pause_after=self._pause_after)

    def _pause_after(self, error: Exception, failures: int) -> float:
        """How long to wait: as Zalo asks at least; a refusal lasts, a line that is down may be up at any moment."""
        self._health.down(_mend(error))
        refused = isinstance(error, BotError) and error.code < 500
        pause = (_AFTER_REFUSAL if refused else _AFTER_FAILURE).pause(failures)
        return max(pause, error.after) if isinstance(error, BotError) else pause

    async def _send(self, chat: str, call: Call) -> str:
        await self._limiter.turn()
        seconds = client.PHOTO_SECONDS if call.method == "sendPhoto" else client.SECONDS
        try:
            result = await self._client.call(call.method, {"chat_id": chat, **call.params}, seconds=seconds)
        except BotError as error:
            if error.code == 401:
                self._health.down(_mend(error))
            raise client.send_error(error) from None
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""

    async def _send_first(self, chat: str, call: Call) -> str:
        """Send *call*; a picture that Zalo does not take or cannot fetch does not cost the words under it."""
        try:
            return await self._send(chat, call)
        except Refused:
            if call.method != "sendPhoto":
                raise
        log.info("zalo_bot: a picture was refused; its words go alone")
        return await self._send(chat, Call("sendMessage", {"text": call.params["caption"]}))

    async def _send_later_part(self, chat: str, call: Call) -> str:
        """Send what follows a part that arrived: said again from the start, the reply would be there twice."""
        try:
            return await send_patiently(partial(self._send, chat, call), longest=_AFTER_REFUSAL.longest)
        except SendError as error:
            raise MaybeSent("only the beginning of the reply was sent") from error

    async def _show_typing(self, chat: str) -> None:
        try:
            await self._client.call("sendChatAction", {"chat_id": chat, "action": "typing"}, seconds=5)
        except (BotError, SendError):
            log.debug("zalo_bot: no typing shown")


def _mend(error: Exception) -> str:
    """What is wrong, and what to do where we know."""
    if isinstance(error, BotError) and error.code == 401:
        return "Zalo refuses the bot's token: make a new one in the Zalo Bot Manager"
    if isinstance(error, StoreError):
        return "what came in cannot be kept"
    return str(error)


@asynccontextmanager
async def open_channel(
    settings: Settings, talk: Talk, *, clock: Callable[[], datetime] = _now
) -> AsyncIterator[ZaloBot]:
    """Open the channel; it speaks to Zalo only once it runs or must send."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        Downloader(settings.photo_hosts, loopback=settings.loopback_photos) as downloader,
    ):
        api = Client(session, url=settings.api_url, token=settings.token.get_secret_value())
        yield ZaloBot(settings, talk, client=api, downloader=downloader, clock=clock)
