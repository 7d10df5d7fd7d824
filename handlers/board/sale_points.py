"""Points of sale on the board: shops and shops online, what is sold there, who confirmed it; entered, mended, removed.

A grant for a commune reaches the shops of that commune, and shops online of the producers there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.cells import contacts
from catalog.cells.problems import CellRefused
from catalog.errors import CatalogError
from catalog.fairs.calendar import read_point
from catalog.model import Producer, Product
from catalog.officers import Act, ActScope, scope_of
from catalog.sale_points import (
    LONGEST_ADDRESS,
    LONGEST_HOURS,
    LONGEST_NAME,
    LONGEST_SOURCE,
    MOST_PRODUCTS,
    SaleKind,
    SalePoint,
)
from catalog.text import fold
from handlers import sale_points
from handlers.board.desk import Desk
from handlers.phrases import Speech

_ID = re.compile(r"\[([^\[\]]{1,64})\]\s*$")
_HITS = 8


class BadSalePoint(CatalogError):
    """What was entered cannot be kept; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A point of sale in words. *sold* is what is sold there; *may* tells whether this officer may change it."""

    point: SalePoint
    kind: str
    facts: str
    sold: str
    confirmed: str
    stale: bool
    may: bool


async def list_points(desk: Desk, *, stale: bool, words: str) -> Sequence[SaleLine]:
    """Every point of sale, or what nobody confirmed for a year, whose name or place has *words*. Raises StoreError."""
    context, today, wanted = desk.context, desk.context.today(), fold(words)
    found = [
        each
        for each in await context.store.sale_points.list_all()
        if (each.is_stale(today) or not stale)
        and wanted in fold(f"{each.name} {sale_points.where(each, context.places)} {each.source}")
    ]
    return await _draw(desk, sorted(found, key=lambda each: (fold(each.name), each.number)))


async def show(desk: Desk, number: int) -> SaleLine:
    """One of them. Raises NotFound, StoreError."""
    (line,) = await _draw(desk, [await desk.context.store.sale_points.by_number(number)])
    return line


async def _draw(desk: Desk, points: Sequence[SalePoint]) -> Sequence[SaleLine]:
    say, context = desk.say, desk.context
    products = {each.id: each for each in await context.products(key for point in points for key in point.products)}
    ids = sorted({each.producer for each in points if each.producer})
    makers = {each.id: each for each in await context.store.producers(ids)}
    names = sale_points.kind_names(say)
    lines = []
    for each in points:
        stale = each.is_stale(context.today())
        sold = [products[key].name for key in each.products if key in products]
        maker = makers.get(each.producer)
        whole = say("all that {producer} makes", producer=maker.name if maker else each.producer)
        lines.append(
            SaleLine(
                each,
                names[each.kind],
                sale_points.facts(each, context.places, say, stale=False),
                ", ".join(sold) or whole,
                sale_points.confirmed(each, say),
                stale,
                desk.reach_of(Act.EDIT_PRODUCT).covers(_scope(each, maker, desk)),
            )
        )
    return lines


def _scope(point: SalePoint, maker: Producer | None, desk: Desk) -> ActScope:
    if point.commune:
        return ActScope(point.commune, point.producer)
    return scope_of(maker, desk.context.places) if maker else ActScope()


async def require(desk: Desk, point: SalePoint) -> None:
    """Refuse an officer whose reach does not cover *point*. Raises NotAllowed, StoreError."""
    makers = await desk.context.store.producers([point.producer]) if point.producer else []
    desk.require(_scope(point, makers[0] if makers else None, desk))


async def enter(desk: Desk, form: Mapping[str, str]) -> SalePoint:
    """Keep a new one. Raises BadSalePoint, NotAllowed, StoreError."""
    point = await read_form(desk, form)
    await require(desk, point)
    return await keep(desk, point)


async def change(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Keep what was changed of one, and that it is confirmed. Raises BadSalePoint, NotAllowed, NotFound, StoreError."""
    before = await desk.context.store.sale_points.by_number(number)
    await require(desk, before)
    after = replace(await read_form(desk, form), number=number)
    await require(desk, after)
    await keep(desk, after)


async def confirm(desk: Desk, number: int) -> None:
    """Keep that one is still so as of today. Raises NotAllowed, NotFound, StoreError."""
    before = await desk.context.store.sale_points.by_number(number)
    await require(desk, before)
    await keep(desk, replace(before, confirmed=desk.context.today(), by_producer=False))


async def keep(desk: Desk, point: SalePoint) -> SalePoint:
    """Keep a new one, or what was changed of one. Raises NotFound, StoreError."""
    store = desk.context.store.sale_points
    if point.number:
        await store.change(point, by=desk.doer)
    else:
        point = await store.enter(point, by=desk.doer)
    sale_points.read_anew(desk.context)
    return point


async def remove(desk: Desk, number: int) -> None:
    """Take one away. Raises NotAllowed, NotFound, StoreError."""
    await require(desk, await desk.context.store.sale_points.by_number(number))
    await desk.context.store.sale_points.remove(number, by=desk.doer)
    sale_points.read_anew(desk.context)


async def read_form(desk: Desk, form: Mapping[str, str]) -> SalePoint:
    """The point of sale that a form holds, confirmed as of today. Raises BadSalePoint, StoreError."""
    say, place = desk.say, _point(form, desk)
    kind = SaleKind.ONLINE if form.get("kind") == SaleKind.ONLINE else SaleKind.PLACE
    commune = form.get("commune", "") if kind is SaleKind.PLACE else ""
    makers = await _makers(desk, _text(form, "producer", 160))
    point = SalePoint(
        name=_text(form, "name", LONGEST_NAME),
        kind=kind,
        source=_text(form, "source", LONGEST_SOURCE),
        confirmed=desk.context.today(),
        commune=commune if desk.context.places.with_code(commune) else "",
        address=_text(form, "address", LONGEST_ADDRESS),
        latitude=place[0] if place and kind is SaleKind.PLACE else None,
        longitude=place[1] if place and kind is SaleKind.PLACE else None,
        hours=_text(form, "hours", LONGEST_HOURS),
        link=_link(form, say),
        producer=makers[0] if makers else "",
        products=await _products(desk, form.get("products", ""), makers[0] if makers else ""),
    )
    if wrong := point.problem():
        raise BadSalePoint(_wrong_words(wrong, say))
    return point


def _text(form: Mapping[str, str], name: str, most: int) -> str:
    return " ".join(form.get(name, "").split())[:most]


def _point(form: Mapping[str, str], desk: Desk) -> tuple[float, float] | None:
    text = _text(form, "point", 60)
    try:
        return read_point(text) if text else None
    except ValueError:
        told = desk.say("{text} is no point in Việt Nam; copy it from a map, like 21.1861, 106.0763.", text=text[:40])
        raise BadSalePoint(told) from None


def _link(form: Mapping[str, str], say: Speech) -> str:
    try:
        return contacts.website(_text(form, "link", 500))
    except CellRefused as refused:
        raise BadSalePoint(refused.reason if say.language == "vi" else refused.reason_en) from None


async def _makers(desk: Desk, name: str) -> Sequence[str]:
    if not name:
        return ()
    found = [
        number
        for number, called in await desk.context.store.producers_named(name)
        if name == number or fold(called) == fold(name)
    ]
    if len(found) != 1:
        say = desk.say
        if found:
            raise BadSalePoint(say("Several producers are called so: write one of {ids}.", ids=", ".join(found)))
        raise BadSalePoint(say("No producer is called “{name}”.", name=name))
    return found


async def _products(desk: Desk, text: str, maker: str) -> tuple[str, ...]:
    """The products of the lines of *text*, each a name or an id."""
    lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_PRODUCTS:
        raise BadSalePoint(desk.say("{number} products are the most.", number=MOST_PRODUCTS))
    return tuple(dict.fromkeys([(await _product(desk, line, maker)).id for line in lines]))


async def _product(desk: Desk, line: str, maker: str) -> Product:
    shown = _ID.search(line)
    named = await desk.context.store.product(shown[1] if shown else line)
    if named is not None:
        return named
    hits = desk.context.find(line, limit=_HITS).hits
    found = [each for each in await desk.context.products(hit.id for hit in hits) if fold(each.name) == fold(line)]
    own = [each for each in found if each.producer.id == maker] or found
    if len(own) != 1:
        say = desk.say
        if own:
            ids = ", ".join(f"{each.name} [{each.id}]" for each in own)
            raise BadSalePoint(say("Several products are called so: write one of {ids}.", ids=ids))
        raise BadSalePoint(say("No product is called “{name}”.", name=line[:80]))
    return own[0]


def _wrong_words(wrong: str, say: Speech) -> str:
    return {
        "name": say("Give it the name that stands over its door, or that its page has."),
        "source": say("Say who confirmed it, and how: a visit, a call, a paper."),
        "commune": say("Choose the commune where the shop is."),
        "link": say("A shop online needs its web address, beginning with https://, that leads nowhere else."),
        "products": say("Say what is sold there: a producer, or the names of products."),
    }[wrong]


async def entered_of(desk: Desk, point: SalePoint | None, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """What stands in the fields of the form: what was just sent, else what is kept. Raises StoreError."""
    names = ("kind", "name", "commune", "address", "point", "hours", "link", "producer", "products", "source")
    if form is not None:
        return {name: form.get(name, "") for name in names}
    if point is None:
        return dict.fromkeys(names, "") | {"kind": str(SaleKind.PLACE)}
    makers = await desk.context.store.producers([point.producer]) if point.producer else []
    sold = [f"{each.name} [{each.id}]" for each in await desk.context.products(point.products)]
    kept = {name: getattr(point, name) for name in ("name", "commune", "address", "hours", "link", "source")}
    return {
        **kept,
        "kind": str(point.kind),
        "point": ", ".join(map(str, point.point)) if point.point else "",
        "producer": makers[0].name if makers else point.producer,
        "products": "\n".join(sold),
    }
