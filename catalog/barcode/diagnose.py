"""Why a photo was not read, judged from what it looks like where a code seems to be."""

from dataclasses import dataclass

import cv2
import numpy as np

from catalog.barcode.ean import locate
from catalog.barcode.picture import Grey
from catalog.barcode.reading import Trouble
from catalog.barcode.scan import Scan

# Thresholds between the rendered labels spoilt in one way and all others (bench/labels.py), in grey levels and pixels.
_DIM, _DIMLY_LIT = 60, 115
_SOFT = 0.2
_TINY_MODULE = 2.4
_BLOWN, _BLOWN_PART = 252, 0.03


@dataclass(frozen=True, slots=True)
class CodeRegion:
    """A part of the picture that looks like a code, and how many pixels one of its modules has (0: unknown)."""

    grey: Grey
    module: float


def find_troubles(scan: Scan) -> tuple[Trouble, ...]:
    """The likeliest reasons, most likely first: what the camera did, then what was seen of a code."""
    place = _find_region(scan)
    looked_at = place.grey if place else scan.grey
    reasons = [
        (Trouble.DARK, _dark(looked_at)),
        (Trouble.BLURRED, _is_blurred(looked_at)),
        (Trouble.SMALL, place is not None and 0 < place.module < _TINY_MODULE),
        (Trouble.GLARE, place is not None and _glaring(looked_at)),
    ]
    last = Trouble.UNREADABLE if place else Trouble.NO_CODE
    return (*(trouble for trouble, given in reasons if given), last)


def _find_region(scan: Scan) -> CodeRegion | None:
    """Where finder patterns, an undecoded symbol or many bars are, in this order."""
    if len(scan.finders) >= 2:
        module = float(np.sqrt(np.median([each.area for each in scan.finders])))
        return _cut(scan.grey, np.array([each.centre for each in scan.finders]), margin=5 * module, module=module)
    for hint in scan.doubted:
        corners = np.array(hint.corners, dtype=np.float64)
        side = float(np.linalg.norm(corners[1] - corners[0]))
        if side > hint.size:
            return _cut(scan.grey, corners, margin=0, module=side / hint.size)
    for strip in locate.strips(scan.grey, most=1):
        if locate.many(scan.grey, strip):
            return _cut(scan.grey, strip.corners(), margin=0, module=0)
    return None


def _cut(grey: Grey, points: locate.Floats, *, margin: float, module: float) -> CodeRegion:
    """The part of *grey* around *points*, which may lie outside of it; never less than a corner."""
    most = np.maximum(np.array(grey.shape[::-1]) - 8, 0)
    left, top = np.clip(points.min(axis=0) - margin, 0, most).astype(int)
    right, bottom = np.maximum(points.max(axis=0) + margin, (left + 8, top + 8)).astype(int)
    return CodeRegion(grey[top:bottom, left:right], module)


def _dark(grey: Grey) -> bool:
    return bool(grey.mean() < _DIM and np.percentile(grey, 97) < _DIMLY_LIT)


def _is_blurred(grey: Grey) -> bool:
    """True when no edge is steep for the contrast there is."""
    low, high = np.percentile(grey, (3, 97))
    if high - low < 12:
        return True
    calm = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)
    steps = np.hypot(cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=1 / 8))
    return bool(np.percentile(steps, 99) < _SOFT * (high - low))


def _glaring(grey: Grey) -> bool:
    """True when much is blown out in blobs too large for the white of a code."""
    blown = cv2.erode((grey >= _BLOWN).astype(np.uint8), np.ones((9, 9), dtype=np.uint8))
    return bool(blown.mean() > _BLOWN_PART and np.median(grey) < _BLOWN)
