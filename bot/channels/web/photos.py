"""Pictures come by POST, because a WebSocket frame is no place for 20 MB.

Memory for them is given as the bytes come, so that whoever only trickles takes none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from bot.channel import Busy, InboxPort
from bot.channels.web import frames
from bot.channels.web.conversation import NAME
from bot.channels.web.frames import BadFrame
from bot.channels.web.newcomers import Newcomers
from bot.channels.web.settings import Settings
from bot.http import BodyTooSlow
from bot.pages import words
from catalog.errors import StoreError
from handlers.messages import Incoming, Person, Photo

_CAPTION = 2000
_EACH = 2
_STATUS = {
    "bad_token": HTTPStatus.UNAUTHORIZED,
    "bad_id": HTTPStatus.BAD_REQUEST,
    "empty_photo": HTTPStatus.UNPROCESSABLE_ENTITY,
    "photo_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "photo_too_slow": HTTPStatus.REQUEST_TIMEOUT,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "not_kept": HTTPStatus.SERVICE_UNAVAILABLE,
    "crowded": HTTPStatus.SERVICE_UNAVAILABLE,
    "wrong_site": HTTPStatus.FORBIDDEN,
}


@dataclass(eq=False, slots=True)
class PictureSpace:
    """What one picture has taken so far."""

    network: str
    taken: int = 0


@dataclass
class PictureMemory:
    """*most* bytes for all, *share* of them for one network address; *at_once* pictures of one person.

    The oldest picture is always let go on, and the oldest of each address within what all may take: so nobody waits
    for someone who waits for them.
    """

    most: int
    share: int
    at_once: int
    _places: dict[PictureSpace, None] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _people: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def place(self, *, person: str, network: str) -> AsyncIterator[PictureSpace]:
        """Wait for one's turn among one's own pictures, and have a place while inside."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._people.get(person, 0) < self.at_once)
            self._people[person] = self._people.get(person, 0) + 1
            place = PictureSpace(network)
            self._places[place] = None
        try:
            yield place
        finally:
            # Nothing is waited for here: the end must come even to who is being cancelled.
            del self._places[place]
            self._people[person] -= 1
            if not self._people[person]:
                del self._people[person]
            await self._tell()

    async def grow(self, place: PictureSpace, size: int) -> None:
        """Take *size* bytes more, as soon as there is room for them."""
        if not self._may_grow(place, size):
            async with self._changed:
                await self._changed.wait_for(lambda: self._may_grow(place, size))
        place.taken += size

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _may_grow(self, place: PictureSpace, size: int) -> bool:
        taking = [each for each in self._places if each.taken or each is place]
        if taking[0] is place:
            return True
        if sum(each.taken for each in taking) + size > self.most:
            return False
        own = [each for each in taking if each.network == place.network]
        return own[0] is place or sum(each.taken for each in own) + size <= self.share


@dataclass(slots=True)
class Photos:
    """Takes ``POST /chat/photo?id=…&language=…&caption=…`` with the picture as its body.

    The token comes as ``Authorization: Bearer …``, which stays out of access logs and which no other site's form
    can send.
    """

    inbox: InboxPort
    settings: Settings
    newcomers: Newcomers
    room: PictureMemory = field(init=False)

    def __post_init__(self) -> None:
        """Make room for as many pictures in memory as the settings allow, a quarter of it for one address."""
        most = self.settings.photos_at_once * self.settings.photo_bytes
        self.room = PictureMemory(most, max(most // 4, self.settings.photo_bytes), at_once=_EACH)

    async def take(self, request: web.Request) -> web.Response:
        """Keep one picture, then acknowledge it; what is wrong is said in words."""
        language = frames.known_language(request.query.get("language")) or "vi"
        ref = ""
        try:
            person, ref = _sender(request, language), frames.checked_ref(request.query.get("id"))
            line = self._line_of(person, request)
            async with self.room.place(person=person.address, network=line) as place:
                image = await self._body(request, place)
                caption = frames.clean_text(request.query.get("caption", "")[:_CAPTION])
                await self.inbox.put(Incoming(person, Photo(image=image, caption=caption), ref))
        except BadFrame as error:
            return complaint(error.code, language, ref=ref)
        except (TimeoutError, BodyTooSlow):
            return complaint("photo_too_slow", language, ref=ref)
        except Busy:
            return complaint("busy", language, ref=ref)
        except StoreError:
            return complaint("not_kept", language, ref=ref)
        return web.Response(text=frames.ack(ref), content_type="application/json")

    def _line_of(self, person: Person, request: web.Request) -> str:
        """The line that *request* came by. Raises BadFrame where too many newcomers share it."""
        line = self.newcomers.line_of(request)
        if self.newcomers.must_wait(person.address, line=line, now=asyncio.get_running_loop().time()):
            raise BadFrame("crowded")
        return line

    async def _body(self, request: web.Request, place: PictureSpace) -> bytes:
        """The picture. Only the time in which we wait for more of it counts; TimeoutError once that is too long."""
        limit, left = self.settings.photo_bytes, self.settings.photo_seconds
        if (request.content_length or 0) > limit:
            raise BadFrame("photo_too_large")
        clock, body = asyncio.get_running_loop().time, bytearray()
        while not request.content.at_eof():
            begun = clock()
            async with asyncio.timeout(left):
                chunk = await request.content.readany()
            left -= clock() - begun
            await self.room.grow(place, len(chunk))
            body += chunk
            if len(body) > limit:
                raise BadFrame("photo_too_large")
        if not body:
            raise BadFrame("empty_photo")
        return bytes(body)


def _sender(request: web.Request, language: str) -> Person:
    """Who shows their token. Raises BadFrame."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return Person(NAME, frames.address_of(token.strip() if scheme.lower() == "bearer" else ""), language)


def complaint(code: str, language: str, *, ref: str = "") -> web.Response:
    """What went wrong, as the page shows it."""
    text = frames.error(code, words.complaint(code, language), ref=ref)
    return web.Response(text=text, status=_STATUS[code], content_type="application/json")
