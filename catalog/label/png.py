"""The label as pixels."""

import io
from collections.abc import Iterable
from typing import assert_never

from PIL import Image, ImageDraw, ImageFont

from catalog.label.layout import DPI, GOLD, HEIGHT, WIDTH, Box, Shape, Star, TextLine
from catalog.label.typeface import BOLD, REGULAR

_FINER = 3
"""Drawn so many times larger and then averaged: smooth letters, while whole modules stay sharp."""

_SCALE = DPI / 25.4 * _FINER


def render(shapes: Iterable[Shape]) -> bytes:
    """Draw *shapes* as a PNG that says its own 300 dpi."""
    size = (round(WIDTH * DPI / 25.4), round(HEIGHT * DPI / 25.4))
    large = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), "white")
    pen = ImageDraw.Draw(large)
    for shape in shapes:
        _draw(pen, shape)
    file = io.BytesIO()
    large.resize(size, Image.Resampling.BOX).save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()


def _draw(pen: ImageDraw.ImageDraw, shape: Shape) -> None:
    match shape:
        case Box(x, y, width, height):
            left, top = round(x * _SCALE), round(y * _SCALE)
            pen.rectangle((left, top, left + round(width * _SCALE) - 1, top + round(height * _SCALE) - 1), fill="black")
        case Star(corners):
            pen.polygon([(x * _SCALE, y * _SCALE) for x, y in corners], fill=GOLD)
        case TextLine(x, y, text, size, bold, _, colour):
            layout = ImageFont.Layout.BASIC
            font = ImageFont.truetype(BOLD if bold else REGULAR, size * _SCALE, layout_engine=layout)
            pen.text((x * _SCALE, y * _SCALE), text, font=font, fill=colour, anchor="ls")
        case _ as never:
            assert_never(never)
