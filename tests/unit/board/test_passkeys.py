"""Passkeys: added, shown, used to sign in, removed; a false answer does none of it, and a true one only once."""

import re
from dataclasses import replace
from html import unescape

import pytest

from bot.board import BoardLimits
from bot.board.pages import PAGES
from catalog.audit import Deed, Doer
from handlers.context import Context
from tests.authenticator import Authenticator
from tests.board import BoardTown, OfficerBrowser, address, open_board

ENGLISH = {"Accept-Language": "en", "Host": "localhost"}


def question(browser: OfficerBrowser) -> tuple[str, str]:
    """The options and the proof in the page that is shown."""
    options = re.search(r'data-options="([^"]+)"', browser.said)
    proof = re.search(r'name="proof" value="([^"]+)"', browser.said)
    assert options, browser.said
    assert proof
    return unescape(options[1]), proof[1]


async def at_localhost(board: BoardTown, *, number: int = 1) -> OfficerBrowser:
    """A browser of the first officer, who comes by a name that browsers keep passkeys for."""
    officers = await board.context.store.officers.list_all()
    officer = next((each for each in officers if each.number == number), None) or await board.officer()
    browser = await board.browser(headers=ENGLISH)
    assert (await browser.signs_in(await board.link(officer))).status == 303
    return browser


async def adds(browser: OfficerBrowser, key: Authenticator) -> str:
    """Add *key*; where the page leads then."""
    await browser.opens("/board/passkeys")
    options, proof = question(browser)
    response = await browser.sends("/board/passkeys/add", answer=key.create(options), proof=proof, name="Máy <tôi>")
    return response.headers.get("Location", str(response.status))


async def signs_in(board: BoardTown, key: Authenticator) -> tuple[int, OfficerBrowser, dict[str, str]]:
    """Sign in by *key* alone; how that ended, and what was sent."""
    browser = await board.browser(headers=ENGLISH)
    await browser.opens("/board/sign-in")
    options, proof = question(browser)
    sent = {"answer": key.get(options), "proof": proof}
    response = await browser.sends("/board/sign-in/passkey", **sent)
    return response.status, browser, sent


async def test_a_passkey_is_added_and_lets_its_owner_in(board: BoardTown) -> None:
    browser, key = await at_localhost(board), Authenticator()
    assert await adds(browser, key) == "/board/passkeys?done=added"
    await browser.opens("/board/passkeys?done=added")
    assert "The passkey was added." in browser.said
    assert "Máy &lt;tôi&gt;" in browser.said
    assert "Remove this passkey" in browser.said
    status, other, _ = await signs_in(board, key)
    assert status == 303
    await other.opens("/board")
    assert "Hello, Lan" in other.said
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    assert [each.deed for each in entries][-2:] == [Deed.PASSKEY_ADDED, Deed.SIGNED_IN]
    assert entries[-1].after == '{"way": "passkey"}'


@pytest.mark.parametrize(
    "false",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"verified": False},
    ],
)
async def test_a_false_answer_adds_nothing_and_lets_nobody_in(board: BoardTown, false: dict[str, object]) -> None:
    browser, key = await at_localhost(board), Authenticator()
    assert await adds(browser, Authenticator(**false)) == "/board/passkeys?done=failed"  # type: ignore[arg-type]  # as given
    await browser.opens("/board/passkeys?done=failed")
    assert "could not be used" in browser.said
    assert await adds(browser, key) == "/board/passkeys?done=added"
    status, other, _ = await signs_in(board, replace(key, **false))  # type: ignore[arg-type]  # as given
    assert status == 410
    assert "does not open the board" in other.said
    assert (await other.opens("/board")).status == 401


async def test_another_key_under_its_name_lets_nobody_in(board: BoardTown) -> None:
    browser, key = await at_localhost(board), Authenticator()
    await adds(browser, key)
    status, _, _ = await signs_in(board, Authenticator(credential=key.credential))
    assert status == 410
    assert (await signs_in(board, Authenticator()))[0] == 410


async def test_an_answer_counts_once_for_its_visitor_and_for_some_minutes(board: BoardTown) -> None:
    await adds(await at_localhost(board), key := Authenticator())
    status, browser, sent = await signs_in(board, key)
    assert status == 303
    await browser.opens("/board/sign-in")
    assert (await browser.sends("/board/sign-in/passkey", **sent)).status == 410, "that form was another's"
    stranger = await board.browser(headers=ENGLISH)
    await stranger.opens("/board/sign-in")
    options, proof = question(stranger)
    answered = {"answer": key.get(options), "proof": proof}
    form = stranger.form
    assert (await stranger.sends("/board/sign-in/passkey", form=form, **answered)).status == 303
    for forged in ({**answered, "proof": "x"}, {**answered, "answer": "{"}, {**answered, "answer": '{"rawId": 1}'}):
        await stranger.opens("/board/sign-in")
        assert (await stranger.sends("/board/sign-in/passkey", **forged)).status == 410


async def test_the_very_form_sent_twice_signs_in_once(board: BoardTown) -> None:
    await adds(await at_localhost(board), key := Authenticator())
    browser = await board.browser(headers={**ENGLISH, "Cookie": "hoi-ocop-board-visitor=mine"})
    await browser.opens("/board/sign-in")
    options, proof = question(browser)
    form, answer = browser.form, key.get(options)
    sent = [await browser.sends("/board/sign-in/passkey", form=form, answer=answer, proof=proof) for _ in range(2)]
    assert [each.status for each in sent] == [303, 410]


async def test_who_has_a_passkey_shows_it_before_changing_any(board: BoardTown) -> None:
    """A stolen link must not add a thief's own passkey, nor take the owner's away."""
    owner, key = await at_localhost(board), Authenticator()
    await adds(owner, key)
    thief = await at_localhost(board)
    await thief.opens("/board/passkeys")
    assert "Show one of your passkeys first" in thief.said
    assert "Remove this passkey" not in thief.said
    form = thief.form
    options, proof = question(thief)
    own = Authenticator()
    refused = await thief.sends("/board/passkeys/add", form=form, answer=own.create(options), proof=proof)
    assert refused.status == 403
    assert (await thief.sends("/board/passkeys/1/remove", form=form)).status == 403
    wrong = await thief.sends("/board/passkeys/prove", form=form, answer=own.get(options), proof=proof)
    assert wrong.headers["Location"] == "/board/passkeys?done=failed"
    right = await thief.sends("/board/passkeys/prove", form=form, answer=key.get(options), proof=proof)
    assert right.headers["Location"] == "/board/passkeys?done=shown"
    again = await thief.sends("/board/passkeys/prove", form=form, answer=key.get(options), proof=proof)
    assert again.headers["Location"] == "/board/passkeys?done=failed"
    assert (await thief.sends("/board/passkeys/1/remove", form=form)).headers["Location"].endswith("removed")
    assert (await thief.sends("/board/passkeys/1/remove", form=form)).status == 404
    assert (await signs_in(board, key))[0] == 410


async def test_passkeys_end_with_their_officer(board: BoardTown) -> None:
    await adds(await at_localhost(board), key := Authenticator())
    await board.context.store.officers.end(1, by=Doer())
    assert (await signs_in(board, key))[0] == 410
    assert (await board.context.store.count_rows())["passkeys"] == 0


async def test_without_a_name_or_https_the_page_says_why_there_are_none(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board/passkeys")
    assert "only where the board is reached by its name and https" in browser.said
    await browser.opens("/board/sign-in")
    assert "data-options" not in browser.said


async def test_where_one_is_required_a_link_alone_opens_nothing_else(context: Context) -> None:
    async with open_board(context, limits=BoardLimits(passkey_required=True)) as board:
        browser, key = await at_localhost(board), Authenticator()
        opened = [
            page.path
            for page in PAGES
            if page.method == "GET"
            and (await browser.opens(address(page))).headers.get("Location") != "/board/passkeys"
        ]
        assert opened == ["/board/passkeys"]
        assert await adds(browser, key) == "/board/passkeys?done=added"
        assert (await browser.opens("/board")).status == 200
        again = await at_localhost(board)
        assert (await again.opens("/board")).headers["Location"] == "/board/passkeys"
        status, other, _ = await signs_in(board, key)
        assert status == 303
        assert (await other.opens("/board")).status == 200
