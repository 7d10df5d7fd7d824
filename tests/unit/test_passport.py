"""The star that counts today, from the certificates of a product."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import passport
from catalog.dates import PartialDate
from catalog.model import Certificate, Source
from catalog.passport import Standing

TODAY = date(2026, 11, 24)


def decided(day: str, *, stars: int | None = 4, **more: object) -> Certificate:
    return Certificate(stars=stars, decided=PartialDate.parse(day), **more)  # type: ignore[arg-type]  # as given


def ending(days: int, *, stars: int = 3) -> Certificate:
    """A certificate that ends so many days from today, as a list of today has it."""
    ends = PartialDate.of(TODAY + timedelta(days=days))
    return Certificate(stars=stars, expires=ends, source=Source("list", PartialDate.of(TODAY)))


def test_one_in_force_counts_thirty_six_months_from_its_decision() -> None:
    held = passport.of([decided("2024-08-31")], TODAY)
    assert held.standing is Standing.VALID
    assert held.stars == 4
    assert held.current is not None
    assert held.current.ends == PartialDate(2027, 8, 31)
    assert held.current.computed
    assert held.current.exact
    assert held.current.days_left == (date(2027, 8, 31) - TODAY).days
    assert held.earlier == ()


def test_its_own_end_goes_before_ours() -> None:
    held = passport.of([decided("2024-08-31", expires=PartialDate(2026, 12, 31))], TODAY)
    assert held.current is not None
    assert (held.current.ends, held.current.computed) == (PartialDate(2026, 12, 31), False)


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (31, Standing.VALID),
        (30, Standing.ENDING),
        (1, Standing.ENDING),
        (0, Standing.ENDING),
        (-1, Standing.LAPSED),
        (-400, Standing.LAPSED),
    ],
)
def test_it_ends_on_its_very_day(days: int, standing: Standing) -> None:
    held = passport.of([ending(days)], TODAY)
    assert held.standing is standing
    assert held.current is not None
    assert held.current.days_left == days


def test_a_renewed_one_counts_and_the_earlier_ones_are_kept_newest_first() -> None:
    first, second, third = decided("2018-05-01", stars=3), decided("2021-05-01"), decided("2024-05-01", stars=5)
    held = passport.of([second, third, first], TODAY)
    assert (held.standing, held.stars) == (Standing.VALID, 5)
    assert [term.certificate for term in held.earlier] == [second, first]


def test_one_in_force_goes_before_a_newer_one_that_has_lapsed() -> None:
    """A higher star that was withdrawn early does not hide the one that still counts."""
    short = decided("2025-01-01", stars=5, expires=PartialDate(2025, 6, 30))
    long = decided("2024-01-01", stars=3)
    assert passport.of([short, long], TODAY).stars == 3


def test_an_abolished_district_is_kept_as_it_signed() -> None:
    signed = decided("2024-12-20", stars=3, issuer="UBND huyện Lương Tài")
    held = passport.of([signed], TODAY)
    assert held.standing is Standing.VALID
    assert held.current is not None
    assert held.current.certificate.issuer == "UBND huyện Lương Tài"


def test_without_a_certificate_nothing_is_claimed() -> None:
    held = passport.of([], TODAY)
    assert (held.standing, held.current, held.stars, held.earlier) == (Standing.NONE, None, None, ())


def test_a_potential_five_star_is_a_four_star() -> None:
    held = passport.of([decided("2025-01-01", potential_five=True)], TODAY)
    assert held.stars == 4
    assert held.current is not None
    assert held.current.certificate.potential_five


def test_without_any_date_its_end_is_unknown() -> None:
    held = passport.of([Certificate(stars=4)], TODAY)
    assert held.standing is Standing.UNDATED
    assert held.current is not None
    assert (held.current.ends, held.current.days_left, held.current.exact) == (None, None, False)


def test_without_a_star_it_is_unrated_whatever_its_dates() -> None:
    assert passport.of([decided("2025-01-01", stars=None)], TODAY).standing is Standing.UNRATED
    assert passport.of([Certificate(decision="12/QĐ-UBND")], TODAY).standing is Standing.UNRATED


@pytest.mark.parametrize(
    ("day", "standing", "ends"),
    [
        ("2024", Standing.VALID, PartialDate(2027)),
        ("2024-01", Standing.VALID, PartialDate(2027, 1)),
        ("2023-12", Standing.ENDING, PartialDate(2026, 12)),
        ("2023-11", Standing.UNCERTAIN, PartialDate(2026, 11)),
        ("2023", Standing.UNCERTAIN, PartialDate(2026)),
        ("2023-10", Standing.PRESUMED_LAPSED, PartialDate(2026, 10)),
        ("2022", Standing.PRESUMED_LAPSED, PartialDate(2025)),
    ],
)
def test_where_only_the_month_or_the_year_is_known_its_earliest_day_counts(
    day: str, standing: Standing, ends: PartialDate
) -> None:
    held = passport.of([decided(day)], TODAY)
    assert held.standing is standing
    assert held.current is not None
    assert (held.current.ends, held.current.days_left, held.current.exact) == (ends, None, False)


@pytest.mark.parametrize(
    ("as_of", "standing"),
    [
        (None, Standing.PRESUMED_LAPSED),
        ("2025-03-01", Standing.PRESUMED_LAPSED),
        ("2026-10-20", Standing.PRESUMED_LAPSED),
        ("2026-10", Standing.PRESUMED_LAPSED),
        ("2026", Standing.PRESUMED_LAPSED),
        ("2026-10-21", Standing.LAPSED),
        ("2026-11", Standing.LAPSED),
    ],
)
def test_it_has_lapsed_for_certain_only_where_a_source_is_younger_than_the_end(
    as_of: str | None, standing: Standing
) -> None:
    source = Source("list", PartialDate.parse(as_of) if as_of else None)
    held = passport.of([decided("2023-10-20", source=source)], TODAY)
    assert held.standing is standing
    assert held.known_as_of == source.as_of


def test_the_newest_source_about_any_of_its_certificates_counts() -> None:
    """A list of this month that still carries only the old certificate knows of no renewal."""
    ended = decided("2023-10-20", source=Source("list", PartialDate(2023, 12, 1)))
    before = decided("2020-10-20", source=Source("new list", PartialDate(2026, 11, 1)))
    assert passport.of([ended, before], TODAY).standing is Standing.LAPSED


def test_one_surely_in_force_goes_before_one_that_may_have_ended() -> None:
    maybe, surely = decided("2023", stars=5), decided("2024-02-01", stars=3)
    assert passport.of([maybe, surely], TODAY).stars == 3
    assert passport.of([maybe, decided("2019-02-01", stars=3)], TODAY).stars == 5


def test_of_two_undated_ones_the_one_heard_of_last_counts() -> None:
    old = Certificate(stars=3, source=Source("a", PartialDate(2022)))
    new = Certificate(stars=4, source=Source("b", PartialDate(2025)))
    assert passport.of([old, new], TODAY).stars == passport.of([new, old], TODAY).stars == 4


def test_of_two_that_say_the_same_the_better_star_counts() -> None:
    assert passport.of([Certificate(stars=3), Certificate(stars=4)], TODAY).stars == 4


@given(st.lists(st.builds(ending, st.integers(-2000, 2000), stars=st.integers(3, 5)), max_size=6))
def test_whatever_the_certificates_none_is_lost_and_the_best_counts(certificates: list[Certificate]) -> None:
    held = passport.of(certificates, TODAY)
    every = ([held.current] if held.current else []) + list(held.earlier)
    assert sorted(map(repr, (term.certificate for term in every))) == sorted(map(repr, certificates))
    in_force = any(term.is_in_force(TODAY) for term in every)
    assert in_force == (held.standing in passport.IN_FORCE)
