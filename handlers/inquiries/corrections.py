"""A producer proposes a correction of its own facts; an officer decides; who and when is kept."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.field import Home, Kept
from catalog.fields import BY_NAME, CORRECTABLE, make_row
from catalog.inquiry import Address, Correction, Notice, NoticeKind
from catalog.model import Product
from catalog.text import plain_letters
from handlers import limits
from handlers.actions import Action, Verb, number_in
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.consumer import officers, who
from handlers.inquiries.membership import memberships, not_a_member
from handlers.messages import Choice, Incoming, Page, Reply, Want
from handlers.phrases import Speech

PER_PAGE = 8
_LONGEST = 300


def field_words(field: str, say: Speech) -> str:
    """A fact's name in words."""
    return say.translate(CORRECTABLE[field].label) if field in CORRECTABLE else field


async def begin(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """*subject* is a product's ref, perhaps with the field before it: choose the fact, then write it.

    Without a ref, or with the page after "more", one's own products are listed.
    """
    field, _, ref = subject.rpartition(" ")
    if not ref or field == "more":
        return await _list(number_in(ref, otherwise=1), incoming, context=context, session=session)
    product = await context.store.product(ref)
    if product is None or not await _is_own(product, incoming=incoming, context=context):
        return not_a_member(session), session
    say = session.say
    if field not in CORRECTABLE:
        choices = tuple(
            Choice(field_words(each, say), Action(Verb.FIX, f"{each} {product.ref}")) for each in CORRECTABLE
        )
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
    """Keep the correction and tell the officers."""
    say, product = session.say, await context.store.product(draft.about)
    if product is None or not await _is_own(product, incoming=incoming, context=context):
        return not_a_member(session), replace(session, draft=None)
    try:
        value = _read_value(draft.kind, plain_letters(limits.tidy(text))[:_LONGEST], context.today())
    except CellRefused as refused:
        reason = refused.reason if say.language == "vi" else refused.reason_en
        again = say("That does not look right. Please write it again, or cancel.")
        return Reply("\n".join(filter(None, (reason, again))), wants=Want.TEXT), session
    correction = Correction(
        number=0,
        producer_id=product.producer.id,
        product_id=product.id,
        field=draft.kind,
        old=_current_value(product, draft.kind),
        new=value,
        by=who(incoming),
        at=context.now(),
    )
    number = await context.store.corrections.propose(correction)
    fresh = [_for(officer, number, context.now()) for officer in await officers(context)]
    await context.store.outbox.add(*fresh)
    text = say("Thank you. An officer will check it; you will be told.")
    if not fresh:
        text = say("Thank you. It is kept: the first officer who is named will find it, and you will be told.")
    return Reply(text), replace(session, draft=None)


def missing(product: Product) -> list[str]:
    """The facts that customers look for and that *product*'s card does not have."""
    wanted = (name for name, correction in CORRECTABLE.items() if correction.wanted)
    return [name for name in wanted if not _current_value(product, name)]


def shown_value(correction: Correction) -> str:
    """The new value as a person reads it; one that is no list as it should be, as it stands."""
    if not _is_list(correction.field):
        return correction.new
    try:
        return ", ".join(map(str, json.loads(correction.new)))
    except (ValueError, TypeError):
        return correction.new


def source(now: float) -> tuple[str, str]:
    """Where a confirmed correction comes from, and as of when."""
    return "Nhà sản xuất cung cấp, cán bộ đã xác nhận", datetime.fromtimestamp(now, UTC).date().isoformat()


def _for(officer: Address, number: int, now: float) -> Notice:
    key = f"fix:{number}:{officer.channel}:{officer.address}"
    return Notice(key[:200], officer, NoticeKind.CORRECTION, str(number), due_at=now)


def _is_list(name: str) -> bool:
    return name in BY_NAME and BY_NAME[name].kept is Kept.LIST


def _current_value(product: Product, name: str) -> str:
    field = BY_NAME[name]
    value = field.of(product.producer if field.home is Home.PRODUCER else product)
    return ", ".join(value) if field.kept is Kept.LIST else str(value)


def _read_value(name: str, text: str, today: date) -> str:
    """What *text* says of the field *today*, as a correction keeps it.

    Raises CellRefused, without a reason where it says nothing.
    """
    field, value = BY_NAME[name], CORRECTABLE[name].read(text)
    if not value:
        raise CellRefused("", english="")
    if field.complete:
        value = field.complete(value, {"as_of": PartialDate.of(today)})
    for refused in field.check(make_row({name: value}), today):
        raise refused
    return json.dumps(value) if _is_list(name) else str(value)


async def _is_own(product: Product, *, incoming: Incoming, context: Context) -> bool:
    return any(each.producer_id == product.producer.id for each in await memberships(incoming, context))
