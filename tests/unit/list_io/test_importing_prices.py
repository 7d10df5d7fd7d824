"""Reference prices and months in season, as officers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cells.prices import Price, cheapest, part_day, price, price_of_line
from catalog.cells.problems import CellRefused
from catalog.cells.seasons import months_in, months_text, season, season_cell
from catalog.dates import PartialDate
from catalog.model import ProductRow

ROW = ProductRow(name="Nem", producer="HTX")


@pytest.mark.parametrize(
    ("written", "kept", "least"),
    [
        ("120.000 đ/hộp 500 g", "120.000 đ/hộp 500 g", 120_000),
        ("120000đ/hộp", "120.000 đ/hộp", 120_000),
        ("120,000 VNĐ / kg", "120.000 đ/kg", 120_000),
        ("120 000 ₫/kg", "120.000 đ/kg", 120_000),
        ("120k/kg", "120.000 đ/kg", 120_000),
        ("120 nghìn đồng/kg", "120.000 đ/kg", 120_000),
        ("1,2 triệu đồng/bộ", "1.200.000 đ/bộ", 1_200_000),
        ("120.000 đồng một hộp", "120.000 đ/hộp", 120_000),
        ("120.000/1kg", "120.000 đ/kg", 120_000),
        ("25.000đ/500g", "25.000 đ/500g", 25_000),
        ("50.000 - 70.000 đ/kg", "50.000–70.000 đ/kg", 50_000),
        ("50–70k/kg", "50.000–70.000 đ/kg", 50_000),
        ("Giá: từ 50.000 đồng đến 70.000 đồng/kg", "50.000–70.000 đ/kg", 50_000),
        ("120.000 đ/hộp 500 g; 65.000 đ/hộp 250 g", "120.000 đ/hộp 500 g; 65.000 đ/hộp 250 g", 65_000),
        ("120.000 đ/hộp (500 g)", "120.000 đ/hộp (500 g)", 120_000),
        ("120.000 đ/hộp (loại 1)", "120.000 đ/hộp (loại 1)", 120_000),
        ("120.000 đ/gói (1/2 kg)", "120.000 đ/gói (1/2 kg)", 120_000),
        ("120.000 đ/hộp (giá tết)", "120.000 đ/hộp (giá tết)", 120_000),
        ("120.000 đ/kg\u2028150.000 đ/hộp", "120.000 đ/kg; 150.000 đ/hộp", 120_000),
        ("120.000 đ/kg\v150.000 đ/hộp", "120.000 đ/kg; 150.000 đ/hộp", 120_000),
        ("120.000 đ/kg (tính đến 6/2026)", "120.000 đ/kg (tính đến 06/2026)", 120_000),
        ("120.000 đ/kg (30/6/2026)", "120.000 đ/kg (tính đến 30/06/2026)", 120_000),
        ("120.000 đ/kg (tháng 6/2026)", "120.000 đ/kg (tính đến 06/2026)", 120_000),
        ("không", "", None),
        ("-", "", None),
        ("", "", None),
    ],
)
def test_a_price_is_an_amount_with_its_unit(written, kept, least):
    assert price(written) == kept
    assert price(kept) == kept
    assert cheapest(kept) == least


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (120000.0, "thiếu đơn vị"),
        ("120.000đ", "thiếu đơn vị"),
        ("liên hệ", "không phải giá"),
        ("rẻ lắm/kg", "không phải giá"),
        ("5 USD/kg", "không phải giá"),
        ("120 đ/kg", "không hợp lý"),
        ("120.000 đ/kg (tháng 13/2025)", "không phải ngày của giá"),
        ("120.000 đ/kg (tính đến 32/1/2026)", "không phải ngày của giá"),
        ("120.000 đ/kg (31-02-2026)", "không phải ngày của giá"),
        ("120.000 đ/kg (13/2025)", "không phải ngày của giá"),
        ("70.000 - 50.000 đ/kg", "không hợp lý"),
        ("120.000 đ/", "không phải giá"),
        ("120.000 đ/kg, 150.000 đ/hộp", "có nhiều giá"),
        ("120k/kg-150k/kg", "có nhiều giá"),
        ("120.000 đ/500", "không phải giá"),
        ("120.000 đ/kg; đắt", "không phải giá"),
        ("x" * 301, "Dài quá"),
    ],
)
def test_what_is_no_price_is_refused_with_its_reason(written, said):
    with pytest.raises(CellRefused) as refused:
        price(written)
    assert said in refused.value.reason
    assert refused.value.reason_en


@given(st.integers(500, 10**9), st.integers(500, 10**9), st.sampled_from(["kg", "hộp 500 g", "500g", "túi (6 cái)"]))
def test_a_price_reads_back_as_it_was(one, other, unit):
    made = Price(min(one, other), max(one, other), unit)
    assert Price.parse(str(made)) == made


def test_a_price_without_its_own_day_has_the_day_of_its_line():
    june, july = PartialDate(2026, 6), PartialDate(2026, 7, 1)
    assert price_of_line("120.000 đ/kg", {"as_of": july}) == "120.000 đ/kg (tính đến 01/07/2026)"
    assert part_day(price_of_line("120.000 đ/kg (tính đến 06/2026)", {"as_of": july})) == ("120.000 đ/kg", june)
    assert price_of_line("120.000 đ/kg", {}) == "120.000 đ/kg"
    assert price_of_line(None, {"as_of": july}) == ""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("6-7", "6-7"),
        ("6 – 7", "6-7"),
        ("11-2", "11-2"),
        ("6, 7", "6-7"),
        ("6;7", "6-7"),
        ("tháng 6 đến tháng 7", "6-7"),
        ("Từ tháng 11 đến tháng 2 năm sau", "11-2"),
        ("T6-T7", "6-7"),
        ("tháng 6 và 7", "6-7"),
        ("tháng 3, tháng 6-7", "3, 6-7"),
        ("12, 1, 5", "5, 12-1"),
        (6.0, "6"),
        ("mùa: tháng 6", "6"),
        ("quanh năm", "1-12"),
        ("Cả năm", "1-12"),
        ("1-12", "1-12"),
        ("không rõ", ""),
        ("", ""),
    ],
)
def test_months_in_season(written, kept):
    assert season(written) == kept
    assert season(season_cell(kept, ROW)) == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("13", "Không hiểu"),
        ("0-3", "Không hiểu"),
        ("mùa hè", "Không hiểu"),
        ("tháng", "Không hiểu"),
        ("06/07/2026", "đổi ô này thành ngày"),
        ("2026-07-06", "đổi ô này thành ngày"),
        ("tháng 5 âm lịch", "dương lịch"),
        ("tháng Chạp", "dương lịch"),
    ],
)
def test_what_are_no_months_is_refused(written, said):
    with pytest.raises(CellRefused) as refused:
        season(written)
    assert said in refused.value.reason


@given(st.frozensets(st.integers(1, 12), min_size=1))
def test_months_read_back_as_they_were(months):
    text = months_text(months)
    assert months_in(text) == months
    assert season(season_cell(text, ROW)) == text
