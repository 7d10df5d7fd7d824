"""At a fair's closing each producer is asked one question: what was sold. Its answer goes into the fair's report."""

from collections.abc import Iterable, Sequence

from catalog.fairs import calendar
from catalog.fairs.calendar import Fair
from catalog.fairs.figures import FairSale, format_amount, read_best
from catalog.inquiry import Member
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.fairs import notices
from handlers.inquiries.membership import memberships
from handlers.messages import Choice, Incoming, Reply, Text

DAYS = 30
"""For how long after its end an answer is taken for a fair."""
_DAY = 24 * 3600.0


async def schedule(context: Context) -> int:
    """Make the question to who stands at a fair that closes within a day; to how many. Raises StoreError."""
    now, asked = context.now(), 0
    for fair in await context.store.fairs.list_all():
        closing = notices.closing_of(fair)
        # Who was asleep at the closing asks within a day after it.
        if fair.is_cancelled or not now - _DAY < closing < now + _DAY:
            continue
        members = await _members(fair, context)
        fresh = notices.closing_questions(fair, members)
        await context.store.outbox.add(*fresh)
        asked += len(fresh)
    return asked


async def _members(fair: Fair, context: Context) -> Sequence[Member]:
    producers = {each.producer for each in await context.store.fairs.booths(fair.key) if each.producer}
    found = [await context.store.members.of_producer(each) for each in sorted(producers)]
    return [members[0] for members in found if members]


async def take(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Keep what was sold (``25000000 18000000``, in đồng) at the fair where the producer stands or stood last."""
    say = session.say
    total, _, ocop = subject.partition(" ")
    if not total.isdecimal() or not (ocop.isdecimal() or not ocop):
        return _how(session)
    mine = {each.producer_id for each in await memberships(incoming, context)}
    found = await _last_fair(mine, context)
    if incoming.public or found is None:
        return Reply(say("I know of no fair at which you have a booth now or had one lately."))
    fair, producer = found
    best = read_best(incoming.content.body) if isinstance(incoming.content, Text) else ""
    sale = FairSale(fair.key, producer, int(total), int(ocop) if ocop else None, context.now(), best=best)
    await context.store.fair_sales.note(sale)
    text = say("Noted for “{fair}”: {total} đ.", fair=fair.name, total=format_amount(sale.total))
    if sale.ocop is not None:
        text = say(
            "Noted for “{fair}”: {total} đ, of it OCOP {ocop} đ.",
            fair=fair.name,
            total=format_amount(sale.total),
            ocop=format_amount(sale.ocop),
        )
    if sale.best:
        text += " " + say("Sold best: {words}.", words=sale.best)
    text += " " + say("Only the organiser and the programme's officers see it. Write it again to change it.")
    leads = Choice(say("My visitors and leads"), Action(Verb.FAIR, f"leads {fair.key}"))
    return Reply(text, choices=(leads,), language=say.language)


def _how(session: Session) -> Reply:
    return Reply(session.say("Write it like this: doanh thu 25 triệu, OCOP 18 triệu, bán chạy: nem"))


async def _last_fair(producers: Iterable[str], context: Context) -> tuple[Fair, str] | None:
    """The fair that runs, or ended lately, where one of *producers* has a booth, and which of them."""
    today, wanted = context.today(), set(producers)
    every = await context.store.fairs.list_all()
    begun = [each for each in every if each.starts <= today and (today - each.ends).days <= DAYS]
    for fair in [*calendar.upcoming(begun, today), *calendar.past(begun, today)]:
        for booth in await context.store.fairs.booths(fair.key):
            if booth.producer in wanted:
                return fair, booth.producer
    return None
