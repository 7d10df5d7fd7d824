"""Answers on their way out: each person's in their order, and what cannot go now waits in the outbox for its time.

Of several answers that became old meanwhile only the newest is given, the others are theirs on request. What waits for
its person to write again is given first then.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress

from bot import codec
from bot.background_tasks import InterruptiblePause, finish
from bot.channel import Channel, Delivery
from bot.earlier_answers import EarlierAnswers
from bot.job import Job
from bot.logs import outline
from bot.message_retry import (
    OFF_SECONDS,
    SEND_BACKOFF,
    STORE_BACKOFF,
    Attempt,
    Attempts,
    Lane,
    RetrySchedule,
    state_of_reply,
)
from bot.metrics import Metrics
from bot.traces import Traced, Traces, TraceStep
from catalog.delivery import Obstacle, OutboxState, Queue
from catalog.errors import StoreError
from catalog.inquiry import Address
from catalog.store import DeliveryResult, JobLater, ReplyRow, Store
from handlers import earlier_answers
from handlers.messages import Incoming, Person, Reply

log = logging.getLogger(__name__)

_SLICE = 50
_STORE_SECONDS = 5.0
_LONGEST_BREATH, _BREATHS = 60.0, 20
_GRACE = 5.0
_MOST_RESUMED = 64


class AnswerSender:
    """Sends answers, fresh ones at once."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        attempts: Attempts,
        metrics: Metrics,
        traces: Traces,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._attempts = attempts
        self._metrics = metrics
        self._traces = traces
        self._clock = clock
        self._by_jobs = store.has_jobs
        self.breath = InterruptiblePause(sleep)
        self.retries = RetrySchedule(clock=clock, sleep=sleep)
        self._earlier = EarlierAnswers(store, clock=clock)
        self._held: set[Lane] = set()
        self._working: dict[Lane, asyncio.Task[None]] = {}

    @property
    def working(self) -> int:
        """To how many people answers that had to wait are being given."""
        return len(self._working)

    async def begin(self) -> None:
        """Learn what an earlier process left; jobs bring it with them."""
        if self._by_jobs:
            return
        held = await self._store.outbox.people(OutboxState.HELD)
        self._held |= {(each.channel, each.address) for each in held}
        await self._earlier.begin()

    async def take_up(self, channel: str, *, left: bool = False) -> None:
        """Send what waits in *channel* when it is due; only what another process *left*, if that is asked."""
        for address, due_at in await self._store.outbox.queues(channel, now=self._clock(), left=left):
            if (channel, address) not in self.retries:
                self.retries.put((channel, address), due=due_at)

    def learn(self, lane: Lane, unsent: Collection[OutboxState]) -> None:
        """Know of what did not go out to *lane* so far, as the job of a message tells."""
        if OutboxState.HELD in unsent:
            self._held.add(lane)
        if OutboxState.ASIDE in unsent and lane not in self._earlier:
            self._earlier.put(lane)

    def is_behind(self, lane: Lane) -> bool:
        """Whether earlier answers to the same person wait, so that a new one must wait too."""
        return lane in self.retries

    # Fresh ones -----------------------------------------------------------------------------------------------------

    async def send(self, job: Job, reply: Reply, channel: Channel) -> None:
        """Send the answer to *job*, or see to it that those before it are tried now. Raises StoreError."""
        # What says that all is erased is kept nowhere: it is said now or never.
        if job.follows and not reply.erased:
            if self._by_jobs:
                return
            if job.lane not in self.retries or self.retries.may_send(job.lane):
                self.retries.put(job.lane, due=self._clock())
            return
        if job.attempt is None:
            begun = self._traces.begin()
            delivery = Delivery(job.incoming.person, reply, key=str(job.number), to=job.incoming)
            job.attempt = await (
                self._patiently(delivery, channel) if reply.erased else self._attempt(delivery, channel, is_last=True)
            )
            self._end_send(job.traced, begun, job.attempt)
        if await self._settle(job.lane, job.number, job.attempt, to=Address(*job.lane)) is OutboxState.SENT:
            self._time(job.lane[0], received=job.received_at, answered=job.answered_at)
        if reply.erased:
            await channel.forget(job.incoming.person)
        if job.lane in self._earlier and job.attempt.obstacle is None:
            await self._give_requested(job.lane, channel)

    async def _attempt(self, delivery: Delivery, channel: Channel, *, is_last: bool, tries: int = 0) -> Attempt:
        """Send; with the way to what was put aside for this person, where they have not been told of it."""
        lane = (delivery.person.channel, delivery.person.address)
        if not is_last or channel.keeps_answers or not self._earlier.is_untold(lane):
            return await self._attempts.make(delivery, channel, tries=tries)
        reply = await self._earlier.offer(lane, delivery.reply)
        offered = Delivery(delivery.person, reply, delivery.key, delivery.to)
        attempt = await self._attempts.make(offered, channel, tries=tries)
        if attempt.obstacle is None:
            await self._earlier.tell(delivery.person, reply)
        return attempt

    async def _settle(self, lane: Lane, number: int, attempt: Attempt, *, to: Address | None = None) -> OutboxState:
        """Keep what came of it; *to* is whose it is where no job sends it yet."""
        state = state_of_reply(attempt)
        await self._store.outbox.settle(_result(number, attempt, state), to=to)
        self._metrics.count_settled(lane[0], state)
        if state is OutboxState.HELD:
            self._held.add(lane)
        elif state is OutboxState.WAITING:
            if not self._by_jobs:
                self.retries.put(lane, due=attempt.due_at, barred=attempt.barred)
            if attempt.tried:
                self._metrics.count_retry(Queue.ANSWERS, lane[0])
        return state

    def _end_send(self, message: Traced, begun: int, attempt: Attempt, *, tries: int = 0) -> None:
        outcome = str(attempt.obstacle or OutboxState.SENT)
        self._traces.end(TraceStep.SEND, message, begun, outcome=outcome, tries=tries)

    def _time(self, channel: str, *, received: float, answered: float) -> None:
        self._metrics.time_sending(channel, received=received, answered=answered, sent=self._clock())

    # Those that had to wait -----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send what is due until cancelled."""
        async with asyncio.TaskGroup() as group:
            await self.retries.run(lambda lane: self._resume(lane, group))

    def _resume(self, lane: Lane, group: asyncio.TaskGroup) -> bool:
        """Send what waits for *lane*; False if its channel has its hands full."""
        if lane in self._working or lane[0] not in self._channels:
            return True
        if sum(each[0] == lane[0] for each in self._working) >= _MOST_RESUMED:
            return False
        task = group.create_task(self._catch_up(lane), name=f"answers {lane[0]}")
        self._working[lane] = task
        task.add_done_callback(lambda _: self._end_lane(lane))
        return True

    def _end_lane(self, lane: Lane) -> None:
        del self._working[lane]
        if self.retries.is_due(lane):
            # Something came while the last of it was being sent.
            self.retries.put(lane, due=self._clock())

    async def _catch_up(self, lane: Lane) -> None:
        """Send what waits for one person, oldest first; what is old on request."""
        try:
            while await self._send_waiting(lane):
                pass
        except StoreError:
            self.retries.put(lane, due=self._clock() + _STORE_SECONDS)
        except Exception as error:  # noqa: BLE001 - one person's answers must not stop the others'
            log.error("answers that wait could not be sent: %s", outline(error))  # noqa: TRY400 - no words
            self.retries.put(lane, due=self._clock() + SEND_BACKOFF.longest)

    async def deliver_job(self, number: int) -> None:
        """Send what waits for the person of a job, oldest first. Raises JobLater if some is not due yet, StoreError."""
        to = await self._store.outbox.receiver(number)
        if to is None:
            return
        lane, channel = (to.channel, to.address), self._channels.get(to.channel)
        if channel is None:
            raise JobLater(OFF_SECONDS)
        while rows := await self._store.outbox.lease_replies(
            to, states=(OutboxState.WAITING,), limit=_SLICE, now=self._clock()
        ):
            if rows[0].due_at > self._clock():
                raise JobLater(rows[0].due_at - self._clock())
            if not await self._send_rows(lane, rows, channel) and self.breath.ended:
                raise JobLater(0.0)

    async def _send_waiting(self, lane: Lane) -> bool:
        """Send the next slice; False if nothing is left, or the rest must wait."""
        if not self.retries.may_send(lane):
            return False
        rows = await self._store.outbox.lease_replies(
            Address(*lane), states=(OutboxState.WAITING,), limit=_SLICE, now=self._clock()
        )
        if not rows:
            self.retries.forget(lane)
            return False
        return await self._send_rows(lane, rows, self._channels[lane[0]])

    async def _send_rows(self, lane: Lane, rows: Sequence[ReplyRow], channel: Channel) -> bool:
        """Send *rows*, or put aside what is old of them; False if the rest must wait."""
        if not channel.keeps_answers and await self._earlier.put_aside(lane, rows):
            return True
        for row in rows:
            if await self._send_row(row, channel, is_last=row is rows[-1]) is OutboxState.WAITING:
                return False
        return True

    async def _send_row(self, row: ReplyRow, channel: Channel, *, is_last: bool) -> OutboxState | None:
        """Send one; what became of it, None if it is not ours any more."""
        read = await self._read(row)
        if read is None or not await self._store.outbox.claim_reply(row.number, now=self._clock()):
            return None
        incoming, reply = read
        delivery = Delivery(_person(row, incoming), reply, key=str(row.number), to=incoming)
        # Who stops in between would not know whether it went out.
        return await finish(self._send_and_settle(row, delivery, channel, is_last=is_last), seconds=_GRACE)

    async def _send_and_settle(
        self, row: ReplyRow, delivery: Delivery, channel: Channel, *, is_last: bool
    ) -> OutboxState:
        lane = (row.to.channel, row.to.address)
        begun = self._traces.begin()
        attempt = await self._attempt(delivery, channel, is_last=is_last, tries=row.attempts)
        self._end_send(_traced(row), begun, attempt, tries=row.attempts)
        refusals = 0
        while True:
            try:
                state = await self._settle(lane, row.number, attempt)
            except StoreError:
                refusals += 1
                await asyncio.sleep(STORE_BACKOFF.pause(refusals))
            else:
                break
        if state is OutboxState.SENT:
            self._time(lane[0], received=row.created_at, answered=row.answered_at)
        if lane in self._earlier and state is OutboxState.SENT:
            await self._give_requested(lane, channel)
        return state

    async def _read(self, row: ReplyRow) -> tuple[Incoming | None, Reply] | None:
        try:
            incoming = codec.read_incoming(row.asked, None) if row.asked else None
            return incoming, codec.read_reply(row.body)
        except ValueError:
            log.warning("answer %d was kept by another version and cannot be read any more", row.number)
            failed = DeliveryResult(row.number, OutboxState.FAILED, trouble="cannot be read any more", tried=False)
            await self._store.outbox.settle(failed)
            return None

    # Those that waited for their person -----------------------------------------------------------------------------

    async def give_held(self, lane: Lane) -> None:
        """Someone writes again: first what could not be said while the channel's window was closed."""
        channel = self._channels.get(lane[0])
        if lane not in self._held or channel is None:
            return
        await self._earlier.put_held_aside(lane)
        held = await self._store.outbox.replies(Address(*lane), states=(OutboxState.HELD,), limit=_SLICE)
        for row in held:
            if not await self._give(row, channel, otherwise=OutboxState.HELD):
                return
        self._held.discard(lane)

    async def _give_requested(self, lane: Lane, channel: Channel) -> None:
        """Give what was put aside, if it was asked for."""
        to = Address(*lane)
        rows = await self._store.outbox.replies(to, states=(OutboxState.REQUESTED,), limit=_SLICE)
        left = await self._store.outbox.count_aside(to) if rows else 1
        for row in rows:
            more = left if row is rows[-1] else 0
            if not await self._give(row, channel, otherwise=OutboxState.ASIDE, more=more):
                await self._store.outbox.put_back(to)
                self._earlier.put(lane)
                return
        if not left:
            self._earlier.forget(lane)

    async def _give(self, row: ReplyRow, channel: Channel, *, otherwise: OutboxState, more: int = 0) -> bool:
        """Give one; where it cannot go out now it is *otherwise* again, and what comes after it too."""
        read = await self._read(row)
        if read is None or not await self._store.outbox.claim_reply(row.number, now=self._clock()):
            return True
        incoming, reply = read
        person = _person(row, incoming)
        if more:
            reply = earlier_answers.with_earlier_answers(reply, more)
        # Held answers belong to no message that could still be edited or quoted.
        to = None if otherwise is OutboxState.HELD else incoming
        begun = self._traces.begin()
        attempt = await self._patiently(Delivery(person, reply, key=str(row.number), to=to), channel)
        self._end_send(_traced(row), begun, attempt, tries=row.attempts)
        state = state_of_reply(attempt)
        waits = state in {OutboxState.WAITING, OutboxState.HELD}
        await self._store.outbox.settle(_result(row.number, attempt, otherwise if waits else state, due_at=0.0))
        if more and not waits:
            await self._earlier.tell(person, reply)
        return not waits

    async def _patiently(self, delivery: Delivery, channel: Channel) -> Attempt:
        """Send, waiting for our own limits."""
        attempt = await self._attempts.make(delivery, channel)
        for _ in range(_BREATHS):
            seconds = attempt.due_at - self._clock()
            if attempt.obstacle is not Obstacle.NOT_YET or seconds > _LONGEST_BREATH:
                break
            await self.breath.pause(max(0.0, seconds))
            attempt = await self._attempts.make(delivery, channel)
        return attempt

    async def give_up(self, job: Job, error: Exception) -> None:
        """What nobody foresaw must not be met for ever."""
        log.error("message %d could not be settled: %s", job.seq, outline(error))
        trouble = type(error).__name__
        with suppress(StoreError):
            if job.number:
                await self._store.outbox.settle(DeliveryResult(job.number, OutboxState.UNKNOWN, trouble=trouble))
            else:
                await self._store.inbox.give_up(job.seq, trouble=trouble)


def _person(row: ReplyRow, incoming: Incoming | None) -> Person:
    return incoming.person if incoming is not None else Person(row.to.channel, row.to.address)


def _traced(row: ReplyRow) -> Traced:
    return Traced(row.to.channel, row.seq, row.created_at)


def _result(number: int, attempt: Attempt, state: OutboxState, *, due_at: float | None = None) -> DeliveryResult:
    due = attempt.due_at if due_at is None else due_at
    return DeliveryResult(
        number,
        state,
        due_at=due if state is OutboxState.WAITING else 0.0,
        sent_id=attempt.sent_id,
        trouble=attempt.trouble,
        tried=attempt.tried,
    )
