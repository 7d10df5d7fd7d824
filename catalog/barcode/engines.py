"""The decoders behind one shape: a grey picture in, payloads with corners out."""

from dataclasses import dataclass
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
