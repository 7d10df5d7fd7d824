"""Lists in a real Chromium without scripts: the page itself looks again until the work is done."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.async_api import Browser, Page, expect

from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.browser.conftest import SIZES
from tests.browser.test_board import board, fits, url

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())
__all__ = ["board"]
PATIENCE = 60_000
HEAD = ["STT", "Tên sản phẩm", "Chủ thể", "Xã/phường", "Điện thoại", "Hạng sao", "Số quyết định"]
ROWS = [
    ["DANH SÁCH 3 SẢN PHẨM OCOP"],
    HEAD,
    [1, "Nem thử", "HTX Thử", "xã Nhân Thắng", 912345678, 3, "1/QĐ-UBND"],
    [2, "Giò thử", "HTX Thử", "xã Nhân Thắng", "nt", "sáu sao", "nt"],
    [3, "Chả thử", "HTX Kia", "xã Cao Đức", "", 3, "2/QĐ-UBND"],
]


def save_list(path: Path) -> Path:
    book = Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(path)
    return path


async def enter(page: Page, board: BoardTown, role: OfficerRole, name: str) -> None:
    officer = await board.officer(role, name=name)
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    await page.get_by_role("button", name="Đăng nhập").click()


async def send(page: Page, board: BoardTown, file: Path) -> None:
    await page.goto(url(board, "/board/lists"))
    await page.get_by_label("Danh sách sản phẩm").set_input_files(file)
    await page.get_by_role("button", name="Tải lên").click()


@every_size
async def test_a_list_goes_in_and_out_again(
    board: BoardTown, browser: Browser, size: tuple[int, int], tmp_path: Path
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await enter(page, board, OfficerRole.PROVINCE, "Nguyễn Thị Lan")
    await send(page, board, save_list(tmp_path / "Danh sách đợt 2.xlsx"))
    await expect(page.get_by_role("heading", name="Nếu nhập thì sẽ")).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_role("link", name="Từ chối: 1")).to_be_visible()
    assert await fits(page)
    await page.get_by_label("Hạng sao").fill("4 sao")
    await page.get_by_role("button", name="Ghi vào danh sách và kiểm tra lại").click()
    await expect(page.get_by_role("link", name="Thêm mới: 3")).to_be_visible(timeout=PATIENCE)
    await page.get_by_role("link", name="Thêm mới: 3").click()
    await expect(page.get_by_text("Giò thử")).to_be_visible()
    await page.get_by_role("button", name="Nhập").click()
    await expect(page.get_by_role("heading", name="Lần nhập này đã")).to_be_visible(timeout=PATIENCE)
    assert await board.context.store.count() == 3
    assert await fits(page)
    await page.goto(url(board, "/board/lists/export"))
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Tải về Excel").click()
    await (await taken.value).save_as(tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet.max_row == 4
    assert sheet.auto_filter.ref == sheet.dimensions
    await page.goto(url(board, "/board/lists"))
    await page.get_by_role("link", name="Danh sách đợt 2.xlsx").click()
    await page.get_by_label("Vì sao hoàn tác?").fill("nhầm tệp")
    await page.get_by_role("button", name="Hoàn tác toàn bộ lần nhập này").click()
    await expect(page.get_by_role("status")).to_have_text("Đã hoàn tác lần nhập.")
    assert await board.context.store.count() == 0
    assert complaints == []
    await context.close()


async def test_a_commune_is_told_which_lines_are_not_its_own(
    board: BoardTown, browser: Browser, tmp_path: Path
) -> None:
    context = await browser.new_context(locale="vi-VN")
    page = await context.new_page()
    await enter(page, board, OfficerRole.COMMUNE, "Trần Văn Bình")
    await send(page, board, save_list(tmp_path / "ds.xlsx"))
    await expect(page.get_by_text("ngoài địa bàn của bạn")).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_role("link", name="Từ chối: 2")).to_be_visible()
    await context.close()


async def test_a_file_that_is_far_too_large_is_refused_in_words(
    board: BoardTown, browser: Browser, tmp_path: Path
) -> None:
    """The browser shows our answer only where it could send all 200 MB."""
    big = tmp_path / "big.xlsx"
    with big.open("wb") as file:
        file.truncate(200 << 20)
    context = await browser.new_context(locale="vi-VN")
    page = await context.new_page()
    await enter(page, board, OfficerRole.PROVINCE, "Nguyễn Thị Lan")
    await send(page, board, big)
    await expect(page.get_by_role("alert")).to_have_text(re.compile("Tệp quá lớn: nhiều nhất 25 MB"), timeout=PATIENCE)
    await context.close()
