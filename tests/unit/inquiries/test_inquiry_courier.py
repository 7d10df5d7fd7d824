"""The courier while the database refuses, others are at work, and channels do what nobody foresaw."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from bot.background_tasks import finish
from bot.channel import NotSent
from bot.message_retry import SEND_BACKOFF
from bot.notice_sender import NoticeSender
from bot.sender import Sender
from bot.traces import NO_TRACES, Traces, open_traces
from catalog.inquiry import Address, Member, Notice, NoticeKind, Role
from catalog.store.outbox_store import LEASE_SECONDS
from handlers.actions import Verb
from handlers.inquiries.notice_policy import PATIENCE
from handlers.phrases import speech
from tests.stands.collector import open_collector
from tests.town import HOUR, Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases

say = speech("vi")


@contextmanager
def refusing(town: Town, what: str) -> Iterator[None]:
    """The database refuses to keep that a notice became *what*, as a full disk would."""
    trigger = f"CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN NEW.state = '{what}' AND NEW.kind <> 'reply' "
    trigger += "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    with sqlite3.connect(town.file) as database:
        database.execute(trigger)
    yield
    with sqlite3.connect(town.file) as database:
        database.execute("DROP TRIGGER full")
    database.close()


@asynccontextmanager
async def running(courier: Sender) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(courier.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def notices_of(town: Town) -> NoticeSender:
    found = town.courier._notices
    assert found is not None
    return found


def another_sender(town: Town, traces: Traces = NO_TRACES) -> Sender:
    """One more at work on the same database."""
    other = Sender(
        town.store, metrics=town.measures, context=town.context, clock=lambda: town.now, breath=0, traces=traces
    )
    other.channels.update(town.lines)
    return other


async def until(found: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait until *found* is true."""
    async with asyncio.timeout(seconds):
        while not found():  # noqa: ASYNC110 - there is no event for what a person hears
            await asyncio.sleep(0.005)


@pytest.mark.only_sqlite
async def test_what_was_sent_while_the_database_refused_is_not_sent_again(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    with refusing(town, "sent"):
        await town.courier.round()
        await town.later(LEASE_SECONDS + 1)
    assert sum(ref in each for each in folk.ba.heard) == 1
    await town.later(LEASE_SECONDS + 1)
    assert sum(ref in each for each in folk.ba.heard) == 1
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert held.state == "delivered"


@pytest.mark.only_sqlite
async def test_an_answer_that_cannot_be_claimed_is_not_sent(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    with refusing(town, "sending"):
        await town.courier.round()
        assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard)
    await town.later(LEASE_SECONDS + 1)
    assert sum(each.startswith("Trả lời cho") for each in folk.lan.heard) == 1


async def test_an_answer_that_somebody_else_has_is_left_to_them(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    (answer,) = await town.store.outbox.lease(now=town.now, limit=9, to=folk.lan.address)
    assert await town.store.outbox.claim(answer.number, now=town.now)
    assert not await town.store.outbox.claim(answer.number, now=town.now)
    notices_of(town)._leased[answer.number] = town.now + 60
    notices_of(town)._queue([answer])
    await notices_of(town)._send_queue(folk.lan.address)
    assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard)
    await town.later(61)
    assert [each.kind for each in await town.store.outbox.list_failed(limit=9)] == [NoticeKind.ANSWER]
    assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard), "it may have been sent"


async def test_a_notice_whose_lease_ended_while_it_waited_is_left_to_whoever_has_it(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    (notice,) = await town.store.outbox.lease(now=town.now, limit=9)
    notices_of(town)._leased[notice.number] = town.now + LEASE_SECONDS
    town.now += LEASE_SECONDS + 1
    other = another_sender(town)
    assert await other.round() == 1
    notices_of(town)._queue([notice])
    await notices_of(town)._send_queue(folk.ba.address)
    assert sum(ref in each for each in folk.ba.heard) == 1


async def test_a_notice_that_waited_long_is_held_longer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    (notice,) = await town.store.outbox.lease(now=town.now, limit=9)
    notices_of(town)._leased[notice.number] = town.now + LEASE_SECONDS
    town.now += LEASE_SECONDS - 1
    notices_of(town)._queue([notice])
    await notices_of(town)._send_queue(folk.ba.address)
    assert sum(ref in each for each in folk.ba.heard) == 1


async def test_what_nobody_foresaw_is_tried_again_and_then_given_up(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [ValueError("a word of Lan's")]
    await town.post()
    await town.later(5)
    assert any(ref in each for each in folk.ba.heard)
    await folk.lan.asks("Một câu khác", product="nem-2")
    town.lines["telegram"].troubles = [ValueError("x") for _ in range(PATIENCE)]
    for _ in range(PATIENCE):
        await town.later(HOUR)
    assert [each.trouble for each in await town.store.outbox.list_failed(limit=9)] == ["ValueError"]


@pytest.mark.only_sqlite
async def test_it_runs_and_wakes_when_there_is_something_to_tell(town: Town, folk: Folk) -> None:
    async with running(town.courier):
        ref = await folk.lan.asks("Nem để được bao lâu?")
        await until(lambda: any(ref in each for each in folk.ba.heard))
        for number in range(120):
            to = Address("telegram", f"{1000 + number}")
            await town.store.members.join(Member(to, Role.PRODUCER, "x"), at=0.0)
            await town.store.outbox.add(Notice(f"still:{number}", to, NoticeKind.STILL_THERE, "", due_at=town.now))
        line = town.lines["telegram"]
        await until(lambda: sum(each.reply.text.startswith("Bạn còn đó không?") for each in line.said) == 120)


@pytest.mark.only_sqlite
async def test_it_stops_even_when_it_is_woken_at_that_moment(town: Town) -> None:
    work = asyncio.create_task(town.courier.run())  # noqa: TID251 - as the house does it
    resting = notices_of(town)._wake
    await until(lambda: bool(resting._waiters))
    resting.set()
    await asyncio.sleep(0)
    work.cancel()
    assert await asyncio.wait([work], timeout=20.0) == ({work}, set())


@pytest.mark.only_sqlite
async def test_a_chat_that_hangs_keeps_no_other_channel_waiting(town: Town, folk: Folk) -> None:
    gate = asyncio.Event()
    town.lines["telegram"].gate = gate
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan("Hàng bị mốc")
    await folk.lan.tap("Gửi")
    async with running(town.courier):
        await until(lambda: "Hàng bị mốc" in folk.officer.last)
        assert not any("Hàng bị mốc" in each for each in folk.ba.heard)
        gate.set()
        await until(lambda: any("Hàng bị mốc" in each for each in folk.ba.heard))


@pytest.mark.only_sqlite
async def test_a_stopped_process_leaves_nothing_for_a_minute(town: Town, folk: Folk) -> None:
    """With one process, as on SQLite, whatever is leased when it starts was leased by one that is no more."""
    ref = await folk.lan.asks("Nem để được bao lâu?")
    assert len(await town.store.outbox.lease(now=town.now, limit=9)) == 1
    for line in town.lines.values():
        await town.courier.let_in(line)
    async with running(town.courier):
        await until(lambda: any(ref in each for each in folk.ba.heard))


@pytest.mark.only_sqlite
async def test_who_is_held_by_another_process_is_given_it_on_return_too(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    with sqlite3.connect(town.file) as database:
        database.execute("UPDATE outbox SET state = 'held' WHERE kind = 'new'")
    database.close()
    async with running(town.courier):
        await until(lambda: folk.ba.address in notices_of(town)._held)
        await folk.ba("xin chào")
        await until(lambda: any(ref in each for each in folk.ba.heard))


async def test_what_nobody_asked_for_is_a_trace_too(town: Town, folk: Folk) -> None:
    """One for each notice: each time that it is due it is composed, and sent below that; nothing tells of whom."""
    ref = await folk.lan.asks("Nem để được bao lâu?")
    async with open_collector() as collector:
        async with open_traces(collector.url) as traces:
            other = another_sender(town, traces)
            town.lines[folk.ba.person.channel].troubles = [NotSent("the line is down", seconds=60)]
            assert await other.round() == 1
            town.now += 400
            assert await other.round() == 1
        assert sum(ref in each for each in folk.ba.heard) == 1
        spans = [span for span in collector.spans if folk.ba.person.channel in str(span.attributes)]
        assert [span.name for span in spans] == ["compose notice", "send"] * 2
        assert len({span.trace_id for span in spans}) == 1
        first, sent, again, arrived = spans
        assert (first.parent_span_id, again.parent_span_id) == (b"", b"")
        assert (sent.parent_span_id, arrived.parent_span_id) == (first.span_id, again.span_id)
        facts = [
            {each.key: each.value.string_value or each.value.int_value for each in span.attributes} for span in spans
        ]
        number = facts[0]["hoi_ocop.notice"]
        assert facts[0] == {
            "hoi_ocop.channel": folk.ba.person.channel,
            "hoi_ocop.notice": number,
            "hoi_ocop.kind": "new",
        }
        assert facts[1] == {
            "hoi_ocop.channel": folk.ba.person.channel, "hoi_ocop.notice": number, "hoi_ocop.outcome": "unreachable"
        }  # fmt: skip
        assert (facts[3]["hoi_ocop.outcome"], facts[3]["hoi_ocop.tries"]) == ("sent", 1)
        told = b"".join(collector.bodies)
        for secret in (ref, folk.ba.person.address, "Nem"):
            assert secret.encode() not in told


async def test_two_couriers_share_the_work(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    other = another_sender(town)
    refs = [
        await town.someone("zalo", f"k{n}").asks(f"Câu {n}", product="nem-1" if n % 2 else "nem-3") for n in range(8)
    ]
    await asyncio.gather(town.courier.round(), other.round(), town.courier.round(), other.round())
    told = [*folk.ba.heard, *folk.tu.heard]
    assert all(sum(ref in each for each in told) == 1 for ref in refs)


@pytest.mark.parametrize(
    ("attempts", "least", "seconds"), [(0, 0.0, 1.0), (3, 0.0, 8.0), (99, 0.0, 300.0), (0, 9.0, 9.0)]
)
def test_a_pause_doubles_up_to_five_minutes(attempts: int, least: float, seconds: float) -> None:
    assert SEND_BACKOFF.pause(attempts + 1, at_least=least, chance=lambda: 0.0) == seconds


@pytest.mark.only_sqlite
async def test_a_notice_under_way_is_told_and_marked_before_the_courier_stops(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?")
    line = town.lines["telegram"]
    line.gate = asyncio.Event()
    running = asyncio.create_task(town.courier.run())  # noqa: TID251 - cancelled here, as the house does
    await until(lambda: bool(line.under_way))
    running.cancel()
    await asyncio.sleep(0.05)
    assert not running.done()
    line.gate.set()
    await asyncio.gather(running, return_exceptions=True)
    counts = await town.store.outbox.counts()
    assert counts.get("sending", 0) == 0
    assert "Nem để được bao lâu?" in folk.ba.last


async def test_a_hanging_channel_does_not_keep_the_courier_from_stopping() -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    waiting = asyncio.create_task(finish(hang(), seconds=0.05))  # noqa: TID251 - cancelled here
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
