"""Inquiries on the board: what waits, its words once they are opened, and each act with what people are told of it."""

import asyncio
import re
from dataclasses import replace

import pytest

from catalog.dates import PartialDate
from catalog.inquiry import Address, Inquiry, Kind, Member, Notice, NoticeKind, Role, Side, State
from catalog.officers import OfficerRole
from handlers.inquiries import notice_policy
from handlers.messages import Reply
from handlers.plain import as_text
from tests.board import THERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import DAY, thing

LONG_AGO = PartialDate(2020, 1, 10)
LAN = Address("web", "khach-lan")
BA, TU = Address("zalo", "ba"), Address("telegram", "202")
WORDS = "Tương này có cay không ạ?"


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    """Two products in two communes; Ba answers for the first, Tư for the second."""
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO, at="there"))
    for key, who in (("a", BA), ("b", TU)):
        product = await board.context.store.product(key)
        assert product is not None
        await board.context.store.members.join(
            Member(who, Role.PRODUCER, product.producer.id, name="Cô Ba"), at=board.now
        )
    return board


async def asked(
    town: BoardTown, ref: str, product: str = "a", *, days: float = 3.0, kind: Kind = Kind.QUESTION, text: str = WORDS
) -> Inquiry:
    found = await town.context.store.product(product)
    assert found is not None
    at = town.now - days * DAY
    inquiry = Inquiry(
        ref, found.id, found.producer.id, LAN, kind, State.SENT, at, at, "Trần Kín", "+84987654321", language="vi"
    )
    assert await town.context.store.inquiries.open(inquiry, text=text, link=f"l-{ref}")
    return inquiry


async def held(town: BoardTown, ref: str) -> Inquiry:
    found = await town.context.store.inquiries.by_ref(ref)
    assert found is not None
    return found


def mark(browser: OfficerBrowser) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', browser.said)
    assert found, browser.said
    return found[1]


async def acts(browser: OfficerBrowser, ref: str, act: str, text: str = "", **fields: str) -> int:
    """Open the page and send one of its forms."""
    assert (await browser.opens(f"/board/inquiries/{ref}")).status == 200
    sent = {"act": act, "text": text, "seen": mark(browser), **fields}
    return (await browser.sends(f"/board/inquiries/{ref}/act", **sent)).status


async def told(town: BoardTown, to: Address) -> list[str]:
    """What the outbox tells somebody now, in words."""
    return [as_text(said) for each in await due(town) if each.to == to and (said := await composed(town, each))]


async def composed(town: BoardTown, notice: Notice) -> Reply | None:
    prepared = await notice_policy.prepare(notice, context=replace(town.context, now=lambda: town.now))
    return prepared if isinstance(prepared, Reply) else None


async def due(town: BoardTown) -> list[Notice]:
    """Every notice that was due so far."""
    found: list[Notice] = town.__dict__.setdefault("leased", [])
    found += await town.context.store.outbox.lease(now=town.now, limit=99)
    return found


async def deeds(town: BoardTown, ref: str) -> list[tuple[str, str]]:
    rows = [row.entry async for row in town.context.store.audit.every_row()]
    return [(each.deed, each.level) for each in rows if each.subject == f"inquiry {ref}"]


async def test_what_waits_is_listed_oldest_first_within_reach_and_without_words(town: BoardTown) -> None:
    await asked(town, "AAAA2345", days=3)
    await asked(town, "BBBB2345", "b", days=9)
    await asked(town, "CCCC2345", days=5, kind=Kind.COMPLAINT)
    province, commune = await town.signed_in(), await town.signed_in(OfficerRole.COMMUNE)
    await province.opens("/board/inquiries")
    assert re.findall(r"#([A-Z2-9]{8})", province.said) == ["BBBB2345", "CCCC2345", "AAAA2345"]
    assert "waits for 9 days" in province.said
    await commune.opens("/board/inquiries")
    assert re.findall(r"#([A-Z2-9]{8})", commune.said) == ["CCCC2345", "AAAA2345"]
    await commune.opens("/board/inquiries?kind=complaint&days=3")
    assert re.findall(r"#([A-Z2-9]{8})", commune.said) == ["CCCC2345"]
    await province.opens(f"/board/inquiries?commune={THERE}")
    assert re.findall(r"#([A-Z2-9]{8})", province.said) == ["BBBB2345"]
    for private in (WORDS, "Trần Kín", "khach-lan", "987654321", "987 654"):
        assert private not in province.said + commune.said
    await commune.opens("/board/inquiries?state=closed")
    assert "There are none." in commune.said
    assert (await commune.opens("/board/inquiries?page=99&days=x&kind=y&state=z")).status == 200


async def test_a_long_list_has_pages(town: BoardTown) -> None:
    for number in range(23):
        await asked(town, f"AAAA{number:04}", days=2 + number / 10)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries?kind=question")
    assert len(re.findall(r"#(AAAA\d{4})", browser.said)) == 20
    assert "Page 1 of 2" in browser.said
    following = re.search(r'href="([^"]+)" rel="next"', browser.said)
    assert following
    await browser.opens(following[1].replace("&amp;", "&"))
    assert re.findall(r"#(AAAA\d{4})", browser.said) == ["AAAA0002", "AAAA0001", "AAAA0000"]


async def test_a_viewer_reads_figures_and_opens_nothing(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    viewer = await town.signed_in(OfficerRole.VIEWER)
    assert (await viewer.opens("/board/inquiries")).status == 200
    assert "Nhân Thắng" in viewer.said
    assert "AAAA2345" not in viewer.said
    assert "Tương a" not in viewer.said
    form = viewer.form
    assert (await viewer.opens("/board/inquiries/AAAA2345")).status == 403
    for path in ("open", "act"):
        assert (await viewer.sends(f"/board/inquiries/AAAA2345/{path}", form=form, act="close", text="x")).status == 403


async def test_another_communes_inquiry_is_refused(town: BoardTown) -> None:
    await asked(town, "BBBB2345", "b")
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await commune.opens("/board/inquiries")
    form = commune.form
    assert (await commune.opens("/board/inquiries/BBBB2345")).status == 403
    for path in ("open", "act"):
        sent = await commune.sends(
            f"/board/inquiries/BBBB2345/{path}",
            form=form,
            act="close",
            text="vì sao",
            seen=(await held(town, "BBBB2345")).mark,
        )
        assert sent.status == 403
    assert (await held(town, "BBBB2345")).state is State.SENT
    assert (await commune.opens("/board/inquiries/ZZZZ9999")).status == 404


async def test_words_are_read_once_they_are_opened_which_the_audit_tells(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/inquiries/AAAA2345")
    assert WORDS not in browser.said
    assert not await deeds(town, "AAAA2345")
    assert (await browser.sends("/board/inquiries/AAAA2345/open")).status == 200
    assert WORDS in browser.said
    for private in ("Trần Kín", "khach-lan", "987654321", "987 654"):
        assert private not in browser.said
    assert await deeds(town, "AAAA2345") == [("inquiry_opened", "commune")]


async def test_the_first_day_is_the_producers_but_for_complaints(town: BoardTown) -> None:
    await asked(town, "AAAA2345", days=0.5)
    await asked(town, "BBBB2345", days=0.5, kind=Kind.COMPLAINT)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries/AAAA2345")
    assert "Open the words" not in browser.said
    assert (await browser.sends("/board/inquiries/AAAA2345/open")).status == 403
    assert WORDS not in browser.said
    assert not await deeds(town, "AAAA2345")
    await browser.opens("/board/inquiries/BBBB2345")
    assert (await browser.sends("/board/inquiries/BBBB2345/open")).status == 200
    assert WORDS in browser.said


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


async def test_what_its_consumer_erased_is_not_here_any_more(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    await town.context.store.people.erase(LAN)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries?state=all")
    assert "AAAA2345" not in browser.said
    assert (await browser.opens("/board/inquiries/AAAA2345")).status == 404


async def test_a_forged_or_unknown_act_does_nothing(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in()
    assert await acts(browser, "AAAA2345", "burn", "x") == 404
    form = {"act": "close", "text": "vì", "seen": ""}
    assert (await browser.sends("/board/inquiries/AAAA2345/act", form="0" * 32, **form)).status == 403
    await browser.opens("/board/inquiries/AAAA2345")
    assert (await browser.sends("/board/inquiries/AAAA2345/act", act="close", text="Vì sao", seen="old")).status == 409
    assert (await held(town, "AAAA2345")).state is State.SENT
