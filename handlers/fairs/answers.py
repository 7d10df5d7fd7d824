"""What is asked of fairs by a button is answered in a chat: which come, who sells there, one of them, a reminder."""

from collections.abc import Sequence
from typing import Literal

from catalog.dates import PartialDate
from catalog.distances import distance_km
from catalog.errors import NotFound
from catalog.fairs import calendar
from catalog.fairs.calendar import Fair
from catalog.fairs.plan import code_order
from handlers.actions import Action, Verb
from handlers.apologies import not_in_public
from handlers.context import Context, Session
from handlers.fairs import booths, closing, notices, participation, sellers, wording
from handlers.inquiries.consumer import who
from handlers.messages import Choice, Incoming, Page, Reply, Style, Want

FairVerb = Literal[Verb.FAIR, Verb.BOOTH]
PER_PAGE = 5
BOOTHS_PER_PAGE = 10


async def act(
    verb: FairVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Do what a button about fairs, or a booth's code, asks for. Raises StoreError."""
    if verb is Verb.BOOTH:
        return await booths.act(subject, incoming=incoming, context=context, session=session)
    what, _, rest = subject.partition(" ")
    if what in {"", "page"}:
        reply = await _list(_number(rest), context=context, session=session)
    elif what == "near":
        reply = await _near(rest, context=context, session=session)
    elif what == "sold":
        reply = await closing.take(rest, incoming=incoming, context=context, session=session)
    elif what in {"in", "need"}:
        reply = await participation.act(subject, incoming=incoming, context=context, session=session)
    else:
        reply = await _about(what, rest, incoming=incoming, context=context, session=session)
    return reply, session


async def _about(what: str, rest: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    key, _, page = rest.partition(" ")
    if what in {"sells", "booth", "look"}:
        return await _at_booths(what, key, page, incoming=incoming, context=context, session=session)
    try:
        fair = await context.store.fairs.by_key(key) if what != "find" else None
    except NotFound:
        fair = None
    if fair is None:
        return await _unknown(context=context, session=session)
    if what == "who":
        return await _who_sells(fair, _number(page), context=context, session=session)
    if what == "leads":
        return await booths.list_leads(fair.key, incoming=incoming, context=context, session=session)
    if what in {"remind", "stop"}:
        return await _set_reminder(fair, what, incoming=incoming, context=context, session=session)
    return await show(fair, incoming=incoming, context=context, session=session)


async def _at_booths(
    what: str, key: str, more: str, *, incoming: Incoming, context: Context, session: Session
) -> Reply:
    """Who sells something, or one booth, which somebody names by its code or by a button."""
    if what == "look":
        return await booths.look(key, incoming=incoming, context=context, session=session)
    if what == "sells":
        return await _sellers(key, more, context=context, session=session)
    fairs = sellers.meant_by(more, await context.store.fairs.list_all(), context)
    if fairs is None:
        return await _unknown(context=context, session=session)
    found = await sellers.find_booths(key, fairs, context=context)
    if len(found) != 1:
        return sellers.ask_which(key, found, session=session)
    return await booths.look(found[0][1].token, incoming=incoming, context=context, session=session)


async def _sellers(key: str, page: str, *, context: Context, session: Session) -> Reply:
    """Who sells what was asked under *key*."""
    asked = await sellers.read_kept(key, context=context)
    if asked is None:
        return await _unknown(context=context, session=session)
    every = await context.store.fairs.list_all()
    fairs = sellers.meant_by(asked.fair, every, context)
    if fairs is None and asked.same:
        fairs = sellers.meant_by("", every, context)
    if fairs is None:
        return await _unknown(context=context, session=session)
    if not fairs:
        return await _list(1, context=context, session=session)
    return await sellers.show_sellers(
        asked.what, fairs, _number(page), again=f"sells {key}", context=context, session=session
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


async def _list(page: int, *, context: Context, session: Session, found: Sequence[Fair] | None = None) -> Reply:
    say, today = session.say, context.today()
    every = await context.store.fairs.list_all()
    coming = calendar.upcoming(every, today) if found is None else found
    heading = say("Fairs that run or are to come:")
    if not coming:
        coming, page = calendar.past(every, today)[:PER_PAGE], 1
        heading = say("No fair to come is entered yet. These were the last ones:")
    if not coming:
        return Reply(say("No fair is entered yet."))
    pages = -(-len(coming) // PER_PAGE)
    number = min(max(page, 1), pages)
    shown = coming[(number - 1) * PER_PAGE : number * PER_PAGE]
    lines = [_line(fair, context, session) for fair in shown]
    choices = [Choice(fair.name, Action(Verb.FAIR, f"show {fair.key}")) for fair in shown]
    if number < pages:
        choices.append(Choice(say("Next →"), Action(Verb.FAIR, f"page {number + 1}")))
    if context.public_url:
        choices.append(Choice(say("All fairs on one page"), url=f"{context.public_url}{wording.PATH}"))
    turned = Page(number, pages, len(coming)) if pages > 1 else None
    return Reply("\n".join([heading, *lines]), choices=tuple(choices), page=turned, language=say.language)


def _line(fair: Fair, context: Context, session: Session, *, away: str = "") -> str:
    say = session.say
    state = wording.state(fair, context.today(), say)
    when = f"{wording.when(fair, say)} ({state})" if state else wording.when(fair, say)
    return "\n".join(part for part in (f"• {fair.name}", f"  {when}", f"  {fair.venue}{away}") if part)


async def _near(commune: str, *, context: Context, session: Session) -> Reply:
    say, unit = session.say, context.places.with_code(commune)
    of = str(unit) if unit else ""
    here = (unit.middle if unit else None) or session.here
    if here is None:
        asking = say("Where are you? Share your location, or write your commune: “hội chợ gần Từ Sơn”.")
        return Reply(asking, wants=Want.LOCATION, language=say.language, then=Action(Verb.FAIR, "near"))
    coming = calendar.upcoming(await context.store.fairs.list_all(), context.today())
    placed = [(fair, wording.point(fair, context.places)) for fair in coming]
    far = sorted(
        ((distance_km(here, at), fair, at) for fair, at in placed if at),
        key=lambda each: (each[0], each[1].key),
    )
    if not far:
        listed = await _list(1, context=context, session=session)
        text = say("I know of no fair to come whose place is near yours.")
        return Reply(f"{text}\n\n{listed.text}", choices=listed.choices, language=say.language)
    lines, choices = [say("Fairs to come, the nearest first:")], []
    for kilometres, fair, _ in far[:PER_PAGE]:
        lines.append(_line(fair, context, session, away=f" ({say.away(kilometres, of)})"))
        choices.append(Choice(fair.name, Action(Verb.FAIR, f"show {fair.key}")))
    nearest = far[0]
    choices.append(
        Choice(say("Directions to {place}", place=nearest[1].venue[:40]), url=wording.directions_url(nearest[2]))
    )
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


async def _unknown(*, context: Context, session: Session) -> Reply:
    listed = await _list(1, context=context, session=session)
    text = session.say("I do not know that fair.")
    return Reply(f"{text}\n\n{listed.text}", choices=listed.choices, language=session.say.language)


async def show(fair: Fair, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """One fair with all that can be done about it. Raises StoreError."""
    say, today = session.say, context.today()
    whole, taken = (await context.store.fairs.count_booths()).get(fair.key, (0, 0))
    reminded = await context.store.fairs.language_of_reminded(fair.key, who(incoming)) is not None
    state = wording.state(fair, today, say)
    lines = [
        fair.name + (f" ({state})" if state else ""),
        f"{wording.kind_name(fair.kind, say)} · {wording.when(fair, say)}",
        wording.place(fair, context.places),
        fair.cancelled_why if fair.is_cancelled else "",
        say("Organiser: {name}", name=fair.organiser) if fair.organiser else "",
        _booth_words(fair, whole, taken, session),
        fair.note,
        say("Source: {source}", source=fair.source),
    ]
    choices = _choices(fair, reminded=reminded, taken=taken, context=context, session=session)
    return Reply("\n".join(line for line in lines if line), choices=tuple(choices), language=say.language)


def _booth_words(fair: Fair, whole: int, taken: int, session: Session) -> str:
    say = session.say
    if whole:
        return say("{number} booths, {taken} of them taken", number=whole, taken=taken)
    return say("{number} booths, as its source tells", number=fair.told) if fair.told else ""


def _choices(fair: Fair, *, reminded: bool, taken: int, context: Context, session: Session) -> list[Choice]:
    say = session.say
    choices = []
    if taken:
        choices.append(Choice(say("Who sells there"), Action(Verb.FAIR, f"who {fair.key}"), style=Style.MAIN))
    if reminded:
        choices.append(Choice(say("Stop reminding me"), Action(Verb.FAIR, f"stop {fair.key}")))
    elif not fair.is_cancelled and fair.opening.timestamp() > context.now():
        choices.append(Choice(say("Remind me"), Action(Verb.FAIR, f"remind {fair.key}")))
    elif fair.runs_on(context.today()):
        choices.append(Choice(say("Tell me of changes"), Action(Verb.FAIR, f"remind {fair.key}")))
    if fair.link:
        choices.append(Choice(say("Watch it"), url=fair.link))
    if fair.point:
        choices.append(Choice(say("Directions"), url=wording.directions_url(fair.point)))
    if not fair.is_cancelled:
        choices.append(Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, f"fair {fair.key}")))
    if context.public_url:
        if not fair.is_over(context.today()):
            choices.append(Choice(say("Into my calendar"), url=wording.calendar_url(context.public_url, fair)))
        page = wording.page_url(context.public_url, fair, language=say.language)
        choices.append(Choice(say("The fair's page"), url=page))
    return choices


async def _set_reminder(fair: Fair, what: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    say, me = session.say, who(incoming)
    if incoming.public:
        return not_in_public(say)
    more = Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))
    if what == "stop":
        await context.store.fairs.stop_reminding(fair.key, me)
        return Reply(say("I will not remind you of “{fair}” any more.", fair=fair.name), choices=(more,))
    tell = notices.reminders(fair, me, now=context.now())
    if fair.is_cancelled:
        return Reply(say("“{fair}” was called off.", fair=fair.name), choices=(more,))
    if fair.is_over(context.today()):
        return Reply(say("“{fair}” is over.", fair=fair.name), choices=(more,))
    await context.store.fairs.remind(fair.key, me, language=say.language, tell=tell)
    stop = Choice(say("Stop reminding me"), Action(Verb.FAIR, f"stop {fair.key}"))
    if not tell:
        until = ", ".join(part for part in (say.day(PartialDate.of(fair.ends)), wording.hours(fair, say)) if part)
        text = say(
            "“{fair}” is on, until {until}. Should it be moved or called off, I tell you.", fair=fair.name, until=until
        )
        return Reply(text, choices=(stop, more), language=say.language)
    moments = [wording.moment_in_words(each.due_at, session.say) for each in tell]
    text = say("I will remind you of “{fair}”: {moments}.", fair=fair.name, moments=", ".join(moments))
    text += " " + say("Also should it be moved or called off.")
    return Reply(text, choices=(stop, more), language=say.language)


async def _who_sells(fair: Fair, page: int, *, context: Context, session: Session) -> Reply:
    say = session.say
    stands = [each for each in await context.store.fairs.booths(fair.key) if each.is_taken]
    stands.sort(key=lambda each: code_order(each.code))
    again = Choice(say("The fair"), Action(Verb.FAIR, f"show {fair.key}"))
    if not stands:
        text = say("Who sells at “{fair}” is not entered yet.", fair=fair.name)
        return Reply(text, choices=(again,), language=say.language)
    pages = -(-len(stands) // BOOTHS_PER_PAGE)
    number = min(max(page, 1), pages)
    shown = stands[(number - 1) * BOOTHS_PER_PAGE : number * BOOTHS_PER_PAGE]
    makers = {each.id: each.name for each in await context.store.producers([each.producer for each in shown])}
    lines = [say("Who sells at “{fair}”:", fair=fair.name)]
    choices = []
    for booth in shown:
        products = await context.store.of_producer(booth.producer) if booth.producer else []
        name = wording.holder_name(booth, makers, say)
        lines.append(sellers.booth_line(booth, name, [each.name for each in products]))
        if products:
            choices.append(Choice(f"{booth.code} · {name}", Action(Verb.MAKER, products[0].ref)))
    turns = ((say("← Previous"), number - 1), (say("Next →"), number + 1))
    choices += [
        Choice(label, Action(Verb.FAIR, f"who {fair.key} {there}")) for label, there in turns if 1 <= there <= pages
    ]
    turned = Page(number, pages, len(stands))
    return Reply("\n".join(lines), choices=(*choices, again), page=turned, language=say.language)
