"""A form of fields: what stands there, what an officer writes instead, and what somebody else wrote meanwhile.

Each cell is read and checked as a list's is. What cannot be taken is told at its field, and nothing typed is lost.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.audit import Deed
from catalog.cells import vocabulary
from catalog.cells.content import words_at_most
from catalog.cells.days import day
from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.errors import ChangedMeanwhile
from catalog.field import Field, Home
from catalog.fields import BY_NAME, fields_of, make_row
from catalog.model import Producer, ProducerKind, Product, made_id
from catalog.store import PRODUCER, PRODUCT, Edit, producer_id
from catalog.text import plain_letters
from handlers import card_facts
from handlers.board.desk import Desk
from handlers.board.product_sheet import label_of
from handlers.phrases import Speech

MINE, THEIRS = "mine", "theirs"
LONGEST = 4000
_TRIES = 3
_ASIDE = frozenset({"id", "name", "gtins", "traces", "images"})
"""What a product's form does not have: it has pages of its own."""
_LONG = frozenset({"aliases", "former_name", "producer_names", "buy", "address", "account"})
_SOURCES = {
    "decision": "Theo quyết định, văn bản",
    "phone": "Cán bộ gọi điện xác nhận",
    "visit": "Cán bộ đến tận nơi xác nhận",
    "producer": "Chủ thể gửi giấy tờ",
    "other": "Nguồn khác",
}
"""Kinds of sources as people read them on the card, which tells sources in Vietnamese."""


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A field in a form: what is *typed* in it, what stood there when it was opened (*was*), what is wrong with it.

    *theirs* is what somebody else wrote there meanwhile, where that has to be chosen between.
    """

    name: str
    label: str
    typed: str
    was: str
    long: bool = False
    options: Sequence[tuple[str, str]] = ()
    how: str = ""
    wrong: str = ""
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class SourceInput:
    """Who says it and as of when, as typed, and what is wrong with each."""

    kind: str = ""
    detail: str = ""
    as_of: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditForm:
    """A form of somebody's or something's fields; *meanwhile* is what others changed, as (label, old, new, who)."""

    thing: Product | Producer
    inputs: Sequence[FieldInput]
    source: SourceInput
    meanwhile: Sequence[tuple[str, str, str, str]] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be mended or chosen before it can be kept."""
        chosen = any(each.wrong or each.theirs is not None for each in self.inputs)
        return chosen or bool(self.source.wrong or self.meanwhile)


def source_names(say: Speech) -> Mapping[str, str]:
    """What each kind of source is called."""
    return {
        "decision": say("A decision or another paper"),
        "phone": say("A phone call"),
        "visit": say("A visit"),
        "producer": say("Papers from the producer"),
        "other": say("Something else"),
    }


def kind_of(thing: Product | Producer) -> str:
    """How the store calls it."""
    return PRODUCT if isinstance(thing, Product) else PRODUCER


def form_fields(thing: Product | Producer) -> Sequence[Field]:
    """The fields that the form has."""
    if isinstance(thing, Producer):
        return fields_of(Home.PRODUCER)
    return [each for each in fields_of(Home.PRODUCT) if each.name not in _ASIDE]


def cell_of(fld: Field, thing: Product | Producer) -> str:
    """What stands in the field's cell."""
    return as_sent(str(fld.write(fld.of(thing), make_row({}))))


def stored_value(value: Any) -> Any:
    """A value as the tables keep it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value or "")


def as_sent(text: str) -> str:
    """What a browser makes of *text*: its own line ends, nothing around it."""
    return plain_letters(text.replace("\r\n", "\n")).strip()[:LONGEST]


def open_form(desk: Desk, thing: Product | Producer) -> EditForm:
    """The form as it stands before anything is typed."""
    inputs = [draw_input(desk, each, cell_of(each, thing), was=cell_of(each, thing)) for each in form_fields(thing)]
    return EditForm(thing, inputs, SourceInput())


def draw_input(
    desk: Desk, fld: Field, typed: str, *, was: str, wrong: str = "", theirs: str | None = None
) -> FieldInput:
    """A field as the form shows it."""
    options: list[tuple[str, str]] = []
    if fld.name == "producer_kind":
        known = [each for each in ProducerKind if each is not ProducerKind.UNKNOWN]
        options = [(vocabulary.KIND_WORDS[each], card_facts.kind_name(each, desk.say)) for each in known]
    elif fld.choices:
        options = [(str(each), str(each)) for each in fld.choices]
    if options and typed and typed not in dict(options):
        options.append((typed, typed))
    how = fld.how if desk.say.language == "vi" and not options else ""
    return FieldInput(
        fld.name, label_of(fld, desk.say), typed, was, fld.name in _LONG, options, how, wrong=wrong, theirs=theirs
    )


def read_source(desk: Desk, form: Mapping[str, str]) -> tuple[SourceInput, tuple[str, str], PartialDate | None]:
    """The source that was typed, checked; then as the store keeps it, and its day."""
    say = desk.say
    kind, detail, as_of = (as_sent(form.get(name, ""))[:400] for name in ("source_kind", "source_detail", "as_of"))
    wrong: dict[str, str] = {}
    told, recorded = "", None
    if kind not in _SOURCES:
        wrong["source_kind"] = say("Choose where you know it from.")
    try:
        told = words_at_most(300, detail)
        if not told:
            wrong["source_detail"] = say("Say which paper, or who said it.")
    except CellRefused as refused:
        wrong["source_detail"] = reason_of(refused, say)
    try:
        recorded = day(as_of)
        for objection in BY_NAME["as_of"].check(make_row({"as_of": recorded}), desk.context.today()):
            raise objection
        if recorded is None:
            wrong["as_of"] = say("Give the day on which it was so.")
    except CellRefused as refused:
        wrong["as_of"] = reason_of(refused, say)
    name = f"{_SOURCES[kind]}: {told}" if not wrong else ""
    return SourceInput(kind, detail, as_of, wrong), (name, str(recorded or "")), recorded


def reason_of(refused: CellRefused, say: Speech) -> str:
    """Why a cell is not taken, in the officer's language."""
    return refused.reason if say.language == "vi" else refused.reason_en or refused.reason


def read_cell(desk: Desk, fld: Field, text: str, as_of: PartialDate | None) -> Any:
    """The value that a cell says. Raises CellRefused."""
    today = desk.context.today()
    if fld.needed and not text:
        raise CellRefused("Không được để trống.", english="It cannot be empty.")
    value = fld.read(text)
    # The kind is what the officer chooses; it is guessed for lists alone.
    if fld.complete and value and fld.name != "producer_kind":
        value = fld.complete(value, {"as_of": as_of or PartialDate.of(today)})
    for refused in fld.check(make_row({fld.name: value}), today):
        raise refused
    return value


@dataclass(slots=True)
class _FormReading:
    """A form on its way: the inputs to show again, and the values that differ."""

    inputs: list[FieldInput] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)
    moved: list[Field] = field(default_factory=list)


def _read_field(desk: Desk, fld: Field, thing: Any, form: Mapping[str, str], reading: _FormReading, as_of: Any) -> None:
    now, was = cell_of(fld, thing), as_sent(form.get(f"was-{fld.name}", ""))
    chosen, asked = form.get(f"choose-{fld.name}", ""), f"asked-{fld.name}" in form
    typed = was if chosen == THEIRS else as_sent(form.get(fld.name, ""))
    moved = now != was
    if moved:
        reading.moved.append(fld)
    between = typed not in {was, now} and (moved or (asked and chosen not in {MINE, THEIRS}))
    if between:
        wrong = desk.say("Choose one of the two.") if asked else ""
        reading.inputs.append(draw_input(desk, fld, typed, was=now, wrong=wrong, theirs=now))
        return
    if typed == was:
        reading.inputs.append(draw_input(desk, fld, now, was=now))
        return
    try:
        value = stored_value(read_cell(desk, fld, typed, as_of))
    except CellRefused as refused:
        reading.inputs.append(draw_input(desk, fld, typed, was=now, wrong=reason_of(refused, desk.say)))
        return
    reading.inputs.append(draw_input(desk, fld, typed, was=now))
    reading.values[fld.column], reading.seen[fld.column] = value, stored_value(fld.of(thing))


async def save(desk: Desk, thing: Product | Producer, form: Mapping[str, str]) -> EditForm | int:
    """Keep what *form* says otherwise: the audit's row (0: nothing differs), or the form with what is wrong in it.

    *thing* is as it stands now. Raises NotFound, StoreError.
    """
    source, said, as_of = read_source(desk, form)
    reading = _FormReading()
    for fld in form_fields(thing):
        _read_field(desk, fld, thing, form, reading, as_of)
    older = [name for name in reading.values if _is_older(said[1], thing, name)]
    if older and not source.wrong:
        known = max(str(thing.facts[name].as_of) for name in older)
        day_of = PartialDate.parse(known).vietnamese_text()
        text = desk.say("What is known is of {day}, which is later. Give the day on which you made sure.", day=day_of)
        source = SourceInput(source.kind, source.detail, source.as_of, {"as_of": text})
    meanwhile = await _meanwhile(desk, thing, form, reading.moved) if reading.moved else ()
    answer = EditForm(thing, reading.inputs, source, meanwhile)
    if answer.is_wrong:
        return answer if reading.values or reading.moved or _has_wrong(answer) else 0
    return await _write(desk, thing, reading, said) if reading.values else 0


def _has_wrong(answer: EditForm) -> bool:
    return any(each.wrong or each.theirs is not None for each in answer.inputs)


def _is_older(as_of: str, thing: Product | Producer, column: str) -> bool:
    held = thing.facts.get(column)
    return bool(held and held.as_of and as_of and as_of < str(held.as_of)[: len(as_of)])


async def _meanwhile(
    desk: Desk, thing: Product | Producer, form: Mapping[str, str], moved: Sequence[Field]
) -> Sequence[tuple[str, str, str, str]]:
    """What others made of the fields that *moved* since the form was opened, and who did last."""
    store, say = desk.context.store, desk.say
    names = await store.officers.names()
    changes = await store.field_history.list_changes([thing.id], limit=100)
    found = []
    for fld in moved:
        last = next((each.who for each in changes if each.field == fld.column), "")
        number = last.removeprefix("officer ")
        who = names.get(int(number), "") if number.isdecimal() else ""
        was = as_sent(form.get(f"was-{fld.name}", ""))
        found.append((label_of(fld, say), was, cell_of(fld, thing), who or say("somebody else")))
    return found


async def _write(desk: Desk, thing: Product | Producer, reading: _FormReading, said: tuple[str, str]) -> EditForm | int:
    former = former_names(thing, reading.values)
    edit = Edit(
        kind_of(thing),
        thing.id,
        reading.values,
        reading.seen,
        said,
        reason=said[0],
        deed=Deed.PRODUCT_EDITED if isinstance(thing, Product) else Deed.PRODUCER_EDITED,
        former=await _products_of_renamed(desk, thing, reading.values),
        former_producers=former,
    )
    return await desk.context.store.editing.change(edit, by=desk.doer)


def former_names(thing: Product | Producer, values: Mapping[str, Any]) -> Sequence[str]:
    """The id that a list would make of a producer with these *values*, which is to lead to this one."""
    if not (isinstance(thing, Producer) and values.keys() & {"name", "commune"}):
        return ()
    return (producer_id(values.get("name", thing.name), values.get("commune", thing.commune)),)


async def _products_of_renamed(desk: Desk, thing: Any, values: Mapping[str, Any]) -> Mapping[str, str]:
    """The ids that a list would make of the products of a producer who is called otherwise."""
    if not (isinstance(thing, Producer) and "name" in values):
        return {}
    made = await desk.context.store.of_producer(thing.id)
    ids = {made_id(each.name, values["name"]): each.id for each in made}
    return {key: to for key, to in ids.items() if key != to}


Find = Callable[[Desk, str], Awaitable[Product | Producer]]


async def save_found(desk: Desk, key: str, form: Mapping[str, str], find: Find) -> EditForm | int:
    """As save(), with the thing that *find* gives: who writes just before us is told of, too."""
    for _ in range(_TRIES):
        try:
            return await save(desk, await find(desk, key), form)
        except ChangedMeanwhile:
            continue
    raise ChangedMeanwhile
