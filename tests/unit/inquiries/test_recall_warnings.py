"""Whoever looked a package up that is called back is warned, once, before all else; and told when that is over."""

import time

import pytest
from sqlalchemy import update

from bot.channel import Gone, WindowClosed
from catalog.audit import Doer
from catalog.delivery import IN_DOUBT, OutboxState
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import LookUp, LookUpWay
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope, RecallState
from catalog.store import tables
from handlers import recalls
from handlers.actions import Verb
from tests.town import Someone, Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases
LOTS = RecallScope(lots=("L12",))
WARNING = "THU HỒI"


async def looked(town: Town, one: Someone, lot: str = "", *, product: str = "nem-1") -> None:
    """They looked the product up, with the lot that a code told."""
    look_up = LookUp(LookUpWay.PHOTO, lot=lot) if lot else LookUp()
    await town.store.people.note_view(one.address, product, at=town.now, look_up=look_up)


async def call_back(town: Town, scope: RecallScope = LOTS, **more: object) -> Recall:
    """A recall of nem-1 that two officers decided, told as far as it can be."""
    recall = Recall("nem-1", RecallReason.SPOILED, RecallAdvice.RETURN, scope, **more)  # type: ignore[arg-type]
    await town.store.recalls.carry_out(town.store.recalls.beginning(recall, by=Doer(), at=town.now))
    number = (await town.store.recalls.unfinished())[-1]
    await tell(town)
    found = await town.store.recalls.by_number(number)
    assert found is not None
    return found


async def tell(town: Town) -> None:
    await recalls.tell_waiting(town.context)
    await town.fresh()
    await town.post()


def warnings(one: Someone) -> list[str]:
    return [each for each in one.heard if "⚠ " in each and "Cần làm" not in each]


async def test_only_whom_it_may_concern_is_warned_and_once(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    await looked(town, folk.eve, "L99")
    await looked(town, folk.tu)
    await looked(town, folk.ba, "L12", product="nem-2")
    recall = await call_back(town)
    await tell(town)
    assert "lô L12" in folk.lan.last
    assert "Gói mà bạn đã tra cứu" in folk.lan.last
    assert "Hãy so số lô" in folk.tu.last
    assert [len(warnings(each)) for each in (folk.lan, folk.tu, folk.eve, folk.ba)] == [1, 1, 0, 0]
    await folk.lan.tap("Tôi đã đọc")
    (of_zalo,) = [
        each for each in await town.store.recalls.progress(recall, keeping=("web",)) if each.channel == "zalo"
    ]
    assert (of_zalo.people, of_zalo.reached, of_zalo.read, of_zalo.waiting) == (1, 1, 1, 0)


async def test_who_cannot_be_reached_is_warned_on_return(town: Town, folk: Folk) -> None:
    for one, trouble in ((folk.lan, WindowClosed("closed")), (folk.tu, Gone("blocked"))):
        await looked(town, one, "L12")
        town.lines[one.person.channel].troubles.append(trouble)
    recall = await call_back(town)
    assert not warnings(folk.lan)
    assert not warnings(folk.tu)
    assert {each.waiting for each in await town.store.recalls.progress(recall, keeping=())} == {1}
    for one in (folk.lan, folk.tu):
        await one("xin chào")
        assert len(warnings(one)) == 1


async def test_warnings_go_before_everything_else_that_waits(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    await town.store.outbox.add(
        *(Notice(f"x{number}", Address("zalo", f"w{number}"), NoticeKind.STILL_THERE, "") for number in range(9))
    )
    recall = Recall("nem-1", RecallReason.SPOILED, RecallAdvice.RETURN, LOTS)
    await town.store.recalls.carry_out(town.store.recalls.beginning(recall, by=Doer(), at=town.now))
    await recalls.tell_waiting(town.context)
    (first,) = await town.store.outbox.lease(now=town.now, limit=1)
    assert first.kind is NoticeKind.RECALL


async def test_cards_carry_it_until_it_ends_and_who_was_warned_is_told(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    recall = await call_back(town)
    shown = await folk.eve("nem chua 1")
    assert "ĐANG THU HỒI: lô L12" in shown
    await folk.eve("lô L99")
    assert "không thuộc diện thu hồi" in folk.eve.last
    assert "ĐANG THU HỒI" not in folk.eve.last
    await folk.eve("lô L12 có bị thu hồi không")
    assert "ĐANG THU HỒI" in folk.eve.last
    ending = town.store.recalls.closing(recall.number, RecallState.ENDED, "Đã thu hết.", by=Doer(), at=town.now)
    await town.store.recalls.carry_out(ending)
    await tell(town)
    assert "đã kết thúc" in folk.lan.last
    assert "Đã thu hết." in folk.lan.last
    assert "ĐANG THU HỒI" not in await folk.eve("nem chua 1")


@pytest.mark.parametrize("state", [OutboxState.UNKNOWN, OutboxState.SENDING])
async def test_who_may_have_been_warned_is_told_that_it_is_over(town: Town, folk: Folk, state: OutboxState) -> None:
    await looked(town, folk.lan, "L12")
    recall = await call_back(town)
    async with town.store._engine.begin() as connection:
        warned = update(tables.outbox).where(tables.outbox.c.kind == str(NoticeKind.RECALL))
        await connection.execute(warned.values(state=str(state)))
    closing = town.store.recalls.closing(recall.number, RecallState.ENDED, "Đã thu hết.", by=Doer(), at=town.now)
    await town.store.recalls.carry_out(closing)
    await tell(town)
    assert "Đã thu hết." in folk.lan.last


async def test_a_correction_reaches_who_was_warned_and_who_is_new(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    await looked(town, folk.eve, "L99")
    recall = await call_back(town)
    other = Recall("nem-1", RecallReason.SPOILED, RecallAdvice.RETURN, RecallScope(lots=("L99",)))
    await town.store.recalls.carry_out(town.store.recalls.changing(recall.number, other, by=Doer()))
    await tell(town)
    assert "đã được đính chính" in folk.lan.last
    assert "lô L99" in folk.eve.last


async def test_what_may_be_a_copy_says_so(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    recall = await call_back(town)
    notice = Notice("k", folk.lan.address, NoticeKind.RECALL, f"{recall.number} 1", trouble=IN_DOUBT)
    told = await recalls.compose(notice, context=town.context)
    assert told is not None
    assert "Có thể bạn đã nhận tin này rồi" in told.text


async def test_who_died_while_telling_goes_on_and_repeats_nothing(town: Town, folk: Folk) -> None:
    """Each step is written with the mark of how far it is."""
    await looked(town, folk.lan, "L12")
    recall = Recall("nem-1", RecallReason.SPOILED, RecallAdvice.RETURN, LOTS)
    await town.store.recalls.carry_out(town.store.recalls.beginning(recall, by=Doer(), at=town.now))
    (number,) = await town.store.recalls.unfinished()
    assert await town.store.recalls.tell_next(number, now=town.now) == 1
    await tell(town)
    assert await town.store.recalls.unfinished() == []
    assert len(warnings(folk.lan)) == 1


async def test_the_audience_is_known_before_anything_is_sent(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    await looked(town, folk.eve)
    await looked(town, folk.tu, "L12")
    await folk.lan("xin chào")
    store = town.store.recalls
    counted = {
        each.channel: (each.people, each.sure, each.now)
        for each in await store.audience("nem-1", LOTS, windows={"zalo": 3600.0}, now=time.time() + 60)
    }
    assert counted == {"telegram": (1, 1, 1), "zalo": (2, 1, 1)}
    later = await store.audience("nem-1", LOTS, windows={"zalo": 3600.0}, now=time.time() + 7200)
    assert [each.now for each in later] == [1, 0]


async def test_a_producer_asks_the_province(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="CCCC")
    assert "thu hồi" in (await folk.tu("/thuhoi")).lower()
    await folk.tu.tap("Nem chua 1")
    await folk.tu.tap("nhãn ghi sai")
    await folk.tu("không biết")
    assert "số lô" in folk.tu.last
    await folk.tu("lô L12, L13")
    assert "L12, L13" in folk.tu.last
    await folk.tu.tap("Gửi tỉnh")
    (asked,) = [await town.store.recalls.by_number(1)]
    assert asked is not None
    assert (asked.state, asked.scope.lots, asked.reason) == (RecallState.ASKED, ("L12", "L13"), "wrong-label")
    assert "chưa đại diện" in await folk.eve("/thuhoi")
    assert not warnings(folk.lan)


async def test_a_past_day_ends_it(town: Town, folk: Folk) -> None:
    await looked(town, folk.lan, "L12")
    await call_back(town, until=town.today)
    assert await town.store.recalls.end_past(town.today, at=town.now) == 0
    tomorrow = town.today.replace(day=town.today.day + 1)
    assert await town.store.recalls.end_past(tomorrow, at=town.now) == 1
    await tell(town)
    assert "đã kết thúc" in folk.lan.last


async def test_a_button_of_no_recall_notes_nothing(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.RECALL, "read 99")
    rows = await town.store.people.rows_about(folk.lan.address)
    assert rows["recall_reads"] == []
