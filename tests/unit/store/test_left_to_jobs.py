"""What waits on PostgreSQL always has its job, and no more than one; what is under way counts as waiting."""

import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from catalog.delivery import OutboxState
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import DeliveryResult, InboxRow, Store, StoredAnswer, open_store

AN = Address("telegram", "an")


@pytest.fixture
async def shared(postgresql_url: str) -> AsyncIterator[Store]:
    async with open_store(postgresql_url) as opened:
        yield opened


async def keep(store: Store, ref: str, *, later: bool = False) -> int:
    """Keep a message and its answer; the answer's number."""
    now = time.time()
    seq = await store.inbox.put(InboxRow(*astuple(AN), ref, "{}", received_at=now))
    answer = StoredAnswer(seq, "chào", *astuple(AN), "vi", "{}", later=later, received_at=now)
    number = await store.inbox.keep_answer(answer, now=now)
    assert number
    return number


def astuple(who: Address) -> tuple[str, str]:
    return who.channel, who.address


async def jobs(store: Store, kind: str) -> list[int]:
    query = text("SELECT (args ->> 'number')::bigint FROM procrastinate_jobs WHERE task_name = :kind ORDER BY id")
    async with store._engine.connect() as connection:
        return list(await connection.scalars(query, {"kind": kind}))


async def test_an_answer_that_follows_others_has_a_job(shared: Store) -> None:
    """Those before it may be sent, and their job be done, at the moment when it is kept."""
    await keep(shared, "1")
    assert await jobs(shared, "deliver") == []
    second = await keep(shared, "2", later=True)
    assert await jobs(shared, "deliver") == [second]
    await keep(shared, "3", later=True)
    assert await jobs(shared, "deliver") == [second]


async def test_what_has_a_job_is_given_no_other(shared: Store) -> None:
    number = await keep(shared, "1")
    unsent = DeliveryResult(number, OutboxState.WAITING, due_at=1.0, trouble="no line")
    await shared.outbox.settle(unsent)
    assert await shared.outbox.defer_left(before=time.time() + 1) == 1
    assert await shared.outbox.defer_left(before=time.time() + 1) == 0
    assert await jobs(shared, "deliver") == [number]


async def test_a_message_that_was_left_without_a_job_is_given_one(shared: Store) -> None:
    """A copy from another database has none."""
    first, second = [
        await shared.inbox.put(InboxRow(*astuple(AN), ref, "{}", received_at=time.time())) for ref in ("1", "2")
    ]
    async with shared._engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM procrastinate_jobs WHERE args ->> 'number' = :it"), {"it": str(first)}
        )
    assert await shared.inbox.defer_left(before=time.time() - 60) == 0
    assert await shared.inbox.defer_left(before=time.time() + 1) == 1
    assert await shared.inbox.defer_left(before=time.time() + 1) == 0
    assert sorted(await jobs(shared, "answer")) == [first, second]


async def test_the_next_answer_waits_for_the_one_under_way(shared: Store) -> None:
    number = await keep(shared, "1")
    seq = await shared.inbox.put(InboxRow(*astuple(AN), "2", "{}"))
    taken = await shared.inbox.take(seq, now=time.time())
    assert taken is not None
    assert OutboxState.SENDING in taken.unsent
    # Its worker has died long ago.
    taken = await shared.inbox.take(seq, now=time.time() + 90)
    assert taken is not None
    assert taken.unsent == frozenset()
    await shared.outbox.settle(DeliveryResult(number, OutboxState.SENT))
    taken = await shared.inbox.take(seq, now=time.time())
    assert taken is not None
    assert taken.unsent == frozenset()


async def test_a_notice_that_became_due_is_given_one_job(shared: Store) -> None:
    """The next one of its person goes along with it."""
    now = time.time()
    for number in range(2):
        await shared.outbox.add(Notice(f"{number}", AN, NoticeKind.REMIND, "ABCD2345", due_at=now + 60))
    assert await shared.outbox.defer_due(now=now + 59) == 0
    assert await shared.outbox.defer_due(now=now + 61) == 1
    assert await shared.outbox.defer_due(now=now + 61) == 0
    assert len(await jobs(shared, "notify")) == 1
