"""Without a script, and where ours cannot be read, the same page works as plain forms."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.channel import Delivery
from bot.channels.web import frames
from handlers.messages import Reply, Tap
from tests.browser.conftest import PHONE
from tests.browser.stand import NASTY, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", params=["scripts are off", "our script cannot be read"])
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    viewport = {"width": PHONE[0], "height": PHONE[1]}
    off = request.param == "scripts are off"
    context = await browser.new_context(viewport=viewport, locale="vi-VN", java_script_enabled=not off)
    if not off:
        await context.route(
            re.compile(r"/static/.*\.js"),
            lambda route: route.fulfill(body="let a = ;", content_type="text/javascript"),
        )
    yield await context.new_page()
    await context.close()


async def ask(page: Page, text: str) -> None:
    await page.get_by_role("combobox").fill(text)
    await page.get_by_role("button", name="Gửi").click()


async def test_ask_see_the_passport_turn_pages_and_choose(page: Page, house: House):
    await page.goto(house.url)
    await expect(page.get_by_role("button", name="Chọn ảnh")).to_be_hidden()
    await ask(page, "thẻ")
    answer = page.locator("article.answer").last
    await expect(answer.get_by_role("heading", name="Vải thiều Lục Ngạn")).to_be_visible()
    await expect(answer.locator(".verdict")).to_contain_text("Còn hiệu lực đến 31/08/2027")
    await expect(answer.get_by_role("link", name="0912 345 678", exact=True)).to_have_attribute(
        "href", "tel:+84-91-234-56-78"
    )
    await ask(page, "danh sách")
    await expect(page.locator("header.top h1")).to_be_in_viewport()
    await expect(page.locator("#newest")).to_be_in_viewport()
    await page.get_by_role("button", name="Trang sau →").last.click()
    await expect(page.locator("article.answer")).to_have_count(3)
    await expect(page.locator("article.answer").last).to_contain_text("Danh sách, trang 2")
    await page.get_by_role("button", name=re.compile("^Xem: ")).last.click()
    await expect(page.locator("article.answer").last.get_by_role("heading", level=2)).to_contain_text("p san-pham-9")
    await expect(page.locator(".said .bubble")).to_have_text(["thẻ", "danh sách", "Trang sau →", "Xem"])
    assert await page.locator("body").evaluate("body => body.scrollWidth") <= PHONE[0]


async def test_loading_again_sends_nothing_again_and_coming_back_finds_it(page: Page, house: House):
    await page.goto(house.url)
    await ask(page, "một")
    await expect(page.locator("article.answer")).to_have_text(re.compile(r"\[vi\] một"))
    await page.reload()
    assert len(house.tray.kept) == 1
    await page.goto(house.url)
    await page.get_by_role("link", name="Xem lại cuộc trò chuyện").click()
    await expect(page.locator("article.answer")).to_have_count(1)


async def test_an_answer_that_takes_long_is_waited_for(page: Page, house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.channels.web.forms._WAIT_SECONDS", 0.05)
    house.tray.speaking.clear()
    await page.goto(house.url)
    await ask(page, "một")
    await expect(page.get_by_text("Đang tra cứu…")).to_be_visible()
    house.tray.speaking.set()
    await page.get_by_role("link", name="Xem lại", exact=True).click()
    await expect(page.locator("article.answer")).to_contain_text("[vi] một")


async def test_the_language_is_changed_by_a_button(page: Page, house: House):
    await page.goto(house.url)
    await page.locator("#languages summary").click()
    await page.get_by_role("button", name="English").click()
    await ask_in_english(page, "hello")
    await expect(page.locator("article.answer")).to_contain_text("[en] hello")


async def test_larger_type_and_the_menu_need_no_script(page: Page, house: House):
    size = "getComputedStyle(document.documentElement).fontSize"
    await page.goto(house.url)
    await ask(page, "thẻ")
    await page.get_by_role("button", name="Chữ to").click()
    await expect(page.get_by_role("button", name="Chữ to")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("article.answer")).to_have_count(1)
    await page.goto(house.url)
    assert await page.evaluate(size) == "21px"
    await page.locator("#menu summary").click()
    await expect(page.get_by_role("button", name="Gửi ảnh nhãn")).to_be_hidden()
    await page.get_by_role("button", name="Câu hỏi của tôi").click()
    await expect(page.locator("article.answer")).to_have_count(2)
    assert str(list(house.tray.kept.values())[-1].content.action) == "mine"
    assert await page.locator("body").evaluate("body => body.scrollWidth") <= PHONE[0]
    await page.get_by_role("button", name="Chữ to").click()
    await expect(page.get_by_role("button", name="Chữ to")).to_have_attribute("aria-pressed", "false")
    assert await page.evaluate(size) == "16px"


async def ask_in_english(page: Page, text: str) -> None:
    await page.get_by_role("combobox").fill(text)
    await page.get_by_role("button", name="Send").click()


async def test_links_into_the_chat_are_buttons(page: Page, house: House):
    await page.goto(f"{house.url}/?p=vai-thieu")
    await page.get_by_role("button", name="Xem sản phẩm").click()
    await expect(page.get_by_role("heading", level=2, name="p vai-thieu")).to_be_visible()
    await page.goto(f"{house.url}/?j=ABCD2345")
    assert len(house.tray.kept) == 1
    await page.get_by_role("button", name="Tham gia").click()
    await expect(page.locator("article.answer")).to_have_count(2)
    assert str(list(house.tray.kept.values())[-1].content.action) == "join ABCD2345"


async def test_what_others_wrote_is_text_here_too(page: Page, house: House):
    await page.goto(house.url)
    await ask(page, "độc")
    answer = page.locator("article.answer")
    await expect(answer.locator(".warning")).to_contain_text("<img src=x")
    await expect(answer.locator("script, img")).to_have_count(0)
    await expect(answer.locator("a", has_text="đừng chạm")).to_have_count(0)
    await ask(page, f"https://htx.example/a {NASTY}")
    await expect(page.locator("article.answer").last.locator(".words a")).to_have_attribute(
        "href", "https://htx.example/a"
    )
    assert await page.title() == "Hỏi OCOP"


# Over bare HTTP ---------------------------------------------------------------------------------------------------


async def posted(client: aiohttp.ClientSession, house: House, **sent: str) -> aiohttp.ClientResponse:
    return await client.post(f"{house.url}/chat", data=sent, allow_redirects=False)


async def test_the_cookie_is_for_us_only_and_leaves_with_what_is_erased(house: House):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        first = await posted(client, house, text="một", form="f1", lang="en")
        cookie = first.headers["Set-Cookie"]
        assert first.status == 303
        assert {"HttpOnly", "SameSite=Lax", "Path=/chat"} <= set(cookie.split("; "))
        token = re.match(r"hoi-ocop=([0-9a-f]{32});", cookie)[1]
        [incoming] = house.tray.kept.values()
        assert (incoming.person.address, incoming.person.language) == (frames.address_of(token), "en")
        assert (await posted(client, house, text="một", form="f1", lang="en")).status == 303
        assert len(house.tray.kept) == 1, "sent twice, taken once"
        house.tray.speaking.clear()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            waiting = group.create_task(posted(client, house, tap="xoadulieu yes", form="f2"))
            while len(house.tray.kept) < 2:  # noqa: ASYNC110 - the request is on its way
                await asyncio.sleep(0.01)
            last = list(house.tray.kept.values())[-1]
            assert isinstance(last.content, Tap)
            await house.channel.deliver(Delivery(last.person, Reply("Đã xóa.", erased=True), key="9", to=last))
        gone = waiting.result()
        assert "Đã xóa." in await gone.text()
        assert "Max-Age=0" in gone.headers["Set-Cookie"]


async def test_no_other_site_may_post_a_form(house: House):
    async with aiohttp.ClientSession() as client:
        for origin in ("https://evil.example", "null"):
            answer = await client.post(f"{house.url}/chat", data={"text": "x"}, headers={"Origin": origin})
            assert answer.status == 403
        large = await client.post(f"{house.url}/chat", data={"text": "x" * 200_000})
        assert large.status == 413
        nothing = await posted(client, house, text="  ", form="f")
        assert nothing.status == 303
    assert house.tray.kept == {}


async def test_without_cookies_and_without_a_store_it_is_said_in_words(house: House):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        shown = await client.post(f"{house.url}/chat", data={"text": "một", "lang": "vi"})
        assert "không giữ cookie" in await shown.text()
        house.tray.broken = 1
        refused = await client.post(f"{house.url}/chat", data={"text": "hai", "lang": "vi"})
        assert (refused.status, "gửi lại" in await refused.text()) == (503, True)
        house.tray.broken = 1
        cookie = {"Cookie": f"hoi-ocop={'a' * 32}"}
        away = await client.get(f"{house.url}/chat", headers=cookie)
        assert away.status == 503


async def test_only_the_last_are_drawn_and_older_ones_are_a_link_away(house: House):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        for number in range(25):
            await posted(client, house, text=f"hỏi {number}", form=str(number), lang="vi")
        shown = await (await client.get(f"{house.url}/chat?lang=vi")).text()
        assert "[vi] hỏi 4<" not in shown
        assert "[vi] hỏi 5<" in shown
        older = re.search(r'href="(/chat\?[^"]*before=\d+)"', shown)[1].replace("&amp;", "&")
        assert "[vi] hỏi 4<" in await (await client.get(house.url + older)).text()
