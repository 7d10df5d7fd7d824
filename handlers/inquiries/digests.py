"""One message for the many that would be told within an hour; composed when it is told, so that it is true then."""

from catalog.inquiry import TO_OFFICERS, Address, Inquiry
from catalog.store import Gathered
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import pages, producer, recipients, wording
from handlers.inquiries.consumer import officers, product_name
from handlers.messages import Choice, Reply
from handlers.phrases import Speech

_OPENED_AT_ONCE = 5


async def compose(to: Address, *, desk: Context, known: Session) -> Reply | None:
    """How much more waits for *to*, the first of it as buttons, and the way to all of it; None if nothing does."""
    questions, messages = await _refs(to, desk=desk)
    if to.channel == recipients.MAIL:
        return await _mail(questions, to, desk=desk, known=known) if questions else None
    choices = [
        Choice(wording.heading(each, await product_name(each, desk), known.say), Action(Verb.INQUIRY, each.ref))
        for each in await _inquiries([*questions, *messages][:_OPENED_AT_ONCE], desk)
    ]
    if questions:
        choices.append(Choice(known.say("Mailbox"), Action(Verb.MAIL)))
    if messages:
        choices.append(Choice(known.say("What waits"), Action(Verb.REVIEW)))
    lines = _count_lines(len(questions), len(messages), known.say)
    return Reply("\n".join(lines), choices=tuple(choices), language=known.language) if lines else None


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


async def _refs(to: Address, *, desk: Context) -> tuple[list[str], list[str]]:
    """The inquiries that *to* shall answer, and those that need them as an officer; only what is theirs to know."""
    official = to in await officers(desk)
    theirs: dict[str, bool] = {}
    questions, messages = {}, {}
    for each in await desk.store.post.list_gathered(to):
        if each.kind in TO_OFFICERS:
            messages.update({each.ref: each} if official else {})
            continue
        if each.producer_id not in theirs:
            theirs[each.producer_id] = await _answers(to, each, desk=desk)
        questions.update({each.ref: each} if theirs[each.producer_id] else {})
    return list(questions), [ref for ref in messages if ref not in questions]


async def _answers(to: Address, about: Gathered, *, desk: Context) -> bool:
    product = await desk.store.product(about.product_id)
    members = await desk.store.post.members_of(about.producer_id)
    return to in dict(recipients.ways(members, product.producer.email if product else "", now=desk.now()))


async def _inquiries(refs: list[str], desk: Context) -> list[Inquiry]:
    found = [await desk.store.post.inquiry(ref) for ref in refs]
    return [each for each in found if each is not None]


async def _mail(refs: list[str], to: Address, *, desk: Context, known: Session) -> Reply:
    """A mail has no list to open: it holds every question, and how to answer each."""
    say = known.say
    parts = [say.count("One more question of a customer:", "{number} more questions of customers:", len(refs))]
    for each in await _inquiries(refs, desk):
        answering = pages.answer_by_link(each, to, desk=desk, say=say)
        parts.append(f"{await producer.as_text(each, desk=desk, known=known)}\n\n{answering}")
    return Reply("\n\n---\n\n".join(parts))
