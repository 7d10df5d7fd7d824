"""One look at the catalogue: candidates, the evidence for each, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from catalog.search import rank
from catalog.search.chitchat import elsewhere
from catalog.search.columns import SearchColumns
from catalog.search.features import COLUMNS, weigh
from catalog.search.packed import Flags, Floats, Ints
from catalog.search.query import SURELY, Lexicon, ParsedQuery, Token, Way
from catalog.search.retrieve import Retriever
from catalog.search.rewrite import Abbreviations, Segmenter, common_heads
from catalog.search.spelling import FEWEST_LETTERS_TO_GUESS, KnownWords, Speller

MOST_CANDIDATES = 80
MOST_HEADS = 4
EXPLAINED = 0.97
EXPLAINED_BY_NAME = 0.9
# What a slip of the finger leaves open of a word is less than this; other spaces would not explain it any better.
SLIGHTLY_OPEN = 0.15
_ASKED, _PLAINLY, _TOLD, _UNKNOWN, _STRANGE = map(
    COLUMNS.index, ("asked", "asked_plainly", "told_words", "unknown", "strange")
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Entries, best first: how sure each is, how much of the query it explains; *named* the first in full."""

    entries: Ints
    scores: Floats
    asked: Floats
    named: bool

    def keep(self, flags: Flags) -> Self:
        """Only the entries with a flag."""
        return type(self)(self.entries[flags], self.scores[flags], self.asked[flags], self.named)


NONE = Ranked(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32), named=False)


@dataclass(frozen=True, slots=True)
class _Looked:
    """Rows that were looked at, the evidence for each, and how likely it makes them."""

    rows: Ints
    table: Floats
    ranks: Floats

    def unsure(self) -> bool:
        """True when part of the query and of the name is left over even for the best row, and more than by slips."""
        if not len(self.rows):
            return True
        best = self.table[self.ranks.argmax()]
        left_over = best[_ASKED] < EXPLAINED and (best[_TOLD] < EXPLAINED or best[_UNKNOWN] > 0)
        return bool(left_over and best[_STRANGE] >= SLIGHTLY_OPEN)

    def join(self, other: Self) -> Self:
        """Both one after the other."""
        return type(self)(
            np.concatenate((self.rows, other.rows)),
            np.concatenate((self.table, other.table)),
            np.concatenate((self.ranks, other.ranks)),
        )


class SearchEngine:
    """Ranks the entries of a catalogue for the tokens of a query."""

    def __init__(self, catalogue: SearchColumns, *, known: KnownWords | None = None) -> None:
        """*known* is used where it knows the words of this very catalogue."""
        words = catalogue.vocabulary.folded
        if known is None or known.numbers is not words.numbers:
            known = KnownWords(words.spellings, words.numbers)
        self.known = known
        self._catalogue = catalogue
        self._speller = Speller(known, heads=common_heads(catalogue, most=MOST_HEADS))
        self._lexicon = Lexicon(self._speller, vocabulary=catalogue.vocabulary, rarities=catalogue.rarities)
        self._abbreviations = Abbreviations(catalogue)
        self._segmenter = Segmenter(self._speller, counts=catalogue.postings.lengths.astype(np.float32))
        self._finder = Retriever(catalogue)

    def rank(self, tokens: Sequence[Token], *, allowed: Flags | None = None) -> Ranked:
        """The likeliest of the *allowed* entries; with other spaces too, when those typed leave something open."""
        if not tokens or not len(self._catalogue):
            return NONE
        keyed = self.undo_raw_keys(tokens)
        looked = self._look(self.reading(keyed), allowed=allowed)
        if looked.unsure():
            if keyed != tuple(tokens):
                looked = looked.join(self._look(self.reading(tokens), allowed=allowed))
            for way, other in self.others(tokens):
                looked = looked.join(self._look(self.reading(other, way=way), allowed=allowed))
        return self._by_entry(looked) if len(looked.rows) else NONE

    def undo_raw_keys(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* as Telex and VNI spell them, where that is what was typed."""
        return self._lexicon.undo_raw_keys(tokens)

    def holding(self, tokens: Sequence[Token]) -> Ints:
        """The entries whose names hold the only word typed, with its marks if it has any; none for several words."""
        if len(tokens) != 1 or any(elsewhere(tokens)):
            return NONE.entries
        (token,) = self.undo_raw_keys(tokens)
        term = self._catalogue.vocabulary.folded.numbers.get(token.word)
        if term is None or len(token.word) < FEWEST_LETTERS_TO_GUESS:
            return NONE.entries
        return np.unique(self._catalogue.owner[self._spelled(token, self._catalogue.postings[term])])

    def holding_all(self, tokens: Sequence[Token]) -> Ints:
        """The entries with a name that holds every one of several words, wherever in it; none for one word."""
        told = [token.filling for token in tokens]
        if len(tokens) < 2 or told[0] < 1 or min(told) <= SURELY or any(elsewhere(tokens)):
            return NONE.entries
        rows = self._rows_with(tokens[0])
        for token in tokens[1:]:
            rows = np.intersect1d(rows, self._rows_with(token))
        return np.unique(self._catalogue.owner[rows])

    def _rows_with(self, token: Token) -> Ints:
        """The names that hold *token*, with its marks if it has any."""
        term = self._catalogue.vocabulary.folded.numbers.get(token.word)
        return self._spelled(token, self._catalogue.postings[term]) if term is not None else NONE.entries

    def _spelled(self, token: Token, rows: Ints) -> Ints:
        """Those of *rows* that spell *token* as it was typed; all where it has no marks."""
        if token.marked == token.word or not len(rows):
            return rows
        marked = self._catalogue.vocabulary.marked.numbers.get(token.marked, -1)
        spelled, lengths = self._catalogue.marked.gather(rows)
        places = np.unique(np.repeat(np.arange(len(rows)), lengths)[spelled == marked])
        return rows.take(places)

    def others(self, tokens: Sequence[Token]) -> list[tuple[Way, tuple[Token, ...]]]:
        """Other ways to read *tokens*."""
        respaced, spelled_out = self._segmenter.respace(tokens), self._abbreviations.spelled_out(tokens)
        ways = [] if respaced == tuple(tokens) else [(Way.RESPACED, respaced)]
        if spelled_out not in (tuple(tokens), respaced):
            ways.append((Way.SPELLED_OUT, spelled_out))
        return ways

    def reading(self, tokens: Sequence[Token], *, way: Way = Way.TYPED) -> ParsedQuery:
        """Look *tokens* up among the words of the catalogue."""
        return self._lexicon.read(tokens, way=way)

    def table(self, reading: ParsedQuery, *, allowed: Flags | None = None) -> tuple[Ints, Floats]:
        """The candidate rows for *reading* and the evidence for each."""
        rows = self._finder.rows(reading, most=MOST_CANDIDATES, allowed=allowed)
        if not len(rows):
            return rows, np.zeros((0, len(COLUMNS)), dtype=np.float32)
        return rows, weigh(reading, rows, catalogue=self._catalogue)

    def _look(self, reading: ParsedQuery, *, allowed: Flags | None) -> _Looked:
        rows, table = self.table(reading, allowed=allowed)
        return _Looked(rows, table, rank.ranks(table))

    def _by_entry(self, looked: _Looked) -> Ranked:
        """Each entry once, by its best row."""
        ranks = looked.ranks
        order = (-ranks).argsort(kind="stable")
        entries = self._catalogue.owner.take(looked.rows.take(order))
        places = first_places(entries.tolist())
        order = order[places]
        lead = float(ranks[order[0]] - ranks[order[1]]) if len(order) > 1 else rank.WIDEST_MARGIN
        table = looked.table[order]
        named = bool(table[0, _TOLD] >= EXPLAINED and table[0, _PLAINLY] >= EXPLAINED_BY_NAME)
        return Ranked(entries[places], rank.certainties(table, margin=lead), table[:, _ASKED], named=named)


def first_places(entries: list[int]) -> list[int]:
    """Where each of *entries* stands first."""
    places: dict[int, int] = {}
    for place, entry in enumerate(entries):
        places.setdefault(entry, place)
    return list(places.values())
