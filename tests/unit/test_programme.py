"""What the programme counts: as of any day, by place, star, group, maker and year, and what ends when."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent, EventKind, Producer, ProducerKind, Product
from catalog.passport import Standing
from catalog.places import Places
from catalog.programme import (
    Axis,
    CountedProduct,
    PlacedProduct,
    ProgrammeState,
    Selection,
    count_all,
    count_by,
    count_products,
    draw_radar,
    key_of,
    makers_in_force,
    place_products,
)

PLACES = Places.load_shipped()
TODAY = date(2026, 11, 27)
HERE = Producer("nem", "HTX Nem", ProducerKind.COOPERATIVE, address="xã Bình Dương, huyện Gia Bình, Bắc Ninh")
NOWHERE = Producer("ai", "Ai đó")


def held(stars: int | None, decided: str, **more: object) -> Certificate:
    return Certificate(stars=stars, decided=PartialDate.parse(decided) if decided else None, **more)  # type: ignore[arg-type]  # as given


def product(name: str, *certificates: Certificate, by: Producer = HERE, group: str = "Thực phẩm") -> Product:
    return Product(name, name, by, group=group, certificates=certificates)


STOCK = (
    product("four", held(4, "2024-12-20")),
    product("raised", held(5, "2026-03-01"), held(3, "2023-02-01")),
    product("over", held(3, "2022-05-01"), by=NOWHERE),
    product("year-only", held(3, "2023"), by=NOWHERE, group=""),
    product("candidate", held(None, "2024-01-01"), by=NOWHERE),
    product("undated", held(3, ""), by=NOWHERE),
    product("end-only", held(3, "", expires=PartialDate(2027, 1, 31))),
)


def counted(day: date = TODAY, stock: tuple[Product, ...] = STOCK) -> list[CountedProduct]:
    return count_products(place_products(stock, PLACES), day, today=TODAY)


def names(found: list[CountedProduct], state: ProgrammeState) -> set[str]:
    return {each.product.name for each in found if each.state is state}


def test_a_star_counts_while_it_is_in_force_and_no_longer() -> None:
    found = counted()
    assert names(found, ProgrammeState.IN_FORCE) == {"four", "raised", "end-only"}
    assert names(found, ProgrammeState.UNSURE) == {"undated", "year-only"}
    assert names(found, ProgrammeState.ENDED) == {"over"}
    assert names(found, ProgrammeState.WITHOUT_STAR) == {"candidate"}
    total = count_all(found)
    assert (total.in_force, total.recognised, dict(total.stars)) == (3, 6, {4: 1, 5: 1, 3: 1})


def test_as_of_a_day_before_only_what_was_surely_decided_by_then_counts() -> None:
    then = counted(date(2023, 6, 30))
    assert names(then, ProgrammeState.IN_FORCE) == {"raised", "over"}
    (raised,) = [each for each in then if each.product.name == "raised"]
    assert (raised.stars, raised.year) == (3, 2023), "the star of then, not today's"
    assert "year-only" in names(then, ProgrammeState.WITHOUT_STAR), "it may have been decided later that year"
    assert "year-only" in names(counted(date(2023, 12, 31)), ProgrammeState.IN_FORCE)
    assert names(counted(date(2024, 1, 30)), ProgrammeState.WITHOUT_STAR) == {"candidate", "four", "end-only"}
    assert "end-only" in names(counted(date(2024, 1, 31)), ProgrammeState.IN_FORCE), "36 months before its end"


def test_by_each_axis_the_parts_make_the_whole() -> None:
    found = counted()
    for axis in Axis:
        parts = count_by(found, axis)
        assert sum(part.in_force for part in parts) == count_all(found).in_force
        for part in parts:
            rows = [each for each in found if Selection({axis: part.key}).keeps(each)]
            assert count_all(rows, part.key) == part, "a number opens the rows behind it"


def test_the_axes_name_what_is_known_and_put_the_rest_last() -> None:
    found = counted()
    assert [part.key for part in count_by(found, Axis.COMMUNE)] == ["09475", ""]
    assert [part.key for part in count_by(found, Axis.DISTRICT)] == ["Huyện Gia Bình", ""]
    assert [part.key for part in count_by(found, Axis.KIND)] == ["cooperative", ""]
    assert [part.key for part in count_by(found, Axis.GROUP)] == ["Thực phẩm", ""]
    assert [part.key for part in count_by(found, Axis.STARS)] == ["3", "4", "5", ""]
    assert [part.key for part in count_by(found, Axis.YEAR)] == ["2022", "2023", "2024", "2026", ""]


def test_a_selection_narrows_by_several_things_at_once() -> None:
    five = Selection({Axis.STARS: "5", Axis.COMMUNE: "09475"}, ProgrammeState.IN_FORCE)
    assert [each.product.name for each in counted() if five.keeps(each)] == ["raised"]
    assert not [each for each in counted() if Selection({Axis.STARS: "5"}, ProgrammeState.ENDED).keeps(each)]


def test_what_was_withdrawn_counts_until_that_day() -> None:
    gone = CertificateEvent(EventKind.WITHDRAWN, "9/QĐ-UBND", PartialDate(2025, 6, 1))
    stock = (product("gone", held(4, "2024-12-20", events=(gone,))),)
    (before,), (after,) = counted(date(2025, 5, 31), stock), counted(TODAY, stock)
    assert (before.state, before.stars) == (ProgrammeState.IN_FORCE, 4)
    assert (after.state, key_of(after, Axis.STARS)) == (ProgrammeState.TAKEN_AWAY, "")
    assert draw_radar([after], TODAY, months=24).total == 0


def test_every_standing_counts_somehow() -> None:
    placed = PlacedProduct(STOCK[0], None, None)
    assert {CountedProduct(placed, each, 3, None, None).state for each in Standing} == set(ProgrammeState)


def test_the_radar_tells_what_ends_in_which_month_and_where() -> None:
    radar = draw_radar(counted(), TODAY, months=6)
    assert radar.months == ((2026, 11), (2026, 12), (2027, 1), (2027, 2), (2027, 3), (2027, 4))
    assert [(line.commune, line.months, line.undated) for line in radar.lines] == [
        ("", (0, 0, 0, 0, 0, 0), 1),
        ("09475", (0, 0, 1, 0, 0, 0), 0),
    ]
    assert radar.total == 2
    later = draw_radar(counted(), TODAY, months=30)
    assert later.lines[0].commune == "09475"
    assert later.lines[0].total == 3
    assert sum(line.total for line in later.lines) == later.total == 4
    assert draw_radar(counted(date(2030, 1, 1)), date(2030, 1, 1)).lines == ()


def test_each_maker_counts_once() -> None:
    assert makers_in_force(counted()) == {"nem": ProducerKind.COOPERATIVE}


@pytest.mark.parametrize(
    ("address", "district"),
    [
        ("xã Bình Dương, huyện Gia Bình, Bắc Ninh", "Huyện Gia Bình"),
        ("huyện Lương Tài", "Huyện Lương Tài"),
        ("xã Nhân Thắng, tỉnh Bắc Ninh", "Huyện Gia Bình"),
        ("phường Chũ, tỉnh Bắc Ninh", "Thị xã Chũ"),
        ("xã Không Có", None),
        ("", None),
    ],
)
def test_the_old_district_is_known_where_one_is_certain(address: str, district: str | None) -> None:
    found = PLACES.district_of(Producer("a", "A", address=address))
    assert (found.name if found else None) == district


def test_a_commune_of_two_districts_is_of_the_one_that_is_printed() -> None:
    shared = [unit for unit in PLACES.communes() if len(PLACES.districts_of(unit)) > 1]
    assert sorted(unit.code for unit in shared) == ["07228", "07603"]
    for unit in shared:
        assert PLACES.district_of(Producer("a", "A", address=f"{unit}, tỉnh Bắc Ninh")) is None
    assert len(PLACES.districts()) == 18


def test_what_did_not_change_is_neither_placed_nor_counted_again() -> None:
    """The rest of the catalogue keeps its very objects, so that a change costs what it changed."""
    first = place_products(STOCK, PLACES)
    counted = count_products(first, TODAY, today=TODAY)
    changed = (replace(STOCK[0], certificates=()), *STOCK[1:])
    again = place_products(changed, PLACES, before=first)
    recounted = count_products(again, TODAY, today=TODAY, before=counted)
    assert [now is before for now, before in zip(again, first, strict=True)] == [False, *[True] * (len(STOCK) - 1)]
    assert all(now is before for now, before in zip(recounted[1:], counted[1:], strict=True))
    assert recounted == count_products(place_products(changed, PLACES), TODAY, today=TODAY)
    assert place_products(STOCK[2:3], PLACES, before=first) == [first[2]], "what is gone is gone"
    moved = replace(STOCK[0], producer=replace(HERE, address="xã Cao Đức, huyện Gia Bình, Bắc Ninh"))
    assert place_products([moved], PLACES, before=first) == place_products([moved], PLACES)
