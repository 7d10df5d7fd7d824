"""Two products, or two producers, that are one: the double found, both compared field by field, made one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from catalog.dates import VIET_NAM
from catalog.errors import CatalogError, ChangedMeanwhile, NotFound
from catalog.fields import BY_NAME
from catalog.model import Producer, ProducerKind, Product
from catalog.officers import NotAllowed, scope_of
from catalog.search.makers import bare
from catalog.store import JOIN_DAYS, JOINABLE, UNITABLE, CannotUndoJoin, JoinChoice, KeptJoin, unite
from catalog.text import fold
from handlers import card_facts
from handlers.board import catalogue, matching, wording
from handlers.board.desk import Desk
from handlers.board.field_forms import as_sent, kind_of, stored_value
from handlers.board.product_sheet import find_producer, find_product, label_of
from handlers.inquiries.wording import moment
from handlers.links import shown_phone
from handlers.phrases import Speech

A, B, BOTH = "a", "b", "both"
_REASON = 500
_PARTED = "; "
_MOST_DOUBLES = 10
_ALIKE = 0.5
_NOT_CHOSEN = frozenset({"aliases", "producer_names"})
"""What is not chosen between: the names of both stay in any case."""
_FIELDS = {"kind": "producer_kind"}
"""Columns that the fields call otherwise."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What may be the same; *may* says whether this officer may change it."""

    key: str
    name: str
    about: str
    may: bool


@dataclass(frozen=True, slots=True)
class JoinLine:
    """A field in which the two differ: what each says, from where, and which is *taken* ("a", "b", or "both").

    *both* is what it would be with what both say; "" where only one can stand.
    """

    name: str
    label: str
    a: str
    b: str
    source_a: str
    source_b: str
    taken: str
    both: str = ""


@dataclass(frozen=True, slots=True)
class JoinForm:
    """Two beside each other; *kept* is "a" or "b". *seen* stands for both as they are shown."""

    a: Product | Producer
    b: Product | Producer
    lines: Sequence[JoinLine]
    seen: str
    kept: str = A
    reason: str = ""
    wrong: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    """For each of the two ("a", "b"): who makes it, or where they are."""
    moving: Mapping[str, str] = field(default_factory=dict)
    """For each of the two: how much of each kind belongs to it."""


@dataclass(frozen=True, slots=True)
class JoinToUndo:
    """A merge that can be undone until *until*; *may* says whether this officer may."""

    number: int
    name: str
    moment: str
    who: str
    until: str
    may: bool


class CannotUndoJoinNow(CatalogError):
    """The two cannot be made two again; the words say why."""


async def find_duplicates(desk: Desk, thing: Product | Producer, words: str) -> Sequence[Duplicate]:
    """What may be the same as *thing*, but for itself: by its own words, or by *words*. Raises StoreError."""
    if isinstance(thing, Producer):
        return await _find_producers(desk, thing, words)
    found = await matching.find_products(desk, words or thing.name)
    return [Duplicate(each.ref, each.name, each.producer, each.may) for each in found if each.ref != thing.ref]


async def _find_producers(desk: Desk, producer: Producer, words: str) -> Sequence[Duplicate]:
    """Those with the same phone first, then those called alike, those nearby before others."""
    here = desk.context.places.of_producer(producer).new
    found = list[tuple[float, str, Producer, Any]]()
    for each, unit in await catalogue.place_producers(desk.context):
        alike = _likeness(producer, each)
        wanted = catalogue.is_called(each, unit, fold(words).split()) if words else alike >= _ALIKE
        if each.id != producer.id and wanted:
            near = _ALIKE * (here is not None and here == unit)
            found.append((-alike - near, each.id, each, unit))
    found.sort(key=lambda one: one[:2])
    say, reach = desk.say, desk.reach
    return [
        Duplicate(
            each.id, each.name, str(unit or say("commune not known")), reach.covers(scope_of(each, desk.context.places))
        )
        for _, _, each, unit in found[:_MOST_DOUBLES]
    ]


def _likeness(one: Producer, other: Producer) -> float:
    """How alike two producers are: 1 with the same words in their names, more with a phone that both have."""
    ours, theirs = (set(bare(fold(each.name)).split()) for each in (one, other))
    words = len(ours & theirs) / max(1, len(ours | theirs))
    return words + bool({*one.phones} & {*other.phones})


async def compare(desk: Desk, thing: Product | Producer, key: str, form: Mapping[str, str] | None = None) -> JoinForm:
    """*thing* and the other one beside each other, as chosen in *form*. Raises NotAllowed, NotFound, StoreError."""
    other = await (find_product(desk, key) if isinstance(thing, Product) else find_producer(desk, key))
    typed, sides = form or {}, {A: thing, B: other}
    kept = typed.get("keep", A) if typed.get("keep") in sides else A
    lines = [line for name in JOINABLE[kind_of(thing)] if (line := _join_line(name, thing, other, typed, desk.say))]
    return JoinForm(
        thing,
        other,
        lines,
        _state_mark(thing, other),
        kept,
        as_sent(typed.get("reason", ""))[:_REASON],
        about={side: _about(each, desk) for side, each in sides.items()},
        moving={side: await _moving(desk, each) for side, each in sides.items()},
    )


def _about(thing: Product | Producer, desk: Desk) -> str:
    if isinstance(thing, Product):
        return thing.producer.name
    return str(desk.context.places.of_producer(thing).new or desk.say("commune not known"))


async def _moving(desk: Desk, thing: Product | Producer) -> str:
    """How much belongs to it, in words."""
    store, say = desk.context.store, desk.say
    if isinstance(thing, Product):
        asked = (await store.field_history.count_inquiries(product=thing.id)).total
        own = [
            say.count("{number} certificate", "{number} certificates", len(thing.certificates)),
            say.count("{number} code", "{number} codes", len(thing.gtins) + len(thing.traces)),
        ]
    else:
        asked = (await store.field_history.count_inquiries(producer=thing.id)).total
        members = len(await store.members.of_producer(thing.id))
        own = [
            say.count("{number} product", "{number} products", len(await store.of_producer(thing.id))),
            say.count("{number} person in a chat", "{number} people in a chat", members),
        ]
    return ", ".join([*own, say.count("{number} inquiry", "{number} inquiries", asked)])


async def join(desk: Desk, thing: Product | Producer, key: str, form: Mapping[str, str]) -> JoinForm | str:
    """Let the two be one: the key of the one that stays, or the form again. Raises NotAllowed, NotFound."""
    shown, say = await compare(desk, thing, key, form), desk.say
    meanwhile = say("One of the two was changed meanwhile. Look at both once more, then join them.")
    wrong = ""
    if shown.a.id == shown.b.id:
        wrong = say("That is the very same one.")
    elif form.get("seen", "") != shown.seen:
        wrong = meanwhile
    elif not shown.reason:
        wrong = say("Say why the two are one. It stands in the audit.")
    if wrong:
        return replace(shown, wrong=wrong)
    kept, gone = (shown.a, shown.b) if shown.kept == A else (shown.b, shown.a)
    kind = kind_of(thing)
    choice = JoinChoice(
        frozenset(line.name for line in shown.lines if line.taken not in {shown.kept, BOTH}),
        {each.id: {name: _raw(each, name) for name in JOINABLE[kind]} for each in (kept, gone)},
        shown.reason,
        frozenset(line.name for line in shown.lines if line.taken == BOTH),
    )
    try:
        await desk.context.store.editing.join(kept.id, gone.id, choice, by=desk.doer, kind=kind)
    except ChangedMeanwhile:
        return replace(shown, wrong=meanwhile)
    return kept.ref if isinstance(kept, Product) else kept.id


async def list_undoable(desk: Desk, thing: Product | Producer) -> Sequence[JoinToUndo]:
    """What became one with *thing* and can be two again, the last one first. Raises StoreError."""
    store, say = desk.context.store, desk.say
    found = await store.editing.list_joins(kind_of(thing), thing.id)
    names = await store.officers.names() if found else {}
    return [
        JoinToUndo(
            each.number,
            each.name,
            moment(each.at),
            names.get(each.by_officer) or say("an officer"),
            wording.day(datetime.fromtimestamp(each.at, VIET_NAM).date() + timedelta(days=JOIN_DAYS)),
            _may_undo(desk, each),
        )
        for each in found
    ]


def _may_undo(desk: Desk, join: KeptJoin) -> bool:
    """Who saw the other one too: who made them one, and the province."""
    return desk.reach.everywhere or join.by_officer == desk.officer.number


async def undo_join(desk: Desk, thing: Product | Producer, number: int, reason: str) -> str:
    """Let what became one with *thing* be another one again: its name.

    Raises CannotPartNow, NotAllowed, NotFound and StoreError.
    """
    store, say, words = desk.context.store, desk.say, as_sent(reason)[:_REASON]
    join = next(
        (each for each in await store.editing.list_joins(kind_of(thing), thing.id) if each.number == number), None
    )
    if join is None:
        raise NotFound
    if not _may_undo(desk, join):
        raise NotAllowed
    if not words:
        raise CannotUndoJoinNow(say("Say why they are two after all. It stands in the audit."))
    try:
        await store.editing.undo_join(number, by=desk.doer, reason=words)
    except CannotUndoJoin as error:
        raise CannotUndoJoinNow(_why_not(error, say)) from error
    return join.name


def _why_not(error: CannotUndoJoin, say: Speech) -> str:
    if not error.what:
        return say("One of the two has become one with another since. Undo that first.")
    things = {"products": say("its products"), "certificates": say("certificates"), "name": say("Name")}
    labels = [things.get(each) or _label(each, say) for each in error.what]
    what = ", ".join(dict.fromkeys(labels))
    return say("They cannot be made two again, for this was changed since: {what}. Nothing is written.", what=what)


def _label(name: str, say: Speech) -> str:
    field_ = BY_NAME.get(_FIELDS.get(name, name))
    return label_of(field_, say) if field_ else say("what belongs to both")


def pair_alike(named: Sequence[tuple[str, str]]) -> Sequence[tuple[tuple[str, str], tuple[str, str]]]:
    """Of products (key, name) of one producer those that are called alike, each with the first of that name."""
    first: dict[str, tuple[str, str]] = {}
    pairs = []
    for each in named:
        key = " ".join(fold(each[1]).split())
        if key in first:
            pairs.append((first[key], each))
        first.setdefault(key, each)
    return pairs


def _join_line(name: str, a: Any, b: Any, form: Mapping[str, str], say: Speech) -> JoinLine | None:
    one, two = _raw(a, name), _raw(b, name)
    if one == two or name in _NOT_CHOSEN:
        return None
    both = _text(name, unite(one, two), say) if name in UNITABLE and one and two else ""
    taken, sides = form.get(f"take-{name}", ""), {A, B, BOTH} if both else {A, B}
    label = say("Producer") if name == "producer_id" else label_of(BY_NAME[_FIELDS.get(name, name)], say)
    here, there = (
        each.producer.name if name == "producer_id" else _text(name, _raw(each, name), say) for each in (a, b)
    )
    said = taken if taken in sides else (BOTH if both else _pick_newer(a, b, name))
    return JoinLine(name, label, here, there, _said(a, name), _said(b, name), said, both)


def _pick_newer(a: Any, b: Any, name: str) -> str:
    """The side that says *name* as of a later day, or alone says it; A where neither is later."""
    one, two = _raw(a, name), _raw(b, name)
    return B if not one or (two and _as_of(b, name) > _as_of(a, name)) else A


def _raw(thing: Any, name: str) -> Any:
    if name == "producer_id":
        return thing.producer.id
    if name in {"name", "kind"}:
        return str(getattr(thing, name))
    return stored_value(BY_NAME[name].of(thing))


def _text(name: str, value: Any, say: Speech) -> str:
    if name == "kind":
        return card_facts.kind_name(ProducerKind(value), say)
    if name == "phones":
        return _PARTED.join(map(shown_phone, value))
    return _PARTED.join(value) if isinstance(value, list) else str(value)


def _as_of(thing: Product | Producer, name: str) -> str:
    fact = thing.facts.get(name)
    return str(fact.as_of or "") if fact else ""


def _said(thing: Product | Producer, name: str) -> str:
    fact = thing.facts.get(name)
    return " · ".join(filter(None, (fact.name, fact.as_of.vietnamese_text() if fact.as_of else ""))) if fact else ""


def _state_mark(a: Product | Producer, b: Product | Producer) -> str:
    """What stands for both as they are shown: another one once anything of them is otherwise."""
    said = [[_raw(each, name) for name in JOINABLE[kind_of(a)]] for each in (a, b)]
    return sha256(json.dumps([a.id, b.id, said], ensure_ascii=True).encode()).hexdigest()[:32]
