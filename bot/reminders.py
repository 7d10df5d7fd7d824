"""What is told without being asked, to producers and, in the morning, to officers who want it.

Producers are told of a certificate that ends, facts that are missing, a Zalo window.
Each pass only adds notices whose keys are one of a kind, so that passing again, or in two processes, repeats nothing.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.logs import LastingTrouble
from catalog import passport
from catalog.errors import StoreError
from catalog.inquiry import Member, Notice, NoticeKind
from catalog.model import Product
from handlers import follow_news, recalls
from handlers.board import morning
from handlers.buyers import notices
from handlers.context import Context
from handlers.fairs import closing
from handlers.inquiries import consumer, corrections, escalation

PASS_EVERY = 6 * 3600.0
TELL_EVERY = 1.0
DAYS_BEFORE = (30, 60, 90)
# Channels whose window closes after seven days of silence (domain.md C1).
_CLOSING = frozenset({"zalo_oa"})
_DAY_BEGINS, _DAY_ENDS = 8, 20

log = logging.getLogger(__name__)


async def keep_nudging(context: Context, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Pass again and again until cancelled."""
    while True:
        try:
            await nudge(context)
        except StoreError as error:
            log.warning("nobody was nudged this time: %s", error)
        await sleep(PASS_EVERY)


async def keep_telling(context: Context, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Go on telling whom recalls concern, until cancelled."""
    trouble = LastingTrouble(log)
    while True:
        try:
            await recalls.tell_waiting(context)
        except StoreError as error:
            trouble.note_failure("nobody could be told of a recall: %s", error)
        else:
            trouble.note_success("people are told of recalls again")
        await sleep(TELL_EVERY)


async def nudge(context: Context) -> int:
    """One pass; how many notices are due by now, new or not."""
    producers: dict[str, list[Member]] = defaultdict(list)
    for member in await context.store.members.answering():
        producers[member.producer_id].append(member)
    fresh: list[Notice] = []
    for producer_id, members in producers.items():
        products = await context.store.of_producer(producer_id)
        fresh += for_producer(products, members, today=context.today(), now=context.now())
    if fresh:
        await context.store.outbox.add(*fresh)
    scheduled = await morning.schedule(context) + await closing.schedule(context)
    scheduled += await follow_news.schedule(context) + await notices.schedule(context)
    await context.store.proposals.expire_old(now=context.now())
    await context.store.recalls.end_past(context.today(), at=context.now())
    for officer in context.officers:
        # One named in the settings after an inquiry came; whoever was told before is not told again.
        await consumer.pass_on_open(officer, context=context)
    return len(fresh) + scheduled


def for_producer(
    products: Sequence[Product], members: Sequence[Member], *, today: date, now: float
) -> Iterator[Notice]:
    """What the first of *members* is told of *products*, and whose window must be kept open. Pure."""
    first = members[0]
    due = _by_day(first, now)
    for product in products:
        yield from _ending(product, first, today=today, due=due)
    poorest = max(products, key=lambda product: len(corrections.missing(product)), default=None)
    if poorest is not None and corrections.missing(poorest):
        yield _notice(NoticeKind.MISSING, poorest.id, first, mark=f"{today:%Y-%m}", due=due)
    year, week, _ = today.isocalendar()
    for member in members:
        if member.who.channel in _CLOSING:
            # Once for each person and week, for however many producers they answer.
            mark, when = f"{year}-{week}", _by_day(member, now)
            yield _notice(NoticeKind.STILL_THERE, "", member, mark=mark, due=when)


def _ending(product: Product, member: Member, *, today: date, due: float) -> Iterator[Notice]:
    held = passport.of(product.certificates, today)
    current = None if held.standing in passport.TAKEN_AWAY or held.coming else held.current
    days_left = (current.ends.earliest - today).days if current is not None and current.ends is not None else 0
    if current is None or current.ends is None or days_left <= 0:
        return
    step = next((days for days in DAYS_BEFORE if days_left <= days), None)
    if step is not None:
        yield _notice(NoticeKind.ENDING, product.id, member, mark=f"{current.ends.latest}:{step}", due=due)


def _notice(kind: NoticeKind, subject: str, member: Member, *, mark: str, due: float) -> Notice:
    to = member.who
    return Notice(f"{kind}:{mark}:{subject}:{to.channel}:{to.address}"[:200], to, kind, subject, due_at=due)


def _by_day(member: Member, now: float) -> float:
    """Now, or in the morning: nobody is woken for this. Their own quiet hours count when it is told."""
    return escalation.after_quiet(replace(member, quiet_from=_DAY_ENDS, quiet_to=_DAY_BEGINS), now)
