"""What a notice says when it is delivered, a digest of many too.

Composed at that moment, so that it is true then; None when nobody needs it any more.
"""

from typing import assert_never

from catalog import passport
from catalog.inquiry import (
    TO_OFFICERS,
    TO_PRODUCERS,
    WAITING,
    Address,
    ComplaintOutcome,
    Inquiry,
    Kind,
    Member,
    Message,
    Notice,
    NoticeKind,
    Side,
    State,
)
from handlers import verdict
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import consumer, corrections, notice_receivers, officer, pages, producer, sign_in_mail, wording
from handlers.inquiries.consumer import officers, product_name
from handlers.messages import Choice, Reply
from handlers.phrases import Speech

_OPENED_AT_ONCE = 5


async def compose(notice: Notice, *, language: str, context: Context) -> Reply | None:  # noqa: PLR0911 - one line a kind
    """The words of *notice* for its receiver, or None if it is moot by now."""
    session = Session(language=language)
    match notice.kind:
        case NoticeKind.CORRECTION | NoticeKind.DECIDED:
            return await _correction(notice, context=context, session=session)
        case NoticeKind.ENDING | NoticeKind.MISSING:
            return await _nudge(notice, context=context, session=session)
        case NoticeKind.STILL_THERE:
            return _still_there(session.say)
        case (
            NoticeKind.MORNING | NoticeKind.FAIR | NoticeKind.PROPOSAL | NoticeKind.FOLLOWED | NoticeKind.MOVED
            | NoticeKind.BUYER | NoticeKind.RATED | NoticeKind.RATING_JUDGED
            | NoticeKind.RECALL | NoticeKind.RECALL_OVER
        ):  # fmt: skip
            # They stand above: see prepare() in handlers.board.morning.
            return None
        case NoticeKind.SIGN_IN:
            return await sign_in_mail.compose(notice, context=context, say=session.say)
        case NoticeKind.DIGEST:
            return await compose_digest(notice.to, context=context, session=session)
        case (
            NoticeKind.NEW | NoticeKind.MORE | NoticeKind.REMIND | NoticeKind.SECOND  # to producers
            | NoticeKind.ESCALATE | NoticeKind.COMPLAINT | NoticeKind.REPORT  # to officers
            | NoticeKind.ANSWER | NoticeKind.CLOSED | NoticeKind.REOPENED | NoticeKind.PASSED_ON  # to the consumer
            | NoticeKind.TAKEN | NoticeKind.HANDED  # what officers did, to the producer and among them
        ):  # fmt: skip
            return await _of_inquiry(notice, context=context, session=session)
        case _ as never:
            assert_never(never)


async def _of_inquiry(notice: Notice, *, context: Context, session: Session) -> Reply | None:
    about = await context.store.inquiries.by_ref(notice.subject)
    if about is None or not about.consumer.channel:
        return None
    if notice.kind in TO_PRODUCERS:
        return await _to_producer(notice, about, context=context, session=session)
    if notice.kind in TO_OFFICERS:
        return await _to_officer(notice, about, context=context, session=session)
    if notice.kind is NoticeKind.TAKEN:
        return await _of_taking(notice, about, context=context, say=session.say)
    if notice.kind is NoticeKind.HANDED:
        return await _of_handing(about, context=context, say=session.say)
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
    if context.is_mailbox(notice.to):
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
    if notice.to not in await officers(context):
        return _to_authority(about, shown, say=say)
    return Reply(f"{first}\n{shown.text}", cards=shown.cards, choices=shown.choices, language=say.language)


def _to_authority(about: Inquiry, shown: Reply, *, say: Speech) -> Reply:
    """A complaint for whom it concerns beside the programme, by e-mail: whose product it is, and who sees to it."""
    first = say("A customer complains of what is your authority's concern:")
    last = say("The programme's officers see to it as well, under the number #{ref}; please quote it.", ref=about.ref)
    return Reply(f"{first}\n{shown.text}\n\n{last}", cards=shown.cards, language=say.language)


def _answered_since(notice: Notice, about: Inquiry) -> bool:
    """True if the message that *notice* tells of has been answered: a later one has notices of its own."""
    return bool(notice.message) and any(
        each.number > notice.message and each.side is not Side.CONSUMER for each in about.messages
    )


async def _to_consumer(notice: Notice, about: Inquiry, *, context: Context, session: Session) -> Reply | None:
    say = session.say
    name = await consumer.product_name(about, context)
    written = next((each for each in reversed(about.messages) if each.number == notice.message), None)
    if notice.kind is NoticeKind.PASSED_ON:
        text = await _passed_on_words(about, name, context=context, say=say)
    elif notice.kind is NoticeKind.CLOSED and not notice.message:
        text = say("The producer has closed #{ref} ({product}).", ref=about.ref, product=name)
    elif written is None or written.side is Side.CONSUMER:
        return None
    else:
        text = f"{_heading_words(notice.kind, about, written, name, say)}\n“{written.text}”"
    choices = (
        Choice(say("Add something"), Action(Verb.MORE, about.ref)),
        Choice(say("The whole thread"), Action(Verb.INQUIRY, about.ref)),
    )
    return Reply(text, choices=choices, language=say.language)


def _heading_words(kind: NoticeKind, about: Inquiry, written: Message, product: str, say: Speech) -> str:
    """What stands above words that a consumer is told: who wrote them, and what has become of the inquiry."""
    named = {"ref": about.ref, "product": product}
    if kind is NoticeKind.REOPENED:
        return say("A programme officer has opened #{ref} ({product}) again:", **named)
    if kind is NoticeKind.CLOSED and about.outcome == ComplaintOutcome.CORRECTED:
        return say("Your report #{ref} ({product}) was looked into, and something was put right:", **named)
    if kind is NoticeKind.CLOSED and about.outcome == ComplaintOutcome.UNFOUNDED:
        return say("Your report #{ref} ({product}) was looked into; nothing wrong was found:", **named)
    if kind is NoticeKind.CLOSED:
        return say("A programme officer has closed #{ref} ({product}):", **named)
    if written.side is Side.OFFICER:
        return say("A programme officer answers #{ref} ({product}) in the producer's place:", **named)
    return say("Answer to #{ref} ({product}):", **named)


async def _passed_on_words(about: Inquiry, product: str, *, context: Context, say: Speech) -> str:
    found = await context.store.product(about.product_id)
    text = say(
        "A programme officer has passed #{ref} on to {producer}, about {product}.",
        ref=about.ref,
        producer=found.producer.name if found else about.producer_id,
        product=product,
    )
    return f"{text} " + say("Your name and number did not go along.")


async def _of_taking(notice: Notice, about: Inquiry, *, context: Context, say: Speech) -> Reply | None:
    """What officers did with an inquiry in its producer's place, told to the producer."""
    name = await consumer.product_name(about, context)
    written = next((each for each in about.messages if each.number == notice.message), None)
    if not notice.message:
        text = say(
            "A programme officer has passed #{ref} on to another producer: you need not answer it.", ref=about.ref
        )
    elif written is None:
        return None
    elif about.state is State.CLOSED:
        text = say("A programme officer has closed #{ref} ({product}):", ref=about.ref, product=name)
    else:
        text = say("A programme officer has answered #{ref} ({product}) for you:", ref=about.ref, product=name)
    return Reply(f"{text}\n“{written.text}”" if written else text, language=say.language)


async def _of_handing(about: Inquiry, *, context: Context, say: Speech) -> Reply | None:
    """That an inquiry lies on somebody's desk, or that their commune's is complained of; its words are on the board."""
    if about.state is State.CLOSED or not (about.desk or about.kind is Kind.COMPLAINT):
        return None
    heading = wording.heading(about, await consumer.product_name(about, context), say)
    link = f"{context.public_url}/board/inquiries/{about.ref}" if context.public_url else ""
    handed = say("A colleague hands you this inquiry:")
    text = handed if about.desk else say("A customer complains about a product of your commune:")
    choices = (
        (Choice(say("See it on the board"), url=link),)
        if link
        else (Choice(say("Open the board"), Action(Verb.BOARD)),)
    )
    return Reply(f"{text}\n{heading}", choices=choices, language=say.language)


async def _correction(notice: Notice, *, context: Context, session: Session) -> Reply | None:
    correction = await context.store.corrections.by_number(int(notice.subject))
    if correction is None:
        return None
    if notice.kind is NoticeKind.CORRECTION:
        return (
            await officer.show_correction(correction, context=context, session=session)
            if correction.state == "waiting"
            else None
        )
    say = session.say
    field = corrections.field_words(correction.field, say)
    if correction.state == "accepted":
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
    held = passport.of(product.certificates, context.today())
    current = None if held.standing in passport.TAKEN_AWAY or held.coming else held.current
    if current is None or current.ends is None or current.ends.earliest <= context.today():
        return None
    if current.days_left is None:
        text = say(
            "The OCOP certificate of {product} ends {when}. Ask your commune about renewing it.",
            product=product.name,
            when=verdict.when(current.ends, say),
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


async def compose_digest(to: Address, *, context: Context, session: Session) -> Reply | None:
    """How much more waits for *to*, the first of it as buttons, and the way to all of it; None if nothing does."""
    questions, messages = await _refs(to, context=context)
    if context.is_mailbox(to):
        return await _mail(questions, messages, to, context=context, session=session)
    choices = [
        Choice(wording.heading(each, await product_name(each, context), session.say), Action(Verb.INQUIRY, each.ref))
        for each in await _inquiries([*questions, *messages][:_OPENED_AT_ONCE], context)
    ]
    if questions:
        choices.append(Choice(session.say("Mailbox"), Action(Verb.MAIL)))
    if messages:
        choices.append(Choice(session.say("What waits"), Action(Verb.REVIEW)))
    lines = _count_lines(len(questions), len(messages), session.say)
    return Reply("\n".join(lines), choices=tuple(choices), language=session.language) if lines else None


def _count_lines(questions: int, messages: int, say: Speech) -> list[str]:
    lines = []
    if questions:
        more = say.count(
            "And {number} more question waits for you.", "And {number} more questions wait for you.", questions
        )
        lines.append(f"{more} " + say("“Mailbox” shows all of them."))
    if messages:
        more = say.count(
            "And {number} more message of a customer needs an officer.",
            "And {number} more messages of customers need an officer.",
            messages,
        )
        lines.append(f"{more} " + say("“What waits” shows all of them."))
    return lines


async def _refs(to: Address, *, context: Context) -> tuple[list[str], list[str]]:
    """The inquiries that *to* shall answer, and those that need them as an officer; only what is theirs to know."""
    official = to in await officers(context)
    theirs: dict[str, bool] = {}
    questions, messages = {}, {}
    for each in await context.store.outbox.list_gathered(to):
        if each.kind in TO_OFFICERS:
            mine = official or await notice_receivers.is_told_as_authority(to, each, context=context)
            messages.update({each.ref: each} if mine else {})
            continue
        if each.producer_id not in theirs:
            theirs[each.producer_id] = await notice_receivers.answers_inquiry(to, each, context=context)
        questions.update({each.ref: each} if theirs[each.producer_id] else {})
    return list(questions), [ref for ref in messages if ref not in questions]


async def _inquiries(refs: list[str], context: Context) -> list[Inquiry]:
    found = [await context.store.inquiries.by_ref(ref) for ref in refs]
    return [each for each in found if each is not None]


async def _mail(
    refs: list[str], complaints: list[str], to: Address, *, context: Context, session: Session
) -> Reply | None:
    """A mail has no list to open: it holds every question and how to answer each, and what needs an officer."""
    say, parts = session.say, []
    if refs:
        parts.append(say.count("One more question of a customer:", "{number} more questions of customers:", len(refs)))
    for each in await _inquiries(refs, context):
        answering = pages.answer_by_link(each, to, context=context, say=say)
        parts.append(f"{await producer.as_text(each, context=context, session=session)}\n\n{answering}")
    if complaints:
        parts.append(
            say.count(
                "One more message of a customer needs you:",
                "{number} more messages of customers need you:",
                len(complaints),
            )
        )
    parts += [
        (await officer.show(each, context=context, session=session)).text
        for each in await _inquiries(complaints, context)
    ]
    return Reply("\n\n---\n\n".join(parts)) if parts else None
