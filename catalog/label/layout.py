"""Where everything stands on the label, in millimetres from its upper left corner."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, sin

from catalog.certificate_term import Term
from catalog.dates import PartialDate
from catalog.label.typeface import ASCENT, LINE_HEIGHT, legible, measure, set_words
from catalog.model import Certificate, Product
from catalog.passport import Passport

WIDTH, HEIGHT = 60.0, 40.0
DPI = 300
MARGIN = 2.5
QUIET_MODULES = 4
"""The quiet zone that ISO/IEC 18004 asks around a QR code."""

BLACK, GOLD, GREY = "#000000", "#e8a200", "#444444"
_CODE_BOX = 27.0
_PIXEL = 25.4 / DPI
_LEAST_MODULE_PIXELS = 4
_TEXT_WIDTH = WIDTH - _CODE_BOX - MARGIN - 1.0
_STAR = 4.2


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Star:
    """A filled five-pointed star, by its corners."""

    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text: the left end of its base line, its size, and how wide it is to be (mm)."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    width: float
    colour: str = BLACK


Shape = Box | Star | TextLine


@dataclass(frozen=True, slots=True)
class Wording:
    """What the label says besides the catalogue's facts; {number} and {day} stand where a fact goes."""

    caption: str
    decision: str
    until_day: str
    within_month: str
    within_year: str


def arrange(product: Product, passport: Passport, *, url: str, wording: Wording) -> tuple[Shape, ...]:
    """Arrange the label. ValueError when *url* is empty or makes modules under a third of a millimetre."""
    return (*_code(url), *_column(product, passport, wording), *_caption(legible(wording.caption)))


@dataclass(frozen=True, slots=True)
class InvitationWording:
    """What an invitation to a producer says: what to do, the code in letters, and until when it is good."""

    asking: str
    code: str
    until: str
    caption: str


def arrange_invitation(producer: str, *, url: str, wording: InvitationWording) -> tuple[Shape, ...]:
    """An invitation as large as a label: who is invited, what to do, the code in letters, and *url* in its QR code."""
    shapes: list[Shape] = list(_code(url))
    lines = (
        (legible(producer), 11.8, (4.0, 2.2), True),
        (legible(wording.asking), 9.0, (2.4, 1.8), False),
        (legible(wording.code), 3.4, (2.8, 2.0), True),
        (legible(wording.until), 5.0, (2.0, 1.6), False),
    )
    top = MARGIN
    for text, height, sizes, bold in lines:
        words, top = _paragraph(text, top=top, height=height, sizes=sizes, bold=bold)
        shapes += words
        top += 0.9
    return (*shapes, *_caption(legible(wording.caption)))


def code_rows(url: str) -> list[list[int]]:
    """The modules of the QR code that opens *url*, 1 for a dark one, row by row and without its quiet zone."""
    import segno  # noqa: PLC0415 - only where a code is drawn

    return [list(row) for row in segno.make_qr(url, error="m").matrix]


def _code(url: str) -> Iterator[Box]:
    """The QR code in the upper right, each row of dark modules a few boxes; its quiet zone lies in its box."""
    if not url:
        raise ValueError("a label needs a URL for its code")
    rows = code_rows(url)
    pixels = int(_CODE_BOX / _PIXEL) // (len(rows) + 2 * QUIET_MODULES)
    if pixels < _LEAST_MODULE_PIXELS:
        raise ValueError(f"a URL of {len(url)} letters is too long for the label")
    # Whole printer dots, so that no module comes out wider than its neighbour.
    module = pixels * _PIXEL
    left = round((WIDTH - (_CODE_BOX + len(rows) * module) / 2) / _PIXEL) * _PIXEL
    top = round((_CODE_BOX - len(rows) * module) / 2 / _PIXEL) * _PIXEL
    for down, row in enumerate(rows):
        for start, end in _runs(row):
            yield Box(left + start * module, top + down * module, (end - start) * module, module)


def _runs(row: list[int]) -> Iterator[tuple[int, int]]:
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place
            start = None


def _column(product: Product, passport: Passport, wording: Wording) -> Iterator[Shape]:
    """Name, stars in force with what they rest on, and producer, one below another."""
    name = legible(product.name) or legible(product.id)
    words, top = _paragraph(name, top=MARGIN, height=11.8, sizes=(4.4, 2.4), bold=True)
    yield from words
    term = passport.current
    if term is not None and passport.may_be_printed and passport.stars:
        top += 0.8
        yield from (_star(MARGIN + (place + 0.5) * _STAR, top + _STAR / 2) for place in range(passport.stars))
        top += _STAR + 0.6
        for line in _grounds(term, wording):
            words, top = _paragraph(line, top=top, height=2.4, sizes=(1.9, 1.5), colour=GREY)
            yield from words
    words, _ = _paragraph(legible(product.producer.name), top=top + 0.8, height=7.0, sizes=(2.6, 1.9))
    yield from words


def _grounds(term: Term, wording: Wording) -> Iterator[str]:
    """What the star rests on, as far as it is known: decision and date, issuer, end."""
    certificate: Certificate = term.certificate
    decision = wording.decision.format(number=certificate.decision) if certificate.decision else ""
    decided = certificate.decided.vietnamese_text() if certificate.decided else ""
    end = _end(term.ends, wording) if term.ends else ""
    return filter(None, map(legible, (" · ".join(filter(None, (decision, decided))), certificate.issuer, end)))


def _end(ends: PartialDate, wording: Wording) -> str:
    """Until when, as exactly as it is known: a label outlives the day on which it was printed."""
    imprecise = wording.within_month if ends.month else wording.within_year
    return (wording.until_day if ends.exact else imprecise).format(day=ends.vietnamese_text())


def _paragraph(
    text: str, *, top: float, height: float, sizes: tuple[float, float], bold: bool = False, colour: str = BLACK
) -> tuple[list[TextLine], float]:
    """The lines of *text* from *top* on, and where the next may begin."""
    setting = set_words(text, bold=bold, width=_TEXT_WIDTH, height=height, sizes=sizes)
    words = [
        TextLine(
            MARGIN,
            top + (place * LINE_HEIGHT + ASCENT) * setting.size,
            line,
            setting.size,
            bold,
            measure(line, bold=bold) * setting.size,
            colour,
        )
        for place, line in enumerate(setting.lines)
    ]
    return words, top + setting.height


def _caption(words: str) -> Iterator[TextLine]:
    """One line over the foot, in the middle."""
    size = min(2.4, (WIDTH - 2 * MARGIN) / measure(words, bold=True))
    width = measure(words, bold=True) * size
    yield TextLine((WIDTH - width) / 2, HEIGHT - MARGIN, words, size, bold=True, width=width)


def _star(x: float, y: float) -> Star:
    radius = _STAR * 0.48
    corners = (
        (x + sin(turn * pi / 5) * reach, y - cos(turn * pi / 5) * reach)
        for turn, reach in ((turn, radius if turn % 2 == 0 else radius * 0.45) for turn in range(10))
    )
    return Star(tuple(corners))
