"""Rounds: opened, who takes part, results, published sums beside counted ones, and certificates made of the results."""

from collections.abc import Awaitable, Callable, Mapping

from bot.board.certificates import page_number
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.officers import Act
from handlers.board import matching, rounds
from handlers.board.dossiers import PROVINCE
from handlers.board.rounds import BadRound

PATH = f"{ROOT}/rounds"
_FORM_BYTES = 512 * 1024
_DECISION = ("decision", "date", "issuer", "source")
_OPENED = ("name", "year", *_DECISION)


async def _list(visit: BoardVisit) -> Screen:
    return await _overview(visit)


async def _overview(visit: BoardVisit, *, wrong: str = "") -> Screen:
    found, page, pages = await rounds.list_rounds(visit.desk, page_number(visit.query.get("page", "1")))
    values = {
        "rounds": found,
        "page": page,
        "pages": pages,
        "path": PATH,
        "may": bool(visit.desk.reach_of(PROVINCE)),
        "entered": {name: visit.form.get(name, "") for name in _OPENED},
    }
    return Screen("rounds.html", visit.say("Rounds of evaluation"), values, wrong=wrong, status=422 if wrong else 200)


async def _open(visit: BoardVisit) -> Screen | Redirect:
    try:
        number = await rounds.open_round(visit.desk, visit.form)
    except BadRound as error:
        return await _overview(visit, wrong=str(error))
    return Redirect(f"{PATH}/{number}?done=opened")


async def _show(visit: BoardVisit) -> Screen:
    say = visit.say
    said = {
        "opened": say("The round is open."),
        "added": say("It takes part now. That is no star yet."),
        "removed": say("Taken out of the round."),
        "results": say("The results are kept. They are no stars until they are recorded with their decision."),
        "sums": say("The published sums are kept as they were published."),
        "concluded": say("The results are recorded: each star is a certificate now."),
    }
    return await _sheet(visit, said=visit.said(said))


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "", status: int = 422, **more: object) -> Screen:
    page = page_number(visit.form.get("page", "") or visit.query.get("page", "1"))
    sheet = await rounds.show(visit.desk, visit.number("number"), page)
    say, words = visit.say, visit.query.get("q", "")
    values: Mapping[str, object] = {
        "sheet": sheet,
        "path": PATH,
        "words": words,
        "hits": await matching.find_products(visit.desk, words) if words else [],
        "results": rounds.result_names(say),
        "may": bool(visit.desk.reach_of(PROVINCE)),
        "communes": [each for each in visit.context.places.communes() if each.code],
        "entered": visit.form,
        "preview": None,
        **more,
    }
    return Screen("round.html", sheet.round.name, values, said, wrong, status if wrong else 200)


def _changing(
    act: Callable[[BoardVisit, int], Awaitable[None]], done: str
) -> Callable[[BoardVisit], Awaitable[Screen | Redirect]]:
    """A form that changes an open round; what cannot be is told on its page."""

    async def change(visit: BoardVisit) -> Screen | Redirect:
        number = visit.number("number")
        try:
            await act(visit, number)
        except BadRound as error:
            return await _sheet(visit, wrong=str(error))
        except NotFound:
            return await _say_closed(visit)
        page = page_number(visit.form.get("page", "1"))
        return Redirect(f"{PATH}/{number}?done={done}" + (f"&page={page}" if page > 1 else ""))

    return change


async def _say_closed(visit: BoardVisit) -> Screen:
    """Raises NotFound where there is no such round."""
    wrong = visit.say("This round is concluded, or that is not in it (any more). Nothing has changed.")
    return await _sheet(visit, wrong=wrong, status=409)


async def _add(visit: BoardVisit, number: int) -> None:
    await rounds.add_product(visit.desk, number, visit.form.get("product", ""))


async def _add_new(visit: BoardVisit, number: int) -> None:
    await rounds.add_new(visit.desk, number, visit.form)


async def _remove(visit: BoardVisit, number: int) -> None:
    await rounds.remove(visit.desk, number, visit.number("entry"))


async def _save_results(visit: BoardVisit, number: int) -> None:
    await rounds.save_results(visit.desk, number, visit.form)


async def _publish_sums(visit: BoardVisit, number: int) -> None:
    await rounds.publish_sums(visit.desk, number, visit.form)


async def _conclude(visit: BoardVisit) -> Screen | Redirect:
    """Show what the results would make; record them once the officer is sure."""
    number = visit.number("number")
    try:
        shown = await rounds.preview(visit.desk, number, visit.form)
        if not visit.form.get("sure"):
            return await _sheet(visit, preview=shown)
        await rounds.conclude(visit.desk, number, shown)
    except BadRound as error:
        return await _sheet(visit, wrong=str(error))
    except NotFound:
        return await _say_closed(visit)
    return Redirect(f"{PATH}/{number}?done=concluded")


PAGES = (
    BoardPage.get(PATH, Act.READ_FIGURES, _list, menu=lambda say: say("Rounds")),
    BoardPage.post(PATH, PROVINCE, _open),
    BoardPage.get(f"{PATH}/{{number}}", Act.READ_FIGURES, _show),
    BoardPage.post(f"{PATH}/{{number}}/add", PROVINCE, _changing(_add, "added")),
    BoardPage.post(f"{PATH}/{{number}}/add-new", PROVINCE, _changing(_add_new, "added")),
    BoardPage.post(f"{PATH}/{{number}}/entries/{{entry}}/remove", PROVINCE, _changing(_remove, "removed")),
    BoardPage.post(f"{PATH}/{{number}}/results", PROVINCE, _changing(_save_results, "results"), most=_FORM_BYTES),
    BoardPage.post(f"{PATH}/{{number}}/sums", PROVINCE, _changing(_publish_sums, "sums")),
    BoardPage.post(f"{PATH}/{{number}}/conclude", PROVINCE, _conclude),
)
