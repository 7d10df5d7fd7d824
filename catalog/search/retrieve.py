"""The rows worth a closer look: those that hold the most telling words of the query."""

from dataclasses import dataclass
from threading import Lock

import numpy as np

from catalog.search.columns import Facet, SearchColumns
from catalog.search.packed import Flags, Floats, Ints, Ragged, spelling_hash
from catalog.search.query import ParsedQuery

MOST_POSTINGS = 300_000
MOST_FROM_FACET = 60_000
SURE_ENOUGH = 0.9
BESIDE_NAME = 0.88
HIGH_SHARE, LEAST_SHARE = 0.5, 0.2
ENOUGH_ROWS = 20_000
MOST_ALIKE = 24
MOST_OF_ONE, MOST_REMEMBERED, LEAST_COST = 20_000, 1_000_000, 100


@dataclass(frozen=True, slots=True)
class _Holding:
    """Rows that hold what a token may stand for, and its likeness there."""

    rows: Ints
    likes: Floats


class Retriever:
    """Adds up, row by row, the weight of the words of a query that stand in it."""

    def __init__(self, catalogue: SearchColumns) -> None:
        self._catalogue = catalogue
        self._facets = [
            _Holders(facet, words=len(catalogue.rarities)) for facet in (catalogue.producers, catalogue.places)
        ]
        self._letters = _Letters(catalogue)
        self._first_row: Ints = catalogue.read.rows[:-1].astype(np.int32)
        self._lengths = catalogue.postings.lengths
        self._size = len(catalogue.postings.flat)
        self._remembered: dict[tuple[bytes, bytes], _Holding] = {}
        self._room = MOST_REMEMBERED
        self._lock = Lock()

    def rows(self, reading: ParsedQuery, *, most: int, allowed: Flags | None = None) -> Ints:
        """At most *most* rows, the likeliest ones; of *allowed* entries only."""
        sums = self._sums(reading)
        if allowed is not None:
            sums *= allowed[self._catalogue.owner]
        rows = self._best(sums, most=most)
        alike = self._letters.rows("".join(reading.words))
        if allowed is not None:
            alike = alike[allowed[self._catalogue.owner[alike]]]
        return np.array(sorted({*rows.tolist(), *alike.tolist()}), dtype=np.int32) if len(alike) else rows

    def _sums(self, reading: ParsedQuery) -> Floats:
        """By row, the weights of the tokens that stand in it."""
        sums = np.zeros(len(self._catalogue.owner), dtype=np.float32)
        afforded = self._choose_words(reading)
        for place, (terms, likes) in enumerate(zip(reading.terms, reading.likes, strict=True)):
            fits = slice(None) if afforded is None else afforded[place]
            holding = self._holding(terms[fits], likes[fits])
            sums[holding.rows] += reading.weights[place] * holding.likes
        return sums

    def _holding(self, terms: Ints, likes: Floats) -> _Holding:
        """The rows that hold any of *terms*, and the likeness of the likeliest one there."""
        key = terms.tobytes(), likes.tobytes()
        holding = self._remembered.get(key)
        if holding is None:
            holding = self._gather_rows(terms, likes)
            if len(holding.rows) <= MOST_OF_ONE:
                self._remember(key, holding)
        return holding

    def _remember(self, key: tuple[bytes, bytes], holding: _Holding) -> None:
        with self._lock:
            if key in self._remembered:
                return
            self._remembered[key] = holding
            self._room -= _cost(holding)
            while self._room < 0:
                self._room += _cost(self._remembered.pop(next(iter(self._remembered))))

    def _gather_rows(self, terms: Ints, likes: Floats) -> _Holding:
        """A row that holds several is there several times, each time with the same likeness."""
        rows, worth = self._postings(terms, likes)
        last = np.empty(len(self._catalogue.owner), dtype=np.float32)
        last[rows] = worth
        return _Holding(rows, last[rows])

    def _choose_words(self, reading: ParsedQuery) -> list[Flags] | None:
        """Which words of each token are looked up: the sure ones first, the rest while there are not too many rows.

        None when all are.
        """
        if len(reading.tokens) * self._size <= MOST_POSTINGS:
            return None
        sizes = [self._lengths[terms] for terms in reading.terms]
        if sum(int(size.sum()) for size in sizes) <= MOST_POSTINGS:
            return None
        fits = [np.zeros(len(terms), dtype=np.bool_) for terms in reading.terms]
        left = MOST_POSTINGS
        for sure in (True, False):
            for place in np.argsort(-reading.weights, kind="stable").tolist():
                asked = (reading.likes[place] >= SURE_ENOUGH) == sure
                fits[place] |= asked & (np.cumsum(sizes[place] * asked) <= left)
                left -= int(sizes[place][fits[place] & asked].sum())
        return fits

    def _postings(self, terms: Ints, likes: Floats) -> tuple[Ints, Floats]:
        """The rows of *terms*, the likeliest last, so that its likeness is the one that stays."""
        terms, likes = terms[::-1], likes[::-1]
        sure = int((likes < SURE_ENOUGH).sum())
        parts = [self._rows_of_terms(terms[:sure], likes[:sure])]
        for term, like in zip(terms[sure:].tolist(), likes[sure:].tolist(), strict=True):
            for facet in self._facets:
                rows = self._first_row[facet.holding(term)]
                parts.append((rows, np.full(len(rows), like * BESIDE_NAME, dtype=np.float32)))
        parts.append(self._rows_of_terms(terms[sure:], likes[sure:]))
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([worth for _, worth in parts])

    def _rows_of_terms(self, terms: Ints, likes: Floats) -> tuple[Ints, Floats]:
        rows, lengths = self._catalogue.postings.gather(terms)
        return rows, np.repeat(likes, lengths)

    def _best(self, sums: Floats, *, most: int) -> Ints:
        top = float(sums.max(initial=0.0))
        if top <= 0:
            return np.zeros(0, dtype=np.int32)
        many = len(sums) >= ENOUGH_ROWS and np.count_nonzero(sums >= HIGH_SHARE * top) >= ENOUGH_ROWS
        rows = np.flatnonzero(sums >= (HIGH_SHARE if many else LEAST_SHARE) * top)
        if len(rows) <= most:
            return rows.astype(np.int32)
        found = sums[rows]
        told = np.minimum(1.0, found / np.maximum(self._catalogue.mass[rows], 1e-6))
        asked_most = np.argpartition(-found * (0.7 + 0.3 * told), most * 2 // 3)[: most * 2 // 3]
        told_most = np.argpartition(-told * np.sqrt(found), most // 3)[: most // 3]
        chosen = np.zeros(len(rows), dtype=np.bool_)
        chosen[asked_most] = chosen[told_most] = True
        return rows[chosen].astype(np.int32)


def _cost(holding: _Holding) -> int:
    return LEAST_COST + len(holding.rows)


class _Letters:
    """Rows by their letters alone, whatever the spaces."""

    def __init__(self, catalogue: SearchColumns) -> None:
        self._order: Ints = np.argsort(catalogue.letter_hashes, kind="stable").astype(np.int32)
        self._hashes = catalogue.letter_hashes[self._order]

    def rows(self, letters: str) -> Ints:
        """The first rows that are spelled so."""
        key = np.uint64(spelling_hash(letters))
        start = int(self._hashes.searchsorted(key))
        end = int(self._hashes[: start + MOST_ALIKE].searchsorted(key, side="right"))
        return self._order[start:end]


class _Holders:
    """Which entries have a word in one of their shared fields."""

    def __init__(self, facet: Facet, *, words: int) -> None:
        self._values = facet.terms.invert(size=words)
        singles = Ragged(facet.of_entry, np.arange(len(facet.of_entry) + 1))
        self._entries = singles.invert(size=len(facet.values))

    def holding(self, term: int) -> Ints:
        """The entries, unless there are too many to tell anything."""
        values = self._values[term]
        total = int((self._entries.bounds[values + 1] - self._entries.bounds[values]).sum())
        if total == 0 or total > MOST_FROM_FACET:
            return np.zeros(0, dtype=np.int32)
        return self._entries.gather(values)[0]
