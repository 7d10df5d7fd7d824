"""A printable label, 60 × 40 mm: the product's QR code, its name, its stars while they are in force, its producer.

Labels and invitations also come many at once, on A4 sheets.
"""

from catalog.label.drawing import Kind, draw, draw_pages, draw_preview
from catalog.label.layout import HEIGHT, WIDTH, InvitationWording, Shape, Wording, arrange, arrange_invitation
from catalog.label.sheets import GRIDS, SheetGrid, arrange_pages

__all__ = [
    "GRIDS",
    "HEIGHT",
    "WIDTH",
    "InvitationWording",
    "Kind",
    "Shape",
    "SheetGrid",
    "Wording",
    "arrange",
    "arrange_invitation",
    "arrange_pages",
    "draw",
    "draw_pages",
    "draw_preview",
]
