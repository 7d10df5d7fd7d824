"""Codes that differ from their ground in hue alone: a colour shows them where grey shows nothing."""

import cv2
import numpy as np

from catalog.barcode.picture import Grey

_SIDE = 640
_BLOCK = 31
# A colour is worth a look where its edges are this much stronger than those of grey, and strong at all.
_STRONGER, _STRONG = 4.0, 60.0
_FEWEST = 0.002  # of the picture


def telling(grey: Grey, colours: tuple[Grey, ...]) -> list[Grey]:
    """Views at full contrast of the hues that show edges which *grey* does not; none where there are no such edges.

    First the mixture of colours that differs most where the edges are, then the best of them as it is; each both ways.
    """
    plain = _edges(grey)
    shown = [edges > np.maximum(_STRONGER * plain, _STRONG) for edges in map(_edges, colours)]
    best = max(range(len(shown)), key=lambda each: float(shown[each].mean()), default=None)
    if best is None or shown[best].mean() <= _FEWEST:
        return []
    views = [_stretch(each) for each in (_mix(colours, shown[best]), colours[best])]
    # Which of two hues is the ink cannot be seen from their lightness.
    return [way for view in views for way in (view, 255 - view)]


def _mix(colours: tuple[Grey, ...], where: Grey) -> Grey:
    """The one mixture of *colours* that varies most *where* it matters."""
    size = (where.shape[1], where.shape[0])
    small = np.stack([cv2.resize(each, size, interpolation=cv2.INTER_AREA)[where] for each in colours])
    _, axes = np.linalg.eigh(np.cov(small.astype(np.float64)))
    return np.asarray(np.tensordot(axes[:, -1].astype(np.float32), np.stack(colours).astype(np.float32), axes=1))


def _edges(grey: Grey) -> Grey:
    """How steep *grey* is around each place of a smaller picture."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, 1 - dx, scale=1 / 8) for dx in (1, 0))
    return np.asarray(cv2.blur(across * across + down * down, (_BLOCK, _BLOCK)))


def _stretch(colour: Grey) -> Grey:
    low, high = np.percentile(colour, (1, 99))
    wide = (colour.astype(np.float32) - low) * (255 / max(float(high - low), 1.0))
    return np.asarray(np.clip(wide, 0, 255), dtype=np.uint8)
