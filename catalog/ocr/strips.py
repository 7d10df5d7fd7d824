"""Boxes of text cut out of a photo and laid level, upright and in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.ocr.line import Corners

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

# A box this much taller than wide holds a line that runs up or down.
_STANDING = 1.5
_SMALLEST = 6


@dataclass(frozen=True, slots=True)
class TextStrip:
    """One line of text, level, and its corners in the photo, clockwise from where it starts."""

    grey: Grey
    corners: Points

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.grey.shape[0])

    @property
    def shape(self) -> float:
        """Its width for a height of 1."""
        return float(self.grey.shape[1] / self.grey.shape[0])

    def turn(self) -> Self:
        """The same the other way up."""
        return replace(self, grey=np.rot90(self.grey, 2), corners=np.roll(self.corners, 2, axis=0))

    def corners_in_original(self, *, scale: float) -> Corners:
        """Its corners in pixels of the original."""
        return tuple((round(float(x) * scale, 1), round(float(y) * scale, 1)) for x, y in self.corners)


def cut(grey: Grey, boxes: Iterable[Points]) -> list[TextStrip]:
    """Lay each box of *grey* level; those too small to hold a letter are left out."""
    strips = (_level(grey, np.asarray(box, dtype=np.float32)) for box in boxes)
    return [strip for strip in strips if strip is not None]


def in_order(strips: list[TextStrip]) -> list[TextStrip]:
    """From the top of the text to its bottom, whichever way the photo is turned."""
    if not strips:
        return []
    along = sum(strip.corners[1] - strip.corners[0] for strip in strips)
    down = np.array([-along[1], along[0]]) / (float(np.hypot(*along)) or 1)
    return sorted(strips, key=lambda strip: float(strip.corners.mean(axis=0) @ down))


def _level(grey: Grey, box: Points) -> TextStrip | None:
    width = max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[3] - box[2]))
    height = max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2]))
    if height > _STANDING * width:
        # Read from the right-hand top corner downwards; whether that is upside down is found out later.
        return _level(grey, np.roll(box, -1, axis=0))
    if min(width, height) < _SMALLEST:
        return None
    size = (int(width), int(height))
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(box, flat)
    level = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return TextStrip(np.asarray(level, dtype=np.uint8), box)
