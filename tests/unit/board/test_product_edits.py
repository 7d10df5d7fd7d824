"""Products and producers changed by hand on the board: with a source, by two at once, renamed, joined, undone."""

import html
import re

import pytest
from aiohttp import FormData
from PIL import Image

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.model import Product
from catalog.officers import OfficerRole
from tests import pictures
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import asks, thing

DECIDED = PartialDate(2025, 2, 10)
PRODUCTS, PRODUCERS = "/board/products", "/board/producers"
SAID = {"source_kind": "phone", "source_detail": "HTX Tương", "as_of": "24/11/2026"}
TOLD = "Cán bộ gọi điện xác nhận: HTX Tương"


def picture(colour: str = "white") -> bytes:
    return pictures.jpeg(Image.new("RGB", (60, 40), colour))


def typed(page: str) -> dict[str, str]:
    """What a browser would send of the page's form: the fields as they stand."""
    inputs = [each for each in re.findall(r"<input[^>]*>", page) if 'type="checkbox"' not in each]
    found = [pair for each in inputs for pair in re.findall(r'name="([^"]+)"(?: value="([^"]*)")?', each)]
    fields = {name: html.unescape(value) for name, value in found if not name.startswith("choose-")}
    fields |= {n: html.unescape(v) for n, v in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)<', page)}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = html.unescape(chosen[1]) if chosen else ""
    return fields


async def changes(browser: OfficerBrowser, path: str, **fields: str) -> int:
    """Open the form, type these fields into it, and send it."""
    await browser.opens(path)
    return (await browser.sends(path, **{**typed(browser.said), **SAID, **fields})).status


async def product(board: BoardTown, key: str) -> Product:
    found = await board.context.store.product(key)
    assert found is not None
    return found


async def deeds(board: BoardTown) -> list[str]:
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    return [each.deed for each in entries if each.subject.startswith("pro")]


async def test_a_product_is_changed_with_its_source_and_undone(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, buy="Chợ cũ"))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    assert await changes(browser, f"{PRODUCTS}/a/edit", buy="Chợ mới", price="60.000 đ/chai") == 303
    found = await product(board, "a")
    assert found.buy == "Chợ mới"
    assert found.details["price"].startswith("60.000 đ/chai")
    assert (found.facts["buy"].name, found.facts["buy"].as_of) == (TOLD, PartialDate(2026, 11, 24))
    await browser.opens(f"{PRODUCTS}/a?done=saved")
    for said in ("<del>Chợ cũ</del>", "<ins>Chợ mới</ins>", "Lan", TOLD, "Undo the last change"):
        assert said in browser.said, said
    number = typed(browser.said)["number"]
    assert (await browser.sends(f"{PRODUCTS}/a/undo", number=number)).status == 303
    assert (await product(board, "a")).buy == "Chợ cũ"
    await browser.opens(f"{PRODUCTS}/a")
    assert "Undo the last change" not in browser.said
    assert (await browser.sends(f"{PRODUCTS}/a/undo", number=number)).status == 409
    assert await deeds(board) == [Deed.PRODUCT_EDITED, Deed.EDIT_UNDONE]


async def test_what_cannot_be_taken_is_told_at_its_field_and_nothing_is_lost(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED))
    maker = (await product(board, "a")).producer.id
    browser = await board.signed_in()
    path = f"{PRODUCERS}/{maker}/edit"
    assert await changes(browser, path, phones="0912 345", email="Lan@Example.VN", source_detail="") == 422
    assert 'value="0912 345"' in browser.said
    assert 'value="Lan@Example.VN"' in browser.said
    assert "Say which paper, or who said it." in browser.said
    assert browser.said.count("aria-invalid") == 2
    assert await changes(browser, path, producer=" ") == 422
    assert await changes(browser, path, address="x", as_of="1/1/2030") == 422
    assert await changes(browser, path, address="x", as_of="2024") == 422
    assert "Give the day on which you made sure." in browser.said
    assert await deeds(board) == []
    fixed = {"phones": "0912 345 678", "email": "Lan@Example.VN", "producer_kind": "Hợp tác xã"}
    assert await changes(browser, path, **fixed) == 303
    (found,) = await board.context.store.producers([maker])
    assert (found.phones, found.email) == (("+84912345678",), "lan@example.vn")
    assert await deeds(board) == [Deed.PRODUCER_EDITED]
    assert await changes(browser, path) == 303
    assert len(await deeds(board)) == 1


async def test_the_second_of_two_officers_sees_both_and_chooses(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, buy="Chợ cũ", group="Thực phẩm"))
    first, second = await board.signed_in(name="Minh"), await board.signed_in(name="Hoa")
    path = f"{PRODUCTS}/a/edit"
    await second.opens(path)
    opened = typed(second.said)
    assert await changes(first, path, buy="Chợ của Minh", season="6-7") == 303
    mine = {**opened, **SAID, "buy": "Chợ của Hoa", "price": "50.000 đ/chai"}
    assert (await second.sends(path, **mine)).status == 409
    for said in ("<del>Chợ cũ</del>", "Chợ của Minh", "Chợ của Hoa", "50.000 đ/chai", "Minh", "6-7"):
        assert said in second.said, said
    assert (await product(board, "a")).buy == "Chợ của Minh"
    again = typed(second.said) | SAID
    assert again["buy"] == "Chợ của Hoa"
    assert (await second.sends(path, **again)).status == 422
    assert "Choose one of the two." in second.said
    again = typed(second.said) | SAID | {"choose-buy": "mine"}
    assert (await second.sends(path, **again)).status == 303
    found = await product(board, "a")
    assert (found.buy, found.details["season"]) == ("Chợ của Hoa", "6-7")
    assert found.details["price"].startswith("50.000 đ")


async def test_theirs_can_be_chosen_too(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, buy="Chợ cũ"))
    first, second = await board.signed_in(name="Minh"), await board.signed_in(name="Hoa")
    path = f"{PRODUCTS}/a/edit"
    await second.opens(path)
    opened = typed(second.said)
    assert await changes(first, path, buy="Chợ của Minh") == 303
    await second.sends(path, **{**opened, **SAID, "buy": "Chợ của Hoa"})
    again = typed(second.said) | SAID | {"choose-buy": "theirs"}
    assert (await second.sends(path, **again)).status == 303
    assert (await product(board, "a")).buy == "Chợ của Minh"
    assert len(await deeds(board)) == 1


async def test_a_renamed_product_is_found_by_both_names_and_told(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, name="Tương nếp Nhân Thắng"))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    path = f"{PRODUCTS}/a/rename"
    assert await changes(browser, path, name="") == 422
    assert await changes(browser, path, name="Tương nếp Nhân Thắng") == 422
    assert await changes(browser, path, name="Tương quê Gia Bình") == 303
    await stock()
    found = await product(board, "a")
    assert (found.name, found.aliases) == ("Tương quê Gia Bình", ("Tương nếp Nhân Thắng",))
    for words in ("tuong que gia binh", "tuong nep nhan thang"):
        await browser.opens(f"{PRODUCTS}?q={words}")
        assert f'href="{PRODUCTS}/a"' in browser.said
    await browser.opens(f"{PRODUCTS}/a")
    assert re.search(r"<dt>Formerly</dt><dd>Tương nếp Nhân Thắng", browser.said)
    assert await deeds(board) == [Deed.PRODUCT_RENAMED]
    await browser.sends(f"{PRODUCTS}/a/undo", number=typed(browser.said)["number"])
    found = await product(board, "a")
    assert (found.name, found.aliases, dict(found.details)) == ("Tương nếp Nhân Thắng", (), {})


async def test_a_slip_of_the_pen_is_not_told_as_a_former_name(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, name="Tuong nep"))
    browser = await board.signed_in()
    assert await changes(browser, f"{PRODUCTS}/a/rename", name="Tương nếp", misspelt="1") == 303
    found = await product(board, "a")
    assert (found.aliases, found.details.get("former_name")) == (("Tuong nep",), None)


async def test_two_products_become_one_and_old_links_lead_to_it(board: BoardTown, stock: Stock) -> None:
    store = board.context.store
    await stock(
        thing("a", decided=DECIDED, name="Tương nếp", buy="Chợ a", traces=("tem.example/a",)),
        thing("b", decided=PartialDate(2022, 1, 1), name="Tương nếp quê", buy="Chợ b", traces=("tem.example/b",)),
    )
    await asks(store, "K1", "b", at=board.now)
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{PRODUCTS}/a/join?q=tuong nep que")
    assert f"{PRODUCTS}/a/join?with=b" in browser.said
    await browser.opens(f"{PRODUCTS}/a/join?with=b")
    form = {"with": "b", "seen": typed(browser.said)["seen"], "keep": "a", "take-buy": "b", "take-name": "a"}
    assert (await browser.sends(f"{PRODUCTS}/a/join", **form, reason="")).status == 422
    done = await browser.sends(f"{PRODUCTS}/a/join", **form, reason="nhập hai lần")
    assert (done.status, done.headers["Location"]) == (303, f"{PRODUCTS}/a?done=joined")
    found = await product(board, "b")
    assert (found.id, found.name, found.buy, found.aliases) == ("a", "Tương nếp", "Chợ b", ("Tương nếp quê",))
    assert len(found.certificates) == 2
    assert [each.id for each in await store.by_trace("tem.example/b")] == ["a"]
    await browser.opens(f"{PRODUCTS}/b")
    assert "1 inquiry" in browser.said
    assert "nhập hai lần" in browser.said
    assert await deeds(board) == [Deed.PRODUCTS_MERGED]


async def test_what_changed_since_it_was_compared_is_looked_at_again(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED), thing("b", decided=DECIDED))
    browser, other = await board.signed_in(), await board.signed_in(name="Minh")
    await browser.opens(f"{PRODUCTS}/a/join?with=b")
    form = {"with": "b", "seen": typed(browser.said)["seen"], "keep": "a", "reason": "trùng"}
    assert await changes(other, f"{PRODUCTS}/b/edit", buy="Chợ vừa đổi") == 303
    assert (await browser.sends(f"{PRODUCTS}/a/join", **form)).status == 422
    assert "Chợ vừa đổi" in browser.said
    assert "changed meanwhile" in browser.said
    assert (await product(board, "b")).id == "b"


@pytest.mark.parametrize("role", [OfficerRole.COMMUNE, OfficerRole.VIEWER])
async def test_who_may_not_changes_nothing(board: BoardTown, stock: Stock, role: OfficerRole) -> None:
    """A commune only its own, a viewer nothing at all; not even by way of a join."""
    await stock(thing("a", decided=DECIDED), thing("b", decided=DECIDED, at="there"))
    maker = (await product(board, "b")).producer.id
    browser = await board.signed_in(role)
    await browser.opens("/board")
    form = browser.form
    paths = [f"{PRODUCTS}/b/{act}" for act in ("edit", "rename", "join", "undo", "codes", "codes/remove")]
    paths += [f"{PRODUCTS}/b/pictures/arrange", f"{PRODUCERS}/{maker}/edit", f"{PRODUCERS}/{maker}/undo"]
    fields = {**SAID, "name": "x", "number": "1", "code": "tem.example/x", "with": "a", "remove": "x"}
    for path in paths:
        assert (await browser.sends(path, form=form, **fields)).status == 403, path
    for act in ("edit", "rename", "join", "pictures"):
        assert (await browser.opens(f"{PRODUCTS}/b/{act}")).status == 403, act
    assert (await browser.sends(f"{PRODUCTS}/a/join", form=form, **{**fields, "with": "b"})).status == 403
    assert await upload(browser, "b", form, picture()) == 403
    assert await deeds(board) == []
    await browser.opens(f"{PRODUCTS}/a")
    assert ("/edit" in browser.said) == (role is OfficerRole.COMMUNE)


async def upload(browser: OfficerBrowser, key: str, form: str, image: bytes, **fields: str) -> int:
    data = FormData()
    data.add_field("form", form)
    for name, value in {**SAID, **fields}.items():
        data.add_field(name, value)
    data.add_field("file", image, filename="anh.jpg", content_type="image/jpeg")
    response = await browser.client.post(f"{PRODUCTS}/{key}/pictures", data=data, allow_redirects=False)
    browser.said = await response.text()
    return response.status


async def test_pictures_are_added_replaced_put_first_and_removed(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED))
    browser = await board.signed_in()
    await browser.opens(f"{PRODUCTS}/a/pictures")
    form = browser.form
    assert await upload(browser, "a", form, b"no picture") == 422
    assert "This is not a picture I can open." in browser.said
    assert await upload(browser, "a", form, b"") == 422
    assert await upload(browser, "a", form, picture(), as_of="") == 422
    for colour in ("red", "blue"):
        assert await upload(browser, "a", form, picture(colour)) == 303
    red, blue = (await product(board, "a")).images
    assert await board.context.store.picture(red)
    arrange = f"{PRODUCTS}/a/pictures/arrange"
    assert (await browser.sends(arrange, form=form, first=blue)).status == 303
    assert (await product(board, "a")).images == (blue, red)
    assert await upload(browser, "a", form, picture("green"), instead=red) == 303
    assert (await product(board, "a")).images[0] == blue
    assert red not in (await product(board, "a")).images
    assert (await browser.sends(arrange, form=form, remove=blue)).status == 303
    assert len((await product(board, "a")).images) == 1
    await browser.opens(f"{PRODUCTS}/a")
    await browser.sends(f"{PRODUCTS}/a/undo", number=typed(browser.said)["number"])
    assert (await product(board, "a")).images[0] == blue


async def test_codes_are_added_and_removed(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, gtins=("8936012345674",)))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{PRODUCTS}/a")
    form = browser.form
    assert (await browser.sends(f"{PRODUCTS}/a/codes", form=form, code="tem.example/moi")).status == 303
    assert (await browser.sends(f"{PRODUCTS}/a/codes", form=form, code="8936012345674")).status == 409
    for code in ("8936012345674", "tem.example/moi"):
        assert (await browser.sends(f"{PRODUCTS}/a/codes/remove", form=form, code=code)).status == 303
    assert (await browser.sends(f"{PRODUCTS}/a/codes/remove", form=form, code="x")).status == 404
    found = await product(board, "a")
    assert (found.gtins, found.traces) == ((), ())
