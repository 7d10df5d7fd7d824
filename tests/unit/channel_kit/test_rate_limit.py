"""Turns by a clock that only moves when somebody sleeps."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import NotSent
from bot.channel_kit.rate_limit import Lanes


class Time:
    """Sleepers wake in their order; nothing takes real time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleepers: list[tuple[float, int, asyncio.Event]] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake = asyncio.Event()
        self.sleepers.append((self.now + seconds, len(self.sleepers), wake))
        await wake.wait()

    async def run(self) -> None:
        """Let everybody sleep their fill."""
        for _ in range(100_000):
            for _ in range(5):
                await asyncio.sleep(0)
            if not self.sleepers:
                return
            self.sleepers.sort(key=lambda sleeper: sleeper[:2])
            at, _, wake = self.sleepers.pop(0)
            self.now = max(self.now, at)
            wake.set()


async def sent(lanes: Lanes, time: Time, chats: list[int]) -> list[tuple[int, float]]:
    """When each chat was written to."""
    done: list[tuple[int, float]] = []

    async def one(chat: int) -> None:
        await lanes.turn(chat)
        done.append((chat, time.now - 1000.0))

    async with asyncio.TaskGroup() as together:
        for chat in chats:
            together.create_task(one(chat))
        await time.run()
    return done


def most(times: list[float], seconds: float) -> int:
    """The most that fell into any such stretch of time."""
    return max((sum(at <= other < at + seconds for other in times) for at in times), default=0)


async def test_a_chat_gets_three_at_once_and_then_one_a_second_on_average() -> None:
    time = Time()
    done = await sent(Lanes(30, time.clock, time.sleep), time, [7] * 9)
    assert [at for _, at in done] == [0, 0, 0, 3, 3, 3, 6, 6, 6]


async def test_a_group_gets_twenty_a_minute() -> None:
    time = Time()
    done = await sent(Lanes(30, time.clock, time.sleep), time, [-7] * 45)
    assert most([at for _, at in done], 60.0) == 20
    assert len(done) == 45


async def test_a_turn_far_off_is_kept_for_whoever_comes_back() -> None:
    time = Time()
    lanes = Lanes(30, time.clock, time.sleep)
    await sent(lanes, time, [7] * 3)
    for key, seconds in (("a", 3), ("b", 3), ("c", 3), ("d", 6)):
        with pytest.raises(NotSent) as waits:
            await lanes.turn(7, key=key)
        assert waits.value.seconds == seconds
    time.now += 1
    with pytest.raises(NotSent) as early:
        await lanes.turn(7, key="d")
    assert early.value.seconds == 5
    time.now += 5
    await lanes.turn(7, key="d")
    await lanes.turn(7, key="a")
    assert set(lanes._kept) == {"b", "c"}


async def test_all_chats_together_get_thirty_a_second() -> None:
    time = Time()
    done = await sent(Lanes(30, time.clock, time.sleep), time, list(range(1, 200)))
    assert most([at for _, at in done], 1.0) == 30


async def test_who_writes_much_delays_nobody_else() -> None:
    time = Time()
    done = await sent(Lanes(30, time.clock, time.sleep), time, [7] * 50 + list(range(100, 110)))
    assert [at for chat, at in done if chat != 7] == [0] * 10


async def test_a_held_chat_waits_alone() -> None:
    time = Time()
    lanes = Lanes(30, time.clock, time.sleep)
    lanes.hold(7, 5)
    assert await sent(lanes, time, [7, 8]) == [(8, 0), (7, 5)]
    lanes.hold(7, 500)
    with pytest.raises(NotSent) as waits:
        await lanes.turn(7, key="k")
    assert 490 < waits.value.seconds <= 500


async def test_chats_that_fell_silent_are_forgotten() -> None:
    time = Time()
    lanes = Lanes(100_000, time.clock, time.sleep)
    for chat in range(1, 5000):
        await lanes.turn(chat)
        time.now += 1
    assert len(lanes._chats) < 4200


@given(st.lists(st.sampled_from([1, 2, 3, -4]), max_size=60))
def test_no_limit_is_ever_passed(chats: list[int]) -> None:
    time = Time()
    done = asyncio.run(sent(Lanes(5, time.clock, time.sleep), time, chats))
    assert most([at for _, at in done], 1.0) <= 5
    for chat in set(chats):
        times = [at for other, at in done if other == chat]
        assert most(times, 60.0) <= (20 if chat < 0 else 60)
    assert Counter(chat for chat, _ in done) == Counter(chats)
