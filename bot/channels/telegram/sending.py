"""Answers on their way out: a tapped message is edited where that can be, anything else is said anew.

Calls makes each API call in its chat's turn; TelegramSender decides which calls say a delivery.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channel import Delivery, NoPeers, Peers, Refused, SendError
from bot.channel_kit.backoff import send_patiently
from bot.channel_kit.rate_limit import RateLimit, RateLimiter
from bot.channels.telegram.decode import Thread
from bot.channels.telegram.draw import Drawing, draw
from bot.channels.telegram.keyboard import Markup, asking, inline
from bot.channels.telegram.state import Chats
from bot.channels.telegram.transport import Lost, NoTopic, Patience, Wire, meaning, nothing_to_change
from handlers import attachments
from handlers.messages import Reply
from handlers.phrases import speech

logger = logging.getLogger(__name__)
NO_PREVIEW = {"is_disabled": True}
_HTML = {"parse_mode": "HTML"}
_LONGEST_WAIT = 60.0
# One message a second to a chat (three at once are forgiven), twenty a minute to a group.
PER_CHAT = (RateLimit(3, 3.0),)
PER_GROUP = (*PER_CHAT, RateLimit(20, 60.0))


@dataclass(frozen=True, slots=True)
class Calls:
    """Each raises SendError (Lost among them, for edits) or telegram.error.ChatMigrated.

    *key* names the delivery: with it, a turn that is far off is not waited for but kept (see RateLimiter.turn). They
    go past the library's typed client: every answer is one of them, and of what comes back only the id is wanted.
    """

    wire: Wire
    limiter: RateLimiter

    async def send_text(self, text: str, *, to: Thread, markup: Markup | None, key: str = "") -> int:
        """A new message; its id."""
        said = {"text": text, "link_preview_options": NO_PREVIEW, "reply_markup": markup, **place(to)}
        return _number(await self._in_turn("sendMessage", to.chat, said, key=key))

    async def send_picture(self, drawing: Drawing, *, to: Thread, key: str = "") -> int:
        """A new picture with its caption; its id."""
        shown = {"photo": drawing.picture, "caption": drawing.caption, "reply_markup": inline(drawing.buttons)}
        return _number(await self._in_turn("sendPhoto", to.chat, {**shown, **place(to)}, key=key))

    async def upload_picture(self, image: bytes, caption: str, *, to: Thread) -> int:
        """A new picture out of our own hands; its id."""
        await self.limiter.turn(to.chat)
        said = {"chat_id": to.chat, "caption": caption, **place(to)}
        return _number(await self._safely(to.chat, self.wire.upload("sendPhoto", said, name="photo", image=image)))

    async def edit_text(self, text: str, *, of: Thread, markup: Markup | None, key: str = "") -> None:
        """Other words in the tapped message."""
        said = {"message_id": of.tapped, "text": text, "link_preview_options": NO_PREVIEW, "reply_markup": markup}
        await self._in_turn("editMessageText", of.chat, said, key=key)

    async def edit_caption(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Other words under the tapped picture."""
        said = {"message_id": of.tapped, "caption": drawing.caption, "reply_markup": inline(drawing.buttons)}
        await self._in_turn("editMessageCaption", of.chat, said, key=key)

    async def edit_picture(self, drawing: Drawing, *, of: Thread, key: str = "") -> None:
        """Another picture and caption in the tapped message, which may have been a text."""
        media = {"type": "photo", "media": drawing.picture, "caption": drawing.caption, **_HTML}
        said = {"message_id": of.tapped, "media": media, "reply_markup": inline(drawing.buttons)}
        await self._in_turn("editMessageMedia", of.chat, said, key=key)

    async def _in_turn(self, method: str, chat: int, said: dict[str, Any], *, key: str) -> Any:
        await self.limiter.turn(chat, key=key)
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
                self.limiter.hold(chat, error.seconds)
            raise meaning(error) from error


@dataclass(frozen=True, slots=True)
class TelegramSender:
    """Says deliveries, wherever their chat is now."""

    calls: Calls
    chats: Chats
    picture: Callable[[str], Awaitable[bytes | None]]
    public_url: str = ""

    async def deliver(self, delivery: Delivery) -> str:
        """Say *delivery*; ``chat/message`` of what was sent, "" if there was nothing to say. Raises SendError."""
        reply, path = attachments.split_photo(delivery.reply)
        drawing = draw(reply, public_url=self.public_url)
        if not drawing.text:
            return ""
        # Asked for before anything is said: what fails afterwards must not have the words repeated.
        photo = await self.picture(path) if path else None
        thread = await self._thread(delivery)
        sent = await self._say_somewhere(drawing, thread=thread, delivery=delivery)
        if path:
            behind = Thread(int(sent.partition("/")[0]), topic=thread.topic)
            await self._bring_photo(photo, delivery.reply, to=behind)
        return sent

    async def _bring_photo(self, photo: bytes | None, reply: Reply, *, to: Thread) -> None:
        """Send the photo that goes along, behind its words; where that cannot be, say so."""
        title = next(card.title for card in reply.cards if card.picture.startswith(attachments.PATH))
        if photo and await self._patiently(lambda: self.calls.upload_picture(photo, title, to=to)):
            return
        logger.warning("a photo that goes along with words was not sent")
        await self._continue(
            attachments.without_photo(Reply(language=reply.language)).text.strip(), thread=to, markup=None
        )

    async def _say_somewhere(self, drawing: Drawing, *, thread: Thread, delivery: Delivery) -> str:
        try:
            return await self._say(drawing, thread=thread, delivery=delivery)
        except ChatMigrated as moved:
            await self.chats.note_move(thread.chat, moved.new_chat_id)
            return await self._say_again(drawing, thread=Thread(moved.new_chat_id), delivery=delivery)
        except NoTopic:
            # The topic was removed meanwhile: better beside it than nowhere.
            return await self._say_again(drawing, thread=replace(thread, topic=0, tapped=0), delivery=delivery)

    async def _thread(self, delivery: Delivery) -> Thread:
        if delivery.to is not None and delivery.to.thread:
            thread = Thread.parse(delivery.to.thread)
        else:
            # Whoever shut us out is asked again each time: they may have let us in since.
            thread = Thread(int(delivery.person.address))
        number = await self.chats.number(thread.chat)
        return thread if number == thread.chat else replace(thread, chat=number)

    async def _say_again(self, drawing: Drawing, *, thread: Thread, delivery: Delivery) -> str:
        try:
            return await self._say(drawing, thread=thread, delivery=delivery)
        except ChatMigrated as error:
            raise Refused("Telegram sends us in circles after a chat that moved") from error

    async def _say(self, drawing: Drawing, *, thread: Thread, delivery: Delivery) -> str:
        # The messages of one answer in the order in which they are shown, and which of them carries what can be tapped.
        language = delivery.reply.language
        say = speech(language)
        asks = bool(drawing.ask) and not thread.group
        under = asking(drawing.ask, language) if asks else None
        taken = drawing.buttons or thread.tapped or drawing.picture or drawing.more
        first, more = await self._first(drawing, thread=thread, under=None if taken else under, key=delivery.key)
        rest = _add_buttons(more, drawing)
        if taken and under is not None:
            rest.append((say("Press the button under the keyboard to send it."), under))
        for text, markup in rest:
            if not await self._continue(text, thread=thread, markup=markup):
                break
        return f"{thread.chat}/{first}"

    async def _first(
        self, drawing: Drawing, *, thread: Thread, under: Markup | None, key: str
    ) -> tuple[int, tuple[str, ...]]:
        """Show the answer; its message's id, and the texts that must follow. Only the first attempt may be put off."""
        if thread.tapped:
            try:
                if (more := await self._edit(drawing, thread=thread, key=key)) is not None:
                    return thread.tapped, more
            except Lost:
                logger.debug("a tapped message is gone; its answer is sent anew")
            key = ""
        if drawing.picture:
            try:
                return await self.calls.send_picture(drawing, to=thread, key=key), ()
            except Refused:
                logger.info("a picture was refused; its words go alone")
                key = ""
        markup = under or (None if drawing.more else inline(drawing.buttons))
        return await self.calls.send_text(drawing.text, to=thread, markup=markup, key=key), drawing.more

    async def _edit(self, drawing: Drawing, *, thread: Thread, key: str) -> tuple[str, ...] | None:
        """Turn the tapped message into *drawing*; what must follow it, None if it cannot become that. Raises Lost."""
        if drawing.picture:
            try:
                await self.calls.edit_picture(drawing, of=thread, key=key)
            except Refused:
                logger.info("a picture was refused; its words go alone")
                key = ""
            else:
                return ()
        if not thread.pictured:
            markup = None if drawing.more else inline(drawing.buttons)
            await self.calls.edit_text(drawing.text, of=thread, markup=markup, key=key)
            return drawing.more
        # A picture cannot become a text, and under one product's picture a list of others would mislead.
        if drawing.several or not drawing.caption:
            return None
        await self.calls.edit_caption(drawing, of=thread, key=key)
        return ()

    async def _continue(self, text: str, *, thread: Thread, markup: Markup | None) -> bool:
        """Send what follows the answer. The answer itself is out: failing here must not repeat it, so it is logged."""
        to = replace(thread, quoted=0)
        return await self._patiently(lambda: self.calls.send_text(text, to=to, markup=markup))

    async def _patiently(self, call: Callable[[], Awaitable[object]]) -> bool:
        """Make *call*, and again while it surely did nothing; whether it was done."""
        try:
            await send_patiently(call, longest=_LONGEST_WAIT, sleep=self.calls.limiter.sleep)
        except (SendError, TelegramError) as error:
            logger.warning("a message that continues another was lost: %s", type(error).__name__)
            return False
        return True


def _add_buttons(texts: Sequence[str], drawing: Drawing) -> list[tuple[str, Markup | None]]:
    """The *texts* that follow an answer, the last of them with the buttons of *drawing*."""
    followed: list[tuple[str, Markup | None]] = [(text, None) for text in texts[:-1]]
    return followed + [(text, inline(drawing.buttons)) for text in texts[-1:]]


def _number(sent: Any) -> int:
    """The id of the message that was sent; 0 if Telegram does not tell it."""
    number = sent.get("message_id") if isinstance(sent, dict) else None
    return number if isinstance(number, int) else 0


def place(thread: Thread) -> dict[str, Any]:
    """Where in its chat a new message goes."""
    where: dict[str, Any] = {}
    if thread.topic:
        where["message_thread_id"] = thread.topic
    if thread.quoted:
        where["reply_parameters"] = {"message_id": thread.quoted, "allow_sending_without_reply": True}
    return where


def rate_limiter(
    per_second: int,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    peers: Peers | None = None,
) -> RateLimiter:
    """Telegram's limits: *per_second* over all chats, and those of one chat, kept together with *peers*."""
    overall = RateLimit(per_second, 1.0)
    return RateLimiter(overall, per_chat=_limits_of, clock=clock, sleep=sleep, peers=peers or NoPeers())


def _limits_of(chat: Hashable) -> Sequence[RateLimit]:
    """The limits of *chat*; groups are numbered below zero."""
    return PER_GROUP if isinstance(chat, int) and chat < 0 else PER_CHAT
