"""Very long pictures, such as screenshots of whole pages, in pieces: shrunk as a whole they could not be read."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pillow_heif
from PIL import Image

from catalog.barcode.picture import FORMATS, LONG_SIDE, Grey, grey_upright

_LONG, _RATHER_LONG = 2.6, 1.9  # times as long as wide
_WIDTH = 960
_MOST = 24
_FAINTEST = 24  # grey levels: less than that is blank paper


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a picture: its upper left corner in the upright original, and pixels of that for one of ours."""

    grey: Grey
    left: int
    top: int
    scale: float


def is_long(width: int, height: int, *, blank: bool) -> bool:
    """True for a picture that loses its codes when its long side is shrunk to what is read at once.

    Where the whole was *blank* that is also one as long as a phone's screen: its small codes come out in pieces.
    """
    least = _RATHER_LONG if blank else _LONG
    return max(width, height) > max(least * min(width, height), LONG_SIDE)


def cut(image: bytes) -> Iterator[Slice]:
    """Pieces of *image*, twice as long as wide and half covered by the next: a code up to its width is whole in one."""
    pillow_heif.register_heif_opener(thumbnails=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            upright = grey_upright(opened)
    width, height = upright.size
    short = min(width, height)
    for start in range(0, max(width, height) - short, short)[:_MOST]:
        box = (0, start, width, min(height, start + 2 * short))
        left, top, right, bottom = box if height > width else (start, 0, min(width, start + 2 * short), height)
        piece = upright.crop((left, top, right, bottom))
        piece.thumbnail((2 * _WIDTH, 2 * _WIDTH))
        grey = np.array(piece)
        if np.ptp(grey) > _FAINTEST:
            yield Slice(grey, left, top, (right - left) / piece.width)
