"""The catalogue on the board: find a product or a producer, and open it."""

from urllib.parse import urlencode

from bot.board.page import ROOT, BoardPage, BoardVisit, Screen
from catalog.officers import Act
from catalog.programme import Axis
from handlers import programme
from handlers.board import catalogue, product_sheet
from handlers.inquiries import corrections

PRODUCTS, PRODUCERS = f"{ROOT}/products", f"{ROOT}/producers"
_ASKED = ("q", "commune", "group", "stars", "state", "missing")


async def _show_products(visit: BoardVisit) -> Screen:
    say, wanted = visit.say, catalogue.read_filter(visit.query)
    asked = {name: visit.query.get(name, "")[:200] for name in _ASKED}
    facts = [(name, corrections.field_words(name, say)) for name in catalogue.wanted_facts()]
    values = {
        "found": await catalogue.find_products(visit.desk, wanted, _number(visit, "page") or 1),
        "asked": asked,
        "url": f"{PRODUCTS}?{urlencode({name: value for name, value in asked.items() if value})}",
        "narrowed": any(asked.values()),
        "choices": await catalogue.filter_choices(visit.desk),
        "axes": {"commune": Axis.COMMUNE, "group": Axis.GROUP},
        "states": programme.state_names(say),
        "facts": [(catalogue.ANY, say("any of these")), *facts],
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
        "communes": (await catalogue.filter_choices(visit.desk))[Axis.COMMUNE],
        "path": PRODUCERS,
        "products": PRODUCTS,
    }
    return Screen("producers.html", say("Producers"), values)


async def _show_product(visit: BoardVisit) -> Screen:
    ref = visit.request.match_info["ref"]
    sheet = await product_sheet.show_product(visit.desk, ref, before=_number(visit, "before"))
    values = {"sheet": sheet, "path": PRODUCTS, "producers": PRODUCERS, "lists": f"{ROOT}/lists"}
    return Screen("product.html", sheet.product.name, values)


async def _show_producer(visit: BoardVisit) -> Screen:
    key = visit.request.match_info["key"]
    sheet = await product_sheet.show_producer(visit.desk, key, before=_number(visit, "before"))
    values = {"sheet": sheet, "path": PRODUCERS, "products": PRODUCTS, "lists": f"{ROOT}/lists"}
    return Screen("producer.html", sheet.producer.name, values)


def _number(visit: BoardVisit, name: str) -> int | None:
    asked = visit.query.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


PAGES = (
    BoardPage.get(PRODUCTS, Act.READ_CATALOGUE, _show_products, menu=lambda say: say("Products")),
    BoardPage.get(PRODUCERS, Act.READ_CATALOGUE, _show_producers, menu=lambda say: say("Producers")),
    BoardPage.get(f"{PRODUCTS}/{{ref}}", Act.READ_CATALOGUE, _show_product),
    BoardPage.get(f"{PRODUCERS}/{{key}}", Act.READ_CATALOGUE, _show_producer),
)
