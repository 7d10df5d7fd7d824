"""What each job does, on PostgreSQL: any number of processes work on the jobs of one database.

``hoi-ocop serve`` works on them too unless HOI_OCOP_JOBS_AT_ONCE is 0; ``hoi-ocop work`` does nothing else.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from bot import reminders
from bot.inbox import Inbox
from bot.retention import erase_old
from bot.sender import Sender
from bot.settings import Settings
from catalog.store import JobKind, JobQueue
from handlers import recalls
from handlers.context import Context

log = logging.getLogger(__name__)

ALL_QUEUES = tuple(JobQueue)
_GRACE = 10.0
# A message whose job is younger than this may still be on its way to a worker.
_LEFT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class JobWorker:
    """Works on jobs until cancelled."""

    settings: Settings
    context: Context
    inbox: Inbox
    sender: Sender
    channels: Collection[str]
    queues: Collection[JobQueue] = ALL_QUEUES
    at_once: int = 16

    @property
    def name(self) -> str:
        """How the log calls it."""
        return "job worker"

    async def run(self) -> None:
        """Work. Raises StoreUnavailable when the database goes away."""
        # Loaded here only: SQLite has no jobs.
        from catalog.store.job_worker import JobHandlers, work_on_jobs  # noqa: PLC0415

        handlers = JobHandlers(
            by_number={
                JobKind.ANSWER: self.inbox.answer_job,
                JobKind.DELIVER: self.sender.deliver_job,
                JobKind.NOTIFY: self.sender.notify_job,
            },
            by_clock={
                JobKind.SEND_DUE_NOTICES: ("* * * * * */5", JobQueue.DELIVER, self._send_due_notices),
                JobKind.ADOPT: ("* * * * * */15", JobQueue.CLEAN, self._adopt),
                JobKind.CLEAN: ("17 * * * * 0", JobQueue.CLEAN, self._clean),
                JobKind.REMIND: ("37 */6 * * * 0", JobQueue.CLEAN, self._remind),
            },
        )
        await work_on_jobs(
            self.settings.database_url,
            handlers,
            queues=self.queues,
            channels=self.channels,
            at_once=self.at_once,
            grace=_GRACE,
            name=self.name,
            # What pauses has its job put back at once.
            stopping=self.sender.breath.end,
        )

    async def _send_due_notices(self) -> None:
        """Give a job to what became due without one: digests, what was put off, what is tried again."""
        await recalls.tell_waiting(self.context)
        await self.context.store.outbox.defer_due(now=self.context.now())

    async def _adopt(self) -> None:
        """See to what was left without a job, or half sent."""
        now, store = self.context.now(), self.context.store
        await self.sender.rescue()
        left = await store.inbox.defer_left(before=now - _LEFT_SECONDS)
        left += await store.outbox.defer_left(before=now - _LEFT_SECONDS)
        if left:
            log.info("%d messages and answers had no job and have one now", left)

    async def _clean(self) -> None:
        await erase_old(self.context.store, self.settings)

    async def _remind(self) -> None:
        await reminders.nudge(self.context)
