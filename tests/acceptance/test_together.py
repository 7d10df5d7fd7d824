"""Two serving processes on one PostgreSQL, as behind a load balancer: together they are one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from catalog.sealing import new_key
from catalog.store import Store, open_store
from tests.acceptance.command import Command, Served
from tests.conftest import add_shipped
from tests.postgresql import Databases
from tests.stands.telegram import bot_api
from tests.stands.telegram.people import Someone
from tests.stands.zalo_bot import Platform

HEADING = "Mã,Tên sản phẩm,Chủ thể,Hạng sao\n"
TOKEN = "0123456789abcdef0123456789abcdef"
STANDS_BY = "up: stands by: another process polls"


@pytest.fixture
def stocked(databases: Databases, tmp_path: Path) -> Any:
    """The command beside the shipped catalogue on PostgreSQL."""
    with databases.lend(template=databases.make_once("shipped", add_shipped)) as url:
        yield Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": url, "HOI_OCOP_SEAL_KEYS": new_key()})


@asynccontextmanager
async def two(command: Command) -> AsyncIterator[tuple[Served, Served]]:
    """Two processes that serve the same database."""
    async with AsyncExitStack() as stack:
        entered = [stack.enter_async_context(command.serving()) for _ in range(2)]
        first, second = await asyncio.gather(*entered)
        yield first, second


async def until(fact: Callable[[], Awaitable[Any]], *, seconds: float) -> Any:
    """What *fact* finds, which is there within *seconds*."""
    async with asyncio.timeout(seconds):
        while not (found := await fact()):  # noqa: ASYNC110 - another process has no events to offer
            await asyncio.sleep(0.05)
        return found


async def ready(session: aiohttp.ClientSession, served: Served) -> dict[str, Any]:
    async with session.get(f"{served.url}/readyz") as response:
        said: dict[str, Any] = await response.json()
        return said


async def finds(session: aiohttp.ClientSession, served: Served, words: str) -> bool:
    async with session.get(f"{served.url}/chat/suggest", params={"q": words}) as response:
        return any(each["title"].lower() == words for each in (await response.json())["suggestions"])


async def test_one_process_polls_and_another_takes_over_when_it_is_killed(stocked: Command) -> None:
    async with bot_api() as api, Platform().open() as zalo, aiohttp.ClientSession() as session:
        command = replace(
            stocked,
            settings={
                **stocked.settings,
                "HOI_OCOP_TELEGRAM__TOKEN": api.token,
                "HOI_OCOP_TELEGRAM__API_URL": api.url,
                "HOI_OCOP_ZALO_BOT__TOKEN": zalo.bot.token,
                "HOI_OCOP_ZALO_BOT__API_URL": zalo.url,
            },
        )
        async with two(command) as both:

            async def roles() -> dict[str, list[str]]:
                found = [(await ready(session, each))["channels"] for each in both]
                names = ("telegram", "zalo_bot")
                said = {name: [each[name] for each in found] for name in names}
                one_each = all(each.count(STANDS_BY) == 1 for each in said.values())
                return said if one_each and "up" in said["telegram"] else {}

            said = await until(roles, seconds=40)
            lan = Someone(api)
            lan.say("nem bui")
            await until(lambda: sent(api), seconds=40)
            polls = said["telegram"].index("up")
            await both[polls].kill()
            lan.say("xin chào")
            await zalo.says("6ede9afa66b88fe6d6a9", "xin chào")
            await until(lambda: sent(api, 2), seconds=40)

            async def answered() -> bool:
                return len(zalo.sent) == 1

            await until(answered, seconds=40)
            assert (await ready(session, both[1 - polls]))["channels"]["telegram"] == "up"
        assert api.made("getUpdates", status=409) == []
        assert zalo.most_polls == 1
        assert len(api.made("sendMessage", "sendPhoto")) == 2


async def sent(api: Any, count: int = 1) -> bool:
    return len(api.made("sendMessage", "sendPhoto")) >= count


async def test_what_one_process_imports_or_answers_shows_at_the_other(stocked: Command) -> None:
    """Answers also while nobody hears an announcement: PostgreSQL ends the connections on which they listen."""
    (stocked.folder / "new.csv").write_text(f"{HEADING}keo-moi,Kẹo mới lạ,HTX Mới,\n", "utf-8")
    async with (
        two(stocked) as (here, there),
        aiohttp.ClientSession() as session,
        open_store(database(stocked)) as store,
        session.ws_connect(f"{here.url}/chat/ws", headers={"Origin": here.url}) as socket,
    ):
        assert not await finds(session, here, "kẹo mới lạ")
        said = await asyncio.to_thread(stocked.here, "import", "new.csv")
        assert said.status == 0, said.err
        for served in (here, there):
            await until(lambda served=served: finds(session, served, "kẹo mới lạ"), seconds=20)  # type: ignore[misc]
        await socket.send_json({"type": "hello", "token": TOKEN, "after": 0, "language": "vi"})
        assert (await socket.receive_json(timeout=20))["type"] == "ready"
        for is_deaf in (False, True):
            if is_deaf:
                await end_listening(store)
            await ask_by_form(session, there, "nem bùi thượng hải")
            frame = await socket.receive_json(timeout=20)
            assert (frame["type"], frame["reply"]["cards"][0]["title"]) == ("answer", "Nem Bùi Thượng Hải")
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=1.8)


async def ask_by_form(session: aiohttp.ClientSession, served: Served, words: str) -> None:
    cookie = {"Cookie": f"hoi-ocop={TOKEN}"}
    async with session.post(f"{served.url}/chat", data={"text": words}, headers=cookie, allow_redirects=False) as moved:
        assert moved.status == 303


async def end_listening(store: Store) -> None:
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'hoi-ocop listens' AND datname = current_database()"
    )
    async with store._engine.connect() as connection:
        assert len((await connection.exec_driver_sql(query)).all()) == 2


def database(command: Command) -> str:
    return command.environment["HOI_OCOP_DATABASE_URL"]
