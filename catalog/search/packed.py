"""Many strings and many lists packed into a few arrays, which can be cut and put together again at memory's speed."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]

MOST_CELLS = 1_000_000
_DIGIT_BITS = 16
_HASH_BASE = 0x9E3779B97F4A7C15
_HASH_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Run:
    """Things from *start* to *end* of the old ones, or of what is *new*."""

    new: bool
    start: int
    end: int


def splice(old: NDArray[Any], new: NDArray[Any], runs: Sequence[Run]) -> NDArray[Any]:
    """The *runs* one after the other."""
    return np.concatenate([(new if run.new else old)[run.start : run.end] for run in runs] or [old[:0]])


class StringPacker:
    """Takes in strings one by one."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._bounds = array("q", [0])

    def append(self, string: str) -> None:
        """Keep *string* under the next number."""
        self._blob += string.encode("utf-8", "surrogatepass")
        self._bounds.append(len(self._blob))

    def arrays(self) -> "tuple[NDArray[np.uint8], Places]":
        """The strings end to end, and where each begins."""
        return np.array(self._blob, dtype=np.uint8), np.array(self._bounds, dtype=np.int64)


class StringPool:
    """Strings by number, kept as one run of UTF-8; lone surrogates survive."""

    def __init__(self, blob: NDArray[np.uint8], bounds: Places) -> None:
        self.blob = blob
        self.bounds = bounds

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """Pack *strings*."""
        packed = StringPacker()
        for string in strings:
            packed.append(string)
        return cls(*packed.arrays())

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, number: int) -> str:
        found = self.blob[self.bounds[number] : self.bounds[number + 1]]
        return found.tobytes().decode("utf-8", "surrogatepass")

    def splice(self, new: "StringPool", runs: Sequence[Run]) -> "StringPool":
        """The *runs* of these strings and *new* ones."""
        letters = [Run(run.new, *_ends((new if run.new else self).bounds, run)) for run in runs]
        lengths = splice(np.diff(self.bounds), np.diff(new.bounds), runs)
        return StringPool(splice(self.blob, new.blob, letters), cumulate(lengths))

    def hashes(self) -> Hashes:
        """The `spelling_hash` of each string."""
        lengths = np.diff(self.bounds)
        inside = np.arange(len(self.blob)) - np.repeat(self.bounds[:-1], lengths)
        return sums_between(self.blob * hash_powers(int(lengths.max(initial=0)))[inside], self.bounds)


class Ragged:
    """Lists of numbers of unequal length, end to end."""

    def __init__(self, flat: Ints, bounds: Places) -> None:
        self.flat = flat
        self.bounds = bounds
        self._whole: dict[tuple[int, int], Ints] = {}

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def lengths(self) -> Places:
        """How many numbers each list holds."""
        return np.diff(self.bounds)

    def __getitem__(self, number: int) -> Ints:
        return self.flat[self.bounds[number] : self.bounds[number + 1]]

    def gather(self, numbers: Ints) -> tuple[Ints, Places]:
        """The lists of *numbers* end to end, and the length of each."""
        starts = self.bounds[numbers]
        lengths = self.bounds[numbers + 1] - starts
        if len(numbers) == 1:
            return self.flat[starts[0] : starts[0] + lengths[0]], lengths
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        places += np.arange(len(places))
        return self.flat[places], lengths

    def choose(self, numbers: Ints) -> "Ragged":
        """The lists of *numbers*, in their order."""
        flat, lengths = self.gather(numbers)
        return Ragged(flat, cumulate(lengths))

    def splice(self, new: "Ragged", runs: Sequence[Run]) -> "Ragged":
        """The *runs* of these lists and *new* ones."""
        inside = [Run(run.new, *_ends((new if run.new else self).bounds, run)) for run in runs]
        return Ragged(splice(self.flat, new.flat, inside), cumulate(splice(self.lengths, new.lengths, runs)))

    def renumber(self, numbers: Ints) -> "Ragged":
        """The same lists with *numbers* for what they hold."""
        return Ragged(numbers.take(self.flat), self.bounds)

    def pad(self, rows: Ints, *, width: int, empty: int) -> Ints:
        """The lists of *rows*, each a column of a table that is cut at *width* and filled up with *empty*.

        It may be longer than they need: of few or short lists the table of all is remembered, and its columns taken.
        """
        if len(self.bounds) * width > MOST_CELLS:
            return self._table(rows, width=width, empty=empty)
        whole = self._whole.get((width, empty))
        if whole is None:
            whole = self._whole[width, empty] = self._table(np.arange(len(self.bounds) - 1), width=width, empty=empty)
        return whole.take(rows, axis=1)

    def _table(self, rows: NDArray[np.integer], *, width: int, empty: int) -> Ints:
        starts = self.bounds.take(rows)
        lengths = self.bounds.take(rows + 1) - starts
        places = np.arange(min(width, int(lengths.max(initial=1))))[:, None]
        if not len(self.flat):
            return np.full((len(places), len(rows)), empty, dtype=np.int32)
        return np.where(places < lengths, self.flat.take(starts + places, mode="clip"), np.int32(empty))

    def invert(self, *, size: int) -> "Ragged":
        """For each number below *size*, the lists that hold it, ascending."""
        owners = np.repeat(np.arange(len(self.bounds) - 1, dtype=np.int32), self.lengths)
        counts = np.bincount(self.flat, minlength=size)
        return Ragged(owners.take(order_of(self.flat, size=size)), cumulate(counts))


def make_ragged(lists: Sequence[Sequence[int]]) -> Ragged:
    """Lay *lists* end to end."""
    bounds = cumulate(np.fromiter(map(len, lists), dtype=np.int64, count=len(lists)))
    return Ragged(np.fromiter(chain.from_iterable(lists), dtype=np.int32, count=int(bounds[-1])), bounds)


def concatenate(parts: Sequence[Ragged]) -> Ragged:
    """The lists of all *parts*, one part after the other; the parts look into the same memory from now on."""
    flat = np.concatenate([part.flat for part in parts])
    starts = np.cumsum([0, *(len(part.flat) for part in parts)]).tolist()
    bounds = [part.bounds[:-1] + start for part, start in zip(parts, starts, strict=False)]
    for part, start in zip(parts, starts, strict=False):
        part.flat = flat[start : start + len(part.flat)]
    return Ragged(flat, np.concatenate([*bounds, [len(flat)]]))


def cumulate(lengths: NDArray[np.integer]) -> Places:
    """Where lists of these *lengths* begin, laid end to end, and where the last one ends."""
    # Wide before they are added up: to do both at once would stop every other thread until it is done.
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths.astype(np.int64, copy=False))))


def order_of(numbers: Ints, *, size: int) -> NDArray[np.intp]:
    """The places of *numbers*, which are below *size*, by number; of equal ones the first comes first.

    NumPy sorts numbers of 16 bits by their digits, eight times as fast as larger ones.
    """
    low = (numbers & ((1 << _DIGIT_BITS) - 1)).astype(np.uint16)
    order = np.argsort(low, kind="stable")
    if size <= 1 << _DIGIT_BITS:
        return order
    high = (numbers >> _DIGIT_BITS).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")]


def first_seen(numbers: Ints, *, size: int) -> Ints:
    """Those below *size* that are among *numbers*, in the order in which each comes first."""
    nowhere = len(numbers)
    first = np.full(size, nowhere, dtype=np.int64)
    first[numbers[::-1]] = np.arange(nowhere - 1, -1, -1)
    seen = np.flatnonzero(first < nowhere)
    return seen[np.argsort(first[seen])].astype(np.int32)


def spelling_hash(text: str) -> int:
    """A number for *text*, the same in every process; that of two texts together follows from those of both."""
    power, found = 1, 0
    for byte in text.encode("utf-8", "surrogatepass"):
        found = (found + byte * power) & _HASH_BITS
        power = (power * _HASH_BASE) & _HASH_BITS
    return found


def hash_powers(most: int) -> Hashes:
    """What a letter counts in a `spelling_hash`, at each place up to *most*."""
    powers = np.full(most + 1, _HASH_BASE, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def sums_between(numbers: Hashes, bounds: Places) -> Hashes:
    """The sum of *numbers* in each stretch between two *bounds*, as far as 64 bits hold it."""
    sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(numbers, dtype=np.uint64)))
    return sums[bounds[1:]] - sums[bounds[:-1]]


def _ends(bounds: Places, run: Run) -> tuple[int, int]:
    return int(bounds[run.start]), int(bounds[run.end])
