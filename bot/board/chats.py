"""An officer's own chats: a code that makes them known there, and where they are known."""

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.officers import Act
from handlers.board import morning, own_access

PATH = f"{ROOT}/chats"
_NAMES = {"telegram": "Telegram", "zalo_oa": "Zalo", "zalo_bot": "Zalo Bot"}


async def _show(visit: BoardVisit) -> Screen:
    said = visit.say("You are not known there any more.") if visit.query.get("done") == "forgotten" else ""
    return await _screen(visit, code="", said=said)


async def _make_code(visit: BoardVisit) -> Screen:
    return await _screen(visit, code=await own_access.make_code(visit.desk))


async def _set_morning(visit: BoardVisit) -> Redirect:
    await morning.set_wanted(visit.desk, wanted=visit.form.get("wanted") == "yes")
    return Redirect(PATH)


async def _forget(visit: BoardVisit) -> Redirect:
    await own_access.forget_chat(visit.desk, visit.request.match_info["channel"])
    return Redirect(f"{PATH}?done=forgotten")


async def _screen(visit: BoardVisit, *, code: str, said: str = "") -> Screen:
    say = visit.say
    known = [(each, _NAMES.get(each, say("web chat"))) for each in await own_access.list_channels(visit.desk)]
    return Screen(
        "chats.html",
        say("My chats"),
        {"known": known, "code": code, "morning": await morning.is_wanted(visit.desk)},
        said=said,
    )


PAGES = (
    BoardPage.get(PATH, Act.SEE_BOARD, _show, menu=lambda say: say("My chats"), own=True),
    BoardPage.post(f"{PATH}/code", Act.SEE_BOARD, _make_code),
    BoardPage.post(f"{PATH}/morning", Act.SEE_BOARD, _set_morning),
    BoardPage.post(f"{PATH}/{{channel}}/forget", Act.SEE_BOARD, _forget),
)
