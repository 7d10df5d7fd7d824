"""Several processes on one PostgreSQL beside one process on SQLite: answers a second, the wait, the cost of each.

python -m bench.machines [--seconds 20] [--latency 0.05] [--fresh 0] [--shapes sqlite,1+0,2+2] [--only saturated,flood]

A shape is ``serve+work``: so many of each, with the load spread over those that serve by webhook; in ``1+0`` the one
that serves works too. The processor time is that of everything: our processes, and PostgreSQL's with all its children.
All run on the same cores, with the load generator and the Bot API's stand-in. PostgreSQL is the private one of the
tests, with fsync on. Saturated, 256 people wait at a time; in the flood 50 people write a second, alone and beside one
who writes as often.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from subprocess import Popen

import psycopg

from bench import processes
from bench.processes import free_port, running, settings_for
from bench.telegram import BotApi, Crowd, Posts
from bench.updates import AT_ONCE, WARMING, Running, connected, load, queries, share, write
from catalog.sealing import new_key
from catalog.store import open_store
from tests.postgresql import Cluster

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Machines:
    """What runs: where the load goes, and how much processor time all of it has used so far, in seconds."""

    ports: tuple[int, ...]
    ours: Callable[[], float]
    database: Callable[[], float]


@asynccontextmanager
async def on_sqlite(folder: Path, api: int) -> AsyncIterator[Machines]:
    """One process that serves over SQLite."""
    catalogue = await processes.shipped(folder)
    async with processes.ours(catalogue, mode="webhook", api=api) as bot:
        yield Machines((bot.port,), lambda: bot.cpu, lambda: 0.0)


@asynccontextmanager
async def on_postgresql(folder: Path, api: int, *, serve: int, work: int) -> AsyncIterator[Machines]:
    """*serve* and *work* of each over a private PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="hoi-ocop-pg-", ignore_cleanup_errors=True) as files:
        cluster = Cluster(Path(files))
        cluster.start()
        try:
            _make_durable(cluster)
            key = new_key()
            async with open_store(cluster.url(), migrate=True, keys=[key]) as store:
                await store.import_rows(processes.shipped_rows(), who="bench")
            settings = settings_for(cluster.url(), mode="webhook", api=api) | {
                "HOI_OCOP_SEAL_KEYS": key,
                "HOI_OCOP_JOBS_AT_ONCE": "0" if work else "64",
            }
            async with AsyncExitStack() as stack:
                ports = tuple(free_port() for _ in range(serve))
                words = [["serve", "--port", str(port)] for port in ports] + [["work", "--concurrency", "64"]] * work
                started = [
                    await stack.enter_async_context(
                        running([sys.executable, "-m", "bot", *each], settings, folder=folder)
                    )
                    for each in words
                ]
                yield Machines(
                    ports,
                    lambda: sum(_used(process) for process in started),
                    lambda: _used_by_family(int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])),
                )
        finally:
            cluster.stop()


def _make_durable(cluster: Cluster) -> None:
    """As an operator runs it: the tests' own settings would flatter us."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for name in ("synchronous_commit", "full_page_writes", "fsync"):
            connection.execute(f"ALTER SYSTEM SET {name} = on")  # type: ignore[call-overload]
    cluster.restart()


def _used(process: Popen[bytes]) -> float:
    return _ticks(process.pid)[0]


def _used_by_family(parent: int) -> float:
    """What a process and its children used, those that have ended too."""
    used, gone = _ticks(parent)
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int((path / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                used += _ticks(int(path.name))[0]
        except OSError:
            continue
    return used + gone


def _ticks(pid: int) -> tuple[float, float]:
    """Seconds that a process used, and those of its ended children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return own / _TICKS, ended / _TICKS


@asynccontextmanager
async def offered(shape: str, given: argparse.Namespace) -> AsyncIterator[tuple[Machines, Running]]:
    """Start a shape, warm it up, and offer what people write to those that serve, in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = tuple(row.name for row in processes.shipped_rows())
        crowd = Crowd(queries(names, fresh=given.fresh))
        api = BotApi(crowd, latency=given.latency)
        server, port = await api.listen()
        if shape == "sqlite":
            house = on_sqlite(folder, port)
        else:
            serve, _, work = shape.partition("+")
            house = on_postgresql(folder, port, serve=int(serve), work=int(work))
        async with server, house as machines:
            posts = [Posts(crowd, port=port, path="/telegram/webhook") for port in machines.ports]
            for each in posts:
                await connected(each)
            turn = cycle(posts)
            here = Running(crowd, lambda body: next(turn).offer(body))
            for _ in range(WARMING):
                here.offer(crowd.write())
            await here.settle()
            yield machines, here


async def saturate(shape: str, given: argparse.Namespace) -> float:
    """Saturate one shape and print its line; milliseconds of processor time for each answer."""
    async with offered(shape, given) as (machines, here):
        return await _saturate(shape, machines, here, seconds=given.seconds)


async def _saturate(shape: str, machines: Machines, here: Running, *, seconds: float) -> float:
    crowd = here.crowd
    begun, ours, database = time.perf_counter(), machines.ours(), machines.database()
    crowd.after = lambda: here.offer(crowd.write())
    for _ in range(AT_ONCE):
        here.offer(crowd.write())
    await asyncio.sleep(seconds)
    crowd.after = lambda: None
    await here.settle()
    waits = crowd.latencies(since=begun)
    took = max(crowd.answered.values()) - begun
    cost = 1000 * (machines.ours() - ours) / len(waits), 1000 * (machines.database() - database) / len(waits)
    wrong = f"  {crowd.waiting} unanswered" if crowd.waiting else ""
    print(
        f"{shape:8} {len(waits) / took:8.0f} {share(waits, 0.5):8.0f} {share(waits, 0.99):8.0f}"
        f" {cost[0]:8.2f} {cost[1]:8.2f} {sum(cost):8.2f}   load {load()}"
        f"{wrong}{f'  {crowd.repeated} more' if crowd.repeated else ''}",
        flush=True,
    )
    return sum(cost)


async def flood(shape: str, given: argparse.Namespace) -> None:
    """50 people a second, alone and beside one who writes 50 times as much as a chat may be answered."""
    for flooder in (0, 7):
        async with offered(shape, given) as (_, here):
            begun = time.perf_counter()
            writing = [write(here, rate=50, seconds=given.seconds)]
            if flooder:
                writing.append(write(here, rate=50, seconds=given.seconds, chat=flooder))
            await asyncio.gather(*writing)
            await here.settle()
            waits = here.crowd.latencies(since=begun)
            beside = "beside one at 50 times the limit" if flooder else "alone"
            told = f"p50 {share(waits, 0.5):.0f} p99 {share(waits, 0.99):.0f} ms; load {load()}"
            print(f"{shape}: 50 people/s {beside}: {told}", flush=True)


async def main(given: argparse.Namespace) -> None:
    shapes = given.shapes.split(",")
    if "saturated" in given.only.split(","):
        await compare(shapes, given)
    if "flood" in given.only.split(","):
        for shape in shapes:
            await flood(shape, given)


async def compare(shapes: list[str], given: argparse.Namespace) -> None:
    """Saturate each shape, and say what an answer costs beside SQLite's."""
    print(f"{'':8}  answers      p50      p99  ours/ms    database      all\n{'':8} a second       ms       ms")
    costs = {shape: await saturate(shape, given) for shape in shapes}
    if "sqlite" in costs:
        for shape, cost in costs.items():
            if shape != "sqlite":
                print(f"{shape}: an answer costs {cost / costs['sqlite']:.1f} times what it does on SQLite")


def arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=20.0)
    given.add_argument("--latency", type=float, default=0.05, help="of the Bot API, in seconds")
    given.add_argument("--fresh", type=float, default=0.0, help="the share of queries hardly ever typed before")
    given.add_argument("--shapes", default="sqlite,1+0,2+2")
    given.add_argument("--only", default="saturated,flood")
    return given.parse_args()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
