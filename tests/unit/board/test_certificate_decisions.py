"""Corrections decided on the board: within the officer's reach, once, in the audit, and the producer is told."""

import pytest

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.inquiry import Address, Correction
from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.conftest import Stock
from tests.unit.board.today import thing


@pytest.fixture
async def number(board: BoardTown, stock: Stock) -> int:
    """A correction of a producer's website."""
    await stock(thing("a", decided=PartialDate(2020, 1, 10)))
    product = await board.context.store.product("a")
    assert product is not None
    by = Address("zalo", "chu-htx")
    correction = Correction(0, product.producer.id, "a", "website", "", "https://a.example", by, board.now)
    return await board.context.store.corrections.propose(correction)


async def website(board: BoardTown) -> str:
    product = await board.context.store.product("a")
    assert product is not None
    return product.producer.website


async def test_an_accepted_one_is_on_the_card_in_the_audit_and_told(board: BoardTown, number: int) -> None:
    browser = await board.signed_in()
    await browser.opens("/board")
    path = f"/board/today/corrections/{number}/decide"
    assert f'action="{path}"' in browser.said
    form = browser.form
    decided = await browser.sends(path, form=form, decision="yes")
    assert (decided.status, decided.headers["Location"]) == (303, "/board?done=yes")
    assert await website(board) == "https://a.example"
    await browser.opens("/board?done=yes")
    assert "Accepted; the card shows it now." in browser.said
    assert path not in browser.said
    again = await browser.sends(path, form=form, decision="no")
    assert again.headers["Location"] == "/board?done=before"
    assert await website(board) == "https://a.example"
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    (told,) = [each for each in entries if each.deed in {Deed.CORRECTION_ACCEPTED, Deed.CORRECTION_REFUSED}]
    assert (told.deed, told.subject, told.after) == (
        Deed.CORRECTION_ACCEPTED, "product a", '{"website": "https://a.example"}',
    )  # fmt: skip
    rows = (await board.context.store.people.rows_about(Address("zalo", "chu-htx")))["outbox"]
    assert [each["kind"] for each in rows] == ["decided"]


async def test_a_refused_one_changes_nothing(board: BoardTown, number: int) -> None:
    browser = await board.signed_in()
    await browser.opens("/board")
    assert (await browser.sends(f"/board/today/corrections/{number}/decide", decision="maybe")).status == 404
    await browser.opens("/board")
    assert (await browser.sends("/board/today/corrections/999/decide", decision="no")).status == 404
    await browser.opens("/board")
    decided = await browser.sends(f"/board/today/corrections/{number}/decide", decision="no")
    assert decided.headers["Location"] == "/board?done=no"
    assert await website(board) == ""


async def test_a_commune_reads_it_and_may_not_decide(board: BoardTown, number: int) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board")
    assert "https://a.example" in browser.said
    assert "/decide" not in browser.said
    assert (await browser.sends(f"/board/today/corrections/{number}/decide", decision="yes")).status == 403
    assert await website(board) == ""
