"""A booth's page on a phone, with the real process: light, patient with the network, and nothing lost by kill -9."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Response, expect

from catalog.dates import VIET_NAM
from catalog.fairs.visits import VisitKind
from catalog.store import Store, open_store
from tests.browser.conftest import PHONE
from tests.browser.test_whole import Demo
from tests.fairs import give_booth, hold

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "hoi-cho-ocop-xuan-2027"


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path)
    await demo.start()
    yield demo
    await demo.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def store(demo: Demo) -> AsyncIterator[Store]:
    (file,) = demo.folder.glob("*.db")
    async with open_store(f"sqlite:///{file}") as store:
        yield store


@pytest_asyncio.fixture(loop_scope="module")
async def token(store: Store) -> str:
    """The code of a booth at a fair that runs today."""
    today = datetime.now(VIET_NAM).date()
    fair = await hold(store, starts=today - timedelta(days=1), ends=today + timedelta(days=1))
    ((maker, _), *_) = await store.producers_named("HTX Thân Trường")
    await give_booth(store, fair, "A1", producer=maker)
    return (await store.fairs.booths(fair.key))[0].token


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    yield context
    await context.close()


async def scanned(phone: BrowserContext, demo: Demo, token: str) -> Page:
    """The page after its visit was counted."""
    page = await phone.new_page()
    async with page.expect_response(lambda response: response.request.method == "POST"):
        await page.goto(f"{demo.url}/b/{token}")
    return page


async def test_it_is_light_and_a_look_is_a_count(phone: BrowserContext, demo: Demo, store: Store, token: str) -> None:
    page = await phone.new_page()
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108 - playwright marks what it is given
    async with page.expect_response(lambda response: response.request.method == "POST"):
        await page.goto(f"{demo.url}/b/{token}")
    weight = sum([len(await each.body()) for each in loaded if each.request.method == "GET"])
    assert weight < 50_000
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Gian A1: HTX Thân Trường")
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await scanned(phone, demo, token)
    (count,) = await store.fair_visits.count(KEY)
    assert (count.kind, count.counted) == (VisitKind.VISIT, 1), "the same phone once a day"
    assert await store.fair_visits.leads(KEY) == []


async def test_what_is_pressed_without_a_network_is_sent_later_and_survives(
    phone: BrowserContext, demo: Demo, store: Store, token: str
) -> None:
    page = await scanned(phone, demo, token)
    await phone.set_offline(True)
    await page.get_by_label("Tên của bạn, nếu muốn").fill("Chị Hoa")
    await page.get_by_role("button", name="Gửi báo giá cho tôi").click()
    await expect(page.get_by_role("status")).to_contain_text("Đang mất mạng")
    await phone.set_offline(False)
    await expect(page.get_by_role("status")).to_contain_text("Đã gửi")
    await demo.kill()
    await demo.start()
    chat = await phone.new_page()
    await chat.goto(demo.url)
    await expect(chat.locator("article.answer").last).to_contain_text("#")
    (lead,) = await store.fair_visits.leads(KEY)
    assert lead.kind is VisitKind.QUOTE
    assert await store.fair_visits.check(KEY) is None


async def test_without_a_script_it_leads_to_the_chat(browser, demo: Demo, token: str) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{demo.url}/b/{token}")
    await expect(page.get_by_role("button", name="Gửi báo giá cho tôi")).to_be_hidden()
    await page.get_by_role("link", name="Trò chuyện trên trang này").click()
    await page.locator("#wanted button").click()
    await expect(page.locator("article.answer").last).to_contain_text("Gian A1")
    assert (await page.request.get(f"{demo.url}/b/ABCD2345")).status == 404
    await context.close()
