"""SQLite FTS5 with its trigram tokenizer, any trigram counting, then rapidfuzz WRatio over the first hundred."""

import sqlite3

from rapidfuzz import fuzz, process

from catalog.search import Entry
from catalog.text import fold

NAME = "FTS5 trigram + rapidfuzz"
CANDIDATES = 100


class Peer:
    """An in-memory database of folded names."""

    def __init__(self, entries: list[Entry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._names = [fold(entry.name) for entry in entries]
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram')")
        rows = enumerate(self._names)
        self._base.executemany("INSERT INTO names (rowid, name) VALUES (?, ?)", rows)

    def best(self, query: str) -> list[tuple[str, float]]:
        folded = fold(query)
        trigrams = {folded[place : place + 3] for place in range(len(folded) - 2)}
        if not trigrams:
            return []
        wanted = " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams))
        rows = self._base.execute(
            "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?", (wanted, CANDIDATES)
        ).fetchall()
        names = {row: self._names[row] for (row,) in rows}
        found = process.extract(folded, names, scorer=fuzz.WRatio, limit=3)
        return [(self._ids[row], score / 100) for _, score, row in found]
