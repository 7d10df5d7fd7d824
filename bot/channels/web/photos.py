"""Pictures come by POST, because a WebSocket frame is no place for 20 MB."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from bot.channel import Inbox
from bot.channels.web import frames
from bot.channels.web.conversation import NAME
from bot.channels.web.frames import BadFrame
from bot.channels.web.settings import Settings
from bot.pages import words
from catalog.errors import StoreError
from handlers.messages import Incoming, Person, Photo

_CAPTION = 2000
_STATUS = {
    "bad_token": HTTPStatus.UNAUTHORIZED,
    "bad_id": HTTPStatus.BAD_REQUEST,
    "empty_photo": HTTPStatus.UNPROCESSABLE_ENTITY,
    "photo_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "photo_too_slow": HTTPStatus.REQUEST_TIMEOUT,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "not_kept": HTTPStatus.SERVICE_UNAVAILABLE,
    "wrong_site": HTTPStatus.FORBIDDEN,
}


@dataclass(slots=True)
class Photos:
    """Takes ``POST /chat/photo?id=…&language=…&caption=…`` with the picture as its body.

    The token comes as ``Authorization: Bearer …``, which stays out of access logs and which no other site's form
    can send.
    """

    inbox: Inbox
    settings: Settings
    room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Make room for as many pictures in memory as the settings allow."""
        self.room = asyncio.Semaphore(self.settings.photos_at_once)

    async def take(self, request: web.Request) -> web.Response:
        """Keep one picture, then acknowledge it; what is wrong is said in words."""
        language = frames.known_language(request.query.get("language")) or "vi"
        try:
            incoming = await self._read(request, language)
            await self.inbox.put(incoming)
        except BadFrame as error:
            return complaint(error.code, language, ref=error.ref)
        except StoreError:
            return complaint("not_kept", language, ref=incoming.ref)
        return web.Response(text=frames.ack(incoming.ref), content_type="application/json")

    async def _read(self, request: web.Request, language: str) -> Incoming:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        address = frames.address_of(token.strip() if scheme.lower() == "bearer" else "")
        ref = frames.checked_ref(request.query.get("id"))
        caption = frames.cleaned(request.query.get("caption", "")[:_CAPTION])
        try:
            async with asyncio.timeout(self.settings.photo_seconds), self.room:
                image = await self._body(request)
        except TimeoutError:
            raise BadFrame("photo_too_slow", ref=ref) from None
        except BadFrame as error:
            raise BadFrame(error.code, ref=ref) from None
        return Incoming(Person(NAME, address, language), Photo(image=image, caption=caption), ref)

    async def _body(self, request: web.Request) -> bytes:
        limit = self.settings.photo_bytes
        if (request.content_length or 0) > limit:
            raise BadFrame("photo_too_large")
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                raise BadFrame("photo_too_large")
        if not body:
            raise BadFrame("empty_photo")
        return bytes(body)


def complaint(code: str, language: str, *, ref: str = "") -> web.Response:
    """What went wrong, as the page shows it."""
    text = frames.error(code, words.complaint(code, language), ref=ref)
    return web.Response(text=text, status=_STATUS[code], content_type="application/json")
