"""How the channel is, and what it remembers of chats."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.channel import Condition, Health, Memory

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class ChannelState:
    """The channel's condition as it changes; *now* tells the time."""

    now: Callable[[], datetime]
    condition: Condition = field(default_factory=lambda: Condition(Health.STARTING))

    def up(self) -> None:
        """All is well."""
        self._become(Health.UP, "")

    def down(self, why: str) -> None:
        """Nothing comes in or goes out, because of *why* (no secret in it)."""
        self._become(Health.DOWN, why)

    def _become(self, health: Health, why: str) -> None:
        before = self.condition
        if (before.health, before.why) == (health, why):
            return
        since = before.since if before.health is health else self.now()
        self.condition = Condition(health, why, since)
        logger.log(logging.INFO if health is Health.UP else logging.WARNING, "telegram is %s %s", health, why)


@dataclass(frozen=True, slots=True)
class Chats:
    """Which chats moved to another number."""

    memory: Memory

    async def number(self, chat: int) -> int:
        """The number under which *chat* is reached now; only groups ever move."""
        moved = await self.memory.get(f"moved:{chat}") if chat < 0 else None
        return int(moved) if moved else chat

    async def note_move(self, old: int, new: int) -> None:
        """Remember that the group *old* is now *new*."""
        await self.memory.put(f"moved:{old}", str(new))
