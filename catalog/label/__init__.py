"""A printable label, 60 × 40 mm: the product's QR code, its name, its stars while they are in force, its producer."""

from catalog.label.drawing import Kind, draw
from catalog.label.layout import HEIGHT, WIDTH, Wording

__all__ = ["HEIGHT", "WIDTH", "Kind", "Wording", "draw"]
