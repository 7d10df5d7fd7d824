"""A worker on PostgreSQL: fetches jobs, has them done, and takes up what dead workers left. procrastinate does it.

A job that fails is done again later: its row tells what is done already. Only a job whose row is gone ends for good.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.worker import Worker
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from catalog.errors import StoreError, StoreUnavailable
from catalog.store.database import database_url
from catalog.store.grouped_jobs import GroupedJobs
from catalog.store.job_rooms import JobRooms
from catalog.store.jobs import JobKind, JobLater, JobQueue

log = logging.getLogger(__name__)

# A job that ends sets its person's next one free, of which no worker is told.
_LOOK_EVERY = 0.2
_CONNECTIONS = 8
# Those by the clock: what there is of them waits for no room.
_BY_THE_CLOCK = 8
_CONNECT_SECONDS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Lives:
    """Every how many seconds a worker says that it lives, and after how many of silence others do its jobs."""

    heartbeat: float = 5.0
    stalled: float = 20.0


ByNumber = Callable[..., Awaitable[None]]
ByClock = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobHandlers:
    """What does the jobs: those of a row are given its number, and the network line that it came by, if one is known.

    Those by the clock have a cron line, whose sixth field is seconds.
    """

    by_number: Mapping[JobKind, ByNumber]
    by_clock: Mapping[JobKind, tuple[str, JobQueue, ByClock]] = field(default_factory=dict)


def _after(seconds: float) -> RetryDecision:
    return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


class _Patient(BaseRetryStrategy):
    """Tries again for as long as the row is there."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, asyncio.CancelledError):
            # We stop: whoever comes next goes on at once.
            return RetryDecision()
        if isinstance(exception, JobLater):
            return _after(exception.seconds)
        if not isinstance(exception, StoreError):
            log.error("job %s failed: %s", job.task_name, type(exception).__name__)
        pause = min(_FIRST_PAUSE * 2.0 ** min(job.attempts, 6), _LONGEST_PAUSE)
        return _after(pause)


async def work_on_jobs(
    url: str,
    handlers: JobHandlers,
    *,
    queues: Collection[JobQueue],
    channels: Collection[str],
    at_once: int,
    grace: float,
    name: str,
    lives: Lives | None = None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Do the jobs of *queues*, *at_once* of each of *channels*, until cancelled.

    Those under way have *grace* seconds to end; *stopping* is called before they are waited for. Raises
    StoreUnavailable if the database goes away.
    """
    connector, lives = _connector(url), lives or Lives()
    # It logs each job, with its arguments.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    rooms = JobRooms(queues, channels, at_once=at_once)
    jobs = GroupedJobs(connector, room=rooms.count_free)
    worker = _Fetcher(
        app=_register(connector, jobs, handlers, rooms, timed=queues, stalled=lives.stalled),
        # Looked into before jobs are fetched.
        queues=rooms.open_queues,
        name=name,
        # More than all rooms hold: nobody waits here.
        concurrency=at_once * len(channels) + _BY_THE_CLOCK,
        fetch_job_polling_interval=_LOOK_EVERY,
        shutdown_graceful_timeout=grace,
        update_heartbeat_interval=lives.heartbeat,
        stalled_worker_timeout=lives.stalled,
        delete_jobs="always",
        install_signal_handlers=False,
    )
    rooms.opened = worker.wake
    ending = asyncio.Event()
    working = asyncio.create_task(_run(worker, jobs, ending, url=url))  # noqa: TID251 - it ends before we do
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        # They are told to stop, and never cancelled: until Python 3.12 the driver's pool may swallow that.
        ending.set()
        _stop(worker)
        stopping()
        await asyncio.gather(working, return_exceptions=True)
        raise
    except (ConnectorException, OperationalError) as error:
        raise StoreUnavailable("The database does not answer: no jobs are worked on.") from error
    # They end by themselves only when they cannot listen, or tell that they live, any more.
    raise StoreUnavailable("The worker lost the database.")


class _Fetcher(Worker):
    """A worker that can be told that there is room for a job again."""

    def wake(self) -> None:
        """Look for a job now."""
        self._new_job_event.set()


async def _run(worker: Worker, jobs: GroupedJobs, ending: asyncio.Event, *, url: str) -> None:
    """Run *worker* until it ends. Raises what it raised."""
    await _ask_whether_it_answers(url)
    async with worker.app.open_async():
        if ending.is_set():
            return
        run = worker.run()  # type: ignore[no-untyped-call]
        running = asyncio.create_task(run)  # noqa: TID251 - it ends here
        # A worker that is told to stop before it has begun forgets it.
        await asyncio.sleep(0)
        if ending.is_set():
            _stop(worker)
        try:
            await running
        finally:
            await jobs.give_back()


def _stop(worker: Worker) -> None:
    worker.stop()  # type: ignore[no-untyped-call]  # procrastinate's own


def _register(
    connector: PsycopgConnector,
    jobs: GroupedJobs,
    handlers: JobHandlers,
    rooms: JobRooms,
    *,
    timed: Collection[JobQueue],
    stalled: float,
) -> App:
    """An app that knows what to do, and defers what is due by the clock in the queues *timed*."""
    app = App(connector=connector)
    app.job_manager = jobs
    for kind, do in handlers.by_number.items():
        app.task(name=str(kind), retry=_Patient(), pass_context=True)(_numbered(do, rooms))
    by_clock = {kind: (cron, queue, _timed(do, kind)) for kind, (cron, queue, do) in handlers.by_clock.items()}
    for kind, (cron, queue, do_timed) in by_clock.items():
        task = app.task(name=str(kind), queue=str(queue), queueing_lock=str(kind))(do_timed)
        if queue in timed:
            app.periodic(cron=cron)(task)
    rescue = app.task(
        name=str(JobKind.RESCUE), queue=str(JobQueue.CLEAN), queueing_lock=str(JobKind.RESCUE), pass_context=True
    )(_rescuing(stalled))
    if JobQueue.CLEAN in timed:
        app.periodic(cron="* * * * * */5")(rescue)
    return app


async def _ask_whether_it_answers(url: str) -> None:
    """Raise psycopg.OperationalError at once where the database is away: a pool would look for it for half a minute."""
    connection = await AsyncConnection.connect(_plain(url), connect_timeout=_CONNECT_SECONDS)
    await connection.close()


def _plain(url: str) -> str:
    return database_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _connector(url: str) -> PsycopgConnector:
    return PsycopgConnector(
        conninfo=_plain(url), min_size=1, max_size=_CONNECTIONS, pool_factory=_pool, configure=_configure
    )


async def _configure(connection: AsyncConnection[Any]) -> None:
    # What procrastinate runs is one statement each: BEGIN and COMMIT would be two ways for nothing.
    await connection.set_autocommit(True)


def _pool(**options: Any) -> AsyncConnectionPool[Any]:
    """A pool that does not ask before each use whether a connection lives: what fails is told, and we begin anew."""
    return AsyncConnectionPool(**(options | {"check": None}))


def _numbered(do: ByNumber, rooms: JobRooms) -> Callable[..., Awaitable[None]]:
    async def run(context: JobContext, number: int, line: str = "") -> None:
        with rooms.taken(context.job.queue):
            await (do(number, line=line) if line else do(number))

    return run


def _timed(do: ByClock, kind: JobKind) -> Callable[..., Awaitable[None]]:
    async def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells for which moment it is
        try:
            await do()
        except Exception as error:
            why = str(error) if isinstance(error, StoreError) else type(error).__name__
            log.warning("%s failed, and is done again by the clock: %s", kind, why)
            raise

    return run


def _rescuing(stalled: float) -> Callable[..., Awaitable[None]]:
    async def rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - as above
        """Let others have what workers were doing of which nothing was heard for some time."""
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled):
            try:
                await manager.retry_job(job)
            except ConnectorException as error:
                # It ended meanwhile after all, or another worker was quicker.
                log.debug("job %s is not stalled any more: %s", job.id, error)

    return rescue
