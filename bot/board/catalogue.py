"""The catalogue on the board: find a product or a producer, and open it."""

from urllib.parse import urlencode

from bot.board.page import ROOT, BoardPage, BoardVisit, Screen
from catalog.officers import Act
from catalog.programme import Axis
from handlers import programme
from handlers.board import catalogue, duplicates, product_changes, product_sheet
from handlers.inquiries import corrections

PRODUCTS, PRODUCERS = f"{ROOT}/products", f"{ROOT}/producers"
_ASKED = ("q", "commune", "group", "stars", "state", "missing")


async def _show_products(visit: BoardVisit) -> Screen:
    say, wanted = visit.say, catalogue.read_filter(visit.query)
    mine = await catalogue.survey(visit.desk)
    asked = {name: visit.query.get(name, "")[:200] for name in _ASKED}
    facts = [(name, corrections.field_words(name, say)) for name in catalogue.wanted_facts()]
    values = {
        "found": await catalogue.find_products(visit.desk, mine, wanted, _number(visit, "page") or 1),
        "asked": asked,
        "url": f"{PRODUCTS}?{urlencode({name: value for name, value in asked.items() if value})}",
        "narrowed": any(asked.values()),
        "choices": catalogue.filter_choices(mine),
        "axes": {"commune": Axis.COMMUNE, "group": Axis.GROUP},
        "states": programme.state_names(say),
        "facts": [(catalogue.ANY, say("any of these")), *facts],
        "may_edit": bool(visit.desk.reach_of(Act.EDIT_PRODUCT)),
        "path": PRODUCTS,
        "producers": PRODUCERS,
    }
    return Screen("products.html", say("Products"), values)


async def _show_producers(visit: BoardVisit) -> Screen:
    say = visit.say
    asked = {name: visit.query.get(name, "")[:200] for name in ("q", "commune")}
    values = {
        "found": await catalogue.find_producers(visit.desk, asked["q"], asked["commune"], _number(visit, "page") or 1),
        "asked": asked,
        "url": f"{PRODUCERS}?{urlencode({name: value for name, value in asked.items() if value})}",
        "communes": catalogue.filter_choices(await catalogue.survey(visit.desk))[Axis.COMMUNE],
        "may_edit": bool(visit.desk.reach_of(Act.EDIT_PRODUCT)),
        "path": PRODUCERS,
        "products": PRODUCTS,
    }
    return Screen("producers.html", say("Producers"), values)


async def show_product(visit: BoardVisit, *, wrong: str = "") -> Screen:
    """A product's page; *wrong* says what could not be done with it."""
    ref = visit.request.match_info["ref"]
    sheet = await product_sheet.show_product(visit.desk, ref, before=_number(visit, "before"))
    last = await product_changes.last_change(visit.desk, sheet.product) if sheet.may_edit else 0
    joins = await duplicates.list_undoable(visit.desk, sheet.product) if sheet.may_edit else ()
    values = {"sheet": sheet, "last": last, "joins": joins}
    values |= {"path": PRODUCTS, "producers": PRODUCERS, "lists": f"{ROOT}/lists"}
    said, status = "" if wrong else _done(visit), 409 if wrong else 200
    return Screen("product.html", sheet.product.name, values, said, wrong, status)


async def show_producer(visit: BoardVisit, *, wrong: str = "") -> Screen:
    """A producer's page; *wrong* says what could not be done with it."""
    key = visit.request.match_info["key"]
    sheet = await product_sheet.show_producer(visit.desk, key, before=_number(visit, "before"))
    last = await product_changes.last_change(visit.desk, sheet.producer) if sheet.may_edit else 0
    joins = await duplicates.list_undoable(visit.desk, sheet.producer) if sheet.may_edit else ()
    named = [(ref, card.title) for ref, card in zip(sheet.refs, sheet.products, strict=True)]
    twins = duplicates.pair_alike(named) if sheet.may_edit else ()
    values = {"sheet": sheet, "last": last, "joins": joins, "twins": twins}
    values |= {"path": PRODUCERS, "products": PRODUCTS, "lists": f"{ROOT}/lists"}
    said, status = "" if wrong else _done(visit, of_producer=True), 409 if wrong else 200
    return Screen("producer.html", sheet.producer.name, values, said, wrong, status)


def _done(visit: BoardVisit, *, of_producer: bool = False) -> str:
    """What was done on the page from which the officer comes."""
    say = visit.say
    words = {
        "saved": say("It is written, and people see it now."),
        "same": say("Nothing was otherwise, so nothing was written."),
        "renamed": say("It has its new name. Who looks for the old one still finds it."),
        "joined": say("The two are one producer now. Lists and links that name the other one lead here.")
        if of_producer
        else say("The two are one product now. Old links and labels lead here."),
        "undone": say("It is as it was before."),
        "parted": say("They are two again, each with what was its own."),
        "code": say("The code leads to this product now."),
        "uncoded": say("The code leads here no more."),
        "added": say("It is in the catalogue."),
    }
    return visit.said(words)


def _number(visit: BoardVisit, name: str) -> int | None:
    asked = visit.query.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


PAGES = (
    BoardPage.get(PRODUCTS, Act.READ_CATALOGUE, _show_products, menu=lambda say: say("Products")),
    BoardPage.get(PRODUCERS, Act.READ_CATALOGUE, _show_producers, menu=lambda say: say("Producers")),
    BoardPage.get(f"{PRODUCTS}/{{ref}}", Act.READ_CATALOGUE, show_product),
    BoardPage.get(f"{PRODUCERS}/{{key}}", Act.READ_CATALOGUE, show_producer),
)
