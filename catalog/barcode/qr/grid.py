"""Lays the module grid of a QR symbol over a photo: flat first, then bent until its edges fall between modules."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.barcode.picture import Grey
from catalog.barcode.qr import symbol
from catalog.barcode.qr.finders import Points, Triple, turn_corners

Floats = NDArray[Any]

_MARGIN = 1
_LARGEST_VERSION = 17
_RING = np.array([(-2.5, -2.5), (2.5, -2.5), (2.5, 2.5), (-2.5, 2.5)])
# How far, in modules, a finder or alignment pattern may be from where the grid puts it.
_REACH = 3


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A symbol of *size* modules a side: *flat* takes module coordinates to pixels, *bend* is added before that.

    *bend* holds, for each pixel of the straightened picture (``pitch`` pixels a module, one module of margin), how
    many modules further right and down it is to be fetched from.
    """

    size: int
    flat: Points
    bend: Floats

    @property
    def pitch(self) -> int:
        return pitch(self.size)

    def straighten(self, grey: Grey) -> Grey:
        """The symbol as if it had been printed flat and seen from above."""
        where = self._where()
        return np.asarray(
            cv2.remap(grey, where[..., 0], where[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
            dtype=np.uint8,
        )

    def _where(self) -> Floats:
        side = (self.size + 2 * _MARGIN) * self.pitch
        steps = (np.arange(side, dtype=np.float32) + 0.5) / self.pitch - _MARGIN
        places = np.stack(np.meshgrid(steps, steps), axis=-1) + self.bend
        return np.asarray(cv2.perspectiveTransform(places, self.flat), dtype=np.float32) - 0.5

    def corners(self) -> Points:
        """The symbol's four corners in pixels."""
        first, last = _MARGIN * self.pitch, (_MARGIN + self.size) * self.pitch - 1
        where = self._where()
        return np.array([where[first, first], where[first, last], where[last, last], where[last, first]])


def pitch(size: int) -> int:
    """Pixels for a module of the straightened picture: fewer for large symbols, to bound the work."""
    return 8 if size <= 61 else 5


def flat_grids(triple: Triple, *, most: int = 3) -> list[Grid]:
    """Flat grids through three finders for the likeliest sizes, best first."""
    nearest = round((triple.size - 17) / 4)
    possible = range(max(1, nearest - 2), min(_LARGEST_VERSION, nearest + 2) + 1)
    versions = sorted(possible, key=lambda each: abs(each * 4 + 17 - triple.size))
    return [_flat(triple, size=version * 4 + 17) for version in versions[:most]]


def _flat(triple: Triple, *, size: int) -> Grid:
    modules, pixels = _landmarks(triple, size=size)
    flat, _ = cv2.findHomography(modules, pixels, 0)
    return Grid(size, flat, _no_bend(size))


def _landmarks(triple: Triple, *, size: int) -> tuple[Points, Points]:
    """Corners and middles of the three finders in modules and in pixels; the middles count three times."""
    corner, right, below = triple.finders
    across, down = right.centre - corner.centre, below.centre - corner.centre
    middle = np.array([(3.5, 3.5), (size - 3.5, 3.5), (3.5, size - 3.5)])
    modules = np.concatenate([each + _RING for each in middle] + [middle] * 3)
    # Blur swells or shrinks a ring; the distance between the middles says how large a module must be.
    swell = (triple.size - 7) / (size - 7)
    rings = [each.centre + (turn_corners(each, across, down) - each.centre) * swell for each in triple.finders]
    pixels = np.concatenate(rings + [np.array([each.centre for each in triple.finders])] * 3)
    return modules, pixels + 0.5


def bend_to_finders(grid: Grid, triple: Triple) -> Grid:
    """Bend *grid* as the skew of the three finders against each other tells: on a bottle they are turned apart."""
    modules, pixels = _landmarks(triple, size=grid.size)
    seen = cv2.perspectiveTransform(pixels[None], np.linalg.inv(grid.flat))[0]
    change = _fit_polynomial(modules / grid.size, seen - modules, np.ones(len(modules)), cubic=False)
    return replace(grid, bend=grid.bend + _everywhere(grid, change))


def through(corners: Points, *, size: int) -> Grid:
    """A flat grid whose outer corners lie at *corners* (pixels, from the upper left, clockwise)."""
    modules = np.array([(0, 0), (size, 0), (size, size), (0, size)], dtype=np.float64)
    flat, _ = cv2.findHomography(modules, corners, 0)
    return Grid(size, flat, _no_bend(size))


def _no_bend(size: int) -> Floats:
    side = (size + 2 * _MARGIN) * pitch(size)
    return np.zeros((side, side, 2), dtype=np.float32)


def bend_to_alignment(grid: Grid, grey: Grey) -> Grid:
    """Bend *grid* so that its alignment patterns lie where they are seen."""
    centres = symbol.alignment_centres(symbol.version_of(grid.size))
    view = grid.straighten(grey)
    last = grid.size - 7
    wanted = [(x + 0.5, y + 0.5) for y in centres for x in centres if (x, y) not in {(6, 6), (6, last), (last, 6)}]
    found = [(place, shift) for place in wanted if (shift := _shift(view, place, grid)) is not None]
    if not found:
        return grid
    still = [((x, y), (0.0, 0.0)) for x, y in ((3.5, 3.5), (grid.size - 3.5, 3.5), (3.5, grid.size - 3.5))]
    places = np.array([place for place, _ in still * 4 + found])
    moved = places + np.array([shift for _, shift in still * 4 + found])
    if len(found) == 1:
        ring = np.concatenate([np.array(place) + _RING for place, _ in still])
        places, moved = np.concatenate([places[-1:], ring]), np.concatenate([moved[-1:], ring])
    change, _ = cv2.findHomography(places, moved, 0)
    return replace(grid, flat=grid.flat @ change)


def _shift(view: Grey, place: tuple[float, float], grid: Grid) -> tuple[float, float] | None:
    """How many modules the alignment pattern expected at *place* is away, or None when it is not seen."""
    step = grid.pitch
    template = _alignment_template(step)
    half, reach = template.shape[0] // 2, _REACH * step
    x, y = (round((each + _MARGIN) * step) for each in place)
    top, left = max(0, y - half - reach), max(0, x - half - reach)
    window = view[top : y + half + reach, left : x + half + reach]
    if window.shape[0] <= template.shape[0] or window.shape[1] <= template.shape[1]:
        return None
    match = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
    _, best, _, (dx, dy) = cv2.minMaxLoc(match)
    if best < 0.5:
        return None
    return (left + dx + half - x) / step, (top + dy + half - y) / step


def _alignment_template(step: int) -> Grey:
    pattern = np.full((5, 5), 0, dtype=np.uint8)
    pattern[1:4, 1:4] = 255
    pattern[2, 2] = 0
    return pattern.repeat(step, axis=0).repeat(step, axis=1)


def bend_to_edges(grid: Grid, grey: Grey) -> Grid:
    """Move *grid* to where edges are, growing outwards from the finders, where it is nearly right already.

    The mean phase of all edges around a place, taken modulo one module, is how far the grid is off there; a
    polynomial through what is known so far brings the next ring within half a module.
    """
    for part in _GROWTH:
        grid = _grown(grid, grey, part=part)
    return grid


_GROWTH = (0.3, 0.45, 0.65, 0.9, 1.5)


def _grown(grid: Grid, grey: Grey, *, part: float) -> Grid:
    shifts, trust = _phases(grid, grey, reach=2.0)
    places = _places(grid)
    corner = 3.5 / grid.size
    middle = np.array([(corner, corner), (1 - corner, corner), (corner, 1 - corner)])
    near = np.linalg.norm(places[:, None] - middle[None], axis=2).min(axis=1)
    change = _fit_polynomial(places, shifts.reshape(-1, 2), trust.ravel() * (near <= part), cubic=part > 0.6)
    return replace(grid, bend=grid.bend + _everywhere(grid, change))


def _places(grid: Grid) -> Points:
    """The middles of all modules, margin included, as parts of the symbol's side."""
    steps = (np.arange(grid.size + 2 * _MARGIN) + 0.5 - _MARGIN) / grid.size
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def _fit_polynomial(places: Points, shifts: Points, weights: Points, *, cubic: bool) -> Points:
    """The coefficients of the polynomial that comes nearest to *shifts*, without much bend."""
    basis = _polynomials(places, cubic=cubic)
    weighted = basis * weights[:, None]
    stiff = np.eye(basis.shape[1]) * 1e-3 * weights.sum()
    return np.asarray(np.linalg.solve(weighted.T @ basis + stiff, weighted.T @ shifts))


def _everywhere(grid: Grid, change: Points) -> Floats:
    side = grid.size + 2 * _MARGIN
    shifts = _polynomials(_places(grid), cubic=len(change) > 6) @ change
    return _wide(shifts.reshape(side, side, 2), grid.pitch)


def _polynomials(places: Points, *, cubic: bool) -> Points:
    x, y = (2 * places - 1).T
    terms = [np.ones_like(x), x, y, x * y, x * x, y * y]
    if cubic:
        terms += [x * x * y, x * y * y, x**3, y**3]
    return np.stack(terms, axis=1)


def _wide(change: Points, step: int) -> Floats:
    return np.asarray(
        cv2.resize(change.astype(np.float32), None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )


def follow_creases(grid: Grid, grey: Grey, *, reach: float) -> Grid:
    """Follow creases: move each place of *grid* by what the edges within *reach* modules say."""
    shifts, _ = _phases(grid, grey, reach=reach)
    return replace(grid, bend=grid.bend + _wide(shifts, grid.pitch))


def _phases(grid: Grid, grey: Grey, *, reach: float) -> tuple[Points, Points]:
    """For each module how much later than the grid edges come around it, in modules, and how far to trust that."""
    view = cv2.GaussianBlur(grid.straighten(grey), (0, 0), grid.pitch / 6)
    waves = [_wave(view, grid.pitch, reach, axis=axis) for axis in (0, 1)]
    shifts = np.stack([np.angle(wave) / (2 * np.pi) for wave, _ in waves], axis=-1)
    trust = np.minimum(*(np.abs(wave) / (total + 1e-6) for wave, total in waves))
    return shifts, trust


def _wave(view: Grey, step: int, reach: float, *, axis: int) -> tuple[Floats, Floats]:
    """The edges along *axis* around each module, summed as a phase and as plain strength."""
    edges = np.abs(cv2.Sobel(view, cv2.CV_32F, 1 - axis, axis, ksize=3))
    edges = np.minimum(edges, np.percentile(edges, 95))
    turn = 2 * np.pi * (np.arange(view.shape[1 - axis]) + 0.5) / step
    cosine, sine = np.cos(turn).astype(np.float32), np.sin(turn).astype(np.float32)
    if axis:
        cosine, sine = cosine[:, None], sine[:, None]
    real, imaginary, total = (
        cv2.GaussianBlur(cv2.resize(each, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA), (0, 0), reach)
        for each in (edges * cosine, edges * sine, edges)
    )
    return real + 1j * imaginary, total


def sample(grid: Grid, grey: Grey) -> Floats:
    """How dark each module is against its neighbourhood: above zero is dark, one is as dark as they come.

    The first layer is each module's middle, the others lie half a module around it, row by row.
    """
    view = grid.straighten(grey).astype(np.float32)
    step = grid.pitch
    smooth = cv2.GaussianBlur(view, (0, 0), step / 5)
    across, down = _half_steps(grid.size, step)
    half = cv2.remap(smooth, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return level(np.asarray(half, dtype=np.float32))


def _half_steps(size: int, step: int) -> list[Floats]:
    """Places half a module apart, from the first module's upper left neighbour on."""
    places = ((np.arange(2 * size + 1) / 2 + _MARGIN) * step - 0.5).astype(np.float32)
    return list(np.meshgrid(places, places))


def level(light: Floats) -> Floats:
    """Turn lightness into signed darkness, halfway between the light and the dark around each place."""
    window = np.ones((17, 17), dtype=np.uint8)
    top = cv2.GaussianBlur(cv2.dilate(light, window), (0, 0), 6)
    bottom = cv2.GaussianBlur(cv2.erode(light, window), (0, 0), 6)
    return np.asarray(((top + bottom) / 2 - light) / np.maximum((top - bottom) / 2, 4), dtype=np.float32)


def middles(values: Floats) -> Floats:
    """The modules' middles among values half a module apart."""
    return values[1::2, 1::2]


def sharpen(values: Floats) -> Floats:
    """Undo blur: the linear filter that best turns the symbol's known patterns into black and white.

    Then once more, with the modules it is certain of as further examples.
    """
    shape = symbol.frame(symbol.version_of(len(values) // 2))
    known = shape.known & ~symbol.format_places(len(shape.known))
    wanted = np.where(shape.dark, 1.0, -1.0)
    taps = _taps(values)
    first = _apply_filter(taps, wanted, known.astype(np.float64))
    trust = np.where(known, 2.0, np.clip(2 * np.abs(first) - 0.4, 0, 1))
    return _apply_filter(taps, np.where(known, wanted, np.sign(first)), trust)


_TAPS = 3
_STIFFNESS = 0.002
_NOTHING = np.zeros(0)


def _apply_filter(taps: Points, wanted: Points, weights: Points) -> Floats:
    """*taps* through the filter that best gives *wanted* where *weights* say so, and else leaves them alone."""
    start = np.zeros(taps.shape[-1])
    start[(len(start) - 1) // 2] = 1.0
    rows = taps.reshape(-1, len(start))
    weighted = rows * weights.reshape(-1, 1)
    # OpenCV's product stays on this thread; NumPy's would start one per core for it.
    system = cv2.gemm(weighted, rows, 1, _NOTHING, 0, flags=cv2.GEMM_1_T)
    system = system + np.eye(len(start)) * _STIFFNESS * weights.sum()
    change = np.linalg.solve(system, weighted.T @ (wanted.ravel() - rows @ start))
    return np.asarray(taps @ (start + change), dtype=np.float32)


def _taps(values: Floats) -> Points:
    """For each module the 7 by 7 values around its middle, half a module apart, and a constant."""
    padded = np.pad(values.astype(np.float64), _TAPS, mode="edge")
    span = 2 * (len(values) // 2)
    side = range(1, 2 * _TAPS + 2)
    layers = [padded[y : y + span : 2, x : x + span : 2] for y in side for x in side]
    return np.stack([*layers, np.ones_like(layers[0])], axis=-1)
