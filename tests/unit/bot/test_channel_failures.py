"""A channel that will not open, stops, or finds its vendor away is told of and tried again; the others go on."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import codec
from bot.app import RunningApp, open_app
from bot.background_tasks import BackgroundTasks
from bot.channel import Channel, Condition, Health, NotSent
from bot.channel_supervisor import ChannelSupervisor, latecomers
from bot.inbox import Inbox
from bot.settings import Settings
from catalog.delivery import OutboxState
from catalog.errors import BadSetting, StoreError
from catalog.inquiry import Address
from catalog.store import InboxRow, Store
from handlers.messages import Person
from tests.contracts.adapters import web as web_adapter
from tests.contracts.adapters.parts import until
from tests.stands.zalo_bot import Bot, Platform
from tests.unit.bot.channels import Ear, Echo, from_, open_inbox
from tests.unit.store.rows import unfinished

TOKEN = "123456789:geheim"
NOBODY = "http://127.0.0.1:1"
Given = Callable[..., Settings]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    """Settings of a house in a folder of its own, with these variables around it."""
    monkeypatch.chdir(tmp_path)

    def give(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(f"HOI_OCOP_{name}", value)
        return Settings(database_url=f"sqlite:///{tmp_path / 'house.db'}", port=0, readers=1)

    return give


async def seen(house: RunningApp) -> tuple[dict[str, str], str]:
    """What /readyz tells of the channels, and /metrics; the house must be ready."""
    async with aiohttp.ClientSession(house.url) as client:
        async with client.get("/readyz") as response:
            assert response.status == 200
            told = (await response.json())["channels"]
        async with client.get("/metrics") as response:
            return told, await response.text()


async def chats(house: RunningApp) -> bool:
    """Whether somebody in the web chat is answered."""
    async with web_adapter.stand() as stand:
        await stand.mounted(house.url)
        lan = stand.someone()
        await lan.say("xin chào")
        await until(lan.heard)
        return "Chào bạn!" in lan.heard()[0]


async def test_a_channel_that_will_not_open_is_told_of_and_the_others_go_on(
    given: Given, caplog: pytest.LogCaptureFixture
) -> None:
    settings = given(TELEGRAM__TOKEN=TOKEN, TELEGRAM__MODE="webhook", TELEGRAM__WEBHOOK_SECRET="geheim-2")
    async with open_app(settings) as house:
        told, measured = await seen(house)
        assert told["web"] == "up"
        assert told["telegram"].startswith("down: it cannot be opened (Telegram posts only to https")
        assert 'hoi_ocop_channel_up{channel="telegram"} 0.0' in measured
        assert 'hoi_ocop_channel_up{channel="web"} 1.0' in measured
        assert 'channel="zalo_bot"' not in measured, "what is off is not down"
        assert await chats(house)
        await until(lambda: caplog.text.count("channel telegram cannot be opened") == 2)
    assert "geheim" not in caplog.text + str(told) + measured


async def test_vendors_that_are_away_from_the_start_are_told_of_and_the_others_go_on(
    given: Given, caplog: pytest.LogCaptureFixture
) -> None:
    settings = given(
        TELEGRAM__TOKEN=TOKEN,
        TELEGRAM__API_URL=NOBODY,
        ZALO_BOT__TOKEN=TOKEN,
        ZALO_BOT__API_URL=NOBODY,
        ZALO_OA__APP_ID="4711",
        ZALO_OA__OA_SECRET="geheim-1",
        ZALO_OA__APP_SECRET="geheim-2",
        ZALO_OA__REFRESH_TOKEN="geheim-3",
        ZALO_OA__API_URL=NOBODY,
        ZALO_OA__OAUTH_URL=NOBODY,
    )
    async with open_app(settings) as house:
        assert await chats(house)
        away = [house.channels[name] for name in ("telegram", "zalo_bot")]
        await until(lambda: all(channel.condition().health is Health.DOWN for channel in away))
        told, measured = await seen(house)
        assert told["web"] == "up"
        assert told["telegram"] == "down: the Bot API cannot be used (Unreachable)"
        assert told["zalo_bot"].startswith("down: Zalo cannot be reached")
        assert not told["zalo_oa"].startswith("up")
        for name, up in {"telegram": 0, "zalo_bot": 0, "zalo_oa": 0, "web": 1}.items():
            assert f'hoi_ocop_channel_up{{channel="{name}"}} {up:.1f}' in measured
        assert await chats(house)
    assert "geheim" not in caplog.text + str(told) + measured


async def test_a_vendor_that_comes_back_is_found_again(given: Given) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = given(ZALO_BOT__TOKEN=TOKEN, ZALO_BOT__API_URL=f"http://127.0.0.1:{port}")
    async with open_app(settings) as house:
        await until(lambda: house.channels["zalo_bot"].condition().health is Health.DOWN)
        async with Platform(Bot(token=TOKEN)).open(port=port) as zalo:
            await zalo.says("lan", "xin chào")
            await until(lambda: zalo.sent)
            told, measured = await seen(house)
    assert told["zalo_bot"] == "up"
    assert 'hoi_ocop_channel_up{channel="zalo_bot"} 1.0' in measured


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"TELEGRAM__TOKEN": "geheim"}, "HOI_OCOP_TELEGRAM__TOKEN"),
        ({"TELEGRAM__TOKEN": TOKEN, "TELEGRAM__TOKN": "geheim"}, "HOI_OCOP_TELEGRAM__TOKN"),
        ({"ZALO_OA__APP_ID": "4711", "ZALO_OA__APP_SECRET": "geheim"}, "HOI_OCOP_ZALO_OA__OA_SECRET"),
        ({"ZALO_BOT__GROUP_NAME": "geheim"}, "HOI_OCOP_ZALO_BOT__TOKEN"),
    ],
)
async def test_a_block_that_is_half_filled_is_refused_by_name(
    given: Given, variables: dict[str, str], missing: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        async with open_app(given(**variables)):
            pass
    assert missing in str(refused.value)
    assert "geheim" not in str(refused.value)


@dataclass
class Late(Ear):
    """A channel that opens once *ready*, and stops *stumbles* times."""

    ready: bool = False
    runs: int = 0
    stumbles: int = 0

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[Channel]:
        if not self.ready:
            raise ConnectionError(TOKEN)
        yield self

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [web.post("/late/webhook", self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        return web.Response(text=f"heard {await request.text()}")

    async def run(self) -> None:
        self.runs += 1
        if self.stumbles:
            self.stumbles -= 1
            raise ConnectionError(TOKEN)
        await asyncio.Event().wait()

    def condition(self) -> Condition:
        return Condition(Health.UP)

    async def probe(self) -> str:
        return ""

    async def forget(self, person: Person) -> None:
        return


class Reluctant(Inbox):
    """The real inbox, whose database is away at the first welcome."""

    refusals = 1

    async def welcome(self, channel: Channel) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreError("away")
        await super().welcome(channel)


@asynccontextmanager
async def lodging(store: Store, late: Late) -> AsyncIterator[ChannelSupervisor]:
    """A house with one channel, which may not be open yet."""
    async with AsyncExitStack() as stack:
        inbox = await stack.enter_async_context(open_inbox(store, Echo(), kind=Reluctant))
        doors = ChannelSupervisor(stack, inbox)
        await doors.open("ear", late.opening)
        await inbox.serve(doors.channels)
        crew = await stack.enter_async_context(BackgroundTasks())
        for name in doors.names:
            crew.start(doors.keep(name), name=name)
        yield doors


async def test_a_channel_that_opens_late_answers_what_waited_for_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    body, _ = codec.serialize_incoming(from_("an", "lâu rồi", "1"))
    await store.inbox.put(InboxRow("ear", "an", "1", body))
    late = Late()
    async with lodging(store, late) as doors:
        app = web.Application(middlewares=[latecomers(doors.channels)])
        async with TestClient(TestServer(app)) as client:
            assert (await client.post("/late/webhook", data="a")).status == 404
            assert doors.troubles == {"ear": "down: it cannot be opened (ConnectionError)"}
            late.ready = True
            await until(lambda: late.heard and late.runs)
            assert late.heard == [("an", "lâu rồi!1")]
            assert doors.troubles == {}
            assert await (await client.post("/late/webhook", data="b")).text() == "heard b"
            assert (await client.get("/late/webhook")).status == 404
            assert (await client.post("/late/other")).status == 404
    assert "channel ear is not let in" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_channel_that_stops_is_down_until_it_runs_again(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    late = Late(ready=True, stumbles=1)
    async with lodging(store, late) as doors:
        await until(lambda: doors.troubles)
        assert doors.troubles == {"ear": "down: it stopped (ConnectionError)"}
        await until(lambda: late.runs == 2)
        assert doors.troubles == {}
    assert "channel ear stopped; it is tried again in 1 s: builtins.ConnectionError in run" in caplog.text
    assert TOKEN not in caplog.text


async def test_closing_does_not_wait_for_what_waits_to_be_tried_again(store: Store) -> None:
    async with asyncio.timeout(30):
        async with open_inbox(store, Echo(), grace=3600) as inbox:
            ear = Ear(troubles=[NotSent("not now", seconds=3600)])
            await inbox.serve({"ear": ear})
            await inbox.put(from_("an", "lâu rồi", "1"))
            await until(lambda: ear.tried)
    assert await unfinished(store) == []
    (left,) = await store.outbox.replies(Address("ear", "an"), states=(OutboxState.WAITING,), limit=9)
    assert (left.ref, left.attempts) == ("1", 1)
