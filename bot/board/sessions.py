"""Where an officer is signed in: seen and ended by themselves; and the way out."""

from aiohttp import web

from bot.board import cookies
from bot.board.cookies import Cookies
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.officers import Act
from handlers.board import own_access

PATH = f"{ROOT}/sessions"


async def _show(visit: BoardVisit) -> Screen:
    say = visit.say
    lines = await own_access.list_sessions(visit.desk)
    said = say("The session has ended.") if visit.query.get("done") == "ended" else ""
    return Screen("sessions.html", say("Where you are signed in"), {"lines": lines}, said=said)


async def _end(visit: BoardVisit) -> Redirect:
    await own_access.end_session(visit.desk, visit.number("number"))
    return Redirect(f"{PATH}?done=ended")


async def _sign_out(visit: BoardVisit) -> web.Response:
    await own_access.sign_out(visit.desk)
    response = web.Response(status=303, headers={"Location": f"{ROOT}/sign-in"})
    Cookies(visit.context.public_url).drop(visit.request, response, cookies.SESSION)
    return response


PAGES = (
    BoardPage.get(PATH, Act.SEE_BOARD, _show, menu=lambda say: say("Sessions"), own=True),
    BoardPage.post(f"{PATH}/{{number}}/end", Act.SEE_BOARD, _end),
    BoardPage.post(f"{ROOT}/sign-out", Act.SEE_BOARD, _sign_out, before_passkey=True),
)
