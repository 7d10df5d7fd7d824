"""Communes' reports: a draft that is kept, handed over once it is complete, received or sent back, and its PDF."""

import pytest

from catalog.audit import Deed, Doer
from catalog.commune_report import REQUIRED_PAPERS, Criterion, DossierState
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import HERE, THERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import thing

PATH, NEW = "/board/dossiers", "/board/dossiers/new"
SCORED = {f"points-{each}": "9,5" for each in Criterion} | {f"said-{each}": f"Nhận xét {each}" for each in Criterion}
TICKED = {f"paper-{each}": "1" for each in REQUIRED_PAPERS}
WHOLE = {
    **SCORED, **TICKED, "product": "Bánh tẻ", "producer": "Hộ Trần Kín", "stars": "3", "day": "20/11/2026",
    "taking_part": "Ông A, Phòng Kinh tế\nBà B", "signer": "Nguyễn Văn C", "remark": "Gửi sớm", "version": "0",
}  # fmt: skip


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(thing("a", decided=PartialDate(2020, 1, 10)), thing("b", decided=PartialDate(2020, 1, 10), at="there"))
    return board


async def begins(browser: OfficerBrowser, *, commune: str = HERE, **more: str) -> int:
    await browser.opens(f"{NEW}?commune={commune}")
    if 'name="form"' not in browser.said:
        await browser.opens("/board")
    return (await browser.sends(NEW, **{"commune": commune, **WHOLE, **more})).status


async def state(town: BoardTown, number: int = 1) -> DossierState:
    found = await town.context.store.dossiers.find(number)
    assert found is not None
    return found.state


async def does(browser: OfficerBrowser, act: str, number: int = 1, **fields: str) -> int:
    await browser.opens("/board")
    return (await browser.sends(f"{PATH}/{number}/{act}", **fields)).status


async def test_a_draft_is_kept_handed_over_and_received(town: BoardTown) -> None:
    commune, province = await town.signed_in(OfficerRole.COMMUNE, name="Xã"), await town.signed_in(name="Lan")
    assert await begins(commune) == 303
    await commune.opens(f"{PATH}/1?done=saved")
    for words in ("Bánh tẻ", "Hộ Trần Kín", "Nhận xét origin", "38", "draft at the commune", "Hand over"):
        assert words in commune.said
    await province.opens(PATH)
    assert "Bánh tẻ" not in province.said, "a draft is the commune's"
    assert await does(province, "receive") == 409
    assert await does(commune, "hand-over") == 303
    assert await state(town) is DossierState.HANDED_OVER
    await province.opens("/board")
    assert f'href="{PATH}/1"' in province.said
    assert await does(commune, "save", **WHOLE) == 409
    assert await does(province, "receive") == 303
    await commune.opens(PATH)
    assert "received by the province" in commune.said
    entries = [row.entry async for row in town.context.store.audit.every_row()]
    assert [(each.officer, each.deed) for each in entries if each.subject == "dossier 1"] == [
        (1, Deed.DOSSIER_BEGUN), (1, Deed.DOSSIER_HANDED_OVER), (2, Deed.DOSSIER_RECEIVED),
    ]  # fmt: skip
    assert "Bánh tẻ" not in repr(entries)


async def test_what_is_missing_is_told_and_nothing_is_handed_over(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    incomplete = {"points-labour": "", "paper-samples": "", "said-idea": ""}
    assert await begins(commune, **incomplete) == 303
    assert await does(commune, "hand-over") == 422
    for words in ("Local labour: points and remark", "Origin of the idea: points", "Samples, 5 units"):
        assert words in commune.said
    assert await state(town) is DossierState.DRAFT
    mended = {**WHOLE, "paper-samples": "", "service": "1", "version": "1"}
    assert await does(commune, "save", **mended) == 303
    assert await does(commune, "hand-over") == 303, "a service needs no samples"


@pytest.mark.parametrize(
    ("change", "why"),
    [({"product": " "}, "Name the product"), ({"points-idea": "999"}, "from 0 to 100"), ({"day": "mai"}, "")],
)
async def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    town: BoardTown, change: dict[str, str], why: str
) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    assert await begins(commune, **change) == 422
    assert why in commune.said
    assert "Nhận xét labour" in commune.said
    assert await town.context.store.dossiers.find(1) is None


async def test_it_is_sent_back_with_a_reason_mended_and_handed_over_again(town: BoardTown) -> None:
    commune, province = await town.signed_in(OfficerRole.COMMUNE), await town.signed_in(name="Lan")
    await begins(commune)
    await does(commune, "hand-over")
    assert await does(province, "send-back", reason=" ") == 422
    assert await does(province, "send-back", reason="Thiếu minh chứng lao động") == 303
    await commune.opens("/board")
    assert f'href="{PATH}/1"' in commune.said
    await commune.opens(f"{PATH}/1")
    assert "The province says: Thiếu minh chứng lao động" in commune.said
    assert await does(commune, "save", **{**WHOLE, "said-labour": "12 lao động", "version": "3"}) == 303
    assert await does(commune, "hand-over") == 303
    found = await town.context.store.dossiers.find(1)
    assert found is not None
    assert (found.state, found.report.findings[Criterion.LABOUR].said) == (DossierState.HANDED_OVER, "12 lao động")


async def test_the_second_of_two_who_write_at_once_loses_nothing(town: BoardTown) -> None:
    one, other = await town.signed_in(OfficerRole.COMMUNE), await town.signed_in(OfficerRole.COMMUNE, name="Hai")
    await begins(one)
    assert await does(one, "save", **{**WHOLE, "version": "1", "remark": "của một"}) == 303
    assert await does(other, "save", **{**WHOLE, "version": "1", "remark": "của hai"}) == 409
    assert "của hai" in other.said
    found = await town.context.store.dossiers.find(1)
    assert found is not None
    assert found.remark == "của một"
    assert 'name="version" value="2"' in other.said
    assert (await other.sends(f"{PATH}/1/save", **{**WHOLE, "version": "2", "remark": "của hai"})).status == 303


async def test_of_a_product_that_the_catalogue_has_its_names_are_taken(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await commune.opens(f"{NEW}?q=tuong")
    assert "This product is not in your commune." in commune.said
    assert (await commune.opens(f"{NEW}?product=a")).status == 200
    assert "HTX Tương here" in commune.said
    told = {**WHOLE, "product_ref": "a", "product": "Tên khác", "commune": HERE}
    assert (await commune.sends(NEW, **told)).status == 303
    found = await town.context.store.dossiers.find(1)
    assert found is not None
    assert (found.product, found.report.product) == ("a", "Tương a")


async def test_no_commune_reports_for_another(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    assert (await commune.opens(f"{NEW}?product=b")).status == 403
    assert (await commune.opens(f"{NEW}?commune={THERE}")).status == 403
    assert await begins(commune, commune=THERE) == 403
    there = await town.signed_in(OfficerRole.COMMUNE, commune=THERE, name="Cao Đức")
    assert await begins(there, commune=THERE) == 303
    for path in (f"{PATH}/1", f"{PATH}/1/edit", f"{PATH}/1/report.pdf"):
        assert (await commune.opens(path)).status == 403
    for act in ("save", "hand-over", "drop", "receive", "send-back", "round"):
        assert await does(commune, act, reason="x", **WHOLE) == 403
    await commune.opens(PATH)
    assert "Bánh tẻ" not in commune.said
    assert await state(town) is DossierState.DRAFT


async def test_a_commune_receives_nothing_and_a_viewer_sees_nothing(town: BoardTown) -> None:
    commune, viewer = await town.signed_in(OfficerRole.COMMUNE), await town.signed_in(OfficerRole.VIEWER)
    await begins(commune)
    await does(commune, "hand-over")
    for act in ("receive", "send-back", "round"):
        assert await does(commune, act, reason="x", round="1") == 403
    assert (await viewer.opens(f"{PATH}/1")).status == 403
    assert await state(town) is DossierState.HANDED_OVER


async def test_a_grant_that_ended_keeps_no_draft(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await commune.opens(f"{NEW}?commune={HERE}")
    (officer,) = await town.context.store.officers.list_all()
    await town.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert (await commune.sends(NEW, commune=HERE, **WHOLE)).status == 403
    assert await town.context.store.dossiers.find(1) is None


async def test_a_draft_is_thrown_away(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await begins(commune)
    assert await does(commune, "drop") == 303
    assert (await commune.opens(f"{PATH}/1")).status == 404
    await commune.opens(f"{PATH}?done=dropped")
    assert "There is no report here." in commune.said


async def test_the_report_is_a_pdf_on_a4(town: BoardTown) -> None:
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await begins(commune)
    response = await commune.client.get(f"{PATH}/1/report.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert (await response.read()).startswith(b"%PDF-")
