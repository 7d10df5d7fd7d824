"""What decisions make of a star: lapsed, annulled and withdrawn are three things, and the day of effect counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import passport
from catalog.dates import PartialDate
from catalog.entries import standings, validity
from catalog.model import Certificate, CertificateEvent, EventKind, Reason, Scope, Source
from catalog.passport import Standing
from catalog.search import Validity

TODAY = date(2026, 11, 27)
FOUR = Certificate(stars=4, decision="12/QĐ-UBND", decided=PartialDate(2024, 12, 20))
WITHDRAWN = CertificateEvent(
    EventKind.WITHDRAWN, "55/QĐ-UBND", PartialDate(2026, 11, 2), "UBND tỉnh Bắc Ninh", Reason.PRODUCTION_STOPPED
)
ANNULLED = replace(WITHDRAWN, kind=EventKind.ANNULLED, reason=Reason.NOT_RE_EVALUATED)


def on(day: date, *certificates: Certificate) -> passport.Passport:
    return passport.of(certificates, day)


@pytest.mark.parametrize(("event", "standing"), [(WITHDRAWN, Standing.WITHDRAWN), (ANNULLED, Standing.ANNULLED)])
def test_a_star_that_was_taken_away_counts_no_more(event: CertificateEvent, standing: Standing) -> None:
    held = on(TODAY, replace(FOUR, events=(event,)))
    assert (held.standing, held.stars, held.may_be_printed) == (standing, None, False)
    assert held.current is not None
    assert held.current.ended_by == event
    assert held.current.certificate.stars == 4, "what it was is kept"


def test_the_day_on_which_it_takes_effect_counts() -> None:
    next_week = replace(WITHDRAWN, effective=PartialDate(2026, 12, 4))
    certificate = replace(FOUR, events=(next_week,))
    before, last, after = on(TODAY, certificate), on(date(2026, 12, 3), certificate), on(date(2026, 12, 4), certificate)
    assert [each.standing for each in (before, last, after)] == [Standing.ENDING, Standing.ENDING, Standing.WITHDRAWN]
    assert (before.stars, before.coming, after.coming) == (4, next_week, None)
    assert not before.may_be_printed, "a label outlives the day on which it is printed"
    assert on(date(2026, 11, 1), replace(FOUR, events=(WITHDRAWN,))).stars == 4


def test_without_a_day_it_is_in_effect() -> None:
    undated = replace(WITHDRAWN, decided=None)
    assert on(TODAY, replace(FOUR, events=(undated,))).standing is Standing.WITHDRAWN


def test_of_a_month_the_first_day_counts() -> None:
    month = replace(WITHDRAWN, decided=PartialDate(2026, 11))
    assert on(date(2026, 10, 31), replace(FOUR, events=(month,))).standing is Standing.ENDING
    assert on(date(2026, 11, 1), replace(FOUR, events=(month,))).standing is Standing.WITHDRAWN


def test_no_earlier_certificate_comes_back_in_its_place() -> None:
    """The three stars of 2024 would run until 2027; the withdrawal of the four that followed leaves none."""
    three = Certificate(stars=3, decided=PartialDate(2024, 2, 1))
    four = Certificate(stars=4, decided=PartialDate(2025, 6, 1), events=(WITHDRAWN,))
    held = on(TODAY, four, three)
    assert (held.standing, held.stars) == (Standing.WITHDRAWN, None)
    assert held.current is not None
    assert held.current.certificate == four


def test_nor_does_the_same_one_known_from_another_list_by_less() -> None:
    same = (
        Certificate(stars=4, decided=PartialDate(2024)),
        Certificate(stars=4),
        Certificate(stars=4, number="OCOP-7"),
    )
    for other in same:
        assert on(TODAY, replace(FOUR, events=(WITHDRAWN,)), other).standing is Standing.WITHDRAWN
        assert on(TODAY, FOUR, replace(other, events=(WITHDRAWN,))).standing is Standing.WITHDRAWN


def test_recognised_again_it_counts_anew() -> None:
    old = Certificate(stars=4, decided=PartialDate(2022, 6, 1), events=(replace(WITHDRAWN, decided=PartialDate(2023)),))
    new = Certificate(stars=3, decided=PartialDate(2025, 1, 1))
    held = on(TODAY, old, new)
    assert (held.standing, held.stars) == (Standing.VALID, 3)
    assert held.earlier[0].ended_by is not None
    unheard = Certificate(stars=3, source=Source("list", PartialDate(2026, 1, 1)))
    assert on(TODAY, old, unheard).standing is Standing.UNDATED, "a later list names it again, without a day"


def test_an_old_certificate_that_is_struck_off_leaves_the_new_one_alone() -> None:
    old = Certificate(stars=3, decided=PartialDate(2021, 5, 1), events=(ANNULLED,))
    assert on(TODAY, old, FOUR).standing is Standing.VALID


def test_a_decision_can_be_undone() -> None:
    back = replace(WITHDRAWN, kind=EventKind.REINSTATED, decision="60/QĐ-UBND", decided=PartialDate(2026, 11, 20))
    certificate = replace(FOUR, events=(back, WITHDRAWN))
    assert on(date(2026, 11, 19), certificate).standing is Standing.WITHDRAWN
    assert on(date(2026, 11, 20), certificate).standing is Standing.VALID


@pytest.mark.parametrize("kind", [EventKind.RENAMED, EventKind.RECOGNISED, EventKind.LAPSED])
def test_other_events_take_nothing_away(kind: EventKind) -> None:
    assert on(TODAY, replace(FOUR, events=(replace(WITHDRAWN, kind=kind),))).standing is Standing.VALID


def test_what_is_about_some_lots_leaves_the_star() -> None:
    lots = replace(WITHDRAWN, scope=Scope(lots=("L12",)))
    assert on(TODAY, replace(FOUR, events=(lots,))).standing is Standing.VALID


def test_one_that_lapsed_and_was_then_struck_off_is_annulled() -> None:
    struck_off = replace(ANNULLED, decided=PartialDate(2024, 12, 21))
    old = Certificate(stars=3, decided=PartialDate(2021, 5, 1), events=(struck_off,))
    assert on(date(2024, 12, 20), old).standing is Standing.PRESUMED_LAPSED
    assert on(TODAY, old).standing is Standing.ANNULLED


def test_the_search_knows_from_which_day_on() -> None:
    next_week = replace(WITHDRAWN, effective=PartialDate(2026, 12, 4))
    told = standings([replace(FOUR, events=(next_week,))])
    assert told[-1] == (date(2026, 12, 4), Validity.WITHDRAWN)
    assert validity([replace(FOUR, events=(ANNULLED,))], TODAY) is Validity.ANNULLED


days = st.dates(date(2019, 1, 1), date(2028, 1, 1))
kinds = st.sampled_from([EventKind.WITHDRAWN, EventKind.ANNULLED, EventKind.REINSTATED, EventKind.RENAMED])
happenings = st.builds(
    CertificateEvent,
    kinds,
    decided=st.none() | days.map(PartialDate.of),
    effective=st.none() | days.map(PartialDate.of),
)
held_ones = st.builds(
    Certificate,
    stars=st.integers(3, 5),
    decided=st.none() | days.map(PartialDate.of),
    events=st.lists(happenings, max_size=3).map(tuple),
)


@given(st.lists(held_ones, max_size=4), days)
def test_whatever_was_decided_no_star_in_force_was_taken_away(certificates: list[Certificate], day: date) -> None:
    held = passport.of(certificates, day)
    terms = [*([held.current] if held.current else []), *held.earlier]
    assert sorted(map(repr, (term.certificate for term in terms))) == sorted(map(repr, certificates))
    if held.standing in passport.IN_FORCE:
        assert held.current is not None
        taken = _days(held.current.certificate.events, EventKind.WITHDRAWN, EventKind.ANNULLED, day=day)
        given_back = _days([each for one in certificates for each in one.events], EventKind.REINSTATED, day=day)
        assert max(taken, default=date.min) <= max(given_back, default=date.min)
    begun = [standing for since, standing in standings(certificates) if since <= day]
    assert (begun[-1] if begun else Validity.UNSURE) == validity(certificates, day)


def _days(events: Sequence[CertificateEvent], *kinds: EventKind, day: date) -> list[date]:
    """On which days those of these *kinds* took effect; the first of all for one without a day."""
    some = [each for each in events if each.kind in kinds and each.is_in_effect(day)]
    return [each.begins.earliest if each.begins else date.min for each in some]
