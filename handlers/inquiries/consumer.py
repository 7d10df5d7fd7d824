"""The consumer's side: ask a producer something, see what became of it, add, close, rate.

A draft is shown back before anything leaves; name and number go along only if that very button is pressed.
"""

import math
import re
from dataclasses import replace

from catalog.errors import StoreError
from catalog.inquiry import Address, IllegalMove, Inquiry, Kind, Move, Notice, Side, State
from catalog.model import Product
from catalog.sealing import fingerprint
from catalog.store import InquiryStep as Event
from handlers import limits, own_codes
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation, receivers, wording
from handlers.inquiries.receivers import Receivers
from handlers.links import beside_phone, phone_in, phone_number, shown_phone
from handlers.messages import Choice, Incoming, Page, Reply, Style, Want

PER_PAGE = 5
_AT_ONCE = 100
_ASKING = frozenset({DraftStep.ASK, DraftStep.CONFIRM, DraftStep.PHONE})
_REF_LETTERS, _REF_LENGTH = own_codes.LETTERS, own_codes.INQUIRY
_REF_TURNS = 6


def who(incoming: Incoming) -> Address:
    """Whoever wrote, as inquiries know them."""
    return Address(incoming.person.channel, incoming.person.address)


async def begin(ref: str, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """What is it about? Whatever was begun before is over."""
    say = session.say
    product = await context.store.product(ref)
    if product is None:
        return Reply(
            say("This product is not in the catalogue any more. Type its name and I will look for it.")
        ), session
    text = say("What would you like to ask {producer} about {product}?", **_names(product))
    choices = (
        Choice(say("Ask a question"), Action(Verb.KIND, f"{Kind.QUESTION} {ref}"), style=Style.MAIN),
        Choice(say("Buy, also wholesale"), Action(Verb.KIND, f"{Kind.BUY} {ref}")),
        Choice(say("Complain: fake, spoiled, wrong facts"), Action(Verb.KIND, f"{Kind.COMPLAINT} {ref}")),
        Choice(say("Cancel"), Action(Verb.CANCEL)),
    )
    # Whoever just types, types the question.
    draft = Draft(DraftStep.ASK, product.ref, kind=Kind.QUESTION, begun_at=context.now())
    return Reply(text, choices=choices), replace(session, draft=draft)


async def begin_anew(ref: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Someone pressed "Ask the producer". The photo of an earlier draft goes nowhere."""
    await context.store.post.drop_draft_photo(who(incoming))
    return await begin(ref, context=context, session=session)


async def kind_chosen(
    kind: str, ref: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Ask for the words, unless they were written before their kind was chosen.

    The photo of an earlier draft goes nowhere.
    """
    say, product = session.say, await context.store.product(ref)
    if product is None or kind not in set(Kind):
        return await begin_anew(ref, incoming=incoming, context=context, session=session)
    draft = session.draft
    if draft is not None and draft.step in _ASKING and draft.about == product.ref and draft.text:
        written = replace(draft, step=DraftStep.CONFIRM, kind=kind)
        return await shown_back(written, incoming=incoming, context=context, session=session)
    await context.store.post.drop_draft_photo(who(incoming))
    asking = {
        Kind.QUESTION: say("Please write your question."),
        Kind.BUY: say("What would you like to buy, how much of it, and where should it go?"),
        Kind.COMPLAINT: await _ask_complaint(context=context, session=session),
    }[Kind(kind)]
    draft = Draft(DraftStep.ASK, product.ref, kind=kind, begun_at=context.now())
    cancel = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    return Reply(asking, choices=cancel, wants=Want.TEXT), replace(session, draft=draft)


async def _ask_complaint(*, context: Context, session: Session) -> str:
    say = session.say
    if await officers(context):
        return say("What is wrong? You can send a photo first; it goes to the programme officer as well.")
    return say("What is wrong? You can send a photo first.")


async def words(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """The words of a draft, a phone number for it, or what is added to an inquiry."""
    text = limits.tidy(body)
    if draft.step is DraftStep.PHONE:
        return await _phone(text, draft, context=context, session=session, incoming=incoming)
    if draft.step is DraftStep.FOLLOW_UP:
        return await _add(text, draft, incoming=incoming, context=context, session=session)
    if len(text) < limits.SHORTEST:
        return Reply(
            session.say("Please write a little more, so that the producer understands."), wants=Want.TEXT
        ), session
    return await shown_back(
        replace(draft, step=DraftStep.CONFIRM, text=text), incoming=incoming, context=context, session=session
    )


async def shown_back(draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Show what would be sent, to whom, and ask what may go along."""
    say = session.say
    product = await context.store.product(draft.about)
    if product is None:
        return await begin(draft.about, context=context, session=session)
    lines = [say("To {producer}, about {product}:", **_names(product)), f"“{draft.text}”"]
    photo = await context.store.post.draft_photo(who(incoming)) is not None
    if photo:
        lines.append(say("Your photo goes along."))
    if draft.phone:
        lines.append(say("Your phone number {phone} goes along.", phone=shown_phone(draft.phone)))
    else:
        lines.append(say("Your name and number do NOT go along unless you choose so."))
    receiving = await _receivers(product, who(incoming), context=context)
    lines += receivers.before_sending(receiving, say)
    choices = _sending(draft, incoming, session)
    if photo:
        choices.insert(-2, Choice(say("Without the photo"), Action(Verb.EDIT, "nophoto")))
    if receiving.away_until and receiving.officers and draft.kind != Kind.COMPLAINT:
        choices.insert(1, Choice(say("Send to the programme officer as well"), Action(Verb.SEND, "officer")))
    return Reply("\n".join(lines), choices=tuple(choices)), replace(session, draft=draft)


def _sending(draft: Draft, incoming: Incoming, session: Session) -> list[Choice]:
    say = session.say
    choices = [Choice(say("Send"), Action(Verb.SEND), style=Style.MAIN)]
    if incoming.person.name:
        name = incoming.person.name[:40]
        choices.append(Choice(say("Send with my name: {name}", name=name), Action(Verb.SEND, "name")))
    if draft.phone:
        choices.append(Choice(say("Without my phone number"), Action(Verb.EDIT, "nophone")))
    else:
        choices.append(Choice(say("Add my phone number"), Action(Verb.EDIT, "phone")))
    choices += [Choice(say("Change the words"), Action(Verb.EDIT, "text")), Choice(say("Cancel"), Action(Verb.CANCEL))]
    return choices


async def edit(what: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Change the words of the draft, add a phone number, or leave that or the photo out."""
    say, draft = session.say, session.draft
    if draft is None or draft.step not in _ASKING:
        return nothing_begun(session)
    if what == "nophoto":
        await context.store.post.drop_draft_photo(who(incoming))
    if what in {"nophoto", "nophone"} and draft.text:
        kept = replace(draft, step=DraftStep.CONFIRM, phone="" if what == "nophone" else draft.phone)
        return await shown_back(kept, incoming=incoming, context=context, session=session)
    cancel = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    if what == "phone":
        asking = say("Which phone number may the producer call? Type it or share your contact.")
        return Reply(asking, choices=cancel, wants=Want.CONTACT), replace(
            session, draft=replace(draft, step=DraftStep.PHONE)
        )
    return Reply(say("Please write it again."), choices=cancel, wants=Want.TEXT), replace(
        session, draft=replace(draft, step=DraftStep.ASK)
    )


async def _phone(
    text: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    number = phone_in(text) or phone_number(text)
    if number is None:
        return Reply(
            session.say("That is no phone number. Type it like 0912 345 678, or cancel."), wants=Want.CONTACT
        ), session
    return await add_phone(number, text, draft, incoming=incoming, context=context, session=session)


async def add_phone(
    number: str, text: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Let the phone *number* that *text* gives go along; what it says beside that is added to the words."""
    said = limits.tidy("\n".join(filter(None, (draft.text, beside_phone(text)))))
    told = replace(draft, step=DraftStep.CONFIRM, phone=number, text=said)
    return await shown_back(told, incoming=incoming, context=context, session=session)


async def send(how: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """The draft is confirmed: keep it with its notices in one step, and say how to follow it.

    *how*: with the "name", to an "officer" as well at once, or "".
    """
    draft = session.draft
    if draft is None or draft.step is not DraftStep.CONFIRM:
        return nothing_begun(session)
    product = await context.store.product(draft.about)
    if product is None:
        return await begin(draft.about, context=context, session=replace(session, draft=None))
    ref, kept = await _number(incoming, context)
    if not kept:
        refusal = await _refusal(draft, product, incoming=incoming, context=context, session=session)
        if refusal is not None:
            return refusal, replace(session, draft=None)
        wait = context.lines.wait(incoming.line, context.now()) if incoming.line else 0.0
        if wait:
            return _later(wait, draft, incoming=incoming, session=session), session
        inquiry = _new_inquiry(
            ref, draft, product, incoming=incoming, context=context, session=session, with_name=how == "name"
        )
        receiving = await _receivers(product, who(incoming), context=context)
        await _keep(inquiry, draft, receiving, incoming=incoming, context=context, hurry=how == "officer")
    await context.store.post.drop_draft_photo(who(incoming))
    receiving = await _receivers(product, who(incoming), context=context)
    return _sent_reply(ref, receiving, context=context, session=session), replace(session, draft=None)


def _later(seconds: float, draft: Draft, *, incoming: Incoming, session: Session) -> Reply:
    """Too many questions came from behind the same address: the draft stays, and can be sent a little later."""
    say, minutes = session.say, max(1, math.ceil(seconds / 60))
    told = say.count(
        "Very many questions have just come from the network that you use. Yours is kept as you wrote it: press Send "
        "again in {number} minute.",
        "Very many questions have just come from the network that you use. Yours is kept as you wrote it: press Send "
        "again in {number} minutes.",
        minutes,
    )
    return Reply(told, choices=tuple(_sending(draft, incoming, session)))


async def _number(incoming: Incoming, context: Context) -> tuple[str, bool]:
    """The number that *incoming* gives its inquiry, and whether that is kept already; another one if it is taken."""
    for turn in range(_REF_TURNS):
        ref = ref_of(incoming, turn)
        held = await context.store.post.inquiry(ref)
        if held is None or held.consumer == who(incoming):
            return ref, held is not None
    raise StoreError("No free number for an inquiry was found.")


async def _keep(
    inquiry: Inquiry, draft: Draft, receiving: Receivers, *, incoming: Incoming, context: Context, hurry: bool
) -> None:
    """The inquiry and everyone who must hear of it, in one transaction."""
    post = context.store.post
    photo = await post.draft_photo(who(incoming))
    if photo is not None:
        inquiry = replace(inquiry, flags=(*inquiry.flags, wording.PHOTO))
    fresh = escalation.for_new(
        inquiry,
        members=receiving.people,
        mail=receiving.mail,
        officers=receiving.officers,
        now=context.now(),
        hurry=hurry,
    )
    await post.open(inquiry, text=draft.text, link=post.link_of(inquiry.ref), notices=fresh, photo=photo)


def _sent_reply(ref: str, receiving: Receivers, *, context: Context, session: Session) -> Reply:
    say = session.say
    lines = receivers.after_sending(ref, receiving, say)
    if context.public_url:
        link = f"{context.public_url}/q/{context.store.post.link_of(ref)}"
        lines.append(say("You can also read it here: {link}", link=link))
    return Reply("\n".join(lines), choices=(Choice(say("My questions"), Action(Verb.MINE)),))


def cancel(session: Session) -> tuple[Reply, Session]:
    """Throw the draft away."""
    say = session.say
    said = say("Nothing was sent.") if session.draft else say("There is nothing to cancel.")
    return Reply(said), replace(session, draft=None)


async def mine(page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """What someone asked, the newest first."""
    say = session.say
    found = await context.store.post.inquiries_of(who(incoming), limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    if not found:
        return Reply(say("You have not asked any producer yet. Find a product and press “Ask the producer”."))
    choices = [
        Choice(wording.heading(each, await product_name(each, context), say), Action(Verb.INQUIRY, each.ref))
        for each in found[:PER_PAGE]
    ]
    if page > 1:
        choices.append(Choice(say("← Previous"), Action(Verb.MINE, str(page - 1))))
    if len(found) > PER_PAGE:
        choices.append(Choice(say("Next →"), Action(Verb.MINE, str(page + 1))))
    total = await context.store.post.asked_since(who(incoming), since=0.0)
    return Reply(say("Your questions:"), choices=tuple(choices), page=Page(page, -(-total // PER_PAGE), total))


async def show(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """One inquiry as its consumer sees it."""
    say = session.say
    text = f"{wording.heading(inquiry, await product_name(inquiry, context), say)}\n\n"
    text += wording.thread(inquiry, say, reader=Side.CONSUMER)
    choices = [Choice(say("Add something"), Action(Verb.MORE, inquiry.ref))]
    if inquiry.state is not State.CLOSED:
        choices.append(Choice(say("Close it"), Action(Verb.CLOSE, inquiry.ref)))
    if inquiry.state in {State.ANSWERED, State.CLOSED} and inquiry.rating is None:
        choices += [Choice("★" * stars, Action(Verb.RATE, f"{inquiry.ref} {stars}")) for stars in (5, 3, 1)]
    return Reply(text, choices=tuple(choices))


async def add(inquiry: Inquiry, *, session: Session, context: Context) -> tuple[Reply, Session]:
    """Ask for what is to be added."""
    say = session.say
    draft = Draft(DraftStep.FOLLOW_UP, inquiry.ref, begun_at=context.now())
    cancelling = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    return Reply(say("What would you like to add?"), choices=cancelling, wants=Want.TEXT), replace(session, draft=draft)


async def _add(
    text: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    inquiry = await own(draft.about, incoming=incoming, context=context)
    if inquiry is None:
        return nothing_begun(session)
    said = await add_words(inquiry, text, origin=origin_of(incoming), context=context, session=session)
    return said, (session if said.wants else replace(session, draft=None))


async def add_words(inquiry: Inquiry, text: str, *, origin: str, context: Context, session: Session) -> Reply:
    """Add *text* to the consumer's inquiry and pass it on, unless that is too little or too much."""
    say, post = session.say, context.store.post
    if len(text) < limits.SHORTEST:
        return Reply(say("Please write a little more, so that the producer understands."), wants=Want.TEXT)
    product = await context.store.product(inquiry.product_id)
    receiving = await _receivers(product, inquiry.consumer, context=context) if product else None
    if receiving is not None and receiving.blocked and not (receiving.officers and inquiry.kind is Kind.COMPLAINT):
        return _blocked_reply(receiving, session)
    since = context.now() - limits.DAY
    if await post.written_since(inquiry.ref, side=Side.CONSUMER, since=since) > limits.MORE_PER_DAY:
        return Reply(say("That is a lot for one day. Please wait for answers, or add to a question you have asked."))
    fresh = escalation.for_more(
        inquiry,
        members=receiving.people if receiving else await post.members_of(inquiry.producer_id),
        mail=receiving.mail if receiving else "",
        officers=await officers(context),
        now=context.now(),
    )
    step = Event(
        inquiry.ref,
        Move.FOLLOW_UP,
        at=context.now(),
        side=Side.CONSUMER,
        text=text,
        notices=fresh,
        origin=origin,
    )
    await post.step(step)
    if receiving is None:
        return Reply(say("Added to #{ref} and passed on.", ref=inquiry.ref))
    return Reply("\n".join(receivers.after_adding(inquiry.ref, receiving, say)))


async def close(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """The consumer needs no more of it."""
    try:
        closed = await context.store.post.step(Event(inquiry.ref, Move.CLOSE, at=context.now()))
    except IllegalMove:
        return Reply(session.say("#{ref} is closed already.", ref=inquiry.ref))
    return await show(closed, context=context, session=session)


async def rate(inquiry: Inquiry, stars: int, *, context: Context, session: Session) -> Reply:
    """How good was the answer?"""
    say = session.say
    if not 1 <= stars <= 5:
        return await show(inquiry, context=context, session=session)
    try:
        await context.store.post.step(Event(inquiry.ref, Move.RATE, at=context.now(), rating=stars))
    except IllegalMove:
        return Reply(say("You can rate it once it has been answered."))
    return Reply(say("Thank you. You gave {stars}.", stars="★" * stars))


async def own(ref: str, *, incoming: Incoming, context: Context) -> Inquiry | None:
    """The inquiry *ref* if it is this person's."""
    inquiry = await context.store.post.inquiry(ref)
    return inquiry if inquiry is not None and inquiry.consumer == who(incoming) else None


async def officers(context: Context) -> list[Address]:
    """Every officer, from the settings and from the chats."""
    joined = [member.who for member in await context.store.post.officers()]
    return list(dict.fromkeys([*context.officers, *joined]))


async def product_name(inquiry: Inquiry, context: Context) -> str:
    """The name of the product that an inquiry is about."""
    product = await context.store.product(inquiry.product_id)
    return product.name if product else inquiry.product_id


def nothing_begun(session: Session) -> tuple[Reply, Session]:
    """A button of a draft that is gone, or of something that is not this person's."""
    say = session.say
    text = say("That is not open any more. Find the product again and press “Ask the producer”.")
    return Reply(text), replace(session, draft=None)


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
        flags=limits.flags(draft.text),
    )


def origin_of(incoming: Incoming) -> str:
    """A name for this very message, the same each time it is worked on: what it causes happens once."""
    person = incoming.person
    return fingerprint(f"{person.channel}\n{person.address}\n{incoming.ref}")


def ref_in(words: str) -> str:
    """The first inquiry's number in *words*, written as we write it ("#5M2YJKXR"); "" if there is none."""
    found = re.search(rf"#([{_REF_LETTERS}]{{{_REF_LENGTH}}})\b", words)
    return found[1] if found else ""


def ref_of(incoming: Incoming, turn: int = 0) -> str:
    """The number of the inquiry that *incoming* opens: 40 bits in letters that are not mistaken for each other.

    *turn* gives another one where somebody else's inquiry has that number.
    """
    bits = int(origin_of(incoming)[10 * turn : 10 * turn + 10], 16)
    return "".join(_REF_LETTERS[bits >> 5 * place & 31] for place in range(_REF_LENGTH))


async def _refusal(
    draft: Draft, product: Product, *, incoming: Incoming, context: Context, session: Session
) -> Reply | None:
    say, post, me, now = session.say, context.store.post, who(incoming), context.now()
    receiving = await _receivers(product, me, context=context)
    if receiving.blocked and not (receiving.officers and draft.kind == Kind.COMPLAINT):
        return _blocked_reply(receiving, session)
    again = await post.same_text(me, text=draft.text, since=now - limits.DAY, producer_id=product.producer.id)
    if again is not None:
        see = (Choice(say("See #{ref}", ref=again), Action(Verb.INQUIRY, again)),)
        return Reply(say("You sent these very words today, as #{ref}.", ref=again), choices=see)
    few = await post.asked_since(me, since=now - limits.DAY, producer_id=product.producer.id)
    if few >= limits.PER_PRODUCER_AND_DAY or await post.asked_since(me, since=now - limits.DAY) >= limits.PER_DAY:
        return Reply(say("That is a lot for one day. Please wait for answers, or add to a question you have asked."))
    return None


def _blocked_reply(receiving: Receivers, session: Session) -> Reply:
    say = session.say
    complain = Action(Verb.KIND, f"{Kind.COMPLAINT} {receiving.product.ref}")
    choices = (Choice(say("Complain: fake, spoiled, wrong facts"), complain),) if receiving.officers else ()
    return Reply(receivers.blocked_words(receiving, say), choices=choices)


async def _receivers(product: Product, consumer: Address, *, context: Context) -> Receivers:
    """Who receives what *consumer* writes about *product* now."""
    post, now = context.store.post, context.now()
    members = await post.members_of(product.producer.id)
    blocked = await post.is_blocked(product.producer.id, consumer)
    crowded = False
    for first, _ in escalation.ways(members, product.producer.email, now=now)[:1]:
        lately = await post.pace(first, since=now - limits.HOUR, now=now)
        crowded = lately.told + lately.due > limits.TOLD_PER_HOUR
    return Receivers(product, members, await officers(context), now, crowded=crowded and not blocked, blocked=blocked)


async def pass_on_open(officer: Address, *, context: Context) -> None:
    """Tell an officer who is new of what is open: every complaint, and what no producer answers."""
    post, seen, total = context.store.post, 0, 1
    while seen < total:
        found, total = await post.list_unanswered(before=context.now() + 1, limit=_AT_ONCE, offset=seen)
        seen += _AT_ONCE
        fresh: list[Notice] = []
        for open_one in found:
            product = await context.store.product(open_one.product_id)
            fresh += escalation.for_new_officer(
                open_one,
                officer,
                members=await post.members_of(open_one.producer_id),
                mail=product.producer.email if product else "",
                now=context.now(),
            )
        await post.tell(*fresh)


def _names(product: Product) -> dict[str, str]:
    return {"producer": product.producer.name, "product": product.name}
