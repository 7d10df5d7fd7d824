"""A printable label, 60 × 40 mm: the product's QR code, its name, its stars while they are in force, its producer."""

from typing import Literal, assert_never

from catalog.label.layout import HEIGHT, WIDTH, arrange
from catalog.model import Product
from catalog.passport import Passport

__all__ = ["HEIGHT", "WIDTH", "Kind", "draw"]

Kind = Literal["png", "svg", "pdf"]


def draw(product: Product, passport: Passport, *, url: str, kind: Kind) -> bytes:
    """Draw the label of *product* with *url* in its QR code: PNG at 300 dpi, SVG, or PDF with its fonts.

    Stars are drawn only while a certificate is in force: a lapsed star may not be printed (Decision
    1162/QĐ-VPĐP-OCOP of 17 September 2020). ValueError when *url* is empty or too long for a code that phones read.
    """
    shapes = arrange(product, passport, url=url)
    match kind:
        case "png":
            from catalog.label import png  # noqa: PLC0415 - each kind has its own library

            return png.render(shapes)
        case "svg":
            from catalog.label import drawing  # noqa: PLC0415 - each kind has its own library

            return drawing.render(shapes, title=product.name)
        case "pdf":
            from catalog.label import pdf  # noqa: PLC0415 - each kind has its own library

            return pdf.render(shapes, title=product.name, today=passport.today)
        case _ as never:
            assert_never(never)
