"""The board's first page: what wants work today, and each list of it by itself."""

from bot.board.page import ROOT, BoardPage, Screen, Visit
from catalog.officers import Act
from handlers.board import home, today
from handlers.board.worklists import ENDING, Worklist

LISTS = f"{ROOT}/today"
_ENDING = (*ENDING, Worklist.MONTH)
_SHOWN_OF_ENDING = Worklist.ENDING_90


async def _show(visit: Visit) -> Screen:
    sheet, work = home.greet(visit.desk), await today.list_all(visit.desk)
    shown = [each for each in work if each.which not in _ENDING or each.which is _SHOWN_OF_ENDING]
    spans = [(_span(each.which, each.title, visit), each) for each in work if each.which in _ENDING]
    return Screen("home.html", sheet.title, {"sheet": sheet, "work": shown, "spans": spans, "lists": LISTS})


async def _show_list(visit: Visit) -> Screen:
    asked = visit.query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1
    work = await today.show(visit.desk, visit.request.match_info["list"], page)
    return Screen("worklist.html", work.title, {"work": work, "lists": LISTS})


def _span(which: Worklist, title: str, visit: Visit) -> str:
    return visit.say("within {days} days", days=ENDING[which]) if which in ENDING else title


PAGES = (
    BoardPage.get(ROOT, Act.SEE_BOARD, _show, menu=lambda say: say("Today")),
    BoardPage.get(f"{LISTS}/{{list}}", Act.SEE_BOARD, _show_list),
)
