"""A product or a producer with all that is known of it: each field with its source, what changed, what was decided."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.audit import AuditRow, Deed
from catalog.certificate_history import history
from catalog.errors import NotFound
from catalog.field import Field, Home
from catalog.fields import FIELDS, fields_of, make_row
from catalog.inquiry import Member
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import Producer, ProducerKind, Product, Source
from catalog.officers import Act, scope_of
from catalog.store import AuditFilter, InquiryCount, LoggedChange
from handlers import card_facts, cards, verdict
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.inquiries.wording import moment
from handlers.messages import Card
from handlers.phrases import Speech

SHOWN_CHANGES = 20
_SHOWN_DEEDS = 100
_LONGEST = 600
_LONGEST_REF = 200
_TOLD_ELSEWHERE = frozenset({Deed.ALIAS_ADDED, Deed.ALIAS_REMOVED, Deed.CERTIFICATE_DECIDED})
"""Deeds whose change stands in the history of the fields, too."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field with its value as an officer writes it, who says so, and as of when."""

    name: str
    label: str
    value: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that became otherwise: when, by whom (*list* is the number of the list, if it was one), what."""

    moment: str
    who: str
    label: str
    old: str
    new: str
    list: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """Something that happened to a certificate."""

    label: str
    day: str
    decision: str
    issuer: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who answers for a producer in a chat; nothing of their address."""

    name: str
    channel: str
    paused: bool


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """All that the board shows of a product; *may_edit* says whether this officer may change it."""

    product: Product
    card: Card
    commune: str
    fields: Sequence[FieldLine]
    events: Sequence[CertificateLine]
    history: Sequence[HistoryLine]
    deeds: Sequence[HistoryLine]
    inquiries: InquiryCount
    older: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ProducerSheet:
    """All that the board shows of a producer; *may_edit* and *may_invite* are about this officer."""

    producer: Producer
    commune: str
    products: Sequence[Card]
    refs: Sequence[str]
    fields: Sequence[FieldLine]
    members: Sequence[MemberLine]
    history: Sequence[HistoryLine]
    inquiries: InquiryCount
    older: int
    may_edit: bool
    may_invite: bool


async def find_product(desk: Desk, ref: str, act: Act | None = None) -> Product:
    """The product that *ref* names, where the officer reaches it. Raises NotAllowed, NotFound, StoreError."""
    product = await desk.context.store.product(ref[:_LONGEST_REF]) if ref else None
    if product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places), act)
    return product


async def find_producer(desk: Desk, key: str, act: Act | None = None) -> Producer:
    """The producer with this id, where the officer reaches them. Raises NotAllowed, NotFound, StoreError."""
    found = await desk.context.store.producers([key[:_LONGEST_REF]])
    if not found:
        raise NotFound
    desk.require(scope_of(found[0], desk.context.places), act)
    return found[0]


async def show_product(desk: Desk, ref: str, *, before: int | None = None) -> ProductSheet:
    """All about a product; *before* asks for changes with a lower number. Raises NotAllowed, NotFound, StoreError."""
    context, say, product = desk.context, desk.say, await find_product(desk, ref)
    view = card_facts.View(say, context.today(), context.places, context.public_url)
    store, names = context.store, await context.store.officers.names()
    changes = await store.field_history.list_changes([product.id], limit=SHOWN_CHANGES + 1, before=before)
    subject = f"product {product.id}"[:100]
    told = await store.audit.newest(AuditFilter(subject=subject), limit=_SHOWN_DEEDS)
    deeds = [row for row in told if row.entry.subject == subject and row.entry.deed not in _TOLD_ELSEWHERE]
    return ProductSheet(
        product,
        cards.whole(product, view),
        card_facts.since_july_2025(product.producer, context.places, say),
        [_field_line(field, product, say) for field in fields_of(Home.PRODUCT)],
        [_certificate_line(desk, each) for each in history(product.certificates, context.today())],
        [_change_line(each, names, say) for each in changes[:SHOWN_CHANGES]],
        [line for row in deeds if (line := _deed_line(row, names, say))],
        await store.field_history.count_inquiries(product=product.id),
        changes[SHOWN_CHANGES - 1].number if len(changes) > SHOWN_CHANGES else 0,
        _may(desk, product.producer, Act.EDIT_PRODUCT),
    )


async def show_producer(desk: Desk, key: str, *, before: int | None = None) -> ProducerSheet:
    """All about a producer; *before* asks for changes with a lower number. Raises NotAllowed, NotFound, StoreError."""
    context, say, producer = desk.context, desk.say, await find_producer(desk, key)
    view = card_facts.View(say, context.today(), context.places, context.public_url)
    store, names = context.store, await context.store.officers.names()
    products = await store.of_producer(producer.id)
    changes = await store.field_history.list_changes([producer.id], limit=SHOWN_CHANGES + 1, before=before)
    return ProducerSheet(
        producer,
        card_facts.since_july_2025(producer, context.places, say),
        [cards.short(each, view) for each in products],
        [each.ref for each in products],
        [_field_line(field, producer, say) for field in fields_of(Home.PRODUCER)],
        [_member_line(each, context.now()) for each in await store.members.of_producer(producer.id)],
        [_change_line(each, names, say) for each in changes[:SHOWN_CHANGES]],
        await store.field_history.count_inquiries(producer=producer.id),
        changes[SHOWN_CHANGES - 1].number if len(changes) > SHOWN_CHANGES else 0,
        _may(desk, producer, Act.EDIT_PRODUCT),
        _may(desk, producer, Act.INVITE_PRODUCER) and producer.name != UNKNOWN_PRODUCER,
    )


def _may(desk: Desk, producer: Producer, act: Act) -> bool:
    return desk.reach_of(act).covers(scope_of(producer, desk.context.places))


def label_of(field: Field, say: Speech) -> str:
    """What a field is called on the board."""
    names = {
        "id": say("Id"),
        "name": say("Name"),
        "producer": say("Producer"),
        "producer_kind": say("Kind of producer"),
        "producer_names": say("Other names of the producer"),
        "commune": say("Commune or ward"),
        "account": say("Account for payments (not shown to people)"),
        "traces": say("Trace codes"),
        "images": say("Pictures"),
        "potential_five": say("Potential 5 stars"),
    }
    if field.name in names:
        return names[field.name]
    return say.translate(field.card.label) if field.card else field.heading


def _labels(say: Speech) -> Mapping[str, str]:
    """What each field is called under which its changes are kept."""
    found: dict[str, str] = {}
    for field in FIELDS:
        found.setdefault(field.column, label_of(field, say))
    return found | {
        "name": say("Name"),
        "producer_id": say("Producer"),
        "certificates": say("Certificate"),
        "codes": say("Code"),
        "certificate_events": say("Decision about its certificate"),
        "status": say("Decision about its certificate"),
    }


def text_of(field: Field, value: Any, say: Speech) -> str:
    """*value* as an officer writes it."""
    if field.name == "producer_kind":
        return card_facts.kind_name(ProducerKind(value), say)
    return str(field.write(value, make_row({})))


def _field_line(field: Field, thing: Product | Producer, say: Speech) -> FieldLine:
    value = text_of(field, field.of(thing), say) if field.name not in {"id", "name"} else getattr(thing, field.name)
    source = thing.facts.get(field.column, Source())
    as_of = source.as_of.vietnamese_text() if source.as_of else ""
    return FieldLine(field.name, label_of(field, say), value.strip(), source.name, as_of)


def _certificate_line(desk: Desk, event: Any) -> CertificateLine:
    label = verdict.kind_words(event.kind, desk.say)
    return CertificateLine(
        label[:1].upper() + label[1:],
        event.begins.vietnamese_text() if event.begins else "",
        event.decision,
        event.issuer,
        verdict.reason_words(event, desk.say),
        event.source.name,
    )


def _change_line(change: LoggedChange, names: Mapping[int, str], say: Speech) -> HistoryLine:
    who, number = _who(change.who, names, say)
    label = _labels(say).get(change.field, change.field)
    return HistoryLine(moment(change.at), who, label, _readable(change.old), _readable(change.new), number)


def _who(spelled: str, names: Mapping[int, str], say: Speech) -> tuple[str, int]:
    """Who made a change, in words, and the number of the list that did."""
    kind, _, number = spelled.replace("officer ", "officer:").partition(":")
    if not (number.isascii() and number.isdecimal()):
        return (say("an officer in a chat") if number else say("the operator's command “{name}”", name=kind)), 0
    spelled_out = {
        "officer": (names.get(int(number), say("officer {number}", number=number)), 0),
        "list": (say("list No. {number}", number=number), int(number)),
        "undo": (say("list No. {number}, undone", number=number), int(number)),
    }
    return spelled_out.get(kind, (say("an officer in a chat"), 0))


def _readable(value: str) -> str:
    """A value of the history: what was kept as JSON is a list, in words."""
    text = value
    if value.startswith("["):
        try:
            text = "; ".join(map(str, json.loads(value)))
        except ValueError:
            text = value
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _deed_line(row: AuditRow, names: Mapping[int, str], say: Speech) -> HistoryLine | None:
    entry = row.entry
    who = names.get(entry.officer, say("the operator"))
    old, new = (", ".join(_told(each)) for each in (entry.before, entry.after))
    return HistoryLine(moment(row.at), who, wording.deed_name(entry.deed, say), old, new, why=entry.reason)


def _told(spelled: str) -> Iterator[str]:
    """The values of an entry, but for what only the program needs."""
    fields: dict[str, Any] = json.loads(spelled) if spelled else {}
    for name, value in fields.items():
        # What a row was, and where its facts were from, is for undoing it.
        if not isinstance(value, dict) and (name not in {"kind", "key"} or "text" not in fields):
            yield _readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _member_line(member: Member, now: float) -> MemberLine:
    return MemberLine(member.name, member.who.channel, member.paused_until > now)
