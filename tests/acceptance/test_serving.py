"""The server as a process: it answers, it stops politely, and a kill -9 loses nothing that was acknowledged."""

import asyncio
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select, text, update

from catalog.sealing import new_key
from catalog.store import open_store, tables
from tests.acceptance.command import Command, Served
from tests.conftest import add_shipped

QUESTIONS = ("bánh phu thê", "nem bui", "rượu nếp cái hoa vàng", "xoài cát", "sản phẩm 4 sao", "xin chào")
# Others take the jobs of a worker up when nothing was heard of it for 20 seconds: there is no need to wait for them.
SILENT_FOR_A_MINUTE = "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"


@pytest.fixture(params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Command]:
    """The command beside the shipped catalogue, on either database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("shipped_file"), tmp_path / "catalogue.db")
        yield Command(tmp_path)
        return
    databases = request.getfixturevalue("databases")
    with databases.lend(template=databases.make_once("shipped", add_shipped)) as url:
        # No file lies beside this database, so that the key does not either.
        yield Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": url, "HOI_OCOP_SEAL_KEYS": new_key()})


@dataclass
class Browser:
    """One tab of the web chat: it sends again what is not acknowledged, and comes back for what it missed."""

    token: str
    unsent: dict[str, str]
    acknowledged: set[str] = field(default_factory=set)
    answers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    seen: int = 0
    noticed: Callable[[], None] = lambda: None

    async def talk(self, session: aiohttp.ClientSession, url: str) -> None:
        """Say everything and listen until all is answered, or until the line breaks."""
        async with session.ws_connect(f"{url}/chat/ws", headers={"Origin": url}) as socket:
            await socket.send_json({"type": "hello", "token": self.token, "after": self.seen, "language": "vi"})
            for ref, text in list(self.unsent.items()):
                await socket.send_json({"type": "say", "id": ref, "text": text})
            while self.unsent or self.acknowledged - self.answers.keys():
                message = await socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                self.hear(json.loads(message.data))

    def hear(self, frame: dict[str, Any]) -> None:
        """Note an acknowledgement or an answer; what was shown before is not shown again."""
        if frame["type"] == "ack":
            self.acknowledged.add(frame["id"])
            self.unsent.pop(frame["id"], None)
        elif frame["type"] == "answer" and frame["seq"] > self.seen:
            self.answers[frame["to"]].add(frame["seq"])
            self.seen = frame["seq"]
            self.noticed()


def answered(browsers: list[Browser]) -> int:
    return sum(len(browser.answers) for browser in browsers)


async def talk_until(browsers: list[Browser], served: Served, *, kill_at: int) -> None:
    """Let all talk; kill the server without warning once so many answers have come."""

    due = asyncio.Event()

    def noticed() -> None:
        if answered(browsers) >= kill_at:
            due.set()

    async def kill() -> None:
        await due.wait()
        await served.kill()

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        group.create_task(kill())
        for browser in browsers:
            browser.noticed = noticed
            group.create_task(_survive(browser.talk(session, served.url)))


async def _survive(talking: Any) -> None:
    try:
        await talking
    except (aiohttp.ClientError, ConnectionError):
        return


async def kept(command: Command) -> list[tuple[str, str, bool]]:
    """The ref of each message in the inbox, the state of its answer or else of itself, and whether it has an answer."""
    asked, said = tables.inbox, tables.outbox
    state = func.coalesce(said.c.state, asked.c.state)
    query = select(asked.c.ref, state, said.c.body.is_not(None)).outerjoin(said, said.c.seq == asked.c.seq)
    async with open_store(command.environment["HOI_OCOP_DATABASE_URL"]) as store, store._engine.connect() as connection:
        rows = await connection.execute(query)
        return [(ref, state, bool(answered)) for ref, state, answered in rows]


async def end_leases(command: Command) -> None:
    """As if a minute had passed: on PostgreSQL what a killed process was at is taken up only then."""
    async with open_store(command.environment["HOI_OCOP_DATABASE_URL"]) as store, store._engine.begin() as connection:
        for table in (tables.inbox, tables.outbox):
            await connection.execute(update(table).values(leased_until=0.0))
        if store.has_jobs:
            await connection.execute(text(SILENT_FOR_A_MINUTE))


async def test_kill_9_amid_two_hundred_messages_loses_none_and_answers_none_twice(stocked: Command) -> None:
    browsers = [
        Browser(
            f"{name}-{'t' * 30}", {f"{name}-{number:08}": QUESTIONS[number % len(QUESTIONS)] for number in range(50)}
        )
        for name in ("an", "binh", "chi", "dung")
    ]
    refs = {ref for browser in browsers for ref in browser.unsent}
    for kill_at in (25, 110):
        async with stocked.serving() as served:
            await talk_until(browsers, served, kill_at=kill_at)
        await end_leases(stocked)
    assert answered(browsers) < 200
    async with stocked.serving() as served, aiohttp.ClientSession() as session:
        await asyncio.gather(*(browser.talk(session, served.url) for browser in browsers))
    answers = {ref: seqs for browser in browsers for ref, seqs in browser.answers.items()}
    assert answers.keys() == refs
    assert {ref for browser in browsers for ref in browser.acknowledged} == refs
    assert [ref for ref, seqs in answers.items() if len(seqs) != 1] == []
    async with open_store(stocked.environment["HOI_OCOP_DATABASE_URL"]) as store, store._engine.connect() as connection:
        asked, said = tables.inbox, tables.outbox
        query = select(asked.c.ref, said.c.state, said.c.body.is_not(None)).join(said, said.c.seq == asked.c.seq)
        rows = [tuple(row) for row in await connection.execute(query)]
    assert sorted(rows) == sorted((ref, "sent", True) for ref in refs)


async def test_it_serves_pages_stops_politely_and_still_knows_its_answers(stocked: Command) -> None:
    browser = Browser("an-" + "t" * 30, {"an-00000001": "nem bui"})
    async with stocked.serving() as served:
        async with aiohttp.ClientSession(served.url) as session:
            await browser.talk(session, served.url)
            for path, status, holds in (
                ("/", 200, "<html"),
                ("/healthz", 200, "ok"),
                ("/readyz", 200, '"database": "up"'),
                ("/metrics", 200, "hoi_ocop_products 119.0"),
                ("/p/nem-bui-thuong-hai-ninh-xa", 200, "Nem Bùi Thượng Hải"),
                ("/p/gone", 404, "<html"),
            ):
                async with session.get(path) as response:
                    assert response.status == status
                    assert holds in await response.text()
        assert await served.stop() == 0
    again = Browser(browser.token, {}, acknowledged={"an-00000001"})
    async with stocked.serving() as served, aiohttp.ClientSession() as session:
        await again.talk(session, served.url)
    assert again.answers == browser.answers


@pytest.mark.parametrize("stocked", ["sqlite"], indirect=True)
async def test_a_second_server_waits_refuses_and_takes_over_once_the_first_is_gone(stocked: Command) -> None:
    impatient = {"HOI_OCOP_TAKEOVER_SECONDS": "0"}
    async with stocked.serving() as served:
        refused = await asyncio.to_thread(stocked, "serve", "--port", "0", environment=impatient)
        assert refused.status == 1
        assert "Another hoi-ocop serve (" in refused.err
        assert "Two would answer everyone twice" in refused.err
        await served.kill()
        async with stocked.serving() as second:
            assert second.url
