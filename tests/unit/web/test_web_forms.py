"""The conversation in plain forms: what becomes of messages that were on their way when all was erased."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channel import Delivery
from bot.pages import words
from handlers.messages import Reply
from tests.browser.stand import House, open_app


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_app() as house:
        house.tray.speaking.clear()
        yield house


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """Someone who has a conversation already."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, cookies={"hoi-ocop": "a" * 32}) as client:
        yield client


async def posted(client: aiohttp.ClientSession, house: House, text: str) -> aiohttp.ClientResponse:
    return await client.post(f"{house.url}/chat?lang=vi", data={"text": text, "form": text}, allow_redirects=False)


async def erase(house: House, client: aiohttp.ClientSession) -> aiohttp.ClientResponse:
    """Ask for it, and let it be done as soon as it is asked for."""
    before = len(house.tray.kept)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        asking = group.create_task(posted(client, house, "/xoadulieu"))
        while len(house.tray.kept) == before:  # noqa: ASYNC110 - the request is on its way
            await asyncio.sleep(0.01)
        last = list(house.tray.kept.values())[-1]
        await house.channel.deliver(Delivery(last.person, Reply("Đã xóa.", erased=True), key="9", to=last))
    return asking.result()


async def test_who_waits_for_another_answer_is_told_that_all_is_erased(
    house: House, client: aiohttp.ClientSession
) -> None:
    async with asyncio.timeout(6), asyncio.TaskGroup() as group:
        waiting = group.create_task(posted(client, house, "một"))
        await house.tray.arrived.get()
        gone = await erase(house, client)
    for page in (gone, waiting.result()):
        assert page.status == 200
        assert "Đã xóa." in await page.text()
        assert "Max-Age=0" in page.headers["Set-Cookie"]


async def test_a_page_that_looks_again_says_that_all_is_erased(
    house: House, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.forms._WAIT_SECONDS", 0.05)
    looking = (await posted(client, house, "một")).headers["Location"]
    assert "Đang tra cứu…" in await (await client.get(house.url + looking)).text()
    monkeypatch.undo()
    await erase(house, client)
    shown = await (await client.get(house.url + looking)).text()
    assert "Đang tra cứu…" not in shown
    assert "kể cả tin nhắn này" in shown
    assert "cookie" not in shown


async def test_looking_again_ends_with_words(house: House, client: aiohttp.ClientSession) -> None:
    shown = await (await client.get(f"{house.url}/chat?lang=vi&wait=plain-1&n=40")).text()
    assert "Đang tra cứu…" not in shown
    assert "Vẫn chưa có câu trả lời" in shown


async def test_what_cannot_be_kept_now_stands_there_to_be_sent_again(
    house: House, client: aiohttp.ClientSession
) -> None:
    """Nobody types it twice, and sent again it is the same message."""
    house.tray.broken = 1
    refused = await posted(client, house, 'nem "bùi" <b>')
    page = await refused.text()
    assert refused.status == 503
    assert 'name="text" type="text" value="nem &#34;bùi&#34; &lt;b&gt;"' in page
    assert 'name="form" value="nem &#34;bùi&#34; &lt;b&gt;"' in page
    assert words.complaint("plain_typed", "vi") in page
    assert 'value="' not in (await (await client.get(f"{house.url}/chat?lang=vi")).text()).partition('id="ask"')[2][:80]
