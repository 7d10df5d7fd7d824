"""Several processes on one PostgreSQL that write to Telegram: together they keep what one has to keep."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from bot import peers
from bot.background_tasks import BackgroundTasks
from bot.channel import Delivery, NotSent, NotYet
from bot.channels.telegram import open_channel
from bot.channels.telegram.channel import TelegramChannel
from bot.peers import PeerProcesses
from catalog.store import open_store
from handlers.messages import Person, Reply
from tests.stands.telegram import BotApi, Someone
from tests.stands.telegram.house import House, echo, settings

PEOPLE = 200
GROUP = -5
# What leaves evenly comes unevenly to the one who counts, where all share two busy processors: in four seconds may come
# what five and a half allow; two who do not know of each other would send what eight allow.
SPAN, ALLOWED = 4.0, 5.5
PROGRAM = """
import asyncio, sys
from tests.unit.telegram.test_telegram_processes import flood
asyncio.run(flood(*sys.argv[1:]))
"""


async def flood(url: str, api_url: str, token: str, first: str) -> None:
    """Write to people without end, and to a group every half second."""
    api = BotApi(token=token)
    api.url = api_url

    async def write(to: int) -> None:
        try:
            await channel.deliver(Delivery(Person("telegram", str(to)), Reply("nem bùi"), key=f"{first}-{to}"))
        except NotYet:
            await asyncio.sleep(0.2)

    async def write_to_people(begin: int) -> None:
        for number in range(begin, 100_000, 40):
            await write(int(first) + number % PEOPLE)

    async def write_to_group() -> None:
        while True:
            await write(GROUP)
            await asyncio.sleep(0.5)

    async with one_process(url, api, per_second=30) as channel, asyncio.TaskGroup() as together:
        together.create_task(write_to_group())
        for begin in range(40):
            together.create_task(write_to_people(begin))


@asynccontextmanager
async def one_process(url: str, api: BotApi, **more: int) -> AsyncIterator[TelegramChannel]:
    """What a process has that sends."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(url))
        others = PeerProcesses(store, sends=True)
        talk = replace(House(echo).talk, peers=others.of("telegram"))
        channel = await stack.enter_async_context(open_channel(settings(api, **more), talk))
        crew = await stack.enter_async_context(BackgroundTasks())
        crew.start(others.run(), name="announcements")
        yield channel


@asynccontextmanager
async def flooding(url: str, api: BotApi, first: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that floods, until it is killed."""
    words = (url, api.url, api.token, str(first))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, *words)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def times(api: BotApi, *, low: int = 1, high: int = 10**9) -> list[float]:
    """When each message to somebody with such a number came."""
    return [call.at for call in api.calls if call.method == "sendMessage" and low <= call.given["chat_id"] < high]


def most(came: list[float], seconds: float) -> int:
    return max((sum(at <= other < at + seconds for other in came) for at in came), default=0)


async def until_it_comes_to(api: BotApi, rate: int, *, seconds: float, low: int = 1, high: int = 10**9) -> None:
    """Wait until as many as that came within the last second, for *seconds* at most."""
    async with asyncio.timeout(seconds):
        while sum(at > time.monotonic() - 1 for at in times(api, low=low, high=high)) < rate:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_together_they_send_no_more_than_one_and_the_share_of_the_dead_is_taken(
    api: BotApi, postgresql_url: str
) -> None:
    for number in (*range(1000, 1000 + PEOPLE), *range(5000, 5000 + PEOPLE)):
        Someone(api, number=number).start()
    api.world.chats[GROUP] = {"id": GROUP, "type": "group", "title": "HTX"}
    async with flooding(postgresql_url, api, 1000) as first:
        await until_it_comes_to(api, 25, seconds=30)
        async with flooding(postgresql_url, api, 5000):
            await until_it_comes_to(api, 12, seconds=30, low=5000)
            await asyncio.sleep(SPAN)
            both = time.monotonic()
            os.kill(first.pid, signal.SIGKILL)
            await until_it_comes_to(api, 25, seconds=15, low=5000)
    assert most(times(api, low=GROUP), SPAN) <= ALLOWED * 30
    assert most([at for at in times(api, low=5000) if at < both], SPAN) <= ALLOWED * 15
    assert len(times(api, low=GROUP, high=0)) <= 21
    assert api.made("sendMessage", status=429) == []


async def test_what_one_was_told_to_leave_alone_the_other_leaves_alone(
    api: BotApi, lan: Someone, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_SETTLE_SECONDS", 0.0)
    lan.start()
    api.limit = (1, 9.0)
    mail = Delivery(Person("telegram", str(lan.number)), Reply("nem bùi"), key="")
    async with one_process(postgresql_url, api) as one, one_process(postgresql_url, api) as other:
        await one.deliver(mail)
        with pytest.raises(NotSent):
            await one.deliver(mail)
        async with asyncio.timeout(5):
            await asyncio.sleep(0.5)
            with pytest.raises(NotYet) as waits:
                await other.deliver(replace(mail, key="1"))
        assert waits.value.seconds > 5
    assert len(api.made("sendMessage", status=None)) == 2
