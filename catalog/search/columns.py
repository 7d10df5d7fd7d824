"""The catalogue in columns, as the search reads it: words are numbered and have their inverted lists."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.search.entry_columns import EntryColumns, SharedField
from catalog.search.model import Entry
from catalog.search.offers import Offers
from catalog.search.packed import Floats, Ints, Ragged, concatenate
from catalog.text import syllables, toneless

WIDEST_NAME = 40
REMEMBERED = 20_000


class WordTable:
    """Strings and their numbers, in order of first sight."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.spellings: list[str] = []

    def __len__(self) -> int:
        return len(self.spellings)

    def number(self, word: str) -> int:
        """The number of *word*, a new one when it was not seen before."""
        known = self.numbers.setdefault(word, len(self.spellings))
        if known == len(self.spellings):
            self.spellings.append(word)
        return known


class Vocabulary:
    """Marked spellings (tone last), in the order of their numbers, and the folded and toneless words they belong to.

    The last place of *fold_of* stands for the marked word -1, which is none: its folded word lies past all others.
    """

    def __init__(self, spellings: Sequence[str]) -> None:
        self.folded, self.marked, self._bare = WordTable(), WordTable(), WordTable()
        for word in spellings:
            self.marked.number(word)
        fold_of = [self.folded.number("".join(syllables(word))) for word in spellings]
        self.fold_of: Ints = np.array([*fold_of, len(self.folded)], dtype=np.int32)
        self.bare_of: Ints = np.array([self._bare.number(toneless(word)) for word in spellings], dtype=np.int32)

    def bare_number(self, marked: str) -> int:
        """The number of the toneless spelling of *marked*; -1 when no word has it."""
        return self._bare.numbers.get(toneless(marked), -1)


def rarity(counts: Iterable[float], *, rows: int) -> Floats:
    """How telling a word is that stands in *counts* of so many *rows* (inverse document frequency)."""
    found = np.asarray(counts, dtype=np.float32)
    rarities: Floats = np.log1p((rows - found + 0.5).clip(0) / (found + 0.5)).astype(np.float32)
    return rarities


class Facet:
    """A field that many entries share (producer, places, group): its values once, and which entry has which."""

    def __init__(self, field: SharedField, vocabulary: Vocabulary) -> None:
        self.values = field.values
        self.of_entry = field.of_entry
        self.terms = field.words.renumber(vocabulary.fold_of)

    def counts(self, *, words: int) -> Floats:
        """In how many entries each word stands."""
        holders = np.bincount(self.of_entry, minlength=len(self.values)).astype(np.float32)
        weights = np.repeat(holders, self.terms.lengths)
        return np.bincount(self.terms.flat, weights=weights, minlength=words).astype(np.float32)


class SearchColumns:
    """Every name and alias is a row; *owner* says to which entry a row belongs."""

    def __init__(self, read: EntryColumns, *, known: Vocabulary | None = None) -> None:
        """*known* is the vocabulary of an earlier catalogue; it is used where the words are the same."""
        self.read = read
        same = known is not None and known.marked.spellings == read.spellings
        self.vocabulary = vocabulary = known if known is not None and same else Vocabulary(read.spellings)
        self._standing_on: dict[date, NDArray[np.int8]] = {}
        self.ids, self.names = read.ids, read.names
        self.owner: Ints = np.repeat(np.arange(len(read), dtype=np.int32), np.diff(read.rows))
        self.offers = Offers(read.prices, read.months)
        self.stars = read.stars
        self.spots = None if np.isnan(read.spots).all() else read.spots
        self.marked = read.words
        self.producers, self.places, self.groups = (Facet(field, vocabulary) for field in read.shared)
        self.fields = concatenate([facet.terms for facet in self._facets])
        terms = self.marked.renumber(vocabulary.fold_of)
        self.postings = terms.invert(size=len(vocabulary.folded))
        self.rarities = self._rarities()
        self.telling = np.append(self.rarities, np.float32(0))
        self._letters: dict[int, tuple[str, str]] = {}
        self.mass = self._masses(terms)
        self.letter_hashes = read.letter_hashes

    def change(self, changed: Iterable[Entry]) -> "SearchColumns":
        """The same as if all had been read anew with the *changed* entries."""
        return SearchColumns(self.read.change(changed), known=self.vocabulary)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def _facets(self) -> tuple[Facet, Facet, Facet]:
        return self.producers, self.places, self.groups

    def fields_of(self, entries: Ints) -> Ints:
        """The values of *entries* among *fields*: all their producers, then all their places, then all their groups."""
        before, parts = 0, []
        for facet in self._facets:
            parts.append(facet.of_entry.take(entries) + before)
            before += len(facet.values)
        return np.concatenate(parts)

    def validities(self, today: date) -> NDArray[np.int8]:
        """How each entry's certificate stands *today*, as its place among `VALIDITIES`; worked out once a day."""
        known = self._standing_on.get(today)
        if known is None:
            known = self.read.validities(today)
            self._standing_on = {today: known}
        return known

    def letters(self, rows: Ints) -> list[tuple[str, str]]:
        """For each of *rows* its first words without spaces, in their order and sorted."""
        known = self._letters
        return [known.get(row) or self._letters_of(row) for row in rows.tolist()]

    def _letters_of(self, row: int) -> tuple[str, str]:
        spellings = self.vocabulary.folded.spellings
        words = [spellings[term] for term in self.vocabulary.fold_of[self.marked[row][:WIDEST_NAME]].tolist()]
        if len(self._letters) > REMEMBERED:
            self._letters.clear()
        spelled = self._letters[row] = "".join(words), "".join(sorted(words))
        return spelled

    def _masses(self, terms: Ragged) -> Floats:
        """For each row how telling its words are, together."""
        # Wide from the beginning: to widen and to add up at once would stop every other thread until it is done.
        values = self.rarities.astype(np.float64).take(terms.flat)
        ends = np.concatenate((np.zeros(1), np.cumsum(values)))
        masses: Floats = (ends[terms.bounds[1:]] - ends[terms.bounds[:-1]]).astype(np.float32)
        return masses

    def _rarities(self) -> Floats:
        words = len(self.vocabulary.folded)
        counts = self.postings.lengths.astype(np.float32)
        for facet in (self.producers, self.places):
            counts = np.maximum(counts, facet.counts(words=words))
        return rarity(counts, rows=len(self.owner))
