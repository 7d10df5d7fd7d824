"""The structure of a QR symbol (ISO/IEC 18004): from doubted modules to the text, through corrected codewords."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from catalog.barcode.picture import Grey
from catalog.barcode.qr import reed_solomon

Bits = NDArray[np.bool_]
Values = NDArray[Any]

# Parity codewords of each block, and blocks, for versions 1 to 40; one row each for L, M, Q, H.
_PARITY = (
    "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28 " + "30 " * 14,
    "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26 " + "28 " * 19,
    "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28 " + "30 " * 14,
    "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24 " + "30 " * 18,
)
_BLOCKS = (
    "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25",
    "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49",
    "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68",
    "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81",
)
# The two format bits stand for M, L, H, Q in this order.
_LEVELS = (1, 0, 3, 2)
_FORMAT_POLYNOMIAL, _FORMAT_MASK = 0x537, 0x5412
_VERSION_POLYNOMIAL = 0x1F25
_QR: Any = zxingcpp.BarcodeFormat.QRCode
_MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, _: y % 2,
    lambda _, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)
# A block must keep this many parity codewords unspent, or noise would be "corrected" into a text.
_SPARE = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """What every symbol of one version shows: *known* modules, their *dark*ness, and the order of the rest."""

    known: Bits
    dark: Bits
    order: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Format:
    """Error correction level (0 to 3 for L, M, Q, H) and mask."""

    level: int
    mask: int


def version_of(size: int) -> int:
    """The version whose side has *size* modules."""
    return (size - 17) // 4


def alignment_centres(version: int) -> list[int]:
    """Rows (and columns) in which the centres of alignment patterns lie."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *sorted(version * 4 + 10 - step * each for each in range(count - 1))]


@lru_cache(maxsize=40)
def frame(version: int) -> Frame:
    """Finder, timing, alignment and version patterns of *version*; format places count as known but not as dark."""
    size = version * 4 + 17
    known, dark = np.zeros((size, size), bool), np.zeros((size, size), bool)
    known[6, :] = known[:, 6] = True
    dark[6, ::2] = dark[::2, 6] = True
    for y, x in ((0, 0), (0, size - 7), (size - 7, 0)):
        _finder(known, dark, y=y, x=x)
    _alignments(known, dark, version)
    if version >= 7:
        _version_block(known, dark, version)
    return Frame(known, dark, _order(known))


def _finder(known: Bits, dark: Bits, *, y: int, x: int) -> None:
    size = len(known)
    known[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = True
    dark[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = False
    dark[y : y + 7, x : x + 7] = True
    dark[y + 1 : y + 6, x + 1 : x + 6] = False
    dark[y + 2 : y + 5, x + 2 : x + 5] = True
    known[8, :9] = known[8, size - 8 :] = known[:9, 8] = known[size - 8 :, 8] = True


def _alignments(known: Bits, dark: Bits, version: int) -> None:
    centres = alignment_centres(version)
    last = centres[-1] if centres else 0
    for y in centres:
        for x in centres:
            if (y, x) in {(6, 6), (6, last), (last, 6)}:
                continue
            known[y - 2 : y + 3, x - 2 : x + 3] = dark[y - 2 : y + 3, x - 2 : x + 3] = True
            dark[y - 1 : y + 2, x - 1 : x + 2] = False
            dark[y, x] = True


def _version_block(known: Bits, dark: Bits, version: int) -> None:
    bits = _with_remainder(version, polynomial=_VERSION_POLYNOMIAL, length=12)
    block = np.array([bits >> each & 1 for each in range(18)], dtype=bool).reshape(6, 3)
    size = len(known)
    known[:6, size - 11 : size - 8] = known[size - 11 : size - 8, :6] = True
    dark[:6, size - 11 : size - 8] = block
    dark[size - 11 : size - 8, :6] = block.T


def _with_remainder(value: int, *, polynomial: int, length: int) -> int:
    """*value* followed by its *length* bits of BCH parity."""
    rest = value << length
    while rest.bit_length() > length:
        rest ^= polynomial << (rest.bit_length() - length - 1)
    return value << length | rest


def _order(known: Bits) -> NDArray[np.intp]:
    """Flat indexes of the data modules in reading order: up and down in pairs of columns, from the right."""
    size = len(known)
    columns = chain(range(size - 1, 6, -2), range(5, 0, -2))
    places: list[int] = []
    for turn, right in enumerate(columns):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        places += [y * size + x for y in rows for x in (right, right - 1) if not known[y, x]]
    return np.array(places, dtype=np.intp)


@lru_cache(maxsize=1)
def _formats() -> NDArray[np.float32]:
    """The 32 format words as rows of +1 (dark) and -1, lowest bit first."""
    words = [_with_remainder(each, polynomial=_FORMAT_POLYNOMIAL, length=10) ^ _FORMAT_MASK for each in range(32)]
    return np.array([[(word >> each & 1) * 2 - 1 for each in range(15)] for word in words], dtype=np.float32)


def _format_places(size: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(row, column) of the 15 format bits, lowest first, in both copies."""
    down = [*range(6), 7, 8]
    first = [(y, 8) for y in down] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    second = [(8, size - 1 - each) for each in range(8)] + [(size - 7 + each, 8) for each in range(7)]
    return first, second


@lru_cache(maxsize=40)
def format_places(size: int) -> Bits:
    """Where the format is written: known to be there, not what it says."""
    places = np.zeros((size, size), dtype=bool)
    for each in _format_places(size):
        places[tuple(np.array(each).T)] = True
    return places


def formats(values: Values) -> list[Format]:
    """The likeliest formats of a symbol whose modules are darker the higher above zero *values* are, best first."""
    first, second = (np.array(each).T for each in _format_places(len(values)))
    seen = np.clip(values[first[0], first[1]], -1, 1) + np.clip(values[second[0], second[1]], -1, 1)
    fits = _formats() @ seen
    best = np.argsort(-fits)[:2]
    likely = [int(each) for each in best if fits[each] > fits[best[0]] * 0.75 and fits[each] > 8]
    return [Format(_LEVELS[each >> 3], each & 7) for each in likely]


def text(values: Values) -> zxingcpp.Barcode | None:
    """Decode a symbol from its modules' *values*: sign for colour (above zero is dark), size for certainty."""
    for each in formats(values):
        modules = _correct_errors(values, each)
        if modules is not None and (found := decode_modules(modules)) is not None:
            return found
    return None


def _correct_errors(values: Values, form: Format) -> Bits | None:
    """All modules of the symbol after error correction, or None when a block is beyond it."""
    shape = frame(version_of(len(values)))
    masked = _mask(len(values), form.mask).ravel()[shape.order]
    read = values.ravel()[shape.order]
    length = len(shape.order) // 8
    bits = ((read > 0) ^ masked)[: length * 8].reshape(length, 8)
    words = np.packbits(bits, axis=1).ravel()
    doubts = np.sort(np.abs(read[: length * 8]).reshape(length, 8), axis=1)[:, :2].mean(axis=1)
    for places, parity in _blocks(len(values), form.level):
        mended = _block(words[places], parity=parity, doubts=doubts[places])
        if mended is None:
            return None
        words[places] = mended
    flat = shape.dark.ravel().copy()
    flat[shape.order[: length * 8]] = np.unpackbits(words).astype(bool) ^ masked[: length * 8]
    rest = shape.order[length * 8 :]
    flat[rest] = values.ravel()[rest] > 0
    return _with_format(flat.reshape(shape.dark.shape), form)


def _block(words: NDArray[np.uint8], *, parity: int, doubts: Values) -> NDArray[np.uint8] | None:
    """Correct one block, giving up its most doubtful codewords step by step (Forney's GMD decoding)."""
    worst = [int(each) for each in np.argsort(doubts, kind="stable")]
    spare = min(_SPARE, parity // 4)
    for erased in range(0, parity - spare + 1, 2):
        mended = reed_solomon.correct(words, parity, worst[:erased])
        if mended is not None and _cost(words, mended, worst[:erased]) <= parity - spare:
            return mended
    return None


def _cost(words: NDArray[np.uint8], mended: NDArray[np.uint8], erased: list[int]) -> int:
    changed = words != mended
    changed[erased] = False
    return 2 * int(changed.sum()) + len(erased)


def _blocks(size: int, level: int) -> Iterator[tuple[NDArray[np.intp], int]]:
    """Where the codewords of each block stand in the interleaved stream, and how many of them are parity."""
    version = version_of(size)
    parity = int(_PARITY[level].split()[version - 1])
    count = int(_BLOCKS[level].split()[version - 1])
    total = len(frame(version).order) // 8
    short = total // count - parity
    longer = total % count
    data = total - parity * count
    for block in range(count):
        own = [each * count + block for each in range(short)]
        if block >= count - longer:
            own.append(short * count + block - (count - longer))
        own += [data + each * count + block for each in range(parity)]
        yield np.array(own, dtype=np.intp), parity


@lru_cache(maxsize=64)
def _mask(size: int, mask: int) -> Bits:
    y, x = np.indices((size, size))
    return np.asarray(_MASKS[mask](y, x) == 0)


def _with_format(modules: Bits, form: Format) -> Bits:
    word = _formats()[_LEVELS.index(form.level) << 3 | form.mask] > 0
    for places in _format_places(len(modules)):
        for bit, (y, x) in enumerate(places):
            modules[y, x] = word[bit]
    modules[len(modules) - 8, 8] = True
    return modules


def decode_modules(modules: Bits) -> zxingcpp.Barcode | None:
    """Draw the mended symbol and let zxing-cpp read it: alphabets and segments are its business."""
    clean = np.where(np.pad(modules, 4), 0, 255).astype(np.uint8).repeat(4, axis=0).repeat(4, axis=1)
    return next(iter(zxing_plain(clean)), None)


def zxing_plain(clean: Grey) -> list[zxingcpp.Barcode]:
    """What zxing-cpp reads in a picture without any distortion."""
    return [
        each
        for each in zxingcpp.read_barcodes(clean, formats=_QR, is_pure=True, text_mode=zxingcpp.TextMode.Plain)
        if each.text
    ]
