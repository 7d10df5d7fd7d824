"""Which officer somebody in a chat is: a note of the channel under their address, erased with all that is theirs."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry, Deed, Doer
from catalog.inquiry import Address
from catalog.store import memory, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.board_sessions import use_link
from catalog.store.members import Refusal
from catalog.store.officers import CHAT_NOTE, notes_of

_BOARD, _MORNING = "board", "morning "


class OfficerChatStore:
    """The chats in which officers are known. Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def bind(self, code: str, who: Address, *, now: float) -> int | Refusal:
        """Use a one-time code of an officer up, and know them in this chat from now on; their number, or why not."""

        async def write(connection: AsyncConnection) -> int | Refusal:
            officer = await use_link(connection, code, now=now)
            if isinstance(officer, Refusal):
                return officer
            await memory.remember(connection, [(who.channel, CHAT_NOTE + who.address, str(officer))])
            done = Doer(officer, "").did(Deed.CHAT_BOUND, f"officer {officer}", after={"channel": who.channel})
            await append(connection, done, at=now)
            return officer

        return await self._access.write_alone(write)

    async def officer_of(self, who: Address) -> int | None:
        """The number of the officer that somebody is; None if they are none."""
        kept = await self._access.read(lambda c: memory.recall(c, who.channel, CHAT_NOTE + who.address))
        return int(kept) if kept else None

    async def of_officer(self, officer: int) -> list[Address]:
        """Where an officer is known, in the order of the channels' names."""
        table = tables.memory.c
        query = select(table.owner, table.key).where(notes_of(officer)).order_by(table.owner, table.key)
        rows = await self._access.read(lambda c: c.execute(query))
        return [Address(row.owner, row.key.removeprefix(CHAT_NOTE)) for row in rows]

    async def wants_morning(self, officer: int) -> bool:
        """Whether an officer wants to be told each morning, in every chat where they are known, what waits."""
        return bool(await self._access.read(lambda c: memory.recall(c, _BOARD, f"{_MORNING}{officer}")))

    async def set_morning(self, officer: int, *, wanted: bool, entry: AuditEntry) -> None:
        """Keep what an officer chose, and *entry* that tells it."""

        async def write(connection: AsyncConnection) -> None:
            await memory.remember(connection, [(_BOARD, f"{_MORNING}{officer}", "yes" if wanted else "")])
            await append(connection, entry)

        await self._access.write_alone(write)

    async def morning_chats(self) -> list[tuple[int, Address]]:
        """The number of each officer who wants that, with each chat where they are known."""
        table = tables.memory.c
        query = select(table.key).where(table.owner == _BOARD, table.key.startswith(_MORNING), table.value != "")
        keys = await self._access.read(lambda c: c.scalars(query))
        officers = sorted(int(key.removeprefix(_MORNING)) for key in keys)
        return [(officer, to) for officer in officers for to in await self.of_officer(officer)]

    async def unbind(self, channel: str, officer: int, *, by: Doer) -> bool:
        """Know an officer in no chat of this channel any more; False if they were in none."""

        async def write(connection: AsyncConnection) -> bool:
            theirs = notes_of(officer) & (tables.memory.c.owner == channel)
            gone = await connection.execute(delete(tables.memory).where(theirs))
            if gone.rowcount:
                done = by.did(Deed.CHAT_UNBOUND, f"officer {officer}", before={"channel": channel})
                await append(connection, done)
            return gone.rowcount > 0

        return await self._access.write_alone(write)
