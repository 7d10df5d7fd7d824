"""Kill the bot again and again under load while Telegram misbehaves, and count: ``python -m tests.faults.run``.

On SQLite it is one process, whose disk is full at times; on PostgreSQL it is four, of which one is killed while the
others go on, and PostgreSQL itself is stopped at once and started again at times, and gone for a minute at the end.

Exits with 1 if an inquiry was lost, an answer repeated to a consumer or given before an earlier one, or more producer
notices repeated than something was killed (a message whose answer was lost on the line may be repeated too: those are
counted beside).
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from catalog.inquiry import WAITING, Address, Inquiry
from tests.faults.clock import ClockCounts, jumping
from tests.faults.people import MAKERS, Town, bustle
from tests.faults.process import Bot, Processes, settled
from tests.postgresql import Cluster, private_cluster
from tests.stands.telegram.server import bot_api

# More than the lease of a killed process, and the silence after which its jobs are taken up.
PATIENCE = 120.0
# The least and most seconds from one kill to the next.
_BETWEEN = (0.5, 6.0)


@dataclass(frozen=True)
class Counts:
    """What was counted."""

    kills: int
    restarts: int
    disk_full: int
    asked: int
    lost: int
    opened_twice: int
    answers: int
    answers_told: int
    answers_unknown: int
    answers_repeated: int
    answers_misled: int
    steps_told: int
    steps_repeated: int
    steps_disordered: int
    notices_missing: int
    notices_repeated: int
    calls_broken: int
    replies_lost: int

    @property
    def fine(self) -> bool:
        """True when every promise was kept."""
        broken = self.lost + self.opened_twice + self.answers_repeated + self.answers_misled + self.notices_missing
        broken += self.steps_repeated + self.steps_disordered
        return not broken and self.notices_repeated <= self.kills + self.disk_full + self.replies_lost


@dataclass(frozen=True)
class Plan:
    """How often something happens: kill -9 of a process, a restart of PostgreSQL, a disk that takes nothing more.

    At the end PostgreSQL is gone for *gone_seconds* while people go on writing.
    """

    kills: int
    restarts: int = 0
    full: int = 0
    gone_seconds: float = 0.0
    per_second: float = 4.0
    seed: int = 0

    @property
    def makers(self) -> range:
        """So many that none is asked ten times in this hour: what is more comes in one digest, in an hour."""
        events = self.kills + self.restarts + self.full
        asked = self.per_second * (self.gone_seconds + _BETWEEN[1] * events)
        return range(MAKERS.start, MAKERS.stop + int(asked / 3))


async def run(folder: Path, plan: Plan, *, cluster: Cluster | None = None) -> Counts:
    """The whole run: on PostgreSQL if there is a *cluster*; then peace."""
    async with bot_api() as api:
        town = Town(api, Random(plan.seed), plan.makers)
        bot = await settled(folder, api.url, makers=plan.makers, cluster=cluster)
        bustling = asyncio.get_running_loop().create_task(bustle(town, per_second=plan.per_second))
        try:
            for _ in range(plan.full):
                async with bot.running(file_bytes=bot.bytes_written() + 64 * 1024):
                    await asyncio.sleep(town.chance.uniform(3.0, 5.0))
            async with bot.running() as processes:
                await processes.ready()
                await _harass(processes, plan, town, cluster)
                bustling.cancel()
                api.faults.clear()
                await _peace(town, bot)
        finally:
            bustling.cancel()
        return await _counted(town, bot, plan)


async def _harass(processes: Processes, plan: Plan, town: Town, cluster: Cluster | None) -> None:
    """Kill a process or restart PostgreSQL, as often as planned, at moments of chance; then take PostgreSQL away."""
    restarts = [True] * plan.restarts + [False] * plan.kills
    town.chance.shuffle(restarts)
    for is_restart in restarts:
        await asyncio.sleep(town.chance.uniform(*_BETWEEN))
        if is_restart and cluster:
            await asyncio.to_thread(cluster.restart)
        else:
            await processes.kill_one(town.chance)
    if plan.gone_seconds and cluster:
        await asyncio.to_thread(cluster.stop)
        await asyncio.sleep(plan.gone_seconds)
        await asyncio.to_thread(cluster.restart)


async def _peace(town: Town, bot: Bot) -> None:
    """Wait until everything has come through, or nothing more comes for PATIENCE seconds."""
    until, heard = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until:
        town.answer()
        if len(town.api.world.messages) > heard:
            until, heard = time.monotonic() + PATIENCE, len(town.api.world.messages)
        await asyncio.sleep(0.5)
        if town.api.world.pending or len(town.answered) < len(town.asked):
            continue
        # Reminders for tomorrow are none.
        async with bot.store() as store:
            backlogs = await store.queues.list_backlogs(now=time.time())
        if not backlogs and not [each for each in await _inquiries(town, bot) if each.state in WAITING]:
            return


async def _inquiries(town: Town, bot: Bot) -> list[Inquiry]:
    async with bot.store() as store:
        return [
            each
            for number in town.asked.values()
            for each in await store.inquiries.of_consumer(Address("telegram", str(number)), limit=9)
        ]


async def _counted(town: Town, bot: Bot, plan: Plan) -> Counts:
    held = await _inquiries(town, bot)
    opened = [each.messages[0].text.removeprefix("Cho tôi ") for each in held]
    told = town.answers_told()
    right = {(town.asked[words], answer) for answer, words in town.answered.items()}
    return Counts(
        kills=plan.kills,
        restarts=plan.restarts,
        disk_full=plan.full,
        asked=len(town.asked),
        lost=len(set(town.asked) - set(opened)),
        opened_twice=len(opened) - len(set(opened)),
        answers=len(town.answered),
        answers_told=len(told),
        answers_unknown=len(right - set(told)),
        answers_repeated=sum(times - 1 for times in told.values()),
        answers_misled=len(set(told) - right),
        steps_told=sum(map(len, town.steps().values())),
        steps_repeated=town.steps_repeated(),
        steps_disordered=town.steps_disordered(),
        notices_missing=len(town.asked) - town.noticed(),
        notices_repeated=town.repeated_notices(),
        calls_broken=len(town.api.faults.spent),
        replies_lost=town.lost_replies(),
    )


def main() -> int:
    """Run, print the counts, and say by the exit code whether the promises were kept."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    reader.add_argument("--kills", type=int, default=60)
    reader.add_argument("--restarts", type=int, default=5, help="of PostgreSQL")
    reader.add_argument("--gone", type=float, default=60.0, help="for how many seconds PostgreSQL is gone at the end")
    reader.add_argument("--full", type=int, default=3, help="how often the disk is full (SQLite)")
    reader.add_argument("--per-second", type=float, default=4.0)
    reader.add_argument("--seed", type=int, default=int(time.time()))
    asked = reader.parse_args()
    plan = Plan(asked.kills, asked.restarts, asked.full, asked.gone, asked.per_second, asked.seed)
    begun = time.monotonic()
    fine = True
    if asked.engine != "postgresql":
        fine &= _run_sqlite(replace(plan, restarts=0))
    if asked.engine != "sqlite":
        fine &= _run_postgresql(replace(plan, full=0))
    sys.stdout.write(f"seed {asked.seed}, {time.monotonic() - begun:.0f} s: {'kept' if fine else 'BROKEN'}\n")
    return 0 if fine else 1


def _run_sqlite(plan: Plan) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        clock = asyncio.run(jumping(Path(folder), inquiries=4 * plan.kills, chance=Random(plan.seed)))
        _print("the clock jumps an hour forth and back", clock)
        killed = asyncio.run(run(Path(folder), plan))
        _print("SQLite: kill -9, a full disk, a misbehaving Bot API", killed)
    return clock.fine and killed.fine


def _run_postgresql(plan: Plan) -> bool:
    with tempfile.TemporaryDirectory() as folder, private_cluster() as cluster:
        killed = asyncio.run(run(Path(folder), plan, cluster=cluster))
        _print("PostgreSQL: kill -9 of one of four, restarts of it, a misbehaving Bot API", killed)
    return killed.fine


def _print(title: str, counts: Counts | ClockCounts) -> None:
    sys.stdout.write(f"{title}\n")
    for name, number in asdict(counts).items():
        sys.stdout.write(f"  {name.replace('_', ' '):<18} {number:>6}\n")


if __name__ == "__main__":
    sys.exit(main())
