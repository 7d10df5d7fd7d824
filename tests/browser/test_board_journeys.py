"""What province, commune and viewer do on the board, from the link in their chat to the way out."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from catalog.officers import OfficerRole
from tests.board import HERE
from tests.browser.bars import find_faults
from tests.browser.conftest import DESKTOP, PHONE, SIZES, open_board_menu
from tests.browser.test_bars import filled
from tests.browser.test_board import url
from tests.filled_board import FilledBoard

__all__ = ["filled"]
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]
every_size = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=SIZES.get)


class Journey:
    """One officer's tab; each page on the way keeps to the bars of all pages."""

    def __init__(self, page: Page, filled: FilledBoard) -> None:
        self.page = page
        self.filled = filled

    async def begin(self, role: OfficerRole, name: str, **more: object) -> None:
        """Open the link from the chat and press its button."""
        officer = await self.filled.town.officer(role, name=name, **more)
        await self.page.goto(url(self.filled.town, f"/board/sign-in/{await self.filled.town.link(officer)}"))
        await self.press("Sign in", f"Hello, {name}")

    async def goes(self, name: str, title: str | re.Pattern[str]) -> None:
        """Choose a page in the navigation."""
        menu = await open_board_menu(self.page)
        await menu.get_by_role("link", name=name, exact=True).click()
        await self.sees(title)

    async def follow(self, link: Locator, title: str | re.Pattern[str]) -> None:
        """Follow a link of the page."""
        await link.click()
        await self.sees(title)

    async def press(self, button: str | Locator, title: str | re.Pattern[str]) -> None:
        """Press a button of the page."""
        found = self.page.get_by_role("button", name=button, exact=True) if isinstance(button, str) else button
        await found.click()
        await self.sees(title)

    async def sees(self, title: str | re.Pattern[str]) -> None:
        """The page of that title is shown, as every page should be."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        assert await find_faults(self.page) == [], self.page.url

    async def is_told(self, words: str | re.Pattern[str]) -> None:
        """The page says what was done."""
        await expect(self.page.get_by_role("status")).to_have_text(words)

    def card(self, name: str) -> Locator:
        """The part of a page under that heading."""
        return self.page.get_by_role("region", name=re.compile(name))


@pytest_asyncio.fixture(loop_scope="module")
async def journey(browser: Browser, filled: FilledBoard, size: tuple[int, int]) -> AsyncIterator[Journey]:
    viewport = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=viewport, locale="en-GB", reduced_motion="reduce")
    yield Journey(await context.new_page(), filled)
    await context.close()


@every_size
async def test_the_province_does_the_work_of_a_day(journey: Journey, size: tuple[int, int]) -> None:
    page, name = journey.page, f"Phạm Văn Tỉnh {size[0]}"
    today = f"Hello, {name}"
    await journey.begin(OfficerRole.PROVINCE, name)
    ending = re.compile("Certificates that end within 90 days")
    await journey.follow(journey.card("Certificates that end").get_by_role("link", name="Show the whole list"), ending)
    await journey.follow(page.get_by_role("link", name="Next →"), ending)
    await journey.goes("Today", today)
    await _give_a_code(journey)
    await _add_a_name(journey)
    await journey.goes("Today", today)
    correction = journey.card("Corrections that producers propose")
    await journey.press(correction.get_by_role("button", name="Accept").first, today)
    await journey.is_told("Accepted; the card shows it now.")
    unreached = journey.card("Producers without a messenger")
    await journey.press(unreached.get_by_role("button", name="Invite").first, "Invitation")
    await _keep_officers(journey, name)
    await journey.goes("Audit", "Audit")
    await page.get_by_role("combobox", name="What").first.select_option("officer_ended")
    await journey.press("Filter", "Audit")
    await expect(page.locator("li.row").first).to_contain_text(name)
    await _end_another_session(journey, name)
    await journey.press("Sign out", "Officers' board: sign in")
    await page.go_back()
    await page.reload()
    await expect(page.get_by_label("One-time code")).to_be_visible()


async def _give_a_code(journey: Journey) -> None:
    """Find, choose, confirm, and take it back."""
    page, title = journey.page, "Which product has this code?"
    card = journey.card("Unknown codes that people scan")
    code = await card.locator("li strong").first.inner_text()
    await journey.follow(card.get_by_role("link", name="Give it to a product").first, title)
    await page.get_by_label("Find the product").fill("tuong sap het 01")
    await journey.press("Find", title)
    await journey.follow(page.get_by_role("link", name="This one").first, title)
    await journey.press("Give the code to this product", "Done")
    await journey.press("Undo", re.compile("Hello"))
    await journey.is_told("It is as it was before.")
    await expect(card.get_by_text(code, exact=True)).to_be_visible()


async def _add_a_name(journey: Journey) -> None:
    """Two taps."""
    card = journey.card("Searches without a hit")
    link = card.get_by_role("link", name="Add as another name").first
    await journey.follow(link, "Which product do people call so?")
    await journey.page.get_by_label("Find the product").fill("tuong sap het 02")
    await journey.press("Find", "Which product do people call so?")
    await journey.press(journey.page.get_by_role("button", name="People call this one so").first, "Done")


async def _keep_officers(journey: Journey, by: str) -> None:
    """Invite somebody, make their link, end their access."""
    page, name = journey.page, f"Mời bởi {by}"
    await journey.goes("Officers", "Officers")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Role", exact=True).select_option("viewer")
    await journey.press("Let in", name)
    await journey.press("Make a sign-in link", name)
    await expect(page.get_by_text("Code: ")).to_be_visible()
    await page.get_by_label("Reason").fill("thử xong")
    await journey.press("End the access", "Officers")
    await journey.is_told("The officer has no access any more.")


async def _end_another_session(journey: Journey, name: str) -> None:
    """A second browser of the same officer is thrown out."""
    town, page = journey.filled.town, journey.page
    (officer,) = [each for each in await town.context.store.officers.list_all() if each.name == name]
    other = await town.browser()
    await other.signs_in(await town.link(officer))
    assert (await other.opens("/board")).status == 200
    await journey.follow(page.get_by_role("banner").get_by_role("link", name=name), "Where you are signed in")
    other_line = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="End this session"))
    other_line = other_line.filter(has_not_text="this browser")
    await journey.press(other_line.get_by_role("button", name="End this session"), "Where you are signed in")
    await journey.is_told("The session has ended.")
    assert (await other.opens("/board")).status == 401
    await journey.follow(page.get_by_role("link", name="My chats"), "My chats")
    await journey.press(page.get_by_role("button", name="Make a code for a chat"), "My chats")
    await journey.follow(page.get_by_role("banner").get_by_role("link", name=name), "Where you are signed in")
    await journey.follow(page.get_by_role("link", name="Passkeys"), "Passkeys")


@every_size
async def test_a_commune_sees_and_does_what_is_its_own(journey: Journey, size: tuple[int, int]) -> None:
    page, name = journey.page, f"Lê Thị Xã {size[0]}"
    await journey.begin(OfficerRole.COMMUNE, name, commune=HERE)
    menu = await open_board_menu(page)
    await expect(menu.get_by_role("link", name="Officers")).to_have_count(0)
    await expect(menu.get_by_role("link", name="Audit")).to_have_count(0)
    for beyond in ("Unknown codes", "Searches without a hit"):
        await expect(journey.card(beyond)).to_have_count(0)
    await expect(page.get_by_text("HTX Tương there")).to_have_count(0)
    unreached = journey.card("Producers without a messenger")
    await journey.press(unreached.get_by_role("button", name="Invite").first, "Invitation")
    await journey.goes("Programme", "The OCOP programme")
    await journey.goes("Map", "Map of the communes")
    await journey.goes("Lists out", "Lists out")
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Download as Excel").click()
    assert (await taken.value).suggested_filename.endswith(".xlsx")
    for path in ("/board/officers", "/board/audit", "/board/today/codes", "/board/lists/1"):
        await page.goto(url(journey.filled.town, path))
        await journey.sees(re.compile("You may not do this|This is not here"))


@every_size
async def test_a_viewer_reads_and_is_offered_nothing_to_change(journey: Journey, size: tuple[int, int]) -> None:
    page = journey.page
    await journey.begin(OfficerRole.VIEWER, f"Người Xem {size[0]}")
    menu = await open_board_menu(page)
    for name in await menu.get_by_role("link").all_inner_texts():
        await (await open_board_menu(page)).get_by_role("link", name=name, exact=True).click()
        await expect(menu.locator("[aria-current=page]")).to_have_text(name)
        assert await find_faults(page) == [], page.url
        await expect(page.get_by_role("main").locator("form[method=post]")).to_have_count(0)
    for path in ("/board/lists", "/board/officers", "/board/audit"):
        await page.goto(url(journey.filled.town, path))
        await journey.sees("You may not do this")


async def _tab_to(page: Page, found: Locator) -> None:
    """Go on by the Tab key until *found* has the focus."""
    for _ in range(150):
        if await found.evaluate("(node) => node === node.ownerDocument.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not come to {found}")


async def test_a_province_officer_needs_no_mouse(browser: Browser, filled: FilledBoard) -> None:
    """By keyboard alone, and without scripts: from the link to a name given, a number opened, and the way out."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, java_script_enabled=False)
    page, name = await context.new_page(), "Chị Bàn Phím"
    officer = await filled.town.officer(name=name)

    async def press(found: Locator, title: str | re.Pattern[str]) -> None:
        await _tab_to(page, found)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)

    await page.goto(url(filled.town, f"/board/sign-in/{await filled.town.link(officer)}"))
    await press(page.get_by_role("button", name="Sign in", exact=True), f"Hello, {name}")
    title = "Which product do people call so?"
    await press(page.get_by_role("link", name="Add as another name").first, title)
    await _tab_to(page, page.get_by_label("Find the product"))
    await page.keyboard.press("Control+a")
    await page.keyboard.type("tuong sap het 03")
    await page.keyboard.press("Enter")
    await press(page.get_by_role("button", name="People call this one so").first, "Done")
    await press(page.get_by_role("button", name="Undo"), f"Hello, {name}")
    menu = await open_board_menu(page)
    await press(menu.get_by_role("link", name="Programme", exact=True), "The OCOP programme")
    row = page.locator("td a[href*='/programme/rows']").first
    await press(row, "The products behind the number")
    await press(page.get_by_role("button", name="Sign out"), "Officers' board: sign in")
    await context.close()
