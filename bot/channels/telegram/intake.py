"""What comes in, by whichever road: read, kept durably, and only then acknowledged by the caller."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from telegram import Bot, Update

from bot.channel import Talk
from bot.channels.telegram import inline
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.best_effort import BestEffortCalls
from bot.channels.telegram.content import Me
from bot.channels.telegram.decode import Event, Moved, Part, Typing, decode, decode_plain_text
from bot.channels.telegram.state import Chats
from handlers.messages import Incoming

logger = logging.getLogger(__name__)

WANTED = ("message", "edited_message", "callback_query", "inline_query")
_REMEMBERED = 4096


@dataclass(slots=True)
class Intake:
    """Takes raw updates. *me* is known once Telegram has told us who we are."""

    bot: Bot
    talk: Talk
    chats: Chats
    albums: Albums
    best_effort: BestEffortCalls
    me: Me | None = None
    _acknowledged: dict[str, None] = field(default_factory=dict)

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep all of *updates*; when this returns they may be acknowledged. Raises catalog.errors.StoreError."""
        events = [event for raw in updates if (event := self._read(raw)) is not None]
        if len(events) == 1:
            await self._keep(events[0])
            return
        kept = await asyncio.gather(*map(self._keep, events), return_exceptions=True)
        for outcome in kept:
            if isinstance(outcome, BaseException):
                raise outcome

    def _read(self, raw: dict[str, Any]) -> Event | None:
        """What *raw* means. One that cannot be read is dropped, or it would stop all that come after it."""
        if self.me is None:
            raise RuntimeError("updates are taken only once we know who we are")
        try:
            if (incoming := decode_plain_text(raw, me=self.me)) is not None:
                return incoming
            update = Update.de_json(raw, self.bot)
            event = decode(update, me=self.me)
        except (TypeError, ValueError, KeyError, AttributeError, LookupError, OverflowError) as error:
            logger.warning("an update could not be read: %s", type(error).__name__)
            return None
        if update.callback_query is not None:
            self._acknowledge(update.callback_query.id)
        return event

    def _acknowledge(self, query: str) -> None:
        """Let the button stop spinning at once, and only once: the answer itself follows."""
        if query in self._acknowledged:
            return
        self._acknowledged[query] = None
        if len(self._acknowledged) > _REMEMBERED:
            del self._acknowledged[next(iter(self._acknowledged))]
        self.best_effort.soon(partial(self.bot.answer_callback_query, query))

    async def _keep(self, event: Event) -> None:
        match event:
            case Incoming():
                await self.talk.inbox.put(event)
            case Part():
                await self.albums.add(event)
            case Moved(old, new):
                await self.chats.note_move(old, new)
            case Typing():
                self.best_effort.soon(partial(self._suggest, event))

    async def _suggest(self, typing: Typing) -> None:
        cards = await self.talk.suggest(
            typing.words, language=typing.language, limit=inline.PER_PAGE, offset=typing.offset
        )
        articles = inline.results(
            cards,
            language=typing.language,
            username=self.me.username if self.me else "",
            public_url=self.talk.public_url,
            first=typing.offset,
        )
        more = str(typing.offset + len(cards)) if len(cards) == inline.PER_PAGE else ""
        await self.bot.answer_inline_query(
            typing.query,
            articles,
            cache_time=inline.CACHE_SECONDS,
            # Telegram keeps shared answers whoever asks: only the first language's may be shared.
            is_personal=typing.language != "vi",
            next_offset=more,
            button=inline.to_private_chat(typing.language),
        )
