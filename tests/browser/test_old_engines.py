"""The chat in Chromium of 2019 and 2020, as old phones and in-app browsers have it.

Playwright speaks to none of them, so a few lines of the DevTools protocol do.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.browser.stand import open_app

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENGINES = sorted(Path(__file__).parents[2].joinpath(".old-browsers").glob("*/chromium"))
FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--single-process",
    "--no-zygote",
    "--disable-dev-shm-usage",
    "--use-gl=swiftshader",
    "--remote-debugging-port=0",
)
ABSENT = [pytest.param(None, marks=pytest.mark.skip(reason="no old Chromium here: make old-browsers fetches three"))]
old_engines = pytest.mark.parametrize("engine", ENGINES or ABSENT, ids=lambda engine: engine and engine.parent.name)


class Tab:
    """One page of an old browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0
        self.thrown: list[Any] = []

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        self._calls += 1
        await self._socket.send_str(json.dumps({"id": self._calls, "method": method, "params": params}))
        while True:
            said = json.loads(await self._socket.receive_str(timeout=20))
            if said.get("method") == "Runtime.exceptionThrown":
                self.thrown.append(said["params"])
            if said.get("id") == self._calls:
                # Between two pages nothing can be evaluated: there is no result, only an error.
                return said.get("result", {})

    async def get(self, expression: str) -> Any:
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found.get("result", {}).get("value")

    async def wait(self, expression: str) -> None:
        async with asyncio.timeout(20):
            while not await self.get(expression):  # noqa: ASYNC110 - another process draws
                await asyncio.sleep(0.1)

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.wait(
            f"document.readyState === 'complete' && location.href.startsWith({json.dumps(url.partition('?')[0])})"
        )

    async def ask(self, text: str) -> None:
        await self.wait("document.getElementById('send') !== null")
        before = await self.get("document.querySelectorAll('article.answer').length")
        await self.get(f"document.getElementById('ask').value = {json.dumps(text)}")
        await self.get("document.getElementById('send').click()")
        await self.wait(f"document.querySelectorAll('article.answer').length > {before}")

    async def press(self, label: str) -> None:
        named = f"button => button.textContent.includes({json.dumps(label)})"
        await self.get(f"[...document.querySelectorAll('button')].filter({named}).pop().click()")


@asynccontextmanager
async def running(engine: Path, home: Path) -> AsyncIterator[Tab]:
    environment = {"LD_LIBRARY_PATH": str(engine.parent / "lib"), "HOME": str(home), "PATH": os.defpath}
    process = await asyncio.create_subprocess_exec(
        engine,
        *FLAGS,
        f"--user-data-dir={home}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as client:
            address = await _page(client, await _port(home / "DevToolsActivePort"))
            async with client.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                await tab.call("Page.enable")
                await tab.call("Runtime.enable")
                yield tab
    finally:
        process.kill()
        await process.communicate()


async def _port(noted: Path) -> str:
    while not (noted.exists() and (text := noted.read_text())):  # noqa: ASYNC110, ASYNC240 - another process writes it
        await asyncio.sleep(0.1)
    return text.partition("\n")[0]


async def _page(client: aiohttp.ClientSession, port: str) -> str:
    """Where its one page can be spoken to, once it is there."""
    while True:
        async with client.get(f"http://127.0.0.1:{port}/json") as answer:
            for page in json.loads(await answer.text()):
                if page["type"] == "page" and page["url"] == "about:blank":
                    return page["webSocketDebuggerUrl"]
        await asyncio.sleep(0.2)


@old_engines
@pytest.mark.parametrize("blocked", ["", "*/static/*.js*"], ids=["as it is", "where our script cannot be read"])
async def test_ask_see_the_passport_turn_pages_and_come_back(engine: Path, blocked: str, tmp_path: Path):
    async with open_app(answering=True) as house, running(engine, tmp_path) as tab:
        if blocked:
            await tab.call("Network.enable")
            await tab.call("Network.setBlockedURLs", urls=[blocked])
        await tab.open(f"{house.url}/?lang=vi")
        await tab.ask("thẻ")
        assert "Còn hiệu lực đến 31/08/2027" in await tab.get("document.querySelector('.verdict').textContent")
        await tab.ask("danh sách")
        await tab.press("Trang sau")
        await tab.wait("document.body.textContent.includes('Danh sách, trang 2')")
        await tab.open(f"{house.url}/chat?lang=vi" if blocked else f"{house.url}/?lang=vi")
        await tab.wait("document.body.textContent.includes('Danh sách, trang 2')")
        assert await tab.get("document.body.classList.contains('live')") is not bool(blocked)
        await tab.get("document.querySelector('#menu summary').click()")
        assert await tab.get("document.getElementById('find').getClientRects().length") == 1
        await tab.get("document.getElementById('larger').click()")
        await tab.wait("getComputedStyle(document.documentElement).fontSize === '21px'")
        assert tab.thrown == []
