"""A consumer's new inquiry as it is written: its kind, the words, a phone number, the confirmation.

A draft is shown back before anything leaves; name and number go along only if that very button is pressed
(:mod:`handlers.inquiries.send_inquiry`).
"""

import re
from dataclasses import replace
from typing import assert_never

from catalog import passport
from catalog.authorities import read_matter
from catalog.dates import PartialDate
from catalog.faq import shipped_faq
from catalog.inquiry import ComplaintMatter, Kind
from catalog.model import Product
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import limits, verdict
from handlers.actions import Action, Verb
from handlers.acts import asks_plainly, scolds
from handlers.catalogue import claims, search
from handlers.catalogue.answer_field import question_words, tell_price
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import receivers, wording
from handlers.inquiries.consumer import (
    nothing_begun,
    officers,
    receivers_of,
    who,
)
from handlers.links import beside_phone, phone_in, phone_number, shown_phone
from handlers.messages import Choice, Incoming, Reply, Style, Want

_WRITING = frozenset({DraftStep.ASK, DraftStep.CONFIRM, DraftStep.PHONE, DraftStep.UNSENT})
SEND = frozenset({"gui", "gui di", "gui nhe", "gui luon", "send"})
AGREE = frozenset({"ok", "oke", "okay", "dong y", "co", "yes"})
_ABOUT_OCOP = frozenset(
    {
        "what-is-ocop", "stars", "star-colour", "one-two-stars", "potential-five", "who-grants", "how-many", "nation",
        "totals-differ", "register", "dossier", "criteria", "groups", "who-may", "upgrade", "rounds", "council",
        "since-when", "after-2025", "targets", "office",
    }
)  # fmt: skip
"""What is asked of the programme only; how to pay and how long a thing keeps a producer is asked too."""
_LONGEST_ASIDE = 40
_TELLS = re.compile(
    r"[,;.!?，。；！？].*\w|\b(?:sao|why)\b(?! nào)|왜|为什么|怎么(?:这么|还)", re.DOTALL | re.IGNORECASE
)
"""More than one thing said, or wonder at what is wrong: "sao đắt gấp đôi vậy"."""
_OTHER = "other"
"""What a complaint is about where it is none of the matters."""


async def begin(ref: str, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """Ask what kind of inquiry it is. An earlier draft is discarded."""
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


async def begin_anew(
    ref: str, *, field: str = "", incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Begin after "Ask the producer" was pressed; the photo of an earlier draft is deleted.

    A question about a *field* is written already, and shown back at once.
    """
    text = question_words(field, session) if field else ""
    product = await context.store.product(ref)
    if product is not None:
        await context.store.memory.drop_draft_photo(who(incoming))
    if product is None or not text:
        return await begin(ref, context=context, session=session)
    draft = Draft(DraftStep.CONFIRM, product.ref, kind=Kind.QUESTION, text=text, begun_at=context.now())
    return await show_draft(draft, incoming=incoming, context=context, session=session)


async def report_claim(
    subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """A star that is claimed and not so, written as a complaint and shown back; *subject* is a product and the stars.

    Without a subject, the claim is asked for. Its photo was thrown away when it had been read: sent again now, it
    goes along sealed.
    """
    say, (ref, _, claimed) = session.say, subject.partition(" ")
    if not ref:
        return claims.ask_for_photo(session), session
    product = await context.store.product(ref)
    if product is None or claimed not in {"1", "2", "3", "4", "5"}:
        return await begin_anew(ref, incoming=incoming, context=context, session=session)
    await context.store.memory.drop_draft_photo(who(incoming))
    written = say(
        "On {day} it was offered as OCOP with {stars}. What the certificate says: {verdict}",
        day=say.day(PartialDate.of(context.today())),
        stars=say.count("{number} star", "{number} stars", int(claimed)),
        verdict=verdict.in_words(passport.of(product.certificates, context.today()), say),
    )
    draft = Draft(DraftStep.CONFIRM, product.ref, kind=Kind.COMPLAINT, text=written, begun_at=context.now())
    draft = replace(draft, matter=ComplaintMatter.FAKE, chosen=True)
    reply, session = await show_draft(draft, incoming=incoming, context=context, session=session)
    asking = say(
        "Write where you saw it (market, shop, page), and send the photo again: it goes along. Then press Send."
    )
    return replace(reply, text=f"{reply.text}\n{asking}"), session


async def choose_kind(
    kind: str, ref: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Ask for the words, unless they were written before their kind was chosen.

    The photo of an earlier draft goes nowhere: only with a complaint about the same product.
    """
    product = await context.store.product(ref)
    kind, _, named = kind.partition("/")
    matter = "" if named == _OTHER else named
    if product is None or not _is_known(kind, matter):
        return await begin_anew(ref, incoming=incoming, context=context, session=session)
    written = _written_about(product, session.draft)
    if written is not None:
        written = replace(written, step=DraftStep.CONFIRM, kind=kind, matter=matter, chosen=bool(named))
        return await show_draft(written, incoming=incoming, context=context, session=session)
    if not (matter and _is_complaint_about(product, session.fresh_draft(context.now()))):
        await context.store.memory.drop_draft_photo(who(incoming))
    asking = await _ask_words(Kind(kind), matter, context=context, session=session)
    if kind == Kind.BUY:
        asking = f"{asking}\n{tell_price(product, context=context, session=session)}"
    if kind == Kind.COMPLAINT:
        asking = "\n".join((session.say("About {product} of {producer}:", **_names(product)), asking))
    draft = Draft(DraftStep.ASK, product.ref, kind=kind, begun_at=context.now(), matter=matter, chosen=bool(named))
    matters = _matter_choices(product.ref, session) if kind == Kind.COMPLAINT and not named else ()
    choices = (*matters, Choice(session.say("Cancel"), Action(Verb.CANCEL)))
    return Reply(asking, choices=choices, wants=Want.TEXT), replace(session, draft=draft)


def _is_known(kind: str, matter: str) -> bool:
    return kind in set(Kind) and (not matter or matter in set(ComplaintMatter))


def _is_complaint_about(product: Product, draft: Draft | None) -> bool:
    """Whether a complaint about *product* is begun: a photo that is kept belongs to it."""
    return draft is not None and draft.step in _WRITING and (draft.about, draft.kind) == (product.ref, Kind.COMPLAINT)


def _written_about(product: Product, draft: Draft | None) -> Draft | None:
    """The *draft*, where it has words about *product* already."""
    if draft is None or draft.step not in _WRITING or draft.about != product.ref or not draft.text:
        return None
    return draft


def _matter_choices(ref: str, session: Session) -> tuple[Choice, ...]:
    """What a complaint can be about, as buttons."""
    return tuple(
        Choice(wording.matter_words(each, session.say), Action(Verb.KIND, f"{Kind.COMPLAINT}/{each} {ref}"))
        for each in ComplaintMatter
    )


async def _ask_words(kind: Kind, matter: str, *, context: Context, session: Session) -> str:
    match kind:
        case Kind.QUESTION:
            return session.say("Please write your question.")
        case Kind.BUY:
            return session.say("What would you like to buy, how much of it, and where should it go?")
        case Kind.COMPLAINT:
            return await _ask_complaint(matter, context=context, session=session)
        case _ as never:
            assert_never(never)


async def _ask_complaint(matter: str, *, context: Context, session: Session) -> str:
    say = session.say
    lines = {
        ComplaintMatter.FAKE: say("Where did you see it, and by what do you see that it is no real one?"),
        ComplaintMatter.HYGIENE: say(
            "What is wrong with it, where and when did you buy it, and what lot and date are on it?"
        ),
        ComplaintMatter.FACTS: say("Which fact is wrong, and what is right?"),
        "": say("What is wrong? Choose, or just write it."),
    }
    if await officers(context):
        return f"{lines[matter]} " + say("You can send a photo first; it goes to the programme officer as well.")
    return f"{lines[matter]} " + say("You can send a photo first.")


def is_elsewhere(body: str, draft: Draft, *, context: Context) -> bool:
    """True for what is no text of *draft*: a product's name, else what is asked of the programme, an insult to us.

    To whoever complains both are part of what is wrong; what they ask aside is answered, and kept (`keep_aside`).
    """
    if search.is_sure(body, context=context):
        return True
    if draft.kind == Kind.COMPLAINT:
        return _asks_aside(body)
    asked = shipped_faq().find(body)
    return (asked is not None and asked.entry.id in _ABOUT_OCOP) or scolds(body)


def _asks_aside(body: str) -> bool:
    """True for a short question about a fact, which tells of nothing that is wrong."""
    if len(body) > _LONGEST_ASIDE or _TELLS.search(body) or read_matter(body):
        return False
    return asks_plainly(to_vietnamese(body))


async def keep_aside(
    body: str, reply: Reply, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """*reply* to what was asked aside, and below it the complaint that is open, with the question in it."""
    draft = session.fresh_draft(context.now())
    if draft is None or draft.step is not DraftStep.ASK or draft.kind != Kind.COMPLAINT or draft.text:
        return reply, session
    if search.is_sure(body, context=context) or not _asks_aside(body):
        return reply, session
    shown, session = await words(body, draft, incoming=incoming, context=context, session=session)
    cards = tuple(replace(each, choices=()) for each in reply.cards)
    kept = session.say("Your complaint stays open, not sent yet; what you just wrote stands in it:")
    product = await context.store.product(draft.about)
    # A yes would be one to sending.
    asking = session.say("Shall I ask {producer}?", producer=product.producer.name) if product is not None else ""
    told = "\n".join(line for line in reply.text.split("\n") if line != asking)
    text = "\n\n".join(filter(None, (told, f"{kept}\n{shown.text}")))
    return replace(shown, text=text, cards=cards, warnings=(*reply.warnings, *shown.warnings)), session


async def words(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """The words of a draft, or a phone number for it."""
    text = limits.tidy(body)
    if draft.step is DraftStep.PHONE:
        return await _phone(text, draft, context=context, session=session, incoming=incoming)
    if draft.step is DraftStep.ASK and fold(text) in SEND | AGREE:
        return await _send_early(draft, incoming=incoming, context=context, session=session)
    if len(text) < limits.SHORTEST:
        return Reply(
            session.say("Please write a little more, so that the producer understands."), wants=Want.TEXT
        ), session
    written = replace(draft, step=DraftStep.CONFIRM, text=text)
    return await show_draft(written, incoming=incoming, context=context, session=session)


async def _send_early(draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Answer "gửi" where words are asked for: it is none; what was written before is shown once more."""
    if draft.text:
        shown = replace(draft, step=DraftStep.CONFIRM)
        return await show_draft(shown, incoming=incoming, context=context, session=session)
    say = session.say
    asking = await _ask_words(Kind(draft.kind), draft.matter, context=context, session=session)
    choices = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    return Reply(f"{say('There is nothing to send.')} {asking}", choices=choices, wants=Want.TEXT), session


async def show_draft(draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Show what would be sent, to whom, and ask what may go along.

    What a complaint is about is read from its words each time, unless a button told it.
    """
    say = session.say
    if draft.kind == Kind.COMPLAINT and not draft.chosen:
        draft = replace(draft, matter=read_matter(draft.text))
    product = await context.store.product(draft.about)
    if product is None:
        return await begin(draft.about, context=context, session=session)
    lines = [say("To {producer}, about {product}:", **_names(product)), f"“{draft.text}”"]
    if draft.matter:
        lines.append(say("It is reported as: {matter}.", matter=wording.matter_words(draft.matter, say).lower()))
    photo = await context.store.memory.draft_photo(who(incoming)) is not None
    if photo:
        lines.append(say("Your photo goes along."))
    if draft.phone:
        lines.append(say("Your phone number {phone} goes along.", phone=shown_phone(draft.phone)))
    else:
        lines.append(say("Your name and number do NOT go along unless you choose so."))
    receiving = await receivers_of(product, who(incoming), matter=draft.matter, context=context)
    lines += receivers.before_sending(receiving, say)
    choices = sending_choices(draft, incoming, session)
    if photo:
        choices.insert(-2, Choice(say("Without the photo"), Action(Verb.EDIT, "nophoto")))
    if receiving.away_until and receiving.officers and draft.kind != Kind.COMPLAINT:
        choices.insert(1, Choice(say("Send to the programme officer as well"), Action(Verb.SEND, "officer")))
    return Reply("\n".join(lines), choices=tuple(choices)), replace(session, draft=draft)


def sending_choices(draft: Draft, incoming: Incoming, session: Session) -> list[Choice]:
    """The buttons below a draft that is shown back: how it can be sent, and what can be changed before."""
    say = session.say
    choices = [Choice(say("Send"), Action(Verb.SEND), style=Style.MAIN)]
    if incoming.person.name:
        name = incoming.person.name[:40]
        choices.append(Choice(say("Send with my name: {name}", name=name), Action(Verb.SEND, "name")))
    if draft.phone:
        choices.append(Choice(say("Without my phone number"), Action(Verb.EDIT, "nophone")))
    else:
        choices.append(Choice(say("Add my phone number"), Action(Verb.EDIT, "phone")))
    if draft.kind == Kind.COMPLAINT:
        choices.append(Choice(say("Change what it is about"), Action(Verb.EDIT, "matter")))
    choices += [Choice(say("Change the words"), Action(Verb.EDIT, "text")), Choice(say("Cancel"), Action(Verb.CANCEL))]
    return choices


async def edit(what: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Change the words of the draft, add a phone number, or leave that or the photo out."""
    say, draft = session.say, session.draft
    if draft is None or draft.step not in _WRITING:
        return nothing_begun(session)
    if what == "nophoto":
        await context.store.memory.drop_draft_photo(who(incoming))
    if what in {"nophoto", "nophone"} and draft.text:
        kept = replace(draft, step=DraftStep.CONFIRM, phone="" if what == "nophone" else draft.phone)
        return await show_draft(kept, incoming=incoming, context=context, session=session)
    cancel = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    if what == "matter":
        none = Choice(say("It is about something else"), Action(Verb.KIND, f"{Kind.COMPLAINT}/{_OTHER} {draft.about}"))
        choices = (*_matter_choices(draft.about, session), none, *cancel)
        return Reply(say("What is it about? Your words stay."), choices=choices), session
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
    changed = replace(draft, step=DraftStep.CONFIRM, phone=number, text=said)
    return await show_draft(changed, incoming=incoming, context=context, session=session)


def cancel(session: Session) -> tuple[Reply, Session]:
    """Throw the draft away."""
    say = session.say
    said = say("Nothing was sent.") if session.draft else say("There is nothing to cancel.")
    return Reply(said), replace(session, draft=None)


def leave_unsent(draft: Draft, session: Session) -> tuple[Reply, Session]:
    """Give the words of *draft* back, to go on with; what comes next belongs to it no more."""
    say = session.say
    text = f"{say('Nothing was sent.')} {say('You wrote: “{text}”', text=draft.text)}"
    choices = (
        Choice(say("Look at it again and send"), Action(Verb.SEND), style=Style.MAIN),
        Choice(say("Change the words"), Action(Verb.EDIT, "text")),
        Choice(say("Cancel"), Action(Verb.CANCEL)),
    )
    return Reply(text, choices=choices), replace(session, draft=replace(draft, step=DraftStep.UNSENT))


def _names(product: Product) -> dict[str, str]:
    return {"producer": product.producer.name, "product": product.name}
