"""A QR code of which one finder pattern is covered or blown out: it is supposed where the other two put it."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from catalog.barcode.qr.finders import Finder, Points, Triple, module_steps


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
