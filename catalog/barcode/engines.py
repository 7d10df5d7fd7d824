"""The decoders behind one shape, a grey picture in, payloads with corners out; and views in which they see more.

zxing-cpp is always there; ZBar, through pyzbar, where libzbar is installed: its guesses at other alphabets are refused.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import zxingcpp

from catalog.barcode.picture import Grey
from catalog.barcode.reading import Corners, Payload

_Format = zxingcpp.BarcodeFormat
STACKED = (_Format.PDF417,)
MATRIX = (_Format.QRCode, _Format.MicroQRCode, _Format.RMQRCode, _Format.DataMatrix, _Format.Aztec, *STACKED)
LINEAR = (
    _Format.EAN13,
    _Format.EAN8,
    _Format.UPCA,
    _Format.UPCE,
    _Format.Code128,
    _Format.Code39,
    _Format.Code93,
    _Format.Codabar,
    _Format.ITF14,
    _Format.DataBar,
)
_SHORT = frozenset({"EAN8", "UPCE", "ITF14", "Codabar"})
FORMATS = MATRIX + LINEAR
_MATRIX_NAMES = frozenset(each.name for each in MATRIX) | {
    "QRCodeModel1",
    "QRCodeModel2",
    "AztecCode",
    "AztecRune",
    "CompactPDF417",
    "MicroPDF417",
}

# Codabar has no check digit: a few characters of it are found in hatching and print.
_SHORTEST_CODABAR = 6
_ZBAR_LEAST = 32  # pixels: no code fits into less
_ZBAR_NAMES = {
    "QRCODE": "QRCode",
    "EAN13": "EAN13",
    "EAN8": "EAN8",
    "UPCA": "UPCA",
    "UPCE": "UPCE",
    "CODE128": "Code128",
}
_HUE_SIDE = 640
_HUE_BLOCK = 31
# A colour is worth a look where its edges are this much stronger than those of grey, and strong at all.
_STRONGER, _STRONG = 4.0, 60.0
_FEWEST_EDGES = 0.002  # of the picture

cv2.setNumThreads(1)


def is_short(payload: Payload) -> bool:
    """True for bars that a part of a longer code may look like."""
    return payload.format in _SHORT


def is_matrix(payload: Payload) -> bool:
    """True for a matrix or stacked symbol: its error correction vouches for its text."""
    return payload.format in _MATRIX_NAMES


@dataclass(frozen=True, slots=True)
class Hint:
    """A QR code that was found but not decoded: its side in modules and where it seems to lie."""

    size: int
    corners: Corners


@dataclass(frozen=True, slots=True)
class Detection:
    """What one look gave: texts, and places worth another look."""

    payloads: tuple[Payload, ...]
    hints: tuple[Hint, ...] = ()


def zxing(grey: Grey, *, formats: Any = FORMATS, thorough: bool = False) -> Detection:
    """Read with zxing-cpp; *thorough* also tries quarter turns and inverted codes."""
    seen = zxingcpp.read_barcodes(
        grey,
        formats=formats,
        try_rotate=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    payloads = (payload(each) for each in seen if each.valid and each.text)
    return Detection(
        tuple(filter(_is_believable, payloads)),
        tuple(hint for each in seen if not each.valid and (hint := _hint(each)) is not None),
    )


def _is_believable(payload: Payload) -> bool:
    """False for what any run of bars may look like: ITF other than an ITF-14 whose check digit is right."""
    if payload.format.startswith("ITF"):
        return len(payload.text) == 14 and _checks(payload.text)
    return payload.format != "Codabar" or len(payload.text) >= _SHORTEST_CODABAR


def _checks(digits: str) -> bool:
    """True when the last of *digits* is the check digit of those before it."""
    return sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(reversed(digits))) % 10 == 0


def _hint(seen: zxingcpp.Barcode) -> Hint | None:
    extra: Any = seen.extra or {}
    version = str(extra.get("Version", ""))
    if seen.format.name != "QRCode" or not version.isdigit():
        return None
    return Hint(int(version) * 4 + 17, _corners(seen.position))


def payload(found: zxingcpp.Barcode, *, corners: Any = None) -> Payload:
    """The payload of what zxing-cpp decoded, at *corners* if it only saw a drawing of it."""
    text, name = _printed_digits(found.text, name=found.format.name, extra=found.extra)
    places = _corners(found.position) if corners is None else tuple((round(x), round(y)) for x, y in corners.tolist())
    return Payload(text, name, places, symbology=found.symbology_identifier)


def _printed_digits(text: str, *, name: str, extra: Any) -> tuple[str, str]:
    """The digits under the bars: decoders widen UPC-A to 13 digits and UPC-E likewise."""
    if name == "UPCE":
        return str((extra or {}).get("UPCE", text)), name
    if name == "ITF" and len(text) == 14:
        return text, "ITF14"
    if name in {"EAN13", "UPCA"} and len(text) == 13 and text.startswith("0"):
        return text[1:], "UPCA"
    return text, name


def _corners(position: zxingcpp.Position) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)


def clahe(grey: Grey) -> Grey:
    """Lift local contrast: the one view that helps zxing-cpp most."""
    return np.asarray(cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey), dtype=np.uint8)


def telling_hues(grey: Grey, colours: tuple[Grey, ...]) -> list[Grey]:
    """Views at full contrast of the hues that show edges which *grey* does not; none where there are no such edges.

    First the mixture of colours that differs most where the edges are, then the best of them as it is; each both ways.
    """
    plain = _edges(grey)
    shown = [edges > np.maximum(_STRONGER * plain, _STRONG) for edges in map(_edges, colours)]
    best = max(range(len(shown)), key=lambda each: float(shown[each].mean()), default=None)
    if best is None or shown[best].mean() <= _FEWEST_EDGES:
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
    scale = min(1.0, _HUE_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, 1 - dx, scale=1 / 8) for dx in (1, 0))
    return np.asarray(cv2.blur(across * across + down * down, (_HUE_BLOCK, _HUE_BLOCK)))


def _stretch(colour: Grey) -> Grey:
    low, high = np.percentile(colour, (1, 99))
    wide = (colour.astype(np.float32) - low) * (255 / max(float(high - low), 1.0))
    return np.asarray(np.clip(wide, 0, 255), dtype=np.uint8)


@cache
def zbar_library() -> Any | None:
    """The pyzbar module, or None where libzbar is not installed."""
    try:
        # pyzbar loads the shared library on import, so importing it is the test.
        from pyzbar import pyzbar  # noqa: PLC0415
    except ImportError:
        return None
    return pyzbar


def zbar_adaptive(grey: Grey) -> list[Payload]:
    """What ZBar reads in black and white made by the neighbourhood's mean: glare and shadow across a code."""
    block = max(31, min(grey.shape) // 16 | 1)
    calm = cv2.GaussianBlur(grey, (3, 3), 0)
    view = cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, 5)
    return zbar(np.asarray(view, dtype=np.uint8))


def zbar_evened(grey: Grey) -> list[Payload]:
    """What ZBar reads with the light evened out: glossy bars and dim corners."""
    if min(grey.shape) < _ZBAR_LEAST:
        return []
    small = cv2.resize(grey, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    light = cv2.resize(cv2.GaussianBlur(small, (0, 0), max(small.shape) / 40), grey.shape[::-1])
    view = grey.astype(np.float32) * (128 / np.maximum(light.astype(np.float32), 4))
    return zbar(np.clip(view, 0, 255).astype(np.uint8))


def zbar(grey: Grey) -> list[Payload]:
    """What ZBar reads in *grey*, its non-ASCII texts left out: 22 of 30 Vietnamese ones came back wrong."""
    pyzbar = zbar_library()
    if pyzbar is None:
        return []
    symbols = [pyzbar.ZBarSymbol[name] for name in _ZBAR_NAMES]
    return [_zbar_payload(each) for each in pyzbar.decode(grey, symbols=symbols) if each.data and each.data.isascii()]


def _zbar_payload(found: Any) -> Payload:
    text, name = found.data.decode("ascii"), _ZBAR_NAMES[found.type]
    if name in {"EAN13", "UPCA"} and len(text) == 13 and text.startswith("0"):
        text, name = text[1:], "UPCA"
    return Payload(text, name, _zbar_corners(found))


def _zbar_corners(found: Any) -> Corners:
    """Four corners, the first two along the lines in which ZBar read: it gives any number of points in any order."""
    points = np.array([(point.x, point.y) for point in found.polygon], dtype=np.float32)
    box = cv2.boxPoints(cv2.minAreaRect(points))
    upright = found.orientation in {"LEFT", "RIGHT"}
    turn = max(range(4), key=lambda each: float((box[(each + 1) % 4] - box[each])[int(upright)]))
    return tuple((round(x), round(y)) for x, y in np.roll(box, -turn, axis=0).tolist())
