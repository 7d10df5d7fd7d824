"""The board's first page, and the way out."""

from bot.board.page import ROOT, BoardPage, Screen, Visit
from catalog.officers import Act
from handlers.board import home


async def _show(visit: Visit) -> Screen:
    sheet = home.greet(visit.desk)
    return Screen("home.html", sheet.title, {"sheet": sheet})


PAGES = (BoardPage.get(ROOT, Act.SEE_BOARD, _show, menu=lambda say: say("Today")),)
