"""What the parts of the store share: the database, the writer that groups small writes, and the seal."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.errors import BadSetting
from catalog.sealing import Seal
from catalog.store import database
from catalog.store.database_errors import as_store_error
from catalog.store.jobs import carries_jobs
from catalog.store.steps import ConnectionThread, Steps, read_apart
from catalog.store.vacuum import Vacuum
from catalog.store.writer import Write, Writer

Item = TypeVar("Item")
Result = TypeVar("Result")
Call = Callable[[AsyncConnection], Awaitable[Result]]


async def _run_calls(connection: AsyncConnection, calls: Sequence[Call[Any]]) -> list[Any]:
    return [await call(connection) for call in calls]


class Access:
    """One engine, one writer and one seal for the whole store. Every method raises StoreError."""

    def __init__(self, engine: AsyncEngine, *, keys: Seal | None) -> None:
        self.engine = engine
        self.keys = keys
        self.writer = Writer(engine)
        # On PostgreSQL reads have groups of their own: they tell nothing of whether writes are taken, wait for none.
        self._group_reader = Writer(engine) if self.has_jobs else self.writer
        self.vacuum = Vacuum(engine)
        own = database.make_engine_of_thread(engine)
        self._reader = ConnectionThread(engine, own, "sqlite-reader") if own is not None else None
        # By this the rows are known that this process works on.
        self.owner = secrets.token_hex(8)

    @property
    def has_jobs(self) -> bool:
        """Whether what comes in and goes out is worked on as jobs, by any process (see catalog.store.jobs)."""
        return carries_jobs(self.engine.dialect.name)

    @property
    def seal(self) -> Seal:
        """What people's words are sealed with. Raises BadSetting when the store was opened without keys."""
        if self.keys is None:
            raise BadSetting("HOI_OCOP_SEAL_KEYS is needed to keep what people write")
        return self.keys

    def close(self, text: str) -> str:
        """Seal *text*, where there are keys."""
        return self.keys.close(text) if self.keys else text

    def open(self, text: str) -> str:
        """Open *text*, where there are keys."""
        return self.keys.open(text) if self.keys else text

    async def read(self, call: Call[Result]) -> Result:
        """What *call* finds, with one consistent view."""
        async with database.reading(self.engine) as connection:
            return await call(connection)

    async def read_in_steps(self, steps: Steps[Result]) -> Result:
        """What *steps* find; on SQLite, with one consistent view, they cost a tenth of what read() does."""
        try:
            if self._reader is not None:
                return await self._reader.read(steps)
            async with database.reading(self.engine) as connection:
                return await read_apart(connection, steps)
        except DBAPIError as error:
            raise as_store_error(error) from error

    async def write(self, call: Call[Result]) -> Result:
        """Let *call* write, in one transaction with what others write at the same moment."""
        result: Result = await self.writer(_run_calls, call)
        return result

    async def write_alone(self, call: Call[Result]) -> Result:
        """Let *call* write in a transaction of its own: what may take long keeps no small write waiting in a group."""
        async with database.writing(self.engine) as connection:
            return await call(connection)

    async def write_item(self, write: Write[Item, Result], item: Item) -> Result:
        """Write *item* together with its like."""
        return await self.writer(write, item)

    async def read_item(self, read: Write[Item, Result], item: Item) -> Result:
        """Read *item* together with its like that is asked for at the same moment."""
        return await self._group_reader(read, item)
