"""One message for the many that would be told within an hour; composed when it is told, so that it is true then."""

from catalog.inquiry import TO_OFFICERS, Address, Inquiry
from catalog.store import Gathered
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import escalation, pages, producer, wording
from handlers.inquiries.consumer import officers, product_name
from handlers.messages import Choice, Reply
from handlers.phrases import Speech

_OPENED_AT_ONCE = 5


async def compose(to: Address, *, context: Context, session: Session) -> Reply | None:
    """How much more waits for *to*, the first of it as buttons, and the way to all of it; None if nothing does."""
    questions, messages = await _refs(to, context=context)
    if to.channel == escalation.MAIL:
        return await _mail(questions, to, context=context, session=session) if questions else None
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
    for each in await context.store.post.list_gathered(to):
        if each.kind in TO_OFFICERS:
            messages.update({each.ref: each} if official else {})
            continue
        if each.producer_id not in theirs:
            theirs[each.producer_id] = await _answers(to, each, context=context)
        questions.update({each.ref: each} if theirs[each.producer_id] else {})
    return list(questions), [ref for ref in messages if ref not in questions]


async def _answers(to: Address, about: Gathered, *, context: Context) -> bool:
    product = await context.store.product(about.product_id)
    members = await context.store.post.members_of(about.producer_id)
    return to in dict(escalation.ways(members, product.producer.email if product else "", now=context.now()))


async def _inquiries(refs: list[str], context: Context) -> list[Inquiry]:
    found = [await context.store.post.inquiry(ref) for ref in refs]
    return [each for each in found if each is not None]


async def _mail(refs: list[str], to: Address, *, context: Context, session: Session) -> Reply:
    """A mail has no list to open: it holds every question, and how to answer each."""
    say = session.say
    parts = [say.count("One more question of a customer:", "{number} more questions of customers:", len(refs))]
    for each in await _inquiries(refs, context):
        answering = pages.answer_by_link(each, to, context=context, say=say)
        parts.append(f"{await producer.as_text(each, context=context, session=session)}\n\n{answering}")
    return Reply("\n\n---\n\n".join(parts))
