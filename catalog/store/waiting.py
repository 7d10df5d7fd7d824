"""One door to the answers that have not gone out."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from catalog.sealing import Seal
from catalog.store import database, inbox_store
from catalog.store.inbox import InboxRow
from catalog.store.inbox_store import Backlog
from catalog.store.writer import Writer


class Waiting:
    """What waits in the inbox of the store. Every method raises StoreError; times are UTC seconds."""

    def __init__(
        self, engine: AsyncEngine, writer: Writer, *, seal: Seal | None, opened: Callable[[InboxRow], InboxRow]
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._seal = seal
        self._opened = opened

    async def letters(
        self, channel: str, address: str, *, limit: int, states: Sequence[str] = inbox_store.WAITING
    ) -> list[InboxRow]:
        """Someone's letters in these *states* without pictures, the unanswered first, then the oldest."""
        async with database.reading(self._engine) as connection:
            found = await inbox_store.letters(connection, channel, address, states=states, limit=limit)
        return [self._opened(each) for each in found]

    async def picture(self, seq: int) -> bytes | None:
        """The pictures of one letter."""
        async with database.reading(self._engine) as connection:
            kept = await inbox_store.picture(connection, seq)
        return self._seal.open_bytes(kept) if self._seal and kept else kept

    async def lanes(self, channel: str) -> list[tuple[str, float]]:
        """The address of everyone for whom something waits in *channel*, and when it is due."""
        async with database.reading(self._engine) as connection:
            return await inbox_store.lanes(connection, channel)

    async def people(self, state: str) -> list[tuple[str, str]]:
        """Everyone, as (channel, address), who has an answer in this *state*."""
        async with database.reading(self._engine) as connection:
            return await inbox_store.people(connection, state)

    async def pictures(self) -> list[tuple[str, str, int]]:
        """The channel, address and size of each letter whose pictures nobody has looked at."""
        async with database.reading(self._engine) as connection:
            return await inbox_store.pictures_waiting(connection)

    async def backlogs(self) -> list[Backlog]:
        """What waits, by channel."""
        async with database.reading(self._engine) as connection:
            return await inbox_store.backlogs(connection)

    async def count_put_aside(self, channel: str, address: str) -> int:
        """How many answers were put aside for someone."""
        async with database.reading(self._engine) as connection:
            return await inbox_store.count_put_aside(connection, channel, address)

    async def take_over(self, channel: str, *, keeps_answers: bool) -> None:
        """Begin where a process that is no more stopped."""
        async with database.writing(self._engine) as connection:
            await inbox_store.take_over(connection, channel, keeps_answers=keeps_answers)

    async def claim(self, seq: int) -> bool:
        """Note that an answer is being sent from now on; False if it is there no more."""
        return await self._writer(inbox_store.claim, seq)

    async def shelve(self, channel: str, address: str, *, before: float, state: str = "ready") -> int:
        """Put what waits since *before* aside, but not the newest; how many answers that were."""
        async with database.writing(self._engine) as connection:
            return await inbox_store.shelve(connection, channel, address, before=before, state=state)

    async def ask_for(self, channel: str, address: str, *, limit: int) -> int:
        """Have the oldest of what was put aside given next; how many answers those are."""
        async with database.writing(self._engine) as connection:
            return await inbox_store.ask_for(connection, channel, address, limit=limit)

    async def put_back(self, channel: str, address: str) -> None:
        """Put what was asked for and could not be given aside again."""
        async with database.writing(self._engine) as connection:
            await inbox_store.put_back(connection, channel, address)
