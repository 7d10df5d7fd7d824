"""A fair with the real process: a booth's page on a phone, light and patient with the network; what officers see."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import pytest_asyncio
from openpyxl import load_workbook
from playwright.async_api import Browser, BrowserContext, Page, Response, expect

from catalog.audit import Doer
from catalog.dates import VIET_NAM
from catalog.fairs.visits import VisitKind
from catalog.officers import Grant, OfficerRole
from catalog.store import Store, open_store
from handlers.own_codes import new_code
from tests.browser.bars import find_faults
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_whole import Demo
from tests.fairs import LAN, give_booth, hold

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "hoi-cho-ocop-xuan-2027"
XUAN_LUONG = "07246"


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path)
    await demo.start()
    yield demo
    await demo.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def store(demo: Demo) -> AsyncIterator[Store]:
    (file,) = demo.folder.glob("*.db")
    key = await asyncio.to_thread(file.with_name(f"{file.name}.key").read_text)
    async with open_store(f"sqlite:///{file}", keys=[key.strip()]) as store:
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


async def sign_in(browser: Browser, demo: Demo, store: Store, grant: Grant, size: tuple[int, int]) -> Page:
    """A page of an officer with that grant."""
    officer = await store.officers.add("Nguyễn Thị Hạnh", grant, by=Doer())
    code = new_code()
    await store.officers.make_link(officer.number, code, expires_at=time.time() + 600, by=Doer())
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{demo.url}/board/sign-in/{code}")
    await page.locator("main button").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Hạnh")
    return page


async def fetch_linked(page: Page, demo: Demo, link: str) -> bytes:
    """The file behind a link of the page."""
    where = await page.get_by_role("link", name=link, exact=True).get_attribute("href")
    response = await page.request.get(f"{demo.url}{where}")
    assert response.status == 200
    return await response.body()


async def test_a_commune_sees_who_is_silent_and_the_province_the_plan_and_the_report(
    browser: Browser, phone: BrowserContext, demo: Demo, store: Store, token: str
) -> None:
    await scanned(phone, demo, token)
    fair = await store.fairs.by_key(KEY)
    ((maker, _), *_) = await store.producers_named("HTX Thân Trường")
    ((other, _), *_) = await store.producers_named("Cơ sở bánh phu thê Minh Thu")
    await store.fair_invitations.invite(fair, [maker, other], by=LAN, tell=lambda _: ())
    since = fair.starts
    commune = await sign_in(browser, demo, store, Grant(OfficerRole.COMMUNE, since, commune=XUAN_LUONG), PHONE)
    await commune.goto(f"{demo.url}/board/fairs/{KEY}/producers?show=silent")
    cards = commune.locator("ul.rows li")
    await expect(cards).to_have_count(1)
    await expect(cards).to_contain_text("HTX Thân Trường")
    assert await find_faults(commune) == []
    await cards.get_by_text("Ghi câu trả lời qua điện thoại").click()
    await cards.get_by_label("Trả lời").select_option("yes")
    await cards.get_by_role("button", name="Lưu").click()
    await expect(commune.get_by_role("status")).to_be_visible()

    province = await sign_in(browser, demo, store, Grant(OfficerRole.PROVINCE, since), DESKTOP)
    await province.goto(f"{demo.url}/board/fairs/{KEY}")
    await expect(province.locator("svg a")).to_have_count(3)
    await expect(province.get_by_role("row", name="A1")).to_contain_text("HTX Thân Trường")
    assert await find_faults(province) == []
    await province.get_by_role("link", name="Báo cáo", exact=True).click()
    await expect(province.get_by_role("row", name="Lượt khách").first).to_contain_text("1")
    assert await find_faults(province) == []
    workbook = load_workbook(BytesIO(await fetch_linked(province, demo, "Excel")))
    assert ("Lượt khách", 1) in [row[:2] for row in workbook.worksheets[1].iter_rows(values_only=True)]
    assert (await fetch_linked(province, demo, "Biên bản (PDF)")).startswith(b"%PDF")
    await province.get_by_role("row", name="Sản phẩm trưng bày").get_by_role("link").click()
    await expect(province.get_by_role("cell", name="HTX Thân Trường").first).to_be_visible()
    assert await find_faults(province) == []
    await commune.context.close()
    await province.context.close()
