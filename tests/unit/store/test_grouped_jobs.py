"""Jobs fetched and finished together, on a real PostgreSQL."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from catalog.store import JobKind
from catalog.store.database import database_url, make_engine, writing
from catalog.store.grouped_jobs import MOST_FETCHED, GroupedJobs
from catalog.store.jobs import NewJob, defer

QUEUE = "answer/telegram"


@asynccontextmanager
async def jobs_of(url: str, *locks: str, room: int = 8) -> AsyncIterator[tuple[GroupedJobs, int]]:
    """Jobs of these *locks*, numbered from 0 on, and the number of a worker who may have *room* of them."""
    waiting = [NewJob(JobKind.ANSWER, QUEUE, number, lock) for number, lock in enumerate(locks)]
    engine = make_engine(database_url(url))
    async with writing(engine) as connection:
        await defer(connection, waiting)
    await engine.dispose()
    plain = database_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(conninfo=plain)
    jobs = GroupedJobs(connector, room=lambda: room)
    async with App(connector=connector).open_async():
        yield jobs, await jobs.register_worker()


async def fetched(jobs: GroupedJobs, worker: int) -> list[Job]:
    """All that can be had now."""
    found = []
    while job := await jobs.fetch_job([QUEUE], worker):
        found.append(job)
    return found


def numbers(jobs: list[Job]) -> list[object]:
    return [job.task_kwargs["number"] for job in jobs]


async def test_of_each_lock_only_the_oldest_is_fetched(postgresql_url: str) -> None:
    async with jobs_of(postgresql_url, "a", "b", "a", "c", "b") as (jobs, worker):
        found = await fetched(jobs, worker)
        assert numbers(found) == [0, 1, 3]
        for each in found:
            await jobs.finish_job(each, Status.SUCCEEDED, True)
        assert numbers(await fetched(jobs, worker)) == [2, 4]


@pytest.mark.parametrize("seed", range(6))
async def test_a_group_is_what_procrastinate_fetches_one_by_one(postgresql_url: str, seed: int) -> None:
    chance, later = random.Random(seed), time.time() + 3600
    waiting = [
        NewJob(
            JobKind.ANSWER,
            chance.choice([QUEUE, "answer/zalo", "deliver/telegram"]),
            number,
            chance.choice("abcdefgh"),
            due_at=chance.choice([0.0, 0.0, later]),
            priority=chance.choice([0, 0, 5]),
        )
        for number in range(40)
    ]
    queues = [QUEUE, "deliver/telegram"]
    async with jobs_of(postgresql_url, room=MOST_FETCHED) as (jobs, worker):
        engine = make_engine(database_url(postgresql_url))
        async with writing(engine) as connection:
            await defer(connection, waiting)
        await engine.dispose()
        theirs = JobManager(jobs.connector)
        while one := await theirs.fetch_job(queues, worker):
            ours = [each.id for each in await _given_back(theirs, worker, one, queues)]
            assert [each.id for each in await _group(jobs, worker, queues)] == ours
            for each in ours:
                await theirs.finish_job_by_id_async(each, Status.SUCCEEDED, True)


async def _given_back(theirs: JobManager, worker: int, first: Job, queues: list[str]) -> list[Job]:
    """What procrastinate itself fetches one after the other, beginning with *first*, and all of it waits again."""
    found = [first]
    while len(found) < MOST_FETCHED and (job := await theirs.fetch_job(queues, worker)):
        found.append(job)
    await theirs.connector.execute_query_async(
        "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'"
    )
    return found


async def _group(jobs: GroupedJobs, worker: int, queues: list[str]) -> list[Job]:
    """One group of ours."""
    found = [await jobs.fetch_job(queues, worker)]
    while jobs._fetched:
        found.append(await jobs.fetch_job(queues, worker))
    return [each for each in found if each is not None]


async def test_no_more_are_fetched_at_once_than_there_is_room_for(postgresql_url: str) -> None:
    async with jobs_of(postgresql_url, "a", "b", "c", room=2) as (jobs, worker):
        assert await jobs.fetch_job([QUEUE], worker)
        others = GroupedJobs(jobs.connector, room=lambda: MOST_FETCHED)
        assert numbers(await fetched(others, await others.register_worker())) == [2]


async def test_what_was_fetched_and_not_begun_is_given_back(postgresql_url: str) -> None:
    async with jobs_of(postgresql_url, "a", "b", "c") as (jobs, worker):
        first = await jobs.fetch_job([QUEUE], worker)
        await jobs.give_back()
        others = GroupedJobs(jobs.connector, room=lambda: MOST_FETCHED)
        found = await fetched(others, await others.register_worker())
    assert first
    assert sorted(numbers([first, *found])) == [0, 1, 2]


async def test_a_job_that_is_gone_spoils_none_that_ends_with_it(postgresql_url: str) -> None:
    async with jobs_of(postgresql_url, "a", "b", "c") as (jobs, worker):
        found = await fetched(jobs, worker)
        gone = found[1]
        await jobs.finish_job(gone, Status.SUCCEEDED, True)
        told = await asyncio.gather(
            *(jobs.finish_job(each, Status.SUCCEEDED, True) for each in found),
            return_exceptions=True,
        )
        assert [type(each) for each in told] == [type(None), ConnectorException, type(None)]
        assert await jobs.list_jobs_async() == []


async def test_finishing_is_told_while_the_database_is_away(postgresql_url: str) -> None:
    async with jobs_of(postgresql_url, "a") as (jobs, worker):
        (job,) = await fetched(jobs, worker)
        await jobs.connector.close_async()
        with pytest.raises(Exception, match=r"(?i)open|closed"):
            await jobs.finish_job(job, Status.SUCCEEDED, True)
