"""The board's first page: what wants work today, and each list of it by itself."""

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.officers import Act
from handlers.board import home, today
from handlers.board.worklists import ENDING, Worklist

LISTS = f"{ROOT}/today"
_ENDING = (*ENDING, Worklist.MONTH)
_SHOWN_OF_ENDING = Worklist.ENDING_90


async def _show(visit: BoardVisit) -> Screen:
    sheet, work = home.greet(visit.desk), await today.list_all(visit.desk)
    shown = [each for each in work if each.which not in _ENDING or each.which is _SHOWN_OF_ENDING]
    spans = [(_span(each.which, each.title, visit), each) for each in work if each.which in _ENDING]
    return Screen(
        "home.html",
        sheet.title,
        {"sheet": sheet, "work": shown, "spans": spans, "lists": LISTS},
        said=_done_words(visit),
    )


async def _decide(visit: BoardVisit) -> Redirect:
    decision = visit.form.get("decision", "")
    if decision not in {"yes", "no"}:
        raise NotFound
    fresh = await home.decide_correction(visit.desk, visit.number("number"), accepted=decision == "yes")
    return Redirect(f"{ROOT}?done={decision if fresh else 'before'}")


async def _invite(visit: BoardVisit) -> Screen:
    invited = await home.invite_producer(visit.desk, visit.form.get("producer", ""))
    return Screen("invited.html", visit.say("Invitation"), {"invited": invited})


def _done_words(visit: BoardVisit) -> str:
    """What was done on the page from which the officer comes."""
    say = visit.say
    words = {
        "yes": say("Accepted; the card shows it now."),
        "no": say("Refused; the producer is told."),
        "before": say("That was decided already."),
        "undone": say("It is as it was before."),
    }
    return visit.said(words)


async def _show_list(visit: BoardVisit) -> Screen:
    asked = visit.query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1
    work = await today.show(visit.desk, visit.request.match_info["list"], page)
    return Screen("worklist.html", work.title, {"work": work, "lists": LISTS})


def _span(which: Worklist, title: str, visit: BoardVisit) -> str:
    return visit.say("within {days} days", days=ENDING[which]) if which in ENDING else title


PAGES = (
    BoardPage.get(ROOT, Act.SEE_BOARD, _show, menu=lambda say: say("Today")),
    BoardPage.get(f"{LISTS}/{{list}}", Act.SEE_BOARD, _show_list),
    BoardPage.post(f"{LISTS}/unreached/invite", Act.INVITE_PRODUCER, _invite),
    BoardPage.post(f"{LISTS}/corrections/{{number}}/decide", Act.DECIDE_CORRECTION, _decide),
)
