"""An officer's own access: where they are signed in and the way out, and the chats in which they are known."""

from aiohttp import web

from bot.board import cookies
from bot.board.cookies import Cookies
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from bot.channel import CHANNEL_TITLES
from catalog.officers import Act
from handlers.board import morning, own_access

SESSIONS, CHATS = f"{ROOT}/sessions", f"{ROOT}/chats"


async def _show_sessions(visit: BoardVisit) -> Screen:
    say = visit.say
    lines = await own_access.list_sessions(visit.desk)
    said = say("The session has ended.") if visit.query.get("done") == "ended" else ""
    return Screen("sessions.html", say("Where you are signed in"), {"lines": lines}, said=said)


async def _end_session(visit: BoardVisit) -> Redirect:
    await own_access.end_session(visit.desk, visit.number("number"))
    return Redirect(f"{SESSIONS}?done=ended")


async def _sign_out(visit: BoardVisit) -> web.Response:
    await own_access.sign_out(visit.desk)
    response = web.Response(status=303, headers={"Location": f"{ROOT}/sign-in"})
    Cookies(visit.context.public_url).drop(visit.request, response, cookies.SESSION)
    return response


async def _show_chats(visit: BoardVisit) -> Screen:
    said = visit.say("You are not known there any more.") if visit.query.get("done") == "forgotten" else ""
    return await _list_chats(visit, code="", said=said)


async def _make_code(visit: BoardVisit) -> Screen:
    return await _list_chats(visit, code=await own_access.make_code(visit.desk))


async def _set_morning(visit: BoardVisit) -> Redirect:
    await morning.set_wanted(visit.desk, wanted=visit.form.get("wanted") == "yes")
    return Redirect(CHATS)


async def _forget_chat(visit: BoardVisit) -> Redirect:
    await own_access.forget_chat(visit.desk, visit.request.match_info["channel"])
    return Redirect(f"{CHATS}?done=forgotten")


async def _list_chats(visit: BoardVisit, *, code: str, said: str = "") -> Screen:
    say = visit.say
    known = [(each, CHANNEL_TITLES.get(each, say("web chat"))) for each in await own_access.list_channels(visit.desk)]
    return Screen(
        "chats.html",
        say("My chats"),
        {"known": known, "code": code, "morning": await morning.is_wanted(visit.desk)},
        said=said,
    )


SESSION_PAGES = (
    BoardPage.get(SESSIONS, Act.SEE_BOARD, _show_sessions, menu=lambda say: say("Sessions"), own=True),
    BoardPage.post(f"{SESSIONS}/{{number}}/end", Act.SEE_BOARD, _end_session),
    BoardPage.post(f"{ROOT}/sign-out", Act.SEE_BOARD, _sign_out, before_passkey=True),
)
CHAT_PAGES = (
    BoardPage.get(CHATS, Act.SEE_BOARD, _show_chats, menu=lambda say: say("My chats"), own=True),
    BoardPage.post(f"{CHATS}/code", Act.SEE_BOARD, _make_code),
    BoardPage.post(f"{CHATS}/morning", Act.SEE_BOARD, _set_morning),
    BoardPage.post(f"{CHATS}/{{channel}}/forget", Act.SEE_BOARD, _forget_chat),
)
