"""procrastinate's jobs, fetched and finished many in one way to the database, by its own functions.

A way there and back costs more than what it does there: one for each job was a third of what an answer cost.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from catalog.store.group_pace import GroupPace

MOST_FETCHED = 16

# What procrastinate_fetch_job_v2 asks of a job, asked once for many: by itself the function looks through the waiting
# jobs, and the traces of those that are done, again for each (0.65 ms of PostgreSQL for each answer, 0.1 like this).
# Only the first that waits of each lock fits, so that no two of a group have one lock.
_FETCH = """
WITH candidates AS (
  SELECT jobs.id FROM procrastinate_jobs AS jobs
  WHERE jobs.status = 'todo'
    AND (%(queues)s::varchar[] IS NULL OR jobs.queue_name = ANY (%(queues)s::varchar[]))
    AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
    AND NOT EXISTS (
      SELECT 1 FROM procrastinate_jobs AS others
      WHERE jobs.lock IS NOT NULL AND others.lock = jobs.lock
        AND (others.status = 'doing' OR (others.status = 'todo' AND (
          others.priority > jobs.priority OR (others.priority = jobs.priority AND others.id < jobs.id))))
    )
  ORDER BY jobs.priority DESC, jobs.id LIMIT %(most)s
  FOR UPDATE OF jobs SKIP LOCKED
), fetched AS (
  UPDATE procrastinate_jobs AS jobs SET status = 'doing', worker_id = %(worker_id)s
  FROM candidates WHERE jobs.id = candidates.id RETURNING jobs.*
)
SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, worker_id
FROM fetched ORDER BY priority DESC, id
"""
_FINISH = """
SELECT procrastinate_finish_job_v1(given.id, given.status::procrastinate_job_status, given.goes)
FROM unnest(%(ids)s::bigint[], %(statuses)s::text[], %(goes)s::boolean[]) AS given (id, status, goes)
"""


@dataclass(frozen=True, slots=True)
class _Finished:
    job: Job
    status: Status
    goes: bool
    written: asyncio.Future[None] = field(compare=False)


class GroupedJobs(JobManager):
    """The jobs of one worker. *room* says how many more it could do now."""

    def __init__(self, connector: BaseAsyncConnector, *, room: Callable[[], int]) -> None:
        super().__init__(connector=connector)
        self._room = room
        self._fetched: deque[Job] = deque()
        self._finished: list[_Finished] = []
        self._finishing: asyncio.Task[None] | None = None
        self._pace = GroupPace()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job, which may have been fetched together with one before it. Raises ConnectorException."""
        if not self._fetched:
            most = max(1, min(self._room(), MOST_FETCHED))
            rows = await self.connector.execute_query_all_async(
                _FETCH, queues=list(queues) if queues is not None else None, worker_id=worker_id, most=most
            )
            self._fetched.extend(map(Job.from_row, rows))
        return self._fetched.popleft() if self._fetched else None

    async def give_back(self) -> None:
        """What was fetched and not begun is anybody's again; with no database, as a dead worker's."""
        while self._fetched:
            with suppress(ConnectorException):
                await self.retry_job(self._fetched.popleft())

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001 - as it is called
        """Note that *job* has ended, together with those that end meanwhile. Raises ConnectorException."""
        ended = _Finished(job, status, delete_job, asyncio.get_running_loop().create_future())
        self._finished.append(ended)
        self._pace.note_write()
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._finish_all())  # noqa: TID251 - it ends with the last of them
        await ended.written

    async def _finish_all(self) -> None:
        try:
            while self._finished:
                await self._pace.pause()
                self._pace.begin()
                group, self._finished = self._finished, []
                self._pace.note_group(len(group), statements=1)
                await self._finish(group)
        finally:
            self._finishing = None

    async def _finish(self, group: Sequence[_Finished]) -> None:
        try:
            await self.connector.execute_query_async(
                _FINISH,
                ids=[each.job.id for each in group],
                statuses=[each.status.value for each in group],
                goes=[each.goes for each in group],
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits for it
            if len(group) == 1:
                _fail(group[0], error)
                return
            # One of them that is gone already holds up none of the others.
            for each in group:
                await self._finish([each])
        else:
            for each in group:
                if not each.written.done():
                    each.written.set_result(None)


def _fail(ended: _Finished, error: Exception) -> None:
    if not ended.written.done():
        ended.written.set_exception(error)
