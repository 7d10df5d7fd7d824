"""On other sites: one script tag, however it is written, and words with a link wherever the frame may not be shown."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from bot.channel import Delivery
from bot.channels.web import Settings
from handlers.messages import Reply
from tests.browser.stand import House, Tray, answer_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLASSIC = '<script src="{house}/embed.js" async></script>'
REFUSED = "Khung chat không mở được ngay trong trang này."
# What README tells a site with a policy of its own to allow.
POLICY = "default-src 'self'; script-src {house}; frame-src {house}"


def served(text: Callable[[web.Request], str], policy: str = "") -> web.RouteDef:
    async def site(request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy.format(house=request.query["house"])} if policy else {}
        return web.Response(text=text(request), content_type="text/html", headers=headers)

    return web.get("/site", site)


@asynccontextmanager
async def site_with(tag: str, *, policy: str = "", listed: bool = True, sandbox: str = "") -> AsyncIterator[tuple]:
    """A commune's site that shows *tag*, and the house whose chat it is; yields both and the site's address."""

    def text(request: web.Request) -> str:
        page = f'<!doctype html><html lang="vi"><h1>Xã</h1>{tag.format(house=request.query["house"])}</html>'
        if not sandbox:
            return page
        inner = page.replace("&", "&amp;").replace('"', "&quot;")
        return f'<!doctype html><iframe width="900" height="700" sandbox="{sandbox}" srcdoc="{inner}"></iframe>'

    commune = House(Tray(), Settings(), extra=[served(text, policy)])
    await commune.start()
    origin = commune.url.replace("127.0.0.1", "localhost")
    chats = House(Tray(), Settings(origins=origin if listed else ""))
    chats.tray.speaking.set()
    await chats.start()
    try:
        yield chats, f"{origin}/site?house={chats.url}"
    finally:
        await chats.stop()
        await commune.stop()


async def opened(browser: Browser, address: str) -> Page:
    page = await browser.new_page(locale="vi-VN")
    await page.goto(address)
    return page


@pytest.mark.parametrize(
    ("tag", "policy"),
    [
        (CLASSIC, ""),
        ('<script type="module" src="{house}/embed.js"></script>', ""),
        ('<script crossorigin="anonymous" src="{house}/embed.js"></script>', ""),
        ('<script type="module">import "{house}/embed.js"</script>', ""),
        (CLASSIC, POLICY),
    ],
    ids=["async", "module", "crossorigin", "imported", "a policy as README says"],
)
async def test_the_chat_opens_and_talks(browser: Browser, tag: str, policy: str):
    async with site_with(tag, policy=policy) as (chats, address):
        page = await opened(browser, address)
        await page.get_by_role("button", name="Mở khung chat Hỏi OCOP").click()
        inside = page.frame_locator("iframe")
        await inside.get_by_role("combobox").fill("thẻ")
        await inside.get_by_role("combobox").press("Enter")
        incoming = await chats.tray.arrived.get()
        await chats.say(incoming, answer_of(incoming))
        await expect(inside.locator("article.answer")).to_have_count(1)
        await page.get_by_role("button", name="Đóng khung chat").click()
        await expect(page.locator("iframe")).to_be_hidden()
        await chats.channel.deliver(Delivery(incoming.person, Reply("Nhà sản xuất trả lời."), key="9"))
        await page.get_by_role("button", name="Mở khung chat Hỏi OCOP (có tin mới)").click()
        await expect(inside.locator("article.answer")).to_have_count(2)
        await page.get_by_role("button", name="Đóng khung chat").press("Escape")
        await expect(page.get_by_role("button", name="Mở khung chat Hỏi OCOP", exact=True)).to_be_focused()
        await page.close()


@pytest.mark.parametrize(
    "ways",
    [
        {"listed": False},
        {"policy": "default-src 'self'; script-src {house}"},
        {"policy": "script-src {house}; child-src 'none'"},
        {"sandbox": "allow-scripts"},
        {"sandbox": "allow-scripts allow-popups", "listed": False},
    ],
    ids=["not listed", "no frame-src", "child-src", "sandboxed", "sandboxed and not listed"],
)
async def test_where_the_frame_may_not_be_shown_it_is_said_in_words(browser: Browser, ways: dict):
    async with site_with(CLASSIC, **ways) as (chats, address):
        page = await opened(browser, address)
        there = page.frame_locator("iframe").first if "sandbox" in ways else page
        await there.get_by_role("button", name="Mở khung chat Hỏi OCOP").click()
        await expect(there.get_by_text(REFUSED)).to_be_visible(timeout=10000)
        link = there.get_by_role("link", name="Mở khung chat ở thẻ riêng")
        await expect(link).to_have_attribute("href", f"{chats.url}/?lang=vi")
        await expect(link).to_have_attribute("rel", "noopener")
        await expect(there.locator("#hoi-ocop-chat iframe")).to_have_count(0)
        await there.get_by_role("button", name="Đóng khung chat").click()
        await expect(there.get_by_text(REFUSED)).to_be_hidden()
        await page.close()


async def test_a_chat_in_a_locked_frame_says_so_with_a_way_out(browser: Browser):
    tag = '<iframe sandbox="allow-scripts" src="{house}/"></iframe>'
    async with site_with(tag) as (_, address):
        page = await opened(browser, address)
        inside = page.frame_locator("iframe")
        await expect(inside.get_by_text("khung bị khóa")).to_be_visible()
        await expect(inside.get_by_role("link", name="Mở khung chat Hỏi OCOP")).to_have_attribute(
            "href", re.compile(r"^/\?lang=vi")
        )
        await page.close()
