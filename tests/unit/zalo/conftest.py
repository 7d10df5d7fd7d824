"""What the Zalo tests share: the real memory in a real database, an inbox that can be looked into, real servers."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channel import Accepted, Answered, Channel, Delivery, Talk
from bot.channels import zalo_bot, zalo_oa
from bot.channels.zalo_oa import login
from bot.channels.zalo_oa.tokens import Tokens
from bot.memory import ChannelMemory
from catalog.errors import StoreUnavailable
from catalog.store import open_store
from handlers.messages import Card, Incoming, Person, Reply
from tests.stands.zalo_bot import Platform as BotPlatform
from tests.stands.zalo_oa import Platform as OaPlatform

SAMPLES = Path(__file__).parents[2] / "contracts" / "samples"
USER = "2468458835296117922"
PERSON = Person("zalo_oa", USER)
HELLO = Reply(text="Xin chào")


@dataclass
class Tray:
    """An inbox that lies open: what was put, each message once; *broken* refuses."""

    kept: list[Incoming] = field(default_factory=list)
    refs: set[tuple[str, str]] = field(default_factory=set)
    broken: int = 0

    async def put(self, incoming: Incoming) -> Accepted:
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable
        key = (incoming.person.address, incoming.ref)
        if key in self.refs:
            return Accepted.AGAIN
        self.refs.add(key)
        self.kept.append(incoming)
        return Accepted.NEW

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        return []


class Clock:
    """A clock that can be moved."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def no_suggestions(words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
    return []


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/memory.db"


@pytest.fixture
async def memory(database: str) -> AsyncIterator[ChannelMemory]:
    async with open_store(database, migrate=True) as store:
        yield ChannelMemory(store, "zalo_oa")


@pytest.fixture
def talk(tray: Tray, memory: ChannelMemory) -> Talk:
    return Talk(tray, no_suggestions, memory, public_url="https://hoi-ocop.example")


@asynccontextmanager
async def mounted(channel: Channel) -> AsyncIterator[str]:
    """Serve the routes of *channel*; where."""
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def zalo() -> AsyncIterator[OaPlatform]:
    async with OaPlatform().open() as platform:
        yield platform


def oa_settings(zalo: OaPlatform, **more: Any) -> zalo_oa.Settings:
    """Settings that lead to *zalo*."""
    account = zalo.account
    given: dict[str, Any] = {
        "app_id": account.app_id,
        "oa_secret": account.oa_secret,
        "app_secret": account.app_secret,
        "refresh_token": zalo.first_refresh_token(),
        "oa_id": account.oa_id,
        "sends_per_second": 1000,
        "photo_hosts": "127.0.0.1",
        "loopback_photos": True,
        "api_url": zalo.url,
        "oauth_url": zalo.url,
    }
    return zalo_oa.Settings.model_validate(given | more)


@pytest.fixture
async def oa(zalo: OaPlatform, talk: Talk, clock: Clock) -> AsyncIterator[zalo_oa.ZaloOfficialAccount]:
    """The Official Account channel, its webhook known to the platform."""
    async with zalo_oa.open_channel(oa_settings(zalo), talk, clock=clock) as channel, mounted(channel) as url:
        zalo.webhook.url = f"{url}/zalo_oa/webhook"
        yield channel


@pytest.fixture
async def bots() -> AsyncIterator[BotPlatform]:
    async with BotPlatform().open() as platform:
        yield platform


def bot_settings(bots: BotPlatform, **more: Any) -> zalo_bot.Settings:
    """Settings that lead to *bots*."""
    given: dict[str, Any] = {
        "token": bots.bot.token,
        "sends_per_second": 1000,
        "photo_hosts": "127.0.0.1",
        "loopback_photos": True,
        "api_url": bots.url,
    }
    return zalo_bot.Settings.model_validate(given | more)


@pytest.fixture(autouse=True)
def _quiet_aiohttp() -> None:
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


@asynccontextmanager
async def opened(settings, memory, clock):
    async with aiohttp.ClientSession() as session:
        yield Tokens(settings, memory, session=session, clock=clock)


async def consent(url: str) -> str:
    """The administrator opens the page and allows; where it leads."""
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as response:
        return response.headers["Location"]


async def log_in(settings, memory, clock) -> None:
    settings = settings.model_copy(update={"redirect_url": "https://hoi-ocop.example/callback"})
    url, verifier = login.begin(settings)
    assert len(verifier) == 43
    await login.finish(settings, await consent(url), verifier=verifier, memory=memory, clock=clock)


async def answer(oa, reply: Reply, to: Incoming) -> str:
    return await oa.deliver(Delivery(to.person, reply, key=to.ref, to=to))
