"""Where QR finder patterns are: nested squares in a black and white view, and triples that could span a symbol.

One that is covered or blown out is supposed where two others put it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.barcode.picture import Grey

Points = NDArray[Any]

_CLOCKWISE = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Finder:
    """One finder pattern: its middle, and the corners of its white ring's outer edge (5 x 5 modules), clockwise."""

    centre: Points
    corners: Points

    @cached_property
    def axes(self) -> Points:
        """The two edges of one module, as columns, in the order of the corners."""
        first, second, third, fourth = self.corners
        right, down = (second - first + third - fourth) / 10, (fourth - first + third - second) / 10
        return np.stack([right, down], axis=1)

    @cached_property
    def area(self) -> float:
        """The area of one module in square pixels."""
        return abs(float(np.linalg.det(self.axes)))

    def shrunk(self, zoom: int) -> "Finder":
        """The same finder in a picture *zoom* times smaller."""
        return Finder((self.centre + 0.5) / zoom - 0.5, (self.corners + 0.5) / zoom - 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Triple:
    """Three finders that could be a symbol's: top left, top right, bottom left; *size* is its likely side."""

    finders: tuple[Finder, Finder, Finder]
    size: float
    strain: float


def find(dark: Grey) -> list[Finder]:
    """Finder patterns in *dark* (255 where the picture is dark), by their nesting of contours."""
    contours, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    finders: list[Finder] = []
    nested = np.flatnonzero((tree[0, :, 2] >= 0) & (tree[0, :, 3] >= 0)).tolist()
    longest = sorted((each for each in nested if len(contours[each]) >= 16), key=lambda each: -len(contours[each]))
    for place in longest[:_MOST_RINGS]:
        finder = _finder(contours[place], contours[tree[0, place, 2]])
        if finder is not None and not any(_same(finder, each) for each in finders):
            finders.append(finder)
        if len(finders) == _MOST_SEEN:
            break
    return finders


# A picture tiled with finder patterns must not take longer than another.
_MOST_RINGS, _MOST_SEEN = 2000, 40


def _finder(ring: Points, core: Points) -> Finder | None:
    """The finder whose white ring is bounded by *ring* and whose core by *core*, if they look it."""
    outer, inner = cv2.contourArea(ring), cv2.contourArea(core)
    if inner < 4 or not 0.16 < inner / outer < 0.66 or _hollow(ring, outer) or _hollow(core, inner):
        return None
    middle, core_middle = _middle(ring), _middle(core)
    if np.linalg.norm(middle - core_middle) > 0.14 * np.sqrt(outer):
        return None
    corners = cv2.approxPolyN(ring, 4, None, -1.0, True).reshape(-1, 2).astype(np.float64)
    if len(corners) != 4 or cv2.contourArea(corners.astype(np.float32)) > 1.5 * outer:
        return None
    if cv2.contourArea(corners.astype(np.float32), oriented=True) < 0:
        corners = corners[::-1]
    return Finder((middle + core_middle) / 2, corners)


def _hollow(contour: Points, area: float) -> bool:
    return bool(area < 0.78 * cv2.contourArea(cv2.convexHull(contour)))


def _middle(contour: Points) -> Points:
    moments = cv2.moments(contour)
    return np.array([moments["m10"], moments["m01"]]) / moments["m00"]


def _same(left: Finder, right: Finder) -> bool:
    apart = float(np.linalg.norm(left.centre - right.centre))
    return apart < 2 * float(np.sqrt(max(left.area, right.area)))


def triples(finders: list[Finder], *, most: int = 4) -> list[Triple]:
    """The likeliest symbols among *finders*, best first."""
    biggest = sorted(finders, key=lambda each: -each.area)[:_MOST_FINDERS]
    likely = (trio for trio in permutations(biggest, 3) if _is_corner(*trio))
    found = [each for trio in likely if (each := _triple(*trio)) is not None]
    return sorted(found, key=lambda each: each.strain)[:most]


_MOST_FINDERS = 14


def _is_corner(corner: Finder, right: Finder, below: Finder) -> bool:
    """A quick look: the second is clockwise of the third, and the two sides are somewhat alike."""
    ax, ay = right.centre - corner.centre
    dx, dy = below.centre - corner.centre
    across, down = ax * ax + ay * ay, dx * dx + dy * dy
    if ax * dy - ay * dx <= 0.2 * float(np.sqrt(across * down)) or not 0.06 < across / down < 16:
        return False
    areas = (corner.area, right.area, below.area)
    return max(areas) < 9 * min(areas)


def _triple(corner: Finder, right: Finder, below: Finder) -> Triple | None:
    """Judge three finders by how squarely two of them lie on the axes of each other."""
    across, down = right.centre - corner.centre, below.centre - corner.centre
    steps = [
        module_steps(corner, across),
        module_steps(right, across),
        module_steps(corner, down),
        module_steps(below, down),
    ]
    if max(skew for _, skew in steps) > 0.42 or _parallel(corner, across, down):
        return None
    wide, high = (steps[0][0] + steps[1][0]) / 2, (steps[2][0] + steps[3][0]) / 2
    if min(wide, high) < 11 or max(wide, high) > 1.6 * min(wide, high) or max(wide, high) > 200:
        return None
    areas = (corner.area, right.area, below.area)
    strain = sum(skew for _, skew in steps) + abs(np.log(wide / high)) + 0.1 * np.log(max(areas) / min(areas))
    return Triple((corner, right, below), (wide + high) / 2 + 7, float(strain))


def module_steps(finder: Finder, way: Points) -> tuple[float, float]:
    """How many of the finder's modules *way* is long, and how far off its axis."""
    steps = np.abs(np.linalg.solve(finder.axes, way))
    return float(steps.max()), float(steps.min() / steps.max())


def _parallel(corner: Finder, across: Points, down: Points) -> bool:
    one, other = (np.abs(np.linalg.solve(corner.axes, way)) for way in (across, down))
    return bool(one.argmax() == other.argmax())


def triples_of_two(finders: list[Finder], *, most: int = 6) -> list[Triple]:
    """Symbols of which only two finders are seen, the third supposed where these two put it."""
    biggest = sorted(finders, key=lambda each: -each.area)[:_MOST_PAIRED]
    found = [each for one, other in permutations(biggest, 2) for each in _triples_of_pair(one, other)]
    return sorted(found, key=lambda each: each.strain)[:most]


_MOST_PAIRED = 6


def _triples_of_pair(one: Finder, other: Finder) -> Iterator[Triple]:
    way = other.centre - one.centre
    if not 0.4 < one.area / other.area < 2.5:
        return
    (here, skew), (there, other_skew) = module_steps(one, way), module_steps(other, way)
    size, strain = (here + there) / 2 + 7, float(skew + other_skew)
    if not 11 < size - 7 < 80:
        return
    if max(skew, other_skew) < 0.25:
        yield Triple((one, other, _move(one, _square(one, way))), size, strain)
        yield Triple((other, _move(other, _square(other, way)), one), size, strain)
    elif min(skew, other_skew) > 0.6:
        yield Triple((_between(one, way), one, other), size, float(abs(2 - strain)))


def _square(finder: Finder, way: Points) -> Points:
    """As many of the finder's modules as *way*, clockwise across it."""
    steps = np.linalg.solve(finder.axes, way)
    across = finder.axes[:, int(np.abs(steps).argmin())] * np.abs(steps).max()
    clockwise = way[0] * across[1] - way[1] * across[0] > 0
    return np.asarray(across if clockwise else -across)


def _between(right: Finder, way: Points) -> Finder:
    """The corner finder when *way* leads from the *right* one to the one below."""
    first, second = (right.axes * np.linalg.solve(right.axes, way)).T
    clockwise = first[0] * second[1] - first[1] * second[0] < 0
    return _move(right, first if clockwise else second)


def _move(finder: Finder, way: Points) -> Finder:
    return Finder(finder.centre + way, finder.corners + way)


def turn_corners(finder: Finder, across: Points, down: Points) -> Points:
    """The finder's corners, turned so that they start at the symbol's upper left."""
    frame = np.stack([across / np.linalg.norm(across), down / np.linalg.norm(down)], axis=1)
    local = np.linalg.solve(frame, (finder.corners - finder.centre).T).T
    fits = [float((np.roll(local, turn, axis=0) * _CLOCKWISE).sum()) for turn in range(4)]
    return np.roll(finder.corners, int(np.argmax(fits)), axis=0)
