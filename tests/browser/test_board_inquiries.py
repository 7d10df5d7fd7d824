"""Inquiries on the board in a real Chromium without scripts: found, opened, handed over, answered, decided."""

import pytest
from playwright.async_api import Browser, expect

from catalog.dates import PartialDate
from catalog.inquiry import Address, Inquiry, Kind, State
from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.browser.conftest import PAGES, SIZES, open_board_menu
from tests.browser.test_board import board, fits, url
from tests.browser.test_board_lists import enter
from tests.unit.board.today import DAY, thing

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())
__all__ = ["board"]
LONG = "Tương này có cay không, cho cháu nhỏ ăn được không, và hạn dùng còn bao lâu ạ? " * 3


async def ask(board: BoardTown, ref: str, *, days: float, kind: Kind) -> None:
    found = await board.context.store.product("a")
    assert found is not None
    at = board.now - days * DAY
    inquiry = Inquiry(ref, "a", found.producer.id, Address("web", ref), kind, State.SENT, at, at)
    assert await board.context.store.inquiries.open(inquiry, text=LONG, link=f"l-{ref}")


@every_size
async def test_an_officer_sees_to_what_waits(board: BoardTown, browser: Browser, size: tuple[int, int]) -> None:
    await board.context.store.import_rows([thing("a", decided=PartialDate(2024, 1, 10))], who="test")
    await ask(board, "AAAA2345", days=9, kind=Kind.QUESTION)
    await ask(board, "BBBB2345", days=3, kind=Kind.COMPLAINT)
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await enter(page, board, OfficerRole.COMMUNE, "Nguyễn Thị Lan")
    await (await open_board_menu(page, PAGES)).get_by_role("link", name="Câu hỏi của khách", exact=True).click()
    await expect(page.get_by_role("heading", name="2 câu hỏi")).to_be_visible()
    assert await fits(page)
    await page.locator("li", has_text="#AAAA2345").get_by_role("link").click()
    await expect(page.get_by_text("Tương này có cay không")).to_have_count(0)
    await page.get_by_role("button", name="Mở lời khách viết").click()
    await expect(page.get_by_text("Tương này có cay không")).to_be_visible()
    assert await fits(page)
    await page.get_by_label("Câu trả lời của bạn").fill("Dạ không cay ạ.")
    await page.get_by_role("button", name="Gửi câu trả lời").click()
    await expect(page.get_by_role("status")).to_contain_text("Câu trả lời đang được gửi")
    await expect(page.get_by_text("Trả lời câu hỏi của khách")).to_be_visible()
    await page.goto(url(board, "/board/today/complaints"))
    await page.get_by_role("link", name="Xem xét").click()
    await page.get_by_label("Đã xem xét: không thấy gì sai").check()
    await page.get_by_label("Vì sao? Khách và nhà sản xuất sẽ đọc.").first.fill("Nhãn đúng như công bố.")
    await page.get_by_role("button", name="Ghi kết quả và báo cho họ").click()
    await expect(page.get_by_role("status")).to_contain_text("Đã kết thúc")
    await expect(page.get_by_text("không có cơ sở")).to_be_visible()
    assert await fits(page)
    await page.goto(url(board, "/board/inquiries"))
    await expect(page.get_by_text("Không ai đang chờ trả lời.").first).to_be_visible()
    assert complaints == []
    await context.close()
