"""The rows of the catalogue in columns."""

from array import array
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.search.columns import Floats, Ints, Ragged, StringPool, concatenate, make_ragged
from catalog.search.model import Entry, Validity
from catalog.search.vocabulary import Vocabulary, rarity

NO_STAR = -1
BETWEEN_PLACES = "\n"
WIDEST_NAME = 40
REMEMBERED = 20_000


class Facet:
    """A field that many entries share (producer, places, group): its values once, and which entry has which."""

    def __init__(self, values: list[str], *, of_entry: Ints, vocabulary: Vocabulary, tokens: Ragged) -> None:
        self.values = values
        self.of_entry = of_entry
        self.terms = Ragged(vocabulary.fold_of[tokens.flat], tokens.bounds)

    def counts(self, *, words: int) -> Floats:
        """In how many entries each word stands."""
        holders = np.bincount(self.of_entry, minlength=len(self.values)).astype(np.float32)
        weights = np.repeat(holders, self.terms.lengths)
        return np.bincount(self.terms.flat, weights=weights, minlength=words).astype(np.float32)


class _Gathering:
    """The values of one facet while the entries go by."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._tokens: list[list[int]] = []
        self._of_entry = array("i")

    def add(self, value: str, *, vocabulary: Vocabulary) -> None:
        number = self._numbers.setdefault(value, len(self._tokens))
        if number == len(self._tokens):
            self._tokens.append(vocabulary.read(value))
        self._of_entry.append(number)

    def facet(self, vocabulary: Vocabulary) -> Facet:
        of_entry = np.array(self._of_entry, dtype=np.int32)
        return Facet(list(self._numbers), of_entry=of_entry, vocabulary=vocabulary, tokens=make_ragged(self._tokens))


class SearchColumns:
    """Every name and alias is a row; *owner* says to which entry a row belongs."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.vocabulary = vocabulary = Vocabulary()
        self._validities: dict[int, Callable[[date], Validity]] = {}
        self._standing: tuple[date, NDArray[np.str_]] | None = None
        producers, places, groups = _Gathering(), _Gathering(), _Gathering()
        ids, names = StringPool(), StringPool()
        owner, flat, bounds, stars, spots = array("i"), array("i"), array("q", [0]), array("b"), array("f")
        for number, entry in enumerate(entries):
            ids.append(entry.id)
            names.append(entry.name)
            for name in (entry.name, *entry.aliases):
                flat.extend(vocabulary.read(name))
                bounds.append(len(flat))
                owner.append(number)
            producers.add(entry.producer, vocabulary=vocabulary)
            places.add(BETWEEN_PLACES.join(entry.places), vocabulary=vocabulary)
            groups.add(entry.group, vocabulary=vocabulary)
            if entry.validity is not None:
                self._validities[number] = entry.validity
            stars.append(NO_STAR if entry.star is None else entry.star)
            spots.extend((_or_nan(entry.latitude), _or_nan(entry.longitude)))
        vocabulary.freeze()
        self.ids, self.names = ids, names
        self.owner: Ints = np.array(owner, dtype=np.int32)
        self.stars = np.array(stars, dtype=np.int8)
        self.spots: Floats | None = np.array(spots, dtype=np.float32).reshape(-1, 2)
        if np.isnan(self.spots).all():
            self.spots = None
        self.marked = Ragged(np.array(flat, dtype=np.int32), np.array(bounds, dtype=np.int64))
        self.producers, self.places, self.groups = (
            gathering.facet(vocabulary) for gathering in (producers, places, groups)
        )
        self.fields = concatenate([facet.terms for facet in self._facets])
        terms = Ragged(vocabulary.fold_of[self.marked.flat], self.marked.bounds)
        self.postings = terms.invert(size=len(vocabulary.folded))
        self.rarities = self._rarities()
        self.telling = np.append(self.rarities, np.float32(0))
        self._letters: dict[int, tuple[str, str]] = {}
        self.mass = self.marked_sums(self.rarities[terms.flat])

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

    def validities(self, today: date) -> NDArray[np.str_]:
        """How each entry's certificate stands *today*; worked out once a day."""
        if self._standing is None or self._standing[0] != today:
            standing = np.full(len(self), str(Validity.UNSURE), dtype="U8")
            for number, validity in self._validities.items():
                standing[number] = str(validity(today))
            self._standing = today, standing
        return self._standing[1]

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

    def marked_sums(self, values: Floats) -> Floats:
        """For each row the sum of *values*, which stand one for each word of all names."""
        ends = np.concatenate((np.zeros(1, dtype=np.float64), np.cumsum(values, dtype=np.float64)))
        return (ends[self.marked.bounds[1:]] - ends[self.marked.bounds[:-1]]).astype(np.float32)

    def _rarities(self) -> Floats:
        words = len(self.vocabulary.folded)
        counts = self.postings.lengths.astype(np.float32)
        for facet in (self.producers, self.places):
            counts = np.maximum(counts, facet.counts(words=words))
        return rarity(counts, rows=len(self.owner))


def _or_nan(degrees: float | None) -> float:
    return float("nan") if degrees is None else degrees
