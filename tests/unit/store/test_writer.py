"""Group commit: many writes, one flush, and none spoils another."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import StoreError
from catalog.store import Exchange, InboxRow, Store, tables
from catalog.store.group_pace import MANY
from catalog.store.postgresql_writes import InOneStatement
from catalog.store.writer import Writer
from tests.unit.store.rows import unfinished


def letter(ref: str, *, address: str = "an", body: str = "{}") -> InboxRow:
    return InboxRow("web", address, ref, body)


async def kept(store: Store) -> list[tuple[int, str]]:
    return [(each.seq, each.ref) for each in await unfinished(store)]


async def test_writes_that_wait_together_are_written_in_their_order(store: Store) -> None:
    numbers = await asyncio.gather(*(store.inbox.put(letter(f"m{number}")) for number in range(600)))
    assert numbers == sorted(numbers)
    assert [ref for _, ref in await kept(store)] == [f"m{number}" for number in range(600)]


async def test_what_comes_twice_in_one_group_is_kept_once_and_in_its_place(store: Store) -> None:
    numbers = await asyncio.gather(*(store.inbox.put(letter(ref)) for ref in ("first", "a", "b", "a", "c", "b")))
    assert numbers[3] == numbers[5] == 0
    assert [ref for _, ref in await kept(store)] == ["first", "a", "b", "c"]


async def test_one_that_fails_does_not_spoil_the_others(store: Store) -> None:
    """A body that is missing is refused by the database itself."""
    bad = InboxRow("web", "an", "bad", None)  # type: ignore[arg-type]  # what no caller should do
    every = (store.inbox.put(each) for each in (letter("a"), letter("b"), bad, letter("c")))
    done = await asyncio.gather(*every, return_exceptions=True)
    assert [type(each) for each in done] == [int, int, StoreError, int]
    assert [ref for _, ref in await kept(store)] == ["a", "b", "c"]


async def test_one_that_no_driver_can_write_is_refused_alone(store: Store) -> None:
    every = (store.inbox.put(each) for each in (letter("a"), letter("b", body="\ud800"), letter("c")))
    done = await asyncio.gather(*every, return_exceptions=True)
    assert [isinstance(each, Exception) for each in done] == [False, True, False]
    assert [ref for _, ref in await kept(store)] == ["a", "c"]


async def test_writes_of_different_sorts_share_a_commit(store: Store) -> None:
    await asyncio.gather(
        store.inbox.put(letter("a")),
        store.memory.remember("web", "k", "1"),
        store.inbox.put(letter("b")),
        store.memory.remember("web", "k", "2"),
    )
    assert [ref for _, ref in await kept(store)] == ["a", "b"]
    assert await store.memory.recall("web", "k") == "2"


async def test_writes_in_steps_and_others_share_a_commit(store: Store) -> None:
    """One that is not told in steps takes the whole group the longer way."""
    wanted = Exchange("web", "k", expected="1", new="2")
    await asyncio.gather(
        store.inbox.put(letter("a")),
        store.memory.remember("web", "k", "1"),
        store.memory.exchange(wanted),
        store.inbox.put(letter("b")),
    )
    assert [ref for _, ref in await kept(store)] == ["a", "b"]
    assert await store.memory.recall("web", "k") == "2"


class Slow:
    """A write that waits inside its transaction until it may go on."""

    def __init__(self) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.groups: list[int] = []

    async def __call__(self, connection: AsyncConnection, items: Sequence[str]) -> list[str]:
        self.begun.set()
        self.groups.append(len(items))
        await self.may_end.wait()
        await connection.execute(insert(tables.searches), [{"token": item, "search": item} for item in items])
        return list(items)


async def written(store: Store) -> list[str]:
    async with store._engine.connect() as connection:
        return list(await connection.scalars(select(tables.searches.c.token).order_by(tables.searches.c.token)))


async def test_a_cancelled_leader_does_not_write_its_followers_twice(store: Store) -> None:
    """Whoever carries the group may be cancelled in the middle of the commit; each item is still written once."""
    write, slow = Writer(store._engine), Slow()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(write(slow, "a"))
        await slow.begun.wait()
        leader = group.create_task(write(slow, "b"))
        followers = [group.create_task(write(slow, name)) for name in "cd"]
        await asyncio.sleep(0)
        slow.begun.clear()
        slow.may_end.set()
        await first
        await slow.begun.wait()
        leader.cancel()
    assert leader.cancelled()
    assert [follower.result() for follower in followers] == ["c", "d"]
    assert await written(store) == ["a", "b", "c", "d"]
    assert sum(slow.groups) == 4


async def test_a_follower_that_goes_away_harms_nobody(store: Store) -> None:
    write, slow = Writer(store._engine), Slow()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(write(slow, "a"))
        await slow.begun.wait()
        gone = group.create_task(write(slow, "b"))
        stays = group.create_task(write(slow, "c"))
        await asyncio.sleep(0)
        gone.cancel()
        slow.may_end.set()
    assert first.result() == "a"
    assert stays.result() == "c"
    assert await written(store) == ["a", "c"]


async def test_a_cancelled_leader_whose_write_fails_is_not_complained_about(store: Store) -> None:
    write, begun = Writer(store._engine), asyncio.Event()

    async def fail(_connection: AsyncConnection, _items: Sequence[str]) -> list[str]:
        begun.set()
        await asyncio.sleep(0)
        raise StoreError

    async with asyncio.TaskGroup() as group:
        leader = group.create_task(write(fail, "a"))
        await begun.wait()
        leader.cancel()
    assert leader.cancelled()
    with pytest.raises(StoreError):
        await write(fail, "b")


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_writes_go_on_after_all_were_cancelled_in_a_pause(store: Store) -> None:
    """As when a process ends: what is written after that is written."""
    write = Writer(store._engine)
    pace = write._pace
    assert pace is not None

    @InOneStatement
    async def keep(connection: AsyncConnection, items: Sequence[str]) -> list[str]:
        await connection.execute(insert(tables.searches), [{"token": item, "search": item} for item in items])
        return list(items)

    for _ in range(MANY):
        pace.note_write()
    pace.begin()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(write(keep, "a"))
        for _ in range(10):
            await asyncio.sleep(0)
        assert pace._pausing is not None
        for each in asyncio.all_tasks() - {asyncio.current_task()}:
            each.cancel()
    assert first.cancelled()
    assert await write(keep, "b") == "b"
    assert "b" in await written(store)
