"""What both sides do about a deal: agree, decline, withdraw, say whether it is signed and kept; its paper."""

import json
from dataclasses import replace
from datetime import datetime

from catalog.buyers.deals import ANSWER_DAYS, BuyerDeal, BuyerRequest, DealAnswer, DealSide, DealState, KeptAnswer
from catalog.dates import VIET_NAM
from catalog.errors import NotFound
from catalog.inquiry import Notice
from catalog.model import Product
from catalog.paper import Memorandum, draw_memorandum
from handlers import limits
from handlers.actions import Action, Verb
from handlers.apologies import not_in_public
from handlers.buyers import notices, offers, wording
from handlers.buyers.notices import DealNews
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.consumer import who
from handlers.links import beside_phone, phone_in, shown_phone
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.phrases import speech

MOST_ASKED = 10
"""So many producers may somebody ask within a day."""
NAME = "name"
_MOVES = {
    "yes": (DealSide.PRODUCER, DealState.ASKED, DealState.AGREED, DealNews.AGREED),
    "no": (DealSide.PRODUCER, DealState.ASKED, DealState.DECLINED, DealNews.DECLINED),
    "sign": (None, DealState.AGREED, DealState.SIGNED, DealNews.SIGNED),
    "unsign": (None, DealState.SIGNED, DealState.AGREED, DealNews.UNSIGNED),
}
"""Who may move a deal (None: both sides) from which state to which, and what the other side is told."""


async def act_on_request(  # noqa: PLR0911 - one line an act
    what: str, rest: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Do something about a request of one's own; nobody else's is there."""
    say, (number, _, more) = session.say, rest.partition(" ")
    request = await _own(int(number) if number.isdecimal() and len(number) < 10 else 0, incoming, context)
    if request is None:
        new = Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, "new"))
        return Reply(say("That request is not there any more."), choices=(new,)), session
    if what == "show":
        page = int(more) if more.isdecimal() and len(more) < 4 else 1
        return await offers.show_offers(request, page, context=context, session=session), session
    if what == "end":
        return await _end(request, more, context=context, session=session), session
    product = await context.store.product(more)
    if product is None:
        gone = say("This product is not in the catalogue any more. Type its name and I will look for it.")
        return Reply(gone), session
    if what == "name" or not request.name:
        return _ask_name(request, product, incoming=incoming, context=context, session=session)
    if what == "ask":
        return _ask_consent(request, product, session=session), session
    return await _agree(request, product, context=context, session=session), session


async def _own(number: int, incoming: Incoming, context: Context) -> BuyerRequest | None:
    """The open request of that number, of whoever wrote."""
    try:
        request = await context.store.buyers.by_number(number)
    except NotFound:
        return None
    return request if request.who == who(incoming) and request.is_open(context.now()) else None


async def _end(request: BuyerRequest, sure: str, *, context: Context, session: Session) -> Reply:
    say = session.say
    if sure != "yes":
        choices = (
            Choice(say("Yes, withdraw"), Action(Verb.SOURCE, f"end {request.number} yes")),
            Choice(say("No"), Action(Verb.SOURCE, f"show {request.number}")),
        )
        text = say(
            "Withdraw it? Your words, name and number are erased; producers who were asked cannot answer any more."
        )
        return Reply(text, choices=choices, language=say.language)
    tell = []
    for deal in await context.store.buyers.deals(request=request.number):
        if deal.state is DealState.AGREED:
            members = await context.store.members.of_producer(deal.producer)
            tell += notices.to_members(deal, notices.DealNews.WITHDRAWN, members, now=context.now())
    await context.store.buyers.withdraw(request.number, at=context.now(), tell=tell)
    context.store.outbox.wake()
    new = Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, "new"))
    return Reply(say("Withdrawn and erased."), choices=(new,), language=say.language)


def _ask_name(
    request: BuyerRequest, product: Product, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    say = session.say
    text = say(
        "Under which name, and which phone number, may the producer reach you if both agree? One line, like: "
        "Cửa hàng Hoa, 0912 345 678. A name alone is enough."
    )
    choices = [Choice(say("Cancel"), Action(Verb.CANCEL))]
    kept = json.dumps({"request": request.number, "product": product.ref})
    draft = Draft(DraftStep.SOURCE, str(request.number), kind=NAME, text=kept, begun_at=context.now())
    if request.name:
        now = say("Now: {name}", name=_contact(request))
        text = f"{now}\n{text}"
    elif incoming.person.name:
        text += " " + say("Here you are called {name}.", name=incoming.person.name[:60])
    return Reply(text, choices=tuple(choices), wants=Want.TEXT, language=say.language), replace(session, draft=draft)


def _contact(request: BuyerRequest) -> str:
    return ", ".join(filter(None, (request.name, shown_phone(request.phone) if request.phone else "")))


async def take_name(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    say, held = session.say, json.loads(draft.text)
    session = replace(session, draft=None)
    request = await _own(held["request"], incoming, context)
    product = await context.store.product(held["product"])
    if request is None or product is None:
        return Reply(say("That request is not there any more.")), session
    text = limits.tidy(body).replace("\n", " ")
    phone = phone_in(text) or ""
    name = (beside_phone(text) if phone else text).strip(" ,;")[:60] or incoming.person.name[:60]
    # A number that came without a name is kept until the name comes.
    phone = phone or ("" if request.name else request.phone)
    if len(name) < limits.SHORTEST:
        await context.store.buyers.name(replace(request, phone=phone))
        reply, session = _ask_name(request, product, incoming=incoming, context=context, session=session)
        more = say("Please give a name as well.")
        return replace(reply, text=f"{more} {reply.text}"), session
    named = replace(request, name=name, phone=phone)
    await context.store.buyers.name(named)
    return _ask_consent(named, product, session=session), session


def _ask_consent(request: BuyerRequest, product: Product, *, session: Session) -> Reply:
    say, agree = session.say, Action(Verb.SOURCE, f"agree {request.number} {product.ref}")
    lines = (
        say("Shall I ask the producer of “{product}”?", product=product.name),
        say("They see what you look for, without your name."),
        say(
            "Only if they agree as well: they get {contact}; you get their name and published phone.",
            contact=_contact(request),
        ),
        say("They have {number} days. You can withdraw at any time.", number=ANSWER_DAYS),
    )
    choices = (
        Choice(say("I agree, ask them"), agree, style=Style.MAIN),
        Choice(say("Change my name or number"), Action(Verb.SOURCE, f"name {request.number} {product.ref}")),
        Choice(say("No"), Action(Verb.SOURCE, f"show {request.number}")),
    )
    return Reply("\n".join(lines), choices=choices, language=say.language)


async def _agree(request: BuyerRequest, product: Product, *, context: Context, session: Session) -> Reply:
    """The buyer agrees: the producer is asked in their own messenger."""
    say, now, maker = session.say, context.now(), product.producer.id
    members = await context.store.members.of_producer(maker)
    deal = await context.store.buyers.ask(
        request, product.id, maker, at=now, most=MOST_ASKED,
        tell=lambda fresh: notices.asking(fresh, request.who, members, now=now),
    )  # fmt: skip
    back = Choice(say("Other producers"), Action(Verb.SOURCE, f"show {request.number}"))
    if deal is None:
        text = say("You have asked {number} producers today: more can be asked tomorrow.", number=MOST_ASKED)
        return Reply(text, choices=(back,), language=say.language)
    if not deal.is_open(now):
        # They were asked before, and declined, withdrew or did not answer.
        told = notices.show(deal, DealSide.BUYER, request, product, context=context, say=say)
        return replace(told, choices=(*told.choices, back))
    context.store.outbox.wake()
    text = say(
        "Asked. I tell you here as soon as they answer, or that they have not within {number} days.", number=ANSWER_DAYS
    )
    if not members:
        text = say(
            "This producer is not in this chat yet. An officer of the programme sees that somebody asks, not who, and "
            "may phone them. I tell you here what comes of it within {number} days.",
            number=ANSWER_DAYS,
        )
    see = Choice(say("Show"), Action(Verb.DEAL, str(deal.number)))
    return Reply(text, choices=(see, back), language=say.language)


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Show a deal (``7``), or do something about it (``7 yes``, ``7 kept 30 partly``)."""
    say = session.say
    number, what, *rest = (*subject.split(" "), "")
    if incoming.public:
        return not_in_public(say), session
    try:
        deal = await context.store.buyers.deal(int(number) if number.isdecimal() and len(number) < 10 else 0)
        request = await context.store.buyers.by_number(deal.request)
    except NotFound:
        return Reply(say("There is no such purchase.")), session
    side = await notices.side_of(deal, request, who(incoming), context=context)
    product = await context.store.product(deal.product)
    if side is None or product is None:
        return Reply(say("There is no such purchase.")), session
    if what == "kept":
        return await _note_kept(rest, deal, side, context=context, session=session), session
    if what == "stop":
        deal = await _stop(deal, side, request, context=context)
    elif what in _MOVES:
        deal = await _move(what, deal, side, request, context=context)
    shown = notices.show(deal, side, request, product, context=context, say=say)
    return shown, session


async def _move(what: str, deal: BuyerDeal, side: DealSide, request: BuyerRequest, *, context: Context) -> BuyerDeal:
    """Move *deal* as far as it can be moved by this *side*; the other one is told."""
    whose, begins, ends, news = _MOVES[what]
    late = begins is DealState.ASKED and not deal.is_open(context.now())
    if deal.state is not begins or late or whose not in {None, side}:
        return deal
    tell = await _tell_other(deal, side, request, news, context=context)
    moved = await context.store.buyers.move(deal, ends, at=context.now(), tell=tell)
    context.store.outbox.wake()
    return moved or await context.store.buyers.deal(deal.number)


async def _stop(deal: BuyerDeal, side: DealSide, request: BuyerRequest, *, context: Context) -> BuyerDeal:
    if deal.state not in {DealState.ASKED, DealState.AGREED}:
        return deal
    # Who was only asked has seen no name, and learns nothing by being told.
    silent = deal.state is DealState.ASKED and side is DealSide.BUYER
    tell = [] if silent else await _tell_other(deal, side, request, DealNews.WITHDRAWN, context=context)
    moved = await context.store.buyers.move(deal, DealState.WITHDRAWN, at=context.now(), tell=tell)
    context.store.outbox.wake()
    return moved or await context.store.buyers.deal(deal.number)


async def _tell_other(
    deal: BuyerDeal, side: DealSide, request: BuyerRequest, news: DealNews, *, context: Context
) -> list[Notice]:
    now, mark = context.now(), f"{context.now():.0f}"
    if side is DealSide.BUYER:
        members = await context.store.members.of_producer(deal.producer)
        return notices.to_members(deal, news, members, now=now, mark=mark)
    return [notices.make_notice(deal, news, request.who, now, mark=mark)] if request.who.address else []


async def _note_kept(rest: list[str], deal: BuyerDeal, side: DealSide, *, context: Context, session: Session) -> Reply:
    say, (days, answer) = session.say, (*rest, "", "")[:2]
    if deal.state is not DealState.SIGNED or not days.isdecimal() or answer not in set(KeptAnswer):
        return Reply(say("There is nothing to answer about it now."))
    # What is said of no day stands beside what was said of one, and replaces none of it.
    of = 0 if answer == KeptAnswer.STOP else min(int(days), 999)
    await context.store.buyers.note_answer(DealAnswer(deal.number, of, side, KeptAnswer(answer), context.now()))
    if answer == KeptAnswer.STOP:
        return Reply(say("All right, I will not ask about it again."))
    shown = Choice(say("Show"), Action(Verb.DEAL, str(deal.number)))
    return Reply(say("Thank you, noted. Press another answer to change it."), choices=(shown,))


async def draw_paper(proof: str, *, context: Context) -> bytes | None:
    """The memorandum that *proof* opens, as PDF; None where nothing is agreed (any more). Raises StoreError."""
    number = notices.number_of_paper(proof, context)
    if number is None:
        return None
    try:
        deal = await context.store.buyers.deal(number)
        request = await context.store.buyers.by_number(deal.request)
    except NotFound:
        return None
    product = await context.store.product(deal.product)
    agreed = deal.state in {DealState.AGREED, DealState.SIGNED}
    if product is None or not agreed or not request.demand.product:
        return None
    return draw_memorandum(await make_memorandum(deal, request, product, context=context))


async def make_memorandum(deal: BuyerDeal, request: BuyerRequest, product: Product, *, context: Context) -> Memorandum:
    say, demand = speech("vi"), request.demand
    supply = (await context.store.buyers.supplies(products=[product.id])).get(product.id)
    maker = product.producer
    return Memorandum(
        number=deal.number,
        day=datetime.fromtimestamp(deal.moved_at, VIET_NAM).date(),
        buyer=request.name,
        buyer_phone=shown_phone(request.phone) if request.phone else "",
        producer=maker.name,
        producer_address=maker.address,
        producer_phone=", ".join(shown_phone(each) for each in maker.phones),
        product=product.name,
        volume=wording.format_quantity(demand.volume, say) if demand.volume else "",
        months=wording.format_months(demand.months, say) if demand.months else "",
        packing=demand.packing or (supply.packing if supply else ""),
        price=wording.format_price(demand.price, say) if demand.price else "",
        place=demand.place or (supply.delivery if supply else ""),
    )
