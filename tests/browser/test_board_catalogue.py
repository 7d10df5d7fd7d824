"""The catalogue on the board in a real Chromium without scripts: found, changed by two, renamed, joined, undone."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.browser.conftest import PAGES, SIZES, open_board_menu
from tests.browser.test_board import board, fits, url
from tests.browser.test_board_lists import enter
from tests.unit.board.today import thing

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())
__all__ = ["board"]


async def opened(browser: Browser, board: BoardTown, size: tuple[int, int], name: str) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    await enter(page, board, OfficerRole.COMMUNE, name)
    return page


async def say_source(page: Page) -> None:
    await page.get_by_label("Nguồn", exact=True).select_option(label="Gọi điện")
    await page.get_by_label("Văn bản nào, hoặc ai cho biết").fill("chủ nhiệm HTX")
    await page.get_by_label("Đúng tính đến ngày").fill("20/11/2026")


@every_size
async def test_two_officers_change_rename_and_join(board: BoardTown, browser: Browser, size: tuple[int, int]) -> None:
    decided = PartialDate(2025, 2, 10)
    rows = [thing(key, decided=decided, name=name, buy="") for key, name in (("a", "Tương một"), ("b", "Tương hai"))]
    await board.context.store.import_rows(rows, who="test")
    page, other = await opened(browser, board, size, "Lan"), await opened(browser, board, size, "Minh")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await (await open_board_menu(page, PAGES)).get_by_role("link", name="Sản phẩm", exact=True).click()
    await page.get_by_role("link", name="Tương một").click()
    assert await fits(page)
    await page.get_by_role("link", name="Sửa", exact=True).click()
    await other.goto(page.url)
    await page.get_by_label("Nơi mua").fill("Chợ Núi")
    await say_source(page)
    await page.get_by_role("button", name="Ghi", exact=True).click()
    await expect(page.get_by_role("status")).to_have_text("Đã ghi, người xem thấy ngay.")
    await other.get_by_label("Nơi mua").fill("Chợ Ngụ")
    await other.get_by_label("Giá tham khảo").fill("rẻ")
    await say_source(other)
    await other.get_by_role("button", name="Ghi", exact=True).click()
    await expect(other.get_by_role("alert")).to_contain_text("không mất gì cả")
    assert await fits(other)
    await expect(other.get_by_label("Nơi mua", exact=True)).to_have_value("Chợ Ngụ")
    await expect(other.get_by_label("Giá tham khảo")).to_have_value("rẻ")
    await other.get_by_label("Giá tham khảo").fill("60.000 đ/chai")
    await other.get_by_label("Của người kia: Chợ Núi").check()
    await other.get_by_role("button", name="Ghi", exact=True).click()
    await expect(other.get_by_role("status")).to_be_visible()
    await expect(other.locator("dd", has_text="Chợ Núi").first).to_be_visible()
    await other.get_by_role("button", name="Hoàn tác lần sửa cuối").click()
    await expect(other.get_by_role("status")).to_have_text("Đã trở lại như trước.")
    await page.reload()
    await page.get_by_role("link", name="Đổi tên").click()
    assert await fits(page)
    await page.get_by_label("Tên mới").fill("Tương quê")
    await say_source(page)
    await page.get_by_role("button", name="Đổi tên").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tương quê")
    await expect(page.locator("div", has=page.get_by_text("Trước đây là", exact=True)).first).to_contain_text(
        "Tương một"
    )
    await page.goto(url(board, "/board/products/a/join?with=b"))
    assert await fits(page)
    await page.get_by_label("Vì sao là cùng một sản phẩm?").fill("một nhãn")
    await page.get_by_role("button", name="Gộp làm một").click()
    await expect(page).to_have_url(re.compile(r"/board/products/a\?done=joined$"))
    await page.goto(url(board, "/board/products/b"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tương quê")
    assert await fits(page)
    assert complaints == []
    for each in (page, other):
        await each.context.close()


@every_size
async def test_two_producers_are_joined(board: BoardTown, browser: Browser, size: tuple[int, int]) -> None:
    decided, twice = PartialDate(2025, 2, 10), "Hợp tác xã tương Nhân Thắng"
    rows = [
        thing("a", decided=decided, producer="HTX Tương Nhân Thắng"),
        thing("b", decided=decided, producer=twice, phones=("+84912345679",), email="b@example.vn"),
    ]
    await board.context.store.import_rows(rows, who="test")
    page = await opened(browser, board, size, "Lan")
    await (await open_board_menu(page, PAGES)).get_by_role("link", name="Chủ thể", exact=True).click()
    await page.get_by_role("link", name="HTX Tương Nhân Thắng").click()
    await page.get_by_role("link", name="Gộp bản trùng").click()
    assert await fits(page)
    await page.get_by_role("link", name="So với chủ thể này").click()
    assert await fits(page)
    await expect(page.get_by_label("Giữ tất cả: 0912 345 671; 0912 345 679")).to_be_checked()
    await page.get_by_label("Vì sao là cùng một chủ thể?").fill("viết hai cách")
    await page.get_by_role("button", name="Gộp làm một chủ thể").click()
    await expect(page.get_by_role("status")).to_contain_text("Hai bên nay là một chủ thể.")
    assert await fits(page)
    await expect(page.locator("div", has=page.get_by_text("Tên khác của chủ thể", exact=True)).first).to_contain_text(
        twice
    )
    await page.context.close()
