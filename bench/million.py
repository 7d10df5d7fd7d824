"""A catalogue of a million products: imported, indexed, changed while it is asked; and what an idle server holds.

python -m bench.million [--size 1000000] [--only import,change,start,idle] [--folder kept] [--data ../shared/data]
"""

import argparse
import asyncio
import gc
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.catalogue import entries, grown, queries
from bench.processes import measure_idle, peak_of
from bench.search import resident, spread
from bot.search_index import SearchIndex, kept_file
from catalog.dates import PartialDate
from catalog.model import ProductRow
from catalog.places import Places
from catalog.store import open_store

PARTS = ("import", "change", "start", "idle")
CHANGES = 12
LOOK = 0.005
TODAY = PartialDate(2026, 11, 27)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--folder", type=Path, help="keeps the database; without it, it is made anew")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "million.db"
        if not file.exists():
            print(asyncio.run(fill(file, data=given.data, size=given.size)))
        for part in given.only.split(","):
            if part == "change":
                print(asyncio.run(change(file, data=given.data)))
            if part == "start":
                with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
                    print(apart.submit(start, file).result())
            if part == "idle":
                print(asyncio.run(measure_idle(folder)))


def rows(data: Path, *, size: int) -> Iterator[ProductRow]:
    """The lines of a list of *size* products; a third has a certificate."""
    chance = random.Random(size)
    for entry in grown(entries(data), size=size):
        held = chance.random() < 1 / 3
        yield ProductRow(
            name=entry.name,
            producer=entry.producer or "?",
            id=entry.id,
            commune=entry.places[0] if entry.places else "",
            stars=entry.star if held else None,
            decision=f"{chance.randrange(2000)}/QĐ-UBND" if held else "",
            decided=PartialDate(2026, chance.randint(1, 9), 1) if held else None,
            as_of=PartialDate(2026, 10, 1),
        )


async def fill(file: Path, *, data: Path, size: int) -> str:
    """Import the list whole, as the command does."""
    start, spent = time.perf_counter(), time.process_time()
    async with open_store(f"sqlite:///{file}", migrate=True) as store:
        report = await store.import_rows(rows(data, size=size), who="bench")
    written = (await asyncio.to_thread(file.stat)).st_size / 1e6
    taken, most = time.perf_counter() - start, peak_of("self")
    return (
        f"{report.added:,} rows imported in {taken:.0f} s ({time.process_time() - spent:.0f} s of processor time), "
        f"{written:,.0f} MB on disk, at most {most:.0f} MiB resident"
    )


def start(file: Path) -> str:
    """Go on from the search that another process kept."""

    async def refresh() -> str:
        before = resident()
        async with open_store(f"sqlite:///{file}") as store:
            shelf = SearchIndex(store, Places.load_shipped(), file=kept_file(f"sqlite:///{file}", None))
            begun, spent = time.perf_counter(), time.process_time()
            await shelf.refresh()
            taken, spent = time.perf_counter() - begun, time.process_time() - spent
        return (
            f"{len(shelf.index()):,} products: ready in {taken:.1f} s ({spent:.1f} s of processor time) from a file of "
            f"{kept_file(f'sqlite:///{file}', None).stat().st_size / 1e6:,.0f} MB, {resident() - before:,.0f} MB"
        )

    return asyncio.run(refresh())


@dataclass
class Seen:
    """How long the loop stood still, how long answers took and how long until a change was seen."""

    pauses: list[float] = field(default_factory=list)
    finds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    over: bool = False


async def change(file: Path, *, data: Path) -> str:
    """Change one product after the other while others are looked for."""
    seen = Seen()
    async with open_store(f"sqlite:///{file}") as store:
        shelf = SearchIndex(store, Places.load_shipped(), file=kept_file(f"sqlite:///{file}", None))
        begun = time.perf_counter()
        await shelf.refresh()
        built = time.perf_counter() - begun
        gc.collect()
        gc.freeze()  # as the server does once it is built
        held = resident()
        asked = [query.text for query in queries(data, "a")]
        random.Random(1).shuffle(asked)
        alone = Seen()
        await ask(shelf, asked[:300], alone, pause=0)
        follower = asyncio.create_task(shelf.watch(lambda _size: None))  # noqa: TID251 - a bench ends it itself
        watcher = asyncio.create_task(watch_loop(seen))  # noqa: TID251 - the same
        asker = asyncio.create_task(ask(shelf, asked * 100, seen, pause=0.02))  # noqa: TID251 - the same
        for number in range(CHANGES):
            await one_change(store, shelf, number, seen)
        seen.over = True
        await asyncio.gather(asker, watcher)
        follower.cancel()
    return (
        f"{len(shelf.index()):,} products: read and built in {built:.0f} s, {held:,.0f} MB; a change is found after "
        f"{sorted(seen.waits)[len(seen.waits) // 2]:.2f} s (longest {max(seen.waits):.2f}), meanwhile find p95 "
        f"{spread(seen.finds)['p95 ms']:.1f} ms (alone {spread(alone.finds)['p95 ms']:.1f}), the loop stood still for "
        f"at most {max(seen.pauses) * 1000:.0f} ms beside that; {resident() - held:+,.0f} MB"
    )


async def one_change(store, shelf, number: int, seen: Seen) -> None:
    """Give a product another name, or take in a new one, and wait until the search knows it."""
    # Another name at each run: what the list says already changes nothing.
    name = f"{random.choice(('Nem chua', 'Bánh gai', 'Mật ong'))} Zaq{number} {time.time():.0f}"
    row = ProductRow(name=name, producer="?", id=f"G{number * 7}" if number % 2 else f"N{number}", as_of=TODAY)
    before = shelf.index()
    await store.import_rows([row], who="bench")
    begun = time.perf_counter()
    while shelf.index() is before:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.01)
    seen.waits.append(time.perf_counter() - begun)
    await ask(shelf, [name], seen, pause=0)
    assert row.id in {hit.id for hit in shelf.index().find(name, limit=3).hits}


async def ask(shelf: SearchIndex, asked: list[str], seen: Seen, *, pause: float) -> None:
    for query in asked:
        start = time.perf_counter()
        shelf.index().find(query)
        seen.finds.append(time.perf_counter() - start)
        await asyncio.sleep(pause)
        if seen.over:
            return


async def watch_loop(seen: Seen) -> None:
    """Note how much later than it was due each turn of the loop comes, without the answers in between."""
    while not seen.over:
        number, start = len(seen.finds), time.perf_counter()
        await asyncio.sleep(LOOK)
        late = time.perf_counter() - start - LOOK
        seen.pauses.append(max(0.0, late - sum(seen.finds[number:])))


if __name__ == "__main__":
    main()
