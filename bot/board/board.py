"""The board's entrance: each request is let through to its page only for an officer who may do the page's act.

In this order: who is signed in, whether they may, whether the form is ours; then the page answers, and what it refuses
becomes a page that says so.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn

from aiohttp import web

from bot.board import cookies, drawing, passkeys
from bot.board.cookies import Cookies, form_token, is_form_of
from bot.board.drawing import MenuItem, PageFrame
from bot.board.page import FORM_BYTES, FORM_FIELD, ROOT, BoardPage, BoardVisit, Redirect, Screen, first_field
from bot.board.passkey_verification import ask_to_show, site_of
from bot.board.sign_in import BoardLimits, Enter, SignIn
from bot.http.forms import MALFORMED, fields_of, names_unkept
from bot.http.own_site import is_own
from bot.pages import words
from bot.pages.assets import load_assets
from catalog.cells.problems import CellRefused
from catalog.errors import NotFound, StoreError
from catalog.officers import NotAllowed
from catalog.store import SignedIn
from handlers.board.desk import Desk
from handlers.context import Context
from handlers.phrases import Speech, speech

log = logging.getLogger(__name__)


class _Refused(Exception):
    """The request goes no further; *screen* tells why."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.title)
        self.screen = screen


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, in the language that its browser has chosen or likes best, with the session's token if it has one."""

    request: web.Request
    say: Speech
    token: str


class Board:
    """All routes of the board: *pages*, the way in, and the few files."""

    def __init__(
        self,
        context: Context,
        pages: Sequence[BoardPage],
        limits: BoardLimits | None = None,
        *,
        has_mail: Callable[[], bool] = lambda: False,
    ) -> None:
        self._has_mail = has_mail
        self._context = context
        self._pages = pages
        self._limits = limits or BoardLimits()
        self._cookies = Cookies(context.public_url)
        self._sign_in = SignIn(context, self._limits)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (
            web.get(f"{ROOT}/", self._move_home),
            web.get(f"{drawing.STATIC}/{{name}}", load_assets().serve),
            web.get(f"{ROOT}/sign-in", self._without_session(self._show_sign_in)),
            web.get(f"{ROOT}/sign-in/{{code}}", self._without_session(self._show_sign_in)),
            web.post(f"{ROOT}/sign-in", self._taking(self._sign_in.enter)),
            web.post(f"{ROOT}/sign-in/passkey", self._taking(self._sign_in.enter_by_passkey)),
            web.post(f"{ROOT}/sign-in/mail", self._taking(self._sign_in.send_link)),
            *(web.route(page.method, page.path, self._guard(page)) for page in self._pages),
            web.get(f"{ROOT}/{{elsewhere:.+}}", self._without_session(self._show_nothing_here)),
        )

    async def _move_home(self, _request: web.Request) -> web.Response:
        return _redirect(ROOT)

    def _without_session(
        self, answer: Callable[[_Asked], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What needs no session."""

        async def open_(request: web.Request) -> web.StreamResponse:
            asked = self._read_asked(request)
            return self._finish(asked, await answer(asked))

        return open_

    def _taking(self, enter: Enter) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return self._without_session(partial(self._take_sign_in, enter=enter))

    def _guard(self, page: BoardPage) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What answers *page*: nobody gets past without its act."""

        async def guard(request: web.Request) -> web.StreamResponse:
            asked = self._read_asked(request)
            signed = await self._signed_in(asked)
            if signed is None:
                return self._finish(asked, self._ask_to_sign_in(asked))
            desk = Desk(self._context, signed.officer, signed.session, page.act, asked.say, self._limits.idle)
            if self._limits.passkey_required and not (page.before_passkey or desk.has_shown_passkey):
                return self._finish(asked, _redirect(passkeys.PATH))
            try:
                answered = await self._answer(page, asked, desk)
            except _Refused as refused:
                answered = refused.screen
            if isinstance(answered, web.StreamResponse):
                return self._finish(asked, answered)
            response = (
                _redirect(answered.to) if isinstance(answered, Redirect) else self._draw(answered, asked, desk, page)
            )
            return self._finish(asked, response)

        return guard

    async def _answer(self, page: BoardPage, asked: _Asked, desk: Desk) -> Screen | Redirect | web.StreamResponse:
        if not desk.reach:
            return _refusal(desk)
        try:
            return await page.answer(await self._visit(page, asked, desk))
        except NotAllowed:
            return _refusal(desk)
        except NotFound:
            return _nothing_here(asked)
        except CellRefused as refused:
            title = refused.reason if asked.say.language == "vi" else refused.reason_en
            told = asked.say("Nothing was changed. Go back, load the page again, and send the form from there.")
            return Screen("message.html", title, {"told": told}, status=400)
        except StoreError as error:
            log.warning("a page of the board could not be shown: %s", error)
            title = asked.say("The database does not answer. What you sent was not kept; please send it again.")
            return Screen("message.html", title, status=503)

    async def _visit(self, page: BoardPage, asked: _Asked, desk: Desk) -> BoardVisit:
        request = asked.request
        if names_unkept(request):
            raise NotFound
        if page.method == "GET":
            return BoardVisit(desk, request)
        if not self._is_from_here(request):
            _refuse_form(asked)
        if page.uploads:
            try:
                parts = await request.multipart() if request.content_type.startswith("multipart/") else None
            except MALFORMED as error:
                raise web.HTTPBadRequest from error
            if parts is None or not is_form_of(asked.token, await first_field(parts)):
                _refuse_form(asked)
            return BoardVisit(desk, request, parts=parts)
        form = await fields_of(request, most=page.most)
        if not is_form_of(asked.token, form.get(FORM_FIELD, "")):
            _refuse_form(asked)
        return BoardVisit(desk, request, form)

    def _is_from_here(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin", "")
        return not origin or is_own(origin, host=request.host, public_url=self._context.public_url)

    async def _signed_in(self, asked: _Asked) -> SignedIn | None:
        if not asked.token:
            return None
        now = self._context.now()
        return await self._context.store.board_sessions.find(asked.token, now=now, idle=self._limits.idle)

    def _ask_to_sign_in(self, asked: _Asked) -> web.Response:
        """The way in; whoever followed a link from elsewhere may be signed in, and their browser is asked again."""
        request = asked.request
        if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return self._page(Screen("again.html", asked.say("Opening…"), {"to": request.path_qs}), asked, form="")
        to = request.path_qs if request.method == "GET" else ROOT
        return self._sign_in_page(asked, self._sign_in.screen(asked.say, to=to, status=401))

    async def _show_sign_in(self, asked: _Asked) -> web.Response:
        code = asked.request.match_info.get("code", "")
        return self._sign_in_page(asked, await self._sign_in.show(asked.say, code))

    async def _show_nothing_here(self, asked: _Asked) -> web.Response:
        return self._page(_nothing_here(asked), asked, form="")

    async def _take_sign_in(self, asked: _Asked, enter: Enter) -> web.Response:
        request = asked.request
        form = await fields_of(request, most=FORM_BYTES)
        visitor, shown = request.cookies.get(cookies.VISITOR, ""), form.get(FORM_FIELD, "")
        if not (self._is_from_here(request) and is_form_of(visitor, shown)):
            return self._sign_in_page(asked, self._sign_in.refuse_form(asked.say))
        entered = await enter(request, form, asked.say)
        if isinstance(entered, Screen):
            return self._sign_in_page(asked, entered)
        response = _redirect(entered.to)
        self._cookies.keep(request, response, cookies.SESSION, entered.token)
        self._cookies.drop(request, response, cookies.VISITOR)
        return response

    def _sign_in_page(self, asked: _Asked, screen: Screen) -> web.Response:
        visitor = asked.request.cookies.get(cookies.VISITOR, "") or self._context.secret()
        form, site = form_token(visitor), site_of(asked.request, self._context.public_url)
        question = ask_to_show((), site, self._context.store, visitor=form) if site else None
        drawn = replace(screen, values={**screen.values, "passkey": question, "mail": self._has_mail()})
        response = self._page(drawn, asked, form=form)
        self._cookies.keep(asked.request, response, cookies.VISITOR, visitor)
        return response

    def _draw(self, screen: Screen, asked: _Asked, desk: Desk, page: BoardPage) -> web.Response:
        shown = [each for each in self._pages if each.menu is not None and desk.reach_of(each.act)]
        here = _place_in_menu(page, shown)
        menu = [MenuItem(each.menu(asked.say), each.path, each is here, each.own) for each in shown if each.menu]
        return self._page(screen, asked, form=form_token(asked.token), menu=menu, who=desk.officer.name)

    def _page(
        self, screen: Screen, asked: _Asked, *, form: str, menu: Sequence[MenuItem] = (), who: str = ""
    ) -> web.Response:
        others = drawing.other_languages(asked.say, lambda code: _in_language(asked.request, code))
        frame = PageFrame(asked.say, screen.title, form, menu, who, screen.said, screen.wrong, others)
        text = drawing.render(screen.template, frame, screen.values)
        return web.Response(text=text, status=screen.status, content_type="text/html")

    def _read_asked(self, request: web.Request) -> _Asked:
        chosen = request.query.get("lang", "") or request.cookies.get(cookies.LANGUAGE, "")
        liked = words.preferred_language(request.headers.get("Accept-Language", ""))
        language = next((each for each in (chosen, liked) if each in drawing.LANGUAGES), "en")
        return _Asked(request, speech(language), request.cookies.get(cookies.SESSION, ""))

    def _finish(self, asked: _Asked, response: web.StreamResponse) -> web.StreamResponse:
        """*response* with the board's headers, unless it has begun to go out."""
        if response.prepared:
            return response
        for name, value in drawing.HEADERS.items():
            response.headers.setdefault(name, value)
        if asked.request.query.get("lang", "") in drawing.LANGUAGES:
            self._cookies.keep_language(asked.request, response, asked.say.language)
        return response


def _nothing_here(asked: _Asked) -> Screen:
    return Screen("message.html", asked.say("This is not here (any more)"), status=404)


def _refusal(desk: Desk) -> Screen:
    say = desk.say
    if not desk.officer.grants_in_force(desk.context.today()):
        title = say("Your access has ended")
        told = say("None of your roles counts today. Whoever keeps the officers can give you one again.")
    else:
        title = say("You may not do this")
        told = say("Your role does not reach that far. Whoever keeps the officers can tell you who may.")
    return Screen("message.html", title, {"told": told}, status=403)


def _refuse_form(asked: _Asked) -> NoReturn:
    title = asked.say("This form is not ours, or it has grown old")
    told = asked.say("Nothing was changed. Go back, load the page again, and send the form from there.")
    raise _Refused(Screen("message.html", title, {"told": told}, status=403))


def _place_in_menu(page: BoardPage, shown: Iterable[BoardPage]) -> BoardPage | None:
    """The page in the navigation that *page* is, or to which it belongs by its address."""
    above = (each for each in shown if each.menu and each.path != ROOT and page.path.startswith(f"{each.path}/"))
    same = (each for each in shown if each.menu and each.path == page.path)
    return next(same, None) or max(above, key=lambda each: len(each.path), default=None)


def _in_language(request: web.Request, code: str) -> str:
    """This page in another language; of a form's answer the board's first page."""
    url = request.rel_url if request.method in {"GET", "HEAD"} else request.rel_url.with_path(ROOT).with_query("")
    return str(url.update_query(lang=code))


def _redirect(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to})
