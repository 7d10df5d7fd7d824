"""Dates of which only the year or the month may be known."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.dates import PartialDate

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DAYS)
    known = draw(st.sampled_from(["year", "month", "day"]))
    return PartialDate(day.year, day.month if known != "year" else 0, day.day if known == "day" else 0)


@given(partial_dates())
def test_it_survives_being_spelled(day: PartialDate) -> None:
    assert PartialDate.parse(str(day)) == day
    assert PartialDate.parse(day.vietnamese_text()) == day


@given(partial_dates())
def test_it_lies_between_its_first_and_its_last_day(day: PartialDate) -> None:
    assert day.earliest <= day.latest
    assert day.exact == (day.earliest == day.latest)
    assert (day.latest - day.earliest).days <= 365


@given(DAYS)
def test_a_whole_day_is_itself(day: date) -> None:
    known = PartialDate.of(day)
    assert known.exact
    assert known.earliest == known.latest == day


@given(partial_dates(), st.integers(min_value=0, max_value=20))
def test_years_later_it_is_as_exact_as_before(day: PartialDate, years: int) -> None:
    later = day.plus_months(12 * years)
    assert later.year == day.year + years
    assert (later.month, bool(later.day)) == (day.month, bool(day.day))


@given(DAYS, st.integers(min_value=-600, max_value=600))
def test_months_later_it_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = PartialDate.of(day).plus_months(months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(st.text(max_size=20))
def test_any_other_text_is_refused_with_a_value_error(text: str) -> None:
    try:
        PartialDate.parse(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2024-08-31", PartialDate(2024, 8, 31)),
        ("2024-08-31T00:00:00", PartialDate(2024, 8, 31)),
        ("2024-08-31 00:00:00", PartialDate(2024, 8, 31)),
        ("2024-8", PartialDate(2024, 8)),
        ("2024", PartialDate(2024)),
        (" 31/8/2024 ", PartialDate(2024, 8, 31)),
        ("31.08.2024", PartialDate(2024, 8, 31)),
        ("ngày 31-8-2024", PartialDate(2024, 8, 31)),
        ("Ngày 31 / 8 / 2024", PartialDate(2024, 8, 31)),
        ("8/2024", PartialDate(2024, 8)),
    ],
)
def test_it_reads_what_officers_write(text: str, means: PartialDate) -> None:
    assert PartialDate.parse(text) == means


@pytest.mark.parametrize("text", ["", "31/2/2024", "2024-13", "0/0/2024x", "hôm qua", "2024-02-30", "13/2024", "24"])
def test_what_is_in_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


def test_a_day_needs_its_month() -> None:
    with pytest.raises(ValueError, match="without its month"):
        PartialDate(2024, 0, 5)


def test_the_last_of_february_is_found() -> None:
    assert PartialDate(2024, 2, 29).plus_months(36) == PartialDate(2027, 2, 28)
    assert PartialDate(2023, 12).plus_months(36) == PartialDate(2026, 12)
    assert PartialDate(2023).plus_months(36) == PartialDate(2026)


def test_it_is_shown_as_viet_nam_writes_it() -> None:
    assert [day.vietnamese_text() for day in (PartialDate(2024, 8, 3), PartialDate(2024, 8), PartialDate(2024))] == [
        "03/08/2024",
        "08/2024",
        "2024",
    ]
