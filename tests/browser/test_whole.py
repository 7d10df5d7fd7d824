"""The whole thing: hoi-ocop demo as a process of its own, a browser, and kill -9."""

import asyncio
import re
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Chat, OpenTab

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Demo:
    """``hoi-ocop demo`` as a process; *port* and the folder outlive it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: Process | None = None

    async def start(self) -> None:
        command = (sys.executable, "-m", "bot", "demo", "--folder", str(self.folder), "--port", str(self.port))
        self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=DEVNULL)
        async with asyncio.timeout(60):
            while b"Ctrl+C" not in (line := await self.process.stdout.readline()):
                assert line, "hoi-ocop demo ended by itself"

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()
        self.process._transport.close()


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path)
    await demo.start()
    yield demo
    await demo.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def chat(demo: Demo, tab: OpenTab) -> Chat:
    chat = await tab(PHONE)
    chat.house = demo
    await chat.open()
    return chat


async def test_a_name_leads_to_a_passport_and_its_page(chat: Chat):
    answer = await chat.ask("banh phu the dinh bang")
    await answer.get_by_role("button", name=re.compile("^Xem: Bánh phu thê")).first.click()
    whole = chat.answers.last
    await expect(whole.get_by_role("heading", level=2)).to_contain_text("Bánh phu thê")
    assert await chat.fits()
    async with chat.page.context.expect_page() as opening:
        await whole.get_by_role("link", name="Mở trang sản phẩm").click()
    page = await opening.value
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Bánh phu thê")
    await page.get_by_role("link", name="Hỏi trong khung chat").click()
    await expect(page.locator("article.answer").last.get_by_role("heading", level=2)).to_contain_text("Bánh phu thê")


async def test_the_picture_of_a_label_leads_to_its_product(chat: Chat, demo: Demo):
    # The chat answers before the labels are drawn.
    async with asyncio.timeout(20):
        while not (labels := sorted((demo.folder / "labels").glob("*.png"))):  # noqa: ASYNC110 - another process draws
            await asyncio.sleep(0.1)
    label = labels[0]
    await chat.page.locator("#camera-file").set_input_files(label)
    card = chat.answers.first.locator(".card.whole")
    await expect(card).to_be_visible(timeout=20000)
    await expect(card.get_by_role("link", name="Mở trang sản phẩm")).to_have_attribute(
        "href", re.compile(rf"/p/{label.stem}$")
    )


async def test_who_photographed_a_label_gives_points_that_outlive_a_kill(chat: Chat, demo: Demo):
    async with asyncio.timeout(20):
        while not (labels := sorted((demo.folder / "labels").glob("*.png"))):  # noqa: ASYNC110 - another process draws
            await asyncio.sleep(0.1)
    await chat.page.locator("#camera-file").set_input_files(labels[0])
    card = chat.answers.last.locator(".card.whole")
    await expect(card).to_be_visible(timeout=20000)
    page = await card.get_by_role("link", name="Mở trang sản phẩm").get_attribute("href")
    await card.get_by_role("button", name="Chấm điểm").click()
    await expect(chat.answers.last).to_contain_text("không phải sao OCOP")
    assert await chat.fits()
    await chat.answers.last.get_by_role("button", name="4 điểm").click()
    await expect(chat.answers.last).to_contain_text("Viết một câu")
    answer = await chat.ask("Thơm, đúng vị quê nhà")
    await expect(answer).to_contain_text("không kèm tên bạn")
    assert await chat.fits()
    await demo.kill()
    await demo.start()
    await chat.page.goto(f"{demo.url}{page}" if page.startswith("/") else page)
    buyers = chat.page.locator("#buyers")
    await expect(buyers).to_contain_text("1 người mua")
    await expect(buyers).to_contain_text("“Thơm, đúng vị quê nhà”")
    assert await chat.fits()


async def test_killing_the_server_loses_no_message_and_repeats_no_answer(chat: Chat, demo: Demo):
    asked = [f"nem {number}" for number in range(30)]

    async def kill_twice(again: Callable[[], Awaitable[None]]) -> None:
        for _ in range(2):
            await asyncio.sleep(0.15)
            await demo.kill()
            await again()

    async with asyncio.TaskGroup() as group:
        group.create_task(kill_twice(demo.start))
        for text in asked:
            await chat.box.fill(text)
            await chat.box.press("Enter")
    await expect(chat.said).to_have_count(len(asked))
    await expect(chat.answers).to_have_count(len(asked), timeout=60000)
    await expect(chat.page.locator("#typing")).to_be_hidden()
    await chat.page.reload()
    await chat.page.wait_for_timeout(500)
    await expect(chat.answers).to_have_count(len(asked))
