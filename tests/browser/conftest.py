"""A real Chromium against a real server, at the widths people have."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.browser.stand import House, open_app

# What must come is waited for, on a loaded machine too.
expect.set_options(timeout=30_000)

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
PAGES = "Các trang của bàn làm việc"
DESKTOP, PHONE, NARROW = (1280, 860), (360, 740), (320, 600)
SIZES = {DESKTOP: "desktop", PHONE: "phone", NARROW: "narrow phone"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is here as browser tests, and leave them out where there is no browser, but never in CI."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    in_ci = os.environ.get("CI")  # noqa: TID251 - the tests read one variable that is no setting of ours
    if Path(CHROMIUM).exists() or in_ci or not ours:
        return
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]
    why = f"{len(ours)} browser tests left out: no {CHROMIUM} here (make test installs it)"
    config.get_terminal_writer().line(f"\n{why}")


MEASURE = """async (wanted) => {
  const ends = (each) => Number.isFinite(each.effect.getComputedTiming().endTime);
  await Promise.allSettled(document.getAnimations().filter(ends).map((each) => each.finished));
  return [...document.querySelectorAll(wanted)]
    .map((node) => [node.outerHTML.slice(0, 160), node.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height > 0)
    .map(([name, box]) => [name, Math.round(100 * Math.min(box.width, box.height)) / 100]);
}"""


async def measure_targets(page: Page, wanted: str) -> dict[str, float]:
    """The smaller side of each visible element that *wanted* selects, once no animation that ends is under way.

    In hundredths of a pixel: how a browser lays out fractions differs from one machine to the next.
    """
    return dict(await page.evaluate(MEASURE, wanted))


async def open_board_menu(page: Page, name: str = "Pages of the board") -> Locator:
    """The pages of the board; where a phone folds them they are opened first, by the keyboard."""
    menu = page.get_by_role("navigation", name=name)
    opener = menu.locator("summary")
    if await opener.is_visible() and not await menu.get_by_role("link").count():
        await opener.focus()
        await page.keyboard.press("Enter")
        await expect(menu.get_by_role("link").first).to_be_visible()
    return menu


@dataclass
class Chat:
    """What a person sees and does in one tab, and what the browser complained about."""

    page: Page
    house: House
    complaints: list[str] = field(default_factory=list)

    @property
    def answers(self) -> Locator:
        return self.page.locator("article.answer")

    @property
    def said(self) -> Locator:
        return self.page.locator(".said")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("combobox")

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.house.url + path)

    async def ask(self, text: str) -> Locator:
        """Type *text*, send it, and wait for one more answer."""
        before = await self.answers.count()
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.answers).to_have_count(before + 1)
        return self.answers.last

    async def fits(self) -> bool:
        """Whether nothing reaches beyond the right edge."""
        return await self.page.evaluate(
            "() => [document.documentElement, document.getElementById('scroller') ?? document.body]"
            ".every((node) => node.scrollWidth <= node.clientWidth)"
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with open_app(answering=True) as house:
        yield house


OpenTab = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture(loop_scope="module")
async def tab(browser: Browser, house: House) -> AsyncIterator[OpenTab]:
    """Open a tab of some size; whatever the browser complains about fails the test."""
    chats: list[Chat] = []
    contexts: list[BrowserContext] = []

    async def opened(
        size: tuple[int, int] = DESKTOP, *, context: BrowserContext | None = None, path: str = "/", **more: Any
    ) -> Chat:
        phone = size != DESKTOP
        viewport = {"width": size[0], "height": size[1]}
        if context is None:
            more.setdefault("locale", "vi-VN")
            context = await browser.new_context(viewport=viewport, is_mobile=phone, has_touch=phone, **more)
            contexts.append(context)
        chat = Chat(await context.new_page(), house)
        chats.append(chat)
        listen(chat)
        await chat.open(path)
        return chat

    yield opened
    for context in contexts:
        await context.close()
    assert [complaint for chat in chats for complaint in chat.complaints] == []


def listen(chat: Chat) -> None:
    """Keep what the browser complains about; that a server went away is what some tests are about."""

    def heard(message: Any) -> None:
        away = "WebSocket connection to" in message.text or "ERR_CONNECTION" in message.text
        refused = "status of 4" in message.text or "status of 5" in message.text
        if message.type in {"error", "warning"} and not away and not refused:
            chat.complaints.append(message.text)

    chat.page.on("console", heard)
    chat.page.on("pageerror", lambda error: chat.complaints.append(str(error)))
