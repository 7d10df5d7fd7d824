"""Many strings in two arrays, and many lists of numbers in two more: a million rows without a million objects."""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

MOST_CELLS = 1_000_000


class StringPool:
    """Strings by number, kept as one run of UTF-8; lone surrogates survive."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._bounds = array("q", [0])

    def append(self, string: str) -> None:
        """Keep *string* under the next number."""
        self._blob += string.encode("utf-8", "surrogatepass")
        self._bounds.append(len(self._blob))

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, number: int) -> str:
        return self._blob[self._bounds[number] : self._bounds[number + 1]].decode("utf-8", "surrogatepass")


class Ragged:
    """Lists of numbers of unequal length, end to end."""

    def __init__(self, flat: Ints, bounds: NDArray[np.int64]) -> None:
        self.flat = flat
        self.bounds = bounds
        self._whole: dict[tuple[int, int], Ints] = {}

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many numbers each list holds."""
        return np.diff(self.bounds)

    def __getitem__(self, number: int) -> Ints:
        return self.flat[self.bounds[number] : self.bounds[number + 1]]

    def gather(self, numbers: Ints) -> tuple[Ints, NDArray[np.int64]]:
        """The lists of *numbers* end to end, and the length of each."""
        starts = self.bounds[numbers]
        lengths = self.bounds[numbers + 1] - starts
        if len(numbers) == 1:
            return self.flat[starts[0] : starts[0] + lengths[0]], lengths
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        places += np.arange(len(places))
        return self.flat[places], lengths

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
        order = np.argsort(self.flat, kind="stable")
        counts = np.bincount(self.flat, minlength=size)
        bounds = np.concatenate(([0], np.cumsum(counts)))
        return Ragged(owners[order], bounds)


def make_ragged(lists: Sequence[Sequence[int]]) -> Ragged:
    """Lay *lists* end to end."""
    bounds = np.concatenate(([0], np.cumsum([len(numbers) for numbers in lists], dtype=np.int64)))
    flat = np.fromiter((number for numbers in lists for number in numbers), dtype=np.int32, count=int(bounds[-1]))
    return Ragged(flat, bounds.astype(np.int64))


def concatenate(parts: Sequence[Ragged]) -> Ragged:
    """The lists of all *parts*, one part after the other; the parts look into the same memory from now on."""
    flat = np.concatenate([part.flat for part in parts])
    starts = np.cumsum([0, *(len(part.flat) for part in parts)]).tolist()
    bounds = [part.bounds[:-1] + start for part, start in zip(parts, starts, strict=False)]
    for part, start in zip(parts, starts, strict=False):
        part.flat = flat[start : start + len(part.flat)]
    return Ragged(flat, np.concatenate([*bounds, [len(flat)]]))
