"""The label drawn: as pixels, as SVG text, or as a PDF page of its own size with its fonts inside."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal, assert_never
from xml.sax.saxutils import escape, quoteattr

from catalog.label.layout import BLACK, DPI, GOLD, HEIGHT, WIDTH, Box, Shape, Star, TextLine, Wording, arrange
from catalog.label.sheets import PAGE_HEIGHT, PAGE_WIDTH
from catalog.label.typeface import BOLD, REGULAR, legible
from catalog.model import Product
from catalog.passport import Passport

if TYPE_CHECKING:
    from fpdf import FPDF
    from PIL import ImageDraw

Kind = Literal["png", "svg", "pdf"]

_FINER = 3
"""Drawn so many times larger and then averaged: smooth letters, while whole modules stay sharp."""

_SVG_FONTS = "'Be Vietnam Pro', 'Segoe UI', Roboto, Arial, sans-serif"
_PDF_FONT = "BeVietnamPro"
_POINTS_IN_A_MILLIMETRE = 72 / 25.4


def draw(product: Product, passport: Passport, *, url: str, kind: Kind, wording: Wording) -> bytes:
    """Draw the label of *product* with *url* in its QR code: PNG at 300 dpi, SVG, or PDF with its fonts.

    Stars are drawn only while a certificate is in force and no decision will take it away: any other star may not be
    printed (Decision 1162/QĐ-VPĐP-OCOP of 17 September 2020). ValueError when *url* is empty or too long for a code
    that phones read.
    """
    shapes = arrange(product, passport, url=url, wording=wording)
    match kind:
        case "png":
            return _render_png(shapes)
        case "svg":
            return _render_svg(shapes, title=product.name)
        case "pdf":
            return _render_pdf(shapes, title=product.name, today=passport.today)
        case _ as never:
            assert_never(never)


def draw_pages(pages: Sequence[Sequence[Shape]], *, title: str, today: date) -> bytes:
    """Draw A4 *pages* as a PDF, dated *today*."""
    paper = _begin_pdf(title, today)
    for page in pages:
        paper.add_page(orientation="portrait", format="A4")
        for shape in page:
            _draw_page(paper, shape)
    return bytes(paper.output())


def draw_preview(page: Sequence[Shape], *, dpi: int = 100) -> bytes:
    """Draw an A4 *page* as a PNG to look at."""
    return _render_png(page, size=(PAGE_WIDTH, PAGE_HEIGHT), dpi=dpi)


def _render_png(shapes: Iterable[Shape], *, size: tuple[float, float] = (WIDTH, HEIGHT), dpi: int = DPI) -> bytes:
    """Draw *shapes* as a PNG of *size* (in mm) that says its own resolution."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only where a PNG is drawn

    pixels = (round(size[0] * dpi / 25.4), round(size[1] * dpi / 25.4))
    large = Image.new("RGB", (pixels[0] * _FINER, pixels[1] * _FINER), "white")
    pen = ImageDraw.Draw(large)
    for shape in shapes:
        _draw_pixels(pen, shape, dpi / 25.4 * _FINER)
    file = io.BytesIO()
    large.resize(pixels, Image.Resampling.BOX).save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def _draw_pixels(pen: "ImageDraw.ImageDraw", shape: Shape, scale: float) -> None:
    from PIL import ImageFont  # noqa: PLC0415 - only where a PNG is drawn

    match shape:
        case Box(x, y, width, height):
            left, top = round(x * scale), round(y * scale)
            right, bottom = round((x + width) * scale), round((y + height) * scale)
            # A line that is thinner than a dot is a dot.
            pen.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill="black")
        case Star(corners):
            pen.polygon([(x * scale, y * scale) for x, y in corners], fill=GOLD)
        case TextLine(x, y, text, size, bold, _, colour):
            layout = ImageFont.Layout.BASIC
            font = ImageFont.truetype(BOLD if bold else REGULAR, size * scale, layout_engine=layout)
            pen.text((x * scale, y * scale), text, font=font, fill=colour, anchor="ls")
        case _ as never:
            assert_never(never)


def _render_svg(shapes: Iterable[Shape], *, title: str) -> bytes:
    """Draw *shapes* in millimetres; each line keeps its width whatever font the viewer has."""
    said = legible(title)
    size = f'width="{WIDTH:g}mm" height="{HEIGHT:g}mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"'
    named = f'role="img" aria-label={quoteattr(said)} font-family="{_SVG_FONTS}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>',
        f"<title>{escape(said)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *map(_write_svg, shapes),
        "</svg>",
    ]
    return "\n".join(lines).encode()


def _write_svg(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height):
            return (
                f'<rect x="{x:.4f}" y="{y:.4f}" width="{width:.4f}" height="{height:.4f}" '
                f'fill="{BLACK}" shape-rendering="crispEdges"/>'
            )
        case Star(corners):
            points = " ".join(f"{x:.3f},{y:.3f}" for x, y in corners)
            return f'<polygon points="{points}" fill="{GOLD}"/>'
        case TextLine(x, y, text, size, bold, width, colour):
            weight = ' font-weight="bold"' if bold else ""
            return (
                f'<text x="{x:.3f}" y="{y:.3f}" font-size="{size:.3f}"{weight} fill="{colour}" '
                f'textLength="{width:.3f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
            )
        case _ as never:
            assert_never(never)


def _render_pdf(shapes: Iterable[Shape], *, title: str, today: date) -> bytes:
    """Draw *shapes*; the file is dated *today*, so that the same label makes the same file."""
    page = _begin_pdf(title, today)
    page.add_page()
    for shape in shapes:
        _draw_page(page, shape)
    return bytes(page.output())


def _begin_pdf(title: str, today: date) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - only where a PDF is drawn

    page = FPDF(unit="mm", format=(HEIGHT, WIDTH), orientation="landscape")
    page.set_auto_page_break(False)
    page.set_title(legible(title))
    page.set_creation_date(datetime(today.year, today.month, today.day, tzinfo=UTC))
    page.add_font(_PDF_FONT, fname=REGULAR)
    page.add_font(_PDF_FONT, style="B", fname=BOLD)
    return page


def _draw_page(page: "FPDF", shape: Shape) -> None:
    match shape:
        case Box(x, y, width, height):
            page.set_fill_color(0)
            page.rect(x, y, width, height, style="F")
        case Star(corners):
            page.set_fill_color(GOLD)
            page.polygon(corners, style="F")
        case TextLine(x, y, text, size, bold, _, colour):
            page.set_font(_PDF_FONT, style="B" if bold else "", size=size * _POINTS_IN_A_MILLIMETRE)
            page.set_text_color(colour)
            page.text(x, y, text)
        case _ as never:
            assert_never(never)
