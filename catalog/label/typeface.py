"""The label's letters: their font files, their widths, and words set into a box."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).parent.parent / "data" / "fonts"
REGULAR = FONTS / "BeVietnamPro-Regular.ttf"
BOLD = FONTS / "BeVietnamPro-Bold.ttf"
LINE_HEIGHT = 1.22
"""Lines apart, in sizes: room for a tone over a circumflex in capitals."""

ASCENT = 0.95
"""The first base line below the top, in sizes."""

_MEASURED_AT = 100
_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Setting:
    """Words set into lines at one size (mm)."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """How far down the lines reach, in mm."""
        return len(self.lines) * self.size * LINE_HEIGHT


def legible(text: str) -> str:
    """Compose *text* and leave out what the fonts cannot show (emoji, controls, other scripts)."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(letter if letter in _letters() else " " for letter in composed).split())


def set_words(text: str, *, bold: bool, width: float, height: float, sizes: tuple[float, float]) -> Setting:
    """Set *text* as large as *sizes* (largest, smallest) lets it into *width* by *height*, all in mm.

    What does not fit at the smallest size is cut with an ellipsis.
    """
    largest, smallest = sizes
    steps = range(round((largest - smallest) / _STEP) + 1)
    settings = (_set_at(largest - step * _STEP, text, bold=bold, width=width) for step in steps)
    return next((setting for setting in settings if setting.height <= height), None) or _cut(
        _set_at(smallest, text, bold=bold, width=width), bold=bold, width=width, height=height
    )


def _set_at(size: float, text: str, *, bold: bool, width: float) -> Setting:
    return Setting(tuple(wrap(text, bold=bold, width=width / size)), size)


def _cut(setting: Setting, *, bold: bool, width: float, height: float) -> Setting:
    *kept, last = setting.lines[: int(height / (setting.size * LINE_HEIGHT))]
    return Setting((*kept, _truncate(last, bold=bold, width=width / setting.size)), setting.size)


def wrap(text: str, *, bold: bool, width: float) -> list[str]:
    """Break *text* between words into lines of *width* sizes; a word that is longer is broken within."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if measure(longer, bold=bold) <= width:
            lines[-1:] = [longer]
            continue
        lines += _pieces(word, bold=bold, width=width)
    return lines


def _pieces(word: str, *, bold: bool, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _truncate(line: str, *, bold: bool, width: float) -> str:
    while line and measure(f"{line}…", bold=bold) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def measure(text: str, *, bold: bool) -> float:
    """How wide *text* is, in sizes."""
    return float(_font(bold=bold).getlength(text)) / _MEASURED_AT


@lru_cache(maxsize=2)
def _font(*, bold: bool) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415 - only where labels are drawn

    return ImageFont.truetype(BOLD if bold else REGULAR, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - untyped; only for labels

    with TTFont(REGULAR) as font:
        return frozenset(map(chr, font.getBestCmap()))
