"""Bars turned straight: each code is read across its bars, whichever way it lies, and only as a whole.

A level line through a code that lies askew enters or leaves it in the middle: what it crosses may be too little to be
read, or look like a shorter code. Across the bars there is the quiet zone at both ends, or there are more bars.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from catalog.barcode import engines
from catalog.barcode.ean.locate import Floats, Strip, strips
from catalog.barcode.picture import Grey
from catalog.barcode.reading import Corners, Payload

_FORMATS = (*engines.LINEAR, *engines.STACKED)
# Bars of two pixels are a grey field in a smaller picture; rows of a stacked code run one way less plainly than bars.
_SIDE, _PARALLEL, _MOST = 640, 0.4, 6
_SHORTEST = 50  # pixels: half a pixel for each module of the shortest code
_MARGIN = 40
_NEAR = 20
_TWICE_BELOW = 900  # pixels: longer codes have modules enough as they are


@dataclass(frozen=True, slots=True)
class Straight:
    """Where bars are, and what is read straight across them, each with its whole outline."""

    strips: tuple[Strip, ...]
    payloads: tuple[Payload, ...]

    def confirms(self, payload: Payload) -> bool:
        """True when straight across the bars the same is read."""
        return any(each.text == payload.text for each in self.payloads)

    def goes_beyond(self, payload: Payload) -> bool:
        """True when the bars at *payload* go on well beyond it: it is a part of something longer."""
        return any(_overhang(strip, payload) for strip in self.strips)


def read(grey: Grey) -> Straight:
    """Look for bars in *grey*, and read each field of them straight across."""
    found = tuple(strips(grey, most=_MOST, side=_SIDE, parallel=_PARALLEL))
    wide = (strip for strip in found if strip.width >= _SHORTEST)
    return Straight(found, tuple(each for strip in wide for each in _across(grey, strip)))


def _overhang(strip: Strip, payload: Payload) -> bool:
    points = np.array(payload.corners, dtype=np.float64) - strip.middle
    along, down = points @ strip.along, points @ strip.down
    inside = abs(along.mean()) < strip.width / 2 and abs(down.mean()) < strip.height / 2 + _NEAR
    first, last = float(along.min()), float(along.max())
    beyond = max(first + strip.width / 2, strip.width / 2 - last)
    return inside and beyond > (last - first) / 4 + _NEAR


def _across(grey: Grey, strip: Strip) -> list[Payload]:
    """What is read along *strip*, else at twice the size."""
    for zoom in (1, 2) if strip.width < _TWICE_BELOW else (1,):
        frame, size = _frame(strip, zoom)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        level = cv2.warpAffine(grey, frame, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        seen = engines.zxing(np.asarray(level, dtype=np.uint8), formats=_FORMATS).payloads
        if seen:
            return [replace(each, corners=_outline(each, frame, height=size[1])) for each in seen]
    return []


def _frame(strip: Strip, zoom: int) -> tuple[Floats, tuple[int, int]]:
    """How pixels of the levelled strip lie in the picture, and its size."""
    length, height = int((strip.width * 1.25 + 2 * _MARGIN) * zoom), max(8, int(strip.height * 0.9 * zoom))
    start = strip.middle - (strip.along * length + strip.down * height) / (2 * zoom)
    return np.column_stack([strip.along / zoom, strip.down / zoom, start]), (length, height)


def _outline(payload: Payload, frame: Floats, *, height: int) -> Corners:
    """Where *payload* lies in the picture: bars from the top of the strip to its foot."""
    corners = np.array(payload.corners, dtype=np.float64)
    if not engines.is_matrix(payload):
        (first, *_), last = corners[0], corners[1][0]
        corners = np.array([(first, 0), (last, 0), (last, height - 1), (first, height - 1)], dtype=np.float64)
    placed = np.column_stack([corners, np.ones(len(corners))]) @ frame.T
    return tuple((round(x), round(y)) for x, y in placed.tolist())
