"""Codes to photograph, drawn by the tests themselves."""

import io

import cv2
import numpy as np
import segno
import zxingcpp
from PIL import Image


def qr(text, *, module=6, error="m", border=4, **options):
    """A QR code as a grey picture."""
    matrix = np.array(segno.make_qr(text, error=error, **options).matrix, dtype=bool)
    small = np.where(np.pad(matrix, border), 0, 255).astype(np.uint8)
    return small.repeat(module, axis=0).repeat(module, axis=1)


def bars(text, *, name="EAN13", module=3, height=120, border=12):
    """A code of bars as a grey picture."""
    drawn = np.asarray(zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name)).to_image(scale=1))
    row = drawn[drawn.shape[0] // 2][None]
    tall = np.pad(row.repeat(module, axis=1).repeat(height, axis=0), border * module, constant_values=255)
    return tall.astype(np.uint8)


def photo(*codes, size=(960, 1280), ground=200):
    """One picture with *codes* laid side by side on it, and the places of their upper left corners."""
    picture = np.full(size, ground, dtype=np.uint8)
    x, places = 40, []
    for code in codes:
        picture[100 : 100 + code.shape[0], x : x + code.shape[1]] = code
        places.append((x, 100))
        x += code.shape[1] + 60
    return picture, places


def png(picture, **options):
    return encoded(Image.fromarray(picture), "PNG", **options)


def encoded(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def bottle(code, *, part):
    """*code* around a bottle of which it covers *part* of the visible half, seen from somewhat above."""
    height, width = code.shape
    edge = np.sin(part * np.pi / 2)
    steps = np.linspace(-edge, edge, width, dtype=np.float32)
    across = ((np.arcsin(steps) / (part * np.pi) + 0.5) * (width - 1)).astype(np.float32)
    sag = ((1 - np.sqrt(1 - steps**2)) * width * 0.16).astype(np.float32)
    x = np.broadcast_to(across, (height + 60, width)).copy()
    y = np.arange(-30, height + 30, dtype=np.float32)[:, None] + sag[None]
    return cv2.remap(code, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)


def stacked(text, *, module=3):
    """A PDF417 code as a grey picture."""
    drawn = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417).to_image(scale=1))
    return drawn.repeat(module, axis=0).repeat(module, axis=1)
