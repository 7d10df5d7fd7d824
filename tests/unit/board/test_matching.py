"""What people looked for in vain is given to a product, told in the audit, and taken back by who gave it."""

import re

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import looks_in_vain, thing

CODE, NAME = "tem.example/abc", "Mắm tép chua"
BIND, ALIAS, UNDO = "/board/today/codes/bind", "/board/today/searches/alias", "/board/today/undo"
LONG_AGO = PartialDate(2020, 1, 10)


async def deeds(board: BoardTown) -> list[tuple[str, str, str, str]]:
    """Deed, subject, before and after of each row of the audit about a product."""
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    return [(each.deed, each.subject, each.before, each.after) for each in entries if each.subject.startswith("pro")]


async def undoes(browser: OfficerBrowser, where: str) -> int:
    """Follow to the page that says what was done, and press Undo."""
    assert (await browser.opens(where)).status == 200
    number = re.search(r'name="number" value="(\d+)"', browser.said)
    assert number, browser.said
    return (await browser.sends(UNDO, number=number[1])).status


async def test_an_unknown_code_is_found_a_product_confirmed_and_taken_back(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO, name="Tương Đình Tổ"))
    store = board.context.store
    await looks_in_vain(store, "code", CODE)
    browser = await board.signed_in()
    await browser.opens("/board")
    assert f'href="{BIND}?code=tem.example%2Fabc"' in browser.said
    await browser.opens(f"{BIND}?code={CODE}&q=tuong+dinh+to")
    assert f"{BIND}?code=tem.example%2Fabc&amp;product=a" in browser.said
    await browser.opens(f"{BIND}?code={CODE}&product=a")
    assert "Give this code to Tương Đình Tổ of HTX Tương here?" in browser.said
    done = await browser.sends(BIND, code=CODE, product="a")
    assert done.status == 303
    assert [each.id for each in await store.by_trace(CODE)] == ["a"]
    await browser.opens("/board")
    assert CODE not in browser.said
    assert await undoes(browser, done.headers["Location"]) == 303
    assert await store.by_trace(CODE) == []
    await browser.opens("/board?done=undone")
    assert CODE in browser.said
    assert "It is as it was before." in browser.said
    assert await deeds(board) == [
        (Deed.CODE_BOUND, "product a", "", f'{{"key": "{CODE}", "kind": "trace", "text": "{CODE}"}}'),
        (Deed.CODE_UNBOUND, "product a", f'{{"key": "{CODE}", "kind": "trace"}}', ""),
    ]


async def test_a_barcode_is_given_as_a_barcode(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO))
    browser = await board.signed_in()
    await browser.opens(f"{BIND}?code=8936012345678")
    assert "This code cannot stand for a product." in browser.said
    assert (await browser.sends(BIND, code="8936012345678", product="a")).status == 400
    await browser.opens(f"{BIND}?code=893601234567")
    assert (await browser.sends(BIND, code="893601234567", product="a")).status == 303
    assert [each.id for each in await board.context.store.by_gtin("893601234567")] == ["a"]


async def test_a_code_of_somebody_is_not_given_twice(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO))
    browser = await board.signed_in()
    for product, status in (("a", 303), ("a", 400), ("b", 400)):
        await browser.opens(f"{BIND}?code={CODE}")
        assert (await browser.sends(BIND, code=CODE, product=product)).status == status
    assert "This code belongs to a product already." in browser.said
    assert len(await deeds(board)) == 1


async def test_a_search_without_a_hit_becomes_another_name_in_two_taps(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO, name="Mắm tép Đình Tổ"))
    store = board.context.store
    await looks_in_vain(store, "name", NAME)
    browser = await board.signed_in()
    await browser.opens("/board")
    first = re.search(rf'href="({ALIAS}\?name=[^"]+)"', browser.said)
    assert first, browser.said
    await browser.opens(first[1])
    assert "Mắm tép Đình Tổ" in browser.said
    done = await browser.sends(ALIAS, name=NAME, product="a")
    assert done.status == 303
    product = await store.product("a")
    assert product is not None
    assert product.aliases == (NAME,)
    await stock()
    assert board.context.find(NAME, limit=1).hits[0].id == "a"
    await browser.opens("/board")
    assert NAME not in browser.said
    again = await browser.opens(first[1])
    assert again.status == 200
    assert (await browser.sends(ALIAS, name=NAME, product="a")).status == 400
    assert "has this name already" in browser.said
    assert await undoes(browser, done.headers["Location"]) == 303
    product = await store.product("a")
    assert product is not None
    assert product.aliases == ()
    assert await deeds(board) == [
        (Deed.ALIAS_ADDED, "product a", "", f'{{"alias": "{NAME}"}}'),
        (Deed.ALIAS_REMOVED, "product a", f'{{"alias": "{NAME}"}}', ""),
    ]


async def test_what_is_no_single_name_is_refused(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO))
    browser = await board.signed_in()
    for name in ("một; hai", "   "):
        await browser.opens(f"{ALIAS}?name=x")
        assert (await browser.sends(ALIAS, name=name, product="a")).status == 400
        assert "This is no name." in browser.said
    await browser.opens(f"{ALIAS}?name=x")
    assert (await browser.sends(ALIAS, name="x", product="nowhere")).status == 404
    assert await deeds(board) == []


async def test_a_commune_gives_nothing_to_products_of_another(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO, at="there"))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{BIND}?code={CODE}&product=a")
    assert "This product is not yours to change." in browser.said
    form = browser.form
    assert (await browser.sends(BIND, form=form, code=CODE, product="a")).status == 403
    assert (await browser.sends(ALIAS, form=form, name=NAME, product="a")).status == 403
    assert await deeds(board) == []
    viewer = await board.signed_in(OfficerRole.VIEWER)
    assert (await viewer.opens(f"{BIND}?code={CODE}")).status == 403


async def test_only_who_gave_it_takes_it_back_and_once(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO))
    mine, other = await board.signed_in(), await board.signed_in()
    await mine.opens(f"{BIND}?code={CODE}")
    done = (await mine.sends(BIND, code=CODE, product="a")).headers["Location"]
    number = done.rpartition("=")[2]
    assert (await other.opens(done)).status == 404
    await other.opens("/board")
    assert (await other.sends(UNDO, number=number)).status == 404
    assert await undoes(mine, done) == 303
    assert (await mine.opens(done)).status == 404
    await mine.opens("/board")
    for wrong in (number, "1", "x", ""):
        assert (await mine.sends(UNDO, number=wrong)).status == 404
    assert len(await deeds(board)) == 2
