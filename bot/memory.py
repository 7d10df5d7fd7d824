"""What a channel remembers, in the database."""

from collections.abc import Collection, Mapping

from catalog.store import Exchange, Store


class ChannelMemory:
    """One channel's own keys and values; see bot.channel.Memory."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner

    async def get(self, key: str) -> str | None:
        """The value kept under *key*."""
        return await self._store.memory.recall(self._owner, key)

    async def put(self, key: str, value: str) -> None:
        """Keep *value* under *key*."""
        await self._store.memory.remember(self._owner, key, value)

    async def exchange(self, key: str, *, expected: str | None, new: str) -> bool:
        """Keep *new* only if *expected* is there now."""
        return await self._store.memory.exchange(Exchange(self._owner, key, expected, new))

    async def forget(self, key: str) -> None:
        """Keep nothing under *key* any more."""
        await self._store.memory.forget(self._owner, key)

    async def keep_personal(self, key: str, value: str) -> None:
        """Keep *value*, sealed, under *key*, which ends with ":" and a person's address."""
        await self._store.memory.keep_personal_note(self._owner, key, value)

    async def personal(self) -> Mapping[str, str]:
        """All that keep_personal() keeps, by its keys."""
        return await self._store.memory.personal_notes(self._owner)

    async def forget_personal(self, keys: Collection[str]) -> None:
        """Keep nothing personal under *keys* any more."""
        await self._store.memory.forget_personal_notes(self._owner, keys)
