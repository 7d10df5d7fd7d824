"""The label as a PDF page of its own size, fonts inside."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import assert_never

from fpdf import FPDF

from catalog.label.layout import GOLD, HEIGHT, WIDTH, Box, Shape, Star, TextLine
from catalog.label.typeface import BOLD, REGULAR, legible

_FAMILY = "BeVietnamPro"
_POINTS_IN_A_MILLIMETRE = 72 / 25.4


def render(shapes: Iterable[Shape], *, title: str, today: date) -> bytes:
    """Draw *shapes*; the file is dated *today*, so that the same label makes the same file."""
    page = FPDF(unit="mm", format=(HEIGHT, WIDTH), orientation="landscape")
    page.set_auto_page_break(False)
    page.set_title(legible(title))
    page.set_creation_date(datetime(today.year, today.month, today.day, tzinfo=UTC))
    page.add_font(_FAMILY, fname=REGULAR)
    page.add_font(_FAMILY, style="B", fname=BOLD)
    page.add_page()
    for shape in shapes:
        _draw(page, shape)
    return bytes(page.output())


def _draw(page: FPDF, shape: Shape) -> None:
    match shape:
        case Box(x, y, width, height):
            page.set_fill_color(0)
            page.rect(x, y, width, height, style="F")
        case Star(corners):
            page.set_fill_color(GOLD)
            page.polygon(corners, style="F")
        case TextLine(x, y, text, size, bold, _, colour):
            page.set_font(_FAMILY, style="B" if bold else "", size=size * _POINTS_IN_A_MILLIMETRE)
            page.set_text_color(colour)
            page.text(x, y, text)
        case _ as never:
            assert_never(never)
