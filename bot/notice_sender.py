"""Notices on their way out: leased, composed when they are sent, sent as often as their policy says.

Each person's notices go one after the other, many people's side by side. What a notice says, whether it may be told
now, and what becomes of it where it cannot be sent, is decided in :mod:`handlers.inquiries.notice_policy`.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import assert_never

from bot import codec
from bot.background_tasks import finish
from bot.channel import Channel, Delivery
from bot.logs import outline
from bot.message_retry import Attempt, Attempts
from bot.metrics import Metrics
from bot.traces import Traced, Traces, TraceStep
from catalog.delivery import IN_DOUBT, Obstacle, OutboxState, Policy, Queue
from catalog.errors import StoreError
from catalog.inquiry import RECALLS, TO_PRODUCERS, Address, Notice, NoticeKind
from catalog.store import DeliveryResult, NewReply
from catalog.store.outbox_store import LEASE_SECONDS
from handlers import plain
from handlers.board import morning
from handlers.context import Context
from handlers.inquiries import notice_policy
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

# Of each channel: who waits for one that is slow or dead keeps nobody in another one waiting.
AT_ONCE = 100
LOOK_EVERY = 1.0
HELD_EVERY = 5.0
_GRACE = 5.0
_ASKS_FOR = 24 * 3600.0
"""So long a yes in words answers what a notice asked; its button and its number always do."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a notice, until that is kept; *about* is the inquiry that has reached its producer by it."""

    result: DeliveryResult
    notice: Notice
    about: str = ""


def _traced(notice: Notice) -> Traced:
    return Traced(notice.to.channel, notice.number, tries=notice.attempts)


def _digest_to(notice: Notice, state: OutboxState) -> Address | None:
    """Whose digest this is or is gathered for."""
    return notice.to if state is OutboxState.GATHERED or notice.kind is NoticeKind.DIGEST else None


class NoticeSender:
    """Sends notices while run() runs."""

    def __init__(
        self,
        context: Context,
        channels: Mapping[str, Channel],
        *,
        attempts: Attempts,
        metrics: Metrics,
        traces: Traces,
        clock: Callable[[], float],
        breath: float,
    ) -> None:
        self._context = context
        self._outbox = context.store.outbox
        self._channels = channels
        self._attempts = attempts
        self._metrics = metrics
        self._traces = traces
        self._clock = clock
        self._breath = breath
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wake = asyncio.Event()
        self._held: set[Address] = set()
        self._held_at = 0.0
        self._queues: dict[Address, deque[Notice]] = {}
        self._unkept: dict[int, _Outcome] = {}
        self._leased: dict[int, float] = {}
        self._looked_through: set[str] = set()

    async def run(self) -> None:
        """Send what is due until cancelled. A channel that is slow or dead keeps nobody else waiting."""
        self._outbox.on_added(self._look_again)
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self.keep_again()
                await self._know_held()
                for to in self._queue(await self._next()):
                    group.create_task(self._send_queue(to, linger=True), name="notices")
                await self._rest()

    async def _rest(self) -> None:
        # Not wait_for(): until Python 3.12 it swallows being cancelled at the moment of being woken.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
                return
        self._looked_through.clear()

    def _look_again(self) -> None:
        """There are notices that nobody has looked for."""
        self._looked_through.clear()
        self._wake.set()

    async def _next(self) -> list[Notice]:
        """What is due next in each channel, and in those that are off, as far as there is room behind what waits."""
        due: list[Notice] = []
        for name in (*self._channels, ""):
            waiting = sum(len(each) for to, each in self._queues.items() if self._place_of(to) == name)
            if name in self._looked_through or 2 * waiting > AT_ONCE:
                continue
            some = await self._due(AT_ONCE - waiting, channel=name)
            if len(some) < AT_ONCE - waiting:
                self._looked_through.add(name)
            due += some
        return due

    def _place_of(self, to: Address) -> str:
        return to.channel if to.channel in self._channels else ""

    async def round(self, to: Address | None = None) -> int:
        """Send what is due now, to one person or to everyone; how many notices that were."""
        if self._unkept:
            await self.keep_again()
        due = await self._due(AT_ONCE, to)
        await asyncio.gather(*(self._send_queue(each) for each in self._queue(due)))
        return len(due)

    async def _due(self, limit: int, to: Address | None = None, *, channel: str | None = None) -> list[Notice]:
        now = self._clock()
        busy = [each for each in self._queues if channel is None or self._place_of(each) == channel]
        but = tuple(self._channels) if channel == "" else ()
        try:
            due = await self._outbox.lease(
                now=now, limit=limit, to=to, busy=() if to else busy, channel=channel or "", but=but
            )
        except StoreError as error:
            log.debug("notices cannot be fetched: %s", error)
            return []
        self._leased.update({notice.number: now + LEASE_SECONDS for notice in due})
        return due

    def _queue(self, due: Sequence[Notice]) -> list[Address]:
        """Put each notice behind its person's others; the persons to whom nobody is talking yet."""
        fresh = [to for to in dict.fromkeys(notice.to for notice in due) if to not in self._queues]
        for notice in sorted(due, key=lambda each: (each.rank, each.number)):
            self._queues.setdefault(notice.to, deque()).append(notice)
        return fresh

    async def _know_held(self) -> None:
        """Learn for whom something waits; another process may have put it there."""
        now = self._clock()
        if 0 <= now - self._held_at < HELD_EVERY:
            return
        try:
            self._held.update(await self._outbox.people(OutboxState.HELD))
        except StoreError as error:
            log.debug("who is waited for cannot be read: %s", error)
            return
        self._held_at = now

    def learn_held(self, to: Address) -> None:
        """Notices wait until *to* writes."""
        self._held.add(to)

    async def give_held(self, to: Address) -> None:
        """Someone writes again: the notices that waited for that are sent first."""
        if to not in self._held:
            return
        self._held.discard(to)
        if await self._outbox.release_held(to):
            await self.round(to)

    async def _send_queue(self, to: Address, *, linger: bool = False) -> None:
        """Send one person what waits for them, one after the other."""
        queue = self._queues[to]
        try:
            while queue:
                if not await self._send(queue[0]):
                    return
                queue.popleft()
                if queue or linger:
                    # A chat takes about one message a second: waiting here keeps nobody else waiting.
                    await asyncio.sleep(self._breath)
        finally:
            del self._queues[to]
            # There may be more for this person, who was passed over meanwhile.
            self._looked_through.discard(self._place_of(to))
            self._wake.set()

    async def _send(self, notice: Notice) -> bool:
        """Send one and keep what became of it; False if the rest of its queue has to wait for its lease's end."""
        try:
            if notice.number not in self._unkept:
                outcome = await self._safely(notice)
                if outcome is None:
                    return True
                self._unkept[notice.number] = outcome
            await self._settle(notice.number)
        except StoreError as error:
            log.debug("notice %d waits for the database: %s", notice.number, error)
            return False
        finally:
            self._leased.pop(notice.number, None)
        return True

    async def _safely(self, notice: Notice) -> _Outcome | None:
        """Send it; what nobody expected stops neither the others nor, for good, this one."""
        try:
            return await self._prepare_and_send(notice)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the notice may have been sent
            log.error("notice %d met the unexpected: %s", notice.number, outline(error))  # noqa: TRY400 - no words
            attempt = self._attempts.unsure(type(error).__name__, tries=notice.attempts)
            return await self._unsent(notice, attempt)

    async def _prepare_and_send(self, notice: Notice) -> _Outcome | None:
        """What became of it, None if that is kept already or another process has it."""
        channel = self._channels.get(notice.to.channel)
        if channel is None:
            return await self._unsent(notice, self._attempts.without_channel(notice.to.channel, tries=notice.attempts))
        begun = self._traces.begin()
        ready = await morning.prepare(notice, context=self._context)
        outcome = "" if isinstance(ready, Reply) else type(ready).__name__
        self._traces.end(TraceStep.COMPOSE, _traced(notice), begun, kind=notice.kind, outcome=outcome)
        match ready:
            case None:
                return self._became(notice, OutboxState.MOOT)
            case Reply() as reply:
                return await self._send_and_record(notice, reply, channel)
            case notice_policy.Later(due_at):
                return self._became(notice, OutboxState.WAITING, due_at=due_at)
            case notice_policy.Gather(digest_at):
                return self._became(notice, OutboxState.GATHERED, due_at=self._clock(), digest_at=digest_at)
            case notice_policy.GiveUp(why):
                await notice_policy.find_another_way(notice, context=self._context)
                return self._given_up(notice, why)
            case prepared:
                assert_never(prepared)

    async def _send_and_record(self, notice: Notice, reply: Reply, channel: Channel) -> _Outcome | None:
        """Send it and mark it as sent in one turn; everything else is done before or after."""
        person = Person(notice.to.channel, notice.to.address, language=reply.language)
        # Whoever may have had a warning twice is told so: what was claimed and not marked is known by that.
        once = notice.policy is Policy.AT_MOST_ONCE or notice.kind in RECALLS
        async with self._turn(notice):
            now = self._clock()
            if not await self._is_ours(notice, now) or (once and not await self._outbox.claim(notice.number, now=now)):
                return None
            # Who stops in between would not know whether it went out.
            attempt = await finish(self._deliver_and_mark(notice, person, reply, channel), seconds=_GRACE)
        if attempt.obstacle is not None:
            return await self._unsent(notice, attempt)
        await self._offer(person, reply, notice.number)
        return None

    async def _is_ours(self, notice: Notice, now: float) -> bool:
        """Whether a notice that had to wait for its turn is still leased to us; if so, it is for long enough."""
        left = self._leased.get(notice.number, 0.0) - now
        return LEASE_SECONDS / 2 < left <= LEASE_SECONDS or await self._outbox.renew(notice.number, now=now)

    def _turn(self, notice: Notice) -> AbstractAsyncContextManager[None]:
        """Let what may be repeated be sent and marked one after the other in each channel.

        Whenever the process dies, at most one notice of a channel was sent and not yet marked, and is told twice.
        """
        channel = self._channels.get(notice.to.channel)
        if channel is None or channel.keeps_answers or notice.policy is Policy.AT_MOST_ONCE:
            return nullcontext()
        return self._turns[channel.name]

    async def _deliver_and_mark(self, notice: Notice, person: Person, reply: Reply, channel: Channel) -> Attempt:
        key, begun = f"notice:{notice.number}", self._traces.begin()
        if channel.keeps_answers:
            attempt = await self._show(notice, person, reply, channel, key=key)
        else:
            attempt = await self._attempts.make(Delivery(person, reply, key=key), channel, tries=notice.attempts)
        outcome = str(attempt.obstacle or OutboxState.SENT)
        self._traces.end(TraceStep.SEND, _traced(notice), begun, outcome=outcome, tries=notice.attempts)
        if attempt.obstacle is None:
            about = notice.subject if notice.kind in TO_PRODUCERS else ""
            became = self._became(notice, OutboxState.SENT, sent_id=attempt.sent_id)
            self._unkept[notice.number] = _Outcome(became.result, notice, about=about)
            await self._settle(notice.number)
        return attempt

    async def _show(self, notice: Notice, person: Person, reply: Reply, channel: Channel, *, key: str) -> Attempt:
        """Where answers are fetched from the outbox its words are put there, once; being kept is all that they need."""
        shown = NewReply(
            notice.to, codec.serialize_reply(reply), state=OutboxState.SENT, created_at=self._clock(), key=key
        )
        number = await self._outbox.add_reply(shown)
        return await self._attempts.make(Delivery(person, reply, key=str(number)), channel) if number else Attempt()

    async def _settle(self, number: int) -> None:
        """Keep what became of a notice."""
        outcome = self._unkept[number]
        delivered = outcome.about if outcome.result.state is OutboxState.SENT else ""
        await self._outbox.record_delivery(outcome.result, delivered=delivered)
        del self._unkept[number]
        self._metrics.count_notice(outcome.notice.kind, outcome.result.state)
        # What only waits for its receiver's time has met no trouble.
        if outcome.result.state is OutboxState.WAITING and outcome.result.tried and outcome.result.trouble:
            self._metrics.count_retry(Queue.NOTICES, outcome.notice.to.channel)

    async def keep_again(self) -> None:
        """What was sent while the database refused is not sent again: that it was is kept as soon as it can be."""
        for number in [each for each in self._unkept if not self._is_under_way(each)]:
            try:
                await self._settle(number)
            except StoreError:
                return

    def _is_under_way(self, number: int) -> bool:
        return any(notice.number == number for queue in self._queues.values() for notice in queue)

    async def _unsent(self, notice: Notice, attempt: Attempt) -> _Outcome:
        state = await notice_policy.state_after(notice, attempt.obstacle or Obstacle.UNSURE, context=self._context)
        if state is OutboxState.HELD:
            self._held.add(notice.to)
        if state is OutboxState.FAILED:
            return self._given_up(notice, attempt.trouble)
        due_at = attempt.due_at if state is OutboxState.WAITING else 0.0
        trouble = IN_DOUBT if attempt.obstacle is Obstacle.UNSURE and notice.kind in RECALLS else attempt.trouble
        return self._became(notice, state, due_at=due_at, trouble=trouble, tried=attempt.tried)

    def _given_up(self, notice: Notice, why: str) -> _Outcome:
        log.warning("notice %d (%s) is given up: %s", notice.number, notice.kind, why)
        return self._became(notice, OutboxState.FAILED, trouble=why)

    def _became(
        self,
        notice: Notice,
        state: OutboxState,
        *,
        due_at: float = 0.0,
        sent_id: str = "",
        trouble: str = "",
        tried: bool = True,
        digest_at: float = 0.0,
    ) -> _Outcome:
        result = DeliveryResult(
            notice.number,
            state,
            self._clock(),
            due_at=due_at,
            sent_id=sent_id,
            trouble=trouble,
            tried=tried,
            digest_to=_digest_to(notice, state),
            digest_at=digest_at,
        )
        return _Outcome(result, notice)

    async def _offer(self, person: Person, reply: Reply, number: int) -> None:
        """Let "1", "2", "3" mean the choices of what was said last; a yes means none while something is written."""
        actions = [choice.action for choice in plain.choices(reply) if choice.action is not None]

        def apply_offer(language: str, state: str) -> str:
            session, now = codec.read_session(language, state), self._clock()
            if not actions:
                return codec.serialize_session(replace(session, sure_until=0.0, asked_by=0))
            until = now + _ASKS_FOR if session.fresh_draft(now) is None else 0.0
            return codec.serialize_session(session.offering(actions, sure_until=until, asked_by=number))

        try:
            # In one step, or a draft that its writer begins at this very moment would be lost.
            await self._context.store.people.change_state(Address(person.channel, person.address), apply_offer)
        except StoreError as error:
            log.info("the choices of a notice are known by their buttons only: %s", error)
