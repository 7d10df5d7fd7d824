"""A consumer's inquiry is sent: kept with its notices in one step, or refused where too much was asked already."""

import math
from dataclasses import replace

from catalog.errors import StoreError
from catalog.inquiry import Address, Inquiry, Kind, State
from catalog.model import Product
from handlers import limits, own_codes
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation, new_inquiry, receivers, wording
from handlers.inquiries.consumer import (
    blocked_reply,
    commune_chats,
    nothing_begun,
    origin_of,
    receivers_of,
    who,
)
from handlers.inquiries.receivers import Receivers
from handlers.messages import Choice, Incoming, Reply

# Another number is tried where somebody else's inquiry has it, so many times.
_REF_TURNS = 6


async def send(how: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """The draft is confirmed: keep it with its notices in one step, and say how to follow it.

    *how*: with the "name", to an "officer" as well at once, or "".
    """
    draft = session.draft
    if draft is None or draft.step is not DraftStep.CONFIRM:
        return nothing_begun(session)
    product = await context.store.product(draft.about)
    if product is None:
        return await new_inquiry.begin(draft.about, context=context, session=replace(session, draft=None))
    ref, kept = await number_of(incoming, context)
    if not kept:
        refusal = await _refusal(draft, product, incoming=incoming, context=context, session=session)
        if refusal is not None:
            return refusal, replace(session, draft=None)
        until = await _may_ask_from(product, who(incoming), context=context)
        if until:
            return await _refused_until(until, draft, incoming=incoming, context=context, session=session), session
        wait = context.lines.wait(incoming.line, context.now()) if incoming.line else 0.0
        if wait:
            return _later(wait, draft, incoming=incoming, session=session), session
        inquiry = _new_inquiry(
            ref, draft, product, incoming=incoming, context=context, session=session, with_name=how == "name"
        )
        receiving = await receivers_of(product, who(incoming), matter=draft.matter, context=context)
        await _keep(inquiry, draft, receiving, incoming=incoming, context=context, hurry=how == "officer")
    await context.store.memory.drop_draft_photo(who(incoming))
    receiving = await receivers_of(product, who(incoming), matter=draft.matter, context=context)
    return _sent_reply(ref, receiving, context=context, session=session), replace(session, draft=None)


def _later(seconds: float, draft: Draft, *, incoming: Incoming, session: Session) -> Reply:
    """Too many questions came from one network address: the draft stays, and can be sent a little later."""
    say, minutes = session.say, max(1, math.ceil(seconds / 60))
    text = say.count(
        "Very many questions have just come from the network that you use. Yours is kept as you wrote it: press Send "
        "again in {number} minute.",
        "Very many questions have just come from the network that you use. Yours is kept as you wrote it: press Send "
        "again in {number} minutes.",
        minutes,
    )
    return Reply(text, choices=tuple(new_inquiry.sending_choices(draft, incoming, session)))


async def number_of(incoming: Incoming, context: Context) -> tuple[str, bool]:
    """The number that *incoming* gives its inquiry, and whether that is kept already; another one if it is taken."""
    for turn in range(_REF_TURNS):
        ref = ref_of(incoming, turn)
        held = await context.store.inquiries.by_ref(ref)
        if held is None or held.consumer == who(incoming):
            return ref, held is not None
    raise StoreError("No free number for an inquiry was found.")


async def _keep(
    inquiry: Inquiry, draft: Draft, receiving: Receivers, *, incoming: Incoming, context: Context, hurry: bool
) -> None:
    """Keep the inquiry and its notices in one transaction."""
    store = context.store
    photo = await store.memory.draft_photo(who(incoming))
    if photo is not None:
        inquiry = replace(inquiry, flags=(*inquiry.flags, wording.PHOTO))
    fresh = escalation.for_new(
        inquiry,
        members=receiving.people,
        mailbox=receiving.mail,
        officers=receiving.officers,
        authority=receiving.authority,
        now=context.now(),
        hurry=hurry,
    )
    if inquiry.kind is Kind.COMPLAINT and not receiving.crowded:
        fresh += escalation.for_desk(inquiry, await commune_chats(receiving.product, context), now=context.now())
    await store.inquiries.open(
        inquiry, text=draft.text, link=store.inquiries.link_of(inquiry.ref), notices=fresh, photo=photo
    )


def _sent_reply(ref: str, receiving: Receivers, *, context: Context, session: Session) -> Reply:
    say = session.say
    lines = receivers.after_sending(ref, receiving, say)
    if context.public_url:
        link = f"{context.public_url}/q/{context.store.inquiries.link_of(ref)}"
        lines.append(say("You can also read it here: {link}", link=link))
    return Reply("\n".join(lines), choices=(Choice(say("My questions"), Action(Verb.MINE)),))


def _new_inquiry(
    ref: str, draft: Draft, product: Product, *, incoming: Incoming, context: Context, session: Session, with_name: bool
) -> Inquiry:
    now = context.now()
    return Inquiry(
        ref=ref,
        product_id=product.id,
        producer_id=product.producer.id,
        consumer=who(incoming),
        kind=Kind(draft.kind),
        state=State.SENT,
        opened_at=now,
        moved_at=now,
        name=incoming.person.name if with_name else "",
        phone=draft.phone,
        language=session.say.language,
        flags=(*limits.flags(draft.text), *filter(None, (draft.matter,))),
    )


def ref_of(incoming: Incoming, turn: int = 0) -> str:
    """The number of the inquiry that *incoming* opens: 40 bits in letters that are not mistaken for each other.

    *turn* gives another one where somebody else's inquiry has that number.
    """
    bits = int(origin_of(incoming)[10 * turn : 10 * turn + 10], 16)
    return "".join(own_codes.LETTERS[bits >> 5 * place & 31] for place in range(own_codes.INQUIRY))


async def _refusal(
    draft: Draft, product: Product, *, incoming: Incoming, context: Context, session: Session
) -> Reply | None:
    say, inquiries, me = session.say, context.store.inquiries, who(incoming)
    receiving = await receivers_of(product, me, context=context)
    if receiving.blocked and not (receiving.officers and draft.kind == Kind.COMPLAINT):
        return blocked_reply(receiving, session)
    again = await inquiries.same_text(
        me, text=draft.text, since=context.now() - limits.DAY, producer_id=product.producer.id
    )
    if again is not None:
        see = (Choice(say("See #{ref}", ref=again), Action(Verb.INQUIRY, again)),)
        return Reply(say("You sent these very words today, as #{ref}.", ref=again), choices=see)
    return None


async def _may_ask_from(product: Product, me: Address, *, context: Context) -> float:
    """The moment from which someone who asked this producer, or all, too much within a day may ask again; else 0."""
    newest = await context.store.inquiries.of_consumer(me, limit=limits.PER_DAY)
    mine = [each for each in newest if each.opened_at >= context.now() - limits.DAY]
    theirs = [each for each in mine if each.producer_id == product.producer.id]
    limited = ((mine, limits.PER_DAY), (theirs, limits.PER_PRODUCER_AND_DAY))
    return max((asked[most - 1].opened_at + limits.DAY for asked, most in limited if len(asked) >= most), default=0.0)


async def _refused_until(
    until: float, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> Reply:
    """Too much was asked within a day: the draft stays, with its photo, and can be sent later."""
    memory, say = context.store.memory, session.say
    photo = await memory.draft_photo(who(incoming))
    if photo is not None:
        # Kept anew: what is older than a day is thrown away.
        await memory.keep_draft_photo(who(incoming), photo)
    text = say(
        "That is a lot for one day. Yours is kept as you wrote it: press Send again after {moment}.",
        moment=wording.moment(until, say),
    )
    return Reply(f"{text}\n“{draft.text}”", choices=tuple(new_inquiry.sending_choices(draft, incoming, session)))
