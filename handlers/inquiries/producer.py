"""The producer's side of an inquiry: read, answer, hand over, close, block, report."""

from dataclasses import replace
from datetime import datetime, time

from catalog.dates import VIET_NAM
from catalog.inquiry import IllegalMove, Inquiry, Member, Move, Notice, NoticeKind, Side, State
from catalog.sealing import fingerprint
from catalog.store import InquiryStep
from handlers import attachments, limits
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation, rating_answers, wording
from handlers.inquiries.consumer import PER_PAGE, officers, origin_of, product_name, who
from handlers.inquiries.membership import memberships
from handlers.links import shown_phone
from handlers.messages import Card, Choice, Incoming, Page, Reply, Style, Want
from handlers.phrases import Speech

_MOST_CANNED = 5
_MOST_COUNTED = 5


async def mailbox(page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """What is open for the producers that someone answers for."""
    say, mine = session.say, await memberships(incoming, context)
    if not mine:
        return Reply(
            say("You answer for no producer. If you make OCOP products, ask the programme officer for a code.")
        )
    producers = {member.producer_id for member in mine}
    shown, total = await context.store.inquiries.of_producers(
        producers, waiting=True, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )
    rated = await _buyers_choice(producers, context=context, say=say)
    if not shown:
        return Reply(say("Nothing is open. Well done!"), choices=(*rated, *_settings_choice(session)))
    choices = [
        Choice(wording.heading(each, await product_name(each, context), say), Action(Verb.INQUIRY, each.ref))
        for each in shown
    ]
    if page > 1:
        choices.append(Choice(say("← Previous"), Action(Verb.MAIL, str(page - 1))))
    if total > page * PER_PAGE:
        choices.append(Choice(say("Next →"), Action(Verb.MAIL, str(page + 1))))
    choices += (*rated, *_settings_choice(session))
    return Reply(say("Open questions:"), choices=tuple(choices), page=Page(page, -(-total // PER_PAGE), total))


async def _buyers_choice(producers: set[str], *, context: Context, say: Speech) -> tuple[Choice, ...]:
    """The way to what buyers wrote, where something of it waits for an answer."""
    number = await rating_answers.count_unanswered(producers, context=context)
    label = say("What buyers wrote ({number})", number=number)
    return (Choice(label, Action(Verb.SCORE, "waits")),) if number else ()


async def show(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """Show one inquiry to its producer, and note that it was seen."""
    inquiry = await mark_seen(inquiry, context=context)
    return Reply(
        await as_text(inquiry, context=context, session=session),
        cards=photo_cards(inquiry, context=context, session=session),
        choices=tuple(await answering(inquiry, context, session)),
    )


async def mark_seen(inquiry: Inquiry, *, context: Context) -> Inquiry:
    """Note that the producer has read it."""
    if inquiry.state in {State.SENT, State.DELIVERED}:
        return await context.store.inquiries.move(InquiryStep(inquiry.ref, Move.SEE, at=context.now()))
    return inquiry


async def as_text(inquiry: Inquiry, *, context: Context, session: Session) -> str:
    """Everything about an inquiry that its producer may see."""
    say = session.say
    lines = [wording.heading(inquiry, await product_name(inquiry, context), say)]
    if inquiry.name:
        lines.append(say("Customer's name: {name}", name=inquiry.name))
    if inquiry.phone:
        lines.append(say("Customer's phone: {phone}", phone=shown_phone(inquiry.phone)))
    written = "\n".join(each.text for each in inquiry.messages if each.side is Side.CONSUMER)
    flags = limits.flags(written)
    if "link" in flags:
        lines.append(say("⚠ There is a link in it: do not open it unless you trust it."))
    if "number" in flags:
        lines.append(say("⚠ There is a long number in it: never send money or codes because of it."))
    lines += photo_lines(inquiry, context=context, session=session)
    return "\n".join(lines) + "\n\n" + wording.thread(inquiry, say, reader=Side.PRODUCER)


async def answering(inquiry: Inquiry, context: Context, session: Session) -> list[Choice]:
    """The buttons under an inquiry for whoever may answer it."""
    say, ref = session.say, inquiry.ref
    if inquiry.state is State.CLOSED:
        return [Choice(say("Mailbox"), Action(Verb.MAIL))]
    choices = [
        Choice(say("Answer"), Action(Verb.REPLY, ref), style=Style.MAIN),
        Choice(say("“Please tell me more”"), Action(Verb.CANNED, f"{ref} more")),
        Choice(say("“We will call you back”"), Action(Verb.CANNED, f"{ref} call")),
    ]
    canned = await _own_canned(inquiry, context)
    choices += [
        Choice(f"“{text[:30]}{'…' if len(text) > 30 else ''}”", Action(Verb.CANNED, f"{ref} {_mark(text)}"))
        for text in canned
    ]
    if len(await context.store.members.of_producer(inquiry.producer_id)) > 1:
        choices.append(Choice(say("Hand over to a colleague"), Action(Verb.HAND_OVER, ref)))
    choices += [
        Choice(say("Close it"), Action(Verb.CLOSE, ref)),
        Choice(say("Report to the officer"), Action(Verb.REPORT, ref)),
        Choice(say("Block this customer"), Action(Verb.BLOCK, ref)),
    ]
    return choices


def photo_lines(inquiry: Inquiry, *, context: Context, session: Session) -> list[str]:
    """A line with the link to a complaint's photo, for whoever may see it; the link works for two weeks."""
    if wording.PHOTO not in inquiry.flags:
        return []
    if not context.public_url:
        return [session.say("A photo came with it.")]
    return [
        session.say(
            "A photo came with it: {link}", link=f"{context.public_url}{attachments.PATH}{_proof(inquiry, context)}"
        )
    ]


def photo_cards(inquiry: Inquiry, *, context: Context, session: Session) -> tuple[Card, ...]:
    """The complaint's photo itself, for whoever may see it."""
    if wording.PHOTO not in inquiry.flags:
        return ()
    title = session.say("The photo that came with #{ref}", ref=inquiry.ref)
    return (attachments.photo_card(title, _proof(inquiry, context)),)


def _proof(inquiry: Inquiry, context: Context) -> str:
    return context.store.sign(f"photo {inquiry.ref}")


def mark_of(member: Member) -> str:
    """What a button or a form names a colleague by."""
    return _mark(f"{member.who.channel}:{member.who.address}")


def _mark(text: str) -> str:
    """A fingerprint by which a button names a text or a colleague: a position may mean another by then."""
    return fingerprint(text)[:8]


async def _own_canned(inquiry: Inquiry, context: Context) -> tuple[str, ...]:
    members = await context.store.members.of_producer(inquiry.producer_id)
    return tuple(dict.fromkeys(text for member in members for text in member.canned))[:_MOST_CANNED]


def begin_answer(inquiry: Inquiry, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """Ask for the answer: the next words are it."""
    say = session.say
    cancelling = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    draft = Draft(DraftStep.REPLY, inquiry.ref, begun_at=context.now())
    text = say("Write your answer to #{ref}. The customer sees no number of yours.", ref=inquiry.ref)
    return Reply(text, choices=cancelling, wants=Want.TEXT), replace(session, draft=draft)


async def answer(
    text: str, inquiry: Inquiry, *, origin: str, context: Context, session: Session, side: Side = Side.PRODUCER
) -> tuple[Reply, Session]:
    """Pass an answer on to the consumer, in one step with its notice."""
    say, words = session.say, limits.tidy(text)
    if not words:
        return Reply(say("Please write your answer in words."), wants=Want.TEXT), session
    fresh = escalation.for_answer(inquiry, origin=origin, now=context.now())
    event = InquiryStep(
        inquiry.ref,
        Move.ANSWER,
        at=context.now(),
        side=side,
        text=words,
        notices=fresh,
        origin=origin,
    )
    try:
        await context.store.inquiries.move(event)
    except IllegalMove:
        return Reply(say("#{ref} is closed; the customer can open it again.", ref=inquiry.ref)), replace(
            session, draft=None
        )
    choices = (Choice(say("Mailbox"), Action(Verb.MAIL)), Choice(say("Close it"), Action(Verb.CLOSE, inquiry.ref)))
    return Reply(say("Your answer to #{ref} is on its way.", ref=inquiry.ref), choices=choices), replace(
        session, draft=None
    )


async def answer_canned(
    which: str, inquiry: Inquiry, *, origin: str, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Answer with one of the ready sentences."""
    say = session.say
    own = await _own_canned(inquiry, context)
    ready = {
        "more": say("Please tell us a little more, so that we can answer well."),
        "call": say("Thank you for asking. We will call you back; please send your number if you have not."),
        **{_mark(text): text for text in own},
    }
    if which not in ready:
        return await show(inquiry, context=context, session=session), session
    return await answer(ready[which], inquiry, origin=origin, context=context, session=session)


async def hand_over(inquiry: Inquiry, whom: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Let a colleague answer: choose one, who gets a notice."""
    say = session.say
    others = [
        each for each in await context.store.members.of_producer(inquiry.producer_id) if each.who != who(incoming)
    ]
    marks = {mark_of(member): member for member in others}
    chosen = marks.get(whom)
    if chosen is None:
        choices = [
            Choice(member.name or f"{member.who.channel} {number}", Action(Verb.HAND_OVER, f"{inquiry.ref} {mark}"))
            for number, (mark, member) in enumerate(marks.items(), start=1)
        ]
        text = say("Who shall answer?") if others else say("You are the only one who answers for this producer.")
        return Reply(text, choices=tuple(choices))
    key = f"{inquiry.ref}:hand:{origin_of(incoming)}"
    await context.store.outbox.add(Notice(key, chosen.who, NoticeKind.SECOND, inquiry.ref, due_at=context.now()))
    if chosen.paused_until > context.now():
        day = wording.moment(chosen.paused_until, say)
        return Reply(say("Handed over. Your colleague is away until {day} and will be told then.", day=day))
    return Reply(say("Handed over."))


async def close(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """Close *inquiry* for its producer; the consumer gets a notice."""
    now = context.now()
    told = escalation.for_closing(inquiry, officer=False, now=now)
    step = InquiryStep(inquiry.ref, Move.CLOSE, at=now, notices=told, by=Side.PRODUCER)
    try:
        await context.store.inquiries.move(step)
    except IllegalMove:
        return Reply(session.say("#{ref} is closed already.", ref=inquiry.ref))
    return Reply(session.say("#{ref} is closed.", ref=inquiry.ref))


async def block(inquiry: Inquiry, sure: str, *, context: Context, session: Session) -> Reply:
    """Block this consumer, after asking once more."""
    say = session.say
    if sure != "yes":
        choices = (
            Choice(say("Yes, block"), Action(Verb.BLOCK, f"{inquiry.ref} yes")),
            Choice(say("No"), Action(Verb.INQUIRY, inquiry.ref)),
        )
        return Reply(say("Block this customer? They can ask you nothing more."), choices=choices)
    await context.store.members.block(inquiry.producer_id, inquiry.consumer, at=context.now())
    return Reply(say("Blocked."))


async def report(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """Ask the officers to look at it."""
    named = await officers(context)
    if not named:
        return Reply(
            session.say("No programme officer is named yet, so nobody could be told. Please call your commune.")
        )
    fresh = [
        Notice(
            f"{inquiry.ref}:report:{each.channel}:{each.address}"[:200],
            each,
            NoticeKind.REPORT,
            inquiry.ref,
            context.now(),
        )
        for each in named
    ]
    await context.store.outbox.add(*fresh)
    return Reply(session.say("The programme officer will look at #{ref}.", ref=inquiry.ref))


async def figures(*, incoming: Incoming, context: Context, session: Session) -> Reply:
    """This month and in all: how often somebody's products were looked up, what was asked, answered, followed."""
    say = session.say
    programme = Choice(say("OCOP in figures"), Action(Verb.STATISTICS, "ocop"))
    producers = dict.fromkeys(each.producer_id for each in await memberships(incoming, context))
    if not producers:
        lines = (
            say("There are no numbers of yours: you answer for no producer."),
            say("If you make OCOP products, ask the programme officer for a code."),
        )
        return Reply("\n".join(lines), choices=(programme,))
    told = [await _figures_of(each, context=context, session=session) for each in list(producers)[:_MOST_COUNTED]]
    told.append(say("Not counted: your own look-ups, old ones, and what people have erased."))
    return Reply("\n\n".join(told), choices=(Choice(say("Mailbox"), Action(Verb.MAIL)), programme))


async def _figures_of(producer_id: str, *, context: Context, session: Session) -> str:
    say, store = session.say, context.store
    made = await store.of_producer(producer_id)
    ids = [each.id for each in made]
    first = datetime.combine(context.today().replace(day=1), time(), VIET_NAM).timestamp()
    whole = await store.look_ups.figures_of(producer_id, ids)
    month = await store.look_ups.figures_of(producer_id, ids, since=first)
    followers = await store.follows.count_followers(producer_id, ids)
    fresh = await store.follows.count_followers(producer_id, ids, since=first)
    rows = (
        (say("Looked up"), month.looks, whole.looks),
        (say("People who looked"), month.people, whole.people),
        (say("Questions asked"), month.asked, whole.asked),
        (say("Of these answered by you"), month.answered, whole.answered),
        (say("Followers"), fresh, followers),
    )
    lines = [
        say("• {what}: {month} this month, {whole} in all", what=what, month=of_month, whole=of_all)
        for what, of_month, of_all in rows
    ]
    return "\n".join((say("Numbers of {producer}:", producer=made[0].producer.name if made else producer_id), *lines))


def _settings_choice(session: Session) -> tuple[Choice, ...]:
    say = session.say
    return (
        Choice(say("Quiet hours, pause, leave"), Action(Verb.SETTINGS)),
        Choice(say("Correct facts"), Action(Verb.FIX)),
        Choice(say("Where we sell"), Action(Verb.SELL)),
    )


async def answers_for(inquiry: Inquiry, *, incoming: Incoming, context: Context) -> bool:
    """True if this person may answer *inquiry*; looked up anew at every tap."""
    return any(each.producer_id == inquiry.producer_id for each in await memberships(incoming, context))
