"""The board as tests use it: the real server's routes over a real store, and officers with a browser each."""

import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.board import Board, BoardLimits, BoardPage
from bot.board.pages import PAGES
from bot.http.security_headers import secure
from catalog.audit import Doer
from catalog.officers import Grant, Officer, OfficerRole
from handlers.context import Context
from handlers.own_codes import new_code

Client = TestClient[web.Request, web.Application]
_FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')
_TOKEN = re.compile(r"""(?<=value=")(?:[0-9a-f]{32}|[0-9a-f]{8})(?=")""")
HERE, THERE = "09475", "09466"
"""The codes of Nhân Thắng and Cao Đức."""


@dataclass
class OfficerBrowser:
    """One browser of one officer; *said* is the last page."""

    client: Client
    said: str = ""

    async def opens(self, path: str, **more: object) -> ClientResponse:
        """Open a page, without following where it leads."""
        response = await self.client.get(path, allow_redirects=False, **more)  # type: ignore[arg-type]  # as given
        self.said = await response.text()
        return response

    @property
    def shown(self) -> str:
        """The last page without its random tokens, in which any short run of digits may happen to stand."""
        return _TOKEN.sub("", self.said)

    @property
    def form(self) -> str:
        """The hidden field of the page that is shown."""
        found = _FORM.search(self.said)
        assert found, self.said
        return found[1]

    async def sends(self, path: str, *, form: str | None = None, **fields: str) -> ClientResponse:
        """Send a form with the hidden field of the page that is shown, or with another."""
        data = {"form": self.form if form is None else form, **fields}
        response = await self.client.post(path, data=data, allow_redirects=False)
        self.said = await response.text()
        return response

    async def signs_in(self, code: str) -> ClientResponse:
        """Open the link and press its button."""
        await self.opens(f"/board/sign-in/{code}")
        return await self.sends("/board/sign-in", code=code)

    def cookie(self) -> str:
        """The session's token."""
        (found,) = [each for each in self.client.session.cookie_jar if each.key == "hoi-ocop-board"]
        return found.value


@dataclass
class BoardTown:
    """A board with *pages*; its clock stands still unless it is moved."""

    context: Context
    pages: tuple[BoardPage, ...] = PAGES
    limits: BoardLimits = field(default_factory=BoardLimits)
    mail: bool = False
    now: float = field(default_factory=time.time)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    server: TestServer | None = None

    async def open(self) -> None:
        """Serve."""
        app = web.Application()
        app.on_response_prepare.append(secure)
        context = replace(self.context, now=lambda: self.now)
        app.add_routes(Board(context, self.pages, self.limits, has_mail=lambda: self.mail).routes())
        self.server = TestServer(app)
        await self.stack.enter_async_context(self.server)

    async def browser(self, **more: object) -> OfficerBrowser:
        """A browser in which nobody is signed in."""
        assert self.server is not None
        client = await self.stack.enter_async_context(TestClient(self.server, **more))  # type: ignore[arg-type]  # as given
        return OfficerBrowser(client)

    def grant(self, role: OfficerRole, **more: object) -> Grant:
        """A grant of *role* from today on, as that role needs it."""
        today = self.context.today()
        needed: dict[OfficerRole, dict[str, object]] = {
            OfficerRole.COMMUNE: {"commune": HERE},
            OfficerRole.PRODUCER: {"producer": "nem"},
            OfficerRole.INSPECTOR: {"until": today + timedelta(days=30)},
            OfficerRole.ORGANISER: {"until": today + timedelta(days=30)},
        }
        return Grant(role, today, **{**needed.get(role, {}), **more})  # type: ignore[arg-type]  # as given

    async def officer(self, role: OfficerRole = OfficerRole.PROVINCE, *, name: str = "Lan", **more: object) -> Officer:
        """Somebody with that role."""
        return await self.context.store.officers.add(name, self.grant(role, **more), by=Doer())

    async def link(self, officer: Officer) -> str:
        """A fresh one-time code of theirs."""
        code = new_code()
        expires = self.now + 600
        await self.context.store.officers.make_link(officer.number, code, expires_at=expires, by=Doer())
        return code

    async def signed_in(self, role: OfficerRole = OfficerRole.PROVINCE, **more: object) -> OfficerBrowser:
        """A browser in which an officer of that role is signed in."""
        browser = await self.browser(headers={"Accept-Language": "en", "User-Agent": f"Firefox/{secrets.token_hex(2)}"})
        response = await browser.signs_in(await self.link(await self.officer(role, **more)))  # type: ignore[arg-type]  # as given
        assert response.status == 303, browser.said
        return browser


def address(page: BoardPage) -> str:
    """Where *page* is, with something in the place of what its address leaves open."""
    return re.sub(r"\{[^}]+\}", "1", page.path)


@asynccontextmanager
async def open_board(context: Context, **more: object) -> AsyncIterator[BoardTown]:
    """Serve a board over *context*."""
    town = BoardTown(context, **more)  # type: ignore[arg-type]  # as given
    async with town.stack:
        await town.open()
        yield town
