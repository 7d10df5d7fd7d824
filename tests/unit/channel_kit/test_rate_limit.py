"""Turns by a clock that only moves when somebody sleeps."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import NoPeers, NotSent
from bot.channel_kit.rate_limit import RateLimit, RateLimiter
from bot.channels.telegram.sending import rate_limiter


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


async def sent(limiter: RateLimiter, time: Time, chats: list[int]) -> list[tuple[int, float]]:
    """When each chat was written to."""
    done: list[tuple[int, float]] = []

    async def one(chat: int) -> None:
        await limiter.turn(chat)
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
    done = await sent(rate_limiter(30, clock=time.clock, sleep=time.sleep), time, [7] * 9)
    assert [at for _, at in done] == [0, 0, 0, 3, 3, 3, 6, 6, 6]


async def test_a_group_gets_twenty_a_minute() -> None:
    time = Time()
    done = await sent(rate_limiter(30, clock=time.clock, sleep=time.sleep), time, [-7] * 45)
    assert most([at for _, at in done], 60.0) == 20
    assert len(done) == 45


async def test_a_turn_far_off_is_kept_for_whoever_comes_back() -> None:
    time = Time()
    limiter = rate_limiter(30, clock=time.clock, sleep=time.sleep)
    await sent(limiter, time, [7] * 3)
    for key, seconds in (("a", 3), ("b", 3), ("c", 3), ("d", 6)):
        with pytest.raises(NotSent) as waits:
            await limiter.turn(7, key=key)
        assert waits.value.seconds == seconds
    time.now += 1
    with pytest.raises(NotSent) as early:
        await limiter.turn(7, key="d")
    assert early.value.seconds == 5
    time.now += 5
    await limiter.turn(7, key="d")
    await limiter.turn(7, key="a")
    assert set(limiter._kept) == {"b", "c"}


async def test_all_chats_together_get_thirty_a_second() -> None:
    time = Time()
    done = await sent(rate_limiter(30, clock=time.clock, sleep=time.sleep), time, list(range(1, 200)))
    assert most([at for _, at in done], 1.0) == 30


async def test_who_writes_much_delays_nobody_else() -> None:
    time = Time()
    done = await sent(rate_limiter(30, clock=time.clock, sleep=time.sleep), time, [7] * 50 + list(range(100, 110)))
    assert [at for chat, at in done if chat != 7] == [0] * 10


async def test_a_held_chat_waits_alone() -> None:
    time = Time()
    limiter = rate_limiter(30, clock=time.clock, sleep=time.sleep)
    limiter.hold(7, 5)
    assert await sent(limiter, time, [7, 8]) == [(8, 0), (7, 5)]
    limiter.hold(7, 500)
    with pytest.raises(NotSent) as waits:
        await limiter.turn(7, key="k")
    assert 490 < waits.value.seconds <= 500


async def test_chats_that_fell_silent_are_forgotten() -> None:
    time = Time()
    limiter = rate_limiter(100_000, clock=time.clock, sleep=time.sleep)
    for chat in range(1, 5000):
        await limiter.turn(chat)
        time.now += 1
    assert len(limiter._chats) < 4200


async def test_one_rate_for_all_lets_through_one_after_the_other() -> None:
    """As Zalo counts: so many a second, evenly, in the order in which they were asked for."""
    time = Time()
    limiter = RateLimiter(RateLimit(1, 1 / 20), clock=time.clock, sleep=time.sleep)
    done = await sent(limiter, time, list(range(5)))
    assert [(chat, pytest.approx(at)) for chat, at in done] == [(0, 0), (1, 0.05), (2, 0.1), (3, 0.15), (4, 0.2)]
    assert not limiter._chats


async def test_a_chat_can_be_forgotten() -> None:
    time = Time()
    limiter = rate_limiter(30, clock=time.clock, sleep=time.sleep)
    await sent(limiter, time, [7] * 3)
    limiter.forget(7)
    limiter.forget(8)
    assert not limiter._chats


async def test_who_stops_waiting_keeps_nobody_from_their_turn() -> None:
    time = Time()
    limiter = rate_limiter(30, clock=time.clock, sleep=time.sleep)
    await sent(limiter, time, [7] * 3)
    waiting = asyncio.ensure_future(limiter.turn(7))  # noqa: TID251 - ends here
    await asyncio.sleep(0)
    waiting.cancel()
    assert await sent(limiter, time, [8]) == [(8, 0)]
    assert waiting.cancelled()


@given(st.lists(st.sampled_from([1, 2, 3, -4]), max_size=60))
def test_no_limit_is_ever_passed(chats: list[int]) -> None:
    time = Time()
    done = asyncio.run(sent(rate_limiter(5, clock=time.clock, sleep=time.sleep), time, chats))
    assert most([at for _, at in done], 1.0) <= 5
    for chat in set(chats):
        times = [at for other, at in done if other == chat]
        assert most(times, 60.0) <= (20 if chat < 0 else 60)
    assert Counter(chat for chat, _ in done) == Counter(chats)


@dataclass
class Line:
    """What the processes tell each other; *counted* is how many they take themselves for."""

    counted: int = 1
    told: list[str] = field(default_factory=list)
    hearers: list[Callable[[Collection[str]], None]] = field(default_factory=list)

    def peers(self) -> "OneOfThem":
        return OneOfThem(self)


class OneOfThem(NoPeers):
    """A process beside others."""

    possible = True

    def __init__(self, line: Line) -> None:
        self.line = line

    def announce(self, word: str) -> None:
        self.line.told.append(word)
        for hear in self.line.hearers:
            hear([word])

    def heed(self, hear: Callable[[Collection[str]], None]) -> None:
        self.line.hearers.append(hear)

    def count_senders(self) -> int:
        return self.line.counted


def beside(line: Line, time: Time, *, per_second: int = 30) -> RateLimiter:
    return rate_limiter(per_second, clock=time.clock, sleep=time.sleep, peers=line.peers())


@pytest.mark.parametrize(
    ("limit", "processes", "share"),
    [
        (RateLimit(30, 1.0), 1, RateLimit(30, 1.0)),
        (RateLimit(30, 1.0), 4, RateLimit(7, 1.0)),
        (RateLimit(30, 1.0), 60, RateLimit(1, 2.0)),
        (RateLimit(1, 1 / 20), 3, RateLimit(1, 1 / 6)),
        (RateLimit(1, 1 / 49), 7, RateLimit(1, 1 / 7)),
        (RateLimit(1, 1 / 20), 40, RateLimit(1, 2.0)),
    ],
)
def test_the_shares_make_no_more_than_the_limit(limit: RateLimit, processes: int, share: RateLimit) -> None:
    assert limit.divide(processes) == share


async def test_when_another_process_comes_those_who_wait_keep_to_the_smaller_share() -> None:
    time, line = Time(), Line()
    limiter = beside(line, time)

    async def come() -> None:
        await time.sleep(1.5)
        line.counted = 2
        await time.sleep(4)
        line.counted = 1

    async with asyncio.TaskGroup() as together:
        together.create_task(come())
        done = [at for _, at in await sent(limiter, time, list(range(1, 200)))]
    assert most([at for at in done if at < 1.5], 1.0) == 30
    assert most([at for at in done if 2 <= at < 5.5], 1.0) == 15
    assert most(done, 1.0) == 30
    assert len(done) == 199


async def test_without_a_share_nothing_is_sent_and_what_can_be_is_put_off() -> None:
    time, line = Time(), Line(counted=0)
    limiter = beside(line, time)
    with pytest.raises(NotSent, match="no share"):
        await limiter.turn(7, key="k")

    async def know() -> None:
        await time.sleep(3)
        line.counted = 1

    async with asyncio.TaskGroup() as together:
        together.create_task(know())
        (done,) = await sent(limiter, time, [7])
    assert 3 <= done[1] < 3.5


async def test_a_chat_that_must_be_left_alone_is_left_alone_by_all() -> None:
    time, line = Time(), Line()
    one, other = beside(line, time), beside(line, time)
    one.hold(7, 5)
    assert await sent(other, time, [7, 8]) == [(8, 0), (7, 5)]


async def test_all_together_keep_the_limits_of_a_chat_that_is_busy() -> None:
    """A group's to the letter; for a person each process may be one message ahead of what it heard."""
    time, line = Time(), Line()
    both = beside(line, time), beside(line, time)
    done: list[tuple[int, float]] = []

    async def one(number: int, chat: int) -> None:
        await both[number % 2].turn(chat)
        done.append((chat, time.now - 1000.0))

    async with asyncio.TaskGroup() as together:
        for number in range(30):
            together.create_task(one(number, -7))
            together.create_task(one(number, 7))
        await time.run()
    assert most([at for chat, at in done if chat == -7], 60.0) == 20
    assert most([at for chat, at in done if chat == 7], 3.0) == 4
    assert most([at for chat, at in done if chat == 7 and at >= 3], 3.0) == 3
    assert len(done) == 60


async def test_a_turn_is_kept_also_for_who_comes_back_to_another_process() -> None:
    time, line = Time(), Line()
    one, other = beside(line, time), beside(line, time)
    await sent(one, time, [7] * 3)
    with pytest.raises(NotSent) as waits:
        await one.turn(7, key="notice:1")
    time.now += waits.value.seconds
    await other.turn(7, key="notice:1")
    assert time.now == 1003


async def test_a_turn_for_which_nobody_comes_back_is_forgotten() -> None:
    time, line = Time(), Line()
    limiter = beside(line, time)
    for number in range(2000):
        line.peers().announce(f"turn/another/7/3.000/{number}")
        time.now += 1
    assert 500 < len(limiter._kept) < 700


async def test_who_writes_to_a_quiet_chat_tells_nobody() -> None:
    time, line = Time(), Line()
    await sent(beside(line, time), time, list(range(1, 40)))
    assert line.told == []
