"""When groups of writes begin: at once where few come, together where many do."""

import asyncio

import pytest

from catalog.store.group_pace import ALONE, MANY, PAUSE, WITHIN, GroupPace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def next_turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def begin_group(pace: GroupPace) -> None:
    """A group that begins at once."""
    waits = asyncio.gather(pace.pause())
    await next_turns()
    assert waits.done()
    await waits
    pace.begin()


async def begin_paused(pace: GroupPace) -> asyncio.Future[list[None]]:
    waits = asyncio.gather(pace.pause())
    await next_turns()
    assert not waits.done()
    return waits


def write_many(pace: GroupPace, clock: Clock, *, seconds: float) -> None:
    for _ in range(MANY):
        pace.note_write()
        clock.now += seconds / MANY


async def test_few_writes_go_at_once(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    for _ in range(MANY - 1):
        pace.note_write()
        await begin_group(pace)


async def test_slow_writes_go_at_once_however_many(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=2 * WITHIN)
    await begin_group(pace)
    await begin_group(pace)


async def test_many_writes_wait_for_each_other_but_the_first_group_for_none(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    waits = await begin_paused(pace)
    pace.end_pause()
    await waits
    clock.now += PAUSE
    await begin_group(pace)


async def test_a_pause_ends_by_itself(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    await (await begin_paused(pace))


async def test_whoever_writes_one_after_the_other_waits_once_and_then_not_for_a_while(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    waits = await begin_paused(pace)
    pace.end_pause()
    await waits
    pace.note_group(2, statements=2)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    await begin_group(pace)
    clock.now += ALONE
    write_many(pace, clock, seconds=0.01)
    await begin_group(pace)
    await (await begin_paused(pace))


async def test_a_group_that_took_others_along_lets_the_next_wait_too(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    for _ in range(2):
        waits = await begin_paused(pace)
        pace.end_pause()
        await waits
        pace.note_group(3, statements=1)


async def test_a_pause_that_is_cancelled_leaves_nothing_behind(clock: Clock) -> None:
    pace = GroupPace(clock=clock)
    write_many(pace, clock, seconds=WITHIN / 2)
    await begin_group(pace)
    waits = await begin_paused(pace)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    pace.end_pause()
    await (await begin_paused(pace))
