"""The six calls that show something, each made in its chat's lane, with Telegram's refusals in our words."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channel_kit.rate_limit import Lanes
from bot.channels.telegram.draw import Drawing
from bot.channels.telegram.markup import NO_PREVIEW, Markup, inline, place
from bot.channels.telegram.refusal import meaning, nothing_to_change
from bot.channels.telegram.thread import Thread
from bot.channels.telegram.transport import Patience, Wire

_HTML = {"parse_mode": "HTML"}


@dataclass(frozen=True, slots=True)
class Calls:
    """Each raises SendError (Lost among them, for edits) or telegram.error.ChatMigrated.

    *key* names the delivery: with it, a turn that is far off is not waited for but kept (see Lanes.turn). They go past
    the library's typed client: every answer is one of them, and of the message that comes back only the id is wanted.
    """

    wire: Wire
    lanes: Lanes

    async def send_text(self, text: str, *, to: Thread, markup: Markup | None, key: str = "") -> int:
        """A new message; its id."""
        said = {"text": text, "link_preview_options": NO_PREVIEW, "reply_markup": markup, **place(to)}
        return _number(await self._in_lane("sendMessage", to.chat, said, key=key))

    async def send_picture(self, drawing: Drawing, *, to: Thread, key: str = "") -> int:
        """A new picture with its caption; its id."""
        shown = {"photo": drawing.picture, "caption": drawing.caption, "reply_markup": inline(drawing.buttons)}
        return _number(await self._in_lane("sendPhoto", to.chat, {**shown, **place(to)}, key=key))

    async def upload_picture(self, image: bytes, caption: str, *, to: Thread) -> int:
        """A new picture out of our own hands; its id."""
        await self.lanes.turn(to.chat)
        said = {"chat_id": to.chat, "caption": caption, **place(to)}
        return _number(await self._safely(to.chat, self.wire.upload("sendPhoto", said, name="photo", image=image)))

    async def edit_text(self, text: str, *, of: Thread, markup: Markup | None, key: str = "") -> None:
        """Other words in the tapped message."""
        said = {"message_id": of.tapped, "text": text, "link_preview_options": NO_PREVIEW, "reply_markup": markup}
        await self._in_lane("editMessageText", of.chat, said, key=key)

    async def edit_caption(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Other words under the tapped picture."""
        said = {"message_id": of.tapped, "caption": drawing.caption, "reply_markup": inline(drawing.buttons)}
        await self._in_lane("editMessageCaption", of.chat, said, key=key)

    async def edit_picture(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Another picture and caption in the tapped message, which may have been a text."""
        media = {"type": "photo", "media": drawing.picture, "caption": drawing.caption, **_HTML}
        said = {"message_id": of.tapped, "media": media, "reply_markup": inline(drawing.buttons)}
        await self._in_lane("editMessageMedia", of.chat, said, key=key)

    async def _in_lane(self, method: str, chat: int, said: dict[str, Any], *, key: str) -> Any:
        await self.lanes.turn(chat, key=key)
        style = {} if "media" in said else _HTML
        return await self._safely(chat, self.wire.call(method, {"chat_id": chat, **said, **style}))

    async def _safely(self, chat: int, call: Awaitable[Any]) -> Any:
        try:
            return await call
        except ChatMigrated:
            raise
        except TelegramError as error:
            if isinstance(error, BadRequest) and nothing_to_change(error):
                return None
            if isinstance(error, Patience):
                self.lanes.hold(chat, error.seconds)
            raise meaning(error) from error


def _number(sent: Any) -> int:
    """The id of the message that was sent; 0 if Telegram does not tell it."""
    number = sent.get("message_id") if isinstance(sent, dict) else None
    return number if isinstance(number, int) else 0
