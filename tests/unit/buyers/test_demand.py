"""What buyers write, as people write it: amounts, months, prices; and what cannot be read is asked."""

import csv
from datetime import date

import pytest

from catalog.buyers.demand import Demand, DemandPart, PriceRange, Quantity
from catalog.buyers.read_demand import read_demand, read_months, read_part, read_price, read_quantity
from tests.conftest import SHIPPED

TODAY = date(2026, 11, 27)
YEAR = frozenset(range(1, 13))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("tìm nguồn hàng", Demand()),
        ("tôi muốn mua 2 tấn vải thiều tháng 6", Demand("vải thiều", Quantity(2000, "kg"), frozenset({6}))),
        (
            "cần mua sỉ mì chũ 500kg/tháng giao Hà Nội giá 20-30k/kg, 4 sao trở lên, đóng thùng 10kg",
            Demand(
                "mì chũ", Quantity(500, "kg", "month"), frozenset(), "Hà Nội", 4, "đóng thùng 10kg",
                PriceRange(20000, 30000, "kg"),
            ),
        ),
        ("mua 2 tấn vải thiều thùng xốp 10 kg tháng 6 giao Từ Sơn",
         Demand("vải thiều", Quantity(2000, "kg"), frozenset({6}), "Từ Sơn", packing="thùng xốp 10 kg")),
        ("toi can nhap 1.000 chai ruou lang van thang 12 den 2",
         Demand("ruou lang van", Quantity(1000, "chai"), frozenset({12, 1, 2}))),
        ("mỗi tháng 2 tấn gạo", Demand("gạo", Quantity(2000, "kg", "month"))),
        ("2 tấn tỏi ở Bắc Ninh tháng 6, 7", Demand("tỏi", Quantity(2000, "kg"), frozenset({6, 7}), "Bắc Ninh")),
        ("I want to buy 2 tons of lychee in June to August",
         Demand("lychee", Quantity(2000, "kg"), frozenset({6, 7, 8}))),
        ("6월에 리치 2톤 구매", Demand("리치", Quantity(2000, "kg"), frozenset({6}))),
        ("批发采购 荔枝 2吨 6月", Demand("荔枝", Quantity(2000, "kg"), frozenset({6}))),
        ("공급처를 찾고 있어요 쌀국수 500kg", Demand("쌀국수", Quantity(500, "kg"))),
        ("我想采购10吨荔枝，六月交货", Demand("荔枝", Quantity(10000, "kg"), frozenset({6}))),
        ("我要买十吨荔枝，六到八月", Demand("荔枝", Quantity(10000, "kg"), frozenset({6, 7, 8}))),
        ("我想采购10吨，十二月交货", Demand("", Quantity(10000, "kg"), frozenset({12}))),
        ("리치를 2톤 구매하고 싶어요, 6월 납품", Demand("리치", Quantity(2000, "kg"), frozenset({6}))),
        ("mua 10 tấn giao tháng 6", Demand("", Quantity(10000, "kg"), frozenset({6}))),
        ("购买 2吨 荔枝 6月", Demand("荔枝", Quantity(2000, "kg"), frozenset({6}))),
        ("bánh phu thê 300 hộp quanh năm giá dưới 100 nghìn",
         Demand("bánh phu thê", Quantity(300, "hộp"), YEAR, price=PriceRange(0, 100000))),
        ("tôi muốn mua 2 tấn ô mai tháng 6", Demand("ô mai", Quantity(2000, "kg"), frozenset({6}))),
        ("cần mua sỉ giò tai nấm ở Từ Sơn", Demand("giò tai nấm", place="Từ Sơn")),
        ("can mua 200 kg nem tai kinh bac", Demand("nem tai kinh bac", Quantity(200, "kg"))),
        ("can mua 200 kg vai thieu tai bac giang", Demand("vai thieu", Quantity(200, "kg"), place="bac giang")),
        ("300 cái giỏ mây tre đan tháng 6", Demand("giỏ mây tre đan", Quantity(300, "cái"), frozenset({6}))),
        ("cần mua 2 loại mỳ, 500 kg mỗi loại, mùa 6-7", Demand("2 loại mỳ", Quantity(500, "kg"), frozenset({6, 7}))),
        ("toi muon mua 2 tan my gao luc ngan thang 6",
         Demand("my gao luc ngan", Quantity(2000, "kg"), frozenset({6}))),
        ("2 tan toi", Demand("toi", Quantity(2000, "kg"))),
        ("mua 2 tấn cần tây, giá 20k/kg",
         Demand("cần tây", Quantity(2000, "kg"), price=PriceRange(20000, 20000, "kg"))),
        ("vải thiều tháng 6 - 20k/kg", Demand("vải thiều", None, frozenset({6}), price=PriceRange(20000, 20000, "kg"))),
    ],
)  # fmt: skip
def test_free_words(words: str, wanted: Demand) -> None:
    assert read_demand(words, today=TODAY) == wanted


def test_words_of_a_form_are_read_by_their_labels() -> None:
    found = read_demand(
        "Tìm nguồn hàng: sản phẩm: vải thiều; khối lượng: nhiều; tháng: 6-7; nơi giao: Từ Sơn; sao: 4; giá: 20-30k/kg",
        today=TODAY,
    )
    assert found == Demand("vải thiều", None, frozenset({6, 7}), "Từ Sơn", 4, "", PriceRange(20000, 30000, "kg"))
    assert found.unclear == (DemandPart.VOLUME,)
    assert Demand.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2 tấn", Quantity(2000, "kg")),
        ("1,5 tấn một vụ", Quantity(1500, "kg", "season")), ("5 tạ", Quantity(500, "kg")),
        ("300 chai mỗi tháng", Quantity(300, "chai", "month")), ("1.000 thùng/năm", Quantity(1000, "thùng", "year")),
        ("10 tá", Quantity(120, "cái")), ("2-3 tấn", Quantity(3000, "kg")), ("khoảng 40 yến", Quantity(400, "kg")),
        ("2 tấn rưỡi một vụ", Quantity(2500, "kg", "season")), ("tấn rưỡi", Quantity(1500, "kg")),
        ("nửa tấn mỗi tháng", Quantity(500, "kg", "month")), ("0,500 tấn", Quantity(500, "kg")),
        ("30 pots", Quantity(30, "hũ")), ("5 animals a year", Quantity(5, "con", "year")),
        ("nhiều", None), ("500", None), ("0 kg", None), ("999999999999 tấn", None), ("", None),
    ],
)  # fmt: skip
def test_amounts(said: str, wanted: Quantity | None) -> None:
    assert read_quantity(said) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("quanh năm", YEAR), ("6-7", {6, 7}), ("tháng 6 đến 8", {6, 7, 8}), ("tháng 6 đến tháng 8", {6, 7, 8}),
        ("vụ 11-2", {11, 12, 1, 2}), ("6, 7", {6, 7}), ("tháng này", {11}), ("tháng sau", {12}), ("june", {6}),
        ("months 11-1", {11, 12, 1}), ("6-7월", {6, 7}), ("1, 5월", {1, 5}), ("11-1月", {11, 12, 1}),
        ("hè", set()), ("13", set()), ("tháng 6 đến 40", {6}), ("", set()),
    ],
)  # fmt: skip
def test_months(said: str, wanted: set[int]) -> None:
    assert read_months(said, today=TODAY) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("20-30k/kg", PriceRange(20000, 30000, "kg")), ("20.000-30.000đ/kg", PriceRange(20000, 30000, "kg")),
        ("dưới 50 nghìn", PriceRange(0, 50000)), ("100.000 đ/chai", PriceRange(100000, 100000, "chai")),
        ("20 triệu/tấn", PriceRange(20000, 20000, "kg")), ("rẻ", None), ("20-30", None), ("30k-20k", None),
    ],
)  # fmt: skip
def test_prices(said: str, wanted: PriceRange | None) -> None:
    assert read_price(said) == wanted


def test_an_answer_that_cannot_be_read_is_unclear_until_it_can() -> None:
    held = read_part(DemandPart.VOLUME, "nhiều", Demand("vải"), today=TODAY)
    assert held.unclear == (DemandPart.VOLUME,)
    held = read_part(DemandPart.VOLUME, "2 tấn", held, today=TODAY)
    assert (held.volume, held.unclear) == (Quantity(2000, "kg"), ())


def test_the_name_of_every_product_is_read_whole() -> None:
    rows = csv.DictReader(SHIPPED.read_text(encoding="utf-8-sig").splitlines())
    for name in (row["Tên sản phẩm"].partition(",")[0] for row in rows):
        for words in (f"tôi muốn mua 2 tấn {name} tháng 6", f"cần mua {name} 300 hộp"):
            found = read_demand(words, today=TODAY)
            assert (found.product, found.place) == (name, "")
