"""What was sold, as people write it; figures put together from counts."""

from datetime import date
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.buyers.read_demand import read_price, read_quantity
from catalog.cells.prices import Price
from catalog.cells.problems import CellRefused
from catalog.fairs.figures import FairFigures, FairSale, format_amount, read_amount, read_best, read_sale
from catalog.fairs.visits import VisitCount, VisitKind


@pytest.mark.parametrize(
    ("said", "sold"),
    [
        ("doanh thu 25 triệu, OCOP 18 triệu", (25_000_000, 18_000_000)),
        ("Doanh thu: 1,2 tỷ", (1_200_000_000, None)),
        ("doanh thu 25.000.000 đồng trong đó OCOP 18.000.000 đồng", (25_000_000, 18_000_000)),
        ("doanh thu 25tr ocop 5tr", (25_000_000, 5_000_000)),
        ("bán được 800k", (800_000, None)),
        ("revenue 3 million, OCOP 2 million", (3_000_000, 2_000_000)),
        ("doanh thu 0", (0, None)),
        ("doanh thu 25 triệu, bán chạy nhất: 300 hộp nem OCOP 50 nghìn", (25_000_000, None)),
        ("doanh thu 5 triệu, OCOP 8 triệu", None),
        ("doanh thu của chúng tôi tốt", None),
        ("nem 25 triệu", None),
        ("doanh thu 99999999 tỷ", None),
    ],
)
def test_what_was_sold_is_read_as_people_write_it(said: str, sold: tuple[int, int | None] | None) -> None:
    assert read_sale(said) == sold


@pytest.mark.parametrize(
    ("said", "best"),
    [
        ("doanh thu 25 triệu, OCOP 18 triệu, bán chạy: Vải thiều, mật ong.", "Vải thiều, mật ong"),
        ("Doanh thu 25 triệu; bán chạy nhất Rượu làng Vân", "Rượu làng Vân"),
        ("doanh thu 25 triệu", ""),
    ],
)
def test_what_sold_best_stays_as_it_was_written(said: str, best: str) -> None:
    assert read_best(said) == best


@given(st.integers(0, 10**12))
def test_an_amount_survives_being_spelled(amount: int) -> None:
    assert read_amount(format_amount(amount)) == amount


@given(st.text(max_size=80))
def test_no_words_make_it_fail(words: str) -> None:
    read_sale(f"doanh thu {words}")


def test_figures_are_put_together() -> None:
    first, second = date(2027, 3, 1), date(2027, 3, 2)
    counts = [
        VisitCount(1, first, VisitKind.VISIT, 10, 2),
        VisitCount(1, second, VisitKind.VISIT, 5, 0),
        VisitCount(2, second, VisitKind.QUOTE, 3, 0),
        VisitCount(2, second, VisitKind.REMIND, 4, 0),
    ]
    sales = [FairSale("f", "a", 100, 60, 0.0), FairSale("f", "b", 50, None, 0.0)]
    figures = FairFigures(counts, leads=3, answered=2, sales=sales)
    assert (figures.of_kind(VisitKind.VISIT), figures.crowd, figures.total, figures.ocop) == (15, 2, 150, 60)
    assert figures.by_day() == [(first, 10, 0), (second, 5, 3)]
    assert figures.by_booth() == {1: (15, 0), 2: (0, 3)}


@pytest.mark.parametrize("number", ["9" * 30, "9" * 400, "9" * 400 + ",5", "1e400", "inf", "nan"])
def test_more_than_anybody_sells_is_no_amount(number: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        read_amount(number, "tỷ")
    assert read_sale(f"doanh thu {number} tỷ") is None


def test_nor_is_it_a_price_or_a_volume() -> None:
    many = "9" * 400
    with pytest.raises(CellRefused):
        Price.parse(f"{many} triệu/kg")
    wanted, most = read_quantity(f"cần {many} tấn nấm"), read_price(f"cần mua vải giá dưới {many} triệu")
    assert wanted is None or isfinite(wanted.amount)
    assert most is None or isfinite(most.most or 0)
