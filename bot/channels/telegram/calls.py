"""The five calls that show something, each made in its chat's lane, with Telegram's refusals in our words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channels.telegram.draw import Drawing
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.markup import NO_PREVIEW, Markup, inline, place
from bot.channels.telegram.refusal import meaning, nothing_to_change
from bot.channels.telegram.request import Patience
from bot.channels.telegram.thread import Thread

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Calls:
    """Each raises SendError (Lost among them, for edits) or telegram.error.ChatMigrated.

    *key* names the delivery: with it, a turn that is far off is not waited for but kept (see Lanes.turn).
    """

    bot: Bot
    lanes: Lanes

    async def send_text(self, text: str, *, to: Thread, markup: Markup | None, key: str = "") -> int:
        """A new message; its id."""
        sent = await self._in_lane(
            to.chat,
            lambda: self.bot.send_message(
                to.chat,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
                **place(to),
            ),
            key=key,
        )
        return sent.message_id if sent is not None else 0

    async def send_picture(self, drawing: Drawing, *, to: Thread, key: str = "") -> int:
        """A new picture with its caption; its id."""
        sent = await self._in_lane(
            to.chat,
            lambda: self.bot.send_photo(
                to.chat,
                drawing.picture,
                caption=drawing.caption,
                parse_mode=ParseMode.HTML,
                reply_markup=inline(drawing.buttons),
                **place(to),
            ),
            key=key,
        )
        return sent.message_id if sent is not None else 0

    async def edit_text(self, text: str, *, of: Thread, markup: InlineKeyboardMarkup | None, key: str = "") -> None:
        """Other words in the tapped message."""
        await self._in_lane(
            of.chat,
            lambda: self.bot.edit_message_text(
                text,
                chat_id=of.chat,
                message_id=of.tapped,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
            ),
            key=key,
        )

    async def edit_caption(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Other words under the tapped picture."""
        await self._in_lane(
            of.chat,
            lambda: self.bot.edit_message_caption(
                chat_id=of.chat,
                message_id=of.tapped,
                caption=drawing.caption,
                parse_mode=ParseMode.HTML,
                reply_markup=inline(drawing.buttons),
            ),
            key=key,
        )

    async def edit_picture(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Another picture and caption in the tapped message, which may have been a text."""
        await self._in_lane(
            of.chat,
            lambda: self.bot.edit_message_media(
                InputMediaPhoto(drawing.picture, caption=drawing.caption, parse_mode=ParseMode.HTML),
                chat_id=of.chat,
                message_id=of.tapped,
                reply_markup=inline(drawing.buttons),
            ),
            key=key,
        )

    async def _in_lane(self, chat: int, call: Callable[[], Awaitable[_Result]], *, key: str) -> _Result | None:
        await self.lanes.turn(chat, key=key)
        try:
            return await call()
        except ChatMigrated:
            raise
        except TelegramError as error:
            if isinstance(error, BadRequest) and nothing_to_change(error):
                return None
            if isinstance(error, Patience):
                self.lanes.hold(chat, error.seconds)
            raise meaning(error) from error
