"""Which jobs a worker is given, and when: what only a real PostgreSQL can tell."""

import asyncio
import time

import pytest

from catalog.errors import StoreError, StoreUnavailable
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.sealing import new_key
from catalog.store import JobKind, JobQueue, open_store
from catalog.store.job_worker import JobHandlers, work_on_jobs

CHANNELS = ("telegram",)
MAKER = Address("telegram", "2001")


async def test_a_reminder_for_tomorrow_keeps_no_notice_of_today_waiting(postgresql_url: str) -> None:
    """They are one person's, whose jobs are done one after the other."""
    told: asyncio.Queue[int] = asyncio.Queue()
    async with open_store(postgresql_url, keys=[new_key()]) as store:
        await store.outbox.add(Notice("tomorrow", MAKER, NoticeKind.REMIND, "ABCD2345", due_at=time.time() + 86_400))
        await store.outbox.add(Notice("today", MAKER, NoticeKind.NEW, "ABCD2345", due_at=time.time()))
        handlers = JobHandlers(by_number={JobKind.NOTIFY: told.put})
        work = work_on_jobs(
            postgresql_url, handlers, queues=tuple(JobQueue), channels=CHANNELS, at_once=2, grace=1.0, name="test"
        )
        working = asyncio.ensure_future(work)  # noqa: TID251 - a test
        try:
            number = await asyncio.wait_for(told.get(), 10)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        due = await store.outbox.lease(now=time.time(), limit=9)
    assert [(each.key, each.number) for each in due] == [("today", number)]


async def test_a_worker_stops_whenever_it_is_told_to(postgresql_url: str) -> None:
    """Also while it opens its connections: until Python 3.12 the driver's pool may swallow being cancelled there."""
    for place in range(40):
        works = asyncio.create_task(  # noqa: TID251 - it ends here
            work_on_jobs(
                postgresql_url,
                JobHandlers({}),
                queues=tuple(JobQueue),
                channels=CHANNELS,
                at_once=4,
                grace=1.0,
                name="test",
            )
        )
        await asyncio.sleep(0.002 * place)
        works.cancel()
        done, _ = await asyncio.wait((works,), timeout=10)
        assert done, place
        assert works.cancelled(), place


async def test_what_is_done_by_the_clock_and_fails_is_logged(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.Event()

    async def clean() -> None:
        begun.set()
        raise StoreError("the disk is full")

    handlers = JobHandlers({}, by_clock={JobKind.CLEAN: ("* * * * * *", JobQueue.CLEAN, clean)})
    work = work_on_jobs(
        postgresql_url, handlers, queues=tuple(JobQueue), channels=CHANNELS, at_once=1, grace=1.0, name="test"
    )
    working = asyncio.ensure_future(work)  # noqa: TID251 - a test
    try:
        await asyncio.wait_for(begun.wait(), 10)
        await asyncio.sleep(0.2)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert "clean failed, and is done again by the clock: the disk is full" in caplog.text


async def test_a_database_that_is_away_is_told_at_once() -> None:
    """Whoever waits in vain for half a minute is not there when it comes back."""
    nowhere = "postgresql://u:p@127.0.0.1:1/n"
    work = work_on_jobs(
        nowhere, JobHandlers({}), queues=tuple(JobQueue), channels=CHANNELS, at_once=4, grace=1.0, name="test"
    )
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(work, 15)
