"""rapidfuzz WRatio over every name."""

from rapidfuzz import fuzz, process

from catalog.search import Entry
from catalog.text import fold

NAME = "rapidfuzz WRatio"


class Peer:
    """A full scan, folded on both sides."""

    def __init__(self, entries: list[Entry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._names = [fold(entry.name) for entry in entries]

    def best(self, query: str) -> list[tuple[str, float]]:
        found = process.extract(fold(query), self._names, scorer=fuzz.WRatio, limit=3)
        return [(self._ids[place], score / 100) for _, score, place in found]
