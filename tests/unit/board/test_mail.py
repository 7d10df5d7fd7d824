"""A link by e-mail: for an officer's own address only, made when the mail is, and nobody learns whose an address is."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.board import BoardLimits
from catalog.audit import Doer
from catalog.inquiry import Notice, NoticeKind
from catalog.officers import Officer
from handlers.context import Context
from handlers.inquiries import notices
from tests.board import BoardTown, OfficerBrowser, open_board

MAIL = "post"
ADDRESS = "lan@bacninh.vn"


@pytest.fixture
async def board(context: Context) -> AsyncIterator[BoardTown]:
    limits = BoardLimits(mail_pause=0)
    async with open_board(replace(context, email_channel=MAIL), mail=True, limits=limits) as town:
        yield town


async def lan(board: BoardTown) -> Officer:
    officer = await board.officer()
    await board.context.store.officers.set_contact(officer.number, ADDRESS, by=Doer())
    return officer


async def asks(browser: OfficerBrowser, email: str) -> str:
    """Ask for a link; what is told."""
    await browser.opens("/board/sign-in")
    assert (await browser.sends("/board/sign-in/mail", email=email)).status == 200
    return browser.said


async def due(board: BoardTown) -> list[Notice]:
    return await board.context.store.outbox.lease(now=board.now + 1, limit=9)


async def told(board: BoardTown, notice: Notice, *, later: float = 0.0) -> str:
    context = replace(board.context, now=lambda: board.now + later)
    reply = await notices.compose(notice, language="en", context=context)
    return reply.text if reply else ""


async def test_an_officer_is_sent_a_link_that_opens_once(board: BoardTown) -> None:
    await lan(board)
    browser = await board.browser(headers={"Accept-Language": "en"})
    assert "a link is on its way" in await asks(browser, " LAN@bacninh.vn ")
    (notice,) = await due(board)
    assert (notice.kind, notice.to.channel, notice.to.address) == (NoticeKind.SIGN_IN, MAIL, ADDRESS)
    link = re.search(r"https://ocop\.test/board/sign-in/(\w{12})", await told(board, notice))
    assert link
    assert link[1] not in repr(notice)
    assert (await browser.signs_in(link[1])).status == 303
    assert (await browser.signs_in(link[1])).status == 410


async def test_who_is_no_officer_is_told_the_same_and_sent_nothing(board: BoardTown) -> None:
    await lan(board)
    browser = await board.browser(headers={"Accept-Language": "en"})
    known, unknown = [
        re.sub(r'value="[^"]*"|proof|data-options="[^"]*"', "", await asks(browser, email))
        for email in (ADDRESS, "binh@bacninh.vn")
    ]
    assert known == unknown
    for email in ("", " ", "x" * 999, "%"):
        await asks(browser, email)
    assert len(await due(board)) == 1


async def test_asked_often_it_is_sent_once_in_two_minutes(board: BoardTown) -> None:
    await lan(board)
    browser = await board.browser()
    board.now = 1_795_000_080.0
    for _ in range(3):
        await asks(browser, ADDRESS)
    assert len(await due(board)) == 1
    board.now += 120
    await asks(browser, ADDRESS)
    assert len({notice.key for notice in await due(board)}) == 2


async def test_what_comes_too_late_or_for_who_has_left_is_not_sent(board: BoardTown) -> None:
    officer = await lan(board)
    await asks(await board.browser(), ADDRESS)
    (notice,) = await due(board)
    assert await told(board, notice, later=601.0) == ""
    await board.context.store.officers.set_contact(officer.number, "khac@bacninh.vn", by=Doer())
    assert await told(board, notice) == ""
    await board.context.store.officers.set_contact(officer.number, ADDRESS, by=Doer())
    assert await told(board, notice) != ""
    await board.context.store.officers.end(officer.number, by=Doer())
    assert await told(board, notice) == ""
    await asks(await board.browser(), ADDRESS)
    assert await due(board) == []


async def test_where_there_is_no_mail_nobody_is_asked_for_an_address(board: BoardTown) -> None:
    board.mail = False
    browser = await board.browser()
    await browser.opens("/board/sign-in")
    assert "/board/sign-in/mail" not in browser.said
