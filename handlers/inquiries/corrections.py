"""A producer proposes a correction of its own facts; an officer decides; who and when is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from catalog.inquiry import Address, Correction, Notice, NoticeKind
from catalog.model import Product
from catalog.text import plain_letters
from handlers import limits
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.consumer import officers, who
from handlers.inquiries.membership import memberships, not_a_member
from handlers.links import mail_link, phone_number, web_link
from handlers.messages import Choice, Incoming, Page, Reply, Want
from handlers.phrases import Speech

FIELDS = ("phones", "address", "email", "website", "buy", "images")
PER_PAGE = 8
_LISTS = frozenset({"phones", "images"})
_LOOKED_FOR = frozenset({"phones", "address", "buy", "images"})
_LONGEST = 300


def field_words(field: str, say: Speech) -> str:
    """A fact's name in words."""
    return {
        "phones": say("Phone"),
        "address": say("Address"),
        "email": say("E-mail"),
        "website": say("Website"),
        "buy": say("Where to buy"),
        "images": say("Picture (a web address)"),
    }.get(field, field)


async def begin(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """*subject* is a product's ref, perhaps with the field before it: choose the fact, then write it.

    Without a ref, or with the page after "more", one's own products are listed.
    """
    field, _, ref = subject.rpartition(" ")
    if not ref or field == "more":
        return await _list(
            int(ref) if ref.isascii() and ref.isdecimal() else 1, incoming, context=context, session=session
        )
    product = await context.store.product(ref)
    if product is None or not await _is_own(product, incoming=incoming, context=context):
        return not_a_member(session), session
    say = session.say
    if field not in FIELDS:
        choices = tuple(Choice(field_words(each, say), Action(Verb.FIX, f"{each} {product.ref}")) for each in FIELDS)
        return Reply(say("Which fact of {product} shall be corrected?", product=product.name), choices=choices), session
    held = _current_value(product, field) or say("not known")
    draft = Draft(DraftStep.FIX, product.ref, kind=field, begun_at=context.now())
    text = say("{field} is now: {value}. Write the right one.", field=field_words(field, say), value=held)
    cancelling = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    return Reply(text, choices=cancelling, wants=Want.TEXT), replace(session, draft=draft)


async def _list(page: int, incoming: Incoming, *, context: Context, session: Session) -> tuple[Reply, Session]:
    say, mine = session.say, await memberships(incoming, context)
    made = [each for member in mine for each in await context.store.of_producer(member.producer_id)]
    if not made:
        return not_a_member(session), session
    shown = made[(page - 1) * PER_PAGE : page * PER_PAGE]
    choices = [Choice(each.name, Action(Verb.FIX, each.ref)) for each in shown]
    if page > 1:
        choices.append(Choice(say("← Previous"), Action(Verb.FIX, f"more {page - 1}")))
    if len(made) > page * PER_PAGE:
        choices.append(Choice(say("Next →"), Action(Verb.FIX, f"more {page + 1}")))
    where = Page(page, -(-len(made) // PER_PAGE), len(made))
    return Reply(say("Which product has a fact to correct?"), choices=tuple(choices), page=where), session


async def propose(
    text: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Keep the wish and tell the officers."""
    say, product = session.say, await context.store.product(draft.about)
    if product is None or not await _is_own(product, incoming=incoming, context=context):
        return not_a_member(session), replace(session, draft=None)
    value = _check_value(draft.kind, plain_letters(limits.tidy(text))[:_LONGEST])
    if value is None:
        return Reply(say("That does not look right. Please write it again, or cancel."), wants=Want.TEXT), session
    wish = Correction(
        number=0,
        producer_id=product.producer.id,
        product_id=product.id,
        field=draft.kind,
        old=_current_value(product, draft.kind),
        new=value,
        by=who(incoming),
        at=context.now(),
    )
    number = await context.store.post.propose(wish)
    fresh = [_for(officer, number, context.now()) for officer in await officers(context)]
    await context.store.post.tell(*fresh)
    text = say("Thank you. An officer will check it; you will be told.")
    if not fresh:
        text = say("Thank you. It is kept: the first officer who is named will find it, and you will be told.")
    return Reply(text), replace(session, draft=None)


def missing(product: Product) -> list[str]:
    """The facts that customers look for and that *product*'s card does not have."""
    return [field for field in FIELDS if field in _LOOKED_FOR and not _current_value(product, field)]


def shown_value(wish: Correction) -> str:
    """The wished value as a person reads it."""
    return ", ".join(json.loads(wish.new)) if wish.field in _LISTS else wish.new


def source(now: float) -> tuple[str, str]:
    """Where a confirmed correction comes from, and as of when."""
    return "Nhà sản xuất cung cấp, cán bộ đã xác nhận", datetime.fromtimestamp(now, UTC).date().isoformat()


def _for(officer: Address, number: int, now: float) -> Notice:
    key = f"fix:{number}:{officer.channel}:{officer.address}"
    return Notice(key[:200], officer, NoticeKind.CORRECTION, str(number), due_at=now)


def _current_value(product: Product, field: str) -> str:
    if field == "phones":
        return ", ".join(product.producer.phones)
    if field == "images":
        return ", ".join(product.images)
    return product.buy if field == "buy" else str(getattr(product.producer, field))


def _check_value(field: str, text: str) -> str | None:
    match field:
        case "phones":
            numbers = [phone_number(part) for part in text.replace(";", ",").split(",") if part.strip()]
            return None if not numbers or None in numbers else json.dumps(numbers)
        case "email":
            return text if mail_link(text) and " " not in text else None
        case "website":
            return text if web_link(text) else None
        case "images":
            return json.dumps([text]) if text.startswith("https://") and web_link(text) else None
    return text or None


async def _is_own(product: Product, *, incoming: Incoming, context: Context) -> bool:
    return any(each.producer_id == product.producer.id for each in await memberships(incoming, context))
