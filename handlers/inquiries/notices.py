"""What a notice says when it is told. Composed at that moment, so that it is true then; None when nobody needs it."""

from catalog import passport
from catalog.inquiry import (
    TO_OFFICERS,
    TO_PRODUCERS,
    WAITING,
    Address,
    Inquiry,
    Member,
    Notice,
    NoticeKind,
    Role,
    Side,
    State,
)
from handlers import cards
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import consumer, corrections, digests, escalation, officer, pages, producer
from handlers.messages import Choice, Reply
from handlers.phrases import Speech

_TO_MEMBER = frozenset({NoticeKind.ENDING, NoticeKind.MISSING, NoticeKind.STILL_THERE})


async def compose(notice: Notice, *, language: str, context: Context) -> Reply | None:
    """The words of *notice* for its receiver, or None if it is moot by now."""
    session = Session(language=language)
    match notice.kind:
        case NoticeKind.CORRECTION | NoticeKind.DECIDED:
            return await _correction(notice, context=context, session=session)
        case NoticeKind.ENDING | NoticeKind.MISSING:
            return await _nudge(notice, context=context, session=session)
        case NoticeKind.STILL_THERE:
            return _still_there(session.say)
        case NoticeKind.DIGEST:
            return await digests.compose(notice.to, context=context, session=session)
        case _:
            return await _of_inquiry(notice, context=context, session=session)


async def may_be_told(notice: Notice, *, context: Context) -> float | None:
    """The moment from which the receiver of *notice* may be told; None if it is not theirs to know any more."""
    if notice.kind in TO_PRODUCERS:
        about = await context.store.post.inquiry(notice.subject)
        return context.now() if about is None else await _among(notice.to, about, context=context)
    if notice.kind in TO_OFFICERS or notice.kind is NoticeKind.CORRECTION:
        return context.now() if notice.to in await consumer.officers(context) else None
    if notice.kind in _TO_MEMBER or notice.kind is NoticeKind.DIGEST:
        theirs = [each for each in await context.store.post.roles_of(notice.to) if each.role is Role.PRODUCER]
        if notice.kind is NoticeKind.DIGEST and not theirs:
            # A mailbox, an officer, or somebody who answers no more: then it has nothing to tell.
            return context.now()
        return min((escalation.after_quiet(each, context.now()) for each in theirs), default=None)
    return context.now()


async def _among(to: Address, about: Inquiry, *, context: Context) -> float | None:
    product = await context.store.product(about.product_id)
    members = await context.store.post.members_of(about.producer_id)
    return dict(escalation.ways(members, product.producer.email if product else "", now=context.now())).get(to)


async def _of_inquiry(notice: Notice, *, context: Context, session: Session) -> Reply | None:
    about = await context.store.post.inquiry(notice.subject)
    if about is None or not about.consumer.channel:
        return None
    if notice.kind in TO_PRODUCERS:
        return await _to_producer(notice, about, context=context, session=session)
    if notice.kind in TO_OFFICERS:
        return await _to_officer(notice, about, context=context, session=session)
    return await _to_consumer(notice, about, context=context, session=session)


async def _to_producer(notice: Notice, about: Inquiry, *, context: Context, session: Session) -> Reply | None:
    say = session.say
    if about.state not in WAITING or _answered_since(notice, about):
        # Who was asked by a colleague answers even after another answer.
        asked = notice.kind is NoticeKind.SECOND and not notice.message and about.state is not State.CLOSED
        if not asked:
            return None
    first = {
        NoticeKind.NEW: say("A customer writes to you:"),
        NoticeKind.MORE: say("A customer adds something:"),
        NoticeKind.REMIND: say("Still waiting for your answer:"),
        NoticeKind.SECOND: say("Please answer this customer:"),
    }[notice.kind]
    text = await producer.as_text(about, context=context, session=session)
    shown = producer.photo_cards(about, context=context, session=session)
    if notice.to.channel == escalation.MAIL:
        link = pages.answer_by_link(about, notice.to, context=context, say=say)
        return Reply(f"{first}\n{text}\n\n{link}", cards=shown)
    choices = await producer.answering(about, context, session)
    return Reply(f"{first}\n{text}", cards=shown, choices=tuple(choices), language=say.language)


async def _to_officer(notice: Notice, about: Inquiry, *, context: Context, session: Session) -> Reply | None:
    say = session.say
    if notice.kind is NoticeKind.ESCALATE and (about.state not in WAITING or _answered_since(notice, about)):
        return None
    first = {
        NoticeKind.ESCALATE: say("No producer has answered this. Please help:"),
        NoticeKind.COMPLAINT: say("A customer complains:"),
        NoticeKind.REPORT: say("A producer asks you to look at this:"),
    }[notice.kind]
    shown = await officer.show(about, context=context, session=session)
    return Reply(f"{first}\n{shown.text}", cards=shown.cards, choices=shown.choices, language=say.language)


def _answered_since(notice: Notice, about: Inquiry) -> bool:
    """True if the message that *notice* tells of has been answered: a later one has notices of its own."""
    return bool(notice.message) and any(
        each.number > notice.message and each.side is not Side.CONSUMER for each in about.messages
    )


async def _to_consumer(notice: Notice, about: Inquiry, *, context: Context, session: Session) -> Reply | None:
    say = session.say
    name = await consumer.product_name(about, context)
    if notice.kind is NoticeKind.CLOSED:
        text = say("The producer has closed #{ref} ({product}).", ref=about.ref, product=name)
    else:
        answer = next((each for each in reversed(about.messages) if each.number == notice.message), None)
        if answer is None or answer.side is Side.CONSUMER:
            return None
        text = say("Answer to #{ref} ({product}):", ref=about.ref, product=name) + f"\n“{answer.text}”"
    choices = (
        Choice(say("Add something"), Action(Verb.MORE, about.ref)),
        Choice(say("The whole thread"), Action(Verb.INQUIRY, about.ref)),
    )
    return Reply(text, choices=choices, language=say.language)


async def _correction(notice: Notice, *, context: Context, session: Session) -> Reply | None:
    wish = await context.store.post.wish(int(notice.subject))
    if wish is None:
        return None
    if notice.kind is NoticeKind.CORRECTION:
        return (
            await officer.show_correction(wish, context=context, session=session) if wish.state == "waiting" else None
        )
    say = session.say
    field = corrections.field_words(wish.field, say)
    if wish.state == "accepted":
        return Reply(say("Your correction ({field}) was accepted.", field=field), language=say.language)
    return Reply(say("Your correction ({field}) was not accepted.", field=field), language=say.language)


async def _nudge(notice: Notice, *, context: Context, session: Session) -> Reply | None:
    say = session.say
    product = await context.store.product(notice.subject)
    if product is None:
        return None
    fix = (Choice(say("Correct facts"), Action(Verb.FIX, product.ref)),)
    if notice.kind is NoticeKind.MISSING:
        missing = corrections.missing(product)
        text = say("Customers ask for facts that {product}'s card does not have. Add them?", product=product.name)
        listed = ", ".join(corrections.field_words(each, say) for each in missing)
        return Reply(f"{text}\n{listed}", choices=fix, language=say.language) if missing else None
    current = passport.of(product.certificates, context.today()).current
    if current is None or current.ends is None or current.ends.earliest <= context.today():
        return None
    if current.days_left is None:
        text = say(
            "The OCOP certificate of {product} ends {when}. Ask your commune about renewing it.",
            product=product.name,
            when=cards.when(current.ends, say),
        )
        return Reply(text, language=say.language)
    text = say(
        "The OCOP certificate of {product} ends in {days} days. Ask your commune about renewing it.",
        product=product.name,
        days=current.days_left,
    )
    return Reply(text, language=say.language)


def _still_there(say: Speech) -> Reply:
    text = say("Still there? One tap keeps this chat open, so that customers' questions can reach you here.")
    return Reply(text, choices=(Choice(say("I am here"), Action(Verb.SEEN)),), language=say.language)


def language_of(notice: Notice, members: list[Member], about: Inquiry | None) -> str:
    """The language in which the receiver of *notice* is spoken to."""
    if about is not None and about.consumer == notice.to:
        return about.language
    return next((member.language for member in members if member.who == notice.to), "")
