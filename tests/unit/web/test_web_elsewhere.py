"""The web chat in two processes on one PostgreSQL: an answer reaches its person whichever of them has the socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
import sqlalchemy
from aiohttp import web

from bot.background_tasks import BackgroundTasks
from bot.channel import Delivery, Talk
from bot.channels.web import Settings, frames, open_channel
from bot.channels.web.channel import WebChannel
from bot.channels.web.elsewhere import LOOK_EVERY, Arrived, Erased, Forgotten, parse, serialize
from bot.inbox import Inbox
from bot.memory import ChannelMemory
from bot.peers import PeerProcesses
from catalog.delivery import OutboxState
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import AnnouncementTopic, NewReply, Store, database, open_store, outbox
from handlers.inquiries.privacy import confirm_erasure
from handlers.messages import Incoming, Person, Text
from handlers.phrases import speech
from tests.browser.stand import suggestions
from tests.unit.bot.channels import Echo, open_inbox

TOKEN = "0123456789abcdef0123456789abcdef"
ME = frames.address_of(TOKEN)
# Seconds that a busy machine is given.
_PATIENCE = 20


@dataclass
class Process:
    """What stands for one process here: a store, an inbox, the web chat and its server."""

    store: Store
    inbox: Inbox
    channel: WebChannel
    echo: Echo
    url: str
    crew: BackgroundTasks
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def hears_me(self, text: str, ref: str) -> None:
        """A message of mine lands here, and is answered here."""
        await self.inbox.put(Incoming(Person("web", ME), Text(text), ref))
        await self.begin_jobs()

    async def begin_jobs(self) -> None:
        """Begin to answer here whatever nobody else answers."""
        taken = "DELETE FROM procrastinate_jobs WHERE task_name = 'answer' RETURNING (args ->> 'number')::bigint"
        async with self.store._engine.begin() as connection:
            numbers = sorted(await connection.scalars(sqlalchemy.text(taken)))
        for number in numbers:
            self.crew.start(self._answer(number), name="job")

    async def _answer(self, number: int) -> None:
        """One after the other, as the lock of a person's jobs has it."""
        async with self._turn:
            await self.inbox.answer_job(number)


@asynccontextmanager
async def process(
    url: str, *, hears: bool = True, keys: Sequence[str] = (), settings: Settings | None = None
) -> AsyncIterator[Process]:
    """One process; without *hears*, no announcement leaves it or reaches it."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(url, keys=keys))
        echo = Echo()
        inbox = await stack.enter_async_context(open_inbox(store, echo))
        peers = PeerProcesses(store)
        talk = Talk(inbox, suggestions, ChannelMemory(store, "web"), peers=peers.of("web"))
        channel = await stack.enter_async_context(open_channel(settings or Settings(), talk))
        await inbox.serve({"web": channel}, alone=False)
        app = web.Application()
        app.add_routes(channel.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        crew = await stack.enter_async_context(BackgroundTasks())
        crew.start(channel.run(), name="web")
        if hears:
            crew.start(peers.run(), name="announcements")
        yield Process(store, inbox, channel, echo, f"http://127.0.0.1:{runner.addresses[0][1]}", crew)


@dataclass
class Tab:
    """A browser tab that shows nothing twice only because nothing comes twice."""

    socket: aiohttp.ClientWebSocketResponse
    answers: list[str] = field(default_factory=list)
    seen: int = 0

    async def hears(self, text: str) -> None:
        """The next answer, which is *text*."""
        async with asyncio.timeout(_PATIENCE):
            frame = json.loads(await self.socket.receive_str())
        assert frame["type"] == "answer", frame
        self.seen = max(self.seen, frame["seq"])
        assert frame["reply"]["text"] == text

    async def hears_nothing(self, *, seconds: float) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                pytest.fail(f"it heard {await self.socket.receive_str()}")


@asynccontextmanager
async def tab_at(place: Process, *, after: int = 0) -> AsyncIterator[Tab]:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{place.url}/chat/ws", headers={"Origin": place.url}) as socket,
    ):
        await socket.send_json({"type": "hello", "token": TOKEN, "after": after, "language": "vi"})
        assert json.loads(await socket.receive_str(timeout=_PATIENCE))["type"] == "ready"
        yield Tab(socket)


async def test_what_another_process_answers_is_shown_at_once_and_once(postgresql_url: str) -> None:
    async with (
        process(postgresql_url) as here,
        process(postgresql_url) as there,
        tab_at(here) as first,
        tab_at(here) as second,
        tab_at(there) as third,
    ):
        await there.hears_me("a", "1")
        for tab in (first, second, third):
            await tab.hears("a!1")
        await here.hears_me("b", "2")
        for tab in (first, second, third):
            await tab.hears("b!2")
        await asyncio.gather(*(tab.hears_nothing(seconds=1.2 * LOOK_EVERY) for tab in (first, second, third)))


async def test_what_is_not_announced_is_found_by_looking(postgresql_url: str) -> None:
    async with (
        process(postgresql_url, hears=False) as here,
        process(postgresql_url, hears=False) as there,
        tab_at(here) as tab,
    ):
        await there.hears_me("a", "1")
        await tab.hears("a!1")
        await there.hears_me("b", "2")
        await there.hears_me("c", "3")
        await tab.hears("b!2")
        await tab.hears("c!3")
        await tab.hears_nothing(seconds=1.2 * LOOK_EVERY)


async def test_a_socket_that_moves_while_the_answer_is_made_has_it_once(postgresql_url: str) -> None:
    async with process(postgresql_url) as here, process(postgresql_url) as there:
        gate = here.echo.gates["a"] = asyncio.Event()
        async with tab_at(here):
            await here.hears_me("a", "1")
            await here.echo.begun.wait()
        async with tab_at(there) as tab:
            gate.set()
            await tab.hears("a!1")
        async with tab_at(here, after=tab.seen) as again:
            await again.hears_nothing(seconds=1.2 * LOOK_EVERY)


async def test_what_two_processes_answer_at_once_is_all_there_once(postgresql_url: str) -> None:
    async with process(postgresql_url) as here, process(postgresql_url) as there, tab_at(here) as tab:
        places = [here, there] * 20
        await asyncio.gather(*(place.hears_me(f"m{n}", str(n)) for n, place in enumerate(places)))
        heard = []
        async with asyncio.timeout(10):
            while len(heard) < len(places):
                heard.append(json.loads(await tab.socket.receive_str()))
        assert sorted(each["to"] for each in heard) == sorted(map(str, range(len(places))))
        await tab.hears_nothing(seconds=0.3)


async def test_what_was_numbered_before_and_kept_after_another_is_not_lost(postgresql_url: str) -> None:
    """Two processes keep something at the same moment: the higher number may be there first."""
    async with process(postgresql_url) as here, process(postgresql_url) as there, tab_at(here) as tab:
        late = NewReply(Address("web", ME), '{"text": "late"}', OutboxState.SENT, 1.0, key="late")
        async with database.writing(there.store._engine) as connection:
            await outbox.add_replies(connection, [late])
            await there.hears_me("a", "1")
            await tab.hears("a!1")
            await asyncio.sleep(LOOK_EVERY)
        await tab.hears("late")
        await tab.hears_nothing(seconds=1.2 * LOOK_EVERY)


async def test_who_is_erased_elsewhere_hears_of_it_here(postgresql_url: str) -> None:
    """It is kept nowhere: the announcement is all there is."""
    me = Person("web", ME, "en")
    cookie = {"Cookie": f"hoi-ocop={TOKEN}"}
    async with process(postgresql_url) as here, process(postgresql_url) as there, tab_at(here) as tab:
        here.echo.gates["slow"] = asyncio.Event()
        async with aiohttp.ClientSession(headers=cookie) as client:
            form = asyncio.ensure_future(client.post(f"{here.url}/chat", data={"text": "slow"}))  # noqa: TID251 - a test
            while not here.echo.begun.is_set():
                await here.begin_jobs()
                await asyncio.sleep(0.01)
            reply = confirm_erasure(speech("en"), settled=False)
            await there.channel.deliver(Delivery(me, reply, key="99", to=Incoming(me, Text("x"), "ref-1")))
            await there.channel.forget(me)
            await tab.hears(reply.text)
            closed = await tab.socket.receive(timeout=_PATIENCE)
            assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.GOING_AWAY)
            assert "Everything about you has been erased" in await (await asyncio.wait_for(form, 5)).text()
        here.echo.gates["slow"].set()


@pytest.mark.parametrize("news", [7, Erased(7, "ref-1", "vi"), Erased(7, "", "en-GB"), Forgotten(), Arrived("line-1")])
def test_a_word_is_read_as_it_was_meant(news: object) -> None:
    word = serialize(ME, news)  # type: ignore[arg-type]
    assert parse(word) == (ME, news)
    assert " " not in word


@pytest.mark.parametrize("word", ["", "a", "a:b", "a:1:2", "a:1:2:3:4", "a:x:ref:vi"])
def test_what_another_version_says_is_passed_over(word: str) -> None:
    assert parse(word) is None


async def listening(store: Store, *, count: int) -> None:
    """Wait until so many processes hear announcements: what was told before is not told again."""
    last = list(AnnouncementTopic)[-1]
    query = sqlalchemy.text(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN \"{last}\"'"  # noqa: S608
    )
    async with asyncio.timeout(_PATIENCE), store._engine.connect() as connection:
        while (await connection.scalar(query) or 0) < count:
            await connection.rollback()
            await asyncio.sleep(0.01)


async def test_a_flood_of_newcomers_is_let_in_at_one_pace_by_all_processes(postgresql_url: str) -> None:
    """Two at once from one address, wherever they land; who was let in anywhere is known everywhere."""
    alike = {"keys": [new_key()], "settings": Settings(newcomers=2, newcomer_seconds=600)}
    async with (
        process(postgresql_url, **alike) as first,
        process(postgresql_url, **alike) as second,
        aiohttp.ClientSession() as client,
    ):

        async def says(place: Process, number: int) -> str:
            token = f"{number}{'t' * 31}"
            async with client.ws_connect(f"{place.url}/chat/ws", headers={"Origin": place.url}) as socket:
                await socket.send_json({"type": "hello", "token": token, "after": 0, "language": "vi"})
                await socket.send_json({"type": "say", "id": f"message-{number}", "text": "nem"})
                async with asyncio.timeout(_PATIENCE):
                    while (frame := json.loads(await socket.receive_str()))["type"] not in {"ack", "error"}:
                        pass
                return str(frame.get("code", frame["type"]))

        async def known(number: int) -> None:
            address = frames.address_of(f"{number}{'t' * 31}")
            async with asyncio.timeout(_PATIENCE):
                while not all(each.channel._newcomers.knows(address) for each in (first, second)):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

        await listening(first.store, count=2)
        for place, number in ((first, 1), (second, 2)):
            assert await says(place, number) == "ack"
            await known(number)
        for place, number in ((first, 3), (second, 4)):
            assert await says(place, number) == "not_kept"
        assert await says(first, 2) == "ack"
        assert await says(second, 1) == "ack"
