"""The word "typing …" in a chat for as long as its answer takes: Telegram shows it for five seconds each time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from telegram import Bot
from telegram.constants import ChatAction

from bot.channels.telegram.best_effort import BestEffortCalls
from bot.channels.telegram.decode import Thread

EVERY = 4.0
AT_ONCE, AFTER = 0.0, 2.0
LONGEST = 180.0
_LOOK = 1.0


@dataclass(slots=True)
class _Shown:
    """Where we are busy, when that must be shown next and until when at the longest."""

    thread: Thread
    due: float
    until: float


@dataclass(slots=True)
class TypingIndicator:
    """Who waits for an answer. *clock* is in seconds and never runs back; *sleep* waits."""

    bot: Bot
    best_effort: BestEffortCalls
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _waiting: dict[str, _Shown] = field(default_factory=dict)

    def begin(self, ref: str, thread: Thread, *, after: float = AT_ONCE) -> None:
        """The message *ref* is being answered; show it *after* so many seconds, and again until end()."""
        now = self.clock()
        shown = self._waiting[ref] = _Shown(thread, now + after, now + LONGEST)
        if not after:
            self._show(shown, now)

    def end(self, ref: str) -> None:
        """The message *ref* has its answer, or nobody answers it any more."""
        self._waiting.pop(ref, None)

    async def work(self) -> None:
        """Show it again where it would fade, until cancelled."""
        while True:
            now = self.clock()
            for ref, shown in list(self._waiting.items()):
                if shown.until <= now:
                    self.end(ref)
                elif shown.due <= now:
                    self._show(shown, now)
            await self.sleep(_LOOK)

    def _show(self, shown: _Shown, now: float) -> None:
        shown.due = now + EVERY
        where = shown.thread
        call = partial(self.bot.send_chat_action, where.chat, ChatAction.TYPING, message_thread_id=where.topic or None)
        self.best_effort.soon(call)
