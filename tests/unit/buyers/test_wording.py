"""An amount is told as it is, and what is told can be typed back: officers find it in their form."""

from datetime import date
from itertools import product

import pytest

from catalog.buyers.demand import Quantity
from catalog.buyers.read_demand import read_months, read_quantity
from handlers.buyers.wording import format_months, format_quantity
from handlers.phrases import speech

UNITS = ("kg", "lít", "thùng", "chai", "hộp", "lọ", "hũ", "gói", "túi", "bao", "bộ", "cái", "con", "quả", "bình")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_told_can_be_typed_back(language: str) -> None:
    say = speech(language)
    for unit, period, amount in product(UNITS, ("", "month", "season", "year", "week"), (30, 1500, 1234, 2000)):
        quantity = Quantity(amount, unit, period)
        assert read_quantity(format_quantity(quantity, say)) == quantity
    for months in ({6, 7}, {11, 12, 1}, {3}, {1, 5}, set(range(1, 13))):
        assert read_months(format_months(months, say), today=date(2026, 11, 28)) == months


def test_tonnes_are_told_where_nothing_is_rounded_away() -> None:
    say = speech("vi")
    told = [format_quantity(Quantity(amount, "kg"), say) for amount in (2000, 1230, 1234, 999)]
    assert told == ["2 tấn", "1,23 tấn", "1.234 kg", "999 kg"]
