"""Points of sale: what is wrong with one, how near it is, and a producer's line read."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.places import Places
from catalog.sale_points import SaleKind, SalePoint, near, read_line
from handlers.phrases import speech
from handlers.sale_points import facts

PLACES = Places.load_shipped()
TODAY = date(2026, 11, 24)
TU_SON = PLACES.called("Từ Sơn")
SHOP = SalePoint(
    "Cửa hàng Hoa Sen", SaleKind.PLACE, "Cán bộ đến tận nơi", TODAY, commune=TU_SON.code if TU_SON else "", producer="p"
)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, ""),
        ({"name": " "}, "name"),
        ({"source": ""}, "source"),
        ({"commune": ""}, "commune"),
        ({"producer": ""}, "products"),
        ({"producer": "", "products": ("a",)}, ""),
        ({"kind": SaleKind.ONLINE}, "link"),
        ({"kind": SaleKind.ONLINE, "link": "https://shopee.vn/hoasen"}, ""),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://bit.ly/x"}, "link"),
        ({"link": "https://www.google.com/url?q=https://evil.example/x"}, "link"),
    ],
)
def test_what_is_wrong_with_one(changed: dict[str, object], wrong: str) -> None:
    assert replace(SHOP, **changed).problem() == wrong  # type: ignore[arg-type]  # fields of a point


def test_after_a_year_nobody_has_confirmed_it() -> None:
    assert not SHOP.is_stale(date(2027, 11, 24))
    assert SHOP.is_stale(date(2027, 11, 25))


def test_the_nearest_comes_first_and_a_commune_is_no_point() -> None:
    pinned = replace(SHOP, number=2, latitude=21.18, longitude=106.07)
    online = replace(SHOP, number=3, kind=SaleKind.ONLINE, link="https://shopee.vn/hoasen")
    found = near([SHOP, pinned, online, replace(SHOP, commune="nowhere")], (21.18, 106.07), PLACES)
    assert [(each.point.number, each.exact) for each in found] == [(2, True), (0, False)]
    assert found[0].km < 1 < found[1].km


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "điểm bán: Cửa hàng Hoa Sen, 12 Lê Lợi, phường Từ Sơn, 7h-19h",
            ("Cửa hàng Hoa Sen", "12 Lê Lợi, phường Từ Sơn", "7h-19h"),
        ),
        ("Cửa hàng của tôi: Hoa Sen, Từ Sơn", ("Hoa Sen", "Từ Sơn", "")),
        (
            "noi ban: Hoa Sen; 12 Le Loi; phuong Tu Son; mo cua tu 7:30 den 19:00",
            ("Hoa Sen", "12 Le Loi, phuong Tu Son", "mo cua tu 7:30 den 19:00"),
        ),
    ],
)
def test_a_producers_line_is_read(line: str, said: tuple[str, str, str]) -> None:
    name, address, hours = said
    read = read_line(line, "p", PLACES, today=TODAY, source="HTX Hoa Sen")
    assert read == replace(SHOP, name=name, address=address, hours=hours, source="HTX Hoa Sen", by_producer=True)


def test_a_shop_online_needs_no_commune() -> None:
    read = read_line("bán online: https://shopee.vn/hoasen", "p", PLACES, today=TODAY, source="HTX Hoa Sen")
    assert read is not None
    assert (read.kind, read.name, read.link) == (SaleKind.ONLINE, "shopee.vn", "https://shopee.vn/hoasen")
    assert read.problem() == ""


@pytest.mark.parametrize("line", ["điểm bán ở đâu", "điểm bán:", "giá: 25.000", "nem bùi: mua ở đâu"])
def test_other_words_are_no_point_of_sale(line: str) -> None:
    assert read_line(line, "p", PLACES, today=TODAY, source="HTX") is None


def test_without_a_commune_that_is_what_is_wrong() -> None:
    read = read_line("điểm bán: Hoa Sen, 12 Lê Lợi", "p", PLACES, today=TODAY, source="HTX")
    assert read is not None
    assert read.problem() == "commune"


@pytest.mark.parametrize("hours", ["7h-19h", "mở cửa 7h-19h", "Giờ mở cửa: 7h-19h", "mở cửa từ 7h-19h"])
def test_hours_are_said_once(hours: str) -> None:
    shop = SalePoint("Quầy", SaleKind.PLACE, "Xã", TODAY, address="12 Lê Lợi", hours=hours)
    assert facts(shop, PLACES, speech("vi"), stale=False) == "12 Lê Lợi · mở cửa 7h-19h"


@pytest.mark.parametrize("hours", ["sáng mở cửa 7h-11h", "7h-11h, chiều không mở cửa"])
def test_hours_that_say_it_later_lose_no_word(hours: str) -> None:
    shop = SalePoint("Quầy", SaleKind.PLACE, "Xã", TODAY, address="12 Lê Lợi", hours=hours)
    assert facts(shop, PLACES, speech("vi"), stale=False) == f"12 Lê Lợi · {hours}"
