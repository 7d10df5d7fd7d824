"""Starting, and then listening: by long polls of our own, or by watching over the webhook."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channel import NoPeers, Peers
from bot.channel_kit.backoff import Backoff
from bot.channel_kit.health import STANDS_BY, HealthTracker
from bot.channels.telegram.content import Me
from bot.channels.telegram.intake import WANTED, Intake
from bot.channels.telegram.strings import describe_commands
from bot.channels.telegram.transport import Patience, Wire
from bot.channels.telegram.webhook import WebhookRegistration
from catalog.errors import StoreError
from handlers.phrases import languages, speech

logger = logging.getLogger(__name__)

# A poll whose line died unnoticed is waited for to its end: a long one would keep us deaf after the network is back.
POLL_SECONDS = 10
CONNECT_SECONDS = 4.0
_GRACE_SECONDS = 4.0
_WATCH_SECONDS = 60.0
_BACKOFF = Backoff(longest=4.0, jitter=0.5)
_REFUSED_WAIT = 60.0
_CONNECTIONS = 40
_LANGUAGE_LETTERS = 2


@dataclass(slots=True)
class Listener:
    """Keeps the channel alive until cancelled. *post* is None when we poll through *polls*, in turns with *peers*."""

    bot: Bot
    polls: Wire
    intake: Intake
    health: HealthTracker
    post: WebhookRegistration | None
    chance: Random
    peers: Peers = field(default_factory=NoPeers)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _failures: int = 0

    async def listen(self) -> None:
        """Start, listen, and after any failure wait and start again."""
        while True:
            try:
                await self._start()
                await (self._poll_in_turn() if self.post is None else self._watch(self.post))
            except TelegramError as error:
                self.health.down(_why(error))
                await self._wait(error)
            except StoreError:
                logger.debug("updates could not be kept and were not acknowledged")
                await self._wait(None)

    async def _start(self) -> None:
        me = await self.bot.get_me()
        self.intake.me = Me(me.id, me.username or "")
        await self._register()
        for language in ("", *languages()):
            # Telegram knows languages of two letters only; without one, the menu is for everybody else.
            if not language or len(language) == _LANGUAGE_LETTERS:
                menu = [BotCommand(*each) for each in describe_commands(speech(language)).items()]
                await self.bot.set_my_commands(menu, language_code=language or None)
        # Where another program of this bot's had put something else beside the box.
        await self.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        if self.post is not None:
            self.health.up()

    async def _register(self) -> None:
        if self.post is None:
            await self.bot.delete_webhook(drop_pending_updates=False)
            return
        await self.bot.set_webhook(
            self.post.url, secret_token=self.post.secret, allowed_updates=WANTED, max_connections=_CONNECTIONS
        )

    async def _poll_in_turn(self) -> None:
        """Poll while no other process does: Telegram serves one only."""
        await self.peers.take_turns(self._poll, standing_by=lambda: self.health.up(STANDS_BY))

    async def _poll(self) -> None:
        offset, seconds = 0, 0
        while True:
            updates = await self._updates(offset, seconds=seconds)
            await self.intake.take(updates)
            # Only now: asking from here on tells Telegram that we have all before.
            offset = max((int(update["update_id"]) + 1 for update in updates), default=offset)
            self._failures = 0
            self.health.up()
            # The first poll does not wait: it tells at once whether we are heard.
            seconds = POLL_SECONDS

    async def _updates(self, offset: int, *, seconds: int) -> list[dict[str, Any]]:
        """The raw updates from *offset* on: one that the library cannot read must not cost us the whole batch."""
        asked = {"timeout": seconds, "limit": 100, "allowed_updates": json.dumps(WANTED)}
        if offset:
            asked["offset"] = offset
        found = await self.polls.post(f"/getUpdates?{urlencode(asked)}", read_timeout=seconds + _GRACE_SECONDS)
        if not isinstance(found, list):
            raise TelegramError("getUpdates answered something else than a list")
        return found

    async def _watch(self, post: WebhookRegistration) -> None:
        """See every minute that Telegram still posts to us, for nothing else would tell."""
        while True:
            self._failures = 0
            await self.sleep(_WATCH_SECONDS)
            found = await self.bot.get_webhook_info()
            if found.url != post.url:
                logger.warning("the webhook was set to another address; it is set back")
                return
            self.health.up()

    async def _wait(self, error: TelegramError | None) -> None:
        self._failures += 1
        seconds = _BACKOFF.pause(self._failures, chance=self.chance.random)
        if isinstance(error, Patience):
            seconds = max(seconds, error.seconds)
        if isinstance(error, InvalidToken):
            seconds = _REFUSED_WAIT
        await self.sleep(seconds)


def _why(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "another process polls with this token, or a webhook is set (409 Conflict)"
    if isinstance(error, InvalidToken):
        return "Telegram does not take the token"
    return f"the Bot API cannot be used ({type(error).__name__})"
