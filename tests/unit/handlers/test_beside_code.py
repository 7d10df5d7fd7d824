"""Links and numbers beside a product's code are the producer's own, or not."""

import pytest

from catalog.codes import classify
from catalog.model import Producer, Product
from handlers.catalogue import photo
from handlers.phrases import speech

MAKER = Producer("1", "HTX Một", phones=("+84912345678", "19001234"), website="https://nembui.example", facts={})
PRODUCT = Product("nem", "Nem", MAKER, buy="Shopee: https://shopee.vn/nembui; https://www.facebook.com; chợ Dâu")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("https://nembui.example/nem?utm_source=nhan", True),
        ("http://NEMBUI.example", True),
        ("https://nembui.example.evil.example/nem", False),
        ("https://shopee.vn/nembui", True),
        ("https://shopee.vn/nembui2", False),
        ("https://www.facebook.com/ai-do", False),
        ("tel:0912345678", True),
        ("tel:+84912345679", False),
        ("https://zalo.me/0912345678", True),
        ("https://zalo.me/0987654321", False),
        ("MECARD:N:Ba;TEL:0912345678;;", True),
        ("MECARD:N:Ba;TEL:0912345678;TEL:0987654321;;", False),
        ("MECARD:N:Ba;EMAIL:ba@nembui.example;;", False),
    ],
)
def test_only_what_the_record_names_is_its_own(text, own):
    """A site that the record names covers its pages; a marketplace's bare address covers nobody's shop."""
    assert photo.is_listed(classify(text), PRODUCT) is own


def test_each_is_said_in_a_line_and_the_rest_is_left_alone():
    """A Wi-Fi code beside a product is nobody's business."""
    beside = [classify(text) for text in ("https://shopee.vn/khac", "tel:0912345678", "WIFI:S:quan;P:12345678;;")]
    lines = list(photo.lines_beside_code(beside, PRODUCT, speech("vi")))
    assert lines == [
        "Shopee (shopee.vn) trên nhãn không có trong thông tin nhà sản xuất đã đăng ký; bạn hãy cẩn thận.",
        "0912345678 trên nhãn đúng là của nhà sản xuất.",
    ]
