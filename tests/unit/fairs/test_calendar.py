"""Fairs without a database: what is wrong, keys, names, hours, points, distances, the plan, the calendar file."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.distances import distance_km
from catalog.fairs import calendar
from catalog.fairs.calendar import Booth, FairKind, make_key, named, read_hour, read_point, shipped_fairs
from catalog.fairs.calendar_file import write_calendar
from catalog.fairs.plan import draw_plan, read_codes
from handlers.fairs import wording
from handlers.phrases import speech
from tests.fairs import SPRING


def test_every_shipped_fair_is_whole_and_sourced() -> None:
    assert len(shipped_fairs()) == 6
    assert len({each.key for each in shipped_fairs()}) == 6
    for fair in shipped_fairs():
        assert fair.problem() == "", fair
        assert fair.told >= 12


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, ""),
        ({"name": " "}, "name"),
        ({"venue": ""}, "venue"),
        ({"source": ""}, "source"),
        ({"ends": date(2027, 2, 28)}, "ends"),
        ({"ends": date(2027, 6, 1)}, "ends"),
        ({"closes": time(8)}, "closes"),
        ({"closes": None}, ""),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"kind": FairKind.LIVE_SALE}, "link"),
        ({"kind": FairKind.LIVE_SALE, "link": "https://live.example.vn"}, ""),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, object], wrong: str) -> None:
    assert replace(SPRING, **changed).problem() == wrong  # type: ignore[arg-type]  # fields of a fair


def test_what_runs_comes_first_and_what_is_called_off_is_not_to_come() -> None:
    later = replace(SPRING, key="b", starts=date(2027, 4, 1), ends=date(2027, 4, 1))
    off = replace(SPRING, key="c", cancelled_at=1.0)
    today = date(2027, 3, 5)
    assert calendar.upcoming([later, off, SPRING], today) == [SPRING, later]
    assert calendar.past([later, SPRING], date(2027, 3, 6)) == [SPRING]
    assert SPRING.runs_on(today)
    assert not off.runs_on(today)
    assert SPRING.opening.astimezone(UTC) == datetime(2027, 3, 1, 1, tzinfo=UTC)


def test_a_key_is_the_fairs_own() -> None:
    assert make_key("Hội chợ OCOP Bắc Ninh 2027", 2027, []) == "hoi-cho-ocop-bac-ninh-2027"
    assert make_key("Hội chợ", 2027, ["hoi-cho-2027", "hoi-cho-2027-2"]) == "hoi-cho-2027-3"
    assert make_key("🎪", 2027, []) == "hoi-cho-2027"


@given(st.text(max_size=200))
def test_a_key_fits_an_address_whatever_the_name_is(name: str) -> None:
    key = make_key(name, 2027, [])
    assert len(key) <= calendar.LONGEST_KEY
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_fair_is_found_by_its_telling_words() -> None:
    every = [*shipped_fairs(), SPRING]
    assert [each.key for each in named(every, "hoi cho mua thu")] == ["hoi-cho-mua-thu-2025"]
    assert [each.key for each in named(every, "hội chợ xuân 2027")] == [SPRING.key]
    assert named(every, "hội chợ") == []
    assert named(every, "hội chợ trên mặt trăng") == []


def test_hours_and_points_as_people_write_them() -> None:
    assert [read_hour(text) for text in ("8:00", "8h", "17h30", "08.15", "7g")] == [
        time(8), time(8), time(17, 30), time(8, 15), time(7),
    ]  # fmt: skip
    assert read_point("21.1861, 106.0763") == (21.1861, 106.0763)
    for wrong in ("25:00", "sáng", ""):
        with pytest.raises(ValueError, match=r"hour"):
            read_hour(wrong)
    for wrong in ("106.0763, 21.1861", "x", "nan, nan", "48.85, 2.35"):
        with pytest.raises(ValueError, match=r"."):
            read_point(wrong)


def test_distance() -> None:
    bac_ninh, ha_noi = (21.186, 106.076), (21.0285, 105.8542)
    assert round(distance_km(bac_ninh, ha_noi)) == 29
    assert distance_km(ha_noi, ha_noi) == 0


def test_days_in_words() -> None:
    say = speech("vi")
    assert say.days(SPRING.starts, SPRING.ends) == "01–05/03/2027"
    assert say.days(SPRING.starts, SPRING.starts) == "01/03/2027"
    autumn = shipped_fairs()[4]
    assert say.days(autumn.starts, autumn.ends) == "26/10–04/11/2025"
    assert say.days(date(2026, 12, 30), SPRING.ends) == "30/12/2026–05/03/2027"
    assert wording.when(SPRING, speech("vi")) == "01–05/03/2027, 8:00–21:00"


def test_booths_are_read_as_they_are_painted() -> None:
    assert read_codes("A1-A3, b1 B2;C") == ["A1", "A2", "A3", "B1", "B2", "C"]
    assert read_codes("A08–A10") == ["A08", "A09", "A10"]
    assert read_codes("A1-3") == ["A1", "A2", "A3"]
    for wrong in ("", "A5-A1", "A1-B3", "A1-A501", "<b>", "A1-A400 B1-B400"):
        with pytest.raises(ValueError, match=r"."):
            read_codes(wrong)


def test_the_plan_has_each_booth_once_and_none_on_another() -> None:
    booths = [Booth(f"A{number}", "Xã") for number in range(1, 24)] + [Booth("B1", "Tỉnh bạn"), Booth("C1")]
    plan = draw_plan(booths)
    assert [zone.name for zone in plan.zones] == ["Tỉnh bạn", "Xã", ""]
    placed = [each for zone in plan.zones for each in zone.booths]
    assert [each.booth.code for each in placed[1:4]] == ["A1", "A2", "A3"]
    assert len({(each.x, each.y) for each in placed}) == len(booths)
    assert max(each.y for each in placed) < plan.height
    assert draw_plan([]).zones == []


def test_the_calendar_file_is_read_back() -> None:
    live = replace(SPRING, key="live", kind=FairKind.LIVE_SALE, opens=None, closes=None, latitude=None)
    off = replace(SPRING, key="off", cancelled_at=5.0, cancelled_why="Mưa bão", changed_at=600.0)
    written = write_calendar(
        [SPRING, live, off],
        title="Hội chợ",
        host="ocop.test",
        url_of=lambda each: f"https://ocop.test/fairs/{each.key}",
    )
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    read = icalendar.Calendar.from_ical(written)
    (zone,) = read.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Ho_Chi_Minh"
    first, second, third = read.walk("VEVENT")
    assert first["SUMMARY"] == "Hội chợ OCOP Xuân 2027"
    assert first["UID"] == f"{SPRING.key}@ocop.test"
    assert first["DTSTART"].dt.astimezone(UTC) == datetime(2027, 3, 1, 1, tzinfo=UTC)
    assert first["DTEND"].dt.astimezone(UTC) == datetime(2027, 3, 1, 14, tzinfo=UTC)
    assert first["RRULE"]["COUNT"] == [5]
    assert second["DTSTART"].dt == date(2027, 3, 1)
    assert second["DTEND"].dt == date(2027, 3, 6)
    assert third["STATUS"] == "CANCELLED"
    assert third["SEQUENCE"] > first["SEQUENCE"]
