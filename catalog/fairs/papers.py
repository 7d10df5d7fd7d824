"""What is printed for a fair, as PDF: cards with each booth's QR code, four on a page, and name plates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from catalog.fairs.calendar import Booth, Fair
from catalog.label.typeface import BOLD, REGULAR, legible

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "BeVietnamPro"
_CARD = (105.0, 148.5)
_EDGE = 8.0
_CODE = 64.0
_NAME_HEIGHT = 32.0
"""Of who stands at a booth: the height of its lines on a card, in points."""


@dataclass(frozen=True, slots=True)
class PrintedBooth:
    """A booth with what its paper says: who stands there, what its QR code opens."""

    booth: Booth
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class CardWords:
    """The sentences on a card, in one language."""

    scan: str
    send: Callable[[str], str]


def draw_cards(fair: Fair, booths: Iterable[PrintedBooth], words: CardWords) -> bytes:
    """A card for each booth with its code, to be stood on its table."""
    page = _begin(f"{fair.name}: QR", "P", fair)
    for at, each in enumerate(booths):
        if at % 4 == 0:
            page.add_page()
        _card(page, fair, each, words, x=at % 2 * _CARD[0], y=at // 2 % 2 * _CARD[1])
    return bytes(page.output())


def draw_plates(fair: Fair, booths: Iterable[PrintedBooth]) -> bytes:
    """A name plate for each booth, to be hung above it."""
    page = _begin(f"{fair.name}: biển tên", "L", fair)
    for each in booths:
        page.add_page()
        _centred(page, legible(fair.name), size=20, style="", y=16, width=page.w)
        _fitted(page, legible(each.name), y=58, height=80)
        _centred(page, legible(each.booth.code), size=64, style="B", y=150, width=page.w)
        _centred(page, legible(each.booth.zone), size=20, style="", y=182, width=page.w)
    return bytes(page.output())


def _begin(title: str, orientation: str, fair: Fair) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - only where a PDF is drawn

    page = FPDF(orientation=orientation, unit="mm", format="A4")
    page.set_margins(0, 0, 0)
    page.set_auto_page_break(False)
    page.set_title(legible(title))
    page.set_lang("vi")
    page.set_creation_date(datetime(fair.starts.year, fair.starts.month, fair.starts.day, tzinfo=UTC))
    page.add_font(_FONT, fname=REGULAR)
    page.add_font(_FONT, style="B", fname=BOLD)
    return page


def _card(page: "FPDF", fair: Fair, printed: PrintedBooth, words: CardWords, *, x: float, y: float) -> None:
    page.set_draw_color(190)
    page.rect(x, y, *_CARD)
    width = _CARD[0] - 2 * _EDGE
    page.set_xy(x + _EDGE, y + 7)
    page.set_font(_FONT, size=10)
    page.multi_cell(width, 4.6, legible(fair.name), align="C", max_line_height=4.6)
    _centred(page, legible(printed.booth.code), size=34, style="B", y=y + 20, x=x, width=_CARD[0])
    page.set_xy(x + _EDGE, y + 36)
    size, lines = _fit_name(page, legible(printed.name), width)
    for line in lines:
        page.set_x(x + _EDGE)
        page.cell(width, size * 0.47, line, align="C", new_y="NEXT")
    _qr(page, printed.url, x=x + (_CARD[0] - _CODE) / 2, y=y + 52)
    page.set_xy(x + _EDGE, y + 52 + _CODE + 3)
    page.set_font(_FONT, size=10)
    page.multi_cell(width, 4.8, legible(words.scan), align="C")
    page.set_x(x + _EDGE)
    page.set_font(_FONT, style="B", size=10)
    page.multi_cell(width, 5, legible(words.send(printed.booth.token)), align="C")


def _fit_name(page: "FPDF", name: str, width: float) -> tuple[float, Sequence[str]]:
    """The size and the lines in which *name* has room above the code; a very long one is cut off."""
    for size in (12.0, 10.0, 8.0):
        page.set_font(_FONT, style="B", size=size)
        lines, room = _lines(page, name, width), int(_NAME_HEIGHT // size)
        if len(lines) <= room:
            return size, lines
    return size, [*lines[: room - 1], f"{lines[room - 1]}…"]


def _qr(page: "FPDF", url: str, *, x: float, y: float) -> None:
    """The code as rectangles, row by row: sharp at every size."""
    import segno  # noqa: PLC0415 - only where a PDF is drawn

    rows = [bytes(row) for row in segno.make(url, error="m", micro=False).matrix]
    size = _CODE / (len(rows) + 8)
    page.set_fill_color(0)
    for down, row in enumerate(rows, 4):
        start = None
        for across, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                page.rect(x + (start + 4) * size, y + down * size, (across - start) * size, size, style="F")
                start = None


def _centred(page: "FPDF", text: str, *, size: float, style: str, y: float, width: float, x: float = 0.0) -> None:
    page.set_font(_FONT, style=style, size=size)
    page.set_xy(x, y)
    page.cell(width, size * 0.4, text, align="C")


def _fitted(page: "FPDF", text: str, *, y: float, height: float) -> None:
    """*text* as large as it fits into three lines."""
    width = page.w - 40
    for size in (60.0, 48.0, 40.0, 32.0, 26.0, 20.0):
        page.set_font(_FONT, style="B", size=size)
        lines = _lines(page, text, width)
        if len(lines) <= 3:
            break
    step = size * 0.46
    for at, line in enumerate(lines[:4]):
        page.set_xy(20, y + (height - len(lines) * step) / 2 + at * step)
        page.cell(width, step, line, align="C")


def _lines(page: "FPDF", text: str, width: float) -> Sequence[str]:
    """*text* in lines that are no wider than *width*, but for a word that is."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and page.get_string_width(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
