"""Getting in, staying in, getting out: each way that must not work does not."""

import pytest

from bot.board.cookies import form_token
from catalog.audit import Deed, Doer
from catalog.officers import OfficerRole
from tests.board import HERE, BoardTown, OfficerBrowser

ENGLISH = {"Accept-Language": "en"}


async def test_a_link_shows_a_button_and_only_the_button_uses_it_up(board: BoardTown) -> None:
    """Messengers open links by themselves to show what is behind them."""
    code = await board.link(await board.officer())
    preview = await board.browser()
    for method in ("GET", "HEAD", "GET"):
        assert (await preview.client.request(method, f"/board/sign-in/{code}")).status == 200
    browser = await board.browser(headers=ENGLISH)
    assert (await browser.opens("/board")).status == 401
    response = await browser.signs_in(code)
    assert (response.status, response.headers["Location"]) == (303, "/board")
    assert (await browser.opens("/board")).status == 200
    assert "Hello, Lan" in browser.said
    assert "the whole province" in browser.said


async def test_the_sessions_cookie_is_kept_from_scripts_and_other_sites(board: BoardTown) -> None:
    # The tests' own client speaks http, and sends no cookie back that is for https only.
    visitor = {"Cookie": "hoi-ocop-board-visitor=v", "X-Forwarded-Proto": "https"}
    browser, code = await board.browser(headers=visitor), await board.link(await board.officer())
    response = await browser.sends("/board/sign-in", form=form_token("v"), code=code)
    kept = response.cookies["hoi-ocop-board"]
    assert (kept["httponly"], kept["samesite"], kept["path"], kept["secure"]) == (True, "Strict", "/board", True)
    assert not kept["max-age"]
    plain = await (await board.browser()).signs_in(await board.link(await board.officer()))
    assert not plain.cookies["hoi-ocop-board"]["secure"]


@pytest.mark.parametrize(
    "typed", ["{code}", "{spaced}", " {lower} ", "https://ocop.test/board/sign-in/{code}", "Mã: {code}"]
)
async def test_a_code_may_be_typed_or_pasted(board: BoardTown, typed: str) -> None:
    code = await board.link(await board.officer())
    spaced = "-".join((code[:4], code[4:8], code[8:]))
    browser = await board.browser()
    await browser.opens("/board/sign-in")
    response = await browser.sends("/board/sign-in", code=typed.format(code=code, spaced=spaced, lower=code.lower()))
    assert response.status == 303


async def test_a_replayed_an_expired_and_an_invented_link_open_nothing(board: BoardTown) -> None:
    officer = await board.officer()
    used = await board.link(officer)
    assert (await (await board.browser()).signs_in(used)).status == 303
    browser = await board.browser(headers=ENGLISH)
    assert (await browser.signs_in(used)).status == 410
    assert "used already" in browser.said
    assert (await browser.opens(f"/board/sign-in/{used}")).status == 410
    late = await board.link(officer)
    board.now += 601
    assert (await browser.opens(f"/board/sign-in/{late}")).status == 410
    for code in (late, "ABCDEFGHJKLM"):
        assert (await browser.sends("/board/sign-in", code=code)).status == 410
        assert "ten minutes and once" in browser.said
    assert (await browser.sends("/board/sign-in", code="hello")).status == 400
    assert (await browser.opens("/board")).status == 401


async def test_who_tries_too_often_has_to_wait(board: BoardTown) -> None:
    browser = await board.browser(headers=ENGLISH)
    await browser.opens("/board/sign-in")
    tried = [(await browser.sends("/board/sign-in", code="ABCDEFGHJKLM")).status for _ in range(12)]
    assert tried == [410] * 10 + [429] * 2
    assert "Too many tries" in browser.said
    code = await board.link(await board.officer())
    assert (await browser.sends("/board/sign-in", code=code)).status == 429
    board.now += 31
    assert (await browser.sends("/board/sign-in", code=code)).status == 303


async def test_a_sign_in_form_from_elsewhere_signs_nobody_in(board: BoardTown) -> None:
    """Else an attacker could have somebody work in the attacker's name."""
    code = await board.link(await board.officer())
    browser = await board.browser(headers=ENGLISH)
    for form in ("", "0" * 32):
        assert (await browser.sends("/board/sign-in", form=form, code=code)).status == 403
    await browser.opens("/board/sign-in")
    other = await board.browser()
    await other.opens("/board/sign-in")
    assert (await browser.sends("/board/sign-in", form=other.form, code=code)).status == 403
    assert "keeps no cookies" in browser.said
    data = {"form": browser.form, "code": code}
    forged = await browser.client.post("/board/sign-in", data=data, headers={"Origin": "https://evil.example"})
    assert forged.status == 403
    assert (await browser.sends("/board/sign-in", code=code)).status == 303


async def with_cookie(board: BoardTown, token: str) -> OfficerBrowser:
    return await board.browser(headers={"Cookie": f"hoi-ocop-board={token}", **ENGLISH})


async def test_a_stolen_cookie_is_worth_nothing_after_sign_out(board: BoardTown) -> None:
    browser = await board.signed_in()
    thief = await with_cookie(board, browser.cookie())
    assert (await thief.opens("/board")).status == 200
    await browser.opens("/board")
    response = await browser.sends("/board/sign-out")
    assert (response.status, response.headers["Location"]) == (303, "/board/sign-in")
    assert (await thief.opens("/board")).status == 401
    assert (await browser.opens("/board")).status == 401


async def test_a_session_is_seen_and_ended_from_another_one_of_its_owner(board: BoardTown) -> None:
    officer = await board.officer()
    here, there = await board.browser(headers=ENGLISH), await board.browser(headers={"User-Agent": "Chrome/1 Android"})
    await here.signs_in(await board.link(officer))
    await there.signs_in(await board.link(officer))
    await here.opens("/board/sessions")
    assert here.said.count("End this session") == 2
    assert here.said.count("this browser") == 1
    assert "Chrome · Android" in here.said
    response = await here.sends("/board/sessions/2/end")
    assert response.headers["Location"] == "/board/sessions?done=ended"
    assert (await there.opens("/board")).status == 401
    await here.opens("/board/sessions?done=ended")
    assert "The session has ended." in here.said
    assert "Chrome · Android" not in here.said
    stranger = await board.signed_in()
    await stranger.opens("/board")
    form = stranger.form
    assert (await stranger.sends("/board/sessions/1/end", form=form)).status == 404
    assert (await stranger.sends("/board/sessions/x/end", form=form)).status == 404
    assert (await here.opens("/board")).status == 200


async def test_a_session_ends_by_itself(board: BoardTown) -> None:
    browser = await board.signed_in()
    board.now += 29 * 60
    assert (await browser.opens("/board")).status == 200
    board.now += 29 * 60
    assert (await browser.opens("/board")).status == 200
    board.now += 31 * 60
    assert (await browser.opens("/board")).status == 401
    again = await board.signed_in()
    for _ in range(12 * 3 - 1):
        board.now += 20 * 60
        assert (await again.opens("/board")).status == 200
    board.now += 20 * 60
    assert (await again.opens("/board")).status == 401


async def test_an_ended_grant_and_an_ended_officer_are_out_at_once(board: BoardTown) -> None:
    commune = await board.signed_in(OfficerRole.COMMUNE)
    await commune.opens("/board")
    assert "Xã Nhân Thắng" in commune.said
    officers = board.context.store.officers
    (officer,) = await officers.list_all()
    await officers.end_grant(officer.grants[0].number, by=Doer())
    assert (await commune.opens("/board")).status == 403
    assert "Your access has ended" in commune.said
    await officers.give(officer.number, board.grant(OfficerRole.COMMUNE), by=Doer())
    assert (await commune.opens("/board")).status == 200
    await officers.end(officer.number, by=Doer())
    assert (await commune.opens("/board")).status == 401


async def test_after_signing_in_one_is_where_one_wanted_to_go_but_nowhere_else(board: BoardTown) -> None:
    officer = await board.officer()
    for to, leads in (
        ("/board/sessions", "/board/sessions"),
        ("/board?x=1", "/board?x=1"),
        ("https://evil.example", "/board"),
        ("//evil.example", "/board"),
        ("/boarding", "/board"),
        ("/board/\\evil", "/board"),
        ("/board/\r\nSet-Cookie: a=b", "/board"),
        ("/board/sign-in", "/board"),
    ):
        browser = await board.browser()
        await browser.opens("/board/sessions")
        assert 'value="/board/sessions"' in browser.said
        response = await browser.sends("/board/sign-in", code=await board.link(officer), to=to)
        assert (response.status, response.headers["Location"]) == (303, leads), to
        board.now += 60


async def test_who_follows_a_link_from_elsewhere_and_is_signed_in_need_not_sign_in_again(board: BoardTown) -> None:
    """The cookie does not come along from other sites; the page asks the browser once more, from here."""
    browser = await board.browser()
    response = await browser.opens("/board/sessions?a=1&b=2", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 200
    assert 'content="0; url=/board/sessions?a=1&amp;b=2"' in browser.said
    assert "Set-Cookie" not in response.headers


async def test_the_board_speaks_the_languages_that_its_sentences_are_in(board: BoardTown) -> None:
    """Korean and Chinese are for shoppers."""
    browser = await board.browser()
    await browser.opens("/board/sign-in", headers={"Accept-Language": "ko"})
    assert '<html lang="en">' in browser.said
    assert "lang=ko" not in browser.said
    await browser.opens("/board/sign-in?lang=zh", headers={"Accept-Language": "vi"})
    assert '<html lang="vi">' in browser.said


async def test_the_language_chosen_stays(board: BoardTown) -> None:
    browser = await board.browser()
    await browser.opens("/board/sign-in")
    assert "Đăng nhập" in browser.said
    assert 'href="/board/sign-in?lang=en"' in browser.said
    await browser.opens("/board/sign-in?lang=en")
    assert "Sign in" in browser.said
    await browser.opens("/board/sign-in")
    assert '<html lang="en">' in browser.said


async def test_the_navigation_shows_what_one_may_see(board: BoardTown) -> None:
    province, viewer = await board.signed_in(), await board.signed_in(OfficerRole.VIEWER, commune=HERE)
    await province.opens("/board")
    await viewer.opens("/board")
    assert 'href="/board/audit"' in province.said
    assert 'href="/board/audit"' not in viewer.said
    assert 'aria-current="page"' in viewer.said
    assert (await viewer.opens("/board/")).headers["Location"] == "/board"


async def test_names_are_shown_as_text(board: BoardTown) -> None:
    browser = await board.signed_in(name='<b onclick="x">Lan</b>')
    await browser.opens("/board")
    assert "<b onclick" not in browser.said
    assert "&lt;b onclick" in browser.said


async def test_signing_in_and_out_stands_in_the_audit(board: BoardTown) -> None:
    browser = await board.signed_in(OfficerRole.VIEWER)
    await browser.opens("/board")
    await browser.sends("/board/sign-out")
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    assert [(each.deed, each.level) for each in entries] == [
        (Deed.OFFICER_ADDED, "house"),
        (Deed.LINK_MADE, "house"),
        (Deed.SIGNED_IN, "viewer"),
        (Deed.SIGNED_OUT, "viewer"),
    ]
