"""What officers do about an inquiry on the board: each act, and what people are told of it."""

import asyncio
import re

import pytest

from catalog.inquiry import Address, Kind, Member, NoticeKind, Role, Side, State
from catalog.officers import OfficerRole
from tests.board import THERE, BoardTown
from tests.conftest import Stock
from tests.unit.board.inquiries import (
    BA,
    LAN,
    TU,
    WORDS,
    acts,
    asked,
    composed,
    deeds,
    due,
    fill_town,
    held,
    mark,
    told,
)


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    return await fill_town(board, stock)


async def test_an_officer_answers_and_both_are_told_who_did(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/inquiries/AAAA2345")
    await browser.sends("/board/inquiries/AAAA2345/open")
    sent = {"act": "answer", "text": "Dạ tương không cay ạ.", "seen": mark(browser), "opened": "1"}
    form = browser.form
    for _ in range(2):  # pressed twice: it happens once
        assert (await browser.sends("/board/inquiries/AAAA2345/act", form=form, **sent)).status == 303
    answered = await held(town, "AAAA2345")
    assert answered.state is State.ANSWERED
    assert [(each.side, each.text) for each in answered.messages[1:]] == [(Side.OFFICER, "Dạ tương không cay ạ.")]
    (to_lan,) = await told(town, LAN)
    assert "Cán bộ chương trình" in to_lan
    assert "Dạ tương không cay ạ." in to_lan
    (to_ba,) = await told(town, BA)
    assert "Dạ tương không cay ạ." in to_ba
    assert await deeds(town, "AAAA2345") == [("inquiry_opened", "commune"), ("inquiry_answered", "commune")]
    entries = [row.entry async for row in town.context.store.audit.every_row()]
    assert "không cay" not in "".join(f"{each.before}{each.after}{each.reason}" for each in entries)


async def test_who_comes_second_sees_what_happened_and_loses_no_word(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    first, second = await town.signed_in(name="Lan"), await town.signed_in(OfficerRole.COMMUNE, name="Hoa")
    await second.opens("/board/inquiries/AAAA2345")
    seen = mark(second)
    assert await acts(first, "AAAA2345", "close", "Khách đã gọi điện hỏi rồi.") == 303
    sent = await second.sends("/board/inquiries/AAAA2345/act", act="close", text="Lý do của Hoa", seen=seen)
    assert sent.status == 409
    assert "Meanwhile something else happened" in second.said
    assert "Inquiry closed" in second.said
    assert "Lan (Province)" in second.said
    reopened = await held(town, "AAAA2345")
    assert len(reopened.messages) == 2
    # An answer that was written at length comes back in its form, where there is one.
    assert await acts(first, "AAAA2345", "reopen", "Hỏi lại cho rõ.") == 303
    await second.opens("/board/inquiries/AAAA2345")
    await second.sends("/board/inquiries/AAAA2345/open")
    seen = mark(second)
    assert await acts(first, "AAAA2345", "desk", "Xin tỉnh xem.", to="province") == 303
    fields = {"act": "answer", "text": "Câu trả lời dài của Hoa", "seen": seen, "opened": "1"}
    assert (await second.sends("/board/inquiries/AAAA2345/act", **fields)).status == 409
    assert "Câu trả lời dài của Hoa</textarea>" in second.said


async def test_two_at_the_very_same_moment_are_one(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browsers = [await town.signed_in(name=name) for name in ("Lan", "Hoa")]
    for each in browsers:
        await each.opens("/board/inquiries/AAAA2345")
    sends = [
        each.sends("/board/inquiries/AAAA2345/act", act="close", text=f"Lý do {place}", seen=mark(each))
        for place, each in enumerate(browsers)
    ]
    assert sorted(each.status for each in await asyncio.gather(*sends)) == [303, 409]
    assert len((await held(town, "AAAA2345")).messages) == 2
    assert len(await told(town, LAN)) == 1


async def test_closing_needs_a_reason_which_customer_and_producer_read(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    assert await acts(browser, "AAAA2345", "close", "  ") == 400
    assert (await held(town, "AAAA2345")).state is State.SENT
    assert await acts(browser, "AAAA2345", "close", "Sản phẩm không còn bán.") == 303
    (to_lan,) = await told(town, LAN)
    assert "đã kết thúc #AAAA2345" in to_lan
    assert "Sản phẩm không còn bán." in to_lan
    (to_ba,) = await told(town, BA)
    assert "Sản phẩm không còn bán." in to_ba
    assert await acts(browser, "AAAA2345", "reopen", "Nay lại bán.") == 303
    assert (await held(town, "AAAA2345")).state is State.SENT
    assert any("Nay lại bán." in each for each in await told(town, LAN))
    assert any("Nay lại bán." in each for each in await told(town, BA))


async def test_a_report_is_decided_and_who_sent_it_is_told(town: BoardTown) -> None:
    await asked(town, "AAAA2345", kind=Kind.COMPLAINT)
    await asked(town, "BBBB2345", kind=Kind.COMPLAINT, days=1)
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/today/complaints")
    assert re.findall(r"/board/inquiries/([A-Z0-9]{8})", browser.said) == ["AAAA2345", "BBBB2345"]
    assert WORDS not in browser.said
    assert await acts(browser, "AAAA2345", "decide", "Đã xem.") == 400
    assert await acts(browser, "AAAA2345", "decide", "Đã thay nhãn mới.", outcome="corrected") == 303
    assert await acts(browser, "BBBB2345", "decide", "Nhãn đúng.", outcome="unfounded") == 303
    one, two = await told(town, LAN)
    assert "đã được xem xét" in one
    assert "Đã thay nhãn mới." in one
    assert "không thấy" in two
    assert (await held(town, "AAAA2345")).outcome == "corrected"
    await browser.opens("/board/today/complaints")
    assert "No report waits" in browser.said
    assert ("complaint_decided", "commune") in await deeds(town, "AAAA2345")


async def test_a_question_is_no_report(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in()
    assert await acts(browser, "AAAA2345", "decide", "Nhãn đúng.", outcome="unfounded") == 400


async def test_a_colleague_is_asked_to_answer(town: BoardTown) -> None:
    asked_ = await asked(town, "AAAA2345")
    nam = Address("telegram", "55")
    await town.context.store.members.join(Member(nam, Role.PRODUCER, asked_.producer_id, name="Anh Năm"), at=town.now)
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/inquiries/AAAA2345")
    chosen = re.search(r'<option value="([0-9a-f]{8})">Anh Năm', browser.said)
    assert chosen, browser.said
    assert await acts(browser, "AAAA2345", "colleague", to="nobody") == 400
    assert await acts(browser, "AAAA2345", "colleague", to=chosen[1]) == 303
    (to_nam,) = await told(town, nam)
    assert WORDS in to_nam
    assert "55" not in browser.shown


async def test_it_goes_to_the_producer_for_whom_it_was_meant_without_name_and_number(town: BoardTown) -> None:
    asked_ = await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/inquiries/AAAA2345?q=Tương b")
    assert 'name="to" value=' in browser.said
    found = await town.context.store.product("b")
    assert found is not None
    assert await acts(browser, "AAAA2345", "product", to="nowhere") == 400
    assert await acts(browser, "AAAA2345", "product", to="a") == 400
    assert await acts(browser, "AAAA2345", "product", to=found.ref) == 303
    now = await held(town, "AAAA2345")
    assert (now.producer_id, now.product_id, now.name, now.phone) == (found.producer.id, "b", "", "")
    assert now.producer_id != asked_.producer_id
    (to_lan,) = await told(town, LAN)
    assert "HTX Tương there" in to_lan
    (to_tu,) = await told(town, TU)
    assert WORDS in to_tu
    (to_ba,) = await told(town, BA)
    assert WORDS not in to_ba
    # It is the other commune's now.
    assert (await browser.opens("/board/inquiries/AAAA2345")).status == 403


async def test_who_was_blocked_is_passed_on_to_nobody(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    found = await town.context.store.product("b")
    assert found is not None
    await town.context.store.members.block(found.producer.id, LAN, at=town.now)
    browser = await town.signed_in()
    assert await acts(browser, "AAAA2345", "product", to=found.ref) == 400
    assert (await held(town, "AAAA2345")).product_id == "a"


async def test_another_office_gets_it_and_its_officers_are_told_in_their_chats(town: BoardTown) -> None:
    await asked(town, "AAAA2345", kind=Kind.COMPLAINT)
    store = town.context.store
    there = await town.officer(OfficerRole.COMMUNE, name="Hoa", commune=THERE)
    hoa = Address("zalo", "hoa")
    await store.officer_chats.bind(await town.link(there), hoa, now=town.now)
    province, theirs = await town.signed_in(), await town.signed_in(OfficerRole.COMMUNE, name="Mai", commune=THERE)
    assert (await theirs.opens("/board/inquiries/AAAA2345")).status == 403
    assert await acts(province, "AAAA2345", "desk", "", to=THERE) == 400
    assert await acts(province, "AAAA2345", "desk", "Bán ở chợ xã bạn.", to="nowhere") == 400
    assert await acts(province, "AAAA2345", "desk", "Bán ở chợ xã bạn.", to=THERE) == 303
    (to_hoa,) = await told(town, hoa)
    assert WORDS not in to_hoa
    (handed,) = [each for each in await due(town) if each.kind is NoticeKind.HANDED]
    reply = await composed(town, handed)
    assert reply
    assert [each.url for each in reply.choices] == ["https://ocop.test/board/inquiries/AAAA2345"]
    assert (await theirs.opens("/board/inquiries/AAAA2345")).status == 200
    assert "Bán ở chợ xã bạn." in theirs.said
    await theirs.opens("/board/inquiries")
    assert "AAAA2345" in theirs.said
    await theirs.opens("/board/today/complaints")
    assert "AAAA2345" in theirs.said
    assert [each.kind for each in await due(town)] == [NoticeKind.HANDED]


async def test_a_commune_hands_on_to_the_province_only(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    assert await acts(browser, "AAAA2345", "desk", "Xin xã bạn.", to=THERE) == 403
    assert await acts(browser, "AAAA2345", "desk", "Xin tỉnh.", to="province") == 303
    assert (await held(town, "AAAA2345")).desk == "province"


async def test_a_producers_own_account_answers_as_the_producer(town: BoardTown) -> None:
    asked_ = await asked(town, "AAAA2345", days=0.1)
    browser = await town.signed_in(OfficerRole.PRODUCER, producer=asked_.producer_id)
    await browser.opens("/board/inquiries/AAAA2345")
    await browser.sends("/board/inquiries/AAAA2345/open")
    assert WORDS in browser.said
    assert "Trần Kín" in browser.said
    assert await acts(browser, "AAAA2345", "answer", "Dạ không cay.") == 303
    assert (await held(town, "AAAA2345")).messages[-1].side is Side.PRODUCER
    (to_lan,) = await told(town, LAN)
    assert "Cán bộ" not in to_lan
    assert not await told(town, BA)


async def test_a_forged_or_unknown_act_does_nothing(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in()
    assert await acts(browser, "AAAA2345", "burn", "x") == 404
    form = {"act": "close", "text": "vì", "seen": ""}
    assert (await browser.sends("/board/inquiries/AAAA2345/act", form="0" * 32, **form)).status == 403
    await browser.opens("/board/inquiries/AAAA2345")
    assert (await browser.sends("/board/inquiries/AAAA2345/act", act="close", text="Vì sao", seen="old")).status == 409
    assert (await held(town, "AAAA2345")).state is State.SENT
