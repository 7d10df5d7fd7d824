"""Updates posted to us: verified, kept, acknowledged, in that order."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from aiohttp import ClientSession

from bot.channel import Health
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import HEADER, PATH
from tests.stands.telegram import TOKEN, BotApi, Someone
from tests.stands.telegram.house import House, echo, serving, until
from tests.unit.telegram.conftest import Live

SECRET = "mot-hai-ba"


@asynccontextmanager
async def posted(live: Live, house: House, *, token: str = TOKEN) -> AsyncIterator[tuple[TelegramChannel, str]]:
    async with live(house, mode="webhook", webhook_secret=SECRET, token=token) as channel, serving(channel) as address:
        if token == TOKEN:
            await until(lambda: channel.condition().health is Health.UP)
        yield channel, address + PATH


async def test_telegram_is_told_where_and_with_which_secret(api: BotApi, live: Live) -> None:
    async with posted(live, House(echo)):
        assert api.webhook["url"] == "https://ocop.example/telegram/webhook"
        assert api.webhook["secret_token"] == SECRET
        assert set(api.webhook["allowed_updates"]) == {"message", "edited_message", "callback_query", "inline_query"}


async def test_what_is_posted_is_answered_once_however_often(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with posted(live, house) as (_, address):
        lan.say("nem")
        for number in range(3):
            lan.photo(b"%d" % number, album="1")
        assert await api.push(address, most=3) == [200] * 12
        await until(lambda: len(api.made("sendMessage")) == 2)
        assert house.again == 2


async def test_a_full_store_is_said_and_nothing_is_lost(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo, full=True)
    async with posted(live, house) as (_, address):
        lan.say("nem")
        assert await api.push(address) == [503]
        house.full = False
        assert await api.push(address) == [200]
        await until(lambda: api.made("sendMessage"))


@pytest.mark.parametrize("secret", ["", "mot-hai-b", "mot-hai-bb", "mot-hai-ba ba", "một", "MOT-HAI-BA"])
async def test_a_wrong_secret_is_refused(api: BotApi, lan: Someone, live: Live, secret: str) -> None:
    house = House(echo)
    async with posted(live, house) as (_, address):
        lan.say("nem")
        assert await api.push(address, secret=secret) == [401]
        assert house.kept == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"update_id": "1"}', 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": 1, "message": {"message_id": 1}}', 200),
        (b'{"update_id": 1, "something_new": {}}', 200),
        (b" " * (1024 * 1024 + 1), 413),
        (json.dumps({"update_id": 1, "x": "y" * 900_000}).encode(), 200),
    ],
)
async def test_strange_bodies(api: BotApi, live: Live, body: bytes, status: int) -> None:
    house = House(echo)
    async with posted(live, house) as (_, address), ClientSession() as session:
        async with session.post(address, data=BytesIO(body), headers={HEADER: SECRET}) as answer:
            assert answer.status == status
        assert house.kept == []


async def test_until_we_know_who_we_are_telegram_keeps_it(api: BotApi, lan: Someone, live: Live) -> None:
    async with posted(live, House(echo), token="7000000001:wrong") as (channel, address):
        await until(lambda: channel.condition().health is Health.DOWN)
        async with ClientSession() as session:
            update = {"update_id": 1, "message": {}}
            async with session.post(address, json=update, headers={HEADER: SECRET}) as answer:
                assert answer.status == 503


async def test_a_webhook_that_was_moved_is_set_back(api: BotApi, live: Live) -> None:
    async with posted(live, House(echo)):
        api.webhook = {"url": "https://elsewhere.example"}
        await until(lambda: api.webhook["url"] == "https://ocop.example/telegram/webhook")
