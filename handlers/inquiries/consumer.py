"""The consumer's side of an inquiry: list one's own, show one, add to it, close it, rate the answer."""

import re
from dataclasses import replace

from catalog.inquiry import PROVINCE, Address, IllegalMove, Inquiry, Kind, Move, Notice, Side, State
from catalog.model import Product
from catalog.officers import Act, reach
from catalog.sealing import fingerprint
from catalog.store import InquiryStep
from handlers import limits, own_codes
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation, receivers, wording
from handlers.inquiries.receivers import Receivers
from handlers.messages import Choice, Incoming, Page, Reply, Want

PER_PAGE = 5
_AT_ONCE = 100


def who(incoming: Incoming) -> Address:
    """The address of whoever wrote."""
    return Address(incoming.person.channel, incoming.person.address)


async def mine(page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """What someone asked, the newest first."""
    say = session.say
    found = await context.store.inquiries.of_consumer(who(incoming), limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
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
    total = await context.store.inquiries.count_since(who(incoming), since=0.0)
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


async def follow_up(
    text: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Add what add() asked for: *text*, and the draft's, if that had to wait; kept while it may not be added."""
    inquiry = await own(draft.about, incoming=incoming, context=context)
    if inquiry is None:
        return nothing_begun(replace(session, draft=None))
    words = limits.tidy("\n".join(filter(None, (draft.text, text))))
    if until := _may_add_from(inquiry, context.now()):
        return _refused_until(until, words, session), replace(session, draft=replace(draft, text=words))
    said = await add_words(inquiry, words, origin=origin_of(incoming), context=context, session=session)
    return said, (session if said.wants else replace(session, draft=None))


def _may_add_from(inquiry: Inquiry, now: float) -> float:
    """The moment from which its consumer, who has added too much within a day, may add to *inquiry* again; else 0."""
    theirs = [each.at for each in inquiry.messages if each.side is Side.CONSUMER]
    until = theirs[-limits.MORE_PER_DAY - 1] + limits.DAY if len(theirs) > limits.MORE_PER_DAY else 0.0
    return until if until >= now else 0.0


def _refused_until(until: float, words: str, session: Session) -> Reply:
    say = session.say
    text = say(
        "That is a lot for one day. Yours is kept as you wrote it: press Send again after {moment}.",
        moment=wording.moment(until, say),
    )
    choices = (Choice(say("Send"), Action(Verb.SEND)), Choice(say("Cancel"), Action(Verb.CANCEL)))
    return Reply(f"{text}\n“{words}”", choices=choices)


async def add_words(inquiry: Inquiry, text: str, *, origin: str, context: Context, session: Session) -> Reply:
    """Add *text* to the consumer's inquiry and pass it on, unless that is too little or too much."""
    say, store = session.say, context.store
    if len(text) < limits.SHORTEST:
        return Reply(say("Please write a little more, so that the producer understands."), wants=Want.TEXT)
    product = await context.store.product(inquiry.product_id)
    receiving = (
        await receivers_of(product, inquiry.consumer, matter=inquiry.matter, context=context) if product else None
    )
    if receiving is not None and receiving.blocked and not (receiving.officers and inquiry.kind is Kind.COMPLAINT):
        return blocked_reply(receiving, session)
    if until := _may_add_from(inquiry, context.now()):
        return Reply(
            say("That is a lot for one day. You can add more after {moment}.", moment=wording.moment(until, say))
        )
    fresh = escalation.for_more(
        inquiry,
        members=receiving.people if receiving else await store.members.of_producer(inquiry.producer_id),
        mailbox=receiving.mail if receiving else None,
        officers=await officers(context),
        authority=receiving.authority if receiving else None,
        now=context.now(),
    )
    step = InquiryStep(
        inquiry.ref,
        Move.FOLLOW_UP,
        at=context.now(),
        side=Side.CONSUMER,
        text=text,
        notices=fresh,
        origin=origin,
    )
    await store.inquiries.move(step)
    if receiving is None:
        return Reply(say("Added to #{ref} and passed on.", ref=inquiry.ref))
    return Reply("\n".join(receivers.after_adding(inquiry.ref, receiving, say)))


async def close(inquiry: Inquiry, *, context: Context, session: Session) -> Reply:
    """Close *inquiry* for its consumer."""
    try:
        closed = await context.store.inquiries.move(
            InquiryStep(inquiry.ref, Move.CLOSE, at=context.now(), by=Side.CONSUMER)
        )
    except IllegalMove:
        return Reply(session.say("#{ref} is closed already.", ref=inquiry.ref))
    return await show(closed, context=context, session=session)


async def rate(inquiry: Inquiry, stars: int, *, context: Context, session: Session) -> Reply:
    """Keep how many *stars* the consumer gives the answer."""
    say = session.say
    if not 1 <= stars <= 5:
        return await show(inquiry, context=context, session=session)
    try:
        await context.store.inquiries.move(InquiryStep(inquiry.ref, Move.RATE, at=context.now(), rating=stars))
    except IllegalMove:
        return Reply(say("You can rate it once it has been answered."))
    return Reply(say("Thank you. You gave {stars}.", stars="★" * stars))


async def own(ref: str, *, incoming: Incoming, context: Context) -> Inquiry | None:
    """The inquiry *ref* if it is this person's."""
    inquiry = await context.store.inquiries.by_ref(ref)
    return inquiry if inquiry is not None and inquiry.consumer == who(incoming) else None


async def officers(context: Context) -> list[Address]:
    """Every officer, from the settings and from the chats."""
    joined = [member.who for member in await context.store.members.officers()]
    return list(dict.fromkeys([*context.officers, *joined]))


async def product_name(inquiry: Inquiry, context: Context) -> str:
    """The name of the product that an inquiry is about."""
    product = await context.store.product(inquiry.product_id)
    return product.name if product else inquiry.product_id


def nothing_begun(session: Session) -> tuple[Reply, Session]:
    """The reply to a button whose draft is gone, or that is about something of somebody else.

    Whatever else somebody is writing stays.
    """
    say = session.say
    text = say("That is not open any more. Find the product again and press “Ask the producer”.")
    return Reply(text), session


def origin_of(incoming: Incoming) -> str:
    """An idempotency key of this message: the same at every attempt, so that its effect happens once."""
    person = incoming.person
    return fingerprint(f"{person.channel}\n{person.address}\n{incoming.ref}")


def ref_in(words: str) -> str:
    """The first inquiry's number in *words*, written as we write it ("#5M2YJKXR"); "" if there is none."""
    found = re.search(rf"#([{own_codes.LETTERS}]{{{own_codes.INQUIRY}}})\b", words)
    return found[1] if found else ""


def blocked_reply(receiving: Receivers, session: Session) -> Reply:
    """What somebody whom the producer has blocked can still do."""
    say = session.say
    complain = Action(Verb.KIND, f"{Kind.COMPLAINT} {receiving.product.ref}")
    choices = (Choice(say("Complain: fake, spoiled, wrong facts"), complain),) if receiving.officers else ()
    return Reply(receivers.blocked_words(receiving, say), choices=choices)


async def receivers_of(product: Product, consumer: Address, *, matter: str = "", context: Context) -> Receivers:
    """Who receives what *consumer* writes about *product* now; *matter* is what a complaint is about."""
    store, now = context.store, context.now()
    members, mailbox = await store.members.of_producer(product.producer.id), context.mailbox_of(product)
    blocked = await store.members.is_blocked(product.producer.id, consumer)
    crowded = False
    for first, _ in escalation.ways(members, mailbox, now=now)[:1]:
        lately = await store.outbox.pace(first, since=now - limits.HOUR, now=now)
        crowded = lately.told + lately.due > limits.TOLD_PER_HOUR
    concerned = context.authority_for(matter, product)
    authority = Address(context.email_channel, concerned.email) if concerned else None
    return Receivers(
        product, members, await officers(context), now, mailbox, crowded=crowded and not blocked, blocked=blocked,
        concerned=concerned, authority=authority,
    )  # fmt: skip


async def commune_chats(product: Product, context: Context) -> list[Address]:
    """Where the officers of the commune of *product* are known; none where it is not known which that is."""
    commune = context.places.of_producer(product.producer).new
    return await desk_chats(commune.code, context) if commune and commune.code else []


async def desk_chats(to: str, context: Context, *, but: int = 0) -> list[Address]:
    """Where the officers of a desk (PROVINCE, or a commune's code) are known, without the one whose number is *but*."""
    found: list[Address] = []
    for each in await context.store.officers.list_all():
        theirs = reach(each.grants_in_force(context.today()), Act.HANDLE_INQUIRY, today=context.today())
        belongs = theirs.everywhere if to == PROVINCE else to in theirs.communes
        if belongs and each.number != but:
            found += await context.store.officer_chats.of_officer(each.number)
    return found


async def pass_on_open(officer: Address, *, context: Context) -> None:
    """Send a new officer what is open: every complaint, and what no producer answers."""
    store, seen, total = context.store, 0, 1
    while seen < total:
        found, total = await store.inquiries.list_unanswered(before=context.now() + 1, limit=_AT_ONCE, offset=seen)
        seen += _AT_ONCE
        fresh: list[Notice] = []
        for open_one in found:
            product = await context.store.product(open_one.product_id)
            fresh += escalation.for_new_officer(
                open_one,
                officer,
                members=await store.members.of_producer(open_one.producer_id),
                mailbox=context.mailbox_of(product),
                now=context.now(),
            )
        await store.outbox.add(*fresh)
