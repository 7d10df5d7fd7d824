"""The index: built whole, then only read, so that it can be swapped and shared between threads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from catalog.search import ranking
from catalog.search.candidates import Finder
from catalog.search.evidence import COLUMNS, weigh
from catalog.search.model import Band, Entry, Filters, Found, Hit, Order
from catalog.search.narrowing import arranged, meeting
from catalog.search.pool import Flags, Floats, Ints
from catalog.search.reading import Token, read, tokens_of
from catalog.search.segmenting import Segmenter
from catalog.search.shelf import Shelf
from catalog.search.spelling import Speller

MOST_CANDIDATES = 96
NEAREST_NAMES = 3
EXPLAINED = 0.97
_ASKED, _TOLD = COLUMNS.index("asked"), COLUMNS.index("told_words")


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Entries, best first, and their scores."""

    entries: Ints
    scores: Floats


@dataclass(frozen=True, slots=True)
class _Looked:
    """Rows that were looked at, and the evidence for each."""

    rows: Ints
    table: Floats

    def unsure(self) -> bool:
        """True when part of the query is left over whatever row is taken."""
        if not len(self.rows):
            return True
        best = self.table[ranking.ranks(self.table).argmax()]
        return bool(best[_ASKED] < EXPLAINED and best[_TOLD] < EXPLAINED)

    def joined(self, other: Self) -> Self:
        """Both one after the other."""
        return type(self)(np.concatenate((self.rows, other.rows)), np.concatenate((self.table, other.table)))


_UNSEEN = _Looked(np.zeros(0, dtype=np.int32), np.zeros((0, len(COLUMNS)), dtype=np.float32))
_NONE = _Ranked(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


class Index:
    """Finds products by name; build it with `Index.build`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        words = shelf.vocabulary.folded
        self._speller = Speller(words.spellings, words.numbers)
        counts = shelf.postings.lengths.astype(np.float32)
        self._segmenter = Segmenter(self._speller, counts=counts)
        self._finder = Finder(shelf)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Read *entries* once and index their names, aliases, producers, places and groups."""
        return cls(Shelf(entries))

    def __len__(self) -> int:
        return len(self._shelf)

    def find(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        filters: Filters | None = None,
        order: Order = Order.BEST,
        here: tuple[float, float] | None = None,
    ) -> Found:
        """The products that *query* may mean, best first; never raises, whatever *query* holds."""
        wanted = filters or Filters()
        allowed = meeting(wanted, shelf=self._shelf)
        ranked = self._ranked(query, allowed=allowed)
        if not len(ranked.entries):
            return Found(Band.NOTHING, filters=wanted)
        band = ranking.band(float(ranked.scores[0]))
        plausible = int((ranked.scores >= ranking.PLAUSIBLE).sum())
        nearest = () if plausible else self._names(ranked.entries[:NEAREST_NAMES])
        listed = ranked.entries[: plausible or NEAREST_NAMES]
        shown = arranged(listed, order=order, here=here, shelf=self._shelf)[offset : offset + limit]
        score_of = dict(zip(ranked.entries.tolist(), ranked.scores.tolist(), strict=True))
        hits = tuple(self._hit(entry, score_of[entry]) for entry in shown.tolist())
        return Found(band, hits, total=plausible, filters=wanted, nearest=nearest)

    def complete(self, prefix: str, *, limit: int = 8) -> tuple[Hit, ...]:
        """Products whose name holds words that start as *prefix* does."""
        ranked = self._ranked(prefix)
        pairs = zip(ranked.entries[:limit].tolist(), ranked.scores[:limit].tolist(), strict=True)
        return tuple(self._hit(entry, score) for entry, score in pairs)

    def _ranked(self, query: str, *, allowed: Flags | None = None) -> _Ranked:
        tokens = tokens_of(query)
        if not tokens or not len(self._shelf):
            return _NONE
        looked = self._look(tokens, allowed=allowed)
        if looked.unsure():
            respaced = self._segmenter.respaced(tokens)
            if [token.word for token in respaced] != [token.word for token in tokens]:
                looked = looked.joined(self._look(respaced, allowed=allowed))
        return self._by_entry(looked) if len(looked.rows) else _NONE

    def _look(self, tokens: tuple[Token, ...], *, allowed: Flags | None) -> _Looked:
        reading = read(tokens, speller=self._speller, rarities=self._shelf.rarities)
        rows = self._finder.rows(reading, most=MOST_CANDIDATES, allowed=allowed)
        if not len(rows):
            return _UNSEEN
        return _Looked(rows, weigh(reading, rows, shelf=self._shelf).table)

    def _by_entry(self, looked: _Looked) -> _Ranked:
        """Each entry once, by its best row."""
        ranks = ranking.ranks(looked.table)
        order = np.argsort(-ranks, kind="stable")
        entries = self._shelf.owner[looked.rows[order]]
        firsts = np.sort(np.unique(entries, return_index=True)[1])
        order = order[firsts]
        lead = float(ranks[order[0]] - ranks[order[1]]) if len(order) > 1 else ranking.WIDEST_MARGIN
        return _Ranked(entries[firsts], ranking.certainties(looked.table[order], margin=lead))

    def _names(self, entries: Ints) -> tuple[str, ...]:
        return tuple(self._shelf.names[entry] for entry in entries.tolist())

    def _hit(self, entry: int, score: float) -> Hit:
        producers = self._shelf.producers
        return Hit(self._shelf.ids[entry], self._shelf.names[entry], producers.values[producers.of_entry[entry]], score)
