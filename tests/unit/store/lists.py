"""Rows of a list, for tests of the store."""

from typing import Any

from catalog.dates import PartialDate
from catalog.model import ProducerKind, ProductRow

MARCH = PartialDate(2025, 3, 1)
JULY = PartialDate(2026, 7, 1)


def row(**more: Any) -> ProductRow:
    """A line with everything on it, and what *more* says instead."""
    said: dict[str, Any] = {
        "id": "nem-bui",
        "name": "Nem Bùi",
        "producer": "HTX Hằng Hiếu",
        "producer_kind": ProducerKind.COOPERATIVE,
        "aliases": ("Nem Ninh Xá",),
        "group": "Thực phẩm",
        "address": "thôn Bùi Xá, xã Ninh Xá, huyện Thuận Thành",
        "commune": "xã Ninh Xá",
        "phones": ("0912345678",),
        "email": "htx@example.vn",
        "website": "https://htx.example.vn",
        "buy": "Chợ Dâu",
        "stars": 3,
        "score": 62.5,
        "decision": "12/QĐ-UBND",
        "decided": PartialDate(2024, 12, 20),
        "issuer": "UBND huyện Thuận Thành",
        "certificate": "OCOP-3-001",
        "gtins": ("8936012345670",),
        "traces": ("https://check.bacninh.gov.vn/abc123",),
        "source": "Sở NN&MT",
        "as_of": MARCH,
    }
    return ProductRow(**(said | more))
