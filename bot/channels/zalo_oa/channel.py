"""The channel itself: takes webhooks in, sends answers out, keeps its tokens fresh."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel import Condition, Delivery, Gone, Health, MaybeSent, NotSent, Refused, SendError, Talk, WindowClosed
from bot.channel_kit.download import Downloader, with_photos
from bot.channels.zalo_oa import client, decode, error_codes, sending, webhook
from bot.channels.zalo_oa.client import Failed, Sent
from bot.channels.zalo_oa.draw import Drawn, draw
from bot.channels.zalo_oa.error_codes import ErrorMeaning
from bot.channels.zalo_oa.pace import Pace
from bot.channels.zalo_oa.sending import Ways
from bot.channels.zalo_oa.settings import NAME, WEBHOOK, Settings
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.uploads import Uploads
from bot.channels.zalo_oa.webhook_watch import Vigil
from bot.channels.zalo_oa.windows import Window, Windows, milliseconds
from catalog.errors import StoreError
from handlers import attached
from handlers.messages import Incoming, Person, Reply

LARGEST_BODY = 256 * 1024
TICK = 60.0
RETRY = 5.0
# Zalo's own number for an API that is no more: what an HTTP 404 in its place means.
_NO_SUCH_PATH = -240
_BARRING = frozenset({ErrorMeaning.ACCOUNT, ErrorMeaning.APP, ErrorMeaning.OLD_API, ErrorMeaning.ACCESS})

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
        self._pace = Pace(settings.sends_per_second)
        self._vigil = Vigil()
        self._ways = Ways(talk.memory)
        self._uploads = Uploads(settings, self._tokens, session=session, picture=talk.picture)
        self._condition = Condition(Health.STARTING, "no tokens yet", clock())
        self._trouble = ""
        self._barred = False

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
        """Fetch the photos in *incoming* from Zalo's picture hosts."""
        return await with_photos(incoming, self._downloader)

    async def deliver(self, delivery: Delivery) -> str:
        """Send the reply as one message; Zalo's id of it."""
        address = delivery.person.address
        window = await self._windows.reserve(address, to=delivery.to)
        recipient = _recipient(address, window.thread)
        try:
            uploaded = await self._uploads.of(delivery.reply)
            sent = await self._send(recipient, self._draw(delivery.reply, uploaded))
        except SendError as error:
            await self._note_failure(address, error)
            raise
        await self._note_success(address, sent)
        return sent.message

    def condition(self) -> Condition:
        """How the channel is."""
        return self._judge()

    async def window(self, person: Person) -> Window:
        """How long, how often and at what cost we may still speak to *person*."""
        return await self._windows.of(person.address)

    async def _receive(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length or 0)
        body = await request.read()
        if len(body) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(body))
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
        read = decode.parse(body) if signed else None
        if read is None or str(read.get("app_id", "")) != settings.app_id:
            raise web.HTTPUnauthorized
        parties = decode.parties(read)
        for_other = settings.oa_id and parties and settings.oa_id not in parties
        self._vigil.note_webhook(self._clock(), echo=str(read.get("event_name", "")).startswith("oa_send"))
        return {} if for_other else read

    async def _take(self, event: decode.Event) -> None:
        match event:
            case decode.Spoke(incoming):
                self._windows.note_message(incoming)
                await self._talk.inbox.put(incoming)
            case decode.Left(person, at):
                await self._windows.left(person.address, at=at)
            case decode.Saw(addresses, at):
                for address in addresses:
                    await self._windows.note_seen(address, at=at)
            case decode.Echo():
                pass

    async def _send(self, recipient: dict[str, str], drawn: Drawn) -> Sent:
        outcome = await self._by_any_way(recipient, drawn.message)
        if (
            isinstance(outcome, Failed)
            and error_codes.meaning(outcome.code) is ErrorMeaning.OTHER
            and drawn.plain is not None
        ):
            log.warning("zalo_oa: Zalo refused a template (error %d); saying it in words", outcome.code)
            outcome = await self._by_any_way(recipient, drawn.plain)
        if isinstance(outcome, Sent):
            self._trouble, self._barred = "", False
            return outcome
        why = error_codes.meaning(outcome.code)
        self._trouble = error_codes.trouble(outcome.code) or self._trouble
        self._barred = self._barred or why in _BARRING
        raise error_codes.send_error(outcome.code, now=self._clock())

    def _draw(self, reply: Reply, uploaded: str) -> Drawn:
        bare, photo = attached.apart(reply)
        said = attached.unseen(bare) if photo and not uploaded else bare
        return draw(said, public_url=self._talk.public_url, uploaded=uploaded)

    async def _by_any_way(self, recipient: dict[str, str], message: dict[str, Any]) -> Sent | Failed:
        """Send *message*; to a visitor who has not signed in by the API that takes it."""
        body = {"recipient": recipient, "message": message}
        if "anonymous_id" not in recipient:
            return await self._post(client.PATH, body)
        first, *others = await self._ways.in_order()
        outcome = await self._visit(first, body)
        for path in others:
            if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) in sending.REFUSING:
                outcome = await self._visit(path, body)
        return outcome

    async def _visit(self, path: str, body: dict[str, Any]) -> Sent | Failed:
        """Try one of the APIs for visitors who have not signed in; a path that is not there refuses too."""
        try:
            outcome = await self._post(path, body)
        except Refused:
            outcome = Failed(_NO_SUCH_PATH)
        self._talk.count(f"anonymous {sending.name(path)} {'sent' if isinstance(outcome, Sent) else 'refused'}")
        if isinstance(outcome, Sent):
            with _quietly():
                await self._ways.note_success(path)
        return outcome

    async def _post(self, path: str, body: dict[str, Any]) -> Sent | Failed:
        """One attempt, and a second one with a new token where the first was refused for its token."""
        token = await self._tokens.access()
        outcome = await self._post_with(token, path, body)
        if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) is ErrorMeaning.ACCESS:
            token = await self._tokens.renew(stale=token)
            outcome = await self._post_with(token, path, body)
        if isinstance(outcome, Sent):
            with _quietly():
                await self._tokens.prove(token)
        return outcome

    async def _post_with(self, token: str, path: str, body: dict[str, Any]) -> Sent | Failed:
        await self._pace.turn()
        url = f"{self._settings.api_url.rstrip('/')}{path}"
        return await client.post(self._session, url, token=token, body=body)

    async def _note_failure(self, address: str, error: SendError) -> None:
        """Keep in the window what *error* teaches."""
        with _quietly():
            if not isinstance(error, MaybeSent):
                await self._windows.give_back(address)
            if isinstance(error, WindowClosed | Gone):
                await self._windows.shut(address)

    async def _note_success(self, address: str, sent: Sent) -> None:
        self._vigil.spoke(self._clock())
        with _quietly():
            if sent.free_spent:
                await self._windows.spent(address, quota=sent.quota)

    def _judge(self) -> Condition:
        warning = " · ".join(filter(None, (self._tokens.warning(), self._trouble, self._vigil.warning(self._clock()))))
        health = Health.UP if self._tokens.renewable_until else Health.STARTING
        if self._tokens.trouble or self._barred:
            health = Health.DOWN
        if (health, warning) != (self._condition.health, self._condition.why):
            self._condition = Condition(health, warning, self._clock())
            log.log(logging.WARNING if warning else logging.INFO, "zalo_oa: %s %s", health, warning)
        return self._condition


@contextmanager
def _quietly() -> Iterator[None]:
    """Bookkeeping around a message whose fate is known must not change what is said of that fate."""
    try:
        yield
    except (StoreError, NotSent):
        log.warning("zalo_oa: a note about a message could not be kept")


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
