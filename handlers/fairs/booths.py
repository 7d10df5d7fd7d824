"""A booth in its visitor's own chat: what is sold there, and naming oneself by that button only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from catalog.dates import VIET_NAM
from catalog.errors import NotFound
from catalog.fairs.calendar import Booth, Fair
from catalog.fairs.visits import FairLead, VisitCount, VisitKind
from catalog.inquiry import Kind
from catalog.model import Product
from handlers import cards
from handlers.actions import Action, Verb
from handlers.apologies import not_in_public
from handlers.catalogue.search import view
from handlers.context import Context, Draft, DraftStep, Session
from handlers.fairs import notices, wording
from handlers.inquiries import send_inquiry
from handlers.inquiries.consumer import who
from handlers.messages import Choice, Incoming, Reply, Style
from handlers.phrases import Speech

SHOWN = 8
_EVENING, _TOO_LATE = time(19, 30), time(18, 30)


_TYPED = {
    VisitKind.REMIND: re.compile(r"(?:hay )?nhac (?:toi|minh|em) (?:o|khi ve) nha(?: nhe)?|remind me at home"),
    VisitKind.QUOTE: re.compile(
        r"(?:xin |hay |lam on )?(?:gui )?(?:cho (?:toi|minh|em) )?(?:xin )?bao gia(?: cho (?:toi|minh|em))?(?: nhe)?"
        r"|send me a quote"
    ),
    VisitKind.WHOLESALE: re.compile(
        r"(?:toi|minh|em)(?: la| muon)? (?:khach|mua|lay)(?: hang)? (?:si|buon)(?: nhe)?|i buy wholesale"
    ),
}


@dataclass(frozen=True, slots=True)
class OpenBooth:
    """A booth with its fair, who stands there and what they make."""

    booth: Booth
    fair: Fair
    name: str
    products: tuple[Product, ...] = ()


async def find(token: str, *, context: Context, say: Speech) -> OpenBooth:
    """The booth whose code says *token*, named in the language of *say*. Raises NotFound, StoreError."""
    key, booth = await context.store.fairs.booth_by_token(token)
    fair = await context.store.fairs.by_key(key)
    products = await context.store.of_producer(booth.producer) if booth.producer else []
    makers = await context.store.producers([booth.producer]) if booth.producer else []
    return OpenBooth(
        booth, fair, wording.holder_name(booth, {each.id: each.name for each in makers}, say), tuple(products)
    )


def recognize_typed(words: str, session: Session) -> Action | None:
    """The button of the booth that was just shown which *words*, folded, spell out; None where none is on offer."""
    offered = [found for each in session.offered if (found := Action.parse(each)) and found.verb is Verb.BOOTH]
    for kind, pattern in _TYPED.items():
        if offered and pattern.fullmatch(words):
            return next((each for each in offered if each.subject.endswith(f" {kind}")), None)
    return None


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Open the booth that was scanned (``ABCD2345``), or do what was pressed there (``ABCD2345 quote``)."""
    token, _, said = subject.partition(" ")
    try:
        opened = await find(token.upper(), context=context, say=session.say)
    except NotFound:
        text = session.say("That booth is not there any more.")
        return Reply(text, choices=(Choice(session.say("Fairs"), Action(Verb.FAIR)),)), session
    kind = VisitKind(said) if said in set(VisitKind) else VisitKind.VISIT
    if kind is VisitKind.VISIT:
        await _note(opened, kind, incoming=incoming, context=context)
        return _show(opened, incoming=incoming, context=context, session=session), session
    if incoming.public:
        return not_in_public(session.say), session
    if kind is VisitKind.REMIND:
        return await _remind_at_home(opened, incoming=incoming, context=context, session=session), session
    return await _send(kind, opened, incoming=incoming, context=context, session=session)


async def look(token: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """The booth as its code shows it; who looks from afar is no visitor. Raises NotFound, StoreError."""
    return _show(
        await find(token, context=context, say=session.say), incoming=incoming, context=context, session=session
    )


async def _note(opened: OpenBooth, kind: VisitKind, *, incoming: Incoming, context: Context) -> None:
    """Count it, on the days of the fair; a producer's own people are no visitors."""
    today = context.today()
    if not opened.fair.runs_on(today):
        return
    mine = await context.store.members.roles_of(who(incoming))
    if any(each.producer_id == opened.booth.producer for each in mine if each.producer_id):
        return
    await context.store.fair_visits.note(
        opened.fair.key, opened.booth.number, kind, who(incoming), day=today, at=context.now()
    )


def _show(opened: OpenBooth, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    say, booth, fair = session.say, opened.booth, opened.fair
    name = opened.name or say("not given to anybody yet")
    lines = [
        say("Booth {code} at “{fair}”: {name}", code=booth.code, fair=fair.name, name=name),
        say("{place}, {when}", place=wording.place(fair, context.places), when=wording.when(fair, say)),
    ]
    token = booth.token
    about = Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))
    if not opened.products:
        return Reply("\n".join(lines), choices=(about,), language=say.language)
    lines.append(_naming(incoming.person.name[:40], session))
    choices = [
        Choice(say("Remind me at home"), Action(Verb.BOOTH, f"{token} {VisitKind.REMIND}")),
        Choice(say("Send me a quote"), Action(Verb.BOOTH, f"{token} {VisitKind.QUOTE}"), style=Style.MAIN),
        Choice(say("I buy wholesale"), Action(Verb.BOOTH, f"{token} {VisitKind.WHOLESALE}")),
    ]
    more = len(opened.products) - SHOWN
    if more > 0:
        label = say.count("{number} more product", "{number} more products", more)
        choices.append(Choice(label, Action(Verb.MAKER, f"{opened.products[0].ref} 2")))
    drawn = view(context, session)
    shown = tuple(cards.short(each, drawn) for each in opened.products[:SHOWN])
    return Reply("\n".join(lines), cards=shown, choices=(*choices, about), language=say.language)


def _naming(name: str, session: Session) -> str:
    say = session.say
    if not name:
        return say("The producer learns that you asked only if you press “Send me a quote” or “I buy wholesale”.")
    return say(
        "The producer learns who you are ({name}) only if you press “Send me a quote” or “I buy wholesale”.", name=name
    )


async def _remind_at_home(opened: OpenBooth, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    say, me = session.say, who(incoming)
    if not opened.products:
        return Reply(say("Nobody can be asked at that booth."))
    due = _at_home(context.now())
    await context.store.outbox.add(notices.at_home(opened.fair, opened.booth, me, language=say.language, due=due))
    await _note(opened, VisitKind.REMIND, incoming=incoming, context=context)
    text = say(
        "I will send you {name} and what it makes again, {moment}. Nobody at the booth learns of it.",
        name=opened.name,
        moment=wording.moment_in_words(due, say),
    )
    return Reply(text, language=say.language)


def _at_home(now: float) -> float:
    """The next half past seven in the evening, tomorrow's where today's is too near."""
    here = datetime.fromtimestamp(now, VIET_NAM)
    day = here.date() + timedelta(days=here.time() > _TOO_LATE)
    return datetime.combine(day, _EVENING, VIET_NAM).timestamp()


async def _send(
    kind: VisitKind, opened: OpenBooth, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Ask the producer in the visitor's name, as any inquiry: it is told, answered and erased like one."""
    say, fair, booth = session.say, opened.fair, opened.booth
    if not opened.products:
        return Reply(say("Nobody can be asked at that booth.")), session
    where = say("(Booth {code}, {fair})", code=booth.code, fair=fair.name)
    words = (
        say("Please send me your prices.") if kind is VisitKind.QUOTE else say("I buy wholesale: please contact me.")
    )
    draft = Draft(DraftStep.CONFIRM, opened.products[0].ref, kind=Kind.BUY, text=f"{words} {where}")
    me, memory, begun = who(incoming), context.store.memory, session.fresh_draft(context.now())
    photo = await memory.draft_photo(me)
    await memory.drop_draft_photo(me)
    reply, session = await send_inquiry.send(
        "name", incoming=incoming, context=context, session=replace(session, draft=draft)
    )
    if begun is not None:
        # What somebody was writing goes on after it, with its own photo.
        session = replace(session, draft=begun)
        if photo is not None:
            await memory.keep_draft_photo(me, photo)
    ref, kept = await send_inquiry.number_of(incoming, context)
    if not kept:
        # "Send" would send what was begun before.
        return (replace(reply, choices=()) if begun is not None else reply), session
    await context.store.fair_visits.note_lead(
        FairLead(ref, fair.key, booth.number, booth.producer, kind, context.now())
    )
    await _note(opened, kind, incoming=incoming, context=context)
    more = Choice(say("Add how much, or a phone number"), Action(Verb.MORE, ref))
    others = Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, f"fair {fair.key}"))
    offered = (others,) if kind is VisitKind.WHOLESALE else ()
    return replace(reply, choices=(more, *reply.choices, *offered)), session


async def list_leads(key: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """A producer's own figures and leads at a fair; nobody sees another's. Raises NotFound, StoreError."""
    say = session.say
    fair = await context.store.fairs.by_key(key)
    mine = {each.producer_id for each in await context.store.members.roles_of(who(incoming)) if each.producer_id}
    if incoming.public or not mine:
        return Reply(say("You answer for no producer here."))
    booths = {each.number: each for each in await context.store.fairs.booths(key) if each.producer in mine}
    counts = [each for each in await context.store.fair_visits.count(key) if each.booth in booths]
    leads = await context.store.fair_visits.leads(key, producers=mine)
    codes = ", ".join(each.code for each in booths.values())
    lines = [
        say("Your booths at “{fair}”: {codes}", fair=fair.name, codes=codes or "–"),
        _count_visits(counts, context.today(), say),
        say("Who wants to be reminded at home: {number}", number=_sum(counts, VisitKind.REMIND)),
        say("Who asked you for prices or buys wholesale: {number}", number=len(leads)),
    ]
    return Reply("\n".join(lines), choices=_offer_leads(leads, say), language=say.language)


def _count_visits(counts: list[VisitCount], today: date, say: Speech) -> str:
    """How many visits there were *today* and on all days, in words."""
    visits = [each for each in counts if each.kind is VisitKind.VISIT]
    return say(
        "Visits today: {today}, on all days: {whole}",
        today=sum(each.counted for each in visits if each.day == today),
        whole=sum(each.counted for each in visits),
    )


def _offer_leads(leads: Sequence[FairLead], say: Speech) -> tuple[Choice, ...]:
    """A button for each of the first leads, and the mailbox where there are more."""
    names = {VisitKind.QUOTE: say("prices"), VisitKind.WHOLESALE: say("wholesale")}
    choices = []
    for each in leads[:SHOWN]:
        label = f"#{each.ref} · {names.get(each.kind, '')} · {wording.moment_in_words(each.at, say)}"
        choices.append(Choice(label, Action(Verb.INQUIRY, each.ref)))
    if len(leads) > SHOWN:
        choices.append(Choice(say("Mailbox"), Action(Verb.MAIL)))
    return tuple(choices)


def _sum(counts: list[VisitCount], kind: VisitKind) -> int:
    return sum(each.counted for each in counts if each.kind is kind)
