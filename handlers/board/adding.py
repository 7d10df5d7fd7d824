"""A product or a producer added by a form, read and checked as a line of a list is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.cells.problems import BadLine, CellRefused
from catalog.errors import AlreadyThere
from catalog.field import Field, Home
from catalog.fields import BY_NAME, HEADINGS, fields_of, make_row
from catalog.list_io.columns import Heading
from catalog.list_io.lines import LineReader, Noticed
from catalog.model import Producer, ProducerKind, ProductRow
from catalog.officers import scope_of
from catalog.search import Band
from catalog.store import Merged, producer_id
from catalog.text import fold
from handlers.board import catalogue
from handlers.board.desk import Desk
from handlers.board.field_forms import (
    FieldInput,
    SourceInput,
    as_sent,
    draw_input,
    read_cell,
    read_source,
    reason_of,
)
from handlers.board.matching import ProductHit, find_products
from handlers.board.worklists import maker_of

_OF_PRODUCT = ("name", "aliases", "group", "buy", "price", "season")
_OF_CERTIFICATE = ("stars", "decision", "decided", "issuer", "certificate", "expires")
_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class AddForm:
    """A form of something new; *similar* is what may be the same, *there* the key of what surely is.

    *makers* are those whose product it can be, as (id, name); *maker* is the chosen one, "" for a new one.
    """

    inputs: Sequence[FieldInput]
    source: SourceInput = field(default_factory=SourceInput)
    makers: Sequence[tuple[str, str]] = ()
    maker: str = ""
    wrong: str = ""
    similar: Sequence[ProductHit | Producer] = ()
    there: str = ""


def product_fields() -> Sequence[Field]:
    """What the form of a new product has, but for its producer."""
    return [BY_NAME[name] for name in (*_OF_PRODUCT, *_OF_CERTIFICATE)]


async def open_product(desk: Desk, maker: str) -> AddForm:
    """The empty form of a new product, of this producer if one is given. Raises StoreError."""
    inputs = [draw_input(desk, each, "", was="") for each in product_fields()]
    return AddForm(inputs, makers=await _makers(desk), maker=maker)


def open_producer(desk: Desk) -> AddForm:
    """The empty form of a new producer."""
    return AddForm([draw_input(desk, each, "", was="") for each in fields_of(Home.PRODUCER)])


async def add_product(desk: Desk, form: Mapping[str, str]) -> AddForm | str:
    """Add a product to a producer: its id, or the form with what is wrong. Raises NotAllowed, StoreError."""
    say, makers = desk.say, await _makers(desk)
    found = await desk.context.store.producers([form.get("maker", "")[:64]])
    source, said, _ = read_source(desk, form)
    typed = {each.name: as_sent(form.get(each.name, "")) for each in product_fields()}
    row, refusals = _read_line(desk, typed, found[0] if found else None, said)
    inputs = [
        draw_input(desk, each, typed[each.name], was="", wrong=refusals.get(each.name, "")) for each in product_fields()
    ]
    answer = AddForm(inputs, source, makers, form.get("maker", ""))
    if not found:
        return replace(answer, wrong=say("Choose the producer. Who is not in the list is added first."))
    desk.require(scope_of(found[0], desk.context.places))
    if row is None or refusals or source.wrong:
        return replace(answer, wrong=refusals.get("", ""))
    return await _add_row(desk, row, found[0], answer, sure=bool(form.get("sure")))


async def _add_row(desk: Desk, row: ProductRow, maker: Producer, answer: AddForm, *, sure: bool) -> AddForm | str:
    """Add the product of a line that is read, unless it is there, or may be and nobody is *sure*."""
    say = desk.say
    if known := await desk.context.store.product(row.product_id):
        return replace(answer, wrong=say("This producer has a product of this name already."), there=known.ref)
    similar = () if sure else await _similar(desk, row.name)
    if similar:
        return replace(answer, similar=similar)
    part = Merged()
    part.add_product(row)
    part.products[row.product_id].values["producer_id"] = maker.id
    try:
        await desk.context.store.editing.add(part, by=desk.doer, reason=row.source)
    except AlreadyThere:
        return replace(answer, wrong=say("This producer has a product of this name already."), there=row.product_id)
    return row.product_id


def _read_line(
    desk: Desk, typed: Mapping[str, str], maker: Producer | None, said: tuple[str, str]
) -> tuple[ProductRow | None, dict[str, str]]:
    """The row that a list with these cells would give, and why a field is not taken; under "" what names no field."""
    cells = {**typed, "producer": maker.name if maker else "-"}
    heading = Heading({name: place for place, name in enumerate(cells)}, tuple(HEADINGS[name] for name in cells), ())
    noticed = Noticed()
    read = LineReader(heading, today=desk.context.today(), noticed=noticed)(list(cells.values()), line=1)
    found = _reasons(desk, [*([read] if isinstance(read, BadLine) else []), *noticed.doubtful], list(cells))
    if read is None:
        found["name"] = desk.say("This is no name of a product.")
    if not isinstance(read, ProductRow):
        return None, found
    as_of = BY_NAME["as_of"].read(said[1]) if said[1] else None
    return replace(read, source=said[0], as_of=as_of, commune=maker.commune if maker else ""), found


def _reasons(desk: Desk, lines: Iterable[BadLine], names: Sequence[str]) -> dict[str, str]:
    """Why each cell is not taken, by the name of its column."""
    return {
        names[place] if place >= 0 else "": (
            problem.reason if desk.say.language == "vi" else problem.reason_en or problem.reason
        )
        for line in lines
        for place, problem in zip(line.columns, line.problems, strict=True)
    }


async def _similar(desk: Desk, name: str) -> Sequence[ProductHit]:
    found = desk.context.find(name, limit=_SIMILAR)
    return (await find_products(desk, name))[:_SIMILAR] if found.band is Band.ANSWER else ()


async def _makers(desk: Desk) -> Sequence[tuple[str, str]]:
    """The producers within reach, with their communes, in the order of names."""
    placed = await catalogue.place_producers(desk.context)
    mine = [(each, unit) for each, unit in placed if desk.reach.covers(maker_of(each, unit).scope)]
    mine.sort(key=lambda pair: (fold(pair[0].name), pair[0].id))
    return [(each.id, f"{each.name} · {unit}" if unit else each.name) for each, unit in mine]


async def add_producer(desk: Desk, form: Mapping[str, str]) -> AddForm | str:
    """Add a producer: the id, or the form with what is wrong. Raises StoreError."""
    say, store = desk.say, desk.context.store
    source, said, as_of = read_source(desk, form)
    inputs, values = [], {}
    for each in fields_of(Home.PRODUCER):
        typed, wrong = as_sent(form.get(each.name, "")), ""
        try:
            values[each.name] = read_cell(desk, each, typed, as_of)
        except CellRefused as refused:
            wrong = reason_of(refused, say)
        inputs.append(draw_input(desk, each, typed, was="", wrong=wrong))
    answer = AddForm(inputs, source)
    if source.wrong or any(each.wrong for each in inputs):
        return answer
    kind = values["producer_kind"] or ProducerKind.UNKNOWN
    row = make_row({**values, "producer_kind": kind, "source": said[0], "as_of": as_of})
    if not desk.reach.covers(scope_of(_as_producer(row), desk.context.places)):
        return replace(answer, wrong=say("This address is not within your reach. Is its commune written correctly?"))
    key = producer_id(row.producer, row.commune)
    if await store.producers([key]):
        return replace(answer, wrong=say("There is a producer of this name in this commune already."), there=key)
    similar = () if form.get("sure") else await _similar_producers(desk, row.producer)
    if similar:
        return replace(answer, similar=similar)
    part = Merged()
    part.add_producer(row)
    try:
        await store.editing.add(part, by=desk.doer, reason=said[0])
    except AlreadyThere:
        return replace(answer, wrong=say("There is a producer of this name in this commune already."), there=key)
    return key


def _as_producer(row: ProductRow) -> Producer:
    return Producer("", row.producer, address=row.address, commune=row.commune)


async def _similar_producers(desk: Desk, name: str) -> Sequence[Producer]:
    """The producers within reach of whose names one holds the other."""
    asked = fold(name)
    placed = await catalogue.place_producers(desk.context)
    return [
        each
        for each, unit in placed
        if desk.reach.covers(maker_of(each, unit).scope) and (asked in fold(each.name) or fold(each.name) in asked)
    ][:_SIMILAR]
