"""A producer proposes a correction of its own facts; an officer decides; who and when is kept."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from catalog.audit import Deed, Doer
from catalog.cells.problems import CellRefused
from catalog.cells.stock import DAYS
from catalog.dates import PartialDate
from catalog.field import Home, Kept
from catalog.fields import BY_NAME, CORRECTABLE, make_row
from catalog.inquiry import Address, Correction, Notice, NoticeKind
from catalog.model import Product
from catalog.officers import OfficerRole
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
AT_ONCE = frozenset({"stock"})
"""What counts without an officer: it is of the day, and lapses by itself."""
_SAID_BY_PRODUCER = "Nhà sản xuất báo"


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
        value = read_value(draft.kind, text, context.today())
    except CellRefused as refused:
        again = say("That does not look right. Please write it again, or cancel.")
        return Reply("\n".join(filter(None, (reason_of(refused, say), again))), wants=Want.TEXT), session
    kept = await keep(product, draft.kind, value, incoming=incoming, context=context)
    return Reply(say_kept(kept, say)), replace(session, draft=None)


@dataclass(frozen=True, slots=True)
class KeptCorrection:
    """A correction under its *number*: counted *at_once*, or waiting for an officer, of whom there may be none yet."""

    number: int
    at_once: bool
    officers: bool


async def keep(product: Product, field: str, value: str, *, incoming: Incoming, context: Context) -> KeptCorrection:
    """Keep what a producer says of its product: what lapses by itself counts at once, officers decide all else."""
    correction = Correction(
        number=0,
        producer_id=product.producer.id,
        product_id=product.id,
        field=field,
        old=_current_value(product, field),
        new=value,
        by=who(incoming),
        at=context.now(),
    )
    number = await context.store.corrections.propose(correction)
    if field in AT_ONCE:
        await _count_at_once(replace(correction, number=number), context)
        return KeptCorrection(number, at_once=True, officers=True)
    fresh = [_for(officer, number, context.now()) for officer in await officers(context)]
    await context.store.outbox.add(*fresh)
    return KeptCorrection(number, at_once=False, officers=bool(fresh))


async def _count_at_once(correction: Correction, context: Context) -> None:
    entry = Doer(level=str(OfficerRole.PRODUCER)).did(
        Deed.CORRECTION_ACCEPTED,
        f"product {correction.product_id}"[:100],
        before={correction.field: correction.old},
        after={correction.field: correction.new},
        reason=f"correction {correction.number}",
    )
    said = (_SAID_BY_PRODUCER, context.today().isoformat())
    by = f"{correction.by.channel}:{correction.by.address}"
    await context.store.corrections.decide(
        correction.number, accepted=True, who=by, at=context.now(), source=said, entry=entry
    )


def say_kept(kept: KeptCorrection, say: Speech) -> str:
    """What becomes of it."""
    if kept.at_once:
        return say.count(
            "Shoppers see it now, with today's date; after {number} day it lapses.",
            "Shoppers see it now, with today's date; after {number} days it lapses.",
            DAYS,
        )
    if kept.officers:
        return say("Thank you. An officer will check it; you will be told.")
    return say("Thank you. It is kept: the first officer who is named will find it, and you will be told.")


async def take_back(number: int, *, incoming: Incoming, context: Context) -> bool:
    """Take a correction of one's own back: one that waits is dropped, of one that counts the value before counts again.

    False where it is not one's own, was decided by an officer, or somebody changed the fact since.
    """
    found = await context.store.corrections.by_number(number)
    if found is None or found.by != who(incoming):
        return False
    if found.state == "waiting":
        by = f"{found.by.channel}:{found.by.address}"
        dropped = await context.store.corrections.decide(
            number, accepted=False, who=by, at=context.now(), source=("", "")
        )
        return dropped is not None
    product = await context.store.product(found.product_id)
    if found.field not in AT_ONCE or product is None or _current_value(product, found.field) != found.new:
        return False
    await keep(product, found.field, found.old, incoming=incoming, context=context)
    return True


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


def read_value(name: str, text: str, today: date) -> str:
    """What *text* says of the field *today*, as a correction keeps it.

    Raises CellRefused, without a reason where it says nothing.
    """
    field, value = BY_NAME[name], CORRECTABLE[name].read(plain_letters(limits.tidy(text))[:_LONGEST])
    if not value:
        raise CellRefused("", english="")
    if field.complete:
        value = field.complete(value, {"as_of": PartialDate.of(today)})
    for refused in field.check(make_row({name: value}), today):
        raise refused
    return json.dumps(value) if _is_list(name) else str(value)


def reason_of(refused: CellRefused, say: Speech) -> str:
    """Why a value was *refused*; "" where there is nothing to say."""
    return refused.reason if say.language == "vi" else refused.reason_en


async def _is_own(product: Product, *, incoming: Incoming, context: Context) -> bool:
    return any(each.producer_id == product.producer.id for each in await memberships(incoming, context))
