"""From a kept message to an answer that is out, step by step: each step is kept, and none is done twice."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot import codec
from bot.attempts import AnswerSender
from bot.background_tasks import Breath
from bot.channel import Channel, Delivery
from bot.composing import Answerer, Composer
from bot.earlier_answers import Shelves
from bot.job import Job
from bot.logs import outline
from bot.metrics import Metrics
from bot.open_photos import OpenPhotos
from bot.retry_schedule import Lane, Retries
from catalog.errors import StoreError
from catalog.store import DeliveryResult, InboxRow, Store
from handlers import earlier_answers
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

_SLICE = 50
_STORE_SECONDS = 5.0
_LONGEST_BREATH, _BREATHS = 60.0, 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much there may be at once: people answered and photos in memory in each channel, bytes of photos kept."""

    at_once: int
    photos_at_once: int
    picture_bytes: int


class Answering:
    """Answers and sends what the inbox says is next."""

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        *,
        measures: Metrics,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._measures = measures
        self._clock = clock
        # Each channel has its own room, so that one whose vendor hangs keeps no other waiting.
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.at_once))
        self.breath = Breath(sleep)
        self.retries = Retries(clock=clock, sleep=sleep)
        self.photos = OpenPhotos(most_bytes=limits.picture_bytes)
        self._composer = Composer(
            store, answer, measures=measures, photos=self.photos, photos_at_once=limits.photos_at_once
        )
        self.channels: dict[str, Channel] = {}
        self.greet: Callable[[Person], Awaitable[None]] | None = None
        self._sender = AnswerSender(clock=clock, mended=self.retries.hurry)
        self._shelves = Shelves(store, clock=clock)
        self._held: set[Lane] = set()

    async def begin(self, channels: Mapping[str, Channel]) -> None:
        """Answer through *channels*; learn what an earlier process left."""
        self._held = set(await self._store.waiting.people("held"))
        for name, address, size in await self._store.waiting.pictures():
            self.photos.count((name, address), size)
        for channel in channels.values():
            await self.let_in(channel)
        await self._shelves.begin()

    async def let_in(self, channel: Channel) -> None:
        """Answer through *channel* too."""
        await self._store.waiting.take_over(channel.name, keeps_answers=channel.keeps_answers)
        self.channels[channel.name] = channel

    async def finish(self, job: Job) -> None:
        """Answer *job* and send it, or note when that is tried again."""
        await self._persistently(job, self._answer_and_send)

    async def catch_up(self, lane: Lane) -> bool:
        """Do what waits for one person in the store: first all answers, then send. False if the rest must wait."""
        try:
            return await self._catch_up(lane)
        except StoreError:
            self.retries.put(lane, due=self._clock() + _STORE_SECONDS)
            return False

    async def _catch_up(self, lane: Lane) -> bool:
        letters = await self._store.waiting.letters(*lane, limit=_SLICE)
        if not letters:
            self.retries.forget(lane)
            self.photos.forget(lane)
            return False
        unanswered = [each for each in letters if each.answer is None]
        if len(unanswered) == len(letters) and self.retries.may_send(lane):
            return await self._finish_all(letters)
        for letter in unanswered:
            if (job := await self._read(letter)) is not None:
                await self._persistently(job, self._answer_only)
        if unanswered:
            return True
        return self.retries.may_send(lane) and await self._send_late(lane, letters)

    async def _send_late(self, lane: Lane, letters: Sequence[InboxRow]) -> bool:
        """Send answers that had to wait, oldest first, but what is old on request; False if they must wait again."""
        if not self.channels[lane[0]].keeps_answers and await self._shelves.put_aside(lane, letters):
            return True
        return await self._finish_all(letters)

    async def _finish_all(self, letters: Sequence[InboxRow]) -> bool:
        """Answer and send one after the other; False if one of them must wait."""
        for letter in letters:
            job = await self._read(letter)
            if job is None:
                continue
            job.is_last = letter is letters[-1]
            await self._persistently(job, self._answer_and_send)
            if job.outcome is not None and job.outcome.state == "ready":
                return False
        return True

    async def _persistently(self, job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
        """Do *work*; while the database refuses, wait and do the rest of it."""
        while not self.breath.ended:
            try:
                async with self._rooms[job.lane[0]]:
                    await work(job)
            except StoreError:
                job.refusals += 1
                await self.breath.pause(2.0 ** min(job.refusals - 1, 5))
            except Exception as error:  # noqa: BLE001 - one message must not stop its person's others
                log.error("message %d could not be settled: %s", job.seq, outline(error))  # noqa: TRY400 - no words
                await self._give_up(job, type(error).__name__)
                return
            else:
                return

    async def _read(self, letter: InboxRow) -> Job | None:
        try:
            incoming = codec.read_incoming(letter.body, None)
            reply = codec.read_reply(letter.answer) if letter.answer is not None else None
        except ValueError:
            log.warning("message %d was kept by another version and cannot be read any more", letter.seq)
            await self._store.settle(DeliveryResult(letter.seq, "failed", trouble="cannot be read any more"))
            return None
        return Job(
            letter.seq,
            incoming,
            reply,
            unclaimed=reply is not None,
            tries=letter.attempts,
            picture_bytes=letter.picture_bytes,
        )

    # Answering ----------------------------------------------------------------------------------------------------

    async def _answer_only(self, job: Job) -> None:
        """Answer and keep the answer, to be sent when it may."""
        channel = self.channels[job.lane[0]]
        if job.lane in self._held:
            await self._give_held(job.lane, channel)
        if self.greet is not None:
            await self.greet(job.incoming.person)
        await self._composer.keep(job, channel, later=True)

    async def _answer_and_send(self, job: Job) -> None:
        channel = self.channels[job.lane[0]]
        if job.reply is None and job.lane in self._held:
            await self._give_held(job.lane, channel)
        if job.reply is None and self.greet is not None:
            await self.greet(job.incoming.person)
        if job.reply is None:
            job.reply = await self._composer.keep(job, channel)
        if job.outcome is None:
            if job.unclaimed and not await self._store.waiting.claim(job.seq):
                return
            job.unclaimed = False
            job.outcome = await self._send(job, job.reply, channel)
        await self._settle(job, job.outcome)
        if job.lane in self._shelves and job.outcome.state == "sent":
            await self._give_shelved(job.lane, channel)

    async def _settle(self, job: Job, outcome: DeliveryResult) -> None:
        await self._store.settle(outcome)
        self._measures.count_settled(job.lane[0], outcome.state)
        if outcome.state == "held":
            self._held.add(job.lane)
        elif outcome.state == "ready":
            self.retries.put(job.lane, due=outcome.due_at, barred=job.barred)

    async def _give_up(self, job: Job, why: str) -> None:
        """What nobody foresaw must not be met for ever."""
        with suppress(StoreError):
            await self._store.settle(DeliveryResult(job.seq, "unknown", trouble=why))

    async def _send(self, job: Job, reply: Reply, channel: Channel) -> DeliveryResult:
        """Send; with the way to what was put aside for this person, where they have not been told of it."""
        offering = job.is_last and not channel.keeps_answers and self._shelves.is_untold(job.lane)
        if offering:
            reply = await self._shelves.with_earlier_answers(job.lane, reply)
        delivery = Delivery(job.incoming.person, reply, key=str(job.seq), to=job.incoming)
        fate = await self._sender.send(delivery, channel, seq=job.seq, tries=job.tries)
        job.barred = fate.barred
        if offering and fate.outcome.state == "sent":
            await self._shelves.tell(job.incoming.person, reply)
        return fate.outcome

    # Answers that waited for their person -------------------------------------------------------------------------

    async def _give_held(self, lane: Lane, channel: Channel) -> None:
        """First thing on return: what could not be said while the channel's window was closed."""
        await self._shelves.put_held_aside(lane)
        for letter in await self._store.waiting.letters(*lane, states=("held",), limit=_SLICE):
            if not await self._given(letter, channel, otherwise="held"):
                return
        self._held.discard(lane)

    async def _give_shelved(self, lane: Lane, channel: Channel) -> None:
        """Give what was put aside, if it was asked for."""
        letters = await self._store.waiting.letters(*lane, states=("asked",), limit=_SLICE)
        left = await self._store.waiting.count_put_aside(*lane) if letters else 1
        for letter in letters:
            more = left if letter is letters[-1] else 0
            if not await self._given(letter, channel, otherwise="shelved", more=more):
                await self._store.waiting.put_back(*lane)
                self._shelves.put(lane)
                return
        if not left:
            self._shelves.forget(lane)

    async def _given(self, letter: InboxRow, channel: Channel, *, otherwise: str, more: int = 0) -> bool:
        """Give one answer; where it cannot go out now it is *otherwise* again, and what comes after it too."""
        job = await self._read(letter)
        if job is None or job.reply is None or not await self._store.waiting.claim(letter.seq):
            return True
        reply = earlier_answers.with_earlier_answers(job.reply, more) if more else job.reply
        # Held answers belong to no message that could still be edited or quoted.
        to = None if otherwise == "held" else job.incoming
        delivery = Delivery(job.incoming.person, reply, key=str(job.seq), to=to)
        outcome = await self._patiently(delivery, channel, seq=job.seq)
        waits = outcome.state in {"ready", "held"}
        await self._store.settle(replace(outcome, state=otherwise, due_at=0.0) if waits else outcome)
        if more and not waits:
            await self._shelves.tell(job.incoming.person, reply)
        return not waits

    async def _patiently(self, delivery: Delivery, channel: Channel, *, seq: int) -> DeliveryResult:
        """Send, waiting for our own limits."""
        for _ in range(_BREATHS):
            outcome = (await self._sender.send(delivery, channel, seq=seq)).outcome
            seconds = outcome.due_at - self._clock()
            if outcome.state != "ready" or outcome.tried or seconds > _LONGEST_BREATH:
                break
            await self.breath.pause(max(0.0, seconds))
        return outcome
