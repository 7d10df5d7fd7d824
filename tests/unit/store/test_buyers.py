"""Buyers on both engines: requests sealed, producers asked once, moves that cannot cross, erasure, figures."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.buyers.deals import DAY, BuyerDeal, BuyerRequest, DealAnswer, DealSide, DealState, KeptAnswer
from catalog.buyers.demand import Demand, Quantity
from catalog.buyers.fitting import SupplyStatement
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.sealing import new_key
from catalog.store import Store, open_store, tables

NOW = 1_800_000_000.0
LAN, AN = Address("zalo", "lan"), Address("telegram", "an")
WANTED = Demand("vải thiều", Quantity(2000.0, "kg"), frozenset({6, 7}), "Từ Sơn", 4)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as opened:
        yield opened


async def opened(store: Store, who: Address = LAN, *, at: float = NOW, fair: str = "") -> BuyerRequest:
    made = await store.buyers.open(BuyerRequest(who, WANTED, at, name="Lan", phone="+84912345678", fair=fair), most=5)
    assert made is not None
    return made


def silent(_deal: BuyerDeal) -> Sequence[Notice]:
    return ()


async def asked(store: Store, request: BuyerRequest, product: str = "vai-1", *, at: float = NOW) -> BuyerDeal:
    deal = await store.buyers.ask(request, product, f"maker-{product}", at=at, most=10, tell=silent)
    assert deal is not None
    return deal


async def signed(store: Store, deal: BuyerDeal) -> BuyerDeal:
    agreed = await store.buyers.move(deal, DealState.AGREED, at=NOW)
    assert agreed is not None
    done = await store.buyers.move(agreed, DealState.SIGNED, at=NOW)
    assert done is not None
    return done


async def test_a_request_is_sealed_and_read_back(store: Store) -> None:
    made = await opened(store)
    assert await store.buyers.by_number(made.number) == made
    assert (made.demand, made.name, made.phone) == (WANTED, "Lan", "+84912345678")
    async with store._engine.connect() as connection:
        content = await connection.scalar(select(tables.buyer_requests.c.content))
    assert "vải" not in content
    assert "Lan" not in content
    assert [each.number for each in await store.buyers.of_person(LAN)] == [made.number]
    with pytest.raises(NotFound):
        await store.buyers.by_number(99)


async def test_so_many_a_day_and_no_more(store: Store) -> None:
    for _ in range(5):
        await opened(store)
    request = BuyerRequest(LAN, WANTED, NOW + 60)
    assert await store.buyers.open(request, most=5) is None
    assert await store.buyers.open(replace(request, who=AN), most=5) is not None
    assert await store.buyers.open(replace(request, at=NOW + DAY + 1), most=5) is not None


async def test_a_producer_is_asked_once_and_so_many_a_day(store: Store) -> None:
    request = await opened(store)
    told = Notice("buyer:1", AN, NoticeKind.BUYER, "1 asked")
    deal = await store.buyers.ask(request, "vai-1", "maker", at=NOW, most=2, tell=lambda _: [told])
    assert deal is not None
    assert await store.buyers.ask(request, "vai-1", "maker", at=NOW, most=2, tell=lambda _: [told]) == deal
    assert await store.outbox.counts() == {"waiting": 1}
    await asked(store, request, "vai-2")
    assert await store.buyers.ask(request, "vai-3", "maker", at=NOW, most=2, tell=silent) is None
    assert [each.product for each in await store.buyers.deals(request=request.number)] == ["vai-2", "vai-1"]


async def test_of_two_who_move_a_deal_one_does(store: Store) -> None:
    deal = await asked(store, await opened(store))
    agreed = await store.buyers.move(deal, DealState.AGREED, at=NOW + 5)
    assert agreed is not None
    assert agreed.state is DealState.AGREED
    assert await store.buyers.move(deal, DealState.DECLINED, at=NOW + 6) is None
    assert await store.buyers.deal(deal.number) == agreed


async def test_an_officers_answer_stands_in_the_audit(store: Store) -> None:
    deal = await asked(store, await opened(store))
    moved = await store.buyers.move(deal, DealState.AGREED, at=NOW, by=Doer(7, "commune"))
    assert moved is not None
    assert moved.by_officer
    (row,) = [each async for each in store.audit.every_row()]
    assert (row.entry.deed, row.entry.subject) == (Deed.BUYER_ANSWER_NOTED, f"deal {deal.number}")


async def test_erasing_leaves_counts_and_nobodys_words(store: Store) -> None:
    request = await opened(store)
    deal, other = await asked(store, request), await asked(store, request, "vai-2")
    await signed(store, other)
    rows = await store.people.rows_about(LAN)
    assert [row["number"] for row in rows["buyer_requests"]] == [request.number]
    assert "vải thiều" in rows["buyer_requests"][0]["content"]
    assert {row["state"] for row in rows["buyer_deals"]} == {"asked", "signed"}
    await store.people.erase(LAN)
    left = await store.buyers.by_number(request.number)
    assert (left.who.address, left.demand, left.name, left.phone) == ("", Demand(), "", "")
    assert (await store.buyers.deal(deal.number)).state is DealState.WITHDRAWN
    assert (await store.buyers.figures()).signed == 1
    assert (await store.people.rows_about(LAN))["buyer_requests"] == []


async def test_what_is_over_is_forgotten_but_what_is_asked_about(store: Store) -> None:
    old, held, fresh = await opened(store), await opened(store), await opened(store, at=NOW + 80 * DAY)
    await signed(store, await asked(store, held))
    assert await store.buyers.forget_old(now=NOW + 91 * DAY) == 1
    assert (await store.buyers.by_number(old.number)).demand == Demand()
    assert (await store.buyers.by_number(held.number)).demand == WANTED
    assert (await store.buyers.by_number(fresh.number)).demand == WANTED
    assert await store.buyers.forget_old(now=NOW + 400 * DAY) == 2


async def test_kept_against_signed_and_by_fair(store: Store) -> None:
    at_fair, other = await opened(store, fair="hoi-cho"), await opened(store, AN)
    first = await signed(store, await asked(store, at_fair))
    await signed(store, await asked(store, other))
    for side in DealSide:
        await store.buyers.note_answer(DealAnswer(first.number, 30, side, KeptAnswer.YES, NOW))
    await store.buyers.note_answer(DealAnswer(first.number, 30, DealSide.BUYER, KeptAnswer.YES, NOW + 1))
    figures = await store.buyers.figures()
    assert (figures.requests, figures.asked, figures.agreed, figures.signed) == (2, 2, 2, 2)
    assert (figures.kept, figures.unsaid) == (1, 1)
    mine = await store.buyers.figures("hoi-cho")
    assert (mine.requests, mine.signed, mine.kept, mine.unsaid) == (1, 1, 1, 0)
    assert await store.buyers.fairs_of([at_fair.number, other.number]) == {at_fair.number: "hoi-cho"}


async def test_what_producers_can_supply(store: Store) -> None:
    said = SupplyStatement(
        "vai-1", "maker", Quantity(5000.0, "kg", "season"), frozenset({6, 7}), "giao tận nơi", "VietGAP", NOW
    )
    await store.buyers.note_supply(said)
    assert await store.buyers.supplies(products=["vai-1"]) == {"vai-1": said}
    later = replace(said, capacity=None, source="Gọi điện", as_of="2026-11-20")
    await store.buyers.note_supply(later, by=Doer(7, "commune"))
    assert await store.buyers.supplies(producers=["maker"]) == {"vai-1": replace(later, by_officer=True)}
    (row,) = [each async for each in store.audit.every_row()]
    assert row.entry.deed == Deed.SUPPLY_NOTED
    await store.buyers.forget_supply("vai-1")
    assert await store.buyers.supplies(products=["vai-1"]) == {}
