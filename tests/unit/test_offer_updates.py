"""What producers tell in plain words, and what is a question or a search; stock as a field."""

from datetime import date

import pytest

from catalog.cells.problems import CellRefused
from catalog.cells.stock import read_stock, stock, stock_of_line
from catalog.dates import PartialDate
from catalog.offer_updates import OfferUpdate, are_hours, means_all, read_updates

DAY = PartialDate(2026, 11, 28)


@pytest.mark.parametrize(
    ("words", "field", "value", "product"),
    [
        ("giá nem 120k/hộp", "price", "120k/hộp", "nem"),
        ("gia nem 120k/hop", "price", "120k/hop", "nem"),
        ("nem 99 giá 60k/hộp 500g ạ", "price", "60k/hộp 500g", "nem 99"),
        ("giá lẻ nem tai 50-60k/hộp nhé", "price", "50-60k/hộp", "nem tai"),
        ("nem tai: 90k/hộp", "price", "90k/hộp", "nem tai"),
        ("hết hàng đến tháng 3", "stock", "hết hàng đến tháng 3", ""),
        ("nem tai tạm hết hàng rồi ạ", "stock", "tạm hết hàng rồi", "nem tai"),
        ("còn 200 hộp", "stock", "còn 200 hộp", ""),
        ("có hàng lại rồi", "stock", "có hàng lại rồi", ""),
        ("mở cửa 8h-17h", "hours", "8h-17h", ""),
        ("mở cửa 7h sáng - 5h chiều", "hours", "7h sáng - 5h chiều", ""),
        ("open 8am-5pm", "hours", "8am-5pm", ""),
        ("7h30 sáng - 5h chiều", "hours", "7h30 sáng - 5h chiều", ""),
        ("giá nem 1 -120k", "price", "-120k", "nem 1"),
        ("giá nem 50 - 60k/hộp", "price", "50 - 60k/hộp", "nem"),
        ("hết rồi", "stock", "hết hàng", ""),
        ("nem bùi hết rồi", "stock", "hết hàng", "nem bùi"),
        ("sold out", "stock", "hết hàng", ""),
        ("nem tai tạm ngừng bán", "stock", "hết hàng", "nem tai"),
        ("nem 1 hết hàng ùi", "stock", "hết hàng rồi", "nem 1"),
        ("tất cả hết hàng", "stock", "hết hàng", "tất cả"),
        ("giờ mở cửa: 8h đến 17h cả tuần", "hours", "8h đến 17h cả tuần", ""),
        ("mùa vụ tháng 6-7", "season", "tháng 6-7", ""),
        ("mùa vải tháng 6 đến tháng 7", "season", "tháng 6 đến tháng 7", "vải"),
    ],
)
def test_what_is_told(words: str, field: str, value: str, product: str) -> None:
    assert read_updates(words) == (OfferUpdate(field, value, product),)


def test_a_list_of_prices_may_have_a_heading() -> None:
    told = read_updates("Bảng giá:\n- nem tai 60k/hộp\n- nem bùi: 90k/hộp\n")
    assert [(each.product, each.value) for each in told] == [("nem tai", "60k/hộp"), ("nem bùi", "90k/hộp")]


@pytest.mark.parametrize(
    "words",
    [
        "còn hàng không", "còn hàng à", "giá nem bao nhiêu", "rượu dưới 100k", "giá dưới 100k",
        "rượu 100k/chai có không", "loại 3 sao thôi", "nem 5 sao", "mùa này có gì", "tháng 6 có gì", "mấy giờ mở cửa",
        "mật ong 500ml", "hết rồi à", "hết mùa rồi", "cảm ơn hết rồi", "hết hạn rồi", f"giá nem {'9' * 400}",
        "lô L12 HSD 12/2026", "so sánh nem 99 với nem bùi", "", "giá?", "hàng" * 600,
    ],
)  # fmt: skip
def test_questions_and_searches_tell_nothing(words: str) -> None:
    assert read_updates(words) == ()


def test_no_hour_is_beyond_the_day() -> None:
    fine = [each for each in ("8h-17h", "7:30 đến 24h", "25h-26h", "8h75") if are_hours(each)]
    assert fine == ["8h-17h", "7:30 đến 24h"]


def test_a_word_may_stand_for_all_that_is_made() -> None:
    assert [means_all(each) for each in ("tất cả", "tất cả sản phẩm", "cả hai", "nem tất cả")] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("cell", "kept", "today", "current"),
    [
        ("Còn hàng", "còn hàng", date(2026, 12, 28), True),
        ("còn hàng", "còn hàng", date(2026, 12, 29), False),
        ("còn 1.200 hộp", "còn 1.200 hộp", date(2026, 11, 28), True),
        ("hiện còn khoảng 30 kg", "còn khoảng 30 kg", date(2026, 11, 28), True),
        ("còn 0 hộp", "hết hàng", date(2026, 11, 28), True),
        ("tạm hết hàng đến tháng 3", "hết hàng đến tháng 3", date(2027, 2, 28), True),
        ("hết hàng đến tháng 3", "hết hàng đến tháng 3", date(2027, 3, 1), False),
        ("hết hàng đến hết tháng 12", "hết hàng đến hết tháng 12", date(2026, 12, 31), True),
        ("hết hàng đến 15/1", "hết hàng đến 15/1", date(2027, 1, 15), False),
    ],
)
def test_stock_lapses_by_itself(cell: str, kept: str, today: date, *, current: bool) -> None:
    value = stock_of_line(stock(cell), {"as_of": DAY})
    assert value == f"{kept} (tính đến 28/11/2026)"
    assert stock(value) == value
    held = read_stock(value)
    assert held is not None
    assert held.is_current(today) is current


@pytest.mark.parametrize(
    "cell", ["vài hộp", "hết hàng đến tết", "hết hàng đến tháng 13", "hết hàng đến 31/2", "giá 5k"]
)
def test_other_words_are_refused_with_what_to_write(cell: str) -> None:
    with pytest.raises(CellRefused) as refused:
        stock(cell)
    assert "hết hàng đến" in refused.value.reason


def test_a_word_that_begins_like_a_price_is_none():
    assert read_updates("giao tận nơi, gọi 0912 345 672") == ()


@pytest.mark.parametrize("line", ["nem " + "gia " * 100 + "! 9", "- " * 400 + "1", "giá nem " + "x" * 150 + " 120k"])
def test_a_line_longer_than_anybody_writes_is_not_read(line: str):
    assert read_updates(line) == ()
