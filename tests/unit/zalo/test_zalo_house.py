"""Both Zalo channels with the real inbox: kept, answered in order, held while the window is closed."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.channel import Delivery, Health, Talk
from bot.channels import zalo_bot, zalo_oa
from bot.memory import ChannelMemory
from catalog.errors import StoreUnavailable
from catalog.store import open_store
from handlers.conversation import Answer
from handlers.messages import Photo, Reply, Text
from tests.stands.faults import Answer as Fault
from tests.unit.bot.channels import open_inbox
from tests.unit.zalo.conftest import bot_settings, mounted, no_suggestions, oa_settings

USER = "2468458835296117922"
FREE_MESSAGES = 8


class House:
    """What the two channels live in."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.heard: list[str] = []
        self.late = timedelta()

    async def answer(self, incoming, *, session) -> Answer:
        """Say what was said, perhaps too late."""
        content = incoming.content
        said = f"{len(content.image)} byte" if isinstance(content, Photo) else content.body
        self.heard.append(said)
        self.clock.ahead += self.late
        return Answer(Reply(text=f"Bạn nói: {said}"), session)


@pytest.fixture
async def house(zalo, bots, clock, database):
    house = House(clock)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(database, migrate=True))
        inbox = await stack.enter_async_context(open_inbox(store, house.answer, grace=0.1))
        talks = {name: Talk(inbox, no_suggestions, ChannelMemory(store, name)) for name in ("zalo_oa", "zalo_bot")}
        oa = await stack.enter_async_context(zalo_oa.open_channel(oa_settings(zalo), talks["zalo_oa"], clock=clock))
        bot = await stack.enter_async_context(zalo_bot.open_channel(bot_settings(bots), talks["zalo_bot"]))
        await inbox.serve({"zalo_oa": oa, "zalo_bot": bot})
        zalo.webhook.url = f"{await stack.enter_async_context(mounted(oa))}/zalo_oa/webhook"
        polling = asyncio.ensure_future(bot.run())  # noqa: TID251 - the test plays the house
        yield house
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


async def until(true) -> None:
    while not true():  # noqa: ASYNC110 - nobody sets an event for what a test looks at
        await asyncio.sleep(0.01)


async def test_one_persons_messages_are_answered_in_order_and_once(house, zalo):
    # All may come in before the first answer leaves, and no more than these may then be sent for nothing.
    for number in range(FREE_MESSAGES):
        for _ in range(1 + number % 2):
            await zalo.says(USER, f"tin {number}", msg_id=f"m{number}")
    await until(lambda: len(zalo.sent) == FREE_MESSAGES)
    assert [one["text"] for one in zalo.sent] == [f"Bạn nói: tin {number}" for number in range(FREE_MESSAGES)]


async def test_a_late_answer_waits_for_the_person(house, zalo, clock):
    house.late = timedelta(hours=49)
    await zalo.says(USER, "một")
    await until(lambda: house.heard == ["một"])
    zalo.pass_time(49 * 3600)
    house.late = timedelta()
    await asyncio.sleep(0.1)
    assert zalo.sent == []
    await zalo.says(USER, "hai")
    await until(lambda: len(zalo.sent) == 2)
    assert [one["text"] for one in zalo.sent] == ["Bạn nói: một", "Bạn nói: hai"]


async def test_a_dead_channel_degrades_nothing_else(house, zalo, bots):
    zalo.faults.add(Fault(503, {}), times=100)
    await zalo.says(USER, "a")
    await bots.shows("u1", b"\xff\xd8\xff")
    await bots.says("u1", "b")
    await until(lambda: len(bots.sent) == 2)
    assert [one["text"] for one in bots.sent] == ["Bạn nói: 3 byte", "Bạn nói: b"]


async def test_running_survives_a_broken_memory_and_a_dead_oauth_server(zalo, talk, clock, tray):
    class Broken(ChannelMemory):
        broken = 1

        async def get(self, key):
            if self.broken:
                self.broken -= 1
                raise StoreUnavailable
            return await super().get(key)

    memory = Broken(talk.memory._store, "zalo_oa")
    zalo.faults.add(Fault(503, {}))
    waited: list[float] = []

    async def sleep(seconds):
        waited.append(seconds)
        await asyncio.sleep(0.01)

    talk_ = Talk(tray, no_suggestions, memory)
    async with zalo_oa.open_channel(oa_settings(zalo), talk_, clock=clock, sleep=sleep) as channel:
        running = asyncio.ensure_future(channel.run())  # noqa: TID251 - the test plays the house
        await until(lambda: channel.condition().health is Health.UP)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert waited[:2] == [5, 5]


async def test_notes_that_cannot_be_kept_do_not_change_what_became_of_a_message(zalo, talk, clock, tray):
    class Forgetful(ChannelMemory):
        exchanges = 0

        async def exchange(self, key, *, expected, new):
            if key.startswith("window:"):
                self.exchanges += 1
                if self.exchanges > 2:
                    raise StoreUnavailable
            return await super().exchange(key, expected=expected, new=new)

    memory = Forgetful(talk.memory._store, "zalo_oa")
    settings = oa_settings(zalo)
    async with (
        zalo_oa.open_channel(settings, Talk(tray, no_suggestions, memory), clock=clock) as channel,
        mounted(channel) as url,
    ):
        zalo.webhook.url = f"{url}/zalo_oa/webhook"
        await zalo.says(USER, "a")
        zalo.followers[USER].free_used = 7
        to = tray.kept[0]
        assert isinstance(to.content, Text)
        assert await channel.deliver(Delivery(to.person, Reply(text="b"), key="1", to=to)) == "out-1"
