"""Buyers' ratings on the board: the piles, and what an officer decides of one."""

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.officers import Act
from handlers.board import ratings
from handlers.board.ratings import NoReason

PATH = f"{ROOT}/ratings"


async def _show(visit: BoardVisit) -> Screen:
    return await _screen(visit, visit.query.get("pile", ""))


async def _screen(visit: BoardVisit, pile: str, *, wrong: str = "", of: int = 0) -> Screen:
    say = visit.say
    done = {
        "show": say("Everybody sees it now."),
        "hide": say("It is hidden; who wrote it reads why."),
        "count": say("It counts with the others now."),
    }
    sheet = await ratings.show(visit.desk, pile, visit.page)
    values = {
        "path": PATH,
        "sheet": sheet,
        "of": of,
        "typed": visit.form.get("reason", ""),
        "most": ratings.LONGEST_REASON,
    }
    return Screen("ratings.html", say("Buyers' points"), values, visit.said(done), wrong, 422 if wrong else 200)


async def _decide(visit: BoardVisit) -> Screen | Redirect:
    number, what, say = visit.number("number"), visit.form.get("what", ""), visit.say
    what = what if what in {"show", "count"} else "hide"
    try:
        pile = await ratings.decide(visit.desk, number, what, visit.form.get("reason", ""))
    except NoReason:
        wrong = say("Say why, in a few words: who wrote it reads that, and the audit keeps it.")
        return await _screen(visit, visit.form.get("pile", ""), wrong=wrong, of=number)
    return Redirect(f"{PATH}?pile={pile}&done={what}")


PAGES = (
    BoardPage.get(PATH, Act.JUDGE_RATING, _show, menu=lambda say: say("Buyers' points")),
    BoardPage.post(f"{PATH}/{{number}}", Act.JUDGE_RATING, _decide),
)
