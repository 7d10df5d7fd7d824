"""Fairs on the web: the calendar, each fair with its plan, and files for calendars; in both languages."""

import re
from collections.abc import AsyncIterator

import icalendar
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.metrics import Metrics
from bot.server import ServerState, application
from handlers.context import Context
from tests.fairs import LAN, SPRING, give_booth, hold

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(context: Context) -> AsyncIterator[Client]:
    fair = await hold(context.store)
    await give_booth(context.store, fair, "A2", holder="<b>Tỉnh bạn</b>")
    app = application(ServerState(context, Metrics(), {}, {}, lambda: 0))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_anybody_reads_the_calendar_in_their_language(client: Client) -> None:
    response = await client.get("/fairs", headers={"Accept-Language": "en"})
    page = await response.text()
    assert response.status == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert page.index("Hội chợ OCOP Xuân 2027") < page.index("Fairs that are over") < page.index("Hội chợ Mùa Thu 2025")
    assert 'href="/lich.ics"' in page
    vietnamese = await (await client.get("/fairs?lang=vi")).text()
    assert "Hội chợ đã qua" in vietnamese
    assert f'href="/fairs/{SPRING.key}?lang=vi"' in vietnamese


async def test_a_fair_has_a_page_with_its_plan(client: Client) -> None:
    page = await (await client.get(f"/fairs/{SPRING.key}?lang=vi")).text()
    assert "Kế hoạch 12/KH-SCT" in page
    assert len(re.findall(r"<rect ", page)) == 3
    assert 'id="A2"' in page
    assert "&lt;b&gt;Tỉnh bạn&lt;/b&gt;" in page
    assert "destination=21.18000,106.07000" in page
    assert f'href="/fairs/{SPRING.key}.ics"' in page
    over = await (await client.get("/fairs/ocop-bac-ninh-2022?lang=vi")).text()
    assert ".ics" not in over
    assert "350 gian hàng, theo nguồn tin" in over


async def test_a_fair_that_is_not_there(client: Client) -> None:
    for path in ("/fairs/nothing", "/fairs/nothing.ics"):
        response = await client.get(path, headers={"Accept-Language": "en"})
        assert response.status == 404
        assert "All fairs" in await response.text()


async def test_the_calendars_are_read_by_calendars(client: Client, context: Context) -> None:
    response = await client.get("/lich.ics")
    assert response.content_type == "text/calendar"
    every = icalendar.Calendar.from_ical(await response.read())
    assert len(every.walk("VEVENT")) == 7
    one = icalendar.Calendar.from_ical(await (await client.get(f"/fairs/{SPRING.key}.ics")).read())
    (event,) = one.walk("VEVENT")
    assert event["URL"] == f"https://ocop.test/fairs/{SPRING.key}"
    fair = await context.store.fairs.by_key(SPRING.key)
    await context.store.fairs.remove_booth(fair.key, (await context.store.fairs.booths(fair.key))[0].number, by=LAN)
    assert len(re.findall(r"<rect ", await (await client.get(f"/fairs/{SPRING.key}")).text())) == 2
