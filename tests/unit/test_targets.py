"""Targets: dated and sourced, each with its progress where our data can tell, and published totals that disagree."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.dates import PartialDate
from catalog.programme import count_products, place_products
from catalog.targets import (
    UNCOUNTED,
    Area,
    Measure,
    Target,
    day_of_progress,
    progress_of,
    published_totals,
    shipped_targets,
    within,
)
from tests.unit.test_programme import HERE, PLACES, STOCK, TODAY, counted, held, product

TARGET = Target(Measure.PRODUCTS, 4, PartialDate(2027), plan="Kế hoạch 1", source="Sở", area=Area.OLD_BAC_NINH)


def test_each_shipped_target_and_total_says_where_it_was_read() -> None:
    assert {each.plan for each in shipped_targets()} >= {"Kế hoạch 246/KH-UBND", "Quyết định 919/QĐ-TTg"}
    assert len({each.key for each in shipped_targets()}) == len(shipped_targets())
    for target in shipped_targets():
        assert target.problem() == ""
        assert target.source
    for total in published_totals():
        assert total.source
        assert total.address.startswith("https://") or not total.address


def test_plan_246_is_there_as_it_was_published() -> None:
    plan = {each.measure: each.least for each in shipped_targets() if each.plan == "Kế hoạch 246/KH-UBND"}
    assert plan == {
        Measure.PRODUCTS: 200,
        Measure.FIVE_STARS: 2,
        Measure.PER_DISTRICT: 25,
        Measure.COOPERATIVE_SHARE: 20,
        Measure.COMPANY_SHARE: 30,
        Measure.CRAFT_VILLAGE_SHARE: 30,
        Measure.MODERN_CHANNEL_SHARE: 40,
        Measure.TOURISM_PRODUCTS: 3,
        Measure.CULTURE_VILLAGES: 2,
    }


def test_totals_that_do_not_add_up_are_told_apart_and_never_corrected() -> None:
    wrong = [each for each in published_totals() if not each.adds_up]
    assert [(each.total, each.parts) for each in wrong] == [(290, 289)]
    silent = [each for each in published_totals() if each.parts is None]
    assert all(each.adds_up for each in silent)
    merged = [each.total for each in published_totals() if each.area is Area.PROVINCE]
    assert merged == [611, 668, 770], "all three stand side by side"


def test_progress_counts_what_is_in_force_in_its_area() -> None:
    progress = progress_of(TARGET, counted(), TODAY, PLACES)
    assert (progress.value, progress.is_reached(TARGET), progress.share(TARGET)) == (3, False, 0.75)
    assert progress_of(replace(TARGET, least=3), counted(), TODAY, PLACES).is_reached(replace(TARGET, least=3))
    elsewhere = replace(TARGET, area=Area.OLD_BAC_GIANG)
    assert progress_of(elsewhere, counted(), TODAY, PLACES).value == 0
    assert progress_of(replace(TARGET, area="09475"), counted(), TODAY, PLACES).value == 3
    assert progress_of(replace(TARGET, area="09466"), counted(), TODAY, PLACES).value == 0


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (Measure.FIVE_STARS, 1),
        (Measure.FOUR_STARS, 1),
        (Measure.PRODUCERS, 1),
        (Measure.COOPERATIVE_SHARE, 100.0),
        (Measure.COMPANY_SHARE, 0.0),
        (Measure.TOURISM_PRODUCTS, 0),
    ],
)
def test_each_measure_counts_what_it_says(measure: Measure, value: float) -> None:
    assert progress_of(replace(TARGET, measure=measure), counted(), TODAY, PLACES).value == value


def test_of_districts_the_last_one_decides() -> None:
    target = replace(TARGET, measure=Measure.PER_DISTRICT, least=1)
    progress = progress_of(target, counted(), TODAY, PLACES)
    assert progress.value == 0
    assert len(progress.parts) == 8
    assert dict(progress.parts)["Huyện Gia Bình"] == 3
    assert not progress.is_reached(target)
    assert len(progress_of(replace(target, area=Area.PROVINCE), counted(), TODAY, PLACES).parts) == 18


@pytest.mark.parametrize("measure", sorted(UNCOUNTED))
def test_what_our_data_does_not_tell_has_no_progress(measure: Measure) -> None:
    target = replace(TARGET, measure=measure)
    progress = progress_of(target, counted(), TODAY, PLACES)
    assert (progress.value, progress.is_reached(target), progress.share(target)) == (None, False, 0.0)
    assert progress_of(replace(TARGET, area=Area.NATION), counted(), TODAY, PLACES).value is None


def test_a_share_of_nobody_is_nothing() -> None:
    target = replace(TARGET, measure=Measure.COOPERATIVE_SHARE, area="09466")
    assert progress_of(target, counted(), TODAY, PLACES).value == 0


def test_a_target_of_the_past_is_looked_at_on_its_last_day() -> None:
    old = replace(TARGET, until=PartialDate(2024))
    assert day_of_progress(old, TODAY) == date(2024, 12, 31)
    assert day_of_progress(TARGET, TODAY) == TODAY
    stock = place_products((*STOCK, product("gone", held(3, "2022-06-01"), by=HERE)), PLACES)
    then = day_of_progress(old, TODAY)
    assert progress_of(old, count_products(stock, then, today=TODAY), then, PLACES).value == 4
    assert progress_of(old, count_products(stock, TODAY, today=TODAY), TODAY, PLACES).value == 3


def test_what_lies_nowhere_known_counts_for_the_whole_province_only() -> None:
    assert len(within(counted(), Area.PROVINCE)) == len(STOCK)
    assert {each.product.producer.id for each in within(counted(), Area.OLD_BAC_NINH)} == {"nem"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"least": 0}, "least"),
        ({"least": 120, "measure": Measure.COMPANY_SHARE}, "least"),
        ({"most": 3}, "most"),
        ({"most": 101, "measure": Measure.COMPANY_SHARE}, "most"),
        ({"since": PartialDate(2028)}, "until"),
        ({"plan": " "}, "plan"),
        ({"source": ""}, "source"),
        ({"most": 5, "since": PartialDate(2027)}, ""),
    ],
)
def test_a_target_that_cannot_be_is_refused(change: dict[str, object], field: str) -> None:
    assert replace(TARGET, **change).problem() == field  # type: ignore[arg-type]  # as given
