"""Fetching photos: what Telegram only names becomes bytes."""

import asyncio
from dataclasses import dataclass, replace

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channel import NotSent, SendError
from bot.channel_kit.picture_files import picture_or_words
from bot.channels.telegram.decode import Thread
from bot.channels.telegram.transport import TooLarge, Wire, meaning
from bot.channels.telegram.typing import AFTER, TypingIndicator
from catalog.errors import BadImage, EmptyImage, ImageTooLarge, UnknownImage
from catalog.voice import LONGEST_SECONDS
from handlers.messages import Album, Incoming, Photo, Voice

_LIMIT = "20 MB"


@dataclass(frozen=True, slots=True)
class FileDownloads:
    """Downloads through *wire* what *bot* knows the way to."""

    bot: Bot
    wire: Wire
    busy: TypingIndicator
    hears: bool = False

    async def fetch(self, incoming: Incoming) -> Incoming:
        """*incoming* with its photos' bytes or its voice's, and "typing …" in the chat.

        Raises NotSent or catalog.errors.BadImage.
        """
        content, thread = incoming.content, Thread.parse(incoming.thread)
        if isinstance(content, Voice) and self.hears and content.seconds <= LONGEST_SECONDS:
            self.busy.begin(incoming.ref, thread)
            return replace(incoming, content=replace(content, audio=await self._bytes(content.handle)))
        if not isinstance(content, Photo | Album):
            self.busy.begin(incoming.ref, thread, after=AFTER)
            return incoming
        self.busy.begin(incoming.ref, thread)
        if isinstance(content, Photo):
            return replace(incoming, content=picture_or_words(await self._photo(content), otherwise="document"))
        return replace(incoming, content=await self._album(content))

    async def _album(self, album: Album) -> Album:
        """The photos of *album* that can be had. Raises as fetch() does if there is none, or some may be had later."""
        found = await asyncio.gather(*map(self._photo, album.photos), return_exceptions=True)
        photos = [photo for photo in found if isinstance(photo, Photo)]
        errors = [error for error in found if isinstance(error, BaseException)]
        waits = [error for error in errors if not isinstance(error, BadImage)]
        if waits or not photos:
            raise (waits or errors)[0]
        return Album(tuple(photos))

    async def _photo(self, photo: Photo) -> Photo:
        if photo.image or not photo.handle:
            return photo
        return replace(photo, image=await self._bytes(photo.handle))

    async def _bytes(self, handle: str) -> bytes:
        try:
            found = await self._download(handle)
        except TooLarge as error:
            raise ImageTooLarge(limit=_LIMIT) from error
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise ImageTooLarge(limit=_LIMIT) from error
            raise UnknownImage from error
        except TelegramError as error:
            raise _later(error) from error
        if not found:
            raise EmptyImage
        return found

    async def _download(self, handle: str) -> bytes:
        file = await self.bot.get_file(handle)
        if not file.file_path:
            raise BadRequest("the file has no path")
        try:
            return await self.wire.retrieve(file.file_path)
        except InvalidToken as error:  # a 404: the library takes it for a refused token, here it is a file that went
            raise BadRequest("the file is gone") from error


def _later(error: TelegramError) -> SendError:
    """Fetching changes nothing, so whatever broke may be tried again."""
    known = meaning(error)
    return known if isinstance(known, NotSent) else NotSent("a file could not be fetched", seconds=2.0)
