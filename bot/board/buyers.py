"""Buyers on the board: kept against signed, producers' answers by phone, and what producers can supply."""

from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import ChangedMeanwhile
from catalog.officers import Act
from handlers.board import buyers
from handlers.board.buyers import BadSupply
from handlers.board.matching import find_products

PATH = "/board/buyers"


async def _show(visit: BoardVisit) -> Screen:
    return await _sheet(visit, said=visit.said({"noted": visit.say("The answer was noted, and the buyer is told.")}))


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "") -> Screen:
    sheet = await buyers.show(visit.desk, visit.page)
    values = {"sheet": sheet, "here": PATH}
    return Screen("buyers.html", visit.say("Buyers"), values, said, wrong, 409 if wrong else 200)


async def _note(visit: BoardVisit) -> Screen | Redirect:
    try:
        await buyers.note_answer(visit.desk, visit.number("number"), visit.form.get("answer", ""))
    except ChangedMeanwhile:
        return await _sheet(visit, wrong=visit.say("It was answered, withdrawn or has ended meanwhile."))
    return Redirect(f"{PATH}?done=noted")


async def _find(visit: BoardVisit) -> Screen:
    words = visit.query.get("q", "")[:100]
    hits = await find_products(visit.desk, words)
    said = visit.said({"kept": visit.say("What the producer can supply is kept.")})
    values = {"words": words, "hits": hits, "here": PATH}
    return Screen("buyers_find.html", visit.say("What producers can supply"), values, said)


async def _supply(visit: BoardVisit) -> Screen:
    return await _form(visit)


async def _form(visit: BoardVisit, wrong: str = "") -> Screen:
    entered = visit.form if wrong else None
    sheet = await buyers.show_supply(visit.desk, visit.request.match_info["ref"], entered)
    values = {"sheet": sheet, "here": PATH, "today": visit.context.today().isoformat()}
    title = visit.say("What can be supplied: {product}", product=sheet.product.name)
    return Screen("buyers_supply.html", title, values, "", wrong, 422 if wrong else 200)


async def _keep(visit: BoardVisit) -> Screen | Redirect:
    try:
        await buyers.note_supply(visit.desk, visit.request.match_info["ref"], visit.form)
    except BadSupply as error:
        return await _form(visit, str(error))
    return Redirect(f"{PATH}/supply?done=kept")


PAGES = (
    BoardPage.get(PATH, Act.READ_FIGURES, _show, menu=lambda say: say("Buyers")),
    BoardPage.post(f"{PATH}/{{number}}/answer", Act.INVITE_PRODUCER, _note),
    BoardPage.get(f"{PATH}/supply", Act.EDIT_PRODUCT, _find),
    BoardPage.get(f"{PATH}/supply/{{ref}}", Act.EDIT_PRODUCT, _supply),
    BoardPage.post(f"{PATH}/supply/{{ref}}", Act.EDIT_PRODUCT, _keep),
)
