"""Buyers on the board: counted, named to nobody; answers by phone, and supplies entered, within one's reach."""

import pytest

from catalog.audit import Deed
from catalog.buyers.deals import BuyerRequest, DealState
from catalog.buyers.demand import Demand, Quantity
from catalog.dates import PartialDate
from catalog.inquiry import Address
from catalog.model import ProductRow
from catalog.officers import OfficerRole
from tests.board import THERE, BoardTown
from tests.conftest import Stock

PAGE = "/board/buyers"
ADDRESS = "xã Bình Dương, huyện Gia Bình, Bắc Ninh"
WANTED = Demand("nem", Quantity(2000, "kg"), frozenset({6}))


@pytest.fixture
async def asked(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(
        ProductRow(
            "Nem Thử", producer="HTX Nem Thử", id="nem-thu", address=ADDRESS, stars=4, phones=("0912345678",),
            decided=PartialDate(2025, 3, 1),
        )
    )  # fmt: skip
    store = board.context.store
    product = await store.product("nem-thu")
    assert product is not None
    request = BuyerRequest(Address("zalo", "lan"), WANTED, board.now, name="Chị Lan Bí Mật", phone="+84987654321")
    kept = await store.buyers.open(request, most=5)
    assert kept is not None
    await store.buyers.ask(kept, "nem-thu", product.producer.id, at=board.now, most=5, tell=lambda _: [])
    return board


async def test_an_officer_notes_an_answer_by_phone_and_sees_no_buyer(asked: BoardTown) -> None:
    lan = await asked.signed_in(OfficerRole.COMMUNE)
    await lan.opens(PAGE)
    assert "HTX Nem Thử" in lan.said
    assert "nem, 2 tonnes, months 6" in lan.said
    assert "no messenger is known" in lan.said
    assert "Bí Mật" not in lan.said
    assert "987" not in lan.shown
    assert (await lan.sends(f"{PAGE}/1/answer", answer="yes")).status == 303
    store = asked.context.store
    deal = await store.buyers.deal(1)
    assert (deal.state, deal.by_officer) == (DealState.AGREED, True)
    rows = await store.people.rows_about(Address("zalo", "lan"))
    assert [row["subject"] for row in rows["outbox"]] == ["1 agreed"]
    await lan.opens(f"{PAGE}?done=noted")
    assert "Both have agreed." in lan.said
    assert f"{PAGE}/1/answer" not in lan.said
    assert (await lan.sends(f"{PAGE}/1/answer", answer="no")).status == 409
    assert (await store.buyers.deal(1)).state is DealState.AGREED


async def test_another_commune_and_a_viewer_may_not(asked: BoardTown) -> None:
    there = await asked.signed_in(OfficerRole.COMMUNE, commune=THERE)
    await there.opens(PAGE)
    assert "HTX Nem Thử" not in there.said
    assert (await there.opens(f"{PAGE}/supply/nem-thu")).status == 403
    viewer = await asked.signed_in(OfficerRole.VIEWER)
    await viewer.opens(PAGE)
    assert "HTX Nem Thử" in viewer.said
    assert "2 tonnes" not in viewer.said
    assert f"{PAGE}/1/answer" not in viewer.said


async def test_what_a_producer_can_supply_is_entered_with_source_and_day(asked: BoardTown) -> None:
    lan = await asked.signed_in(OfficerRole.COMMUNE)
    path = f"{PAGE}/supply/nem-thu"
    await lan.opens(path)
    told = {"capacity": "nhiều", "months": "6-7", "source": "Gọi điện", "as_of": "2026-11-01"}
    response = await lan.sends(path, **told)
    assert response.status == 422
    assert "Write the capacity with its unit" in lan.said
    assert 'value="Gọi điện"' in lan.said
    assert (await lan.sends(path, **{**told, "capacity": "5 tấn một vụ", "as_of": "2099-01-01"})).status == 422
    assert (await lan.sends(path, **{**told, "capacity": "5 tấn một vụ"})).status == 303
    said = (await asked.context.store.buyers.supplies(products=["nem-thu"]))["nem-thu"]
    assert (said.capacity, said.source, said.as_of, said.by_officer) == (
        Quantity(5000, "kg", "season"), "Gọi điện", "01/11/2026", True,
    )  # fmt: skip
    await lan.opens(path)
    assert "Entered by an officer: Gọi điện, 01/11/2026" in lan.said
    deeds = [each.entry.deed async for each in asked.context.store.audit.every_row()]
    assert Deed.SUPPLY_NOTED in deeds
