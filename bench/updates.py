"""Our whole path beside aiogram: an update in, kept, found, its answer kept, sent and noted.

python -m bench.updates [--seconds 5] [--repeats 2] [--data ../shared/data] [--only table,sustained,burst,flood]
    [--fresh 0,0.5]

Ours is the real ``hoi-ocop serve`` over SQLite with every promise kept (stored before it is acknowledged, answered at
most once). aiogram has its defaults, one rapidfuzz call over the same names, and keeps nothing. In the table 256
people wait at a time, each new to the bot; whoever is answered is followed by another. Processor time is told too,
for it changes less than the rest when the machine has other work. All is done for each share of *fresh* queries: with
0 everyone asks what others asked before, which we remember; with 0.5 half of them type what hardly anyone typed.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.catalogue import CATALOGUE
from bench.processes import Bot, Catalogue
from bench.telegram import BotApi, Crowd, Posts

AT_ONCE = 256
WARMING = 64
PATIENCE = 60.0
POPULAR = 50
BOTS = {"ours": processes.ours, "aiogram": processes.aiogram}


def queries(names: tuple[str, ...], *, fresh: float = 0.5) -> Iterator[str]:
    """What people type: mostly one of POPULAR queries; a share *fresh* of them was hardly ever typed before."""
    chance = random.Random(7)
    popular = [chance.choice(names) for _ in range(POPULAR)]
    while True:
        yield _mistyped(chance.choice(names), chance) if chance.random() < fresh else chance.choice(popular)


def _mistyped(name: str, chance: random.Random) -> str:
    """Cut to a few words, and with a letter lost: as phones do it."""
    words = name.lower().split()[: chance.randint(2, 6)]
    place = chance.randrange(len(words))
    at = chance.randrange(len(words[place]))
    words[place] = (words[place][:at] + words[place][at + 1 :]) or words[place]
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Case:
    """One bot as it is asked."""

    bot: str
    catalogue: Catalogue
    mode: str
    latency: float
    fresh: float

    @property
    def title(self) -> str:
        return f"{self.catalogue.title}, {100 * self.fresh:.0f} % new"


@dataclass(frozen=True, slots=True)
class Running:
    """The people around a bot that runs, and where what they write goes."""

    crowd: Crowd
    offer: Callable[[bytes], None]

    async def settle(self, patience: float = PATIENCE) -> None:
        """Wait until all who wrote are answered."""
        end = time.perf_counter() + patience
        while self.crowd.waiting and time.perf_counter() < end:  # noqa: ASYNC110 - nobody tells of a deadline
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(case: Case) -> AsyncIterator[tuple[Bot, Running]]:
    """Start the bot, wait until it listens, and warm it up."""
    crowd = Crowd(queries(case.catalogue.names, fresh=case.fresh))
    api = BotApi(crowd, latency=case.latency)
    server, port = await api.listen()
    async with server, BOTS[case.bot](case.catalogue, mode=case.mode, api=port) as bot:
        offer = api.offer
        if case.mode == "webhook":
            posts = Posts(crowd, port=bot.port, path=bot.path)
            await connected(posts)
            offer = posts.offer
        here = Running(crowd, offer)
        for _ in range(WARMING):
            offer(crowd.write())
        await here.settle()
        assert not crowd.waiting, f"{case.bot} does not answer"
        yield bot, here


async def connected(posts: Posts) -> None:
    end = time.perf_counter() + PATIENCE
    while True:
        try:
            await posts.connect()
        except OSError:
            if time.perf_counter() > end:
                raise
            await asyncio.sleep(0.1)
        else:
            return


def share(ordered: list[float], part: float) -> float:
    """The value below which *part* of the *ordered* ones lie, in milliseconds."""
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers a second, and milliseconds of processor time for each."""

    answers: float
    cpu: float


async def saturate(case: Case, *, seconds: float) -> tuple[Rate, str]:
    """AT_ONCE people wait all the time, until no more come after *seconds*; the rate and a line for the table."""
    async with running(case) as (bot, here):
        crowd = here.crowd
        start, cpu = time.perf_counter(), bot.cpu
        crowd.after = lambda: here.offer(crowd.write())
        for _ in range(AT_ONCE):
            here.offer(crowd.write())
        await asyncio.sleep(seconds)
        crowd.after = lambda: None
        rss = bot.rss
        await here.settle()
        waits = crowd.latencies(since=start)
        took, used = max(crowd.answered.values()) - start, bot.cpu - cpu
    rate = Rate(len(waits) / took, 1000 * used / len(waits))
    told = f"{rate.answers:8.0f} {share(waits, 0.5):8.0f} {share(waits, 0.99):8.0f} {rss:8.0f} {rate.cpu:8.2f}"
    wrong = f"  {crowd.waiting} unanswered" if crowd.waiting else ""
    return rate, f"{told}{wrong}{f'  {crowd.repeated} more' if crowd.repeated else ''}"


async def table(catalogues: list[Catalogue], *, seconds: float, repeats: int, bots: list[str], fresh: float) -> None:
    print(
        f"{'':70}  answers      p50      p99      RSS   CPU/ms\n{'':70} a second       ms       ms      MiB      each"
    )
    for catalogue in catalogues:
        for mode in ("polling", "webhook"):
            for latency in (0.0, 0.05):
                rates: dict[str, list[Rate]] = {}
                for turn in range(repeats):
                    for name in bots if turn % 2 == 0 else bots[::-1]:
                        case = Case(name, catalogue, mode, latency, fresh)
                        rate, told = await saturate(case, seconds=seconds)
                        rates.setdefault(name, []).append(rate)
                        title = f"{case.title}, {mode}, API {1000 * latency:.0f} ms, {name}"
                        print(f"{title:70} {told}   load {load()}", flush=True)
                if len(rates) > 1:
                    print(f"{'':20}ours / aiogram: {_compared(rates['ours'], rates['aiogram'])}", flush=True)


def _compared(ours: list[Rate], peer: list[Rate]) -> str:
    answers = sum(rate.answers for rate in ours) / sum(rate.answers for rate in peer)
    cpu = sum(rate.cpu for rate in peer) / sum(rate.cpu for rate in ours)
    return f"{answers:.2f} by the clock, {cpu:.2f} by processor time"


async def sustained(catalogue: Catalogue, *, fresh: float, seconds: float, rate: int = 1000) -> None:
    """*rate* new people a second, whatever becomes of them."""
    case = Case("ours", catalogue, "webhook", 0.05, fresh)
    async with running(case) as (bot, here):
        crowd = here.crowd
        rss, cpu, start = bot.rss, bot.cpu, time.perf_counter()
        crowd.accepted.clear()
        await write(here, rate=rate, seconds=seconds)
        late = crowd.waiting
        await here.settle()
        took = time.perf_counter() - start
        waits, accepted = crowd.latencies(since=start), sorted(crowd.accepted)
        print(
            f"sustained {rate}/s for {seconds:.0f} s at 50 ms ({case.title}):"
            f" {len(waits)} answered in {took:.1f} s, {late} were waiting at the end;"
            f" accepted p50 {share(accepted, 0.5):.0f} p99 {share(accepted, 0.99):.0f} ms;"
            f" answered p50 {share(waits, 0.5):.0f} p99 {share(waits, 0.99):.0f} ms;"
            f" RSS {rss:.0f} to {bot.rss:.0f} MiB;"
            f" CPU {1000 * (bot.cpu - cpu) / len(waits):.2f} ms each; load {load()}",
            flush=True,
        )


async def write(here: Running, *, rate: int, seconds: float, chat: int = 0) -> None:
    start, written = time.perf_counter(), 0
    while (passed := time.perf_counter() - start) < seconds:
        while written < passed * rate:
            here.offer(here.crowd.write(chat))
            written += 1
        await asyncio.sleep(0.005)


async def burst(catalogue: Catalogue, *, fresh: float, number: int = 10_000) -> None:
    """*number* people at the same moment."""
    for mode in ("webhook", "polling"):
        case = Case("ours", catalogue, mode, 0.05, fresh)
        async with running(case) as (_, here):
            crowd = here.crowd
            crowd.accepted.clear()
            start = time.perf_counter()
            for _ in range(number):
                here.offer(crowd.write())
            while mode == "webhook" and len(crowd.accepted) + crowd.refused < number:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.005)
            accepted = time.perf_counter() - start
            await here.settle()
            took = time.perf_counter() - start
            taken = f"{len(crowd.accepted)} accepted in {accepted:.1f} s, " if mode == "webhook" else ""
            print(
                f"burst of {number} by {mode} at 50 ms ({case.title}): {taken}"
                f"{len(crowd.latencies(since=start))} answered in {took:.1f} s; load {load()}",
                flush=True,
            )


async def flood(catalogue: Catalogue, *, fresh: float, seconds: float) -> None:
    """50 people a second, alone and beside one who writes 50 times as much as a chat may be answered."""
    for flooder in (0, 7):
        case = Case("ours", catalogue, "webhook", 0.05, fresh)
        async with running(case) as (_, here):
            start = time.perf_counter()
            ordinary = write(here, rate=50, seconds=seconds)
            if flooder:
                await asyncio.gather(ordinary, write(here, rate=50, seconds=seconds, chat=flooder))
            else:
                await ordinary
            await here.settle()
            waits = here.crowd.latencies(since=start)
            beside = "beside one at 50 times the limit" if flooder else "alone"
            print(
                f"50 people/s {beside} ({case.title}): p50 {share(waits, 0.5):.0f} "
                f"p99 {share(waits, 0.99):.0f} ms; load {load()}",
                flush=True,
            )


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


async def main(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogues = [await processes.shipped(folder)]
        if (given.data / CATALOGUE).exists():
            catalogues.append(await processes.large(folder, given.data / CATALOGUE))
        bots = [each for each in BOTS if each in given.bots.split(",")]
        if not processes.AIOGRAM.exists() and "aiogram" in bots:
            print("aiogram is not installed (deploy/bench.sh does it): ours alone")
            bots.remove("aiogram")
        only = given.only.split(",")
        for fresh in given.fresh:
            if "table" in only:
                await table(catalogues, seconds=given.seconds, repeats=given.repeats, bots=bots, fresh=fresh)
            for _ in range(given.repeats):
                if "sustained" in only:
                    await sustained(catalogues[0], fresh=fresh, seconds=2 * given.seconds)
                if "burst" in only:
                    await burst(catalogues[0], fresh=fresh)
        for _ in range(given.repeats if "flood" in only else 0):
            await flood(catalogues[0], fresh=given.fresh[-1], seconds=2 * given.seconds)


def arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=5.0)
    given.add_argument("--repeats", type=int, default=2)
    given.add_argument("--data", type=Path, default=Path("../shared/data"))
    given.add_argument("--only", default="table,sustained,burst,flood")
    given.add_argument("--bots", default="ours,aiogram")
    shares = "shares of queries hardly ever typed before, with commas"
    given.add_argument(
        "--fresh", type=lambda said: [float(each) for each in said.split(",")], default="0,0.5", help=shares
    )
    return given.parse_args()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
