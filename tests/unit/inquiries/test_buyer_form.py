"""The form of buyers in bulk, without a script: into one's own messenger or the web chat; and the memorandum's page."""

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.buyer_pages import BuyerPages
from catalog.buyers.demand import DemandPart
from tests.town import Town
from tests.unit.inquiries.conftest import Folk

Client = TestClient[web.Request, web.Application]
FILLED = {"product": "nem chua", "volume": "2 tấn", "months": "6-7", "place": "Đình Tổ", "stars": "4", "lang": "vi"}


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(BuyerPages(town.context, town.inbox).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_link_from_the_chat_answers_in_that_chat(town: Town, folk: Folk, client: Client) -> None:
    await folk.lan("tìm nguồn hàng")
    url = next(each.url for each in folk.lan.reply.choices if each.url)
    page = await (await client.get(url.removeprefix("https://ocop.test"))).text()
    proof = re.search(r'name="for" value="([^"]+)"', page)
    assert proof is not None
    assert "<script" not in page
    response = await client.post("/chat/buy", data={**FILLED, "for": proof[1], "form": "a"})
    assert "Câu trả lời đến trong cuộc chat của bạn" in await response.text()
    await town.settle()
    assert folk.lan.last.startswith("Bạn cần: nem chua, 2 tấn, tháng 6-7, giao tại Đình Tổ, từ 4 sao.")
    bad = await client.post("/chat/buy", data={**FILLED, "for": "x" * 30})
    assert bad.status == 422
    assert "nem chua" in await bad.text(), "nothing that was entered is lost"


async def test_what_cannot_be_read_is_asked_back_once(town: Town, client: Client) -> None:
    bad = await client.post("/chat/buy", data={**FILLED, "volume": "nhiều"})
    page = await bad.text()
    assert bad.status == 422
    assert "Tôi chưa đọc được “nhiều”" in page
    assert 'value="nhiều"' in page
    again = await client.post("/chat/buy", data={**FILLED, "volume": "nhiều", "again": "1"}, allow_redirects=False)
    assert again.status == 303
    assert again.headers["Location"].startswith("/chat?lang=vi&wait=buy-")
    assert "hoi-ocop=" in again.headers["Set-Cookie"]
    nothing = await client.post("/chat/buy", data={"lang": "vi"})
    assert "Hãy viết bạn tìm mặt hàng gì." in await nothing.text()
    other = await client.post("/chat/buy", data=FILLED, headers={"Origin": "https://evil.example"})
    assert other.status == 403


async def test_a_form_filled_to_its_ends_is_read_as_a_form(town: Town, folk: Folk, client: Client) -> None:
    await folk.lan("tìm nguồn hàng")
    url = next(each.url for each in folk.lan.reply.choices if each.url)
    proof = parse_qs(urlsplit(url).query)["for"][0]
    await folk.lan.tap("Bỏ")
    said = {**FILLED, "months": "tháng 6-7", "packing": "đóng thùng", "price": "20-30k/kg"}
    filled = {str(part): f"{said[part]}{' nhé' * 30}"[:80] for part in DemandPart}
    await client.post("/chat/buy", data={**filled, "for": proof, "again": "1", "lang": "vi"})
    await town.settle()
    assert folk.lan.last.startswith("Bạn cần: nem chua")


async def test_a_memorandum_that_is_not_there(client: Client) -> None:
    response = await client.get("/m/nothing?lang=en")
    assert response.status == 404
    assert "Ask for the paper again" in await response.text()
