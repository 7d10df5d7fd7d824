"""Answers on their way out: a tapped message is edited where that can be, anything else is said anew."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram.error import ChatMigrated, TelegramError

from bot.channel import Delivery, NotSent, Refused, SendError
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.draw import Drawing, draw
from bot.channels.telegram.markup import Markup, asking, inline
from bot.channels.telegram.refusal import Lost, NoTopic
from bot.channels.telegram.state import Chats
from bot.channels.telegram.strings import say
from bot.channels.telegram.thread import Thread
from handlers import attached
from handlers.messages import Reply

logger = logging.getLogger(__name__)

_TRIES, _LONGEST_WAIT = 3, 30.0


@dataclass(frozen=True, slots=True)
class TelegramSender:
    """Says deliveries, wherever their chat is now."""

    calls: Calls
    chats: Chats
    picture: Callable[[str], Awaitable[bytes | None]]
    public_url: str = ""

    async def deliver(self, delivery: Delivery) -> str:
        """Say *delivery*; ``chat/message`` of what was sent, "" if there was nothing to say. Raises SendError."""
        reply, path = attached.apart(delivery.reply)
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
        title = next(card.title for card in reply.cards if card.picture.startswith(attached.PATH))
        if photo and await self._patiently(lambda: self.calls.upload_picture(photo, title, to=to)):
            return
        logger.warning("a photo that goes along with words was not sent")
        await self._continue(attached.unseen(Reply(language=reply.language)).text.strip(), thread=to, markup=None)

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
        language = delivery.reply.language
        asks = bool(drawing.ask) and not thread.group
        under = asking(drawing.ask, language) if asks else None
        taken = drawing.buttons or thread.tapped or drawing.picture or drawing.more
        first, more = await self._first(drawing, thread=thread, under=None if taken else under, key=delivery.key)
        rest: list[tuple[str, Markup | None]] = [(text, None) for text in more[:-1]]
        rest += [(text, inline(drawing.buttons)) for text in more[-1:]]
        if taken and under is not None:
            rest.append((say("press_below", language), under))
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
        for _ in range(_TRIES):
            try:
                await call()
            except NotSent as wait:
                await self.calls.lanes.sleep(min(wait.seconds, _LONGEST_WAIT))
            except (SendError, TelegramError) as error:
                logger.warning("a message that continues another was lost: %s", type(error).__name__)
                return False
            else:
                return True
        logger.warning("a message that continues another was given up")
        return False
