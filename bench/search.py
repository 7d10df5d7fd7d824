"""How well and how fast products are found, beside three other engines, in one run.

python -m bench.search [--sizes 20k,200k,1m] [--sets dev,a] [--data ../shared/data] [--fuzz 100000] [--no-peers]
"""

import argparse
import gc
import importlib
import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from bench.catalogue import OUTSIDE, Query, entries, grown, queries
from catalog.faq import shipped_faq
from catalog.search import Band, Entry, Index

PEERS = ("fuzz", "fts5", "tantivy")
REJECTED = 0.95  # peers get the threshold that turns away this share of dev's out-of-catalogue queries
SIZES = {"20k": 20_000, "200k": 200_000, "1m": 1_000_000}
TIMED = 300
LONGEST_MS = 100
A = TypeVar("A")
T = TypeVar("T")
ALPHABET = "abcdđeêghiklmnoôơpqrstuưvxyàáảãạ 0123456789.,-(\"'%;*^$\\[\x00\u200b\u202e\ud800\U0001f602"


class Engine(Protocol):
    def best(self, query: str) -> list[tuple[str, float]]: ...


class Ours:
    def __init__(self, rows: list[Entry]) -> None:
        self.index = Index.build(rows)

    def best(self, query: str) -> list[tuple[str, float]]:
        found = self.index.find(query, limit=3)
        certain = found.band is not Band.NOTHING
        return [(hit.id, 1.0 if certain else 0.0) for hit in found.hits]


def main() -> None:
    given = arguments()
    rows = entries(given.data)
    sets = {name: queries(given.data, name) for name in given.sets.split(",")}
    engines: dict[str, tuple[Engine, float]] = {"ours": (Ours(rows), 0.5)}
    if not given.no_peers:
        engines |= peers(rows, dev=queries(given.data, "dev"))
    for name, asked in sets.items():
        compare(name, asked, engines=engines)
        print(f"taken for a question of catalog/data/faq.toml: {sum(map(is_question, asked))} of {len(asked)}")
    for size in given.sizes.split(","):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
            print(apart.submit(measure, given.data, SIZES[size]).result())
    shake(Ours(rows).index, number=given.fuzz)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="20k,200k,1m")
    parser.add_argument("--sets", default="dev,a")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--fuzz", type=int, default=100_000)
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


def peers(rows: list[Entry], *, dev: list[Query]) -> dict[str, tuple[Engine, float]]:
    """Every peer that can be imported, with its threshold."""
    found: dict[str, tuple[Engine, float]] = {}
    for name in PEERS:
        try:
            module = importlib.import_module(f"bench.peers.{name}")
        except ImportError as missing:
            print(f"left out: {missing}")
            continue
        engine = module.Peer(rows)
        found[module.NAME] = (engine, threshold(engine, dev))
    return found


def is_question(query: Query) -> bool:
    return shipped_faq().find(query.text) is not None


def threshold(engine: Engine, asked: list[Query]) -> float:
    scores = sorted(score_of(engine.best(query.text)) for query in asked if query.kind == OUTSIDE)
    return scores[int(len(scores) * REJECTED)]


def score_of(best: list[tuple[str, float]]) -> float:
    return best[0][1] if best else 0.0


def compare(name: str, asked: list[Query], *, engines: dict[str, tuple[Engine, float]]) -> None:
    """Print what each engine keeps, by type of query."""
    tables = {label: graded(asked, engine, least=least) for label, (engine, least) in engines.items()}
    print(f"\n{name}: {len(asked)} queries; kept, in %" + "".join(f"{label:>26}" for label in tables))
    kinds = sorted({query.kind for query in asked} - {OUTSIDE})
    for kind in (*kinds, "kept", "first three", "worst type kept", "rejected", "p50 ms", "p95 ms"):
        cells = "".join(f"{table[kind]:>26.1f}" for table in tables.values())
        print(f"{kind:<{len(f'{name}: {len(asked)} queries; kept, in %')}}{cells}")


def graded(asked: Iterable[Query], engine: Engine, *, least: float) -> dict[str, float]:
    kept, first_three, times = defaultdict[str, list[bool]](list), [], []
    for query in asked:
        best, seconds = timed(engine.best, query.text)
        times.append(seconds)
        found = score_of(best) > least
        if query.kind == OUTSIDE:
            kept[OUTSIDE].append(not found)
            continue
        ids = [identity for identity, _ in best]
        kept[query.kind].append(found and ids[0] == query.target)
        first_three.append(query.target in ids)
    table = {kind: percent(marks) for kind, marks in kept.items() if kind != OUTSIDE}
    table["worst type kept"] = min(table.values())
    table["kept"] = percent([mark for kind, marks in kept.items() if kind != OUTSIDE for mark in marks])
    table["first three"], table["rejected"] = percent(first_three), percent(kept[OUTSIDE])
    return table | spread(times)


def measure(data: Path, size: int) -> str:
    """Build an index of *size* rows in this fresh process and ask it."""
    base, asked = entries(data), queries(data, "a")
    gc.collect()
    before = resident()
    index, seconds = timed(Index.build, grown(base, size=size))
    gc.collect()
    added = resident() - before
    random.Random(1).shuffle(asked)
    for query in asked[:20]:
        index.find(query.text)
    times = [timed(index.find, query.text)[1] for query in asked[:TIMED]]
    typed = [timed(index.complete, query.text[:6])[1] for query in asked[:TIMED]]
    spent, used = spread(times), resident() - before
    return (
        f"{size:>9,} rows: rebuild {seconds:.2f} s, memory +{added:.0f} MB (+{used:.0f} once asked), "
        f"find p50 {spent['p50 ms']:.1f} p95 {spent['p95 ms']:.1f} ms, type-ahead p95 {spread(typed)['p95 ms']:.1f} ms"
    )


def shake(index: Index, *, number: int) -> None:
    """Ask *number* random strings; anything raised ends the bench."""
    gc.collect()
    gc.freeze()  # as the server does once it is built
    chance, slowest = random.Random(2), 0.0
    for _ in range(number):
        text = "".join(chance.choices(ALPHABET, k=chance.choice((1, 3, 8, 20, 60))))
        _, seconds = timed(index.find, text)
        slowest = max(slowest, seconds)
    for text in (
        "banhphuthe" * 1000,
        "a " * 200,
        "😂" * 500,
        "' OR 1=1 --" * 40,
        "(a+)+$" * 1000,
        "mua ban o dau " * 80,
    ):
        slowest = max(slowest, timed(index.find, text)[1])
    print(f"{number:,} random strings: none raised, the slowest took {slowest * 1000:.0f} ms (bar {LONGEST_MS})")


def timed(work: Callable[[A], T], argument: A) -> tuple[T, float]:
    start = time.perf_counter()
    result = work(argument)
    return result, time.perf_counter() - start


def spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50 ms": ordered[len(ordered) // 2] * 1000, "p95 ms": ordered[int(len(ordered) * 0.95)] * 1000}


def percent(marks: list[bool]) -> float:
    return 100 * sum(marks) / max(len(marks), 1)


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
