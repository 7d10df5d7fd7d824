"""A product and a producer added by a form, with the checks that a list has, once, and only within reach."""

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.model import ProducerKind
from catalog.officers import OfficerRole
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.test_product_edits import SAID, TOLD, deeds, product, typed
from tests.unit.board.today import PLACES, thing

PRODUCT, PRODUCER = "/board/new-product", "/board/new-producer"
DECIDED = PartialDate(2025, 2, 10)


async def adds(browser: OfficerBrowser, path: str, **fields: str) -> tuple[int, str]:
    """Open the form, type these fields into it, send it: the answer, and where it leads."""
    await browser.opens(path)
    response = await browser.sends(path, **{**typed(browser.said), **SAID, **fields})
    return response.status, response.headers.get("Location", "").partition("?")[0]


async def test_a_producer_and_a_product_are_added_and_found(board: BoardTown, stock: Stock) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE)
    maker = {"producer": "HTX Bánh đa Kế mới", "address": PLACES["here"], "commune": "xã Nhân Thắng"}
    status, there = await adds(browser, PRODUCER, **maker, phones="0912 345 678")
    assert status == 303, browser.said
    key = there.rpartition("/")[2]
    (found,) = await board.context.store.producers([key])
    assert (found.phones, found.facts["phones"].name) == (("+84912345678",), TOLD)
    assert found.kind is ProducerKind.UNKNOWN
    fields = {"maker": key, "name": "Bánh đa mật ong", "stars": "4", "decision": "77/QĐ-UBND ngày 1/8/2025"}
    status, there = await adds(browser, PRODUCT, **fields)
    assert status == 303, browser.said
    made = await product(board, there.rpartition("/")[2])
    assert (made.name, made.producer.id, made.facts["name"].name) == ("Bánh đa mật ong", key, TOLD)
    (held,) = made.certificates
    assert (held.stars, held.decision, held.decided) == (4, "77/QĐ-UBND", PartialDate(2025, 8, 1))
    await stock()
    await browser.opens("/board/products?q=banh da mat ong")
    assert f'href="{there}"' in browser.said
    assert await deeds(board) == [Deed.PRODUCER_ADDED, Deed.PRODUCT_ADDED]


async def test_what_a_list_refuses_the_form_refuses_at_the_field(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED))
    maker = (await product(board, "a")).producer.id
    browser = await board.signed_in()
    fields = {"maker": maker, "name": "Tương mới", "stars": "7", "decided": "31/02/2025", "price": "rẻ"}
    assert (await adds(browser, PRODUCT, **fields))[0] == 422
    for said in ('value="31/02/2025"', 'value="rẻ"', 'value="Tương mới"'):
        assert said in browser.said, said
    assert browser.said.count('aria-invalid="true"') == 3
    assert (await adds(browser, PRODUCT, maker="", name="Tương mới"))[0] == 422
    assert "Choose the producer." in browser.said
    assert (await adds(browser, PRODUCT, maker=maker, name=""))[0] == 422
    assert (await adds(browser, PRODUCT, maker=maker, name="Tương mới", as_of="1/1/2031"))[0] == 422
    assert await deeds(board) == []


async def test_what_is_there_is_not_added_again(board: BoardTown, stock: Stock) -> None:
    await stock(thing("", decided=DECIDED, name="Tương nếp cái hoa vàng"))
    there = thing("", decided=DECIDED, name="Tương nếp cái hoa vàng").product_id
    maker = (await product(board, there)).producer.id
    browser = await board.signed_in()
    assert (await adds(browser, PRODUCT, maker=maker, name="Tương nếp cái hoa vàng"))[0] == 422
    assert f'href="/board/products/{there}"' in browser.said
    assert (await adds(browser, PRODUCT, maker=maker, name="tuong nep cai hoa vang 2"))[0] == 422
    assert "Is it one of these?" in browser.said
    assert (await adds(browser, PRODUCT, maker=maker, name="tuong nep cai hoa vang 2", sure="1"))[0] == 303
    same = {"producer": "HTX Tương here", "address": PLACES["here"]}
    assert (await adds(browser, PRODUCER, **same))[0] == 422
    assert f'href="/board/producers/{maker}"' in browser.said
    assert (await adds(browser, PRODUCER, producer="HTX Tương", address=PLACES["here"]))[0] == 422
    assert "Is it one of these producers?" in browser.said


async def test_nothing_is_added_beyond_ones_reach(board: BoardTown, stock: Stock) -> None:
    await stock(thing("b", decided=DECIDED, at="there"))
    maker = (await product(board, "b")).producer.id
    browser = await board.signed_in(OfficerRole.COMMUNE)
    assert (await adds(browser, PRODUCT, maker=maker, name="Tương mới"))[0] == 403
    assert (await adds(browser, PRODUCER, producer="HTX Mới", address=PLACES["there"]))[0] == 422
    assert "not within your reach" in browser.said
    assert 'value="HTX Mới"' in browser.said
    viewer = await board.signed_in(OfficerRole.VIEWER, name="Xem")
    await viewer.opens("/board")
    form = viewer.form
    for path in (PRODUCT, PRODUCER):
        assert (await viewer.opens(path)).status == 403
        assert (await viewer.sends(path, form=form, maker=maker, name="x", **SAID)).status == 403
    assert await deeds(board) == []
