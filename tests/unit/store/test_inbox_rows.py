"""The inbox's rows, from waiting to sent."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.delivery import OutboxState, Queue
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import Backlog, DeliveryResult, InboxRow, NewReply, Store, StoredAnswer, open_store, tables
from tests.unit.store.engines import only_sqlite
from tests.unit.store.rows import unfinished

FIRST = InboxRow("web", "an", "m1", '{"a": 1}', b"\xff\xd8")


AN = Address("web", "an")


def said(seq: int, text: str = "chào", *, address: str = "an", language: str = "vi", state: str = "{}") -> StoredAnswer:
    return StoredAnswer(seq, text, "web", address, language, state)


async def state_of(store: Store, seq: int) -> tuple[object, ...]:
    table = tables.inbox
    columns = (table.c.state, table.c.attempts, table.c.sent_id, table.c.trouble, table.c.pictures)
    async with store._engine.connect() as connection:
        return tuple((await connection.execute(select(*columns).where(table.c.seq == seq))).one())


async def test_it_is_kept_whole_and_once(store: Store) -> None:
    seq = await store.inbox.put(FIRST)
    assert await store.inbox.put(FIRST) == 0
    assert await store.inbox.put(replace(FIRST, body="anders")) == 0
    assert await unfinished(store) == [replace(FIRST, seq=seq)]


async def test_the_same_ref_of_another_person_is_another_message(store: Store) -> None:
    one = await store.inbox.put(FIRST)
    two = await store.inbox.put(replace(FIRST, address="binh"))
    three = await store.inbox.put(replace(FIRST, channel="telegram"))
    assert 0 < one < two < three


async def keep(store: Store, seq: int, text: str = "chào", **more: object) -> int:
    """Put an answer into the outbox; its number."""
    number = await store.inbox.keep_answer(replace(said(seq, text), **more), now=1.0)  # type: ignore[arg-type]  # its fields
    assert number
    return number


async def outbox(store: Store) -> list[tuple[str, str, int]]:
    """The state, trouble and attempts of everything in it."""
    table = tables.outbox
    query = select(table.c.state, table.c.trouble, table.c.attempts).order_by(table.c.number)
    async with store._engine.connect() as connection:
        return [(row.state, row.trouble, row.attempts) for row in await connection.execute(query)]


async def test_an_answer_is_kept_before_it_is_sent_and_the_photo_is_gone(store: Store) -> None:
    seq = await store.inbox.put(FIRST)
    assert await store.inbox.picture(seq) == FIRST.pictures
    number = await keep(store, seq, "Nem Bùi", language="en", state='{"offered": ["p 1"]}')
    assert await outbox(store) == [("sending", "", 0)]
    assert await store.inbox.picture(seq) is None
    assert await store.people.load("web", "an") == ("en", '{"offered": ["p 1"]}')
    await store.outbox.settle(DeliveryResult(number, OutboxState.SENT, sent_id="77"))
    assert await outbox(store) == [("sent", "", 1)]
    (answer,) = await store.outbox.answers_after(AN, after=0)
    assert (answer.body, answer.ref, answer.asked) == ("Nem Bùi", FIRST.ref, FIRST.body)


async def test_of_two_answers_the_last_word_about_a_person_counts(store: Store) -> None:
    one, two = await store.inbox.put(FIRST), await store.inbox.put(replace(FIRST, ref="m2"))
    await keep(store, one, language="vi")
    await keep(store, two, language="en")
    assert (await store.people.load("web", "an"))[0] == "en"
    assert await store.people.load("web", "nobody") == ("", "{}")


async def test_a_message_is_answered_once(store: Store, store_url: str) -> None:
    seq = await store.inbox.put(FIRST)
    await keep(store, seq)
    assert await store.inbox.keep_answer(said(seq, "noch einmal"), now=1.0) is None
    async with open_store(store_url) as other:
        two = await store.inbox.put(replace(FIRST, ref="m2"))
        if store.has_jobs:
            # Whoever has its job may answer it; whoever kept an answer first has answered it.
            assert await other.inbox.keep_answer(said(two, "zwei"), now=1.0)
        assert await other.inbox.keep_answer(said(two), now=1.0) is None
    told = ["chào", "zwei"] if store.has_jobs else ["chào"]
    assert [each.body for each in await store.outbox.answers_after(AN, after=0)] == told


async def test_who_was_erased_is_answered_under_a_number_above_all(store: Store) -> None:
    one, two = await store.inbox.put(FIRST), await store.inbox.put(replace(FIRST, ref="m2"))
    before = await keep(store, one)
    await store.inbox.forget_before(1e12)
    number = await keep(store, two)
    assert number > before
    assert len(await outbox(store)) == 1
    three = await store.inbox.put(replace(FIRST, ref="m3"))
    assert await keep(store, three) > number


async def test_what_is_held_is_found_by_its_person(store: Store) -> None:
    number = await keep(store, await store.inbox.put(FIRST))
    await store.outbox.settle(DeliveryResult(number, OutboxState.HELD, trouble="48 hours are over"))
    assert await store.outbox.people(OutboxState.HELD) == [AN]
    held = await store.outbox.replies(AN, states=(OutboxState.HELD,), limit=9)
    assert [each.number for each in held] == [number]
    assert await store.outbox.replies(Address("web", "binh"), states=(OutboxState.HELD,), limit=9) == []


async def test_answers_are_fetched_from_where_one_stopped(store: Store) -> None:
    seqs = [await store.inbox.put(replace(FIRST, ref=f"m{number}")) for number in range(3)]
    numbers = [await keep(store, seq, f"antwort {seq}") for seq in seqs[:2]]
    assert [each.number for each in await store.outbox.answers_after(AN, after=0)] == numbers
    assert [each.number for each in await store.outbox.answers_after(AN, after=numbers[0])] == [numbers[1]]
    assert [each.number for each in await store.outbox.answers_after(AN, after=0, before=numbers[1])] == [numbers[0]]
    assert await store.outbox.answers_after(Address("web", "binh"), after=0) == []


async def test_a_long_trouble_is_cut(store: Store) -> None:
    number = await keep(store, await store.inbox.put(FIRST))
    await store.outbox.settle(DeliveryResult(number, OutboxState.FAILED, trouble="x" * 500))
    assert await outbox(store) == [("failed", "x" * 200, 1)]


async def test_what_is_old_is_erased_answered_or_not(store: Store) -> None:
    number = await keep(store, await store.inbox.put(FIRST), received_at=5.0)
    await store.inbox.put(replace(FIRST, ref="m2"))
    await store.outbox.settle(DeliveryResult(number, OutboxState.SENT))
    assert (await store.inbox.forget_before(0), await store.outbox.forget_before(0)) == (0, 0)
    assert (await store.inbox.forget_before(1e12), await store.outbox.forget_before(1e12)) == (2, 1)


async def test_what_waits_for_an_answer_is_read_back_without_its_pictures(store: Store) -> None:
    seq = await store.inbox.put(FIRST)
    (row,) = await store.inbox.lease_rows("web", "an", limit=9, now=1.0)
    assert (row.seq, row.pictures, row.picture_bytes) == (seq, None, 2)
    assert await store.inbox.pictures_waiting() == [("web", "an", 2)]
    assert await store.inbox.picture(seq + 1) is None
    assert await store.inbox.queues("web", now=1.0) == ["an"]


async def test_what_waits_is_told_by_channel(store: Store) -> None:
    one, two, three = [await store.inbox.put(replace(FIRST, ref=f"m{number}")) for number in range(3)]
    first, second = [await keep(store, seq, later=True, received_at=7.0) for seq in (one, two)]
    await store.outbox.settle(DeliveryResult(second, OutboxState.WAITING, due_at=70.0, trouble="away"))
    waiting = await store.outbox.lease_replies(AN, states=(OutboxState.WAITING,), limit=9, now=1.0)
    assert [each.number for each in waiting] == [first, second]
    assert await store.outbox.queues("web", now=1.0) == [("an", 70.0)]
    messages, answers = await store.queues.list_backlogs(now=1.0)
    assert messages == Backlog(Queue.MESSAGES, "web", 1, messages.oldest)
    assert answers == Backlog(Queue.ANSWERS, "web", 2, 7.0, "away")
    assert three


async def test_a_notice_waits_once_it_is_due_or_was_tried_in_vain(store: Store) -> None:
    now = time.time()
    for key, due_at in (("now", now), ("planned", now + 3600), ("long planned", now + 60)):
        await store.outbox.add(Notice(key, AN, NoticeKind.ANSWER, "", due_at=due_at))
    (backlog,) = await store.queues.list_backlogs(now=now + 1)
    assert (backlog.queue, backlog.count, round(backlog.oldest - now)) == (Queue.NOTICES, 1, 0)
    (first,) = await store.outbox.lease(now=now + 1, limit=9)
    again = DeliveryResult(first.number, OutboxState.WAITING, due_at=now + 9000, trouble="away")
    await store.outbox.record_delivery(again)
    (backlog,) = await store.queues.list_backlogs(now=now + 7200)
    assert (backlog.count, round(backlog.oldest - now), backlog.why) == (3, 0, "away")
    await store.outbox.record_delivery(DeliveryResult(first.number, OutboxState.SENT))
    (backlog,) = await store.queues.list_backlogs(now=now + 7200)
    assert (backlog.count, round(backlog.oldest - now), backlog.why) == (2, 60, "")


async def test_an_answer_is_claimed_once(store: Store) -> None:
    number = await keep(store, await store.inbox.put(FIRST), later=True)
    assert await store.outbox.claim_reply(number, now=1.0)
    assert not await store.outbox.claim_reply(number, now=1.0)


async def test_what_another_process_works_on_is_left_to_it(store: Store, store_url: str) -> None:
    number = await keep(store, await store.inbox.put(FIRST), later=True)
    waiting = (OutboxState.WAITING,)
    async with open_store(store_url) as other:
        assert await store.outbox.lease_replies(AN, states=waiting, limit=9, now=1.0)
        if store.has_jobs:
            # Whoever has the job has them, whoever had them before.
            assert await other.outbox.lease_replies(AN, states=waiting, limit=9, now=2.0)
            assert await store.outbox.lease_replies(AN, states=waiting, limit=9, now=1.0)
        else:
            assert await other.outbox.lease_replies(AN, states=waiting, limit=9, now=2.0) == []
        assert not await other.outbox.claim_reply(number, now=2.0)
        assert await other.outbox.queues("web", now=2.0) == []
        assert await other.outbox.queues("web", now=90.0, left=True) == [("an", 0.0)]
        assert await other.outbox.claim_reply(number, now=90.0)


@pytest.mark.parametrize(
    ("keeps", "alone", "state"), [(True, False, "sent"), (False, False, "unknown"), (False, True, "unknown")]
)
async def test_what_was_being_sent_when_a_process_died(store: Store, keeps: bool, alone: bool, state: str) -> None:  # noqa: FBT001 - parameters
    await keep(store, await store.inbox.put(FIRST))
    await store.outbox.take_over("web", keeps_answers=keeps, now=2.0, alone=alone)
    assert (await outbox(store))[0][0] == ("sending" if not alone else state)
    await store.outbox.take_over("web", keeps_answers=keeps, now=90.0, alone=False)
    assert (await outbox(store))[0][0] == state


async def test_all_but_the_newest_are_put_aside_and_given_on_request(store: Store) -> None:
    seqs = [await store.inbox.put(replace(FIRST, ref=f"m{number}")) for number in range(4)]
    numbers = [await keep(store, seq, later=True, received_at=5.0) for seq in seqs]
    assert await store.outbox.put_aside(AN, before=1.0) == 0
    assert await store.outbox.put_aside(AN, before=1e12) == 3
    waiting = await store.outbox.replies(AN, states=(OutboxState.WAITING,), limit=9)
    assert [each.number for each in waiting] == numbers[3:]
    assert await store.outbox.request(AN, limit=2, now=1.0) == 2
    requested = await store.outbox.replies(AN, states=(OutboxState.REQUESTED,), limit=9)
    assert [each.number for each in requested] == numbers[:2]
    assert await store.outbox.count_aside(AN) == 1
    await store.outbox.put_back(AN)
    assert await store.outbox.count_aside(AN) == 3


async def test_what_we_say_by_ourselves_stands_once_for_each_key(store: Store) -> None:
    said_once = NewReply(AN, "Nhắc", state=OutboxState.SENT, created_at=1.0, key="notice:1")
    number = await store.outbox.add_reply(said_once)
    assert number
    assert await store.outbox.add_reply(said_once) == 0
    (answer,) = await store.outbox.answers_after(AN, after=0)
    assert (answer.number, answer.body, answer.ref, answer.asked) == (number, "Nhắc", "notice:1", "")


async def test_a_seq_is_never_given_twice(store: Store) -> None:
    """A browser asks for what came after the last seq it saw: a reused one would hide an answer."""
    seq = await store.inbox.put(FIRST)
    await store.inbox.forget_before(1e12)
    assert await store.inbox.put(FIRST) > seq


@only_sqlite
async def test_what_was_erased_is_not_in_the_file(store: Store) -> None:
    await store.inbox.put(replace(FIRST, body='{"text": "0987-geheim-0987"}'))
    await store.inbox.forget_before(1e12)
    async with store._engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        path = (await connection.exec_driver_sql("PRAGMA database_list")).one().file
    with open(path, "rb") as file:  # noqa: PTH123, ASYNC230 - a small file, read once
        assert b"0987-geheim-0987" not in file.read()


async def test_an_answer_that_was_refused_is_no_dead_notice(store: Store) -> None:
    number = await keep(store, await store.inbox.put(FIRST))
    await store.outbox.settle(DeliveryResult(number, OutboxState.FAILED, trouble="too long"))
    assert await store.outbox.list_failed(limit=9) == []


async def test_a_channel_is_told_of_its_answers_and_passes_over_all_others(store: Store) -> None:
    """However long nobody writes there, it need not look twice through what goes out elsewhere."""
    assert (await store.outbox.newest_number(), await store.outbox.numbers_after("web", 0)) == (0, [])
    replies = [
        NewReply(Address(channel, name), "{}", OutboxState.SENT, 1.0, key=f"{channel} {name}")
        for channel, name in (("web", "an"), ("web", "binh"), ("telegram", "an"))
    ]
    first, second, third = [await store.outbox.add_reply(each) for each in replies]
    await store.outbox.add(Notice("k", AN, NoticeKind.ANSWER, ""))
    assert await store.outbox.numbers_after("web", 0) == [("an", first), ("binh", second)]
    assert await store.outbox.numbers_after("web", first) == [("binh", second)]
    assert await store.outbox.newest_number() == third + 1


async def test_what_was_asked_for_stays_asked_for_while_it_is_given(store: Store, store_url: str) -> None:
    """Another process that looks for what died leaves it alone, until the lease ends."""
    seqs = [await store.inbox.put(replace(FIRST, ref=f"m{number}")) for number in range(3)]
    for seq in seqs:
        await keep(store, seq, later=True, received_at=5.0)
    assert await store.outbox.put_aside(AN, before=1e12) == 2
    assert await store.outbox.request(AN, limit=9, now=10.0) == 2
    async with open_store(store_url) as other:
        await other.outbox.take_over("web", keeps_answers=True, now=20.0, alone=False)
        assert await store.outbox.count_aside(AN) == 0
        await other.outbox.take_over("web", keeps_answers=True, now=90.0, alone=False)
    assert await store.outbox.count_aside(AN) == 2
