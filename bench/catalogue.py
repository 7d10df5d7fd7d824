"""The measured catalogue and its queries, and larger catalogues made from it."""

import csv
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.search import Entry

CATALOGUE = "search_catalog_20k.csv.gz"
OUTSIDE = "ooc"


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, how it was made (*kind*), and the id that is meant; None for what the catalogue does not hold."""

    kind: str
    text: str
    target: str | None


def entries(data: Path) -> list[Entry]:
    """The 20,000 rows."""
    with gzip.open(data / CATALOGUE, "rt", encoding="utf-8") as file:
        return [
            Entry(
                id=row["id"],
                name=row["name"],
                producer=row["producer"],
                places=(row["place"],) if row["place"] else (),
                star=int(row["star"]) if row["star"] else None,
            )
            for row in csv.DictReader(file)
        ]


def queries(data: Path, name: str) -> list[Query]:
    """One of the query sets: dev or a."""
    with (data / f"search_queries_{name}.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Query(row["type"], row["q"], row["target"]) for row in rows]


def grown(base: list[Entry], *, size: int) -> Iterator[Entry]:
    """*base*, then the same names with other places, producers and endings, to *size* rows; the same each time."""
    chance = random.Random(size)
    yield from base[:size]
    named = [entry for entry in base if entry.places]
    for number in range(size - len(base)):
        first, second, home = chance.choice(base), chance.choice(base), chance.choice(named)
        left, right = first.name.split(), second.name.split()
        name = f"{first.name} {home.places[0]}"
        if chance.random() < 0.5:
            name = " ".join(left[: (len(left) + 1) // 2] + right[len(right) // 2 :])
        yield Entry(
            id=f"G{number}", name=name, producer=home.producer, places=home.places, star=chance.choice((3, 4, 5))
        )
