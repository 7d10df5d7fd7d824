"""Fairs on the board: who may enter and change one, what is refused, booths and who stands there."""

import re

import pytest

from catalog.audit import Deed
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import ProductRow
from catalog.officers import OfficerRole
from handlers.context import Context
from tests.board import HERE, THERE, BoardTown
from tests.conftest import Stock
from tests.fairs import SPRING, give_booth, hold

PAGE = "/board/fairs"
FORM = {
    "name": "Hội chợ Xuân 2027",
    "kind": "fair",
    "starts": "2027-03-01",
    "ends": "2027-03-05",
    "opens": "8h",
    "closes": "21:00",
    "venue": "Quảng trường 3/2",
    "commune": HERE,
    "point": "21.27, 106.19",
    "organiser": "Sở Công Thương",
    "source": "Kế hoạch 12/KH-SCT",
}
WHERE = f"{PAGE}/hoi-cho-xuan-2027"


async def test_an_organiser_enters_changes_and_calls_off(board: BoardTown) -> None:
    lan = await board.signed_in(OfficerRole.ORGANISER)
    await lan.opens(PAGE)
    assert "No fair to come is entered yet." in lan.said
    await lan.opens(f"{PAGE}/new")
    assert (await lan.sends(f"{PAGE}/new", **FORM)).headers["Location"] == f"{WHERE}?done=entered"
    await lan.opens(f"{WHERE}?done=entered")
    for words in ("01–05/03/2027, 8:00–21:00", "Quảng trường 3/2, Xã Nhân Thắng", "Everybody sees it now"):
        assert words in lan.said
    await lan.opens(f"{WHERE}/edit")
    assert 'value="21.27, 106.19"' in lan.said
    await lan.sends(f"{WHERE}/edit", **{**FORM, "venue": "Quảng trường Từ Sơn"})
    await lan.opens(WHERE)
    assert "Quảng trường Từ Sơn" in lan.said
    assert (await lan.sends(f"{WHERE}/cancel", reason=" ")).status == 422
    await lan.sends(f"{WHERE}/cancel", reason="Mưa bão")
    await lan.opens(WHERE)
    assert "Called off: Mưa bão" in lan.said
    await lan.sends(f"{WHERE}/restore")
    await lan.opens(WHERE)
    assert "Called off" not in lan.said
    told = [row.entry.deed async for row in board.context.store.audit.every_row() if "fair" in row.entry.subject]
    assert told == [Deed.FAIR_ENTERED, Deed.FAIR_CHANGED, Deed.FAIR_CANCELLED, Deed.FAIR_RESTORED]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Give the fair a name."),
        ({"starts": ""}, "its kind and its first day"),
        ({"starts": "hôm nay"}, "hôm nay is no day."),
        ({"opens": "sáng"}, "sáng is no hour"),
        ({"point": "0, 0"}, "no point in Việt Nam"),
        ({"ends": "2027-02-01"}, "The last day is before"),
        ({"kind": "live_sale"}, "A live sale needs the address"),
        ({"commune": "99999"}, "its kind and its first day"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(board: BoardTown, changed: dict[str, str], told: str) -> None:
    lan = await board.signed_in()
    await lan.opens(f"{PAGE}/new")
    response = await lan.sends(f"{PAGE}/new", **{**FORM, **changed})
    assert response.status == 422
    assert told in lan.said
    assert 'value="Sở Công Thương"' in lan.said


async def test_others_read_and_a_grant_for_a_commune_reaches_its_fairs(board: BoardTown, context: Context) -> None:
    await hold(context.store)
    await hold(context.store, key="khac-2027", commune=THERE, codes=())
    for role in (OfficerRole.COMMUNE, OfficerRole.VIEWER):
        reader = await board.signed_in(role)
        await reader.opens(f"{PAGE}/{SPRING.key}")
        assert "Make booths" not in reader.said
        assert (await reader.sends(f"{PAGE}/new", **FORM)).status == 403
    mine = await board.signed_in(OfficerRole.ORGANISER, commune=HERE)
    await mine.opens(f"{PAGE}/{SPRING.key}")
    assert "Make booths" in mine.said
    await mine.opens(f"{PAGE}/khac-2027")
    assert "Make booths" not in mine.said
    form = mine.form
    assert (await mine.sends(f"{PAGE}/khac-2027/cancel", form=form, reason="x")).status == 403
    assert (await mine.sends(f"{PAGE}/new", form=form, **{**FORM, "commune": THERE})).status == 403
    assert (await mine.sends(f"{PAGE}/{SPRING.key}/edit", form=form, **{**FORM, "commune": ""})).status == 403


async def test_booths_are_made_given_and_taken_away(board: BoardTown, context: Context) -> None:
    await hold(context.store, codes=())
    here = f"{PAGE}/{SPRING.key}"
    lan = await board.signed_in()
    await lan.opens(here)
    assert (await lan.sends(f"{here}/booths", codes="A5-A1", zone="Các xã")).status == 422
    assert 'value="Các xã"' in lan.said
    await lan.sends(f"{here}/booths", codes="A1-A12", zone="Các xã")
    await lan.opens(here)
    assert lan.said.count("<rect") == 12
    numbers = re.findall(rf'<a href="{here}/booths/(\d+)">A', lan.said)
    (maker, *_) = await context.store.producers_named("ptk")
    await lan.opens(f"{here}/booths/{numbers[0]}")
    assert f'<option value="{maker[1]}">' in lan.said
    await lan.sends(f"{here}/booths/{numbers[0]}", who=maker[1].upper(), zone="Các xã")
    await lan.opens(f"{here}/booths/{numbers[1]}")
    await lan.sends(f"{here}/booths/{numbers[1]}", who="Tỉnh Thái Nguyên", zone="Tỉnh bạn")
    await lan.opens(here)
    assert "12 booths, 2 of them taken" in lan.said
    assert (maker[1] in lan.said, "not in the catalogue" in lan.said) == (True, True)
    booths = {each.code: each for each in await context.store.fairs.booths(SPRING.key)}
    assert (booths["A1"].producer, booths["A1"].holder, booths["A2"].holder) == (maker[0], "", "Tỉnh Thái Nguyên")
    await lan.sends(f"{here}/booths/{numbers[11]}/remove")
    await lan.opens(here)
    assert lan.said.count("<rect") == 11
    assert (await lan.opens(f"{here}/booths/{numbers[11]}")).status == 404
    assert (await lan.opens(f"{PAGE}/nothing")).status == 404


async def test_nobody_knows_who_would_stand_at_a_booth_of_an_unknown_producer(
    board: BoardTown, context: Context, stock: Stock
) -> None:
    await stock(ProductRow("Nem", producer=UNKNOWN_PRODUCER, commune="xã Nhân Thắng"))
    await hold(context.store)
    (booth, *_) = await context.store.fairs.booths(SPRING.key)
    page = f"{PAGE}/{SPRING.key}/booths/{booth.number}"
    lan = await board.signed_in()
    await lan.opens(page)
    assert f'<option value="{UNKNOWN_PRODUCER}">' not in lan.said
    for who in ("chưa rõ", "Chua ro"):
        assert (await lan.sends(page, who=who, zone="")).status == 422
        assert "stands for a producer that nobody knows" in lan.said
    assert not (await context.store.fairs.booths(SPRING.key))[0].is_taken


async def test_cards_and_plates_are_printed_once_somebody_stands_there(board: BoardTown, context: Context) -> None:
    fair = await hold(context.store)
    here = f"{PAGE}/{SPRING.key}"
    lan = await board.signed_in(OfficerRole.VIEWER)
    assert (await lan.opens(f"{here}/cards.pdf")).status == 404
    await give_booth(context.store, fair, "A1", holder="Tỉnh Thái Nguyên")
    await lan.opens(here)
    for kind in ("cards", "plates"):
        assert f"{here}/{kind}.pdf" in lan.said
        assert (await (await lan.client.get(f"{here}/{kind}.pdf")).read()).startswith(b"%PDF")
    assert (await lan.opens(f"{here}/other.pdf")).status == 404
