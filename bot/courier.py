"""What goes out later: notices to producers, officers and consumers, leased, retried, given up with a reason.

A consumer's answer is told at most once; everything else at least once, with its number in the text. Each person's
notices go one after the other, many people's side by side.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from bot import wire
from bot.channel import Channel, Delivery, Gone, MaybeSent, NotSent, Refused, SendError, WindowClosed
from bot.inbox import Inbox
from bot.measures import Measures
from catalog.errors import CatalogError, StoreError
from catalog.inquiry import AT_MOST_ONCE, Address, IllegalMove, Move, Notice, NoticeKind
from catalog.store import Step, Told
from handlers import notices, plain, routing
from handlers.desk import Desk
from handlers.inquiry import officers
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
AT_ONCE = 100
LOOK_EVERY = 1.0
MOST_TRIES = 10
_LONGEST_PAUSE = 6 * 3600.0
_PRODUCERS = frozenset({NoticeKind.NEW, NoticeKind.MORE, NoticeKind.REMIND, NoticeKind.SECOND})


def pause(attempts: int, *, least: float, chance: Callable[[], float]) -> float:
    """Seconds to wait before the next try: twice as long after each, with jitter, six hours at most."""
    return max(least, min(2.0**attempts, _LONGEST_PAUSE) * (0.5 + chance()))


class Courier:
    """Carries notices while run() runs."""

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        channels: Mapping[str, Channel],
        *,
        measures: Measures,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._desk = desk
        self._inbox = inbox
        self._channels = channels
        self._measures = measures
        self._clock = clock
        self._chance = chance
        self._wake = asyncio.Event()
        self._held: set[Address] = set()

    async def run(self) -> None:
        """Carry what is due until cancelled."""
        post = self._desk.store.post
        self._held = set(await post.people_held())
        post.on_notice(self._wake.set)
        self._inbox.on_return(self.greet)
        while True:
            self._wake.clear()
            if not await self.round():
                await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
        except TimeoutError:
            return

    async def round(self, to: Address | None = None) -> int:
        """Tell what is due now, to one person or to everyone; how many notices that were."""
        try:
            due = await self._desk.store.post.lease(now=self._clock(), seconds=LEASE_SECONDS, limit=AT_ONCE, to=to)
        except StoreError as error:
            log.warning("notices cannot be fetched: %s", error)
            return 0
        due.sort(key=lambda notice: (notice.to.channel, notice.to.address))
        lanes = [list(lane) for _, lane in groupby(due, key=lambda notice: notice.to)]
        await asyncio.gather(*(self._lane(lane) for lane in lanes))
        return len(due)

    async def greet(self, person: Person) -> None:
        """Someone speaks again: what waited for that is told first."""
        to = Address(person.channel, person.address)
        if to not in self._held:
            return
        self._held.discard(to)
        if await self._desk.store.post.release_held(to):
            await self.round(to)

    async def _lane(self, lane: Sequence[Notice]) -> None:
        for notice in sorted(lane, key=lambda each: each.number):
            try:
                told = await self._tell(notice)
                await self._desk.store.post.told(told)
            except StoreError as error:
                log.warning("notice %d is told again later: %s", notice.number, error)
                return
            self._measures.noticed(str(notice.kind), told.state)

    async def _tell(self, notice: Notice) -> Told:
        channel = self._channels.get(notice.to.channel)
        if channel is None:
            return await self._given_up(notice, f"the channel {notice.to.channel} is off")
        try:
            reply = await notices.compose(notice, language=await self._language(notice), desk=self._desk)
        except StoreError:
            raise
        except CatalogError as error:
            return await self._given_up(notice, type(error).__name__)
        if reply is None:
            return Told(notice.number, "moot", self._clock())
        return await self._sent(notice, reply, channel)

    async def _sent(self, notice: Notice, reply: Reply, channel: Channel) -> Told:
        person = Person(notice.to.channel, notice.to.address, language=reply.language)
        try:
            if channel.keeps_answers:
                await self._inbox.announce(person, reply, key=f"notice:{notice.number}")
                sent_id = ""
            else:
                sent_id = await channel.deliver(Delivery(person, reply, key=f"notice:{notice.number}"))
        except SendError as error:
            return await self._unsent(notice, error)
        await self._offer(person, reply)
        await self._delivered(notice)
        return Told(notice.number, "sent", self._clock(), sent_id=sent_id)

    async def _offer(self, person: Person, reply: Reply) -> None:
        """Let "1", "2", "3" mean the choices of what was said last."""
        actions = [choice.action for choice in plain.choices(reply) if choice.action is not None]
        if actions:
            store = self._desk.store
            known = wire.read_known(*await store.person(person.channel, person.address)).offering(actions)
            spelled = wire.spell_known(known)
            await store.keep_person(person.channel, person.address, language=known.language, state=spelled)

    async def _unsent(self, notice: Notice, error: SendError) -> Told:
        now = self._clock()
        match error:
            case NotSent(seconds=seconds) if notice.attempts + 1 < MOST_TRIES:
                wait = pause(notice.attempts, least=seconds, chance=self._chance)
                return Told(notice.number, "waiting", now, due_at=now + wait, trouble=str(error))
            case MaybeSent() if notice.kind in AT_MOST_ONCE:
                return Told(notice.number, "unknown", now, trouble=str(error))
            case MaybeSent() if notice.attempts + 1 < MOST_TRIES:
                wait = pause(notice.attempts, least=1.0, chance=self._chance)
                return Told(notice.number, "waiting", now, due_at=now + wait, trouble=str(error))
            case WindowClosed():
                self._held.add(notice.to)
                await self._another_way(notice)
                return Told(notice.number, "held", now, trouble=str(error))
            case Gone() | Refused() | SendError():
                return await self._given_up(notice, f"{type(error).__name__}: {error}")

    async def _given_up(self, notice: Notice, why: str) -> Told:
        log.warning("notice %d (%s) is given up: %s", notice.number, notice.kind, why)
        await self._another_way(notice)
        return Told(notice.number, "failed", self._clock(), trouble=why)

    async def _another_way(self, notice: Notice) -> None:
        """A producer who cannot be reached here is reached elsewhere, at last through an officer."""
        if notice.kind not in _PRODUCERS:
            return
        post = self._desk.store.post
        about = await post.inquiry(notice.subject)
        product = await self._desk.store.product(about.product_id) if about else None
        if about is None:
            return
        fresh = routing.another_way(
            about,
            failed=notice.to,
            members=await post.members_of(about.producer_id),
            mail=product.producer.email if product else "",
            officers=await officers(self._desk),
            now=self._clock(),
        )
        await post.tell(*fresh)

    async def _delivered(self, notice: Notice) -> None:
        if notice.kind not in _PRODUCERS:
            return
        try:
            await self._desk.store.post.step(Step(notice.subject, Move.DELIVER, at=self._clock()))
        except IllegalMove as error:
            log.info("notice %d came late: %s", notice.number, error)

    async def _language(self, notice: Notice) -> str:
        post = self._desk.store.post
        about = await post.inquiry(notice.subject) if notice.kind in {NoticeKind.ANSWER, NoticeKind.CLOSED} else None
        roles = [] if about else await post.roles_of(notice.to)
        return notices.language_of(notice, roles, about)
