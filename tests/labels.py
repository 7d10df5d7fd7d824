"""Photos of labels that carry words and no code, drawn with the font we ship."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import catalog
from tests.pictures import PAPER, jpeg

FONT = Path(catalog.__file__).parent / "data/fonts/BeVietnamPro-Bold.ttf"
INK = (40, 20, 60)


def drawn(large: Sequence[str], small: Sequence[str] = (), *, paper: tuple[int, int, int] = PAPER) -> Image.Image:
    """The *large* lines above the *small* ones."""
    label = Image.new("RGB", (1200, 900), paper)
    draw = ImageDraw.Draw(label)
    ink = INK if sum(paper) > 380 else (250, 240, 210)
    top = 70
    for texts, size in ((large, 84), (small, 36)):
        font = ImageFont.truetype(str(FONT), size)
        for text in texts:
            draw.text((80, top), text, font=font, fill=ink)
            top += int(size * 1.5)
        top += 50
    return label


def photo(*large: str, small: Sequence[str] = ()) -> bytes:
    """A sharp photo of such a label."""
    return jpeg(drawn(large, small))
