"""Photos that tests make themselves: labels with codes on them, and files that are no photos."""

import io
from collections.abc import Sequence

import segno
from PIL import Image, ImageDraw, ImageFilter

PAPER = (246, 240, 226)


def qr(text: str, *, scale: int = 6) -> Image.Image:
    """A QR code as it is printed."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=scale, border=4)
    return Image.open(file).convert("RGB")


def jpeg(image: Image.Image, *, quality: int = 85) -> bytes:
    """*image* as a camera would save it."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def png(image: Image.Image) -> bytes:
    """*image* without loss."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def scene(codes: Sequence[str], *, words: str = "OCOP Bac Ninh") -> Image.Image:
    """A label with *codes* side by side."""
    printed = [qr(code) for code in codes]
    width = sum(each.width + 60 for each in printed) + 60
    label = Image.new("RGB", (max(width, 640), 640), PAPER)
    ImageDraw.Draw(label).text((60, 40), words, fill=(60, 20, 10))
    left = 60
    for each in printed:
        label.paste(each, (left, 120))
        left += each.width + 60
    return label


def photo_of(*codes: str) -> bytes:
    """A sharp photo of a label with *codes*."""
    return jpeg(scene(codes))


def blurred(*codes: str) -> bytes:
    """The same, shaken beyond reading."""
    return jpeg(scene(codes).filter(ImageFilter.GaussianBlur(14)))


def bomb(side: int) -> bytes:
    """A small PNG file of *side* x *side* pixels."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG", optimize=False)
    return file.getvalue()
