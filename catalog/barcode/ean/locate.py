"""Where bars are: rectangles full of parallel edges, and the lightness along them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.barcode.picture import Grey

Floats = NDArray[Any]

_MANY_BARS = 14
_SLIMMEST = 100  # times as long as high: no bars are read in less
_SMALL_SIDE = 320


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A rectangle of bars: its *middle*, the unit vector *along* which it is read, and its extent in pixels."""

    middle: Floats
    along: Floats
    width: float
    height: float

    @property
    def down(self) -> Floats:
        """The unit vector along the bars."""
        return np.array([-self.along[1], self.along[0]])

    def between(self, first: float, last: float) -> "Strip":
        """The part from *first* to *last*, both in pixels from the middle; backwards when *first* is greater."""
        sign = 1 if last > first else -1
        middle = self.middle + self.along * (first + last) / 2
        return Strip(middle, self.along * sign, abs(last - first), self.height)

    def corners(self) -> Floats:
        """The four corners, from the upper left clockwise as it is read."""
        across, down = self.along * self.width / 2, self.down * self.height / 2
        return np.asarray(self.middle + np.array([-across - down, across - down, across + down, down - across]))


def strips(grey: Grey, *, most: int = 3, side: int = _SMALL_SIDE, parallel: float = 0.55) -> list[Strip]:
    """Where many parallel edges lie together, the largest first.

    It is looked for at *side* pixels; *parallel* is how much of all edges must run one way, from 0 to 1.
    """
    if min(grey.shape) * _SLIMMEST < max(grey.shape):
        return []
    scale = side / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, 1 - dx, ksize=3) for dx in (1, 0))
    xx, yy, xy = (cv2.GaussianBlur(each, (0, 0), 5) for each in (across * across, down * down, across * down))
    strength, total = np.hypot(xx - yy, 2 * xy), xx + yy
    mask = ((strength > parallel * total) & (total > max(60.0, 0.12 * float(np.percentile(total, 99))))).astype(
        np.uint8
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    largest = sorted(range(1, count), key=lambda each: -stats[each, cv2.CC_STAT_AREA])[:most]
    large = (each for each in largest if stats[each, cv2.CC_STAT_AREA] > 150)
    return [_strip(labels == each, (xx, yy, xy), small.shape[1] / grey.shape[1]) for each in large]


def _strip(where: NDArray[np.bool_], tensor: tuple[Floats, ...], scale: float) -> Strip:
    xx, yy, xy = (float(each[where].sum()) for each in tensor)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    along = np.array([np.cos(angle), np.sin(angle)])
    down = np.array([-along[1], along[0]])
    points = np.argwhere(where)[:, ::-1].astype(np.float64)
    (left, right), (top, bottom) = np.percentile(points @ along, (1, 99)), np.percentile(points @ down, (5, 95))
    middle = along * (left + right) / 2 + down * (top + bottom) / 2
    return Strip((middle + 0.5) / scale - 0.5, along, (right - left) / scale, (bottom - top) / scale)


def profiles(grey: Grey, strip: Strip) -> Iterator[Floats]:
    """Lightness along *strip* and somewhat beyond, averaged over slices of its height: middle ones first."""
    length = int(min(strip.width * 1.5 + 40, 2 * max(grey.shape)))
    height = max(8, int(strip.height * 0.9))
    start = strip.middle - strip.along * length / 2 - strip.down * height / 2
    frame = np.column_stack([strip.along, strip.down, start])
    level = cv2.warpAffine(
        grey, frame, (length, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    slices = np.array_split(level.astype(np.float64), 6 if height >= 48 else 3)
    for part in sorted(range(len(slices)), key=lambda each: abs(each - len(slices) / 2 + 0.5)):
        yield slices[part].mean(axis=0)


def peaks(slope: Floats, *, most: int) -> Floats:
    """Where *slope* is steepest locally, the *most* steepest, from left to right."""
    middle = slope[1:-1]
    places = np.flatnonzero((middle >= slope[:-2]) & (middle > slope[2:]) & (middle > 0.08 * slope.max())) + 1
    return np.sort(places[np.argsort(-slope[places])][:most]).astype(np.float64)


def many(grey: Grey, strip: Strip) -> bool:
    """True when *strip* holds about as many bars as a code has, and not just a few edges or a line of print."""
    if strip.width < 60 or strip.height < 12:
        return False
    profile = next(profiles(grey, strip))
    slope = np.gradient(cv2.GaussianBlur(profile[None], (0, 0), 1.0)[0])
    return min(len(peaks(each, most=99)) for each in (slope, -slope)) >= _MANY_BARS
