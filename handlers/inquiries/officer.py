"""What an officer does in the chat: decide what waits, answer for producers, see what people look for in vain.

Roles are looked up at every tap; a button grants nothing.
"""

from catalog.audit import AuditEntry
from catalog.codes import classify
from catalog.delivery import Policy
from catalog.inquiry import Address, Correction, Inquiry, Notice, NoticeKind, Side, State
from handlers.actions import Action, Verb, number_in
from handlers.context import Context, Session
from handlers.inquiries import producer, wording
from handlers.inquiries.consumer import officers, product_name, who
from handlers.inquiries.corrections import field_words, shown_value, source
from handlers.messages import Choice, Incoming, Reply, Style

_SHOWN = 5
_WAITED = 24 * 3600.0


async def is_officer(incoming: Incoming, context: Context) -> bool:
    """True if the settings or an invitation make this person an officer."""
    return who(incoming) in await officers(context)


def refuse(session: Session) -> Reply:
    """The reply to somebody who is no officer."""
    return Reply(session.say("This is for programme officers."))


async def review(page: int = 1, *, context: Context, session: Session) -> Reply:
    """Corrections to decide, inquiries nobody answers or officers were notified of, codes and names we do not have."""
    say = session.say
    waiting = await context.store.corrections.waiting(limit=_SHOWN)
    choices = [
        Choice(await _correction_label(correction, context, session), Action(Verb.DECIDE, str(correction.number)))
        for correction in waiting
    ]
    found, total = await list_late(context, limit=_SHOWN, offset=(page - 1) * _SHOWN)
    for inquiry in found:
        heading = wording.heading(inquiry, await product_name(inquiry, context), say)
        choices.append(Choice(heading, Action(Verb.INQUIRY, inquiry.ref)))
    if page > 1:
        choices.append(Choice(say("← Previous"), Action(Verb.REVIEW, str(page - 1))))
    if total > page * _SHOWN:
        choices.append(Choice(say("Next →"), Action(Verb.REVIEW, str(page + 1))))
    lines = [say("What waits for you:") if choices else say("Nothing waits for you.")]
    for kind, title in (("code", say("Unknown codes seen most:")), ("name", say("Names looked for in vain:"))):
        wanted = await context.store.unmet.list_wanted(kind, limit=_SHOWN)
        if wanted:
            shown = (_unlinked(each.shown, context) if kind == "code" else each.shown for each in wanted)
            lines += ["", title, *(f"{each.times}× {name}" for each, name in zip(wanted, shown, strict=True))]
    return Reply("\n".join(lines), choices=tuple(choices))


async def list_late(context: Context, *, limit: int, offset: int = 0) -> tuple[list[Inquiry], int]:
    """What nobody has answered for a day, or officers were told of; and how much that is in all. Raises StoreError."""
    now = context.now()
    return await context.store.inquiries.list_unanswered(before=now - _WAITED, now=now, limit=limit, offset=offset)


def _unlinked(code: str, context: Context) -> str:
    """An unknown code as a chat shows it: no messenger makes a link of it that somebody taps."""
    return classify(code, ours=context.ours).shown


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
    correction = await context.store.corrections.by_number(number_in(number))
    if correction is None:
        return Reply(say("There is no such correction."))
    if decision not in {"yes", "no"}:
        return await show_correction(correction, context=context, session=session)
    me = who(incoming)
    decided = await settle(correction, accepted=decision == "yes", by=f"{me.channel}:{me.address}", context=context)
    if decided is None:
        return Reply(say("That was decided already."))
    refused_words = say("Refused.") if correction.by == Address("", "") else say("Refused; the producer is told.")
    return Reply(say("Accepted; the card shows it now.") if decision == "yes" else refused_words)


async def settle(
    correction: Correction, *, accepted: bool, by: str, context: Context, entry: AuditEntry | None = None
) -> Correction | None:
    """Decide a correction and let who proposed it be told; None if it was decided already. Raises StoreError."""
    now = context.now()
    decided = await context.store.corrections.decide(
        correction.number, accepted=accepted, who=by, at=now, source=source(now), entry=entry
    )
    # Told again each time, which the key makes once: the process may have died between deciding and telling.
    number = str(correction.number)
    if correction.by != Address("", ""):
        notice = Notice(
            f"decided:{number}", correction.by, NoticeKind.DECIDED, number, due_at=now, policy=Policy.AT_MOST_ONCE
        )
        await context.store.outbox.add(notice)
    return decided


async def show_correction(correction: Correction, *, context: Context, session: Session) -> Reply:
    """One correction with its buttons."""
    say = session.say
    product = await context.store.product(correction.product_id)
    lines = (
        say("{producer} wishes to correct:", producer=product.producer.name if product else correction.producer_id),
        product.name if product else correction.product_id,
        f"{field_words(correction.field, say)}: {correction.old or say('not known')} → {shown_value(correction)}",
    )
    choices = (
        Choice(say("Accept"), Action(Verb.DECIDE, f"{correction.number} yes")),
        Choice(say("Refuse"), Action(Verb.DECIDE, f"{correction.number} no")),
    )
    return Reply("\n".join(lines), choices=choices)


async def _correction_label(correction: Correction, context: Context, session: Session) -> str:
    product = await context.store.product(correction.product_id)
    return (
        f"{field_words(correction.field, session.say)} · {product.producer.name if product else correction.producer_id}"
    )
