"""What goes out later: notices to producers, officers and consumers, leased, retried, given up with a reason.

A consumer's answer is told at most once; everything else at least once, with its number in the text. What is surely
unsent waits until it can go, or until nobody needs it any more. Each person's notices go one after the other, many
people's side by side.
"""

import asyncio
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace

from bot import codec
from bot.background_tasks import finish
from bot.channel import Channel, Delivery, Gone, MaybeSent, NotSent, NotYet, SendError, WindowClosed
from bot.inbox import Inbox
from bot.logs import outline
from bot.metrics import Metrics
from catalog.errors import CatalogError, StoreError
from catalog.inquiry import AT_MOST_ONCE, GATHERED, TO_PRODUCERS, Address, Notice, NoticeKind
from catalog.store import NoticeResult
from handlers import limits, plain
from handlers.context import Context
from handlers.inquiries import escalation, notices
from handlers.inquiries.consumer import officers
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
AT_ONCE = 100
LOOK_EVERY = 1.0
# A second way is tried after a quarter of an hour of failures.
PATIENCE = 10
HELD_EVERY = 5.0
_LONGEST_PAUSE = 300.0
_STORE_SECONDS = 5.0
_GRACE = 5.0


def pause(attempts: int, *, least: float, chance: Callable[[], float]) -> float:
    """Seconds to wait before the next try: twice as long after each, with jitter, some minutes at most."""
    return max(least, min(2.0**attempts, _LONGEST_PAUSE) * (0.5 + chance()))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a notice, until that is kept; *about* is the inquiry that has reached its producer by it."""

    told: NoticeResult
    kind: str
    about: str = ""


def _digest_to(notice: Notice, state: str) -> Address | None:
    """Whose digest this is or is gathered for."""
    return notice.to if state == "gathered" or notice.kind is NoticeKind.DIGEST else None


class Sender:
    """Carries notices while run() runs."""

    def __init__(
        self,
        context: Context,
        inbox: Inbox,
        channels: Mapping[str, Channel],
        *,
        measures: Metrics,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        breath: float = 1.0,
    ) -> None:
        self._context = context
        self._inbox = inbox
        self._channels = channels
        self._measures = measures
        self._clock = clock
        self._chance = chance
        self._breath = breath
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wake = asyncio.Event()
        self._held: set[Address] = set()
        self._held_at = 0.0
        self._lanes: dict[Address, deque[Notice]] = {}
        self._unkept: dict[int, _Outcome] = {}
        self._leased: dict[int, float] = {}

    @property
    def name(self) -> str:
        """How the log calls it."""
        return "courier"

    async def run(self) -> None:
        """Carry what is due until cancelled. A channel that is slow or dead keeps nobody else waiting."""
        self._context.store.post.on_notice(self._wake.set)
        self._inbox.on_return(self.greet)
        await self._context.store.post.take_over()
        async with asyncio.TaskGroup() as lanes:
            while True:
                self._wake.clear()
                await self._keep_again()
                await self._know_held()
                for to in self._queue(await self._due(AT_ONCE - sum(map(len, self._lanes.values())))):
                    lanes.create_task(self._lane(to, linger=True), name="notices")
                await self._rest()

    async def _rest(self) -> None:
        # Not wait_for(): until Python 3.12 it swallows being cancelled at the moment of being woken.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()

    async def round(self, to: Address | None = None) -> int:
        """Tell what is due now, to one person or to everyone; how many notices that were."""
        due = await self._due(AT_ONCE, to)
        await asyncio.gather(*(self._lane(each) for each in self._queue(due)))
        return len(due)

    async def _due(self, limit: int, to: Address | None = None) -> list[Notice]:
        if limit <= 0:
            return []
        now = self._clock()
        try:
            due = await self._context.store.post.lease(
                now=now, seconds=LEASE_SECONDS, limit=limit, to=to, busy=() if to else list(self._lanes)
            )
        except StoreError as error:
            log.debug("notices cannot be fetched: %s", error)
            return []
        self._leased.update({notice.number: now + LEASE_SECONDS for notice in due})
        return due

    def _queue(self, due: Sequence[Notice]) -> list[Address]:
        """Put each notice behind its person's others; the persons to whom nobody is talking yet."""
        fresh = [to for to in dict.fromkeys(notice.to for notice in due) if to not in self._lanes]
        for notice in sorted(due, key=lambda each: each.number):
            self._lanes.setdefault(notice.to, deque()).append(notice)
        return fresh

    async def _know_held(self) -> None:
        """Learn for whom something waits; another process may have put it there."""
        now = self._clock()
        if 0 <= now - self._held_at < HELD_EVERY:
            return
        try:
            self._held.update(await self._context.store.post.people_held())
        except StoreError as error:
            log.debug("who is waited for cannot be read: %s", error)
            return
        self._held_at = now

    async def greet(self, person: Person) -> None:
        """Someone speaks again: what waited for that is told first."""
        to = Address(person.channel, person.address)
        if to not in self._held:
            return
        self._held.discard(to)
        if await self._context.store.post.release_held(to):
            await self.round(to)

    async def _lane(self, to: Address, *, linger: bool = False) -> None:
        """Tell one person what waits for them, one after the other."""
        lane = self._lanes[to]
        try:
            while lane:
                if not await self._settle(lane[0]):
                    return
                lane.popleft()
                if lane or linger:
                    # A chat takes about one message a second: waiting here keeps nobody else waiting.
                    await asyncio.sleep(self._breath)
        finally:
            del self._lanes[to]
            # There may be more for this person, who was passed over meanwhile.
            self._wake.set()

    async def _settle(self, notice: Notice) -> bool:
        """Tell one notice and keep what became of it; False if the rest of its lane has to wait for its lease's end."""
        try:
            if notice.number not in self._unkept:
                outcome = await self._safely(notice)
                if outcome is None:
                    return True
                self._unkept[notice.number] = outcome
            await self._mark(notice.number)
        except StoreError as error:
            log.debug("notice %d waits for the database: %s", notice.number, error)
            return False
        finally:
            self._leased.pop(notice.number, None)
        return True

    async def _is_ours(self, notice: Notice) -> bool:
        """Whether a notice that had to wait for its turn is still leased to us; if so, it is for long enough."""
        now, held = self._clock(), self._leased.get(notice.number, 0.0)
        if LEASE_SECONDS / 2 < held - now <= LEASE_SECONDS:
            return True
        return await self._context.store.post.renew(notice.number, held=held, until=now + LEASE_SECONDS)

    def _turn(self, notice: Notice) -> AbstractAsyncContextManager[None]:
        """Let what may be repeated be sent and marked one after the other in each channel.

        Whenever the process dies, at most one notice of a channel was sent and not yet marked, and is told twice.
        """
        channel = self._channels.get(notice.to.channel)
        if channel is None or channel.keeps_answers or notice.kind in AT_MOST_ONCE:
            return nullcontext()
        return self._turns[channel.name]

    async def _safely(self, notice: Notice) -> _Outcome | None:
        """Tell it; what nobody expected stops neither the others nor, for good, this one."""
        try:
            return await self._tell(notice)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the notice may have been sent
            log.error("notice %d met the unexpected: %s", notice.number, outline(error))  # noqa: TRY400 - no words
            return await self._unsent(notice, MaybeSent(type(error).__name__))

    async def _mark(self, number: int) -> None:
        """Keep what became of a notice."""
        outcome = self._unkept[number]
        delivered = outcome.about if outcome.told.state == "sent" else ""
        await self._context.store.post.record_delivery(outcome.told, delivered=delivered)
        del self._unkept[number]
        self._measures.count_notice(outcome.kind, outcome.told.state)

    async def _keep_again(self) -> None:
        """What was sent while the database refused is not sent again: that it was is kept as soon as it can be."""
        for number in [each for each in self._unkept if not self._is_under_way(each)]:
            try:
                await self._mark(number)
            except StoreError:
                return

    def _is_under_way(self, number: int) -> bool:
        return any(notice.number == number for lane in self._lanes.values() for notice in lane)

    async def _tell(self, notice: Notice) -> _Outcome | None:
        """What became of it, None if that is kept already."""
        channel = self._channels.get(notice.to.channel)
        if channel is None:
            return await self._without_channel(notice)
        start = await notices.may_be_told(notice, context=self._context)
        if start is None and notice.kind in TO_PRODUCERS:
            return await self._given_up(notice, "answers for this producer no more")
        if start is None:
            return self._became(notice, "moot")
        not_now = await self._not_now(notice, start)
        if not_now is not None:
            return not_now
        try:
            reply = await notices.compose(notice, language=await self._language(notice), context=self._context)
        except StoreError:
            raise
        except CatalogError as error:
            return await self._given_up(notice, type(error).__name__)
        return self._became(notice, "moot") if reply is None else await self._send_and_record(notice, reply, channel)

    async def _without_channel(self, notice: Notice) -> _Outcome:
        """Its channel is off, or does not open: it waits for that, and a producer is reached elsewhere at once."""
        if not notice.attempts:
            await self._another_way(notice)
        shut = NotSent(f"the channel {notice.to.channel} is off", seconds=_LONGEST_PAUSE)
        return self._later(notice, shut, shut.seconds)

    async def _not_now(self, notice: Notice, start: float) -> _Outcome | None:
        """It waits for its receiver's time, or is gathered because they were told enough within the hour."""
        now = self._clock()
        if start > now:
            return self._became(notice, "waiting", due_at=start)
        if notice.kind not in GATHERED:
            return None
        lately = await self._context.store.post.pace(notice.to, since=now - limits.HOUR, now=now)
        at = limits.digest_due(told=lately.told, last_digest=lately.digest_at, now=now)
        if at is None:
            return None
        outcome = self._became(notice, "gathered", due_at=now)
        return replace(outcome, told=replace(outcome.told, digest_at=at))

    async def _send_and_record(self, notice: Notice, reply: Reply, channel: Channel) -> _Outcome | None:
        """Send it and mark it as sent in one turn; everything else is done before or after."""
        person = Person(notice.to.channel, notice.to.address, language=reply.language)
        async with self._turn(notice):
            if not await self._is_ours(notice) or (notice.kind in AT_MOST_ONCE and not await self._claim(notice)):
                return None
            try:
                # Who stops in between would not know whether it went out.
                await finish(self._deliver_and_mark(notice, person, reply, channel), seconds=_GRACE)
            except SendError as error:
                return await self._unsent(notice, error)
            except StoreError:
                if notice.number in self._unkept:
                    raise
                # A channel asks its memory before it sends: nothing went out.
                return await self._unsent(notice, NotSent("the database refused", seconds=_STORE_SECONDS))
        await self._offer(person, reply)
        return None

    async def _deliver_and_mark(self, notice: Notice, person: Person, reply: Reply, channel: Channel) -> None:
        sent_id = await self._deliver(notice, person, reply, channel)
        told = NoticeResult(notice.number, "sent", self._clock(), sent_id=sent_id, digest_to=_digest_to(notice, "sent"))
        about = notice.subject if notice.kind in TO_PRODUCERS else ""
        self._unkept[notice.number] = _Outcome(told, str(notice.kind), about=about)
        await self._mark(notice.number)

    async def _deliver(self, notice: Notice, person: Person, reply: Reply, channel: Channel) -> str:
        key = f"notice:{notice.number}"
        if channel.keeps_answers:
            await self._inbox.announce(person, reply, key=key)
            return ""
        return await channel.deliver(Delivery(person, reply, key=key))

    async def _claim(self, notice: Notice) -> bool:
        return await self._context.store.post.claim(notice.number, until=self._clock() + LEASE_SECONDS)

    def _became(
        self, notice: Notice, state: str, *, due_at: float = 0.0, trouble: str = "", tried: bool = True
    ) -> _Outcome:
        to = _digest_to(notice, state)
        told = NoticeResult(
            notice.number, state, self._clock(), due_at=due_at, trouble=trouble, tried=tried, digest_to=to
        )
        return _Outcome(told, str(notice.kind))

    async def _offer(self, person: Person, reply: Reply) -> None:
        """Let "1", "2", "3" mean the choices of what was said last."""
        actions = [choice.action for choice in plain.choices(reply) if choice.action is not None]

        def apply_offer(language: str, state: str) -> str:
            return codec.spell_known(codec.read_known(language, state).offering(actions))

        if not actions:
            return
        try:
            # In one step, or a draft that its writer begins at this very moment would be lost.
            await self._context.store.post.change_person(Address(person.channel, person.address), apply_offer)
        except StoreError as error:
            log.info("the choices of a notice are known by their buttons only: %s", error)

    async def _unsent(self, notice: Notice, error: SendError) -> _Outcome:  # noqa: PLR0911 - one line a fate
        match error:
            case NotYet(seconds=seconds):
                due = self._clock() + seconds
                return self._became(notice, "waiting", due_at=due, trouble=str(error), tried=False)
            case NotSent(seconds=seconds):
                if notice.attempts + 1 == PATIENCE:
                    await self._another_way(notice)
                return self._later(notice, error, seconds)
            case MaybeSent() if notice.kind in AT_MOST_ONCE:
                return self._became(notice, "unknown", trouble=str(error))
            case MaybeSent() if notice.attempts + 1 < PATIENCE:
                return self._later(notice, error, 1.0)
            case WindowClosed() if notice.kind is NoticeKind.STILL_THERE:
                # Asked on return it would be a silly question.
                return self._became(notice, "moot", trouble=str(error))
            case Gone() if notice.kind in AT_MOST_ONCE:
                # Nobody else is told in their place; should they come back, they are told.
                self._held.add(notice.to)
                return self._became(notice, "held", trouble=str(error))
            case WindowClosed():
                self._held.add(notice.to)
                await self._another_way(notice)
                return self._became(notice, "held", trouble=str(error))
        return await self._given_up(notice, f"{type(error).__name__}: {error}")

    def _later(self, notice: Notice, error: SendError, seconds: float) -> _Outcome:
        wait = pause(notice.attempts, least=seconds, chance=self._chance)
        return self._became(notice, "waiting", due_at=self._clock() + wait, trouble=str(error))

    async def _given_up(self, notice: Notice, why: str) -> _Outcome:
        log.warning("notice %d (%s) is given up: %s", notice.number, notice.kind, why)
        await self._another_way(notice)
        return self._became(notice, "failed", trouble=why)

    async def _another_way(self, notice: Notice) -> None:
        """A producer who cannot be reached here is reached elsewhere, at last through an officer."""
        if notice.kind in TO_PRODUCERS:
            await self._reroute(notice.subject, notice.to)
        if notice.kind is NoticeKind.DIGEST:
            gathered = await self._context.store.post.list_gathered(notice.to)
            for ref in dict.fromkeys(each.ref for each in gathered if each.kind in TO_PRODUCERS):
                await self._reroute(ref, notice.to)

    async def _reroute(self, ref: str, failed: Address) -> None:
        post = self._context.store.post
        about = await post.inquiry(ref)
        product = await self._context.store.product(about.product_id) if about else None
        if about is None:
            return
        fresh = escalation.another_way(
            about,
            failed=failed,
            members=await post.members_of(about.producer_id),
            mail=product.producer.email if product else "",
            officers=await officers(self._context),
            now=self._clock(),
        )
        await post.tell(*fresh)

    async def _language(self, notice: Notice) -> str:
        post = self._context.store.post
        about = await post.inquiry(notice.subject) if notice.kind in {NoticeKind.ANSWER, NoticeKind.CLOSED} else None
        roles = [] if about else await post.roles_of(notice.to)
        return notices.language_of(notice, roles, about)
