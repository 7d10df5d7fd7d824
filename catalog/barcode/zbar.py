"""ZBar through pyzbar, where libzbar is installed; its guesses at other alphabets are refused."""

from functools import cache
from typing import Any

import cv2
import numpy as np

from catalog.barcode.picture import Grey
from catalog.barcode.reading import Corners, Payload

_LEAST = 32  # pixels: no code fits into less
_NAMES = {"QRCODE": "QRCode", "EAN13": "EAN13", "EAN8": "EAN8", "UPCA": "UPCA", "UPCE": "UPCE", "CODE128": "Code128"}


@cache
def library() -> Any | None:
    """The pyzbar module, or None where libzbar is not installed."""
    try:
        # pyzbar loads the shared library on import, so importing it is the test.
        from pyzbar import pyzbar  # noqa: PLC0415
    except ImportError:
        return None
    return pyzbar


def adaptive(grey: Grey) -> list[Payload]:
    """Read black and white made by the neighbourhood's mean: glare and shadow across a code."""
    block = max(31, min(grey.shape) // 16 | 1)
    calm = cv2.GaussianBlur(grey, (3, 3), 0)
    view = cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, 5)
    return decode(np.asarray(view, dtype=np.uint8))


def read_evened(grey: Grey) -> list[Payload]:
    """Read with the light evened out: glossy bars and dim corners."""
    if min(grey.shape) < _LEAST:
        return []
    small = cv2.resize(grey, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    light = cv2.resize(cv2.GaussianBlur(small, (0, 0), max(small.shape) / 40), grey.shape[::-1])
    view = grey.astype(np.float32) * (128 / np.maximum(light.astype(np.float32), 4))
    return decode(np.clip(view, 0, 255).astype(np.uint8))


def decode(grey: Grey) -> list[Payload]:
    """What ZBar reads in *grey*, its non-ASCII texts left out: 22 of 30 Vietnamese ones came back wrong."""
    pyzbar = library()
    if pyzbar is None:
        return []
    symbols = [pyzbar.ZBarSymbol[name] for name in _NAMES]
    return [_payload(each) for each in pyzbar.decode(grey, symbols=symbols) if each.data and each.data.isascii()]


def _payload(found: Any) -> Payload:
    text, name = found.data.decode("ascii"), _NAMES[found.type]
    if name in {"EAN13", "UPCA"} and len(text) == 13 and text.startswith("0"):
        text, name = text[1:], "UPCA"
    return Payload(text, name, _corners(found))


def _corners(found: Any) -> Corners:
    """Four corners, the first two along the lines in which ZBar read: it gives any number of points in any order."""
    points = np.array([(point.x, point.y) for point in found.polygon], dtype=np.float32)
    box = cv2.boxPoints(cv2.minAreaRect(points))
    upright = found.orientation in {"LEFT", "RIGHT"}
    turn = max(range(4), key=lambda each: float((box[(each + 1) % 4] - box[each])[int(upright)]))
    return tuple((round(x), round(y)) for x, y in np.roll(box, -turn, axis=0).tolist())
