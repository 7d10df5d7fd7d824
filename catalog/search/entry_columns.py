"""The entries in columns, before anything is worked out from them: a million without a million objects.

What is read once is kept in a few arrays. Where some entries change only these are read, and the arrays are cut and put
together again; words and shared values are numbered by where they come first, so that it is the same as if all had been
read anew.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.search.model import Entry, Validity
from catalog.search.packed import (
    Floats,
    Hashes,
    Ints,
    Places,
    Ragged,
    Run,
    StringPacker,
    StringPool,
    cumulate,
    first_seen,
    hash_powers,
    make_ragged,
    spelling_hash,
    splice,
    sums_between,
)
from catalog.text import accented_syllables, syllables, tone_last

NO_STAR = -1
BETWEEN_PLACES = "\n"

VALIDITIES = tuple(Validity)
_CODES = {validity: code for code, validity in enumerate(VALIDITIES)}


@dataclass(frozen=True, slots=True)
class SharedField:
    """A field that many entries share (producer, places, group): its values once, their words, and who has which."""

    values: list[str]
    words: Ragged
    of_entry: Ints

    def splice(self, new: "SharedField", runs: Sequence[Run]) -> "SharedField":
        """The *runs* of these entries and *new* ones, whose values go on from these."""
        return SharedField(new.values, new.words, splice(self.of_entry, new.of_entry, runs))

    def tidy(self) -> "SharedField":
        """The same with the values that entries have, in the order in which each comes first."""
        order = first_seen(self.of_entry, size=len(self.values))
        if _is_in_order(order, len(self.values)):
            return self
        numbers = _inverse(order, size=len(self.values))
        values = [self.values[number] for number in order.tolist()]
        return SharedField(values, self.words.choose(order), numbers.take(self.of_entry))


@dataclass(frozen=True, slots=True)
class EntryColumns:
    """What is known of each entry. *rows* tells where its names begin, the first one and the aliases.

    *standings* are the days from which on a certificate stands otherwise, each with how, in one number. *words* are the
    marked words of each name, as numbers of *spellings*, *letter_hashes* the `spelling_hash` of each
    without marks and spaces.
    """

    ids: StringPool
    id_hashes: Hashes
    names: StringPool
    rows: Places
    words: Ragged
    letter_hashes: Hashes
    producers: SharedField
    places: SharedField
    groups: SharedField
    stars: NDArray[np.int8]
    spots: Floats
    prices: NDArray[np.int64]
    months: NDArray[np.uint16]
    standings: Ragged
    spellings: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def shared(self) -> tuple[SharedField, SharedField, SharedField]:
        """The fields that many entries share."""
        return self.producers, self.places, self.groups

    def validities(self, today: date) -> NDArray[np.int8]:
        """How each entry's certificate stands *today*, as its place among `VALIDITIES`."""
        begun = self.standings.flat < (today.toordinal() + 1) * len(VALIDITIES)
        numbers = np.diff(cumulate(begun.view(np.int8))[self.standings.bounds])
        known = numbers > 0
        codes = np.full(len(self), _CODES[Validity.UNSURE], dtype=np.int8)
        latest = self.standings.bounds[:-1][known] + numbers[known] - 1
        codes[known] = self.standings.flat[latest] % len(VALIDITIES)
        return codes

    def change(self, changed: Iterable[Entry]) -> "EntryColumns":
        """These with the *changed* entries in their places and new ones behind all others."""
        latest = {entry.id: entry for entry in changed}
        at = self._numbers_of(list(latest))
        new = read_entries(latest.values(), behind=self)
        by_number = {at[id_]: place for place, id_ in enumerate(latest) if id_ in at}
        fresh = [place for place, id_ in enumerate(latest) if id_ not in at]
        runs = _runs(len(self), by_number, fresh)
        return self._splice(new, runs).tidy()

    def tidy(self) -> "EntryColumns":
        """The same with words and shared values numbered by where they come first, and without those of nobody."""
        producers, places, groups = (field.tidy() for field in self.shared)
        flat = np.concatenate([self.words.flat, *(field.words.flat for field in (producers, places, groups))])
        order = first_seen(flat, size=len(self.spellings))
        if _is_in_order(order, len(self.spellings)):
            return replace(self, producers=producers, places=places, groups=groups)
        numbers = _inverse(order, size=len(self.spellings))
        producers, places, groups = (
            replace(field, words=field.words.renumber(numbers)) for field in (producers, places, groups)
        )
        return replace(
            self,
            words=self.words.renumber(numbers),
            producers=producers,
            places=places,
            groups=groups,
            spellings=[self.spellings[number] for number in order.tolist()],
        )

    def _numbers_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Which entry each of *ids* is, without those of none."""
        wanted = np.array([spelling_hash(id_) for id_ in ids], dtype=np.uint64)
        likely = np.flatnonzero(np.isin(self.id_hashes, wanted)).tolist()
        asked = set(ids)
        return {id_: number for number in likely if (id_ := self.ids[number]) in asked}

    def _splice(self, new: "EntryColumns", runs: Sequence[Run]) -> "EntryColumns":
        of_rows = [Run(run.new, *((new if run.new else self).rows[[run.start, run.end]]).tolist()) for run in runs]
        return EntryColumns(
            ids=self.ids.splice(new.ids, runs),
            id_hashes=splice(self.id_hashes, new.id_hashes, runs),
            names=self.names.splice(new.names, runs),
            rows=cumulate(splice(np.diff(self.rows), np.diff(new.rows), runs)),
            words=self.words.splice(new.words, of_rows),
            letter_hashes=splice(self.letter_hashes, new.letter_hashes, of_rows),
            producers=self.producers.splice(new.producers, runs),
            places=self.places.splice(new.places, runs),
            groups=self.groups.splice(new.groups, runs),
            stars=splice(self.stars, new.stars, runs),
            spots=splice(self.spots, new.spots, runs),
            prices=splice(self.prices, new.prices, runs),
            months=splice(self.months, new.months, runs),
            standings=self.standings.splice(new.standings, runs),
            spellings=new.spellings,
        )


class _WordReader:
    """Numbers the marked words of texts, tone last, in the order of first sight; those it knows keep theirs."""

    def __init__(self, known: Iterable[str]) -> None:
        self.numbers = {word: number for number, word in enumerate(known)}
        self._chunks: dict[str, tuple[int, ...]] = {}

    def read(self, text: str) -> list[int]:
        """The words of *text*, learned on the way."""
        numbers: list[int] = []
        for chunk in text.split():
            known = self._chunks.get(chunk)
            numbers.extend(self._learn(chunk) if known is None else known)
        return numbers

    def _learn(self, chunk: str) -> tuple[int, ...]:
        table = self.numbers
        words = tuple(table.setdefault(tone_last(word), len(table)) for word in accented_syllables(chunk))
        self._chunks[chunk] = words
        return words


class _SharedReader:
    """The values of one shared field while the entries go by."""

    def __init__(self, reader: _WordReader, known: SharedField | None) -> None:
        self._reader = reader
        self._known = known
        self._numbers = {value: number for number, value in enumerate(known.values if known else ())}
        self._words: list[list[int]] = []
        self._of_entry = array("i")

    def add(self, value: str) -> None:
        """Take in the value of the next entry."""
        number = self._numbers.setdefault(value, len(self._numbers))
        if number == len(self._words) + (len(self._known.values) if self._known else 0):
            self._words.append(self._reader.read(value))
        self._of_entry.append(number)

    def field(self) -> SharedField:
        """All values, those known before first, and which the entries that went by have."""
        words = make_ragged(self._words)
        if self._known:
            behind = [Run(new=False, start=0, end=len(self._known.words)), Run(new=True, start=0, end=len(words))]
            words = self._known.words.splice(words, behind)
        return SharedField(list(self._numbers), words, np.array(self._of_entry, dtype=np.int32))


def read_entries(entries: Iterable[Entry], *, behind: EntryColumns | None = None) -> EntryColumns:
    """Read *entries* once; their words and shared values are numbered on from those of what they come *behind*."""
    reader = _WordReader(behind.spellings if behind else ())
    producers, places, groups = (
        _SharedReader(reader, known) for known in (behind.shared if behind else (None, None, None))
    )
    ids, names = StringPacker(), StringPacker()
    standings, standing_bounds = array("i"), array("q", [0])
    flat, bounds, rows = array("i"), array("q", [0]), array("q", [0])
    stars, spots, prices, months = array("b"), array("f"), array("q"), array("H")
    for entry in entries:
        ids.append(entry.id)
        names.append(entry.name)
        for name in (entry.name, *entry.aliases):
            flat.extend(reader.read(name))
            bounds.append(len(flat))
        rows.append(len(bounds) - 1)
        producers.add(entry.producer)
        places.add(BETWEEN_PLACES.join(entry.places))
        groups.add(entry.group)
        standings.extend(day.toordinal() * len(VALIDITIES) + _CODES[validity] for day, validity in entry.standings)
        standing_bounds.append(len(standings))
        stars.append(NO_STAR if entry.star is None else entry.star)
        spots.extend((_or_nan(entry.latitude), _or_nan(entry.longitude)))
        prices.append(entry.price or 0)
        months.append(sum(1 << month for month in entry.months))
    words = Ragged(np.array(flat, dtype=np.int32), np.array(bounds, dtype=np.int64))
    spellings = list(reader.numbers)
    packed_ids = StringPool(*ids.arrays())
    read = EntryColumns(
        ids=packed_ids,
        id_hashes=packed_ids.hashes(),
        names=StringPool(*names.arrays()),
        rows=np.array(rows, dtype=np.int64),
        words=words,
        letter_hashes=_hash_letters(words, spellings),
        producers=producers.field(),
        places=places.field(),
        groups=groups.field(),
        stars=np.array(stars, dtype=np.int8),
        spots=np.array(spots, dtype=np.float32).reshape(-1, 2),
        prices=np.array(prices, dtype=np.int64),
        months=np.array(months, dtype=np.uint16),
        standings=Ragged(np.array(standings, dtype=np.int32), np.array(standing_bounds, dtype=np.int64)),
        spellings=spellings,
    )
    return read if behind else read.tidy()


def _hash_letters(words: Ragged, spellings: Sequence[str]) -> Hashes:
    """The `spelling_hash` of each list of *words* without marks and spaces."""
    known, numbers = np.unique(words.flat, return_inverse=True)
    folded = ["".join(syllables(spellings[word])) for word in known.tolist()]
    hashes = np.array([spelling_hash(word) for word in folded], dtype=np.uint64)
    sizes = np.array([len(word.encode("utf-8", "surrogatepass")) for word in folded], dtype=np.int64)
    ends = cumulate(sizes.take(numbers))
    before = ends[:-1] - np.repeat(ends[words.bounds[:-1]], words.lengths)
    powers = hash_powers(int(before.max(initial=0)))
    return sums_between(hashes.take(numbers) * powers.take(before), words.bounds)


def _runs(size: int, changed: dict[int, int], fresh: Sequence[int]) -> list[Run]:
    """From *size* old entries, with new ones for the *changed*, and *fresh* ones behind."""
    runs, start = list[Run](), 0
    for number in sorted(changed):
        runs.append(Run(new=False, start=start, end=number))
        runs.append(Run(new=True, start=changed[number], end=changed[number] + 1))
        start = number + 1
    runs.append(Run(new=False, start=start, end=size))
    runs += [Run(new=True, start=place, end=place + 1) for place in fresh]
    return [run for run in runs if run.start < run.end]


def _is_in_order(order: Ints, size: int) -> bool:
    return len(order) == size and bool((order == np.arange(size)).all())


def _inverse(order: Ints, *, size: int) -> Ints:
    """The new number of each old one; what is not in *order* has none."""
    numbers = np.full(size, -1, dtype=np.int32)
    numbers[order] = np.arange(len(order), dtype=np.int32)
    return numbers


def _or_nan(degrees: float | None) -> float:
    return float("nan") if degrees is None else degrees
