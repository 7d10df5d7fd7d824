"""The channel itself: its routes, the type-ahead, and how an answer finds the tabs of its person."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channel import Condition, Delivery, Health, Suggestions, Talk
from bot.channels.web import frames
from bot.channels.web.conversation import NAME, Conversation
from bot.channels.web.elsewhere import Elsewhere
from bot.channels.web.forms import Plain, language_of
from bot.channels.web.newcomers import Newcomers
from bot.channels.web.origins import Origins
from bot.channels.web.photos import Photos, complaint
from bot.channels.web.rooms import Rooms, SpeakingLimit
from bot.channels.web.settings import Settings
from bot.http.own_site import is_own
from bot.pages import headers
from bot.pages.assets import Assets, load_assets
from bot.pages.drawing import is_large, render_chat
from catalog.errors import StoreError
from handlers.actions import Action, Verb
from handlers.messages import Card, Incoming, Person

HEARTBEAT_SECONDS = 25.0
CLOSING_SECONDS = 2.0
FEWEST_LETTERS = 2
MOST_LETTERS = 100
LINES = 6
_LINKED = ((Verb.PRODUCT, "p"), (Verb.JOIN, "j"), (Verb.BOOTH, "b"))


class WebChannel:
    """The web chat. Answers are kept by the inbox: whoever has no tab open fetches them on return."""

    def __init__(self, settings: Settings, talk: Talk, *, assets: Assets) -> None:
        self._settings = settings
        self._talk = talk
        self._assets = assets
        self._origins = Origins.of(settings.origins)
        self._rooms = Rooms(tabs=settings.tabs)
        self._newcomers = Newcomers(
            burst=settings.newcomers,
            seconds=settings.newcomer_seconds,
            mark=talk.peers.mark,
            told=self._tell_of_newcomer,
        )
        self._photos = Photos(talk.inbox, settings, self._newcomers)
        self._suggest = Suggest(talk.suggest)
        self._plain = Plain(talk.inbox, assets, talk.public_url, self._newcomers)
        self._elsewhere = Elsewhere(
            self._rooms, self._plain, talk.inbox, talk.peers, self._forget_here, self._note_newcomer
        )

    @property
    def name(self) -> str:
        """The name in every Person of this channel."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """Every answer has its seq, and the page shows each seq once."""
        return True

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its files, the WebSocket, uploads, the type-ahead, the plain page; or none at all."""
        if not self._settings.enabled:
            return ()
        return (
            web.get("/", self._page),
            web.get("/static/{name}", self._assets.serve),
            web.get("/embed.js", self._assets.serve_embed),
            web.get("/chat/ws", self._socket),
            web.get("/chat/suggest", self._suggest.answer),
            web.post("/chat/photo", self._photo),
            web.get("/chat", self._plain.show),
            web.post("/chat", self._plain.take),
        )

    async def run(self) -> None:
        """Show what is answered elsewhere until the program stops, then send the tabs away, so that nothing waits."""
        try:
            if self._talk.takes_in:
                await self._elsewhere.watch()
            # Who takes nothing in has no tabs.
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self._rooms.close()
            raise

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Give *incoming* back: its picture came with it."""
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        """Show the answer in each open tab of its person. *delivery.key* is its seq."""
        number, address = int(delivery.key), delivery.person.address
        self._elsewhere.announce(delivery)
        if self._talk.peers.possible and not delivery.reply.erased:
            # What was answered elsewhere goes first.
            with suppress(StoreError):
                await self._elsewhere.show(address, (number,))
        frame = frames.answer(delivery.reply, seq=number, to=delivery.to.ref if delivery.to else "")
        await self._rooms.tell(address, [(number, frame)])
        self._plain.note_delivery(delivery)
        return ""

    def condition(self) -> Condition:
        """How it is: there is nobody else whom it needs."""
        return Condition(Health.UP, "" if self._settings.enabled else "switched off")

    async def probe(self) -> str:
        """There is nobody else to ask."""
        return ""

    async def forget(self, person: Person) -> None:
        """Send the tabs of *person* away, and know neither how fast they spoke nor that they were here."""
        self._elsewhere.announce_forgotten(person.address)
        await self._forget_here(person.address)

    async def _forget_here(self, address: str) -> None:
        await self._rooms.forget(address)
        self._newcomers.forget(address)

    def _tell_of_newcomer(self, address: str, line: str) -> None:
        self._elsewhere.announce_arrived(address, line)

    def _note_newcomer(self, address: str, line: str) -> None:
        self._newcomers.note(address, line=line, now=asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Send every open tab away."""
        await self._rooms.close()

    async def _page(self, request: web.Request) -> web.Response:
        product, code, booth = (_action(verb, request.query.get(name, "")) for verb, name in _LINKED)
        page = render_chat(
            language_of(request),
            assets=self._assets,
            form=secrets.token_hex(12),
            wanted=product or booth,
            code=code,
            large=is_large(request.cookies),
        )
        secured = headers.for_chat(request.host, embedders=self._origins.patterns)
        return web.Response(text=page, content_type="text/html", headers=secured)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._is_welcome(request, required=True):
            return complaint("wrong_site", "vi")
        if self._rooms.closed:
            return complaint("unavailable", "vi")
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=self._settings.frame_bytes, timeout=CLOSING_SECONDS
        )
        await socket.prepare(request)
        pace = SpeakingLimit(burst=self._settings.burst, per_second=self._settings.per_second)
        clock = asyncio.get_running_loop().time
        line = self._newcomers.line_of(request)
        await Conversation(socket, self._talk.inbox, self._rooms, pace, clock, self._newcomers, line).run()
        return socket

    async def _photo(self, request: web.Request) -> web.Response:
        if not self._is_welcome(request, required=False):
            return complaint("wrong_site", "vi")
        return await self._photos.take(request)

    def _is_welcome(self, request: web.Request, *, required: bool) -> bool:
        """Whether the page that asks is ours or allowed. Browsers always say where a WebSocket comes from."""
        origin = request.headers.get("Origin", "")
        if not origin:
            return not required
        own = is_own(origin, host=request.host, public_url=self._talk.public_url)
        return own or self._origins.allow(origin)


@dataclass(frozen=True, slots=True)
class Suggest:
    """Answers ``GET /chat/suggest?q=…&language=…``."""

    suggest: Suggestions

    async def answer(self, request: web.Request) -> web.Response:
        """At most six lines, none below the second letter; nothing rather than an error while the store is away."""
        asked = frames.clean_text(request.query.get("q", ""))[:MOST_LETTERS].strip()
        language = frames.known_language(request.query.get("language")) or "vi"
        cards = await self._cards(asked, language) if len(asked) >= FEWEST_LETTERS else ()
        lines = [_line(card) for card in cards]
        return web.json_response({"q": asked, "suggestions": lines}, headers={"Cache-Control": "no-store"})

    async def _cards(self, asked: str, language: str) -> tuple[Card, ...]:
        try:
            return tuple(await self.suggest(asked, language=language, limit=LINES))
        except StoreError:
            return ()


def _line(card: Card) -> dict[str, Any]:
    action = next((str(choice.action) for choice in card.choices if choice.action), "")
    return {
        "title": card.title,
        "subtitle": card.subtitle,
        "stars": card.stars,
        "standing": card.standing,
        "action": action,
    }


def _action(verb: Verb, subject: str) -> str:
    """What a link into the chat asks for, spelled as a button; "" if it asks for nothing."""
    action = Action.parse(f"{verb} {frames.clean_text(subject)}") if subject.strip() else None
    return str(action) if action else ""


@asynccontextmanager
async def open_channel(settings: Settings, talk: Talk) -> AsyncIterator[WebChannel]:
    """Open the web chat; on leaving, its tabs are told to come back later."""
    channel = WebChannel(settings, talk, assets=load_assets())
    try:
        yield channel
    finally:
        await channel.close()
