"""Labels and invitations on A4 sheets in a real Chromium without scripts: chosen, looked at, downloaded."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import BoardTown, open_board
from tests.browser.conftest import PAGES, SIZES, open_board_menu
from tests.browser.test_board import board, fits, url
from tests.browser.test_board_lists import enter
from tests.unit.board.today import thing

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())
__all__ = ["board"]


@every_size
async def test_sheets_are_chosen_and_downloaded(
    board: BoardTown, browser: Browser, size: tuple[int, int], tmp_path: Path
) -> None:
    await board.context.store.import_rows(
        [thing(f"t{number}", decided=PartialDate(2026, 1, 10)) for number in range(5)], who="test"
    )
    async with open_board(replace(board.context, public_url="https://ocop.test")) as town:
        viewport = {"width": size[0], "height": size[1]}
        context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await enter(page, town, OfficerRole.COMMUNE, "Nguyễn Thị Lan")
        await (await open_board_menu(page, PAGES)).get_by_role("link", name="In nhãn", exact=True).click()
        await page.get_by_label("Số bản mỗi sản phẩm").fill("4")
        await page.get_by_role("button", name="Xem thử").click()
        await expect(page.get_by_role("heading", name="20 nhãn")).to_be_visible()
        assert await fits(page)
        async with page.expect_download() as taken:
            await page.get_by_role("link", name="Tải PDF").click()
        await (await taken.value).save_as(tmp_path / "labels.pdf")
        assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF-")
        await page.goto(url(town, "/board/today/unreached"))
        await page.get_by_role("link", name="In thẻ mời cho nhiều cơ sở một lượt").click()
        assert await fits(page)
        async with page.expect_download() as taken:
            await page.get_by_role("button", name="Tạo mã và tải các tờ thẻ").click()
        await (await taken.value).save_as(tmp_path / "invitations.pdf")
        assert (tmp_path / "invitations.pdf").read_bytes().startswith(b"%PDF-")
        assert complaints == []
        await context.close()
