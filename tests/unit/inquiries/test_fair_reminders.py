"""Reminders of a fair: the day before, at its opening, when it is moved or called off; to nobody who stopped them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.actions import Verb
from handlers.fairs import notices
from tests.fairs import LAN, SPRING, hold
from tests.town import DAY, HOUR, Someone, Town

pytestmark = pytest.mark.both_databases
EVENING = datetime(2027, 2, 28, 10, tzinfo=UTC).timestamp()
OPENING = datetime(2027, 3, 1, 1, tzinfo=UTC).timestamp()


@pytest.fixture
async def lan(town: Town) -> Someone:
    """Somebody who wants to be reminded of the fair."""
    await hold(town.store)
    one = town.someone("zalo", "lan")
    await one.does(Verb.FAIR, f"remind {SPRING.key}")
    return one


async def at(town: Town, moment: float) -> None:
    town.now, town.today = moment, datetime.fromtimestamp(moment + 7 * HOUR, UTC).date()
    await town.post()


async def test_they_come_the_day_before_and_at_the_opening(town: Town, lan: Someone) -> None:
    await lan.does(Verb.FAIR, f"remind {SPRING.key}")
    heard = len(lan.heard)
    await at(town, EVENING - 1)
    assert len(lan.heard) == heard
    await at(town, EVENING)
    assert lan.heard[heard].startswith("Ngày mai: Hội chợ OCOP Xuân 2027\n01–05/03/2027, 8:00–21:00")
    assert [choice.label for choice in lan.reply.choices] == ["Thông tin hội chợ", "Chỉ đường", "Thôi nhắc tôi"]
    await at(town, OPENING)
    assert lan.last.startswith("Đã mở cửa: Hội chợ OCOP Xuân 2027")
    assert len(lan.heard) == heard + 2
    await at(town, OPENING + 2 * DAY)
    assert len(lan.heard) == heard + 2


async def test_one_tap_stops_them(town: Town, lan: Someone) -> None:
    await at(town, EVENING)
    assert "Tôi sẽ không nhắc bạn" in await lan.tap("Thôi nhắc tôi")
    heard = len(lan.heard)
    await at(town, OPENING)
    assert len(lan.heard) == heard


async def test_a_fair_is_followed_by_its_name_and_stands_with_what_else_is_followed(town: Town) -> None:
    await hold(town.store)
    lan = town.someone("zalo", "lan")
    assert "chưa theo dõi gì" in await lan("đang theo dõi")
    assert "Tôi sẽ nhắc bạn về “Hội chợ OCOP Xuân 2027”" in await lan("theo dõi hội chợ OCOP Xuân 2027")
    assert "• Hội chợ OCOP Xuân 2027" in await lan("đang theo dõi")
    assert "Tôi sẽ không nhắc bạn" in await lan.tap("Thôi: Hội chợ OCOP Xuân 2027")
    await lan("nhắc tôi về hội chợ xuân 2027")
    assert "không nhắc" in await lan("bỏ theo dõi hội chợ xuân 2027")
    await lan("theo dõi hội chợ xuân 2027")
    await lan("đang theo dõi")
    await lan.tap("Thôi tất cả")
    assert await town.store.fairs.list_reminders_of(lan.address) == []
    assert "Hội chợ OCOP Xuân 2027" in await lan("theo dõi hội chợ ở sao Hoả"), (
        "there is none such: here is what there is"
    )


async def test_a_fair_that_runs_is_followed_to_its_end(town: Town) -> None:
    await hold(town.store)
    lan = town.someone("zalo", "lan")
    town.now, town.today = OPENING + DAY, date(2027, 3, 2)
    assert await lan("theo dõi hội chợ xuân 2027") == (
        "“Hội chợ OCOP Xuân 2027” đang diễn ra, đến hết ngày 05/03/2027, 8:00–21:00. Nếu đổi ngày, đổi chỗ hoặc huỷ, "
        "tôi sẽ báo bạn.\n\n1. Thôi nhắc tôi\n2. Thông tin hội chợ"
    )
    before = await town.store.fairs.by_key(SPRING.key)
    after = replace(before, ends=date(2027, 3, 4))
    tell = notices.changes(before, after, await town.store.fairs.list_reminded(SPRING.key), now=town.now)
    await town.store.fairs.change(after, by=LAN, tell=tell)
    await town.post()
    assert lan.last.startswith("Có thay đổi: Hội chợ OCOP Xuân 2027\n01–04/03/2027")
    town.today = date(2027, 3, 5)
    assert "đã kết thúc" in await lan("theo dõi hội chợ xuân 2027")


async def test_a_fair_that_moves_is_told_and_reminded_of_anew(town: Town, lan: Someone) -> None:
    before = await town.store.fairs.by_key(SPRING.key)
    after = replace(before, starts=date(2027, 3, 2))
    tell = notices.changes(before, after, await town.store.fairs.list_reminded(SPRING.key), now=town.now)
    await town.store.fairs.change(after, by=LAN, tell=tell)
    await town.post()
    assert lan.last.startswith("Có thay đổi: Hội chợ OCOP Xuân 2027\n02–05/03/2027")
    heard = len(lan.heard)
    await at(town, EVENING)
    assert len(lan.heard) == heard, "not for the old day"
    await at(town, EVENING + DAY)
    assert lan.last.startswith("Ngày mai: Hội chợ OCOP Xuân 2027\n02–05/03/2027")


async def test_a_fair_that_is_called_off_is_told_and_reminds_no_more(town: Town, lan: Someone) -> None:
    before = await town.store.fairs.by_key(SPRING.key)
    after = replace(before, cancelled_at=town.now, cancelled_why="Mưa bão")
    tell = notices.changes(before, after, await town.store.fairs.list_reminded(SPRING.key), now=town.now)
    await town.store.fairs.change(after, by=LAN, tell=tell)
    await town.post()
    assert lan.last.startswith("Đã hủy: Hội chợ OCOP Xuân 2027\nMưa bão")
    heard = len(lan.heard)
    await at(town, OPENING)
    assert len(lan.heard) == heard
    assert notices.changes(before, replace(before, note="x"), [lan.address], now=town.now) == []


async def test_who_erases_everything_is_reminded_of_nothing(town: Town, lan: Someone) -> None:
    await lan.does(Verb.ERASE, "yes")
    heard = len(lan.heard)
    await at(town, EVENING)
    assert len(lan.heard) == heard
    assert await town.store.fairs.list_reminded(SPRING.key) == []
