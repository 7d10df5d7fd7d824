"""Kill the bot again and again under load while Telegram misbehaves, and count: ``python -m tests.faults.run``.

Exits with 1 if an inquiry was lost, an answer repeated to a consumer, or more producer notices repeated than the bot
was killed (a message whose answer was lost on the line may be repeated too: those are counted beside).
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from catalog.inquiry import WAITING, Address, Inquiry
from tests.faults.clock import ClockCounts, jumping
from tests.faults.people import Town, bustle
from tests.faults.process import Bot, settled
from tests.stands.telegram.server import bot_api

PATIENCE = 240.0


@dataclass(frozen=True)
class Counts:
    """What was counted."""

    kills: int
    disk_full: int
    asked: int
    lost: int
    opened_twice: int
    answers: int
    answers_told: int
    answers_unknown: int
    answers_repeated: int
    answers_misled: int
    notices_missing: int
    notices_repeated: int
    calls_broken: int
    replies_lost: int

    @property
    def fine(self) -> bool:
        """True when every promise was kept."""
        broken = self.lost + self.opened_twice + self.answers_repeated + self.answers_misled + self.notices_missing
        return not broken and self.notices_repeated <= self.kills + self.disk_full + self.replies_lost


async def run(folder: Path, *, kills: int, per_second: float, full: int, seed: int) -> Counts:
    """The whole run: *kills* times kill -9, *full* times with a disk that takes nothing more, then peace."""
    async with bot_api() as api:
        town = Town(api, Random(seed))
        bot = await settled(folder, api.url)
        bustling = asyncio.get_running_loop().create_task(bustle(town, per_second=per_second))
        try:
            for _ in range(kills):
                async with bot.running():
                    await asyncio.sleep(town.chance.uniform(0.5, 6.0))
            for _ in range(full):
                async with bot.running(file_bytes=bot.bytes_written() + 64 * 1024):
                    await asyncio.sleep(town.chance.uniform(3.0, 5.0))
        finally:
            bustling.cancel()
        api.faults.clear()
        async with bot.running():
            await _peace(town, bot)
        return await _counted(town, bot, kills=kills, full=full)


async def _peace(town: Town, bot: Bot) -> None:
    """Wait until everything has come through, or for PATIENCE seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        town.answer()
        await asyncio.sleep(0.5)
        if town.api.world.pending or len(town.answered) < len(town.asked):
            continue
        async with bot.store() as store:
            counts = await store.post.notice_counts()
            waiting = [each for each in await _inquiries(town, bot) if each.state in WAITING]
        due = counts.get("sending", 0)
        if not waiting and not due and not await _answers_wait(bot):
            return


async def _answers_wait(bot: Bot) -> bool:
    """True while an answer is on its way; reminders for tomorrow are not."""
    async with bot.store() as store:
        leased = await store.post.lease(now=time.time(), seconds=0.0, limit=1)
    return bool(leased)


async def _inquiries(town: Town, bot: Bot) -> list[Inquiry]:
    async with bot.store() as store:
        return [
            each
            for number in town.asked.values()
            for each in await store.post.inquiries_of(Address("telegram", str(number)), limit=9)
        ]


async def _counted(town: Town, bot: Bot, *, kills: int, full: int) -> Counts:
    held = await _inquiries(town, bot)
    opened = [each.messages[0].text.removeprefix("Cho tôi ") for each in held]
    told = town.answers_told()
    right = {(town.asked[words], answer) for answer, words in town.answered.items()}
    return Counts(
        kills=kills,
        disk_full=full,
        asked=len(town.asked),
        lost=len(set(town.asked) - set(opened)),
        opened_twice=len(opened) - len(set(opened)),
        answers=len(town.answered),
        answers_told=len(told),
        answers_unknown=len(right - set(told)),
        answers_repeated=sum(times - 1 for times in told.values()),
        answers_misled=len(set(told) - right),
        notices_missing=len(town.asked) - town.noticed(),
        notices_repeated=town.repeated_notices(),
        calls_broken=len(town.api.faults.spent),
        replies_lost=town.lost_replies(),
    )


def main() -> int:
    """Run, print the counts, and say by the exit code whether the promises were kept."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--kills", type=int, default=50)
    reader.add_argument("--full", type=int, default=3)
    reader.add_argument("--per-second", type=float, default=4.0)
    reader.add_argument("--seed", type=int, default=int(time.time()))
    asked = reader.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        clock = asyncio.run(jumping(Path(folder), inquiries=4 * asked.kills, chance=Random(asked.seed)))
        _print("the clock jumps an hour forth and back", clock)
        killed = asyncio.run(
            run(Path(folder), kills=asked.kills, per_second=asked.per_second, full=asked.full, seed=asked.seed)
        )
        _print("kill -9, a full disk, a misbehaving Bot API", killed)
    fine = clock.fine and killed.fine
    sys.stdout.write(f"seed {asked.seed}, {time.monotonic() - begun:.0f} s: {'kept' if fine else 'BROKEN'}\n")
    return 0 if fine else 1


def _print(title: str, counts: Counts | ClockCounts) -> None:
    sys.stdout.write(f"{title}\n")
    for name, number in asdict(counts).items():
        sys.stdout.write(f"  {name.replace('_', ' '):<18} {number:>6}\n")


if __name__ == "__main__":
    sys.exit(main())
