"""What came in: kept before it is acknowledged, answered in each person's order, many people at once.

This is the only place that starts tasks. A message is *waiting* until its answer is kept; it is *sending* while the
channel has it; then it is *sent*, or *ready* to be tried again, *held* until the person speaks, *unknown* or *failed*.
An answer that may have been sent is not sent again, unless the channel keeps answers and shows each once.
"""

import asyncio
import logging
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

from bot import wire
from bot.channel import (
    Accepted,
    Answered,
    Channel,
    Delivery,
    Gone,
    MaybeSent,
    NotSent,
    Refused,
    SendError,
    WindowClosed,
)
from bot.logs import outline
from bot.measures import Measures
from catalog.errors import BadImage, StoreError
from catalog.store import Answer as KeptAnswer
from catalog.store import Letter, Outcome, Received, Store
from handlers import apologies
from handlers.conversation import Answer
from handlers.desk import Known
from handlers.messages import Incoming, Person, Reply, Strange

log = logging.getLogger(__name__)

MOST_TRIES = 5
_LONGEST_WAIT = 60.0
_BEGIN_AT_ONCE = 2

Lane = tuple[str, str]


class Answerer(Protocol):
    """Turns a message into an answer; handlers.conversation.answer with its desk."""

    async def __call__(self, incoming: Incoming, *, known: Known) -> Answer:
        """Answer *incoming*, knowing what is *known*."""


@dataclass(slots=True)
class _Job:
    """A kept message and how far it has come: nothing that is done is done again when the next step fails.

    *reply* is there once it was answered, *outcome* once it was sent and until that is kept. *tries* counts sending,
    *refusals* the times that the database refused. *received* tells what was known of the person when nothing of theirs
    was waiting, for then nothing can have changed it since.
    """

    seq: int
    incoming: Incoming
    reply: Reply | None = None
    received: Received | None = None
    outcome: Outcome | None = None
    tries: int = 0
    refusals: int = 0


@dataclass(slots=True)
class _Lanes:
    """One queue for each person who has something waiting; *pausing* are those that only wait to try again."""

    waiting: dict[Lane, deque[_Job]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    pausing: set[asyncio.Task[Any]] = field(default_factory=set)


class Crew:
    """Keeps tasks that run as long as the house is open, and ends them with it."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start with nobody."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End them all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run *work* until the house closes; if it fails, that is logged."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251 - the one place for it
        task.add_done_callback(_report)
        self._tasks.append(task)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background work %s ended", task.get_name(), exc_info=error)


class Inbox:
    """Takes messages from channels and brings answers back to them; an async context manager.

    Leaving it waits up to *grace* seconds for what is being answered; the rest stays kept and is answered next time.
    """

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        *,
        measures: Measures,
        at_once: int = 64,
        grace: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._answer = answer
        self._measures = measures
        # Each channel has its own room, so that one whose vendor hangs keeps no other waiting.
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        # Those whom one commit set free would otherwise think all at once, and nothing be taken in meanwhile.
        self._door = asyncio.Semaphore(_BEGIN_AT_ONCE)
        self._grace = grace
        self._sleep = sleep
        self._lanes = _Lanes()
        self._channels: dict[str, Channel] = {}
        self._held: set[Lane] = set()
        self._closing = False
        self._greet: Callable[[Person], Awaitable[None]] | None = None

    async def __aenter__(self) -> Self:
        """Nothing is answered before serve() names the channels."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, if nobody has said so before."""
        await self.drain()

    async def drain(self) -> None:
        """Take up nothing more, and let answers that are under way finish."""
        self._closing = True
        for task in self._lanes.pausing:
            task.cancel()
        tasks = set(self._lanes.tasks)
        if tasks:
            unfinished = (await asyncio.wait(tasks, timeout=self._grace))[1]
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def serve(self, channels: Mapping[str, Channel]) -> None:
        """Answer through *channels* from now on, first what an earlier process left."""
        self._channels = dict(channels)
        self._held = set(await self._store.people_held())
        for letter in await self._store.unfinished():
            await self._take_up(letter)

    async def welcome(self, channel: Channel) -> None:
        """Answer through *channel* too, which opens late and takes nothing in yet; first what waits for it."""
        left = [letter for letter in await self._store.unfinished() if letter.channel == channel.name]
        self._channels[channel.name] = channel
        for letter in left:
            await self._take_up(letter)

    async def put(self, incoming: Incoming) -> Accepted:
        """Keep *incoming* and see to its answer; AGAIN if this ref was put before. Raises StoreError."""
        body, picture = wire.spell_incoming(incoming)
        person = incoming.person
        received = await self._store.receive(Letter(person.channel, person.address, incoming.ref, body, picture))
        if not received.seq:
            self._measures.repeated(person.channel)
            return Accepted.AGAIN
        self._measures.received(person.channel, type(incoming.content).__name__)
        self._queue(_Job(received.seq, incoming, received=received))
        return Accepted.NEW

    async def announce(self, person: Person, reply: Reply, *, key: str) -> None:
        """Say something that nobody asked for, in a channel that keeps answers: there it stands once for each *key*.

        Raises StoreError, and KeyError for a channel that is not open.
        """
        channel = self._channels[person.channel]
        spelled = wire.spell_reply(reply)
        body, _ = wire.spell_incoming(Incoming(person, Strange("notice"), key))
        letter = Letter(person.channel, person.address, key, body, state="sending", answer=spelled)
        seq = await self._store.put(letter)
        if seq:
            await channel.deliver(Delivery(person, reply, key=str(seq)))
            await self._store.settle(Outcome(seq, "sent"))

    def on_return(self, greet: Callable[[Person], Awaitable[None]]) -> None:
        """Call *greet* before the next message of anyone is answered, for what waits for them."""
        self._greet = greet

    async def answers(self, person: Person, *, after: int) -> Sequence[Answered]:
        """What was said to *person* after seq *after*, oldest first."""
        letters = await self._store.answers_after(person.channel, person.address, after=after)
        return [Answered(each.seq, each.ref, wire.read_reply(each.answer)) for each in letters if each.answer]

    @property
    def waiting(self) -> int:
        """How many messages are queued in this process."""
        return sum(len(lane) for lane in self._lanes.waiting.values())

    async def _take_up(self, letter: Letter) -> None:
        channel = self._channels.get(letter.channel)
        if channel is None:
            return
        if letter.state == "sending" and not channel.keeps_answers:
            await self._store.settle(Outcome(letter.seq, "unknown", trouble="stopped while sending"))
            return
        try:
            incoming = wire.read_incoming(letter.body, letter.pictures)
            reply = wire.read_reply(letter.answer) if letter.answer is not None else None
        except ValueError:
            log.warning("message %d was kept by another version and cannot be read any more", letter.seq)
            await self._store.settle(Outcome(letter.seq, "failed", trouble="cannot be read any more"))
            return
        self._queue(_Job(letter.seq, incoming, reply, tries=letter.attempts))

    def _queue(self, job: _Job) -> None:
        lane = (job.incoming.person.channel, job.incoming.person.address)
        if lane in self._lanes.waiting:
            job.received = None
            self._lanes.waiting[lane].append(job)
            return
        self._lanes.waiting[lane] = deque([job])
        task = asyncio.create_task(self._work(lane), name=f"lane {lane[0]}")  # noqa: TID251 - the one place for it
        self._lanes.tasks.add(task)
        task.add_done_callback(self._lanes.tasks.discard)

    async def _work(self, lane: Lane) -> None:
        """Answer one person's messages one after the other until none is left."""
        waiting = self._lanes.waiting[lane]
        try:
            while waiting and not self._closing:
                async with self._rooms[lane[0]]:
                    pause = await self._step(waiting[0])
                if pause is None:
                    waiting.popleft()
                else:
                    await self._pause(min(pause, _LONGEST_WAIT))
        finally:
            del self._lanes.waiting[lane]

    async def _pause(self, seconds: float) -> None:
        """Wait, but not when the house closes: what waits is kept."""
        task = asyncio.current_task()
        if self._closing or task is None:
            return
        self._lanes.pausing.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._lanes.pausing.discard(task)

    async def _step(self, job: _Job) -> float | None:
        """Do what is next for *job*; seconds to wait before trying again, None when it is settled."""
        try:
            return await self._answer_and_send(job)
        except StoreError:
            log.warning("the database refused; message %d is tried again", job.seq)
            job.refusals += 1
            return 2.0 ** min(job.refusals - 1, 5)
        except Exception as error:  # noqa: BLE001 - one message must not stop its person's others
            log.error("message %d could not be settled: %s", job.seq, outline(error))  # noqa: TRY400 - without its words
            return None

    async def _answer_and_send(self, job: _Job) -> float | None:
        person = job.incoming.person
        channel = self._channels[person.channel]
        lane = (person.channel, person.address)
        if lane in self._held and job.reply is None:
            await self._give_held(lane, channel)
        if job.reply is None and self._greet is not None:
            await self._greet(person)
        if job.reply is None:
            job.reply = await self._kept_answer(job, channel)
        if job.outcome is None:
            delivery = Delivery(person, job.reply, key=str(job.seq), to=job.incoming)
            job.outcome = await self._deliver(delivery, channel, job)
        await self._store.settle(job.outcome)
        outcome, job.outcome = job.outcome, None
        self._measures.settled(person.channel, outcome.state)
        if outcome.state != "ready":
            return None
        job.tries += 1
        return outcome.due_at - time.time()

    async def _kept_answer(self, job: _Job, channel: Channel) -> Reply:
        """Answer, and keep the answer before anyone sees it."""
        incoming, person = job.incoming, job.incoming.person
        known = await self._known(job)
        async with self._door:
            await asyncio.sleep(0)
        with self._measures.answering(person.channel):
            answer = await self._safely(incoming, channel, known)
        await self._store.answer(
            KeptAnswer(
                job.seq,
                wire.spell_reply(answer.reply),
                person.channel,
                person.address,
                answer.known.language,
                wire.spell_known(answer.known),
                looked_at=next((card.product for card in answer.reply.cards if card.product), ""),
            )
        )
        return answer.reply

    async def _known(self, job: _Job) -> Known:
        """What is remembered of the person: as it was told when the message was kept, if that can still be true."""
        person, told = job.incoming.person, job.received
        if told is not None and self._store.is_fresh(told):
            return wire.read_known(told.language, told.state)
        return wire.read_known(*await self._store.person(person.channel, person.address))

    async def _safely(self, incoming: Incoming, channel: Channel, known: Known) -> Answer:
        """Answer *incoming*; what nobody expected is logged with a reference that the person is told."""
        try:
            return await self._answer(await channel.fetch(incoming), known=known)
        except StoreError:
            raise
        except (SendError, BadImage) as error:
            log.info("a photo in %s could not be fetched: %s", incoming.person.channel, type(error).__name__)
            return Answer(apologies.not_fetched(known.language or incoming.person.language), known)
        except Exception as error:  # noqa: BLE001 - the person is told, the log is told where
            reference = secrets.token_hex(3).upper()
            log.error("unexpected, reference %s: %s", reference, outline(error))  # noqa: TRY400 - without its words
            self._measures.failed(incoming.person.channel)
            return Answer(apologies.unexpected(reference, known.language or incoming.person.language), known)

    async def _give_held(self, lane: Lane, channel: Channel) -> None:
        """First thing on return: what could not be said while the channel's window was closed."""
        for letter in await self._store.held(*lane):
            incoming = wire.read_incoming(letter.body, None)
            reply = wire.read_reply(letter.answer or "")
            delivery = Delivery(incoming.person, reply, key=str(letter.seq))
            outcome = await self._deliver(delivery, channel, _Job(letter.seq, incoming))
            if outcome.state in {"ready", "held"}:
                # Nobody would take it up again before a restart: it stays held, with what comes after it.
                await self._store.settle(replace(outcome, state="held"))
                return
            await self._store.settle(outcome)
        self._held.discard(lane)

    async def _deliver(self, delivery: Delivery, channel: Channel, job: _Job) -> Outcome:
        try:
            sent_id = await channel.deliver(delivery)
        except Exception as error:  # noqa: BLE001 - what a channel did not foresee may have been sent
            return self._unsent(error, delivery, job)
        return Outcome(job.seq, "sent", sent_id=sent_id)

    def _unsent(self, error: Exception, delivery: Delivery, job: _Job) -> Outcome:
        channel = delivery.person.channel
        match error:
            case NotSent() if job.tries + 1 < MOST_TRIES:
                return Outcome(job.seq, "ready", due_at=time.time() + error.seconds, trouble=str(error))
            case NotSent():
                return Outcome(job.seq, "failed", trouble=f"gave up: {error}")
            case WindowClosed():
                self._held.add((channel, delivery.person.address))
                return Outcome(job.seq, "held", trouble=str(error))
            case MaybeSent():
                return Outcome(job.seq, "unknown", trouble=str(error))
            case Gone() | Refused():
                log.warning("%s refused message %d: %s", channel, job.seq, error)
                return Outcome(job.seq, "failed", trouble=str(error))
        log.error("%s failed at message %d: %s", channel, job.seq, outline(error))
        return Outcome(job.seq, "unknown", trouble=type(error).__name__)
