"""A withdrawal takes two: proposed, seen by another officer, confirmed or refused once; told in chats and on Today."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.inquiry import Address, NoticeKind
from catalog.model import EventKind, Product, Reason
from catalog.officers import PROPOSAL_SECONDS, Grant, OfficerRole
from catalog.store import identify, tables
from handlers.board import proposals
from handlers.own_codes import new_code
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import thing

TOLD = {
    "kind": "withdrawn", "decision": "55/QĐ-UBND", "date": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh",
    "reason": "food-safety", "begins": "1/12/2026",
}  # fmt: skip
PROPOSAL = "/board/proposals/1"


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(thing("a", decided=PartialDate(2025, 1, 10)))
    return board


async def product(town: BoardTown) -> Product:
    found = await town.context.store.product("a")
    assert found is not None
    return found


async def sends(town: BoardTown, browser: OfficerBrowser, **more: str) -> int:
    about = replace((await product(town)).certificates[0], events=())
    await browser.opens("/board/certificates/a/new?kind=withdrawn")
    told = {**TOLD, "certificate": identify(about), **more}
    return (await browser.sends("/board/certificates/a/withdraw", **told)).status


async def proposed(town: BoardTown, **more: object) -> OfficerBrowser:
    browser = await town.signed_in(name="Lan", **more)
    assert await sends(town, browser, sure="1") == 303
    return browser


async def deeds(town: BoardTown) -> list[tuple[int, str]]:
    wanted = {
        Deed.PROPOSED, Deed.CONFIRMED, Deed.REFUSED, Deed.PROPOSAL_TAKEN_BACK, Deed.PROPOSAL_EXPIRED,
        Deed.CERTIFICATE_DECIDED,
    }  # fmt: skip
    entries = [row.entry async for row in town.context.store.audit.every_row()]
    return [(each.officer, each.deed) for each in entries if each.deed in wanted]


async def test_what_would_be_published_is_shown_before_it_is_proposed(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await sends(town, browser) == 200
    assert "Valid until 10/01/2028" in browser.said
    assert "A decision withdraws the OCOP certificate (from 01/12/2026 on, decision 55/QĐ-UBND)" in browser.said
    assert "The OCOP certificate was withdrawn (from 01/12/2026 on, decision 55/QĐ-UBND)" in browser.said
    assert await sends(town, browser, reason="") == 422
    assert await sends(town, browser, scope="part", lots="L1, L2") == 200
    assert "lots L1, L2" in browser.said
    assert await town.context.store.proposals.waiting(limit=9) == []


async def test_another_officer_confirms_and_it_is_published(town: BoardTown) -> None:
    lan = await proposed(town)
    assert (await product(town)).certificates[0].events == ()
    await lan.opens(PROPOSAL)
    assert "waiting for a second person" in lan.said
    assert "/confirm" not in lan.said
    await lan.opens("/board")
    assert 'href="/board/proposals/1"' in lan.said
    binh = await town.signed_in(name="Bình")
    await binh.opens("/board/today/proposals")
    assert "proposed by Lan" in binh.said
    await binh.opens(PROPOSAL)
    assert "Valid until 10/01/2028" in binh.said
    assert "it was fined over food safety" in binh.said
    done = await binh.sends(f"{PROPOSAL}/confirm")
    assert done.headers["Location"] == f"{PROPOSAL}?done=confirmed"
    (event,) = (await product(town)).certificates[0].events
    assert (event.kind, event.reason, event.begins) == (
        EventKind.WITHDRAWN, Reason.FOOD_SAFETY, PartialDate(2026, 12, 1),
    )  # fmt: skip
    assert await deeds(town) == [(1, Deed.PROPOSED), (2, Deed.CERTIFICATE_DECIDED), (2, Deed.CONFIRMED)]
    await binh.opens("/board")
    assert 'href="/board/proposals/1"' not in binh.said


async def test_it_is_decided_once(town: BoardTown) -> None:
    await proposed(town)
    binh, hoa = await town.signed_in(name="Bình"), await town.signed_in(name="Hòa")
    for browser in (binh, hoa):
        await browser.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 303
    assert (await hoa.sends(f"{PROPOSAL}/confirm")).status == 409
    assert "decided before" in hoa.said
    await hoa.opens("/board")
    assert (await hoa.sends(f"{PROPOSAL}/refuse", reason="không")).status == 409
    assert len((await product(town)).certificates[0].events) == 1


async def test_who_proposed_confirms_nothing_not_under_a_second_role_either(town: BoardTown) -> None:
    lan = await proposed(town)
    await town.context.store.officers.give(1, Grant(OfficerRole.PROVINCE, town.context.today()), by=Doer())
    for act in ("confirm", "refuse"):
        await lan.opens("/board")
        assert (await lan.sends(f"{PROPOSAL}/{act}", reason="x")).status == 403
        assert "This needs another person" in lan.said
    other = await town.browser(headers={"Accept-Language": "en"})
    officer = await town.context.store.officers.by_number(1)
    assert officer is not None
    await other.signs_in(await town.link(officer))
    await other.opens("/board")
    assert (await other.sends(f"{PROPOSAL}/confirm")).status == 403
    assert (await product(town)).certificates[0].events == ()


@pytest.mark.parametrize("deed", ["added", "given", "linked"])
async def test_nobody_confirms_whom_the_first_one_let_in(town: BoardTown, deed: str) -> None:
    await proposed(town)
    store, lan, now = town.context.store, Doer(1, "province"), town.now
    by = lan if deed == "added" else Doer()
    binh = await store.officers.add("Bình", town.grant(OfficerRole.PROVINCE), by=by)
    browser = await town.browser(headers={"Accept-Language": "en"})
    if deed == "given":
        await store.officers.give(binh.number, town.grant(OfficerRole.PROVINCE), by=lan)
    code = new_code()
    await store.officers.make_link(binh.number, code, expires_at=now + 600, by=lan if deed == "linked" else Doer())
    await browser.signs_in(code)
    await browser.opens(PROPOSAL)
    assert "/confirm" not in browser.said
    assert (await browser.sends(f"{PROPOSAL}/confirm", form=await form_of(browser))).status == 403
    assert (await product(town)).certificates[0].events == ()


async def form_of(browser: OfficerBrowser) -> str:
    await browser.opens("/board")
    return browser.form


async def test_two_entries_with_one_address_are_one_person(town: BoardTown) -> None:
    await proposed(town)
    store = town.context.store
    binh = await town.signed_in(name="Lan hai")
    await store.officers.set_contact(1, "lan@bacninh.example", by=Doer())
    await store.officers.set_contact(2, "Lan@bacninh.example", by=Doer())
    await binh.opens(PROPOSAL)
    assert "This needs another person" in binh.said
    await binh.opens("/board")
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 403


async def test_a_commune_or_a_grant_that_ended_confirms_nothing(town: BoardTown) -> None:
    await proposed(town)
    commune = await town.signed_in(OfficerRole.COMMUNE, name="Xã")
    await commune.opens("/board")
    assert "/board/proposals/1" not in commune.said
    for act in ("confirm", "refuse", "take-back"):
        await commune.opens("/board")
        assert (await commune.sends(f"{PROPOSAL}/{act}")).status == 403
    binh = await town.signed_in(name="Bình")
    await binh.opens(PROPOSAL)
    officer = (await town.context.store.officers.list_all())[-1]
    await town.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 403
    assert (await product(town)).certificates[0].events == ()


async def test_it_is_refused_with_a_reason_that_the_first_one_reads(town: BoardTown) -> None:
    lan = await proposed(town)
    binh = await town.signed_in(name="Bình")
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/refuse", reason=" ")).status == 422
    assert (await binh.sends(f"{PROPOSAL}/refuse", reason="Chưa có biên bản")).status == 303
    await lan.opens(PROPOSAL)
    assert "Answer: Chưa có biên bản" in lan.said
    assert (await product(town)).certificates[0].events == ()
    assert await deeds(town) == [(1, Deed.PROPOSED), (2, Deed.REFUSED)]
    assert await sends(town, lan, sure="1") == 303, "it may be proposed again"


async def test_who_proposed_takes_it_back_and_nobody_else_does(town: BoardTown) -> None:
    lan = await proposed(town)
    binh = await town.signed_in(name="Bình")
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/take-back")).status == 403
    await lan.opens(PROPOSAL)
    assert (await lan.sends(f"{PROPOSAL}/take-back")).status == 303
    await binh.opens("/board")
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 409
    assert await deeds(town) == [(1, Deed.PROPOSED), (1, Deed.PROPOSAL_TAKEN_BACK)]


async def test_it_is_proposed_once(town: BoardTown) -> None:
    lan = await proposed(town)
    assert await sends(town, lan, sure="1") == 422
    assert "waits for a second person already" in lan.said


async def test_it_expires(town: BoardTown) -> None:
    await proposed(town)
    binh = await town.signed_in(name="Bình")
    await binh.opens(PROPOSAL)
    form = binh.form
    town.now += PROPOSAL_SECONDS
    binh = await town.signed_in(name="Hòa")
    await binh.opens("/board")
    assert "/board/proposals/1" not in binh.said
    await binh.opens(PROPOSAL)
    assert "expired" in binh.said
    assert form
    await binh.opens("/board")
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 409
    assert await town.context.store.proposals.expire_old(now=town.now) == 1
    assert await town.context.store.proposals.expire_old(now=town.now) == 0
    assert (await deeds(town))[-1] == (0, Deed.PROPOSAL_EXPIRED)
    assert (await product(town)).certificates[0].events == ()


async def test_a_certificate_that_went_meanwhile_leaves_the_proposal_waiting(town: BoardTown) -> None:
    await proposed(town)
    async with town.context.store._engine.begin() as connection:
        await connection.execute(delete(tables.certificates).where(tables.certificates.c.product_id == "a"))
    binh = await town.signed_in(name="Bình")
    await binh.opens("/board")
    assert (await binh.sends(f"{PROPOSAL}/confirm")).status == 409
    assert len(await town.context.store.proposals.waiting(limit=9, now=town.now)) == 1


async def test_it_is_told_in_the_chats_of_who_decides_and_of_who_proposed(town: BoardTown) -> None:
    store = town.context.store
    for name in ("Lan", "Bình"):
        officer = await town.officer(name=name)
        await store.officer_chats.bind(await town.link(officer), Address("telegram", name), now=town.now)
    lan = await town.browser(headers={"Accept-Language": "en"})
    first = await store.officers.by_number(1)
    assert first is not None
    await lan.signs_in(await town.link(first))
    assert await sends(town, lan, sure="1") == 303

    async def told(name: str) -> list[str]:
        context = replace(town.context, now=lambda: town.now)
        waiting = await store.outbox.lease(now=town.now + 1e6, limit=9, to=Address("telegram", name))
        said = [await proposals.compose(each, context=context) for each in waiting]
        assert all(each.kind is NoticeKind.PROPOSAL for each in waiting)
        return [each.text for each in said if each]

    assert await told("Lan") == []
    (text,) = await told("Bình")
    assert text.startswith("Có đề nghị thu hồi đang chờ người thứ hai: Tương a.")
    binh = await town.browser(headers={"Accept-Language": "en"})
    second = await store.officers.by_number(2)
    assert second is not None
    await binh.signs_in(await town.link(second))
    await binh.opens(PROPOSAL)
    assert (await binh.sends(f"{PROPOSAL}/refuse", reason="Chưa đủ căn cứ")).status == 303
    (answer,) = await told("Lan")
    assert "từ chối" in answer
    assert "Chưa đủ căn cứ" in answer
