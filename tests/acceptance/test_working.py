"""Several processes on one PostgreSQL: some serve, others work on the jobs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import psycopg
import pytest

from catalog.sealing import new_key
from tests.acceptance.command import Command
from tests.acceptance.test_serving import QUESTIONS, SILENT_FOR_A_MINUTE, Browser
from tests.conftest import add_shipped
from tests.postgresql import Cluster, Databases


@pytest.fixture
def shared(databases: Databases, tmp_path: Path) -> Iterator[Command]:
    """The command beside the shipped catalogue on PostgreSQL; who serves there leaves the work to others."""
    with databases.lend(template=databases.make_once("shipped", add_shipped)) as url:
        settings = {"HOI_OCOP_DATABASE_URL": url, "HOI_OCOP_SEAL_KEYS": new_key(), "HOI_OCOP_JOBS_AT_ONCE": "0"}
        yield Command(tmp_path, settings=settings)


@asynccontextmanager
async def working(command: Command, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker until left, if it is not killed before; by then it is politely told to stop."""
    process = await asyncio.create_subprocess_exec(
        *command.program, "work", *words, cwd=command.folder, env=command.environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = b""
    while b"works on" not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            _, rest = await asyncio.wait_for(process.communicate(), 30)
            assert process.returncode == 0, (said + rest).decode()


async def number_of_worker(command: Command) -> int:
    """The number of the only worker there is, once it is known."""
    with psycopg.connect(command.settings["HOI_OCOP_DATABASE_URL"], autocommit=True) as connection:
        while not (found := connection.execute("SELECT id FROM procrastinate_workers").fetchall()):  # noqa: ASYNC110 - another process says so
            await asyncio.sleep(0.02)
    ((number,),) = found
    return int(number)


def talkers(number: int) -> list[Browser]:
    return [
        Browser(f"{name}-{'t' * 30}", {f"{name}-{each:08}": QUESTIONS[each % len(QUESTIONS)] for each in range(number)})
        for name in ("an", "binh", "chi", "dung")
    ]


async def test_two_serve_and_two_work_and_one_of_each_is_killed(shared: Command) -> None:
    """Sockets land anywhere; what was acknowledged is answered, and answered once."""
    browsers = talkers(12)
    async with AsyncExitStack() as stack:
        doomed = await stack.enter_async_context(working(shared))
        number = await number_of_worker(shared)
        await stack.enter_async_context(working(shared))
        servers = [await stack.enter_async_context(shared.serving()) for _ in range(2)]
        session = await stack.enter_async_context(aiohttp.ClientSession())
        group = await stack.enter_async_context(asyncio.TaskGroup())
        for place, browser in enumerate(browsers):
            group.create_task(browser.talk(session, servers[place % 2].url))
        while sum(len(each.answers) for each in browsers) < 8:  # noqa: ASYNC110 - it is other processes that answer
            await asyncio.sleep(0.01)
        os.kill(doomed.pid, signal.SIGKILL)
        await doomed.wait()
        with psycopg.connect(shared.settings["HOI_OCOP_DATABASE_URL"]) as connection:
            connection.execute(f"{SILENT_FOR_A_MINUTE} WHERE id = %s", [number])
    assert [ref for each in browsers for ref, numbers in each.answers.items() if len(numbers) != 1] == []
    assert sum(len(each.answers) for each in browsers) == 48
    with psycopg.connect(shared.settings["HOI_OCOP_DATABASE_URL"]) as connection:
        jobs = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'answer'").fetchone()
        assert jobs == (0,)


async def test_a_worker_works_on_the_queues_it_was_told(shared: Command) -> None:
    browser = Browser("an-" + "t" * 30, {"an-00000001": "nem bui"})
    async with shared.serving() as served, aiohttp.ClientSession() as session:
        async with working(shared, "--queues", "read,clean"):
            talk = asyncio.create_task(browser.talk(session, served.url))  # noqa: TID251 - it ends below
            await asyncio.sleep(1.5)
            assert (browser.acknowledged, dict(browser.answers)) == ({"an-00000001"}, {})
        async with working(shared, "--queues", "answer", "--concurrency", "2"):
            await asyncio.wait_for(talk, 20)
    assert browser.answers.keys() == {"an-00000001"}


def test_what_cannot_be_worked_on_is_said(shared: Command, tmp_path: Path) -> None:
    alone = replace(shared, settings={"HOI_OCOP_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"})
    for command, words, status, holds in (
        (shared, ("work", "--queues", "answer,letters"), 2, "answer, read, deliver, clean"),
        (shared, ("work", "--queues", " , "), 2, "answer, read, deliver, clean"),
        (alone, ("work",), 1, "needs PostgreSQL"),
    ):
        said = command.here(*words)
        assert (said.status, holds in said.err) == (status, True), said.err
        assert "Traceback" not in said.err


def test_a_database_that_does_not_let_us_in_is_named_in_one_line(cluster: Cluster, tmp_path: Path) -> None:
    """No table is there, and *weak* may make none."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM public")
    url = cluster.url()
    nobody = "lets nobody in with HOI_OCOP_DATABASE_URL"
    for wrong, holds, words in (
        (cluster.url("nowhere"), nobody, ("serve", "work", "status", "check")),
        (url.replace("tester@", "stranger@"), nobody, ("serve", "work", "status", "check")),
        (url.replace("tester@", "weak@"), "user lacks rights", ("serve", "work")),
        ("postgresql://tester@127.0.0.1:1/x", "The database does not answer.", ("serve", "work", "status", "check")),
    ):
        command = Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": wrong, "HOI_OCOP_SEAL_KEYS": new_key()})
        for word in words:
            said = command.here(word)
            lines = [line for line in (said.out + said.err).splitlines() if holds in line]
            assert (said.status, len(lines)) == (1, 1), (word, wrong, said)
            assert "migrate" not in lines[0]
            if word == "status" and holds != nobody:
                # Whoever is on duty at night reads it in Vietnamese first, with what to look at.
                assert said.err.startswith("✕ Cơ sở dữ liệu không trả lời. PostgreSQL có đang chạy không")


async def test_the_web_chat_says_that_postgresql_is_gone_and_answers_once_when_it_is_back(
    cluster: Cluster, tmp_path: Path
) -> None:
    """The page keeps what was not acknowledged, and sends it again by itself."""
    command = Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": cluster.url(), "HOI_OCOP_SEAL_KEYS": new_key()})
    async with command.serving() as served, aiohttp.ClientSession() as session, asyncio.timeout(150):
        heard = await _heard_through_an_outage(session, served.url, cluster)
    assert heard.count("answer") == 1


async def _heard_through_an_outage(session: aiohttp.ClientSession, url: str, cluster: Cluster) -> list[str]:
    """What is heard of a message that is said while PostgreSQL is gone, and again until it is kept."""
    said = {"type": "say", "id": "an-00000001", "text": "nem bui"}
    async with session.ws_connect(f"{url}/chat/ws", headers={"Origin": url}) as socket:
        await socket.send_json({"type": "hello", "token": "an-" + "t" * 30, "after": 0, "language": "vi"})
        assert (await socket.receive_json())["type"] == "ready"
        await asyncio.to_thread(cluster.stop)
        await socket.send_json(said)
        refused = await socket.receive_json()
        assert (refused["type"], refused.get("code"), refused.get("id")) == ("error", "not_kept", said["id"])
        await asyncio.to_thread(cluster.restart)
        heard: list[str] = []
        while "answer" not in heard:
            if "ack" not in heard:
                await socket.send_json(said)
            frame = await socket.receive_json()
            heard += [frame["type"]] if said["id"] in {frame.get("id"), frame.get("to")} else []
            await asyncio.sleep(0.5 if frame["type"] == "error" else 0.0)
        await asyncio.sleep(2.0)
        await socket.send_json({"type": "ping"})
        while (frame := await socket.receive_json())["type"] != "pong":
            heard.append(frame["type"])
    return heard
