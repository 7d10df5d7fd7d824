"""An unknown code or name given to a product: find it, pick it, confirm, undo."""

from urllib.parse import urlencode

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.officers import Act
from handlers.board import matching
from handlers.board.matching import CannotMatch

CODE, NAME, UNDO = f"{ROOT}/today/codes/bind", f"{ROOT}/today/searches/alias", f"{ROOT}/today/undo"


async def _show_code(visit: BoardVisit) -> Screen:
    return await _code(visit, visit.query.get("code", ""), visit.query.get("product", ""))


async def _code(visit: BoardVisit, code: str, product: str, *, wrong: str = "") -> Screen:
    if not code:
        raise NotFound
    if matching.code_in(code, visit.context) is None:
        wrong = wrong or visit.say("This code cannot stand for a product.")
    words = visit.query.get("q", "")
    values = {
        "what": code,
        "field": "code",
        "path": CODE,
        "words": words,
        "hits": await matching.find_products(visit.desk, words),
        "picked": None if wrong else await matching.pick(visit.desk, product),
    }
    title = visit.say("Which product has this code?")
    return Screen("match.html", title, values, wrong=wrong, status=400 if wrong else 200)


async def _bind(visit: BoardVisit) -> Screen | Redirect:
    code, product = visit.form.get("code", ""), visit.form.get("product", "")
    try:
        done = await matching.bind(visit.desk, code, product)
    except CannotMatch as error:
        return await _code(visit, code, "", wrong=str(error))
    return Redirect(f"{UNDO}?{urlencode({'number': done})}")


async def _show_name(visit: BoardVisit) -> Screen:
    return await _name(visit, visit.query.get("name", ""))


async def _name(visit: BoardVisit, name: str, *, wrong: str = "") -> Screen:
    if not name:
        raise NotFound
    words = visit.query.get("q", name)
    hits = await matching.find_products(visit.desk, words)
    values = {"what": name, "field": "name", "path": NAME, "words": words, "hits": hits, "picked": None}
    title = visit.say("Which product do people call so?")
    return Screen("match.html", title, values, wrong=wrong, status=400 if wrong else 200)


async def _add_alias(visit: BoardVisit) -> Screen | Redirect:
    name = visit.form.get("name", "")
    try:
        done = await matching.add_alias(visit.desk, name, visit.form.get("product", ""))
    except CannotMatch as error:
        return await _name(visit, name, wrong=str(error))
    return Redirect(f"{UNDO}?{urlencode({'number': done})}")


async def _show_done(visit: BoardVisit) -> Screen:
    given = await matching.given(visit.desk, _number(visit.query.get("number", "")))
    if given is None:
        raise NotFound
    return Screen("matched.html", visit.say("Done"), {"given": given, "undo": UNDO})


async def _undo(visit: BoardVisit) -> Redirect:
    await matching.take_back(visit.desk, _number(visit.form.get("number", "")))
    return Redirect(f"{ROOT}?done=undone")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound
    return int(text)


PAGES = (
    BoardPage.get(CODE, Act.EDIT_PRODUCT, _show_code),
    BoardPage.post(CODE, Act.EDIT_PRODUCT, _bind),
    BoardPage.get(NAME, Act.EDIT_PRODUCT, _show_name),
    BoardPage.post(NAME, Act.EDIT_PRODUCT, _add_alias),
    BoardPage.get(UNDO, Act.EDIT_PRODUCT, _show_done),
    BoardPage.post(UNDO, Act.EDIT_PRODUCT, _undo),
)
