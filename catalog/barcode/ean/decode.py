"""EAN-13 and UPC-A from one line of lightness, however blurred: the whole code is matched, not its edges.

Each digit is compared with how it would look under several amounts of blur; the likeliest codes whose check digit is
right are then drawn in full, blurred, and compared as a whole. What is nearly as likely as another code has no lead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.barcode.ean.locate import Floats, peaks

MODULES = 95
_RIGHT = ("1110010", "1100110", "1101100", "1000010", "1011100", "1001110", "1010000", "1000100", "1001000", "1110100")
_MIRRORED = tuple(each[::-1] for each in _RIGHT)
_LEFT = tuple(each.translate(str.maketrans("01", "10")) for each in _RIGHT)
# Which of the left six digits are mirrored for each first digit.
_PARITIES = ("000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010")
_STARTS = np.concatenate([3 + 7 * np.arange(6), 50 + 7 * np.arange(6)])

_PER_MODULE = 4
_QUIET = 4
_BLURS = (0.35, 0.7, 1.05, 1.4)
_FULL_BLURS = (0.35, 0.6, 0.85, 1.1, 1.35, 1.6)
_MIDDLING = 0.7
# How far, in quarters of a module, a digit may be from where even spacing puts it.
_SLIDES = np.arange(-3, 4)
# The likeness below which a place, a row of digits, is not looked at further.
_ROUGHLY_LIKE, _LIKE = 0.6, 0.7
_PROMISING, _MOST_PLACES, _MOST_CODES = 80, 3, 12
_WINDOW, _WINDOW_STEP = 104, 44


@dataclass(frozen=True, slots=True)
class Guess:
    """Thirteen digits; how alike their picture is (1 is the same), and by how much they beat the next best.

    *start* and *end* are samples of the line; a code read backwards ends before it starts.
    """

    digits: str
    likeness: float
    lead: float
    start: float
    end: float


def guesses(line: Floats) -> Iterator[Guess]:
    """What *line* may say, read from either end."""
    for start, end in _places(line):
        guess = guess_at(line, start=start, end=end)
        if guess is not None:
            yield guess


def _places(line: Floats) -> list[tuple[float, float]]:
    """The likeliest first and last edges of a code, by its guard patterns and how its digits look."""
    starts, widths = _spans(line)
    if not len(starts):
        return []
    guards = np.max([_guard_fit(line, starts, widths, blur) for blur in (0.4, 0.9)], axis=0)
    promising = np.argsort(-guards)[:_PROMISING]
    starts, widths = starts[promising], widths[promising]
    fits = _rough_fits(line, starts, widths)
    chosen: list[tuple[float, float]] = []
    for each in np.argsort(-fits.ravel()).tolist():
        at, backwards = divmod(each, 2)
        if fits[at, backwards] < _ROUGHLY_LIKE or len(chosen) == _MOST_PLACES:
            break
        start, end = float(starts[at]), float(starts[at] + widths[at] * MODULES)
        place = (end, start) if backwards else (start, end)
        if all(abs(place[0] - s) + abs(place[1] - e) > widths[at] for s, e in chosen):
            chosen.append(place)
    return chosen


def _spans(line: Floats) -> tuple[Floats, Floats]:
    """Starts and module widths for each edge to dark in the first half with each edge to light in the second."""
    slope = np.gradient(cv2.GaussianBlur(line[None], (0, 0), 1.0)[0])
    half = len(line) // 2
    falls, rises = peaks(-slope[:half], most=20), peaks(slope[half:], most=20) + half
    starts, ends = (each.ravel() for each in np.meshgrid(falls, rises))
    spans = ends - starts
    likely = (spans > 80) & (spans > 0.35 * len(line))
    starts, spans = starts[likely], spans[likely]
    nudges = np.array([(x, y) for x in (-0.4, 0, 0.4) for y in (-0.4, 0, 0.4)]) / MODULES
    starts = (starts[:, None] + spans[:, None] * nudges[:, 0]).ravel()
    widths = (spans[:, None] * (1 + nudges[:, 1] - nudges[:, 0])).ravel() / MODULES
    return starts, widths


def _guard_fit(line: Floats, starts: Floats, widths: Floats, blur: float) -> Floats:
    fits = []
    for at, pattern in ((-5, "0000010100"), (44, "1010101"), (90, "0010100000")):
        want = _picture(pattern, blur)
        places = at + (np.arange(len(want)) + 0.5) / _PER_MODULE
        fits.append(_likeness(_sample_line(line, starts[:, None] + widths[:, None] * places), want[None])[:, 0])
    return np.asarray(np.min(fits, axis=0) * 0.5 + np.mean(fits, axis=0) * 0.5)


def _rough_fits(line: Floats, starts: Floats, widths: Floats) -> Floats:
    """How alike the twelve digit places are to the digits nearest them, read forwards and backwards."""
    samples = (np.arange(9 * _PER_MODULE) + 0.5) / _PER_MODULE - 1
    places = (_STARTS[:, None] + samples[None]).ravel()
    seen = _sample_line(line, starts[:, None] + widths[:, None] * places).reshape(len(starts), 12, -1)
    return np.stack([_nearest(each) for each in (seen, seen[:, ::-1, ::-1])], axis=1)


def _nearest(seen: Floats) -> Floats:
    sides = (seen[:, :6], True), (seen[:, 6:], False)
    fits = [
        _likeness(part.reshape(-1, part.shape[2]), _pictures(_MIDDLING, left=left)).max(axis=1).reshape(-1, 6)
        for part, left in sides
    ]
    return np.asarray(np.concatenate(fits, axis=1).mean(axis=1))


def _sample_line(line: Floats, places: Floats) -> Floats:
    return np.interp(places.ravel(), np.arange(len(line)), line).reshape(places.shape)


@lru_cache(maxsize=256)
def _picture(modules: str, blur: float) -> Floats:
    """The lightness of *modules* (1 is dark) under *blur* modules of sigma, edges continued."""
    return np.asarray(_blur_modules(np.array([[float(each) for each in modules]]), blur)[0])


def _blur_modules(modules: Floats, blur: float) -> Floats:
    """The lightness of rows of modules (1 is dark) under *blur* modules of sigma, edges continued."""
    wide = np.repeat(modules, _PER_MODULE, axis=1)
    reach = 2 * int(3 * blur * _PER_MODULE) + 3
    return np.asarray(-cv2.GaussianBlur(wide, (reach, 1), blur * _PER_MODULE, borderType=cv2.BORDER_REPLICATE))


@lru_cache(maxsize=16)
def _pictures(blur: float, *, left: bool) -> Floats:
    """Pictures of the ten digits (left ones: plain, then mirrored) with the neighbours' known edges."""
    if not left:
        return np.array([_picture(f"0{each}1", blur) for each in _RIGHT])
    return np.array([_picture(f"1{each}0", blur) for each in (*_LEFT, *_MIRRORED)])


def _likeness(seen: Floats, wanted: Floats) -> Floats:
    """The correlation of each row of *seen* with each of *wanted*."""
    seen = seen - seen.mean(axis=1, keepdims=True)
    wanted = wanted - wanted.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(seen, axis=1)[:, None] * np.linalg.norm(wanted, axis=1)[None]
    return np.asarray(seen @ wanted.T / (norms + 1e-9))


def guess_near(line: Floats, *, start: float, end: float) -> Guess | None:
    """The best thirteen digits for bars from about *start* to about *end*, read either way."""
    module = (end - start) / MODULES
    nudges = np.array([(x, y) for x in (-1, -0.5, 0, 0.5, 1) for y in (-1, -0.5, 0, 0.5, 1)]) * module
    starts, ends = start + nudges[:, 0], end + nudges[:, 1]
    fits = _rough_fits(line, starts, (ends - starts) / MODULES)
    at, backwards = divmod(int(fits.argmax()), 2)
    first, last = float(starts[at]), float(ends[at])
    return guess_at(line, start=last, end=first) if backwards else guess_at(line, start=first, end=last)


def guess_at(line: Floats, *, start: float, end: float) -> Guess | None:
    """The best thirteen digits for bars from *start* to *end*, or None when nothing there looks like digits."""
    width = (end - start) / MODULES
    tries = (_costs(line, start, width, blur) for blur in _BLURS)
    costs, slides = min(tries, key=lambda each: float(each[0].min(axis=1).sum()))
    if costs.min(axis=1).mean() > 1 - _LIKE:
        return None
    codes = [digits for _, digits in sorted(_codes(costs))[:_MOST_CODES]]
    modules = (np.arange((MODULES + 2 * _QUIET) * _PER_MODULE) + 0.5) / _PER_MODULE - _QUIET
    bent = modules + np.interp(modules, _STARTS + 3.5, slides)
    fits = _full_fits(_sample_line(line, start + width * bent), codes)
    best, second = np.argsort(-fits)[:2]
    return Guess(codes[best], float(fits[best]), float(fits[best] - fits[second]), start, end)


def _full_fits(seen: Floats, codes: list[str]) -> Floats:
    """How alike *seen* is to each code drawn in full, part by part, under the blur that suits it best."""
    drawn = np.array([_modules_of(each) for each in codes])
    fits = []
    for blur in _FULL_BLURS:
        pictures = _blur_modules(drawn, blur)
        starts = range(0, len(seen) - _WINDOW + 1, _WINDOW_STEP)
        parts = [_likeness(seen[None, at : at + _WINDOW], pictures[:, at : at + _WINDOW])[0] for at in starts]
        fits.append(np.mean(parts, axis=0))
    return np.asarray(np.max(fits, axis=0))


def _modules_of(digits: str) -> list[float]:
    """All modules of a code with some quiet on both sides."""
    parity = _PARITIES[int(digits[0])]
    left = (
        (_MIRRORED if turned == "1" else _LEFT)[int(each)] for turned, each in zip(parity, digits[1:7], strict=True)
    )
    right = (_RIGHT[int(each)] for each in digits[7:])
    quiet = "0" * _QUIET
    return [float(each) for each in "".join([quiet, "101", *left, "01010", *right, "101", quiet])]


def _costs(line: Floats, start: float, width: float, blur: float) -> tuple[Floats, Floats]:
    """For the twelve digit places how unlike each of 20 pictures they are (right ones have ten); and their slides."""
    samples = (np.arange(9 * _PER_MODULE) + 0.5) / _PER_MODULE - 1
    slides = _SLIDES / _PER_MODULE
    seen = _sample_line(line, start + width * (_STARTS[:, None, None] + slides[None, :, None] + samples[None, None, :]))
    left = _likeness(seen[:6].reshape(-1, len(samples)), _pictures(blur, left=True)).reshape(6, len(slides), 20)
    right = _likeness(seen[6:].reshape(-1, len(samples)), _pictures(blur, left=False)).reshape(6, len(slides), 10)
    costs = np.full((12, len(slides), 20), 2.0)
    costs[:6], costs[6:, :, :10] = 1 - left, 1 - right
    path = _path(costs.min(axis=2))
    return costs[np.arange(12), path], slides[path]


def _path(costs: Floats) -> NDArray[np.intp]:
    """The smoothest cheap way through the slides of the twelve places (Viterbi)."""
    step = 0.02 * (_SLIDES[:, None] - _SLIDES[None]) ** 2
    total, backs = costs[0], []
    for row in costs[1:]:
        ways = total[:, None] + step
        backs.append(ways.argmin(axis=0))
        total = ways.min(axis=0) + row
    path = [int(total.argmin())]
    for back in reversed(backs):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1], dtype=np.intp)


def _codes(costs: Floats) -> list[tuple[float, str]]:
    """The cheapest codes with a right check digit for each of the likeliest first digits."""
    sides = [
        np.array([costs[place, 10 * int(parity[place]) :][:10] for place in range(6)] + list(costs[6:, :10]))
        for parity in _PARITIES
    ]
    likely = sorted(range(10), key=lambda first: float(sides[first].min(axis=1).sum()))[:3]
    return [way for first in likely for way in _best_checked_digits(first, sides[first])]


def _best_checked_digits(first: int, rows: Floats) -> list[tuple[float, str]]:
    """The cheapest ways to choose a digit from each row so that the check digit is right."""
    states = {first: [(0.0, str(first))]}
    for place, row in enumerate(rows):
        weight = 1 if place % 2 else 3
        options = [(int(digit), float(row[digit])) for digit in np.argsort(row)[:4]]
        following: dict[int, list[tuple[float, str]]] = {}
        for residue, ways in states.items():
            for digit, price in options:
                new = following.setdefault((residue + weight * digit) % 10, [])
                new.extend((cost + price, text + str(digit)) for cost, text in ways)
        states = {residue: sorted(ways)[:4] for residue, ways in following.items()}
    return states.get(0, [])
