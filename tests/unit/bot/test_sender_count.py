"""Among how many processes the limits are divided: whatever happens, the shares never make more than the whole."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.peers import SenderCount
from catalog.errors import StoreUnavailable

LOST_AFTER = 40
"""Tenths of a second: by then PostgreSQL lets go of the lock of who does not look."""


@dataclass
class Locks:
    """The locks that PostgreSQL keeps, and when each was last looked at; time is in tenths of a second."""

    now: int = 10_000
    kept: dict[int, int] = field(default_factory=dict)

    def pass_on(self) -> None:
        self.now += 1
        self.kept = {number: at for number, at in self.kept.items() if self.now - at < LOST_AFTER}


@dataclass
class Process:
    """Looks every second; its lock is not given up when it is killed or frozen."""

    number: int
    locks: Locks
    frozen: bool = False
    cut: bool = False
    born: int = 0
    acted: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.born = self.locks.now
        self.count_them = SenderCount(self, clock=lambda: self.locks.now / 10)

    async def take(self) -> bool:
        return True

    async def owner(self) -> str:
        return ""

    async def release(self) -> None:
        self.locks.kept.pop(self.number, None)

    async def count(self) -> int:
        if self.cut:
            raise StoreUnavailable
        self.locks.kept[self.number] = self.locks.now
        return len(self.locks.kept)

    async def live(self) -> None:
        if self.frozen:
            return
        if senders := self.count_them():
            self.acted.append((self.locks.now, 1 / senders))
        if (self.locks.now - self.born) % 10 == 0:
            try:
                await self.count_them.look()
            except StoreUnavailable:
                return


def most_at_once(processes: list[Process], begin: int, end: int) -> float:
    """The most that the shares used within a second came to."""
    used = [dict(each.acted) for each in processes]
    return max(
        sum(max((share.get(at, 0.0) for at in range(now, now + 10)), default=0.0) for share in used)
        for now in range(begin, end)
    )


EVENT = st.tuples(st.sampled_from(["come", "kill", "freeze", "thaw", "cut", "mend"]), st.integers(1, 90))


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENT, max_size=10))
@example([("come", 51), ("cut", 1), ("come", 60)])
@example([("come", 60), ("freeze", 25), ("come", 20), ("thaw", 30)])
def test_whoever_comes_goes_freezes_or_is_cut_off_the_shares_make_no_more_than_the_whole(
    events: list[tuple[str, int]],
) -> None:
    asyncio.run(live_through(events))


async def live_through(events: list[tuple[str, int]]) -> None:
    locks = Locks()
    begin = locks.now
    processes = [Process(0, locks)]
    living = list(processes)
    for what, tenths in [("mend", 30), *events, ("mend", 120)]:
        match what:
            case "come" if locks.kept or not any(each.cut for each in living):
                processes.append(Process(len(processes), locks))
                living.append(processes[-1])
            case "kill" if len(living) > 1:
                locks.kept.pop(living.pop(0).number, None)
            case "freeze" | "thaw":
                living[0].frozen = what == "freeze"
            case "cut":
                living[-1].cut = True
                locks.kept.pop(living[-1].number, None)
            case "mend":
                living[-1].cut = False
        for _ in range(tenths):
            for each in living:
                await each.live()
            locks.pass_on()
    assert most_at_once(processes, begin, locks.now) <= 1.0 + 1e-9
    awake = [each for each in living if not each.frozen and not each.cut]
    assert [each.count_them() for each in awake] == [len(awake)] * len(awake)
