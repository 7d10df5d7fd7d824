"""Inspections on the board: recorded within one's reach with the minutes, read, followed up, struck out."""

from datetime import timedelta
from io import BytesIO

import pytest
from aiohttp import FormData

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import thing

PATH, NEW = "/board/inspections", "/board/inspections/new"
TOLD = {
    "day": "20/11/2026", "level": "joint", "team": "Trần Kín, Phòng Kinh tế", "judged-label": "wrong",
    "said-label": "Nhãn thiếu ngày", "outcome": "to-mend", "mend_by": "28/11/2026",
}  # fmt: skip
PDF = b"%PDF-1.7 bien ban"


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(thing("a", decided=PartialDate(2025, 1, 10)), thing("b", decided=PartialDate(2025, 1, 10), at="there"))
    return board


async def maker(town: BoardTown, key: str) -> str:
    product = await town.context.store.product(key)
    assert product is not None
    return product.producer.id


async def sends(
    browser: OfficerBrowser, producer: str, *, minutes: bytes = b"", form: str | None = None, **more: str
) -> int:
    data = FormData()
    data.add_field("form", browser.form if form is None else form)
    for name, value in {"producer": producer, **TOLD, **more}.items():
        data.add_field(name, value)
    name = "biên bản.pdf" if minutes else ""
    data.add_field("minutes", BytesIO(minutes), filename=name, content_type="application/octet-stream")
    response = await browser.client.post(NEW, data=data, allow_redirects=False)
    browser.said = await response.text()
    return response.status


async def test_an_inspector_records_one_with_its_minutes(town: BoardTown) -> None:
    browser = await town.signed_in(OfficerRole.INSPECTOR, name="Thanh tra")
    await browser.opens(f"{NEW}?q=tuong a")
    assert "HTX Tương here" in browser.said
    product = await town.context.store.product("a")
    assert product is not None
    await browser.opens(f"{NEW}?producer={product.ref}")
    checked = {f"product-{product.ref}": "1"}
    assert await sends(browser, product.producer.id, minutes=PDF, **checked) == 303
    await browser.opens(f"{PATH}/1?done=recorded")
    for words in ("Nhãn thiếu ngày", "Trần Kín", "Tương a", "to be mended by 28/11/2026", "recorded by Thanh tra"):
        assert words in browser.said
    response = await browser.client.get(f"{PATH}/1/minutes")
    assert await response.read() == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    await browser.opens("/board")
    assert f'href="{PATH}/1"' in browser.said
    await browser.opens(f"{PATH}?open=1")
    assert f'href="{PATH}/1"' in browser.said
    await browser.opens(f"{PATH}/1")
    assert (await browser.sends(f"{PATH}/1/mended", on="19/11/2026")).status == 422
    assert (await browser.sends(f"{PATH}/1/mended", on="24/11/2026", said="Đã in lại")).status == 303
    await browser.opens(f"{PATH}/1")
    assert "mended, seen on 24/11/2026" in browser.said
    assert (await browser.sends(f"{PATH}/1/mended", on="24/11/2026", form=browser_form(browser))).status == 404
    await browser.opens("/board")
    assert f'href="{PATH}/1"' not in browser.said


def browser_form(browser: OfficerBrowser) -> str:
    return browser.form


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"day": ""}, "Give the day"),
        ({"day": "25/11/2030"}, "in the future"),
        ({"day": "11/2026"}, "is no day"),
        ({"day": "hôm kia"}, ""),
        ({"team": " "}, "who inspected"),
        ({"level": "nobody"}, "Choose who inspected"),
        ({"judged-label": ""}, "Nothing was looked at"),
        ({"outcome": "passed", "mend_by": ""}, "cannot end as in order"),
        ({"mend_by": ""}, "needs a deadline"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    town: BoardTown, change: dict[str, str], why: str
) -> None:
    browser = await town.signed_in()
    await browser.opens(NEW)
    assert await sends(browser, await maker(town, "a"), **change) == 422
    assert why in browser.said
    assert "Nhãn thiếu ngày" in browser.said


async def test_minutes_are_a_pdf_or_a_photo_and_not_too_large(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens(NEW)
    producer = await maker(town, "a")
    assert await sends(browser, producer, minutes=b"MZ\x90 virus") == 422
    assert "a PDF, a JPEG or a PNG" in browser.said
    assert await sends(browser, producer, minutes=PDF + b" " * (15 << 20)) == 413
    assert "too large" in browser.said
    assert "Nhãn thiếu ngày" in browser.said
    assert await sends(browser, producer, minutes=b"\xff\xd8\xff\xe0 jpeg") == 303
    assert (await browser.opens(f"{PATH}/2/minutes")).status == 404


async def test_a_commune_inspects_its_own_and_reads_its_own(town: BoardTown) -> None:
    commune, province = await town.signed_in(OfficerRole.COMMUNE), await town.signed_in()
    here, there = await maker(town, "a"), await maker(town, "b")
    await commune.opens(NEW)
    assert await sends(commune, there) == 403
    await commune.opens(NEW)
    assert await sends(commune, here) == 303
    await province.opens(NEW)
    assert await sends(province, there) == 303
    await commune.opens(PATH)
    assert f'href="{PATH}/1"' in commune.said
    assert f'href="{PATH}/2"' not in commune.said
    for path in (f"{PATH}/2", f"{PATH}/2/minutes", f"{NEW}?producer={there}"):
        assert (await commune.opens(path)).status == 403
    for act, field in (("mended", {"on": "24/11/2026"}), ("strike", {"reason": "x"})):
        await commune.opens(PATH)
        assert (await commune.sends(f"{PATH}/2/{act}", form=await form_of(commune), **field)).status == 403
    await province.opens(PATH)
    assert f'href="{PATH}/1"' in province.said
    assert f'href="{PATH}/2"' in province.said


async def form_of(browser: OfficerBrowser) -> str:
    await browser.opens("/board")
    return browser.form


async def test_a_viewer_reads_and_writes_nothing(town: BoardTown) -> None:
    province, viewer = await town.signed_in(), await town.signed_in(OfficerRole.VIEWER)
    await province.opens(NEW)
    assert await sends(province, await maker(town, "a")) == 303
    await viewer.opens(f"{PATH}/1")
    assert "Nhãn thiếu ngày" in viewer.said
    assert f"{PATH}/1/strike" not in viewer.said
    form = await form_of(viewer)
    assert f'href="{PATH}/1"' not in viewer.said, "a viewer follows nothing up"
    assert await sends(viewer, await maker(town, "a"), form=form) == 403
    assert (await viewer.sends(f"{PATH}/1/strike", form=form, reason="x")).status == 403


async def test_a_grant_that_ended_or_a_forged_form_records_nothing(town: BoardTown) -> None:
    until = town.context.today() + timedelta(days=1)
    browser = await town.signed_in(OfficerRole.INSPECTOR, until=until, commune=HERE)
    producer = await maker(town, "a")
    await browser.opens(NEW)
    assert await sends(browser, producer, form="0" * 32) == 403
    await browser.opens(NEW)
    form = browser.form
    (officer,) = await town.context.store.officers.list_all()
    await town.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert await sends(browser, producer, form=form) == 403
    assert (await browser.opens(f"{PATH}/1")).status == 403


async def test_a_wrong_record_is_struck_out_with_a_reason(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens(NEW)
    assert await sends(browser, await maker(town, "a")) == 303
    await browser.opens(f"{PATH}/1")
    assert (await browser.sends(f"{PATH}/1/strike", reason=" ")).status == 422
    assert (await browser.sends(f"{PATH}/1/strike", reason="Nhầm cơ sở")).status == 303
    await browser.opens(f"{PATH}/1")
    assert "Struck out: Nhầm cơ sở" in browser.said
    await browser.opens("/board")
    assert f'href="{PATH}/1"' not in browser.said


async def test_a_long_list_has_pages_and_an_empty_one_says_so(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens(PATH)
    assert "No inspection is recorded here." in browser.said
    for _ in range(26):
        await browser.opens(NEW)
        assert await sends(browser, await maker(town, "a")) == 303
    await browser.opens(f"{PATH}?page=2")
    assert browser.said.count('<li class="card">') == 1
    assert "page=1" in browser.said
