"""Work to be done later by any process, on PostgreSQL: procrastinate's jobs, deferred in the commit of their rows.

On SQLite there are none: the one process that serves works its inbox and outbox by itself. A job holds numbers of rows
and no words; whose it is stands in its lock as a digest, so that one person's messages are answered in their order.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import StoreError
from catalog.inquiry import Address

if TYPE_CHECKING:
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager


class JobQueue(StrEnum):
    """What a worker may be asked to work on."""

    ANSWER = "answer"
    """Messages without photos."""
    READ = "read"
    """Messages with photos, which need a reader of codes and words."""
    DELIVER = "deliver"
    """Notices, and answers that could not go out at once."""
    CLEAN = "clean"
    """What is done by the clock: erasing, reminding, taking up what a dead worker left."""


class JobKind(StrEnum):
    """What is to be done; the names under which procrastinate keeps it."""

    ANSWER = "answer"
    DELIVER = "deliver"
    NOTIFY = "notify"
    SEND_DUE_NOTICES = "send_due_notices"
    ADOPT = "adopt"
    CLEAN = "clean"
    REMIND = "remind"
    RESCUE = "rescue"


class JobLater(Exception):
    """The job is to be done *seconds* from now; until then nothing else is done under its lock."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to defer: *number* is that of its row, *queue* as queue_of() names it.

    No two with one *lock* run at once; it waits until *due_at*. Those of a higher *priority* are done first.
    """

    kind: JobKind
    queue: str
    number: int
    lock: str
    due_at: float = 0.0
    priority: int = 0


def queue_of(queue: JobQueue, channel: str) -> str:
    """The name under which procrastinate keeps the jobs of *queue* that are for *channel*: each channel has its own."""
    return f"{queue}/{channel}"


def lock_of(to: Address, *, what: str) -> str:
    """The name of the lock for *what* is done for one person."""
    return f"{what}:{hashlib.blake2s(f'{to.channel}:{to.address}'.encode(), digest_size=12).hexdigest()}"


@cache
def _manager() -> "JobManager":
    # Not needed, and not loaded, on SQLite. Never opened: it only spells what runs on the connection of whoever defers.
    from procrastinate import PsycopgConnector  # noqa: PLC0415
    from procrastinate.manager import JobManager  # noqa: PLC0415

    return JobManager(PsycopgConnector())


async def defer(connection: AsyncConnection, jobs: Sequence[NewJob]) -> None:
    """Keep *jobs* in the transaction of *connection*; workers see them once it is committed. Raises StoreError."""
    if not jobs:
        return
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - as above

    driver = (await connection.get_raw_connection()).driver_connection
    try:
        await _manager().batch_defer_jobs_async([_as_job(each) for each in jobs], connection=driver)
    except ConnectorException as error:
        raise StoreError("The database refused a job.") from error


def delivery_of(number: int, to: Address, *, due_at: float = 0.0) -> NewJob:
    """The job that sends what waits for someone, *number* being of it."""
    queue = queue_of(JobQueue.DELIVER, to.channel)
    return NewJob(JobKind.DELIVER, queue, number, lock=lock_of(to, what="deliver"), due_at=due_at)


async def defer_unless_waiting(connection: AsyncConnection, jobs: Sequence[NewJob]) -> int:
    """Keep those of *jobs* whose lock no job waits for that has not begun: that one will see to it. How many that were.

    Raises StoreError.
    """
    by_lock = {job.lock: job for job in reversed(jobs)}
    query = text("SELECT lock FROM procrastinate_jobs WHERE status = 'todo' AND lock = ANY(:locks)")
    waiting = set(await connection.scalars(query, {"locks": list(by_lock)}))
    fresh = [job for job in reversed(by_lock.values()) if job.lock not in waiting]
    await defer(connection, fresh)
    return len(fresh)


async def hurry(connection: AsyncConnection, channel: str, *kinds: JobKind) -> None:
    """Jobs of these *kinds* for *channel* that wait for their time wait no longer; each person's go in their order."""
    queues = [queue_of(each, channel) for each in JobQueue]
    query = text(
        "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND queue_name = ANY(:queues)"
        " AND task_name = ANY(:kinds) AND scheduled_at > now()"
    )
    await connection.execute(query, {"queues": queues, "kinds": [str(each) for each in kinds]})


def _as_job(job: NewJob) -> "Job":
    from procrastinate.jobs import Job  # noqa: PLC0415 - as above

    return Job(
        queue=job.queue,
        priority=job.priority,
        task_name=str(job.kind),
        lock=job.lock,
        queueing_lock=None,
        task_kwargs={"number": job.number},
        scheduled_at=datetime.fromtimestamp(job.due_at, UTC) if job.due_at else None,
    )


def carries_jobs(dialect: str) -> bool:
    """Whether a database of this *dialect* carries jobs."""
    return dialect == "postgresql"


_DROP = r"""
DO $$ DECLARE found record; here regnamespace := current_schema()::regnamespace; BEGIN
  FOR found IN SELECT oid::regclass AS name FROM pg_class
    WHERE relnamespace = here AND relkind = 'r' AND relname LIKE 'procrastinate\_%'
    LOOP EXECUTE 'DROP TABLE ' || found.name || ' CASCADE'; END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = here AND proname LIKE 'procrastinate\_%'
    LOOP EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE'; END LOOP;
  FOR found IN SELECT oid::regtype AS name FROM pg_type
    WHERE typnamespace = here AND typelem = 0 AND typname LIKE 'procrastinate\_%'
    LOOP EXECUTE 'DROP TYPE ' || found.name || ' CASCADE'; END LOOP;
END $$
"""


def drop_jobs(connection: Connection) -> None:
    """Remove all jobs, and all that procrastinate keeps them with."""
    if carries_jobs(connection.dialect.name):
        connection.execute(text(_DROP))
