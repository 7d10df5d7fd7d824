"""An inbox with its store, one ear, and an echo for an answerer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.answering import Limits
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.traces import NO_TRACES, Traces
from catalog.store import tables
from catalog.store.database import database_url, make_engine
from tests.unit.bot.channels import Balky, Ear, Echo, open_inbox


@dataclass
class House:
    """An inbox with its store, one ear, and an echo for an answerer."""

    store: Balky
    ear: Ear = field(default_factory=Ear)
    echo: Echo = field(default_factory=Echo)
    measures: Metrics = field(default_factory=Metrics)
    slept: list[float] = field(default_factory=list)
    ahead: float = 0.0
    traces: Traces = NO_TRACES

    def clock(self) -> float:
        """Now, as far ahead as was slept."""
        return time.time() + self.ahead

    @asynccontextmanager
    async def open(self, *, at_once: int = 64, grace: float = 10.0) -> AsyncIterator[Inbox]:
        async def sleep(seconds: float) -> None:
            self.slept.append(round(seconds))
            self.ahead += seconds
            await asyncio.sleep(0)

        async with open_inbox(
            self.store,
            self.echo,
            metrics=self.measures,
            traces=self.traces,
            limits=Limits(at_once=at_once),
            grace=grace,
            sleep=sleep,
            clock=self.clock,
        ) as inbox:
            await inbox.serve({self.ear.name: self.ear})
            yield inbox

    async def states(self) -> dict[str, tuple[str, str]]:
        """The state and trouble of each message, by its ref."""
        asked, said = tables.inbox, tables.outbox
        state = func.coalesce(said.c.state, asked.c.state).label("state")
        trouble = func.coalesce(said.c.trouble, asked.c.trouble).label("trouble")
        query = select(asked.c.ref, state, trouble).outerjoin(said, said.c.seq == asked.c.seq).order_by(asked.c.seq)
        async with self.store._engine.connect() as connection:
            return {row.ref: (row.state, row.trouble) for row in await connection.execute(query)}


async def settled(inbox: Inbox) -> None:
    """Wait until nothing is queued."""
    while inbox.waiting:  # noqa: ASYNC110 - the inbox has no event for it, and needs none
        await asyncio.sleep(0.001)


@pytest.fixture
async def house(store_file: Path) -> AsyncIterator[House]:
    engine = make_engine(database_url(f"sqlite:///{store_file}"))
    yield House(Balky(engine))
    await engine.dispose()
