"""Points of sale on the board: entered, mended, confirmed, removed, by a commune its own only."""

import html
import re
from io import BytesIO

import pytest
from aiohttp import FormData
from openpyxl import Workbook, load_workbook

from catalog.audit import Deed
from catalog.officers import OfficerRole
from handlers.board.sale_point_list import SaleList, SaleListLine
from tests.board import BoardTown, OfficerBrowser

PAGE = "/board/sale-points"


@pytest.fixture
def form(board: BoardTown) -> dict[str, str]:
    unit = board.context.places.called("Từ Sơn")
    assert unit is not None
    return {
        "kind": "place", "name": "Cửa hàng OCOP", "commune": unit.code, "address": "12 Lê Lợi", "hours": "7h-19h",
        "products": "Nem Bùi", "source": "Cán bộ đến tận nơi",
    }  # fmt: skip


async def test_one_is_entered_confirmed_and_removed(board: BoardTown, form: dict[str, str]) -> None:
    lan = await board.signed_in()
    await lan.opens(PAGE)
    assert "None is entered yet." in lan.said
    product = await board.context.store.product((await anything(board))[0])
    assert product is not None
    await lan.opens(f"{PAGE}/new")
    await lan.sends(f"{PAGE}/new", **(form | {"products": f"{product.name} [{product.id}]"}))
    await lan.opens(PAGE)
    for words in ("Cửa hàng OCOP", "12 Lê Lợi", product.name, "Cán bộ đến tận nơi, confirmed"):
        assert words in lan.said
    (point,) = await board.context.store.sale_points.list_all()
    await lan.opens(f"{PAGE}/{point.number}")
    await lan.sends(f"{PAGE}/{point.number}", **(form | {"products": product.id, "point": "21.12, 105.96"}))
    await lan.opens(f"{PAGE}/{point.number}")
    await lan.sends(f"{PAGE}/{point.number}/confirm")
    (changed,) = await board.context.store.sale_points.list_all()
    assert changed.point == (21.12, 105.96)
    await lan.opens(f"{PAGE}/{point.number}")
    await lan.sends(f"{PAGE}/{point.number}/remove")
    assert await board.context.store.sale_points.list_all() == []
    deeds = [row.entry.deed async for row in board.context.store.audit.every_row()]
    assert [each for each in deeds if each.startswith("sale_point")] == [
        Deed.SALE_POINT_ENTERED, Deed.SALE_POINT_CHANGED, Deed.SALE_POINT_REMOVED,
    ]  # fmt: skip


async def anything(board: BoardTown) -> list[str]:
    """The id of some product."""
    return [product.id async for product in board.context.store.every_product()][:1]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"products": ""}, "Say what is sold there"),
        ({"products": "Không Có Thật"}, "No product is called “Không Có Thật”."),
        ({"producer": "HTX Không Có"}, "No producer is called"),
        ({"commune": ""}, "Choose the commune"),
        ({"source": " "}, "Say who confirmed it"),
        ({"point": "bờ hồ"}, "is no point in Việt Nam"),
        ({"kind": "online", "link": "https://bit.ly/x"}, "A shop online needs its web address"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    board: BoardTown, form: dict[str, str], changed: dict[str, str], told: str
) -> None:
    lan = await board.signed_in()
    await lan.opens(f"{PAGE}/new")
    known = (await anything(board))[0]
    answer = await lan.sends(f"{PAGE}/new", **({**form, "products": known} | changed))
    assert answer.status == 422
    assert told in lan.said
    assert 'value="12 Lê Lợi"' in lan.said
    assert await board.context.store.sale_points.list_all() == []


async def test_a_commune_enters_shops_of_its_own_only(board: BoardTown, form: dict[str, str]) -> None:
    unit = board.context.places.called("Từ Sơn")
    assert unit is not None
    known = (await anything(board))[0]
    lan = await board.signed_in(OfficerRole.COMMUNE, commune=unit.code)
    await lan.opens(f"{PAGE}/new")
    assert lan.said.count('<option value="0') == 1
    await lan.sends(f"{PAGE}/new", **(form | {"products": known}))
    (point,) = await board.context.store.sale_points.list_all()
    await lan.opens(f"{PAGE}/new")
    other = next(each.code for each in board.context.places.communes() if each.code != unit.code)
    assert (await lan.sends(f"{PAGE}/new", **(form | {"products": known, "commune": other}))).status == 403
    viewer = await board.signed_in(OfficerRole.VIEWER)
    await viewer.opens(f"{PAGE}/{point.number}")
    assert "Cửa hàng OCOP" in viewer.said
    assert "<textarea" not in viewer.said


async def upload(lan: OfficerBrowser, content: bytes) -> str:
    """Choose a file on the page of lists and send it; what is told of it."""
    await lan.opens(f"{PAGE}/list")
    sent = FormData()
    sent.add_field("form", lan.form)
    sent.add_field("file", content, filename="diem-ban.xlsx")
    response = await lan.client.post(f"{PAGE}/list", data=sent)
    lan.said = await response.text()
    return lan.said


async def test_the_list_goes_out_to_excel_and_comes_in_again(board: BoardTown, form: dict[str, str]) -> None:
    lan, store = await board.signed_in(), board.context.store.sale_points
    known = (await anything(board))[0]
    await lan.opens(f"{PAGE}/new")
    await lan.sends(f"{PAGE}/new", **{**form, "products": known})
    workbook = load_workbook(BytesIO(await (await lan.client.get(f"{PAGE}/file.xlsx")).read()))
    sheet = workbook.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:4] == ["Số", "Loại", "Tên điểm bán", "Xã/phường"]
    assert "0 new, 0 changed, 1 as they are" in await upload(lan, as_bytes(workbook))
    sheet.cell(2, headings.index("Giờ mở cửa") + 1, "8h-20h")
    told = {
        "Tên điểm bán": "Shop Hoa",
        "Trang web": "https://shopee.vn/hoa",
        "Sản phẩm": known,
        "Ai xác nhận": "Gọi điện",
    }
    for line, changed in ((3, {}), (4, {"Tên điểm bán": "Cửa hàng khác", "Xã/phường": "Không Có", "Trang web": ""})):
        for heading, value in {**told, **changed}.items():
            sheet.cell(line, headings.index(heading) + 1, value)
    said = await upload(lan, as_bytes(workbook))
    assert "1 new, 1 changed, 0 as they are, 1 that cannot be kept." in said
    assert "No commune is called “Không Có”." in said
    assert len(await store.list_all()) == 1, "nothing is kept before it was looked over"
    lines = html.unescape(re.search(r'name="lines" value="([^"]+)"', said)[1])  # type: ignore[index]  # it is there
    assert (await lan.sends(f"{PAGE}/list/keep", lines=lines)).status == 303
    kept = await store.list_all()
    assert [(each.name, each.hours, each.kind) for each in kept] == [
        ("Cửa hàng OCOP", "8h-20h", "place"), ("Shop Hoa", "", "online"),
    ]  # fmt: skip
    await lan.opens(f"{PAGE}/list")
    assert (await lan.sends(f"{PAGE}/list/keep", lines=lines)).status == 303
    assert await store.list_all() == kept, "the same list again changes nothing"
    assert "Its headings are not those of a list" in await upload(lan, b"a,b\n1,2\n")


async def test_the_lines_that_cannot_be_kept_come_as_a_file_to_mend(board: BoardTown, form: dict[str, str]) -> None:
    lan, store = await board.signed_in(), board.context.store.sale_points
    known = (await anything(board))[0]
    lines = "Tên điểm bán,Xã/phường,Sản phẩm,Ai xác nhận\n"
    for name, place in (("Cửa hàng OCOP", "Từ Sơn"), ("Cửa hàng khác", "Không Có"), ("=Cửa hàng ba", "")):
        lines += f"{name},{place},{known},Gọi điện\n"
    said = await upload(lan, lines.encode())
    kept = html.unescape(re.search(r'name="lines" value="([^"]+)"', said)[1])  # type: ignore[index]  # it is there
    bad = hidden(said, "bad")
    answer = await lan.sends(f"{PAGE}/list/keep", lines=kept, bad=bad)
    assert answer.status == 200
    assert "The list was kept." in lan.said
    assert "No commune is called “Không Có”." in lan.said, "what could not be kept is still there"
    assert "line 3" in lan.said, "where it stood in the list"
    assert [each.name for each in await store.list_all()] == ["Cửa hàng OCOP"]
    data = {"form": lan.form, "lines": hidden(lan.said, "lines")}
    file = await lan.client.post(f"{PAGE}/list/bad-rows.xlsx", data=data)
    assert "diem-ban-can-sua.xlsx" in file.headers["Content-Disposition"]
    sheet = load_workbook(BytesIO(await file.read())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["Tên điểm bán", "Xã/phường", "Sản phẩm", "Ai xác nhận", "Lỗi"]
    assert rows[1] == ["Cửa hàng khác", "Không Có", known, "Gọi điện", "No commune is called “Không Có”."]
    assert rows[2][0] == "=Cửa hàng ba"
    assert sheet.cell(3, 1).data_type == "s", "it is no formula"
    sheet.cell(2, 2, "Từ Sơn")
    sheet.delete_rows(3)
    assert "1 new, 0 changed, 0 as they are, 0 that cannot be kept." in await upload(lan, as_bytes(sheet.parent))
    await lan.opens(f"{PAGE}/list")
    assert (await lan.sends(f"{PAGE}/list/bad-rows.xlsx", lines=kept)).status == 422, "nothing of it is wrong"


def hidden(page: str, name: str) -> str:
    """What a form's hidden field holds, the last one of that name."""
    return html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[-1])


async def test_a_list_is_undone_as_a_whole_but_what_was_changed_since(board: BoardTown, form: dict[str, str]) -> None:
    lan, store = await board.signed_in(), board.context.store.sale_points
    known = (await anything(board))[0]
    for name in ("Cửa hàng OCOP", "Cửa hàng Hai"):
        await lan.opens(f"{PAGE}/new")
        await lan.sends(f"{PAGE}/new", **{**form, "name": name, "products": known})
    before = await store.list_all()
    lines = "Tên điểm bán,Số,Xã/phường,Giờ mở cửa,Sản phẩm,Ai xác nhận,Trang web\n"
    for name, number, place, link in (
        ("Cửa hàng OCOP", "1", "Từ Sơn", ""), ("Cửa hàng Hai", "2", "Từ Sơn", ""), ("Shop Hoa", "", "", "https://shopee.vn/h"),
    ):  # fmt: skip
        lines += f"{name},{number},{place},9h-21h,{known},Gọi điện,{link}\n"
    said = await upload(lan, lines.encode())
    kept = html.unescape(re.search(r'name="lines" value="([^"]+)"', said)[1])  # type: ignore[index]  # it is there
    assert (await lan.sends(f"{PAGE}/list/keep", lines=kept)).headers["Location"] == f"{PAGE}/list?done=list"
    assert [each.address for each in await store.list_all()] == ["12 Lê Lợi", "12 Lê Lợi", ""], "it has no such column"
    await lan.opens(f"{PAGE}/2")
    await lan.sends(f"{PAGE}/2", **{**form, "name": "Cửa hàng Hai", "products": known, "hours": "6h-22h"})
    viewer = await board.signed_in(OfficerRole.COMMUNE, commune=form["commune"])
    await viewer.opens(f"{PAGE}/list")
    assert "the province can undo it" in viewer.said
    assert (await viewer.sends(f"{PAGE}/list/1/undo")).status == 403
    await lan.opens(f"{PAGE}/list")
    assert "1 new, 2 changed" in lan.said
    assert (await lan.sends(f"{PAGE}/list/1/undo")).status == 303
    now = await store.list_all()
    assert [(each.name, each.hours) for each in now] == [("Cửa hàng OCOP", "7h-19h"), ("Cửa hàng Hai", "6h-22h")]
    assert now[0] == before[0]
    assert before[0].address == "12 Lê Lợi"
    await lan.opens(f"{PAGE}/list")
    assert "These were changed since and stayed: Cửa hàng Hai" in lan.said
    assert (await lan.sends(f"{PAGE}/list/1/undo")).status == 404, "it was undone before"
    told = [row.entry async for row in board.context.store.audit.every_row()]
    assert [each.deed for each in told if each.reason == "list 1"] == [
        Deed.SALE_POINT_REMOVED, Deed.SALE_POINT_CHANGED,
    ]  # fmt: skip


def as_bytes(workbook: Workbook) -> bytes:
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def test_lines_that_cannot_be_kept_are_no_longer_in_their_form_than_they_are_written() -> None:
    wrong = SaleListLine(place=3, entered={"name": "Cửa hàng Nem Bùi"}, wrong="Thiếu xã.")
    assert '"name": "Cửa hàng Nem Bùi"' in SaleList((), (), 0, (wrong,)).bad_json()
