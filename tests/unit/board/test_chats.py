"""An officer in their own chat: known by a code from the board, given links, forgotten when they say so or leave."""

import re

from catalog.audit import Deed, Doer
from catalog.inquiry import Address
from catalog.officers import OfficerRole
from catalog.store import Refusal
from handlers.context import Context
from handlers.conversation import answer
from handlers.messages import Incoming, Text
from handlers.own_codes import new_code
from tests.board import BoardTown
from tests.conftest import Dialogue

_CODE = re.compile(r"/banlamviec ([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})")


async def known(board: BoardTown, say: Dialogue) -> None:
    """An officer makes a code on the board, and sends it in their chat."""
    browser = await board.signed_in()
    await browser.opens("/board/chats")
    await browser.sends("/board/chats/code")
    code = _CODE.search(browser.said)
    assert code, browser.said
    assert "Từ nay tôi nhận ra" in await say(f"/banlamviec {code[1]}")


async def test_who_is_known_is_given_a_link_that_opens_the_board_once(board: BoardTown, say: Dialogue) -> None:
    await known(board, say)
    told = await say("/banlamviec")
    link = re.search(r"https://ocop\.test/board/sign-in/(\w{12})", told)
    assert link, told
    browser = await board.browser()
    assert (await browser.signs_in(link[1])).status == 303
    assert (await browser.signs_in(link[1])).status == 410
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    assert Deed.CHAT_BOUND in [each.deed for each in entries]
    assert (entries[-2].deed, entries[-2].officer) == (Deed.LINK_MADE, 1)


async def test_the_page_after_a_form_keeps_its_place_in_the_navigation(board: BoardTown) -> None:
    """Its address lies below the one in the navigation, which also shows the pages beside it."""
    browser = await board.signed_in()
    await browser.opens("/board/chats")
    mark = re.compile(r'href="/board/chats" aria-current="page"')
    assert mark.search(browser.said)
    await browser.sends("/board/chats/code")
    assert mark.search(browser.said)


async def test_nobody_else_is_given_one(board: BoardTown, say: Dialogue) -> None:
    await known(board, say)
    assert "dành cho cán bộ" in await say.another("binh")("/banlamviec")
    stranger = say.another("cuc")
    for _ in range(5):
        assert "không mở được" in await stranger("/banlamviec ABCD-EFGH-JKLM")
    assert "Sai mã nhiều lần quá" in await stranger("/banlamviec ABCD-EFGH-JKLM")
    assert "không mở được" in await say.another("dung")("/banlamviec xin chào")


async def test_where_others_read_along_no_link_is_given(board: BoardTown, say: Dialogue) -> None:
    await known(board, say)
    asked = Incoming(say.person, Text("/banlamviec"), "99", public=True)
    answered = await answer(asked, context=say._context, session=say.session)
    assert "riêng" in answered.reply.text
    assert "sign-in" not in answered.reply.text


async def test_a_code_binds_one_chat_and_is_used_up(board: BoardTown) -> None:
    store, officer = board.context.store, await board.officer()
    code, an, binh = await board.link(officer), Address("telegram", "1"), Address("zalo_oa", "2")
    assert await store.officer_chats.bind(code, an, now=board.now) == officer.number
    assert await store.officer_chats.bind(code, binh, now=board.now) is Refusal.USED
    assert await store.officer_chats.bind(new_code(), binh, now=board.now) is Refusal.UNKNOWN
    assert await store.officer_chats.bind(await board.link(officer), binh, now=board.now) == officer.number
    assert await store.officer_chats.of_officer(officer.number) == [an, binh]
    other = await board.officer(OfficerRole.VIEWER, name="Bình")
    assert await store.officer_chats.of_officer(other.number) == []
    assert await store.officer_chats.unbind("telegram", officer.number, by=Doer())
    assert not await store.officer_chats.unbind("telegram", officer.number, by=Doer())
    assert await store.officer_chats.officer_of(an) is None
    assert await store.officer_chats.officer_of(binh) == officer.number


async def test_it_is_forgotten_with_the_chat_with_the_officer_and_on_the_board(
    board: BoardTown, say: Dialogue, context: Context
) -> None:
    chats = context.store.officer_chats
    await known(board, say)
    kept = await context.store.people.rows_about(Address("test", "an"))
    assert [row["key"] for row in kept["memory"]] == ["board:an"]
    await say("/xoadulieu yes")
    assert await chats.of_officer(1) == []
    assert "dành cho cán bộ" in await say("/banlamviec")
    browser = await board.browser()
    (officer,) = await context.store.officers.list_all()
    await browser.signs_in(await board.link(officer))
    await chats.bind(await board.link(officer), Address("test", "an"), now=board.now)
    await browser.opens("/board/chats")
    form = browser.form
    assert (await browser.sends("/board/chats/test/forget", form=form)).status == 303
    assert (await browser.sends("/board/chats/test/forget", form=form)).status == 404
    await chats.bind(await board.link(officer), Address("test", "an"), now=board.now)
    await context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert await say("/banlamviec") == "Quyền truy cập của anh/chị đã hết"
    await context.store.officers.end(officer.number, by=Doer())
    assert await chats.of_officer(officer.number) == []


async def test_an_officer_chooses_to_be_told_in_the_morning_and_ends_it(board: BoardTown, say: Dialogue) -> None:
    await known(board, say)
    chats = board.context.store.officer_chats
    browser = await board.signed_in(name="Mai")
    await browser.opens("/board/chats")
    assert "In the morning" not in browser.said, "there is no chat to tell it in"
    mai = (await board.context.store.officers.list_all())[1]
    await chats.bind(await board.link(mai), Address("zalo_oa", "m"), now=board.now)
    await browser.opens("/board/chats")
    assert (await browser.sends("/board/chats/morning", wanted="yes")).status == 303
    assert await chats.morning_chats() == [(2, Address("zalo_oa", "m"))]
    (waiting,) = (await board.context.store.people.rows_about(Address("zalo_oa", "m")))["outbox"]
    assert waiting["kind"] == "morning"
    await browser.opens("/board/chats")
    assert "At 07:30 you are told here" in browser.said
    assert (await browser.sends("/board/chats/morning", wanted="no")).status == 303
    assert await chats.morning_chats() == []
    deeds = [row.entry.deed async for row in board.context.store.audit.every_row()]
    assert deeds.count(Deed.MORNING_SET) == 2
