"""What the search knows of a certificate is what its passport says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import entries
from catalog.dates import PartialDate
from catalog.model import Certificate, Source
from catalog.passport import Standing
from catalog.places import Places
from catalog.search import Entry, Index, Validity
from catalog.search.entry_columns import VALIDITIES, read_entries

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("decided", "heard", "validity"),
    [
        ("2024-12-20", "2025-03-01", Validity.IN_FORCE),
        ("2023-12-01", "2025-03-01", Validity.ENDING),
        ("2023", "2025-03-01", Validity.UNSURE),
        ("2020-01-01", "2025-03-01", Validity.OVER),
        ("2022-01-01", "2022-03-01", Validity.OVER),
    ],
)
def test_the_search_follows_the_passport(decided: str, heard: str, validity: Validity) -> None:
    source = Source("Sở", PartialDate.parse(heard))
    certificate = Certificate(stars=4, number="", decision="", decided=PartialDate.parse(decided), source=source)
    assert entries.validity((certificate,), TODAY) is validity


def test_every_standing_has_its_place() -> None:
    assert set(entries._VALIDITY) == set(Standing)


partial_dates = st.dates(date(2015, 1, 1), date(2035, 12, 31)).flatmap(
    lambda day: st.sampled_from((PartialDate(day.year), PartialDate(day.year, day.month), PartialDate.of(day)))
)
certificates = st.lists(
    st.builds(
        Certificate,
        stars=st.none() | st.integers(3, 5),
        decided=st.none() | partial_dates,
        expires=st.none() | partial_dates,
        source=st.builds(Source, st.just("Sở"), st.none() | partial_dates),
    ),
    max_size=3,
).map(tuple)


@given(certificates, st.dates(date(2014, 1, 1), date(2040, 1, 1)))
def test_the_days_that_are_kept_tell_what_the_passport_tells_on_any_day(
    held: tuple[Certificate, ...], day: date
) -> None:
    told = [validity for since, validity in entries.standings(held) if since <= day]
    assert (told[-1] if told else Validity.UNSURE) is entries.validity(held, day)


@pytest.mark.parametrize("year", [1, 9999])
def test_certificates_at_the_ends_of_all_days_can_be_kept(year: int) -> None:
    held = (Certificate(stars=4, expires=PartialDate(year, 1 if year == 1 else 12, 1 if year == 1 else 31)),)
    assert entries.standings(held)


def test_columns_tell_how_certificates_stand_on_a_day() -> None:
    told = (
        (date(2026, 1, 1), Validity.IN_FORCE),
        (date(2026, 6, 1), Validity.ENDING),
        (date(2026, 7, 1), Validity.OVER),
    )
    read = read_entries([Entry("1", "nem"), Entry("2", "gạo", standings=told), Entry("3", "mì", standings=told[2:])])
    for day, seen in (
        (date(2025, 12, 31), (Validity.UNSURE, Validity.UNSURE)),
        (date(2026, 1, 1), (Validity.IN_FORCE, Validity.UNSURE)),
        (date(2026, 6, 30), (Validity.ENDING, Validity.UNSURE)),
        (date(2026, 7, 1), (Validity.OVER, Validity.OVER)),
    ):
        assert [VALIDITIES[code] for code in read.validities(day)] == [Validity.UNSURE, *seen]


@pytest.mark.parametrize("words", ["của htx nem làng bùi", "htx nem lang bui", "nem làng bùi", "của htx bùi xá"])
def test_what_a_producer_makes_is_found_by_each_of_their_names(words: str) -> None:
    listed = [
        entries.Listed("a", "Tương", (), "", "HTX Nem Bùi", "", "", 3, maker_names=("HTX nem làng Bùi", "HTX Bùi Xá")),
        entries.Listed("b", "Giò lụa", (), "", "HTX Hoàng Hoa", "", "", 3),
    ]
    index = Index.build(entries.entries(listed, Places.load_shipped()))
    assert [hit.id for hit in index.find(words).hits] == ["a"]
