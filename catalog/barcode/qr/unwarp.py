"""Reads QR codes that decoders find but cannot read: bent, blurred, glared, worn, one finder or all quiet zone gone.

The steps are our own: lay a grid, bend it to the edges, undo the blur from the patterns every code shows, and give up
doubtful codewords to the error correction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

import cv2
import numpy as np

from catalog.barcode import engines
from catalog.barcode.engines import Hint
from catalog.barcode.picture import Grey
from catalog.barcode.qr import finders, grid, symbol
from catalog.barcode.qr.finders import Finder, Triple
from catalog.barcode.qr.grid import Floats, Grid
from catalog.barcode.reading import Payload
from catalog.barcode.scan import clock

# Of all modules known beforehand, how much more must look right than wrong: below the first a grid is not worth
# bending, below the second not worth decoding.
_WORTH_BENDING, _WORTH_DECODING = 0.3, 0.45
_MOST_SEEDS = 10
_SURELY = 0.8
_LARGEST = 85


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """A first grid, the finders it came from if they are known, and how well its known modules look."""

    flat: Grid
    triple: Triple | None
    fit: float

    def covers(self, payload: Payload) -> bool:
        """True when the code of *payload* lies where this grid is."""
        middle = np.mean(payload.corners, axis=0)
        return cv2.pointPolygonTest(self.flat.corners().astype(np.float32), middle.tolist(), False) >= 0


def seeds_from_hints(grey: Grey, hints: Iterable[Hint], *, until: float) -> list[Seed]:
    """Grids where zxing-cpp saw a QR code of a certain version but could not decode it."""
    flats = (grid.through(np.array(each.corners) + 0.5, size=each.size) for each in hints if each.size <= _LARGEST)
    seeds = (_make_seed(grey, flat) for flat in flats if _plausible(flat, grey))
    return _best(takewhile(lambda _: clock() < until, seeds))


def seeds_from_finders(grey: Grey, seen: list[Finder], *, until: float) -> list[Seed]:
    """Grids through the finder patterns *seen* in *grey*."""
    seeds = (each for triple in finders.triples(seen) for each in _seeds_of_triple(grey, triple))
    return _best(takewhile(lambda _: clock() < until, seeds))


def seeds_from_two_finders(grey: Grey, seen: list[Finder], *, until: float) -> list[Seed]:
    """Grids through any two of the finder patterns *seen*, as if the third were covered or blown out."""
    seeds = (each for triple in finders.triples_of_two(seen) for each in _seeds_of_triple(grey, triple))
    return _best(takewhile(lambda _: clock() < until, seeds))


def _seeds_of_triple(grey: Grey, triple: Triple) -> Iterator[Seed]:
    """Grids of the sizes *triple* may have; the rest are spared when one looks right."""
    for flat in grid.flat_grids(triple):
        seed = _make_seed(grey, flat, triple)
        yield seed
        if seed.fit > _SURELY:
            return


def _make_seed(grey: Grey, flat: Grid, triple: Triple | None = None) -> Seed:
    return Seed(flat, triple, _fit(grid.sharpen(grid.sample(flat, grey))))


def darkness(grey: Grey, *, block: int, calm: float) -> Grey:
    """White where *grey*, calmed by *calm* pixels of blur, is darker than the mean of a window of *block* pixels."""
    smooth = cv2.GaussianBlur(grey, (0, 0), calm)
    dark = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 3)
    return np.asarray(dark, dtype=np.uint8)


def _best(seeds: Iterable[Seed]) -> list[Seed]:
    worth = (each for each in seeds if each.fit > _WORTH_BENDING)
    return sorted(worth, key=lambda each: -each.fit)[:_MOST_SEEDS]


def _plausible(flat: Grid, grey: Grey) -> bool:
    """True for a convex grid of some size that lies mostly inside the picture."""
    corners = flat.corners().astype(np.float32)
    if not cv2.isContourConvex(corners.reshape(-1, 1, 2)) or cv2.contourArea(corners) < flat.size**2:
        return False
    return bool((corners > -50).all() and (corners < np.array(grey.shape[::-1]) + 50).all())


def read(grey: Grey, seeds: list[Seed], *, until: float) -> list[Payload]:
    """Decode what lies under *seeds*, each code once, until the clock says *until*."""
    payloads: list[Payload] = []
    for seed in takewhile(lambda _: clock() < until, seeds):
        if any(seed.covers(each) for each in payloads):
            continue
        payload = _read(grey, seed, until=until)
        if payload is not None:
            payloads.append(payload)
    return payloads


def _read(grey: Grey, seed: Seed, *, until: float) -> Payload | None:
    for laid in takewhile(lambda _: clock() < until, _grids(grey, seed)):
        values = grid.sample(laid, grey)
        for modules in (grid.middles(values), grid.sharpen(values)):
            decoded = symbol.text(modules) if _fit(modules) > _WORTH_DECODING else None
            if decoded is not None:
                return engines.payload(decoded, corners=laid.corners())
    return None


def _grids(grey: Grey, seed: Seed) -> Iterator[Grid]:
    """Ever more bent grids over the same symbol."""
    anchored = grid.bend_to_alignment(seed.flat, grey)
    yield anchored
    if seed.triple is None:
        yield seed.flat
    yield from _bend_variants(grey, anchored)
    if seed.triple is not None:
        yield from _bend_variants(grey, grid.bend_to_alignment(grid.bend_to_finders(seed.flat, seed.triple), grey))


def _bend_variants(grey: Grey, start: Grid) -> Iterator[Grid]:
    bent = grid.bend_to_edges(start, grey)
    yield bent
    yield grid.follow_creases(grid.follow_creases(bent, grey, reach=3), grey, reach=2)


def _fit(modules: Floats) -> float:
    """How much more of the known patterns looks right than wrong: one is perfect, noise is about zero."""
    shape = symbol.frame(symbol.version_of(len(modules)))
    known = shape.known & ~symbol.format_places(len(modules))
    return float((np.clip(modules, -1, 1) * np.where(shape.dark, 1, -1))[known].mean())
