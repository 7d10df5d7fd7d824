"""The rows worth a closer look: those that hold the most telling words of the query."""

import numpy as np

from catalog.search.pool import Flags, Floats, Ints, Ragged
from catalog.search.reading import Reading
from catalog.search.shelf import Facet, Shelf

MOST_POSTINGS = 1_500_000
MOST_FROM_FACET = 60_000
SURE_ENOUGH = 0.9
BESIDE_NAME = 0.88
LEAST_SHARE = 0.2


class Finder:
    """Adds up, row by row, the weight of the words of a query that stand in it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._facets = [_Holders(facet, words=len(shelf.rarities)) for facet in (shelf.producers, shelf.places)]
        self._first_row: Ints = np.unique(shelf.owner, return_index=True)[1].astype(np.int32)

    def rows(self, reading: Reading, *, most: int, allowed: Flags | None = None) -> Ints:
        """At most *most* rows, the likeliest ones; of *allowed* entries only."""
        sums = np.zeros(len(self._shelf.owner), dtype=np.float32)
        scratch = np.empty_like(sums)
        left = MOST_POSTINGS
        for place in np.argsort(-reading.weights, kind="stable"):
            rows, likes = self._postings(reading.terms[place], reading.likes[place], most=left)
            scratch[rows] = likes
            sums[rows] += reading.weights[place] * scratch[rows]
            left -= len(rows)
        if allowed is not None:
            sums *= allowed[self._shelf.owner]
        return self._best(sums, most=most)

    def _postings(self, terms: Ints, likes: Floats, *, most: int) -> tuple[Ints, Floats]:
        """The rows of *terms*, the likeliest last, so that its likeness is the one that stays."""
        lists: list[Ints] = []
        worth: list[float] = []
        for term, like in zip(terms, likes, strict=True):
            rows = self._shelf.postings[term]
            if len(rows) > most:
                break
            most -= len(rows)
            lists.append(rows)
            worth.append(float(like))
            if like >= SURE_ENOUGH:
                for facet in self._facets:
                    lists.insert(0, self._first_row[facet.holding(int(term))])
                    worth.insert(0, float(like) * BESIDE_NAME)
        if not lists:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        order = sorted(range(len(lists)), key=lambda number: worth[number])
        rows = np.concatenate([lists[number] for number in order])
        return rows, np.repeat(
            np.array([worth[number] for number in order], dtype=np.float32), [len(lists[number]) for number in order]
        )

    def _best(self, sums: Floats, *, most: int) -> Ints:
        top = float(sums.max(initial=0.0))
        if top <= 0:
            return np.zeros(0, dtype=np.int32)
        rows = np.flatnonzero(sums >= LEAST_SHARE * top)
        if len(rows) <= most:
            return rows.astype(np.int32)
        found = sums[rows]
        told = np.minimum(1.0, found / np.maximum(self._shelf.mass[rows], 1e-6))
        asked_most = np.argpartition(-found * (0.7 + 0.3 * told), most * 2 // 3)[: most * 2 // 3]
        told_most = np.argpartition(-told * np.sqrt(found), most // 3)[: most // 3]
        chosen: Ints = rows[np.union1d(asked_most, told_most)].astype(np.int32)
        return chosen


class _Holders:
    """Which entries have a word in one of their shared fields."""

    def __init__(self, facet: Facet, *, words: int) -> None:
        self._values = facet.terms.inverted(size=words)
        singles = Ragged(facet.of_entry, np.arange(len(facet.of_entry) + 1))
        self._entries = singles.inverted(size=len(facet.values))

    def holding(self, term: int) -> Ints:
        """The entries, unless there are too many to tell anything."""
        values = self._values[term]
        starts = self._entries.bounds[values]
        lengths = self._entries.bounds[values + 1] - starts
        total = int(lengths.sum())
        if total == 0 or total > MOST_FROM_FACET:
            return np.zeros(0, dtype=np.int32)
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(total)
        return self._entries.flat[places]
