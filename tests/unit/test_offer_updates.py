"""What producers tell in plain words, and what is a question or a search; stock as a field."""

from datetime import date

import pytest

from catalog.cells.problems import CellRefused
from catalog.cells.stock import check_stock, read_stock, stock, stock_of_line
from catalog.dates import PartialDate
from catalog.fields import make_row
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
        ("giá -120k", "price", "-120k", ""),
        ("nem 1 giá -120k/hộp", "price", "-120k/hộp", "nem 1"),
        ("giá nem 1 -120k", "price", "120k", "nem 1"),
        ("Nem chua -120k/hộp", "price", "120k/hộp", "Nem chua"),
        ("giá nem 50 - 60k/hộp", "price", "50 - 60k/hộp", "nem"),
        ("hết rồi", "stock", "hết hàng", ""),
        ("bán hết rồi", "stock", "hết hàng", ""),
        ("hàng hết rồi", "stock", "hết hàng", ""),
        ("nem bùi ko còn hàng", "stock", "hết hàng", "nem bùi"),
        ("năm nay nem bùi hết hàng", "stock", "hết hàng", "nem bùi"),
        ("nem chua tạm ngừng bán đến tháng 3", "stock", "hết hàng đến tháng 3", "nem chua"),
        ("hết sạch đến tháng 3", "stock", "hết hàng đến tháng 3", ""),
        ("sold out until March", "stock", "hết hàng until March", ""),
        ("mở cửa 8 giờ 30 đến 17 giờ 30", "hours", "8 giờ 30 đến 17 giờ 30", ""),
        ("8 giờ 30 - 17 giờ", "hours", "8 giờ 30 - 17 giờ", ""),
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


@pytest.mark.parametrize(
    ("words", "product"),
    [
        ("nem bùi hết rồi", "nem bùi"),
        ("nem chua 1 đã hết rồi", "nem chua 1"),
        ("nem 1 hôm nay đã bán hết rồi ạ", "nem 1"),
        ("khách về hết rồi", "khách về"),
        ("hôm nay hết rồi", "hôm nay"),
    ],
)
def test_all_gone_is_loosely_told_of_a_name(words: str, product: str) -> None:
    assert read_updates(words) == (OfferUpdate("stock", "hết hàng", product, loose=True),)


def test_a_price_list_parts_names_from_prices_by_a_dash() -> None:
    told = read_updates("Nem chua -120k/hộp\nNem bùi -100k/hộp")
    assert [(each.product, each.value) for each in told] == [("Nem chua", "120k/hộp"), ("Nem bùi", "100k/hộp")]


def test_a_list_of_prices_may_have_a_heading() -> None:
    told = read_updates("Bảng giá:\n- nem tai 60k/hộp\n- nem bùi: 90k/hộp\n")
    assert [(each.product, each.value) for each in told] == [("nem tai", "60k/hộp"), ("nem bùi", "90k/hộp")]


@pytest.mark.parametrize(
    "words",
    [
        "còn hàng không", "còn hàng à", "giá nem bao nhiêu", "rượu dưới 100k", "giá dưới 100k",
        "rượu 100k/chai có không", "loại 3 sao thôi", "nem 5 sao", "mùa này có gì", "tháng 6 có gì", "mấy giờ mở cửa",
        "mật ong 500ml", "hết rồi à", "hết mùa rồi", "cảm ơn hết rồi", "hết hạn rồi", f"giá nem {'9' * 400}",
        "lô L12 HSD 12/2026", "so sánh nem 99 với nem bùi", "", "giá?", "10g-20g",
        "hết rồi mai tới lấy", "nem sắp hết rồi", "nem gần hết hàng", "nem chua chưa hết hàng", "nem chua sap het hang",
        "hàng" * 600,
    ],
)  # fmt: skip
def test_questions_and_searches_tell_nothing(words: str) -> None:
    assert read_updates(words) == ()


def test_no_hour_is_beyond_the_day() -> None:
    fine = ["8h-17h", "7:30 đến 24h", "8 giờ 30 đến 17 giờ 30", "8h-17h 365 ngày", "8-17", "8h-17h, gọi 0912345678"]
    assert [each for each in (*fine, "25h-26h", "8h75", "8h75-17h", "8 giờ 75 - 17 giờ") if are_hours(each)] == fine


def test_a_word_may_stand_for_all_that_is_made() -> None:
    told = ("tất cả", "tất cả sản phẩm", "cả hai", "cả 2 loại", "cả ba", "nem tất cả")
    assert [each for each in told if means_all(each, 2)] == ["tất cả", "tất cả sản phẩm", "cả hai", "cả 2 loại"]
    assert [each for each in told if means_all(each, 5)] == ["tất cả", "tất cả sản phẩm"]


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
    ("cell", "told", "wrong"),
    [
        ("hết hàng đến 29/2", DAY, "không có ngày ấy"),
        ("hết hàng đến 15/3/2026", DAY, "không còn ở phía trước"),
        ("hết hàng đến tháng 3/2026", DAY, "không còn ở phía trước"),
        ("hết hàng đến 28/11/2026", DAY, "không còn ở phía trước"),
        ("hết hàng đến 1/12/2027", DAY, "quá xa"),
        ("hết hàng đến 29/2", PartialDate(2027, 6, 1), ""),
        ("lại hết hàng", DAY, ""),
        ("sold out until March", DAY, ""),
        ("hết hàng đến tháng 11/2026", DAY, ""),
    ],
)
def test_an_end_that_is_none_is_called_what_it_is(cell: str, told: PartialDate, wrong: str) -> None:
    row = make_row({"stock": stock_of_line(stock(cell), {"as_of": told})})
    reasons = [each.reason for each in check_stock("stock", row, told.earliest)]
    assert len(reasons) == bool(wrong)
    assert wrong in "".join(reasons)


def test_a_day_that_the_year_has_not_comes_in_the_next() -> None:
    held = read_stock(stock_of_line(stock("hết hàng đến 29/2"), {"as_of": PartialDate(2027, 6, 1)}))
    assert held is not None
    assert held.back == PartialDate(2028, 2, 29)


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
