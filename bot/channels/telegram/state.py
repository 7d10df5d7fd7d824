"""What the channel remembers of chats."""

from dataclasses import dataclass

from bot.channel import Memory


@dataclass(frozen=True, slots=True)
class Chats:
    """Which chats moved to another number."""

    memory: Memory

    async def number(self, chat: int) -> int:
        """The number under which *chat* is reached now; only groups ever move."""
        moved = await self.memory.get(f"moved:{chat}") if chat < 0 else None
        return int(moved) if moved else chat

    async def forget(self, address: str) -> None:
        """Forget where the chat *address* moved to; Telegram tells it again."""
        await self.memory.forget(f"moved:{address}")

    async def note_move(self, old: int, new: int) -> None:
        """Remember that the group *old* is now *new*."""
        await self.memory.put(f"moved:{old}", str(new))
