"""What a photo was read as."""

from dataclasses import dataclass
from enum import StrEnum

Corners = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Payload:
    """The text of one code, and where it is in the upright photo.

    *format* is zxing-cpp's name of the symbology (``QRCode``, ``EAN13``, ``UPCA`` …); *symbology* the AIM identifier
    (``]Q1``, ``]d2`` …) where it is known. UPC-A has its 12 digits, UPC-E the 8 printed under it.
    *corners* are four points in pixels of the upright original. *sure* is false for a linear code that only a late
    stage could read and whose prefix is not Viet Nam's 893: blur gives every decoder the same wrong digits.
    """

    text: str
    format: str
    corners: Corners
    sure: bool = True
    symbology: str = ""


class Trouble(StrEnum):
    """What most likely kept a photo from being read."""

    DARK = "dark"
    BLURRED = "blurred"
    SMALL = "small"
    GLARE = "glare"
    UNREADABLE = "unreadable"
    NO_CODE = "no_code"


@dataclass(frozen=True, slots=True)
class Reading:
    """All codes of one photo, each once, or why there are none.

    *troubles* is empty when something was read, else most likely first. *width* and *height* are those of the upright
    original. *recompressed* is true for what looks like a messenger's smaller copy: a JPEG without EXIF whose long
    side is at most 2560 px.
    """

    payloads: tuple[Payload, ...]
    troubles: tuple[Trouble, ...]
    width: int
    height: int
    milliseconds: float
    recompressed: bool
