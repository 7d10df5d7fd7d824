"""The map of the communes as a PNG, for chats, which show no SVG."""

import io
from collections.abc import Collection, Mapping, Sequence

from catalog.label.typeface import BOLD, REGULAR
from catalog.outlines import WIDTH, shipped_outlines

COLOURS = ("#fdfcf7", "#d9ecdc", "#a8d3b3", "#6fb487", "#35805a", "#0c4a2f")
"""From none to most, as on the board's page: told apart by lightness alone."""

_DARK_FROM = 4
_BORDER, _MARKED, _INK = "#3f4d45", "#c2410c", "#10261b"
_FINER, _MARGIN = 2, 12
_CAPTION_AT = (0.44, 0.84)
"""Where the caption begins, in shares of width and height: the province leaves its south-east corner free."""


def draw_png(
    levels: Mapping[str, int], numbers: Mapping[str, int], *, marked: Collection[str], caption: Sequence[str]
) -> bytes:
    """Draw each commune (by its code) in the colour of its level with its number, and a thick line around *marked*."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - only where a PNG is drawn

    drawing = shipped_outlines()
    size = (WIDTH + 2 * _MARGIN, drawing.height + 2 * _MARGIN)
    large = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), "white")
    pen = ImageDraw.Draw(large)
    ordered = sorted(drawing.outlines.values(), key=lambda outline: outline.code in marked)
    for outline in ordered:
        line, width = (_MARKED, 5 * _FINER) if outline.code in marked else (_BORDER, _FINER)
        for ring in outline.rings:
            points = [(_place(x), _place(y)) for x, y in ring]
            pen.polygon(points, fill=COLOURS[levels.get(outline.code, 0)])
            pen.line([*points, points[0]], fill=line, width=width, joint="curve")
    figures = ImageFont.truetype(str(BOLD), 17 * _FINER)
    for outline in ordered:
        if number := numbers.get(outline.code, 0):
            ink = "white" if levels.get(outline.code, 0) >= _DARK_FROM else _INK
            at = (_place(outline.middle[0]), _place(outline.middle[1]))
            pen.text(at, str(number), fill=ink, font=figures, anchor="mm")
    words = ImageFont.truetype(str(REGULAR), 20 * _FINER)
    left, top = (share * length for share, length in zip(_CAPTION_AT, large.size, strict=True))
    pen.multiline_text((left, top), "\n".join(caption), fill=_INK, font=words, spacing=6 * _FINER)
    file = io.BytesIO()
    large.resize(size, Image.Resampling.BOX).quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _place(along: int) -> int:
    return (along + _MARGIN) * _FINER
