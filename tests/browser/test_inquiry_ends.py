"""The web ends of an inquiry in a real browser: read, written to, sent twice; without a script, within a phone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from bot.http import serving
from bot.inquiry_pages import InquiryPages
from bot.pages.assets import load_assets
from catalog.dates import PartialDate
from handlers.inquiries import pages
from tests.browser.conftest import NARROW
from tests.town import Someone, Town, fresh_town, product

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Ends:
    """A town, its pages at *url*, and a page of a narrow phone with all that the browser complained about."""

    town: Town
    url: str
    page: Page
    complaints: list[str]

    @property
    def lan(self) -> Someone:
        return self.town.someone("zalo", "lan")

    async def fits(self) -> bool:
        return await self.page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


@pytest_asyncio.fixture(loop_scope="module")
async def ends(tmp_path: Path, empty_file: Path, browser: Browser) -> AsyncIterator[Ends]:
    async with fresh_town(tmp_path, empty_file) as town:
        app = web.Application()
        app.add_routes([*InquiryPages(town.context).routes(), web.get("/static/{name}", load_assets().serve)])
        async with serving(app, host="127.0.0.1", port=0) as port:
            width, height = NARROW
            page = await browser.new_page(viewport={"width": width, "height": height}, java_script_enabled=True)
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            yield Ends(town, f"http://127.0.0.1:{port}", page, complaints)
            await page.close()


async def test_a_customer_reads_and_adds(ends: Ends) -> None:
    ref = await ends.lan.asks("Nem để được bao lâu? " + "rất " * 40 + "x" * 90)
    page = ends.page
    await page.goto(f"{ends.url}/q/{ends.town.store.inquiries.link_of(ref)}")
    await expect(page.get_by_role("heading")).to_contain_text(f"#{ref} · Câu hỏi · Nem chua 1")
    await page.get_by_label("Bạn muốn").fill("<b>Trong tủ lạnh</b> thì sao?")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_have_text(f"Đã thêm vào #{ref} và chuyển đi.")
    await expect(page.get_by_text("<b>Trong tủ lạnh</b> thì sao?")).to_be_visible()
    assert await ends.fits()
    await page.reload()
    await expect(page.get_by_role("listitem")).to_have_count(2)
    held = await ends.town.store.inquiries.by_ref(ref)
    assert held is not None
    assert len(held.messages) == 2, "a page loaded again sends its form again, and that has no effect"
    assert ends.complaints == []


async def test_a_maker_answers_from_a_mail(ends: Ends) -> None:
    town = ends.town
    row = replace(product(3, maker=2), email="nem2@example.vn", as_of=PartialDate(2026, 1, 1))
    await town.store.import_rows([row], who="test")
    ref = await ends.lan.asks("Có bán sỉ không?", product="nem-3")
    proof = town.store.sign(f"{pages.ANSWER} {ref} nem2@example.vn")
    await ends.page.goto(f"{ends.url}/a/{proof}")
    await ends.page.get_by_role("textbox").fill("Có, từ 50 hộp.")
    await ends.page.keyboard.press("Tab")
    await ends.page.keyboard.press("Enter")
    await expect(ends.page.get_by_role("status")).to_contain_text(f"#{ref}")
    await town.post()
    assert "“Có, từ 50 hộp.”" in ends.lan.last
    assert ends.complaints == []


async def test_an_address_that_opens_nothing(ends: Ends) -> None:
    answer = await ends.page.goto(f"{ends.url}/q/nothing")
    assert answer is not None
    assert answer.status == 404
    await expect(ends.page.get_by_role("heading")).to_have_text("Trang này không còn nữa.")
