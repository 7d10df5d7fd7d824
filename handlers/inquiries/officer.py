"""The officer's desk in the chat: what waits for a decision, and what people look for in vain.

Roles are looked up at every tap; a button grants nothing.
"""

from catalog.inquiry import Address, Correction, Inquiry, Notice, NoticeKind, Side, State
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import producer, wording
from handlers.inquiries.consumer import officers, product_name, who
from handlers.inquiries.corrections import field_words, shown_value, source
from handlers.messages import Choice, Incoming, Reply, Style

_SHOWN = 5
_WAITED = 24 * 3600.0


async def is_officer(incoming: Incoming, context: Context) -> bool:
    """True for whom the settings name or an invitation made one."""
    return who(incoming) in await officers(context)


def refuse(session: Session) -> Reply:
    """Not for everyone."""
    return Reply(session.say("This is for programme officers."))


async def review(page: int = 1, *, context: Context, session: Session) -> Reply:
    """Corrections to decide, inquiries nobody answers or officers were told of, codes and names we do not have."""
    say, now = session.say, context.now()
    waiting = await context.store.post.wishes_waiting(limit=_SHOWN)
    choices = [
        Choice(await _wish_label(wish, context, session), Action(Verb.DECIDE, str(wish.number))) for wish in waiting
    ]
    found, total = await context.store.post.list_unanswered(
        before=now - _WAITED, now=now, limit=_SHOWN, offset=(page - 1) * _SHOWN
    )
    for inquiry in found:
        heading = wording.heading(inquiry, await product_name(inquiry, context), say)
        choices.append(Choice(heading, Action(Verb.INQUIRY, inquiry.ref)))
    if page > 1:
        choices.append(Choice(say("← Previous"), Action(Verb.REVIEW, str(page - 1))))
    if total > page * _SHOWN:
        choices.append(Choice(say("Next →"), Action(Verb.REVIEW, str(page + 1))))
    lines = [say("What waits for you:") if choices else say("Nothing waits for you.")]
    for kind, title in (("code", say("Unknown codes seen most:")), ("name", say("Names looked for in vain:"))):
        wishes = await context.store.wishes(kind, limit=_SHOWN)
        if wishes:
            lines += ["", title, *(f"{wish.times}× {wish.shown}" for wish in wishes)]
    return Reply("\n".join(lines), choices=tuple(choices))


async def show(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """One inquiry as an officer sees it: without the customer's name and number."""
    say = session.say
    heading = wording.heading(inquiry, await product_name(inquiry, context), say)
    text = "\n".join((heading, *producer.photo_lines(inquiry, context=context, session=session)))
    choices = [Choice(say("Answer"), Action(Verb.REPLY, inquiry.ref), style=Style.MAIN)]
    if inquiry.state is State.CLOSED:
        choices = []
    return Reply(
        f"{text}\n\n{wording.thread(inquiry, say, reader=Side.OFFICER)}",
        cards=producer.photo_cards(inquiry, context=context, session=session),
        choices=tuple(choices),
    )


async def decide(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Show a correction, or accept ("12 yes") or refuse ("12 no") it."""
    say, (number, _, decision) = session.say, subject.partition(" ")
    wish = await context.store.post.wish(int(number)) if number.isdecimal() else None
    if wish is None:
        return Reply(say("There is no such correction."))
    if decision not in {"yes", "no"}:
        return await show_correction(wish, context=context, session=session)
    me = who(incoming)
    decided = await context.store.post.decide(
        wish.number,
        accepted=decision == "yes",
        who=f"{me.channel}:{me.address}",
        at=context.now(),
        source=source(context.now()),
    )
    # Told again each time, which the key makes once: the process may have died between deciding and telling.
    told = Notice(f"decided:{wish.number}", wish.by, NoticeKind.DECIDED, str(wish.number), due_at=context.now())
    if wish.by != Address("", ""):
        await context.store.post.tell(told)
    if decided is None:
        return Reply(say("That was decided already."))
    refused_words = say("Refused.") if wish.by == Address("", "") else say("Refused; the producer is told.")
    return Reply(say("Accepted; the card shows it now.") if decision == "yes" else refused_words)


async def show_correction(wish: Correction, *, context: Context, session: Session) -> Reply:
    """One correction with its buttons."""
    say = session.say
    product = await context.store.product(wish.product_id)
    lines = (
        say("{producer} wishes to correct:", producer=product.producer.name if product else wish.producer_id),
        product.name if product else wish.product_id,
        f"{field_words(wish.field, say)}: {wish.old or say('not known')} → {shown_value(wish)}",
    )
    choices = (
        Choice(say("Accept"), Action(Verb.DECIDE, f"{wish.number} yes")),
        Choice(say("Refuse"), Action(Verb.DECIDE, f"{wish.number} no")),
    )
    return Reply("\n".join(lines), choices=choices)


async def _wish_label(wish: Correction, context: Context, session: Session) -> str:
    product = await context.store.product(wish.product_id)
    return f"{field_words(wish.field, session.say)} · {product.producer.name if product else wish.producer_id}"
