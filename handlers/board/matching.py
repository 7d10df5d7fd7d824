"""What people looked for in vain becomes findable: an unknown code or name is given to a product that an officer picks.

Whoever did it can take it back, by the number of its row in the audit; nothing else is believed of what a page sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.audit import AuditRow, Deed
from catalog.cells import contacts
from catalog.codes import CitizenId, Gtin, LookupField, Payment, classify, lookups, trace_key
from catalog.errors import CatalogError, NotFound
from catalog.model import Product
from catalog.officers import scope_of
from catalog.store import given_by
from handlers.board.desk import Desk
from handlers.context import Context

_HITS = 10
_LONGEST = 200
_GTIN_DIGITS = 14
_BINDABLE = {LookupField.GTIN: "gtin", LookupField.TRACE: "trace"}
_UNDONE = frozenset({Deed.CODE_BOUND, Deed.ALIAS_ADDED})


class CannotMatch(CatalogError):
    """It can stand for no product; the words say why."""


@dataclass(frozen=True, slots=True)
class SoughtCode:
    """A code as the store looks for it: *kind* is "gtin" or "trace"."""

    kind: str
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that may be meant; *may* says whether this officer may give it something."""

    ref: str
    name: str
    producer: str
    may: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What the officer has just given to a product, and may take back: the audit's row *number*."""

    number: int
    what: str
    product: str
    ref: str
    is_code: bool


def code_in(text: str, context: Context) -> SoughtCode | None:
    """The code that *text* is, where it can stand for a product; of a link all, not the host that is read out."""
    if "[.]" in text:
        return None
    code = classify(text[:_LONGEST], ours=context.ours)
    if isinstance(code, Payment | CitizenId) or (isinstance(code, Gtin) and not code.check_ok):
        return None
    found = ((_BINDABLE[field], key) for field, key in lookups(code) if field in _BINDABLE)
    return next((SoughtCode(kind, key, text[:_LONGEST]) for kind, key in found), None)


async def find_products(desk: Desk, words: str) -> Sequence[ProductHit]:
    """What the product's own search finds, or comes closest to *words*. Raises StoreError."""
    found = desk.context.find(words[:_LONGEST], limit=_HITS) if words.strip() else None
    return [_hit(each, desk) for each in await desk.context.products(hit.id for hit in found.hits)] if found else []


async def pick(desk: Desk, ref: str) -> ProductHit | None:
    """The product that was picked; None for nothing and for what is not there. Raises StoreError."""
    product = await desk.context.store.product(ref[:_LONGEST]) if ref else None
    return _hit(product, desk) if product else None


async def bind(desk: Desk, text: str, ref: str) -> int:
    """Give a code to a product; the row that tells it. Raises CannotMatch, NotAllowed, NotFound, StoreError."""
    code, product = code_in(text, desk.context), await _product(desk, ref)
    if code is None:
        raise CannotMatch(desk.say("This code cannot stand for a product."))
    store = desk.context.store
    if await store.naming.known_codes([(code.kind, code.key)]):
        raise CannotMatch(desk.say("This code belongs to a product already."))
    return await store.naming.bind_code(code.kind, code.key, shown=code.shown, product=product.id, by=desk.doer)


async def unbind(desk: Desk, text: str, ref: str) -> int:
    """Take a code from a product; the row that tells it. Raises NotAllowed, NotFound, StoreError."""
    product = await _product(desk, ref)
    if text not in {*product.gtins, *product.traces}:
        raise NotFound
    kind = "gtin" if text in product.gtins else "trace"
    key = text.zfill(_GTIN_DIGITS) if kind == "gtin" else trace_key(text)
    return await desk.context.store.naming.unbind_code(kind, key, product=product.id, by=desk.doer)


async def add_alias(desk: Desk, text: str, ref: str) -> int:
    """Give another name to a product; the row that tells it. Raises CannotMatch, NotAllowed, NotFound, StoreError."""
    product, names = await _product(desk, ref), contacts.aliases(text[:_LONGEST])
    if len(names) != 1:
        raise CannotMatch(desk.say("This is no name."))
    if names[0] in {product.name, *product.aliases}:
        raise CannotMatch(desk.say("{product} has this name already.", product=product.name))
    return await desk.context.store.naming.add_alias(product.id, names[0], by=desk.doer)


async def given(desk: Desk, number: int) -> Given | None:
    """What this officer gave by that row of the audit, if it still stands. Raises StoreError."""
    row = await _own_row(desk, number)
    key, fields = given_by(row) if row else ("", {})
    product = await desk.context.store.product(key) if key else None
    if row is None or product is None:
        return None
    if row.entry.deed == Deed.ALIAS_ADDED:
        alias = fields["alias"]
        return Given(number, alias, product.name, product.ref, False) if alias in product.aliases else None
    bound = await desk.context.store.naming.known_codes([(fields["kind"], fields["key"])])
    return Given(number, fields["text"], product.name, product.ref, True) if bound else None


async def take_back(desk: Desk, number: int) -> None:
    """Undo what this officer gave. Raises NotAllowed, NotFound, StoreError."""
    row = await _own_row(desk, number)
    if row is None:
        raise NotFound
    key, fields = given_by(row)
    product = await _product(desk, key)
    naming = desk.context.store.naming
    if row.entry.deed == Deed.ALIAS_ADDED:
        await naming.remove_alias(product.id, fields["alias"], by=desk.doer)
    else:
        await naming.unbind_code(fields["kind"], fields["key"], product=product.id, by=desk.doer)


async def _own_row(desk: Desk, number: int) -> AuditRow | None:
    row = await desk.context.store.audit.by_number(number)
    return row if row and row.entry.officer == desk.officer.number and row.entry.deed in _UNDONE else None


async def _product(desk: Desk, ref: str) -> Product:
    product = await desk.context.store.product(ref[:_LONGEST]) if ref else None
    if product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places))
    return product


def _hit(product: Product, desk: Desk) -> ProductHit:
    may = desk.reach.covers(scope_of(product.producer, desk.context.places))
    return ProductHit(product.ref, product.name, product.producer.name, may)
