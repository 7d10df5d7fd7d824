"""What every page of the board keeps to: who may not, may not; no form but ours; the headers that keep others out."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.board import BoardPage
from bot.board.cookies import form_token
from bot.board.pages import PAGES
from bot.metrics import Metrics
from bot.server import ServerState, application
from catalog.audit import Doer
from catalog.officers import Act, OfficerRole, reach
from handlers.context import Context
from tests.board import BoardTown, OfficerBrowser, address, open_board

HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
OPEN = {"/board/", "/board/static/{name}", "/board/sign-in", "/board/sign-in/{code}"}
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
every_form = pytest.mark.parametrize(
    "page", [each for each in PAGES if each.method == "POST"], ids=lambda page: page.path
)


@pytest.fixture
async def board(context: Context) -> AsyncIterator[BoardTown]:
    async with open_board(context) as town:
        yield town


async def asks(browser: OfficerBrowser, page: BoardPage, *, form: str = "") -> int:
    if page.method == "GET":
        return (await browser.opens(address(page))).status
    return (await browser.sends(address(page), form=form)).status


def secured(headers: object) -> None:
    told = dict(headers)  # type: ignore[call-overload]  # a mapping of aiohttp's
    assert {name: told[name] for name in HEADERS} == HEADERS
    policy = told["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_no_route_below_board_is_outside_the_table(context: Context) -> None:
    """Whatever is served there is a page with its act, one of the few that let somebody in, or says: not here."""
    app = application(ServerState(context, Metrics(), {}, {}, lambda: 0))
    served = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    below = {(method, path) for method, path in served if path.startswith("/board")}
    declared = {(page.method, page.path) for page in PAGES}
    assert {(method, path) for method, path in below if method != "HEAD"} == declared | {
        ("POST", "/board/sign-in"),
        ("POST", "/board/sign-in/passkey"),
        ("POST", "/board/sign-in/mail"),
        ("GET", "/board/{elsewhere}"),
        *(("GET", path) for path in OPEN),
    }
    assert len(declared) == len(PAGES), "each address stands once"


async def test_a_page_without_an_act_cannot_be_made() -> None:
    async def answer(_visit: object) -> web.Response:
        return web.Response()

    with pytest.raises(TypeError, match="act"):
        BoardPage.get("/board/x")  # type: ignore[call-arg]  # what must fail
    with pytest.raises(TypeError, match="act"):
        BoardPage.get("/board/x", None, answer)  # type: ignore[arg-type]  # what must fail
    with pytest.raises(ValueError, match="/board"):
        BoardPage.get("/boarding", Act.SEE_BOARD, answer)


@every_page
async def test_who_is_not_signed_in_is_asked_to(board: BoardTown, page: BoardPage) -> None:
    browser = await board.browser()
    assert await asks(browser, page) == 401
    assert 'action="/board/sign-in"' in browser.said
    response = await browser.client.request(page.method, address(page))
    secured(response.headers)


@every_page
async def test_who_may_not_is_refused_in_words(board: BoardTown, page: BoardPage) -> None:
    """Whoever has a role without the page's act; where every role has it, whoever's role has ended."""
    roles = [role for role in OfficerRole if not reach([board.grant(role)], page.act, today=board.context.today())]
    browser = await board.signed_in(roles[0] if roles else OfficerRole.VIEWER)
    if not roles:
        (officer,) = await board.context.store.officers.list_all()
        await board.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    form = form_token(browser.cookie())
    assert await asks(browser, page, form=form) == 403
    assert ("You may not do this" if roles else "Your access has ended") in browser.said


@every_form
async def test_a_form_that_is_not_ours_changes_nothing(board: BoardTown, page: BoardPage) -> None:
    browser = await board.signed_in()
    ours = form_token(browser.cookie())
    for forged in ("", "0" * 32, ours[::-1]):
        assert (await browser.sends(address(page), form=forged)).status == 403
        assert "This form is not ours" in browser.said
    elsewhere = {"Origin": "https://evil.example"}
    response = await browser.client.post(address(page), data={"form": ours}, headers=elsewhere)
    assert response.status == 403
    secured(response.headers)
    assert (await browser.opens("/board")).status == 200


@every_page
async def test_what_answers_who_may_is_secured_too(board: BoardTown, page: BoardPage) -> None:
    browser = await board.signed_in()
    form = form_token(browser.cookie())
    data = {"form": form} if page.method == "POST" else None
    response = await browser.client.request(page.method, address(page), data=data, allow_redirects=False)
    assert response.status < 500
    secured(response.headers)
