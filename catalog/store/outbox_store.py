"""The store of everything that goes out."""

import math
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import OutboxState
from catalog.inquiry import Address, Notice
from catalog.store import digests, jobs, notices, outbox, postgresql_writes
from catalog.store.access import Access
from catalog.store.jobs import JobKind, NewJob, defer, defer_unless_waiting, delivery_of
from catalog.store.outbox import DeliveryResult, Lease, NewReply, ReplyRow

LEASE_SECONDS = 60.0


class OutboxStore:
    """Answers and notices; *reached* notes that an inquiry has reached its producer. Every method raises StoreError."""

    def __init__(self, access: Access, *, reached: Callable[[AsyncConnection, str, float], Awaitable[None]]) -> None:
        self._access = access
        self._reached = reached
        self._wake: Callable[[], None] = lambda: None

    def on_added(self, wake: Callable[[], None]) -> None:
        """Call *wake* whenever this process keeps a notice."""
        self._wake = wake

    def wake(self) -> None:
        """A notice was kept together with something else."""
        self._wake()

    def _lease(self, now: float) -> Lease:
        return Lease(self._access.owner, now, now + LEASE_SECONDS)

    # Whatever it is -----------------------------------------------------------------------------------------------

    async def settle(self, result: DeliveryResult, *, to: Address | None = None) -> None:
        """Keep what became of an answer; if it waits, the job that sends it again, where *to* tells whose it is."""
        if not self._access.has_jobs:
            await self._access.write_item(outbox.settle, result)
            return
        if to is None or result.state is not OutboxState.WAITING:
            await self._access.write_item(postgresql_writes.settle, result)
            return
        job = delivery_of(result.number, to, due_at=result.due_at)
        await self._access.write_item(_settle_and_defer, (result, job))

    async def receiver(self, number: int) -> Address | None:
        """Whose something in the outbox is; None if it was erased."""
        return await self._access.read(lambda c: outbox.receiver(c, number))

    async def defer_left(self, *, before: float) -> int:
        """Give a job to everyone for whom an answer waits since *before* that no job sends; how many those are."""
        return await self._access.write_alone(lambda c: _defer_left(c, before=before))

    async def take_over(self, channel: str, *, keeps_answers: bool, now: float, alone: bool) -> None:
        """Begin where a process that is no more stopped; *alone* if no other process is at work."""
        lease = self._lease(now)
        await self._access.write_alone(
            lambda c: outbox.take_over(c, channel, keeps_answers=keeps_answers, lease=lease, alone=alone)
        )

    async def renew_leases(self, *, now: float) -> None:
        """What we are sending stays ours for longer."""
        await self._access.write(lambda c: outbox.renew(c, self._lease(now)))

    async def hurry(self, channel: str, *, now: float) -> None:
        """The vendor of *channel* takes messages again: what waits only because it did not is due now."""

        async def hurry(connection: AsyncConnection) -> None:
            await outbox.hurry(connection, channel, now=now)
            if self._access.has_jobs:
                await jobs.hurry(connection, channel, JobKind.DELIVER)
                await notices.defer_due(connection, now=now)

        await self._access.write_alone(hurry)
        self._wake()

    async def hurry_messages(self, channel: str) -> None:
        """We can answer in *channel* from now on: messages that were put off because nobody could are taken up."""
        if self._access.has_jobs:
            await self._access.write_alone(lambda c: jobs.hurry(c, channel, JobKind.ANSWER))

    async def people(self, state: OutboxState) -> list[Address]:
        """Everyone for whom something is in this *state*."""
        return await self._access.read(lambda c: outbox.people(c, state))

    # Answers ------------------------------------------------------------------------------------------------------

    async def add_reply(self, reply: NewReply) -> int:
        """Keep something that we say by ourselves; its number, 0 if its key is known."""
        return await self._access.write_item(outbox.add_replies, replace(reply, body=self._access.close(reply.body)))

    async def queues(self, channel: str, *, now: float, left: bool = False) -> list[tuple[str, float]]:
        """The address of everyone for whom an answer waits in *channel* that nobody else sends, and when it is due.

        Only of what another process *left*, if that is asked.
        """
        return await self._access.read(lambda c: outbox.queues(c, channel, self._lease(now), left=left))

    async def replies(self, to: Address, *, states: Sequence[OutboxState], limit: int) -> list[ReplyRow]:
        """Someone's answers in these *states*, the oldest first."""
        return self._open(await self._access.read(lambda c: outbox.replies(c, to, states=states, limit=limit)))

    async def lease_replies(
        self, to: Address, *, states: Sequence[OutboxState], limit: int, now: float
    ) -> list[ReplyRow]:
        """The same, but only what nobody else works on; it is ours from now on.

        Where there are jobs, whoever has the job has the lock: then it is ours whoever had it.
        """
        lease = self._lease(now)
        if self._access.has_jobs:
            lease = replace(lease, now=math.inf)
        return self._open(
            await self._access.write(lambda c: outbox.lease_replies(c, to, states=states, limit=limit, lease=lease))
        )

    async def claim_reply(self, number: int, *, now: float) -> bool:
        """Note that an answer is being sent from now on; False if it is there no more or somebody else has it."""
        return await self._access.write_item(outbox.claim, (number, self._lease(now)))

    async def answers_after(self, to: Address, *, after: int, before: int = 0, most: int = 0) -> list[ReplyRow]:
        """What was said to this person after number *after*; see catalog.store.outbox.answers_after."""
        return self._open(
            await self._access.read(lambda c: outbox.answers_after(c, to, after=after, before=before, most=most))
        )

    async def numbers_after(self, channel: str, number: int) -> list[tuple[str, int]]:
        """The address and number of each answer in *channel* with a number above *number*, in their order."""
        return await self._access.read(lambda c: outbox.numbers_after(c, channel, number))

    async def newest_number(self) -> int:
        """The highest number of anything that goes out; 0 if nothing does."""
        return await self._access.read(outbox.newest_number)

    async def put_aside(self, to: Address, *, before: float, state: OutboxState = OutboxState.WAITING) -> int:
        """Put what is in *state* since *before* aside, but not the newest; how many answers that were."""
        return await self._access.write_alone(lambda c: outbox.put_aside(c, to, before=before, state=state))

    async def count_aside(self, to: Address) -> int:
        """How many answers were put aside for someone."""
        return await self._access.read(lambda c: outbox.count_aside(c, to))

    async def request(self, to: Address, *, limit: int, now: float) -> int:
        """Have the oldest of what was put aside given next, by us; how many answers those are."""
        lease = self._lease(now)
        return await self._access.write_alone(lambda c: outbox.request(c, to, limit=limit, lease=lease))

    async def put_back(self, to: Address) -> None:
        """Put what was asked for and could not be given aside again."""
        await self._access.write_alone(lambda c: outbox.put_back(c, to))

    async def forget_before(self, moment: float) -> int:
        """Erase answers from before *moment* (UTC seconds), also those that never went out."""
        return await self._access.write_alone(lambda c: outbox.forget_before(c, moment))

    def _open(self, rows: Sequence[ReplyRow]) -> list[ReplyRow]:
        opened = self._access.open
        return [replace(each, body=opened(each.body), asked=opened(each.asked)) for each in rows]

    # Notices ------------------------------------------------------------------------------------------------------

    async def add(self, *fresh: Notice) -> None:
        """Keep notices; a known key is told once only."""
        await self._access.write(lambda c: notices.add(c, fresh))
        self._wake()

    async def lease(
        self,
        *,
        now: float,
        limit: int,
        to: Address | None = None,
        busy: Collection[Address] = (),
        channel: str = "",
        but: Collection[str] = (),
    ) -> list[Notice]:
        """Take due notices for some time: one person's, or anybody's but of who is *busy*; see notices.lease."""
        which = {"limit": limit, "to": to, "busy": busy, "channel": channel, "but": but}
        owner = self._access.owner
        return await self._access.write(
            lambda c: notices.lease(c, owner=owner, now=now, seconds=LEASE_SECONDS, **which)  # type: ignore[arg-type]
        )

    async def defer_due(self, *, now: float) -> int:
        """Give a job to everyone for whom a notice became due, where there are jobs; how many those are."""
        return await self._access.write_alone(lambda c: notices.defer_due(c, now=now))

    async def claim(self, number: int, *, now: float) -> bool:
        """Note that a notice which may be told once only is being sent; False if somebody else has it."""
        lease = self._lease(now)
        return await self._access.write(lambda c: notices.claim(c, number, owner=lease.owner, until=lease.until))

    async def renew(self, number: int, *, now: float) -> bool:
        """Have a notice that is leased to us for longer; False if somebody else has taken it."""
        lease = self._lease(now)
        return await self._access.write(lambda c: notices.renew(c, number, owner=lease.owner, until=lease.until))

    async def record_delivery(self, result: DeliveryResult, *, delivered: str = "") -> None:
        """Keep what became of a notice, and with it that the inquiry *delivered* has reached its producer."""

        async def keep(connection: AsyncConnection) -> None:
            await outbox.settle(connection, [result])
            if delivered:
                await self._reached(connection, delivered, result.at)
            if result.digest_to is not None:
                await _settle_digest(connection, result, result.digest_to)

        await self._access.write(keep)

    async def pace(self, to: Address, *, since: float, now: float) -> digests.Pace:
        """What someone was told since then of what anybody can cause, and what is due."""
        return await self._access.read(lambda c: digests.pace(c, to, since=since, now=now))

    async def list_gathered(self, to: Address) -> list[digests.Gathered]:
        """What the next digest tells someone of."""
        return await self._access.read(lambda c: digests.list_gathered(c, to))

    async def release_held(self, to: Address) -> int:
        """Someone spoke: the notices that waited for that are due."""
        return await self._access.write(lambda c: notices.release_held(c, to))

    async def by_sent_id(self, to: Address, sent_id: str) -> Notice | None:
        """The notice that someone replies to."""
        return await self._access.read(lambda c: notices.by_sent(c, to, sent_id))

    async def list_failed(self, *, limit: int) -> list[Notice]:
        """Notices that were given up."""
        return await self._access.read(lambda c: notices.dead(c, limit=limit))

    async def revive(self, number: int) -> bool:
        """Try a dead notice again."""
        return await self._access.write(lambda c: notices.revive(c, number))

    async def counts(self) -> dict[str, int]:
        """How many notices are in each state."""
        return await self._access.read(notices.counts)


async def _settle_and_defer(
    connection: AsyncConnection, settled: Sequence[tuple[DeliveryResult, NewJob]]
) -> list[None]:
    await outbox.settle(connection, [result for result, _ in settled])
    await defer(connection, [job for _, job in settled])
    return [None] * len(settled)


async def _defer_left(connection: AsyncConnection, *, before: float) -> int:
    rows = await outbox.list_overdue(connection, before=before)
    return await defer_unless_waiting(connection, [delivery_of(number, to) for number, to in rows])


async def _settle_digest(connection: AsyncConnection, result: DeliveryResult, to: Address) -> None:
    """A gathered notice asks for a digest; one that was told, or that nobody needs, ends what it gathered."""
    if result.state is OutboxState.GATHERED:
        await digests.ask(connection, to, at=result.digest_at, number=result.number)
    elif result.state in {OutboxState.SENT, OutboxState.MOOT}:
        await digests.mark_listed(connection, to, until=result.at)
