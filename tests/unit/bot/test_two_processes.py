"""Two processes on one SQLite database: each message is answered once, also when one of them is killed on the way."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.inbox import Inbox
from catalog.store import Store, open_store, tables
from tests.unit.bot.channels import Ear, Echo, from_, open_inbox

LEASE = 60.0
PROGRAM = """
import asyncio, sys
from catalog.store import open_store
from tests.unit.bot.channels import Ear, Echo, from_, open_inbox

async def main(url: str, where: str) -> None:
    echo, ear = Echo(), Ear()
    if where == "answering":
        echo.gates["a"] = asyncio.Event()
    else:
        ear.gate = asyncio.Event()
    async with open_store(url) as store, open_inbox(store, echo) as inbox:
        await inbox.serve({"ear": ear}, alone=False)
        await inbox.put(from_("an", "a", "1"))
        await (echo.begun if where == "answering" else ear.begun).wait()
        print("busy", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass
class Process:
    """What stands for one process here: a store of its own, an inbox, and a vendor that all share."""

    store: Store
    ear: Ear
    echo: Echo = field(default_factory=Echo)
    ahead: float = 0.0

    def clock(self) -> float:
        return time.time() + self.ahead

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Inbox]:
        async with open_inbox(self.store, self.echo, grace=0.01, clock=self.clock) as inbox:
            await inbox.serve({"ear": self.ear}, alone=False)
            yield inbox

    async def states(self) -> dict[str, str]:
        async with self.store._engine.connect() as connection:
            asked, said = tables.inbox, tables.outbox
            query = select(asked.c.ref, said.c.state).join(said, said.c.seq == asked.c.seq)
            return {row.ref: row.state for row in await connection.execute(query)}


@pytest.fixture
def url(store_file: Path) -> str:
    return f"sqlite:///{store_file}"


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Process, Process]]:
    async with open_store(url) as one, open_store(url) as other:
        ear = Ear()
        yield Process(one, ear), Process(other, ear)


async def settled(inbox: Inbox) -> None:
    while inbox.waiting:  # noqa: ASYNC110 - the inbox has no event for it, and needs none
        await asyncio.sleep(0.001)


async def test_the_second_leaves_alone_what_the_first_is_answering(two: tuple[Process, Process]) -> None:
    first, second = two
    gate = first.echo.gates["a"] = asyncio.Event()
    async with first.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await first.echo.begun.wait()
        async with second.open() as other:
            await settled(other)
            await other.renew_leases()
            await settled(other)
            gate.set()
            await settled(inbox)
    assert (first.echo.asked, second.echo.asked) == (["a"], [])
    assert first.ear.heard == [("an", "a!1")]
    assert await first.states() == {"1": "sent"}


async def test_each_answers_what_came_to_it(two: tuple[Process, Process]) -> None:
    first, second = two
    async with first.open() as inbox, second.open() as other:
        await asyncio.gather(*(each.put(from_(f"p{n}", f"a{n}", "1")) for n in range(20) for each in (inbox, other)))
        await asyncio.gather(settled(inbox), settled(other))
    assert sorted(first.ear.heard) == sorted((f"p{n}", f"a{n}!1") for n in range(20))
    assert len(first.echo.asked) + len(second.echo.asked) == 20


async def test_what_a_stopped_process_had_is_taken_up_when_its_lease_ends(two: tuple[Process, Process]) -> None:
    """It did not even say that it stops; should it still answer, that answer is not given."""
    first, second = two
    gate = first.echo.gates["a"] = asyncio.Event()
    async with first.open() as inbox, second.open() as other:
        await inbox.put(from_("an", "a", "1"))
        await first.echo.begun.wait()
        second.ahead = LEASE - 5
        await other.renew_leases()
        await settled(other)
        assert second.echo.asked == []
        second.ahead = LEASE + 5
        await other.renew_leases()
        await settled(other)
        assert second.echo.asked == ["a"]
        gate.set()
        await settled(inbox)
    assert first.ear.heard == [("an", "a!1")]
    assert await first.states() == {"1": "sent"}


async def test_leases_are_renewed_while_work_goes_on(two: tuple[Process, Process]) -> None:
    first, second = two
    gate = first.echo.gates["a"] = asyncio.Event()
    async with first.open() as inbox, second.open() as other:
        await inbox.put(from_("an", "a", "1"))
        await first.echo.begun.wait()
        for seconds in (40.0, 80.0, 120.0):
            first.ahead = second.ahead = seconds
            await inbox.renew_leases()
            await other.renew_leases()
            await settled(other)
        gate.set()
        await settled(inbox)
    assert (first.echo.asked, second.echo.asked) == (["a"], [])
    assert first.ear.heard == [("an", "a!1")]


async def test_who_stops_in_order_leaves_what_is_unanswered_to_the_other_at_once(two: tuple[Process, Process]) -> None:
    first, second = two
    first.echo.gates["a"] = asyncio.Event()
    async with second.open() as other:
        async with first.open() as inbox:
            await inbox.put(from_("an", "a", "1"))
            await inbox.put(from_("an", "b", "2"))
            await first.echo.begun.wait()
        await other.renew_leases()
        await settled(other)
    assert second.echo.asked == ["a", "b"]
    assert first.ear.heard == [("an", "a!1"), ("an", "b!2")]


@pytest.mark.parametrize(("where", "heard", "state"), [("answering", ["a!1"], "sent"), ("sending", [], "unknown")])
async def test_a_process_that_is_killed(url: str, where: str, heard: list[str], state: str) -> None:
    """What it was answering is answered once; what it may have sent is not sent again."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, url, where, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 60) == b"busy\n"
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    async with open_store(url) as store:
        process = Process(store, Ear())
        async with process.open() as inbox:
            await settled(inbox)
            assert process.ear.heard == []
            process.ahead = LEASE + 5
            await inbox.renew_leases()
            await settled(inbox)
        assert [text for _, text in process.ear.heard] == heard
        assert await process.states() == {"1": state}
