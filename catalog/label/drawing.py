"""The label as SVG text."""

from collections.abc import Iterable
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from catalog.label.layout import BLACK, GOLD, HEIGHT, WIDTH, Box, Shape, Star, TextLine
from catalog.label.typeface import legible

_FAMILY = "'Be Vietnam Pro', 'Segoe UI', Roboto, Arial, sans-serif"


def render(shapes: Iterable[Shape], *, title: str) -> bytes:
    """Draw *shapes* in millimetres; each line keeps its width whatever font the viewer has."""
    said = legible(title)
    size = f'width="{WIDTH:g}mm" height="{HEIGHT:g}mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"'
    named = f'role="img" aria-label={quoteattr(said)} font-family="{_FAMILY}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>',
        f"<title>{escape(said)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *map(_shape_markup, shapes),
        "</svg>",
    ]
    return "\n".join(lines).encode()


def _shape_markup(shape: Shape) -> str:
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
