"""A withdrawal by two officers, an inspection with its minutes, and a report that becomes a star, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.search_index import SearchIndex
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from catalog.places import Places
from catalog.store import open_store
from handlers.context import Context
from tests.board import HERE, BoardTown, open_board
from tests.browser.conftest import DESKTOP, PAGES, PHONE, open_board_menu
from tests.browser.test_board import NoEyes, url
from tests.conftest import KEY
from tests.unit.board.today import thing

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest_asyncio.fixture(loop_scope="module")
async def board(empty_file: Path, tmp_path: Path) -> AsyncIterator[BoardTown]:
    file = shutil.copy(empty_file, tmp_path / "board.db")
    async with open_store(f"sqlite:///{file}", keys=[KEY]) as store:
        await store.import_rows([thing("a", decided=PartialDate(2025, 1, 10))], who="test")
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        context = Context(store, shelf.index, NoEyes(), Places.load_shipped(), lambda: date(2026, 11, 27))
        async with open_board(context) as town:
            yield town


async def tab(board: BoardTown, browser: Browser, size: tuple[int, int], role: OfficerRole, name: str) -> Page:
    """A tab without scripts in which somebody with that role is signed in."""
    officer = await board.officer(role, name=name)
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    await page.get_by_role("button", name="Đăng nhập").click()
    return page


@every_size
async def test_two_officers_withdraw_a_certificate(board: BoardTown, browser: Browser, size: tuple[int, int]) -> None:
    lan = await tab(board, browser, size, OfficerRole.PROVINCE, "Lan")
    binh = await tab(board, browser, size, OfficerRole.PROVINCE, "Bình")
    await (await open_board_menu(lan, PAGES)).get_by_role("link", name="Giấy chứng nhận", exact=True).click()
    await lan.get_by_role("link", name="Tương a").click()
    await lan.get_by_role("link", name="Đề nghị thu hồi").click()
    await lan.get_by_label("Số quyết định").fill("55/QĐ-UBND")
    await lan.get_by_label("Ngày quyết định").fill("20/11/2026")
    await lan.get_by_label("Lý do", exact=True).select_option("food-safety")
    await lan.get_by_role("button", name="Xem người mua sẽ được biết gì").click()
    await expect(lan.get_by_text("Chứng nhận OCOP đã bị thu hồi")).to_be_visible()
    await lan.get_by_role("button", name="Gửi đề nghị thu hồi").click()
    await expect(lan.get_by_text("chờ người thứ hai", exact=True)).to_be_visible()
    await expect(lan.get_by_role("button", name="Xác nhận và công bố")).to_have_count(0)
    await binh.goto(url(board, "/board"))
    await binh.get_by_role("link", name="Xem", exact=True).click()
    await binh.get_by_role("button", name="Xác nhận và công bố").click()
    await expect(binh.get_by_role("status")).to_contain_text("Đã xác nhận và công bố")
    await binh.get_by_role("link", name="Tương a").click()
    await expect(binh.get_by_text("Chứng nhận OCOP đã bị thu hồi")).to_be_visible()


@every_size
async def test_an_inspection_with_its_minutes(board: BoardTown, browser: Browser, size: tuple[int, int]) -> None:
    page = await tab(board, browser, size, OfficerRole.INSPECTOR, "Thanh tra")
    await (await open_board_menu(page, PAGES)).get_by_role("link", name="Kiểm tra", exact=True).click()
    await page.get_by_role("link", name="Ghi một lần kiểm tra").click()
    await page.get_by_label("Tìm cơ sở").fill("tương a")
    await page.get_by_role("button", name="Tìm").click()
    await page.get_by_role("main").get_by_role("link").last.click()
    await page.get_by_label("Ngày kiểm tra").fill("20/11/2026")
    await page.get_by_label("Cấp kiểm tra").select_option("joint")
    await page.get_by_label("Thành phần đoàn").fill("Trần Kín")
    await page.get_by_role("group", name="Nhãn").get_by_label("Kết quả").select_option("wrong")
    await page.get_by_label("Kết luận").select_option("to-mend")
    await page.get_by_label("Hạn khắc phục").fill("28/11/2026")
    minutes = {"name": "biên bản.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 bien ban"}
    await page.get_by_label("Biên bản").set_input_files(minutes)
    await page.get_by_role("button", name="Ghi lần kiểm tra").click()
    await expect(page.get_by_role("status")).to_have_text("Đã ghi lần kiểm tra.")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Mở biên bản (biên bản.pdf)").click()
    assert (await download.value).suggested_filename == "biên bản.pdf"


@every_size
async def test_a_commune_s_report_becomes_a_star_by_a_round(
    board: BoardTown, browser: Browser, size: tuple[int, int]
) -> None:
    commune = await tab(board, browser, size, OfficerRole.COMMUNE, "Xã")
    province = await tab(board, browser, size, OfficerRole.PROVINCE, "Lan")
    await commune.goto(url(board, f"/board/dossiers/new?commune={HERE}"))
    await commune.get_by_label("Tên sản phẩm").fill("Bánh tẻ")
    await commune.get_by_label("Tên cơ sở").fill("Hộ Mai")
    for number in range(4):
        await commune.get_by_label("Điểm").nth(number).fill("9,5")
        await commune.get_by_label("Nhận xét, minh chứng").nth(number).fill("Nguyên liệu của xã")
    for box in await commune.get_by_role("group", name="Giấy tờ bắt buộc").get_by_role("checkbox").all():
        await box.check()
    await commune.get_by_role("button", name="Lưu bản nháp").click()
    await commune.get_by_role("button", name="Gửi lên tỉnh").click()
    await province.goto(url(board, "/board/rounds"))
    await province.get_by_label("Tên, ví dụ").fill("Đợt 1 năm 2026")
    await province.get_by_label("Năm", exact=True).fill("2026")
    await province.get_by_role("button", name="Mở đợt này").click()
    await province.goto(url(board, "/board"))
    await province.get_by_role("link", name="Xem", exact=True).click()
    await province.get_by_role("button", name="Tiếp nhận").click()
    await province.get_by_role("button", name="Đưa vào").click()
    await province.get_by_role("link", name="Đợt", exact=True).click()
    await province.get_by_label("Kết quả").select_option("star")
    await province.get_by_label("Hạng sao").select_option("3")
    await province.get_by_role("button", name="Lưu kết quả").click()
    await province.get_by_label("Số quyết định").fill("99/QĐ-UBND")
    await province.get_by_label("Ngày quyết định").fill("20/11/2026")
    await province.get_by_role("button", name="Xem sẽ ghi gì").click()
    await expect(province.get_by_text("mới trong danh mục, công nhận")).to_be_visible()
    await province.get_by_role("button", name="Ghi tất cả").click()
    await expect(province.get_by_role("status")).to_contain_text("mỗi sao nay là một giấy chứng nhận")
    (fresh,) = await board.context.store.by_number("99/QĐ-UBND")
    assert (fresh.name, fresh.certificates[0].stars) == ("Bánh tẻ", 3)
