"""What both engines promise: the one process on SQLite, and procrastinate's jobs on PostgreSQL."""

import asyncio
import io
import os
import signal
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, text

from bot import codec
from bot.channel import Accepted, MaybeSent, NotSent, NotYet, Refused
from catalog.delivery import OutboxState
from catalog.errors import StoreError
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import DeliveryResult, InboxRow, Store, StoredAnswer, tables
from handlers.context import Session
from handlers.conversation import Answer
from handlers.messages import Incoming, Photo, Reply
from handlers.thread import MessageAct, SpokenTurn
from tests.contracts.engines import Engine
from tests.unit.bot.channels import Echo, from_


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        return Engine(f"sqlite:///{request.getfixturevalue('store_file')}")
    return Engine(request.getfixturevalue("postgresql_url"))


async def test_each_person_is_answered_in_their_order(engine: Engine) -> None:
    async with engine.process() as process:
        for number in range(8):
            for person in ("an", "binh", "chi"):
                await process.inbox.put(from_(person, f"{person}{number}", f"{number}"))
        heard = await engine.heard(24)
    by_person = defaultdict(list)
    for person, said in heard:
        by_person[person].append(said)
    # The echo counts within the person's own conversation: what it kept before is there for the next.
    assert by_person == {
        person: [f"{person}{number}!{number + 1}" for number in range(8)] for person in ("an", "binh", "chi")
    }


class _OfThread(Echo):
    """Speaks of a product at first, and then tells which one is spoken of."""

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        await super().__call__(incoming, session=session)
        if session.thread.product:
            return Answer(Reply(session.thread.product), session)
        turn = SpokenTurn(MessageAct.CARD, products=("nem-bui",), at=1.0)
        return Answer(Reply("begun"), replace(session, thread=session.thread.after(turn)))


async def test_a_follow_up_that_another_process_answers_knows_the_thread(engine: Engine) -> None:
    engine.echo = lambda _: _OfThread()
    async with engine.process() as first:
        await first.inbox.put(from_("an", "nem bùi", "1"))
        await engine.heard(1)
    async with engine.process() as second:
        await second.inbox.put(from_("an", "giá bao nhiêu", "2"))
        assert [said for _, said in await engine.heard(2)] == ["begun", "nem-bui"]
        assert len(second.echo.asked) == 1


async def test_whoever_answers_knows_the_line_that_a_message_came_by(engine: Engine) -> None:
    """What may be asked from one network address is counted there; nothing of it is kept."""
    async with engine.process() as process:
        await process.inbox.put(replace(from_("an", "a", "1"), line="mark-of-a-line"))
        await engine.heard(1)
        assert process.echo.seen[0].line == "mark-of-a-line"
        async with process.store._engine.connect() as connection:
            (row,) = (await connection.execute(select(tables.inbox))).all()
        assert "mark-of-a-line" not in str(row) + process.store._access.open(row.body)


async def test_what_comes_twice_is_answered_once(engine: Engine) -> None:
    async with engine.process() as process:
        first = await asyncio.gather(*(process.inbox.put(from_("an", "a", "1")) for _ in range(5)))
        assert await engine.heard(1) == [("an", "a!1")]
        again = await process.inbox.put(from_("an", "a", "1"))
        await engine.settled(process.store, 1)
    assert sorted(first) == [Accepted.AGAIN] * 4 + [Accepted.NEW]
    assert again is Accepted.AGAIN
    assert engine.ear.heard == [("an", "a!1")]


async def test_what_is_surely_unsent_is_sent_later_in_order(engine: Engine) -> None:
    engine.ear.troubles = [NotSent("no line", seconds=0.3), NotYet("too fast", seconds=0.2)]
    async with engine.process() as process:
        await process.inbox.put(from_("an", "a", "1"))
        await asyncio.sleep(0.1)
        await process.inbox.put(from_("an", "b", "2"))
        await process.inbox.put(from_("binh", "x", "3"))
        await engine.heard(3)
        states = await engine.settled(process.store, 3)
    assert [said for person, said in engine.ear.heard if person == "an"] == ["a!1", "b!2"]
    assert set(states.values()) == {"sent"}


async def test_what_waits_since_long_goes_out_at_once_when_the_vendor_is_back(postgresql_url: str) -> None:
    """Everybody's, each person's in order; what was hardly tried waits as long as the vendor asked."""
    engine = Engine(postgresql_url)
    people = [f"person {number}" for number in range(6)]
    async with engine.process(works=False) as before:
        for place, person in enumerate((*people, *people[:2], "barred")):
            await keep_unsent(before.store, person, f"{place}", tries=1 if person == "barred" else 6)
        now = time.time()
        await before.store.outbox.add(Notice("n", Address("ear", "maker"), NoticeKind.REMIND, "ABCD2345", due_at=now))
        (notice,) = await before.store.outbox.lease(now=now, limit=1)
        for _ in range(6):
            failed = DeliveryResult(notice.number, OutboxState.WAITING, due_at=now + 300, trouble="no line")
            await before.store.outbox.record_delivery(failed)
    engine.ear.troubles = [NotSent("no line", seconds=0.0)]
    async with engine.process() as process:
        await process.inbox.put(from_("new", "a", "new"))
        heard = await engine.heard(9)
        assert heard[0] == ("new", "a!1")
        assert sorted(heard[1:]) == sorted((person, f"{place}") for place, person in enumerate((*people, *people[:2])))
        assert [said for person, said in heard if person == people[0]] == ["0", "6"]
        assert len(await process.store.outbox.lease(now=time.time(), limit=9)) == 1
        states = await engine.settled(process.store, 9)
    assert states.pop("8") == "waiting"
    assert set(states.values()) == {"sent"}


async def keep_unsent(store: Store, person: str, said: str, *, tries: int) -> None:
    """Keep a message and its answer, which went out in vain and waits for minutes."""
    to, now = Address("ear", person), time.time()
    asked, _ = codec.serialize_incoming(from_(person, said, said))
    seq = await store.inbox.put(InboxRow(to.channel, to.address, said, asked, received_at=now))
    await drop_job(store, seq)
    reply = codec.serialize_reply(Reply(said))
    number = await store.inbox.keep_answer(StoredAnswer(seq, reply, to.channel, to.address, "vi", "{}"), now=now)
    assert number
    unsent = DeliveryResult(number, OutboxState.WAITING, due_at=now + 300, trouble="no line")
    await store.outbox.settle(unsent, to=to)
    for _ in range(tries - 1):
        await store.outbox.settle(unsent)


async def drop_job(store: Store, seq: int) -> None:
    """As if somebody had answered it."""
    async with store._engine.begin() as connection:
        query = text("DELETE FROM procrastinate_jobs WHERE task_name = 'answer' AND (args ->> 'number')::bigint = :seq")
        await connection.execute(query, {"seq": seq})


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(MaybeSent("cut"), "unknown"), (Refused("no"), "failed"), (ConnectionError("odd"), "unknown")],
    ids=["maybe sent", "refused", "unforeseen"],
)
async def test_what_may_have_been_sent_is_not_sent_again(engine: Engine, trouble: Exception, state: str) -> None:
    engine.ear.troubles = [trouble]
    async with engine.process() as process:
        await process.inbox.put(from_("an", "a", "1"))
        states = await engine.settled(process.store, 1)
        await process.inbox.put(from_("an", "b", "2"))
        assert await engine.heard(1) == [("an", "b!2")]
    assert states == {"1": state}
    assert engine.ear.tried == 2


async def test_the_database_refuses_for_a_moment(engine: Engine) -> None:
    async with engine.process() as process:
        process.echo.failures["a"] = [StoreError("full"), StoreError("full")]
        await process.inbox.put(from_("an", "a", "1"))
        await process.inbox.put(from_("an", "b", "2"))
        assert await engine.heard(2) == [("an", "a!1"), ("an", "b!2")]


async def test_a_slow_answer_keeps_nobody_else_waiting(engine: Engine) -> None:
    async with engine.process() as process:
        gate = process.echo.gates["slow"] = asyncio.Event()
        await process.inbox.put(from_("an", "slow", "1"))
        for number in range(30):
            await process.inbox.put(from_("an", f"more{number}", f"more{number}"))
        await process.echo.begun.wait()
        await process.inbox.put(from_("binh", "x", "1"))
        assert await engine.heard(1) == [("binh", "x!1")]
        gate.set()
        await engine.heard(32)
    assert next(said for person, said in engine.ear.heard if person == "an") == "slow!1"


async def test_a_vendor_that_hangs_keeps_no_other_channel_waiting(engine: Engine) -> None:
    """However many write there: words, and photos, which have a room of their own."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    async with engine.process() as process:
        for number in range(40):
            said = Photo(picture.getvalue()) if number % 4 == 0 else f"{number}"
            await process.inbox.put(from_(f"person {number}", said, f"hung {number}", channel="hung"))
        async with asyncio.timeout(20):
            await engine.hung.begun.wait()
        for number in range(12):
            await process.inbox.put(from_(f"person {number % 3}", f"{number}", f"{number}"))
        assert len(await engine.heard(12)) == 12
        assert engine.hung.heard == []
        assert engine.hung.gate is not None
        engine.hung.gate.set()
        await engine.settled(process.store, 52)
    assert sorted(person for person, _ in engine.hung.heard) == sorted(f"person {number}" for number in range(40))
    by_person = defaultdict(list)
    for person, said in engine.ear.heard:
        by_person[person].append(int(said.partition("!")[0]))
    assert sorted(by_person.values()) == [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]


async def test_a_photo_waits_with_its_bytes_and_in_its_place(engine: Engine) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    async with engine.process() as process:
        await process.inbox.put(from_("an", Photo(picture.getvalue()), "1"))
        await process.inbox.put(from_("an", "b", "2"))
        assert [said for _, said in await engine.heard(2)] == ["Photo!1", "b!2"]
        assert process.echo.seen[0].content == Photo(picture.getvalue())
        assert await process.store.inbox.picture(1) is None


async def test_a_late_photo_and_the_words_behind_it_in_two_processes(postgresql_url: str) -> None:
    """Whoever tries next, the words wait for the photo."""
    engine = Engine(postgresql_url)
    engine.ear.unfetched = [NotSent("host is away", seconds=0.2) for _ in range(3)]
    async with engine.process() as first, engine.process() as second:
        await first.inbox.put(from_("an", Photo(handle="f1"), "1"))
        await second.inbox.put(from_("an", "b", "2"))
        await first.inbox.put(from_("an", "c", "3"))
        assert [said for _, said in await engine.heard(3)] == ["Photo!1", "b!2", "c!3"]
    assert engine.ear.unfetched == []


async def test_who_was_erased_meanwhile_is_told_nothing_of_before(engine: Engine) -> None:
    engine.ear.troubles = [NotSent("no line", seconds=0.5)]
    async with engine.process() as process:
        await process.inbox.put(from_("an", "a", "1"))
        async with asyncio.timeout(10):
            await engine.ear.begun.wait()
        await asyncio.sleep(0.1)
        await process.store.people.erase(Address("ear", "an"))
        await asyncio.sleep(1.0)
        assert engine.ear.heard == []
        await process.inbox.put(from_("an", "b", "2"))
        assert await engine.heard(1) == [("an", "b!1")]


async def test_what_one_process_took_in_the_next_answers(engine: Engine) -> None:
    """Stopped in order, in the middle of an answer: the next one goes on at once."""
    async with engine.process(grace=0.1) as first:
        first.echo.gates["a"] = asyncio.Event()
        await first.inbox.put(from_("an", "a", "1"))
        await first.inbox.put(from_("an", "b", "2"))
        await first.echo.begun.wait()
        await first.stop()
    async with engine.process():
        assert await engine.heard(2) == [("an", "a!1"), ("an", "b!2")]


KILLED = """
import asyncio, sys
from tests.contracts.engines import Engine
from tests.unit.bot.channels import from_

async def main(url, key, where):
    engine = Engine(url, keys=(key,))
    if where == "sending":
        engine.ear.gate = asyncio.Event()
    async with engine.process() as process:
        if where == "answering":
            process.echo.gates["a"] = asyncio.Event()
        await process.inbox.put(from_("an", "a", "1"))
        await process.inbox.put(from_("an", "b", "2"))
        await (process.echo.begun if where == "answering" else engine.ear.begun).wait()
        print("busy", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(("where", "heard"), [("answering", ["a!1", "b!2"]), ("sending", ["b!2"])])
async def test_a_process_that_is_killed(engine: Engine, where: str, heard: list[str]) -> None:
    """What it was answering is answered by the next, in order; what it may have sent is not sent again."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, engine.url, engine.keys[0], where,
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 60) == b"busy\n"
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    async with engine.process():
        assert [said for _, said in await engine.heard(len(heard))] == heard


async def test_nothing_is_answered_where_nobody_works(engine: Engine) -> None:
    async with engine.process(works=False) as idle:
        if not engine.has_jobs:
            pytest.skip("who serves on SQLite works")
        await idle.inbox.put(from_("an", "a", "1"))
        await asyncio.sleep(0.5)
        assert engine.ear.heard == []
        async with engine.process():
            assert await engine.heard(1) == [("an", "a!1")]
