"""Two producers joined on the board: found, compared, made one; and who may not."""

import re

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from catalog.store import Edit
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.test_product_edits import SAID, changes, deeds, typed
from tests.unit.board.today import asks, thing

DECIDED = PartialDate(2025, 2, 10)
PRODUCERS = "/board/producers"
TWICE = "Hợp tác xã tương Nhân Thắng"


async def makers(board: BoardTown, stock: Stock, *, at: str = "here") -> tuple[str, str]:
    """Two producers, of one product each: the ids of who stays and who goes."""
    await stock(
        thing("a", decided=DECIDED, producer="HTX Tương Nhân Thắng"),
        thing("b", decided=DECIDED, at=at, producer=TWICE, phones=("+84912345679",), email="b@example.vn"),
    )
    found = [await board.context.store.product(key) for key in "ab"]
    one, other = (each.producer.id for each in found if each)
    return one, other


async def test_two_producers_become_one_and_the_other_name_leads_to_it(board: BoardTown, stock: Stock) -> None:
    kept, gone = await makers(board, stock)
    store = board.context.store
    await asks(store, "K1", "b", at=board.now)
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{PRODUCERS}/{kept}")
    assert f'href="{PRODUCERS}/{kept}/join"' in browser.said
    await browser.opens(f"{PRODUCERS}/{kept}/join")
    assert f"{PRODUCERS}/{kept}/join?with={gone}" in browser.said
    await browser.opens(f"{PRODUCERS}/{kept}/join?q=0912345679")
    assert f"{PRODUCERS}/{kept}/join?with={gone}" in browser.said
    await browser.opens(f"{PRODUCERS}/{kept}/join?with={gone}")
    for said in (TWICE, "1 product, 0 people in a chat, 1 inquiry", "0912 345 671; 0912 345 679", "Sở NN&amp;MT"):
        assert said in browser.said, said
    form = {"with": gone, "seen": typed(browser.said)["seen"], "keep": "a", "take-name": "a", "take-email": "b"}
    assert (await browser.sends(f"{PRODUCERS}/{kept}/join", **form, reason=" ")).status == 422
    assert "Say why the two are one." in browser.said
    done = await browser.sends(f"{PRODUCERS}/{kept}/join", **form, reason="viết hai cách")
    assert (done.status, done.headers["Location"]) == (303, f"{PRODUCERS}/{kept}?done=joined")
    (found,) = await store.producers([gone])
    assert (found.id, found.email, found.other_names) == (kept, "b@example.vn", (TWICE,))
    assert set(found.phones) == {"+84912345671", "+84912345679"}
    await stock()
    await browser.opens(f"{PRODUCERS}?q=hop tac xa tuong nhan thang")
    assert f'href="{PRODUCERS}/{kept}"' in browser.said
    await browser.opens(f"{PRODUCERS}/{gone}?done=joined")
    for said in ("The two are one producer now.", "2 products", "1 inquiry", TWICE):
        assert said in browser.said, said
    assert await deeds(board) == [Deed.PRODUCERS_MERGED]


async def test_the_other_one_can_stay_with_its_own_fields(board: BoardTown, stock: Stock) -> None:
    one, other = await makers(board, stock)
    browser = await board.signed_in()
    await browser.opens(f"{PRODUCERS}/{one}/join?with={other}")
    form = {"with": other, "seen": typed(browser.said)["seen"], "keep": "b", "take-name": "b", "take-phones": "b"}
    done = await browser.sends(f"{PRODUCERS}/{one}/join", **form, reason="trùng")
    assert done.headers["Location"] == f"{PRODUCERS}/{other}?done=joined"
    (found,) = await board.context.store.producers([one])
    assert (found.id, found.name, found.phones) == (other, TWICE, ("+84912345679",))


async def test_what_changed_since_it_was_compared_is_looked_at_again(board: BoardTown, stock: Stock) -> None:
    kept, gone = await makers(board, stock)
    browser, other = await board.signed_in(), await board.signed_in(name="Minh")
    await browser.opens(f"{PRODUCERS}/{kept}/join?with={gone}")
    form = {"with": gone, "seen": typed(browser.said)["seen"], "keep": "a", "reason": "trùng"}
    assert await changes(other, f"{PRODUCERS}/{gone}/edit", website="https://moi.example") == 303
    assert (await browser.sends(f"{PRODUCERS}/{kept}/join", **form)).status == 422
    assert "changed meanwhile" in browser.said
    assert "https://moi.example" in browser.said
    assert len(await board.context.store.producers([kept, gone])) == 2


@pytest.mark.parametrize("role", [OfficerRole.COMMUNE, OfficerRole.VIEWER])
async def test_who_may_not_joins_nobody(board: BoardTown, stock: Stock, role: OfficerRole) -> None:
    """A commune only where both are its own: neither from its side nor from the other one's."""
    mine, theirs = await makers(board, stock, at="there")
    browser = await board.signed_in(role)
    await browser.opens("/board")
    form, fields = browser.form, {**SAID, "keep": "a", "seen": "x", "reason": "x"}
    for one, other in ((mine, theirs), (theirs, mine)):
        assert (await browser.opens(f"{PRODUCERS}/{one}/join?with={other}")).status == 403
        assert (await browser.sends(f"{PRODUCERS}/{one}/join", form=form, **{"with": other}, **fields)).status == 403
    await browser.opens(f"{PRODUCERS}/{mine}/join?q=tuong")
    assert f"with={theirs}" not in browser.said
    assert ("not yours to change" in browser.said) == (role is OfficerRole.COMMUNE)
    assert len(await board.context.store.producers([mine, theirs])) == 2
    assert await deeds(board) == []


async def test_neither_itself_nor_nobody_nor_a_forged_form_is_joined(board: BoardTown, stock: Stock) -> None:
    kept, gone = await makers(board, stock)
    browser = await board.signed_in()
    path = f"{PRODUCERS}/{kept}/join"
    await browser.opens(f"{path}?with={kept}")
    form = {"seen": typed(browser.said)["seen"], "keep": "a", "reason": "x"}
    assert (await browser.sends(path, **form, **{"with": kept})).status == 422
    assert "That is the very same one." in browser.said
    assert (await browser.sends(path, **form, **{"with": "none"})).status == 404
    assert (await browser.opens(f"{path}?with=none")).status == 404
    assert (await browser.sends(path, form="forged", **form, **{"with": gone})).status == 403
    assert await deeds(board) == []


async def test_nobody_alike_is_told(board: BoardTown, stock: Stock) -> None:
    kept, _ = await makers(board, stock)
    browser = await board.signed_in()
    await browser.opens(f"{PRODUCERS}/{kept}/join?q=zzzz")
    assert "Nobody else is called so." in browser.said


async def joined(board: BoardTown, stock: Stock, browser: OfficerBrowser) -> tuple[str, str]:
    kept, gone = await makers(board, stock)
    await browser.opens(f"{PRODUCERS}/{kept}/join?with={gone}")
    form = {"with": gone, "seen": typed(browser.said)["seen"], "keep": "a", "take-name": "a", "take-email": "b"}
    done = await browser.sends(f"{PRODUCERS}/{kept}/join", **form, reason="viết hai cách")
    assert done.status == 303, browser.said
    return kept, gone


async def test_two_that_became_one_are_made_two_again(board: BoardTown, stock: Stock) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE)
    kept, gone = await joined(board, stock, browser)
    here = f"{PRODUCERS}/{kept}"
    await browser.opens(here)
    assert "What became one with it" in browser.said
    number = re.search(rf'{here}/join/undo.*?name="number" value="(\d+)"', browser.said, re.DOTALL)
    assert number is not None
    other = await board.signed_in(OfficerRole.COMMUNE, name="Bình")
    await other.opens(here)
    assert "The province, or who made them one, can make them two again" in other.said
    assert (await other.sends(f"{here}/join/undo", number=number[1], reason="x")).status == 403
    assert (await browser.sends(f"{here}/join/undo", number=number[1], reason=" ")).status == 409
    assert "Say why they are two after all." in browser.said
    done = await browser.sends(f"{here}/join/undo", number=number[1], reason="hai hộ khác nhau")
    assert (done.status, done.headers["Location"]) == (303, f"{here}?done=parted")
    await browser.opens(f"{here}?done=parted")
    assert "They are two again" in browser.said
    found = await board.context.store.producers([kept, gone])
    assert {each.id: each.email for each in found} == {kept: "", gone: "b@example.vn"}
    assert (await browser.sends(f"{here}/join/undo", number=number[1], reason="lại")).status == 404


async def test_what_was_changed_since_the_merge_is_named(board: BoardTown, stock: Stock) -> None:
    browser = await board.signed_in()
    kept, _ = await joined(board, stock, browser)
    (join,) = await board.context.store.editing.list_joins("producer", kept)
    edit = Edit("producer", kept, {"email": "khac@example.vn"}, {"email": "b@example.vn"}, ("gọi điện", ""))
    await board.context.store.editing.change(edit, by=Doer())
    await browser.opens(f"{PRODUCERS}/{kept}")
    refused = await browser.sends(f"{PRODUCERS}/{kept}/join/undo", number=str(join.number), reason="nhầm")
    assert refused.status == 409
    assert "They cannot be made two again, for this was changed since: E-mail." in browser.said


async def test_products_that_are_called_alike_then_are_pointed_out(board: BoardTown, stock: Stock) -> None:
    """After two producers became one, what both made under one name stands there twice."""
    await stock(thing("a", decided=DECIDED, name="Nem Bùi"), thing("b", decided=DECIDED, name="nem bùi "))
    found = await board.context.store.product("a")
    assert found is not None
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{PRODUCERS}/{found.producer.id}")
    assert "These are called alike" in browser.said
    assert "/board/products/a/join?with=b" in browser.said
