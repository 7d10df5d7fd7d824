"""A recall takes two: written with whom it reaches, confirmed by another, corrected, ended; a producer's wish."""

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.inquiry import Address
from catalog.model import LookUp, LookUpWay
from catalog.officers import Act, ActScope, OfficerRole, Proposal
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope, RecallState
from handlers import recalls
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import thing

NEW = "/board/recalls/new"
TOLD = {"product": "a", "number": "0", "part": "some", "lots": "L12, L13", "reason": "spoiled", "advice": "return"}
PROPOSAL = "/board/recalls/proposals/1"
LAN = Address("web", "lan")


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(thing("a", decided=PartialDate(2025, 1, 10)))
    for number, lot in enumerate(("L12", "L99", "")):
        who = Address("web", f"nguoi-{number}")
        await board.context.store.people.note_view(who, "a", at=1.0, look_up=LookUp(LookUpWay.PHOTO, lot=lot))
    return board


async def writes(browser: OfficerBrowser, *, at: str = f"{NEW}?product=a", **more: str) -> int:
    await browser.opens(at)
    return (await browser.sends(NEW, **{**TOLD, **more})).status


async def begun(town: BoardTown) -> tuple[OfficerBrowser, OfficerBrowser]:
    """Lan proposed a recall, Bình confirmed it."""
    lan, binh = await town.signed_in(name="Lan"), await town.signed_in(name="Bình")
    assert await writes(lan, sure="1") == 303
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 303
    return lan, binh


async def test_it_is_shown_whom_it_reaches_before_anybody_is_told(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await writes(browser) == 200
    assert "2 people looked such a package up" in browser.said
    assert "lots L12, L13" in browser.said
    for wrong in ({"reason": ""}, {"lots": ""}, {"advice": ""}, {"until": "1/1/2020"}, {"made_from": "hôm nào đó"}):
        assert await writes(browser, **wrong) == 422, wrong
    assert await writes(browser, reason="other") == 422
    assert await writes(browser, part="all") == 200
    assert "3 people looked such a package up" in browser.said
    assert await town.context.store.proposals.waiting(limit=9) == []


async def test_another_officer_confirms_and_people_are_told(town: BoardTown) -> None:
    lan = await town.signed_in(name="Lan")
    assert await writes(lan, sure="1") == 303
    assert await writes(lan, sure="1") == 422, "one waits already"
    await lan.opens(PROPOSAL)
    assert "/confirm" not in lan.said
    assert (await lan.sends(f"{PROPOSAL}/confirm")).status == 403
    await lan.opens("/board")
    assert f'href="{PROPOSAL}"' in lan.said
    assert await town.context.store.recalls.unfinished() == []
    binh = await town.signed_in(name="Bình")
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 303
    assert await recalls.tell_waiting(town.context) == 3
    await binh.opens("/board/recalls/1")
    assert "being called back" in binh.said
    found = await town.context.store.product("a")
    assert found is not None
    assert [each.scope.lots for each in found.recalls] == [("L12", "L13")]
    told = {Deed.PROPOSED, Deed.RECALL_BEGUN, Deed.CONFIRMED}
    deeds = [row.entry.deed async for row in town.context.store.audit.every_row() if row.entry.deed in told]
    assert deeds == [Deed.PROPOSED, Deed.RECALL_BEGUN, Deed.CONFIRMED]
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 409


async def test_it_is_corrected_and_ended_by_two_as_well(town: BoardTown) -> None:
    lan, binh = await begun(town)
    store = town.context.store.recalls
    assert await writes(lan, at=f"{NEW}?number=1", number="1", lots="L99", sure="1") == 303
    await binh.opens("/board/recalls/proposals/2")
    assert (await binh.sends("/board/recalls/proposals/2/confirm")).status == 303
    held = await store.by_number(1)
    assert held is not None
    assert (held.version, held.scope.lots) == (2, ("L99",))
    await lan.opens("/board/recalls/1")
    assert (await lan.sends("/board/recalls/1/close", what="end", why="")).status == 422
    assert (await lan.sends("/board/recalls/1/close", what="end", why="Đã thu hết.")).status == 303
    await binh.opens("/board/recalls/proposals/3")
    assert "Đã thu hết." in binh.said
    assert (await binh.sends("/board/recalls/proposals/3/confirm")).status == 303
    held = await store.by_number(1)
    assert held is not None
    assert (held.state, held.ended_why) == (RecallState.ENDED, "Đã thu hết.")
    await binh.opens("/board/recalls")
    assert "ended" in binh.said


async def test_a_producers_wish_is_taken_up_or_not(town: BoardTown) -> None:
    store = town.context.store.recalls
    found = await town.context.store.product("a")
    assert found is not None
    wish = Recall("a", RecallReason.SPOILED, RecallAdvice.RETURN, RecallScope(("L7",)), producer_id=found.producer.id)
    for number in (1, 2):
        assert await store.ask(wish, LAN, at=1.0) == number
    lan, binh = await town.signed_in(name="Lan"), await town.signed_in(name="Bình")
    await lan.opens("/board/recalls")
    assert "Producers ask for these" in lan.said
    assert await writes(lan, at=f"{NEW}?number=1", number="1", lots="L7", sure="1") == 303
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 303
    await lan.opens("/board/recalls/2")
    assert (await lan.sends("/board/recalls/2/dismiss", why="Không đúng lô.")).status == 303
    told = [await recalls.compose(each, context=town.context) for each in await _notices(town)]
    assert [each.text.split("\n")[-1] for each in told if each] == [
        "Tỉnh đã thu hồi Tương a: lô L7. Người đã tra cứu đang được cảnh báo.", "Không đúng lô.",
    ]  # fmt: skip


async def _notices(town: BoardTown) -> list:  # type: ignore[type-arg]
    return await town.context.store.outbox.lease(now=town.now + 1e9, limit=9, to=LAN)


async def test_a_commune_calls_back_only_what_is_its_own_and_refusing_needs_a_reason(town: BoardTown) -> None:
    away = await town.signed_in(OfficerRole.COMMUNE, name="Xa", commune="09400")
    assert (await away.opens(f"{NEW}?product=a")).status == 403
    lan, binh = await town.signed_in(name="Lan"), await town.signed_in(name="Bình")
    assert await writes(lan, sure="1") == 303
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/refuse", reason="")).status == 422
    assert (await binh.sends(f"{PROPOSAL}/refuse", reason="Chưa rõ")).status == 303
    await lan.opens(PROPOSAL)
    assert "Chưa rõ" in lan.said


async def test_too_many_lots_are_refused_and_none_is_left_out(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await writes(browser, lots=", ".join(f"LOT-2026-{number:05}" for number in range(200))) == 200
    for lots in (", ".join(f"L{number}" for number in range(201)), "L1, " * 5000):
        assert await writes(browser, lots=lots) == 422
        assert "at most 200 lots" in browser.said
    assert (await browser.opens(f"{NEW}?product=a")).status == 200


async def test_withdrawals_are_listed_beside_any_number_of_recalls(town: BoardTown) -> None:
    lan = await town.signed_in(name="Lan")
    store = town.context.store.proposals
    (officer,) = [each.number for each in await town.context.store.officers.list_all()]
    for act in (*[Act.WITHDRAW_CERTIFICATE] * 30, *[Act.RECALL_LOT] * 30):
        made = Proposal(act, "product a", ActScope(HERE), {"product": "a"}, "", officer, town.now)
        await store.propose(made, by=Doer(officer, "province"))
    for page, shown in (("1", 25), ("2", 5)):
        await lan.opens(f"/board/proposals?page={page}")
        assert lan.said.count('<li class="card">') == shown
    assert 'rel="next"' not in lan.said
    away = await town.signed_in(OfficerRole.COMMUNE, name="Xa", commune="09400")
    assert (await away.opens("/board/proposals")).status == 403
