"""A product's card as a PNG to send on: name, star, validity, producer, the day on which it was true, and a QR code."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin
from typing import TYPE_CHECKING

from catalog.label.layout import code_rows
from catalog.label.typeface import ASCENT, BOLD, LINE_HEIGHT, REGULAR, legible, set_words

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_FINER, _UNIT = 2, 10
"""Drawn so many times larger and then averaged; and how many dots of the picture a unit of this file has."""

_MARGIN, _BAND, _FOOT, _STAR, _MODULE_QUIET = 5.0, 9.5, 8.0, 7.0, 4
_GAP, _FACT = 3.5, 10.0
_INK, _GREY, _GOLD, _PAPER = "#10261b", "#4a554e", "#e8a200", "#fdfcf7"


class PictureForm(StrEnum):
    """The two forms that previews are made of: Facebook and Zalo show a wide one, chats and lists a square one."""

    WIDE = "wide"
    SQUARE = "square"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in dots."""
        return (1200, 630) if self is PictureForm.WIDE else (1080, 1080)


class Light(StrEnum):
    """How the band looks that says how the star stands; its words say the same."""

    GOOD = "#1f6f43"
    UNSURE = "#8a5a00"
    BAD = "#b3261e"
    NEUTRAL = "#4a554e"


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What the picture says. *stars* is None where no star may be shown; *url* is in its QR code, "" for none."""

    state: str
    light: Light
    name: str
    stars: int | None
    verdict: str
    producer: str
    true_on: str
    caption: str
    url: str


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """One of two or three products side by side: its name, star, how that stands, and facts with their labels."""

    name: str
    stars: int | None
    light: Light
    verdict: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ComparisonWords:
    """What a picture of products side by side says."""

    title: str
    columns: tuple[ColumnWords, ...]
    true_on: str


def can_show(text: str) -> bool:
    """True where the shipped letters have all of *text*."""
    return legible(text) == " ".join(text.split())


def draw_card(words: PictureWords, form: PictureForm) -> bytes:
    """Draw *words* in *form*; the same words make the same file."""
    return _draw(form, words.state, words.light, words.true_on, lambda sheet: _card(sheet, words, form))


def draw_comparison(words: ComparisonWords) -> bytes:
    """Draw the products of *words* side by side; the same words make the same file."""
    return _draw(PictureForm.SQUARE, words.title, Light.NEUTRAL, words.true_on, lambda sheet: _compare(sheet, words))


def _draw(form: PictureForm, title: str, light: Light, true_on: str, fill: Callable[["_Sheet"], None]) -> bytes:
    """A picture with its *title* in a band above and *true_on* at its foot; *fill* draws what stands between."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only where a PNG is drawn

    width, height = form.size
    large = Image.new("RGB", (width * _FINER, height * _FINER), _PAPER)
    sheet = _Sheet(ImageDraw.Draw(large), width / _UNIT, height / _UNIT)
    sheet.fill(0, 0, sheet.width, _BAND, light)
    sheet.write(title, _MARGIN, 1.6, sheet.width - 2 * _MARGIN, _BAND - 2.4, (5.4, 3.0), bold=True, ink="white")
    fill(sheet)
    sheet.fill(0, sheet.height - 0.4, sheet.width, 0.4, light)
    foot = sheet.height - _FOOT + 1.4
    sheet.write(true_on, _MARGIN, foot, sheet.width - 2 * _MARGIN, 4.0, (3.0, 1.8), bold=True)
    file = io.BytesIO()
    large.resize((width, height), Image.Resampling.BOX).quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()


def _card(sheet: "_Sheet", words: PictureWords, form: PictureForm) -> None:
    """The product's words with the QR code beside them, or below in the square form."""
    code = code_rows(words.url) if words.url else []
    side = 34.0 if form is PictureForm.WIDE else 44.0
    if code:
        corner = (sheet.width - _MARGIN - side, sheet.height - _FOOT - side - (5.0 if words.caption else 0.0))
        sheet.draw_code(code, *corner, side)
        sheet.write(words.caption, corner[0], corner[1] + side + 0.8, side, 4.0, (2.4, 1.6), ink=_GREY)
    beside = sheet.width - 2 * _MARGIN - (side + 4.0 if code and form is PictureForm.WIDE else 0.0)
    _column(sheet, words, beside, 1.0 if form is PictureForm.WIDE else 1.2)


def _compare(sheet: "_Sheet", words: ComparisonWords) -> None:
    room = (sheet.width - 2 * _MARGIN + _GAP) / max(len(words.columns), 1)
    for place, column in enumerate(words.columns):
        _beside(sheet, column, _MARGIN + place * room, room - _GAP)


def _beside(sheet: "_Sheet", column: ColumnWords, left: float, width: float) -> None:
    """A product of several: each of its parts begins at the height of the others' parts of that kind."""
    sheet.write(column.name, left, _BAND + 2.5, width, 15.0, (4.2, 2.4), bold=True)
    step = min(_STAR + 0.6, width / 5)
    for place in range(5 if column.stars else 0):
        sheet.draw_star(left + (place + 0.5) * step, 32.0, lit=place < (column.stars or 0), size=step - 0.6)
    sheet.write(column.verdict, left, 38.0, width, 18.0, (3.0, 1.7), bold=True, ink=column.light)
    for place, (label, value) in enumerate(column.facts):
        top = 58.0 + place * _FACT
        sheet.write(label, left, top, width, 2.6, (2.0, 1.5), ink=_GREY)
        sheet.write(value, left, top + 2.7, width, _FACT - 3.2, (2.6, 1.6))


def _column(sheet: "_Sheet", words: PictureWords, width: float, scale: float) -> None:
    """Name, star, validity and producer, one below another, *scale* times larger; the last ends above the foot."""
    sizes = ((6.0 * scale, 3.2), (3.2 * scale, 2.2), (2.6 * scale, 2.0))
    top = sheet.write(words.name, _MARGIN, _BAND + 2.5, width, 15.0 * scale, sizes[0], bold=True)
    if words.stars:
        for place in range(5):
            at = (_MARGIN + (place + 0.5) * (_STAR + 0.6), top + 1.4 + _STAR / 2)
            sheet.draw_star(*at, lit=place < words.stars)
        top += _STAR + 2.0
    room = (9.0 if words.stars else 16.0) * scale
    top = sheet.write(words.verdict, _MARGIN, top + 0.8, width, room, sizes[1], bold=True, ink=words.light)
    sheet.write(words.producer, _MARGIN, top + 1.2, width, 6.6 * scale, sizes[2], ink=_GREY)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture that is drawn on in units from its upper left corner."""

    pen: "ImageDraw"
    width: float
    height: float

    def fill(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        self.pen.rectangle((_dots(x), _dots(y), _dots(x + width) - 1, _dots(y + height) - 1), fill=ink)

    def write(
        self,
        text: str,
        x: float,
        top: float,
        width: float,
        height: float,
        sizes: tuple[float, float],
        *,
        bold: bool = False,
        ink: str = _INK,
    ) -> float:
        """Write *text* as large as *sizes* and the room allow; gives where the next line may begin."""
        from PIL import ImageFont  # noqa: PLC0415 - only where a PNG is drawn

        setting = set_words(legible(text), bold=bold, width=width, height=height, sizes=sizes)
        layout = ImageFont.Layout.BASIC
        font = ImageFont.truetype(BOLD if bold else REGULAR, _dots(setting.size), layout_engine=layout)
        for place, line in enumerate(setting.lines):
            at = (_dots(x), _dots(top + (place * LINE_HEIGHT + ASCENT) * setting.size))
            self.pen.text(at, line, font=font, fill=ink, anchor="ls")
        return top + setting.height

    def draw_star(self, x: float, y: float, *, lit: bool, size: float = _STAR) -> None:
        radius = size * 0.5
        corners = [
            (_dots(x + sin(turn * pi / 5) * reach), _dots(y - cos(turn * pi / 5) * reach))
            for turn, reach in ((turn, radius if turn % 2 == 0 else radius * 0.45) for turn in range(10))
        ]
        self.pen.polygon(corners, fill=_GOLD if lit else None, outline=_GOLD, width=3)

    def draw_code(self, code: Sequence[Sequence[int]], x: float, y: float, side: float) -> None:
        """The QR code in its white quiet zone, each module whole dots."""
        module = int(side * _UNIT) // (len(code) + 2 * _MODULE_QUIET)
        self.fill(x, y, side, side, "white")
        start = (side * _UNIT - module * len(code)) / 2 / _UNIT
        for down, row in enumerate(code):
            for along, dark in enumerate(row):
                if dark:
                    at = (x + start + along * module / _UNIT, y + start + down * module / _UNIT)
                    self.fill(*at, module / _UNIT, module / _UNIT, "black")


def _dots(units: float) -> int:
    return round(units * _UNIT * _FINER)
