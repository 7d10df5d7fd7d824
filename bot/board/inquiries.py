"""Inquiries on the board: the list, one inquiry, its words once they are opened, and what is done with it."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.inquiry import PROVINCE, Kind, MovedMeanwhile
from catalog.officers import Act
from handlers.board import inquiries, inquiry_acts, matching
from handlers.board.inquiries import InquirySheet
from handlers.board.inquiry_acts import CannotHandle
from handlers.inquiries.wording import kind_words
from handlers.phrases import Speech

PATH = f"{ROOT}/inquiries"
_FILTERS = ("state", "kind", "days", "commune", "desk", "producer")
_WRITTEN = ("answer", "close", "decide", "reopen", "colleague", "desk", "product")


async def _show(visit: BoardVisit) -> Screen:
    say, query = visit.say, visit.query
    asked = {name: query.get(name, "") for name in _FILTERS}
    asked["state"] = asked["state"] if asked["state"] in inquiries.STATES else inquiries.STATES[0]
    page = query.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    values = {
        "sheet": await inquiries.show_list(visit.desk, asked, number),
        "asked": asked,
        "waiting": await inquiries.count_waiting(visit.desk),
        "answering": await inquiries.list_answering(visit.desk),
        "states": _state_names(say),
        "kinds": {each: kind_words(each, say) for each in Kind},
        "older": {str(days): say.count("{number} day", "{number} days", days) for days in inquiries.OLDER},
        "communes": [each for each in visit.context.places.communes() if each.code],
        "turn": lambda to: f"{PATH}?{urlencode({**{k: v for k, v in asked.items() if v}, 'page': to})}",
        "path": PATH,
    }
    return Screen("inquiries.html", say("Inquiries"), values)


def _state_names(say: Speech) -> Mapping[str, str]:
    return {
        "waiting": say("without an answer"),
        "answered": say("answered"),
        "closed": say("closed"),
        "all": say("all"),
    }


async def _show_one(visit: BoardVisit) -> Screen:
    say = visit.say
    done = {
        "answer": say("Your answer is on its way; customer and producer are told that an officer answered."),
        "close": say("Closed; customer and producer are told why."),
        "reopen": say("It is open again; customer and producer are told."),
        "colleague": say("Handed over: they are asked to answer."),
        "desk": say("Handed over; whoever is known in a chat there is told."),
        "product": say("Passed on; the customer and both producers are told."),
    }
    told = visit.said(done)
    return await _screen(visit, await inquiries.show(visit.desk, _ref(visit)), said=told)


async def _screen(
    visit: BoardVisit, sheet: InquirySheet, *, said: str = "", wrong: str = "", status: int = 200
) -> Screen:
    words = visit.query.get("q", "")
    values = {
        "sheet": sheet,
        "here": f"{PATH}/{sheet.inquiry.ref}",
        "path": PATH,
        "mark": sheet.inquiry.mark,
        "words": words,
        "hits": await matching.find_products(visit.desk, words) if words else [],
        "communes": [each for each in visit.context.places.communes() if each.code] if sheet.everywhere else [],
        "province": PROVINCE,
        "is_complaint": sheet.inquiry.kind is Kind.COMPLAINT,
        # What was written stays where the form is shown again.
        "written": {name: visit.form.get("text", "") if visit.form.get("act") == name else "" for name in _WRITTEN},
        "most": inquiry_acts.MOST_REASON,
    }
    title = f"#{sheet.inquiry.ref} · {sheet.kind}"
    return Screen("inquiry.html", title, values, said=said, wrong=wrong, status=status)


async def _open(visit: BoardVisit) -> Screen:
    return await _open_words(visit)


async def _open_words(visit: BoardVisit, *, wrong: str = "", status: int = 200) -> Screen:
    sheet = await inquiries.open_words(visit.desk, _ref(visit))
    if sheet.opened is None:
        wrong = wrong or visit.say("Its producer has the first day to answer. You can read it after that.")
        return await _screen(visit, sheet, wrong=wrong, status=status if status != 200 else 403)
    return await _screen(visit, sheet, wrong=wrong, status=status)


async def _act(visit: BoardVisit) -> Screen | Redirect:
    """Do what a form of the page asks for; who comes second sees what the first has done, and loses no word."""
    act, say = visit.form.get("act", ""), visit.say
    if act not in _ACTS:
        raise NotFound
    try:
        await _ACTS[act](visit, _ref(visit), visit.form.get("text", ""), visit.form.get("seen", ""))
    except CannotHandle as error:
        wrong, status = str(error), 400
    except MovedMeanwhile:
        wrong = say(
            "Meanwhile something else happened to it, so nothing was done. See below what; your words are still here."
        )
        status = 409
    else:
        return Redirect(f"{PATH}/{_ref(visit)}?done={'close' if act == 'decide' else act}")
    if visit.form.get("opened"):
        return await _open_words(visit, wrong=wrong, status=status)
    return await _screen(visit, await inquiries.show(visit.desk, _ref(visit)), wrong=wrong, status=status)


async def _answer(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.answer(visit.desk, ref, text, seen=seen)


async def _close(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.close(visit.desk, ref, text, seen=seen)


async def _decide(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    # "-" is no outcome: to decide without choosing is refused.
    await inquiry_acts.close(visit.desk, ref, text, seen=seen, outcome=visit.form.get("outcome", "") or "-")


async def _reopen(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.reopen(visit.desk, ref, text, seen=seen)


async def _hand_to_colleague(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.hand_to_colleague(visit.desk, ref, visit.form.get("to", ""), text, seen=seen)


async def _hand_to_desk(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.hand_to_desk(visit.desk, ref, visit.form.get("to", "")[:16], text, seen=seen)


async def _pass_on(visit: BoardVisit, ref: str, text: str, seen: str) -> None:
    await inquiry_acts.pass_on(visit.desk, ref, visit.form.get("to", ""), text, seen=seen)


_ACTS: Mapping[str, Callable[[BoardVisit, str, str, str], Awaitable[None]]] = {
    "answer": _answer,
    "close": _close,
    "decide": _decide,
    "reopen": _reopen,
    "colleague": _hand_to_colleague,
    "desk": _hand_to_desk,
    "product": _pass_on,
}


def _ref(visit: BoardVisit) -> str:
    return visit.request.match_info["ref"][:16].upper()


PAGES = (
    BoardPage.get(PATH, Act.READ_FIGURES, _show, menu=lambda say: say("Inquiries")),
    BoardPage.get(f"{PATH}/{{ref}}", Act.HANDLE_INQUIRY, _show_one),
    BoardPage.post(f"{PATH}/{{ref}}/open", Act.HANDLE_INQUIRY, _open),
    BoardPage.post(f"{PATH}/{{ref}}/act", Act.HANDLE_INQUIRY, _act),
)
