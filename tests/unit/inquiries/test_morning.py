"""What waits is told to an officer at half past seven, once, in every chat where they are known, if they want it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import reminders
from catalog.audit import Deed, Doer
from catalog.inquiry import Address
from catalog.officers import Grant, OfficerRole
from handlers.actions import Verb
from handlers.board import morning
from handlers.own_codes import new_code
from tests.town import DAY, HOUR, Someone, Town

pytestmark = pytest.mark.both_databases
SEVEN_THIRTY = datetime(2026, 11, 25, 0, 30, tzinfo=UTC).timestamp()


@pytest.fixture
async def lan(town: Town) -> Someone:
    """An officer of the province in her own chat."""
    officer = await town.store.officers.add("Lan", Grant(OfficerRole.PROVINCE, town.today), by=Doer())
    code = new_code()
    await town.store.officers.make_link(officer.number, code, expires_at=town.now + HOUR, by=Doer())
    someone = town.someone("telegram", "lan")
    assert "Từ nay tôi nhận ra" in await someone(f"/banlamviec {code}")
    return someone


async def wants(town: Town, *, wanted: bool = True) -> None:
    entry = Doer().did(Deed.MORNING_SET, "officer 1", after={"wanted": wanted})
    await town.store.officer_chats.set_morning(1, wanted=wanted, entry=entry)


async def at_seven_thirty(town: Town) -> None:
    town.now, town.today = SEVEN_THIRTY + 1, date(2026, 11, 25)
    await town.post()


async def test_it_is_told_once_with_a_link_for_each_list(town: Town, lan: Someone) -> None:
    await wants(town)
    for _ in range(3):
        await reminders.nudge(town.context)
    heard = len(lan.heard)
    town.now = SEVEN_THIRTY - 1
    await town.post()
    assert len(lan.heard) == heard
    await at_seven_thirty(town)
    assert len(lan.heard) == heard + 1
    reply = lan.reply
    assert reply.text == "Việc cần làm hôm nay:"
    links = {choice.label: choice.url for choice in reply.choices if choice.url}
    assert links["Sản phẩm còn thiếu thông tin: 3"] == "https://ocop.test/board/today/missing"
    assert links["Cơ sở chưa có kênh nhắn tin: 2"] == "https://ocop.test/board/today/unreached"
    assert "Đề nghị sửa của cơ sở" not in " ".join(links), "an empty list is no line"
    assert [choice.action.verb for choice in reply.choices if choice.action] == [Verb.BOARD]
    await reminders.nudge(town.context)
    await town.later(HOUR)
    assert len(lan.heard) == heard + 1
    town.today = date(2026, 11, 26)
    await town.later(DAY)
    assert len(lan.heard) == heard + 2


async def test_who_does_not_want_it_or_left_is_told_nothing(town: Town, lan: Someone) -> None:
    await reminders.nudge(town.context)
    await wants(town)
    await reminders.nudge(town.context)
    await wants(town, wanted=False)
    heard = len(lan.heard)
    await at_seven_thirty(town)
    assert len(lan.heard) == heard
    await wants(town)
    await reminders.nudge(town.context)
    await town.store.officers.end(1, by=Doer(), reason="left")
    town.today = date(2026, 11, 26)
    await town.later(DAY)
    assert len(lan.heard) == heard


async def test_what_was_kept_from_going_out_is_not_told_a_day_late(town: Town, lan: Someone) -> None:
    await wants(town)
    await reminders.nudge(town.context)
    heard = len(lan.heard)
    town.now, town.today = SEVEN_THIRTY + DAY - HOUR, date(2026, 11, 26)
    await town.post()
    assert len(lan.heard) == heard


@pytest.mark.only_sqlite
def test_the_next_half_past_seven_is_that_of_viet_nam() -> None:
    """07:30 there is 00:30 UTC."""
    before, at, after = SEVEN_THIRTY - 1, SEVEN_THIRTY, SEVEN_THIRTY + 60
    assert [morning.next_morning(each)[0] for each in (before, at, after)] == [
        date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 26),
    ]  # fmt: skip
    assert morning.next_morning(before)[1] == at
    assert morning.next_morning(after)[1] == at + timedelta(days=1).total_seconds()
    (notice,) = morning.mornings([(7, Address("zalo_oa", "x"))], before)
    assert (notice.subject, notice.due_at) == ("7 2026-11-25", at)


async def test_a_chat_that_is_linked_after_it_was_wanted_is_told_the_next_morning(town: Town, lan: Someone) -> None:
    """Nobody looks for new chats in between."""
    await wants(town)
    await reminders.nudge(town.context)
    code = new_code()
    await town.store.officers.make_link(1, code, expires_at=town.now + HOUR, by=Doer())
    other = town.someone("zalo", "lan-zalo")
    assert "Từ nay tôi nhận ra" in await other(f"/banlamviec {code}")
    heard = len(other.heard)
    await at_seven_thirty(town)
    assert len(other.heard) == heard + 1
    assert other.reply.text == "Việc cần làm hôm nay:"
    assert lan.heard
