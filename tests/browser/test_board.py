"""The officers' board in a real Chromium: by keyboard, on a phone, without scripts, and with a passkey."""

import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from catalog.dates import PartialDate
from catalog.model import ProductRow
from catalog.officers import OfficerRole
from catalog.places import Places
from catalog.search import Index
from catalog.store import open_store
from handlers.context import Context
from tests.board import BoardTown, open_board
from tests.browser.conftest import DESKTOP, PHONE, SIZES, measure_targets, open_board_menu
from tests.conftest import KEY

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())


class NoEyes:
    """Nobody looks at photos here."""

    async def read(self, image: bytes) -> object:
        raise AssertionError(image)

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> object:
        raise AssertionError(job)


@pytest_asyncio.fixture(loop_scope="module")
async def board(empty_file: Path, tmp_path: Path) -> AsyncIterator[BoardTown]:
    file = shutil.copy(empty_file, tmp_path / "board.db")
    async with open_store(f"sqlite:///{file}", keys=[KEY]) as store:
        context = Context(
            store=store,
            index=lambda: Index.build(()),
            reader=NoEyes(),
            places=Places.load_shipped(),
            today=lambda: date(2026, 11, 27),
        )
        async with open_board(context) as town:
            yield town


def url(board: BoardTown, path: str, *, host: str = "127.0.0.1") -> str:
    assert board.server is not None
    return f"http://{host}:{board.server.port}{path}"


async def fits(page: Page) -> bool:
    return await page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@every_size
async def test_by_keyboard_and_without_scripts_on_every_width(
    board: BoardTown, browser: Browser, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    officer = await board.officer(name="Nguyễn Thị Lan")
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    button = page.get_by_role("button", name="Đăng nhập")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(3):
        await page.keyboard.press("Tab")
        if await button.evaluate("(node) => node === node.ownerDocument.activeElement"):
            break
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Xin chào Nguyễn Thị Lan")
    pages = "Các trang của bàn làm việc"
    row = await page.get_by_role("navigation", name=pages).bounding_box()
    assert row is not None
    assert size == DESKTOP or round(row["height"]) <= 60, "on a phone the pages take one row until it is opened"
    menu = await open_board_menu(page, pages)
    shown = await menu.get_by_role("link").all_text_contents()
    assert [shown[0], *shown[-2:]] == ["Hôm nay", "Cán bộ", "Nhật ký kiểm toán"]
    for name in shown:
        await (await open_board_menu(page, pages)).get_by_role("link", name=name, exact=True).click()
        await expect(menu.locator("[aria-current=page]")).to_have_text(name)
    await page.get_by_role("link", name="Nguyễn Thị Lan").click()
    own = page.get_by_role("navigation", name="Về anh/chị")
    for name in ("Phiên đăng nhập", "Khóa truy cập", "Trò chuyện của tôi"):
        await own.get_by_role("link", name=name).click()
        await expect(own.locator("[aria-current=page]")).to_have_text(name)
    menu = await open_board_menu(page, pages)
    await menu.get_by_role("link", name="Nhật ký kiểm toán", exact=True).click()
    await page.get_by_role("combobox", name="Việc gì").select_option("signed_in")
    await page.get_by_role("button", name="Lọc").click()
    await expect(page.locator("li.row")).to_have_count(1)
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Audit")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert complaints == []
    await context.close()


@every_size
async def test_every_page_fits_and_each_target_is_large_enough(
    board: BoardTown, browser: Browser, size: tuple[int, int]
) -> None:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    page = await context.new_page()
    officer = await board.officer(OfficerRole.PROVINCE, name="Nguyễn Thị Một Cái Tên Rất Dài Không Ai Có")
    await page.goto(url(board, "/board"))
    assert await fits(page)
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    await page.get_by_role("button", name="Đăng nhập").click()
    for each in board.pages:
        if each.method == "GET" and each.menu is not None:
            await page.goto(url(board, each.path))
            assert await fits(page), each.path
            sizes = await measure_targets(page, "button, nav a, input:not([type=hidden]), select")
            assert {name: side for name, side in sizes.items() if side < 24} == {}, each.path
    await context.close()


@every_size
async def test_the_programme_without_scripts_on_every_width(
    board: BoardTown, browser: Browser, size: tuple[int, int]
) -> None:
    """A number leads to its rows, the map to a commune, and the province enters a target and ends it."""
    told = {"address": "xã Bình Dương, huyện Gia Bình, Bắc Ninh", "source": "Sở", "decided": PartialDate(2025, 3, 1)}
    rows = [ProductRow(name, producer="HTX Nem", stars=4, **told) for name in ("Nem A", "Nem B")]
    await board.context.store.import_rows(rows, who="test")
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    officer = await board.officer(name="Lan")
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.goto(url(board, "/board/programme"))
    await page.get_by_role("region", name="Toàn tỉnh").get_by_role("link", name="2", exact=True).first.click()
    await expect(page.get_by_role("link", name="Nem B")).to_be_visible()
    assert await fits(page)
    await page.goto(url(board, "/board/programme/map"))
    await expect(page.locator("svg.map path")).to_have_count(99)
    await page.locator("svg.map a", has=page.locator(".level-2")).click()
    await expect(page.get_by_role("main")).to_contain_text("Xã Nhân Thắng")
    await expect(page.get_by_role("link", name="Nem A")).to_be_visible()
    await page.goto(url(board, "/board/programme/targets"))
    for label, value in (
        ("Ít nhất", "9"),
        ("Đến ngày", "2031"),
        ("Kế hoạch hoặc quyết định, kèm số", "KH 1"),
        ("Công bố ở đâu", "Sở"),
    ):
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name="Nhập", exact=True).click()
    await expect(page.get_by_role("status")).to_have_text("Đã nhập chỉ tiêu.")
    entered = page.get_by_role("listitem").filter(has_text="KH 1")
    await entered.get_by_text("Kết thúc chỉ tiêu này").click()
    await entered.get_by_label("Vì sao kết thúc").fill("thử")
    await entered.get_by_role("button", name="Kết thúc").click()
    await expect(page.get_by_role("status")).to_have_text("Chỉ tiêu đã kết thúc.")
    assert await fits(page)
    assert complaints == []
    await context.close()


async def test_a_passkey_is_added_and_signs_in_with_a_real_browser(board: BoardTown, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    officer = await board.officer(name="Lan")
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}", host="localhost"))
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(url(board, "/board/passkeys", host="localhost"))
    await page.get_by_label("What to call it").fill("my phone")
    await page.get_by_role("button", name="Add a passkey on this device").click()
    await expect(page.get_by_role("status")).to_have_text("The passkey was added.")
    await expect(page.get_by_text("my phone", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Lan")
    await page.goto(url(board, "/board/passkeys", host="localhost"))
    await page.get_by_role("button", name="Remove this passkey").click()
    await expect(page.get_by_role("status")).to_have_text("The passkey was removed.")
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert").first).to_be_visible()
    await page.goto(url(board, "/board", host="localhost"))
    await expect(page.get_by_label("One-time code")).to_be_visible()
    assert complaints == []
    await context.close()


async def test_a_link_from_another_site_need_not_sign_in_again(board: BoardTown, browser: Browser) -> None:
    """A strict cookie does not come along from elsewhere; the page asks once more, and then it does."""
    context = await browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="en-GB")
    page = await context.new_page()
    officer = await board.officer(name="Lan")
    await page.goto(url(board, f"/board/sign-in/{await board.link(officer)}"))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Lan")
    await page.goto("about:blank")
    elsewhere = f'<a href="{url(board, "/board/sessions")}">board</a>'
    await page.route("**/chat.example/", lambda route: route.fulfill(body=elsewhere, content_type="text/html"))
    await page.goto("https://chat.example/")
    await page.get_by_role("link", name="board").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Where you are signed in")
    await context.close()
