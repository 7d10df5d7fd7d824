"""A product or a producer added by a form."""

from urllib.parse import quote

from bot.board.catalogue import PRODUCERS, PRODUCTS
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.officers import Act
from handlers.board import adding, field_forms
from handlers.board.adding import AddForm

PRODUCT, PRODUCER = f"{ROOT}/new-product", f"{ROOT}/new-producer"
_MOST = 256 * 1024


async def _open_product(visit: BoardVisit) -> Screen:
    return _screen(visit, await adding.open_product(visit.desk, visit.query.get("maker", "")[:64]), PRODUCT)


async def _add_product(visit: BoardVisit) -> Screen | Redirect:
    done = await adding.add_product(visit.desk, visit.form)
    return _screen(visit, done, PRODUCT, sent=True) if isinstance(done, AddForm) else _to(PRODUCTS, done)


async def _open_producer(visit: BoardVisit) -> Screen:
    return _screen(visit, adding.open_producer(visit.desk), PRODUCER)


async def _add_producer(visit: BoardVisit) -> Screen | Redirect:
    done = await adding.add_producer(visit.desk, visit.form)
    return _screen(visit, done, PRODUCER, sent=True) if isinstance(done, AddForm) else _to(PRODUCERS, done)


def _to(path: str, key: str) -> Redirect:
    return Redirect(f"{path}/{quote(key, safe='~')}?done=added")


def _screen(visit: BoardVisit, form: AddForm, path: str, *, sent: bool = False) -> Screen:
    say, is_product = visit.say, path == PRODUCT
    values = {
        "form": form,
        "path": path,
        "is_product": is_product,
        "list": PRODUCTS if is_product else PRODUCERS,
        "add_producer": PRODUCER,
        "sources": field_forms.source_names(say),
    }
    title = say("Add a product") if is_product else say("Add a producer")
    wrong = form.wrong or say("Not written yet: look at what is marked. All that you typed is still here.")
    return Screen("product_add.html", title, values, wrong=wrong if sent else "", status=422 if sent else 200)


PAGES = (
    BoardPage.get(PRODUCT, Act.EDIT_PRODUCT, _open_product),
    BoardPage.post(PRODUCT, Act.EDIT_PRODUCT, _add_product, most=_MOST),
    BoardPage.get(PRODUCER, Act.EDIT_PRODUCT, _open_producer),
    BoardPage.post(PRODUCER, Act.EDIT_PRODUCT, _add_producer, most=_MOST),
)
