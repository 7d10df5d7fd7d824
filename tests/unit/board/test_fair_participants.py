"""Who takes part in a fair, on the board: invited, seen by commune, noted by phone; booths are told."""

import re

import pytest

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.fairs.participation import BoothNeed, FairAnswer
from catalog.inquiry import Address, Member, Role
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import ProductRow
from catalog.officers import OfficerRole
from tests.board import HERE, THERE, BoardTown
from tests.conftest import Stock
from tests.fairs import SPRING, hold

MINE = f"/board/fairs/{SPRING.key}/producers"
ADDRESS = "xã Bình Dương, huyện Gia Bình, Bắc Ninh"


@pytest.fixture
async def fair(board: BoardTown, stock: Stock) -> BoardTown:
    told = {"address": ADDRESS, "stars": 4, "phones": ("0912345678",)}
    await stock(
        ProductRow("Nem A", producer="HTX Nem Một", decided=PartialDate(2025, 3, 1), **told),  # type: ignore[arg-type]  # as given
        ProductRow("Nem B", producer="HTX Nem Hai", decided=PartialDate(2020, 3, 1), **told),  # type: ignore[arg-type]  # as given
    )
    await hold(board.context.store)
    ((one, _),) = await board.context.store.producers_named("HTX Nem Một")
    await board.context.store.members.join(Member(Address("zalo", "ba"), Role.PRODUCER, one), at=board.now)
    return board


async def notices_to(board: BoardTown, address: str) -> list[str]:
    rows = await board.context.store.people.rows_about(Address("zalo", address))
    return [row["subject"].split()[1] for row in rows["outbox"]]


async def test_an_organiser_invites_and_asks_again(fair: BoardTown) -> None:
    lan = await fair.signed_in(OfficerRole.ORGANISER)
    await lan.opens(f"{MINE}?commune={HERE}")
    assert ("HTX Nem Một" in lan.said, "HTX Nem Hai" in lan.said) == (True, True)
    response = await lan.sends(f"{MINE}/invite", commune=HERE)
    assert response.headers["Location"].endswith("done=invited&n=1"), "one has no star in force"
    assert await notices_to(fair, "ba") == ["invited"]
    await lan.opens(f"{MINE}?show=silent")
    assert re.findall(r"<strong>(HTX[^<]+)</strong>", lan.said) == ["HTX Nem Một"]
    fair.now += 60
    await lan.sends(f"{MINE}/again")
    assert await notices_to(fair, "ba") == ["invited", "invited"]
    await lan.opens(f"{MINE}?commune={HERE}&show=uninvited")
    assert "no messenger is known" in lan.said
    assert "0912 345 678" in lan.said
    (two,) = re.findall(r'name="producer" value="([^"]+)"><p><button class="second">Invite<', lan.said)
    await lan.sends(f"{MINE}/invite", producer=two)
    await lan.opens(f"{MINE}?show=silent")
    assert "HTX Nem Hai" in lan.said
    deeds = [row.entry.deed async for row in fair.context.store.audit.every_row() if "fair" in row.entry.subject]
    assert deeds[2:] == [Deed.FAIR_INVITED, Deed.FAIR_ASKED_AGAIN, Deed.FAIR_INVITED]


async def test_a_commune_sees_its_own_and_notes_what_was_said_by_phone(fair: BoardTown) -> None:
    lan = await fair.signed_in(OfficerRole.COMMUNE)
    await lan.opens(MINE)
    assert re.findall(r"<strong>(HTX[^<]+)</strong>", lan.said) == ["HTX Nem Một", "HTX Nem Hai"]
    assert "Invite all" not in lan.said
    (one, _two) = re.findall(r'name="producer" value="([^"]+)"', lan.said)
    assert (await lan.sends(f"{MINE}/invite", producer=one)).status == 403
    assert (await lan.sends(f"{MINE}/answer", producer=one, answer="x")).status == 422
    await lan.sends(f"{MINE}/answer", producer=one, answer="yes", **{"need-cold": "1"})
    await lan.opens(f"{MINE}?show=yes")
    assert "noted by an officer" in lan.said
    assert "Cold storage <strong>1</strong>" in lan.said
    (held,) = await fair.context.store.fair_invitations.of_fair(SPRING.key)
    assert (held.answer, held.needs) == (FairAnswer.YES, {BoothNeed.COLD})
    other = await fair.signed_in(OfficerRole.COMMUNE, commune=THERE)
    await other.opens(MINE)
    assert "HTX Nem" not in other.said
    assert (await other.sends(f"{MINE}/answer", form=await a_form(other), producer=one, answer="no")).status == 404


async def a_form(browser: object) -> str:
    await browser.opens("/board")  # type: ignore[attr-defined]  # an OfficerBrowser
    return str(browser.form)  # type: ignore[attr-defined]  # as above


async def test_a_booth_is_told_to_its_producer(fair: BoardTown) -> None:
    lan = await fair.signed_in()
    here = f"/board/fairs/{SPRING.key}"
    await lan.opens(here)
    (number, *_) = re.findall(rf'<a href="{here}/booths/(\d+)">A', lan.said)
    await lan.opens(f"{here}/booths/{number}")
    await lan.sends(f"{here}/booths/{number}", who="HTX Nem Một", zone="Các xã")
    assert await notices_to(fair, "ba") == ["booth"]
    await lan.opens(f"{MINE}?commune={HERE}")
    assert "<p>Booth: A1</p>" in lan.said


async def test_nobody_can_invite_a_producer_that_nobody_knows(fair: BoardTown, stock: Stock) -> None:
    told = {"address": ADDRESS, "stars": 4, "decided": PartialDate(2025, 3, 1)}
    await stock(ProductRow("Nem C", id="nem-c", producer=UNKNOWN_PRODUCER, **told))  # type: ignore[arg-type]  # as given
    (product,) = await fair.context.store.products(["nem-c"])
    lan = await fair.signed_in(OfficerRole.ORGANISER)
    await lan.opens(f"{MINE}?commune={HERE}")
    assert "HTX Nem Một" in lan.said
    assert f"<strong>{UNKNOWN_PRODUCER}</strong>" not in lan.said
    assert "1 product has no known producer" in lan.said
    form = lan.form
    assert (await lan.sends(f"{MINE}/invite", form=form, commune=HERE)).headers["Location"].endswith("done=invited&n=1")
    assert (await lan.sends(f"{MINE}/invite", form=form, producer=product.producer.id)).status == 422
    assert "stands for a producer that nobody knows" in lan.said
    assert (await lan.sends(f"{MINE}/answer", form=form, producer=product.producer.id, answer="yes")).status == 422
