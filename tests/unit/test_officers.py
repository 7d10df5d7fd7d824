"""Who may do what: each role, each scope, each end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.dates import PartialDate
from catalog.model import Producer, Source
from catalog.officers import FOUR_EYES, Act, ActScope, Grant, Officer, OfficerRole, Reach, level, may, reach, scope_of
from catalog.places import Places

TODAY = date(2026, 11, 27)
PLACES = Places.load_shipped()
HERE, THERE = "09475", "09466"
PROVINCE = Grant(OfficerRole.PROVINCE, TODAY)
COMMUNE = Grant(OfficerRole.COMMUNE, TODAY, commune=HERE)
PRODUCER = Grant(OfficerRole.PRODUCER, TODAY, producer="htx-nem")
VIEWER = Grant(OfficerRole.VIEWER, TODAY)
INSPECTOR = Grant(OfficerRole.INSPECTOR, TODAY, TODAY + timedelta(days=9), commune=HERE)
ALL = {each.role: each for each in (PROVINCE, COMMUNE, PRODUCER, VIEWER, INSPECTOR)} | {
    OfficerRole.ORGANISER: Grant(OfficerRole.ORGANISER, TODAY, TODAY)
}


@pytest.mark.parametrize("act", Act)
def test_the_province_may_everything_everywhere(act: Act) -> None:
    assert may([PROVINCE], act, ActScope(), today=TODAY)
    assert may([PROVINCE], act, ActScope(THERE, "htx-nem"), today=TODAY)


@pytest.mark.parametrize("role", OfficerRole)
def test_every_role_sees_the_board_and_only_the_province_keeps_officers_and_confirms(role: OfficerRole) -> None:
    assert reach([ALL[role]], Act.SEE_BOARD, today=TODAY)
    for act in (Act.MANAGE_OFFICERS, Act.READ_AUDIT, Act.CONFIRM, Act.WITHDRAW_CERTIFICATE):
        assert bool(reach([ALL[role]], act, today=TODAY)) is (role is OfficerRole.PROVINCE)


def test_a_commune_reaches_its_own_and_nothing_else() -> None:
    assert may([COMMUNE], Act.INSPECT, ActScope(HERE, "any"), today=TODAY)
    assert not may([COMMUNE], Act.INSPECT, ActScope(THERE, "any"), today=TODAY)
    assert not may([COMMUNE], Act.INSPECT, ActScope("", "any"), today=TODAY), "nowhere known is the province's"
    assert not may([COMMUNE], Act.SET_TARGET, ActScope(HERE), today=TODAY)
    assert may([COMMUNE], Act.IMPORT_LIST, ActScope(HERE), today=TODAY)
    assert not may([COMMUNE], Act.IMPORT_LIST, ActScope(THERE), today=TODAY)


def test_a_producer_reaches_their_own_products_and_not_their_neighbours() -> None:
    assert may([PRODUCER], Act.EDIT_PRODUCT, ActScope(HERE, "htx-nem"), today=TODAY)
    assert not may([PRODUCER], Act.EDIT_PRODUCT, ActScope(HERE, "htx-khac"), today=TODAY)
    assert not may([PRODUCER], Act.EDIT_PRODUCT, ActScope(HERE), today=TODAY)


def test_a_viewer_changes_nothing() -> None:
    assert {act for act in Act if reach([VIEWER], act, today=TODAY)} == {
        Act.SEE_BOARD,
        Act.READ_CATALOGUE,
        Act.READ_FIGURES,
        Act.EXPORT_LIST,
    }


def test_several_grants_reach_together() -> None:
    assert reach([COMMUNE, replace(COMMUNE, commune=THERE), PRODUCER], Act.EDIT_PRODUCT, today=TODAY) == Reach(
        communes=frozenset({HERE, THERE}), producers=frozenset({"htx-nem"})
    )
    assert level([PRODUCER, COMMUNE], Act.EDIT_PRODUCT, today=TODAY) is OfficerRole.COMMUNE
    assert level([PRODUCER, COMMUNE], Act.SET_TARGET, today=TODAY) is None


def test_a_grant_counts_from_its_first_to_its_last_day_unless_it_was_ended() -> None:
    grant = replace(COMMUNE, until=TODAY + timedelta(days=1))
    assert [grant.is_in_force(TODAY + timedelta(days=day)) for day in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not replace(grant, ended_at=1.0).is_in_force(TODAY)
    assert not reach([replace(grant, ended_at=1.0)], Act.SEE_BOARD, today=TODAY)
    assert not reach([grant], Act.SEE_BOARD, today=TODAY + timedelta(days=2))
    officer = Officer(1, "Lan", 0.0, (grant, PRODUCER))
    assert officer.grants_in_force(TODAY + timedelta(days=2)) == (PRODUCER,)
    assert replace(officer, ended_at=5.0).grants_in_force(TODAY) == ()


@pytest.mark.parametrize(
    ("grant", "problem"),
    [
        (Grant(OfficerRole.COMMUNE, TODAY), "commune"),
        (Grant(OfficerRole.PROVINCE, TODAY, commune=HERE), "commune"),
        (Grant(OfficerRole.PRODUCER, TODAY), "producer"),
        (Grant(OfficerRole.VIEWER, TODAY, producer="x"), "producer"),
        (Grant(OfficerRole.INSPECTOR, TODAY), "until"),
        (Grant(OfficerRole.VIEWER, TODAY, TODAY - timedelta(days=1)), "until"),
    ],
)
def test_a_grant_that_contradicts_itself_reaches_nothing(grant: Grant, problem: str) -> None:
    assert grant.problem() == problem
    assert not reach([grant], Act.SEE_BOARD, today=TODAY)


def test_what_needs_four_eyes_is_confirmed_by_a_role_that_may() -> None:
    for act in FOUR_EYES:
        assert reach([PROVINCE], act, today=TODAY)
    assert not reach([COMMUNE, PRODUCER], Act.CONFIRM, today=TODAY)


@pytest.mark.parametrize(
    ("address", "noted", "unit"),
    [
        ("phường Đình Bảng, thành phố Từ Sơn, tỉnh Bắc Ninh", PartialDate(2024), "Từ Sơn"),
        ("xã Cao Đức, huyện Gia Bình, tỉnh Bắc Ninh", PartialDate(2023, 5), "Cao Đức"),
        ("phường Từ Sơn, tỉnh Bắc Ninh", PartialDate(2026), "Từ Sơn"),
    ],
)
def test_an_old_address_lies_in_the_commune_since(address: str, noted: PartialDate, unit: str) -> None:
    maker = Producer("m", "HTX", address=address, facts={"address": Source("Sở", noted)})
    found = PLACES.with_code(scope_of(maker, PLACES).commune)
    assert found is not None
    assert found.name == unit


def test_an_unsure_address_lies_in_no_commune() -> None:
    assert scope_of(Producer("m", "HTX", address="Gia Bình"), PLACES).commune == ""
    assert scope_of(Producer("m", "HTX"), PLACES) == ActScope("", "m")
    assert PLACES.with_code("") is None


def test_every_commune_has_a_code_of_its_own() -> None:
    codes = [unit.code for unit in PLACES.communes()]
    assert len(set(codes)) == len(codes) == 99
    assert all(len(code) == 5 and code.isdigit() for code in codes)
