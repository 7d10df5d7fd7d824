"""Ids that lead to a product or a producer of another id: of what was merged, and what a list makes of a new name.

An id that a list does not give is made of names. What is called otherwise from now on would be another thing to the
next list, and what was merged would come again: a list's rows are led to what they mean before they are looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import tables
from catalog.store.group_rows import Described, Merged

PRODUCT, PRODUCER = "product", "producer"
_NAMES = frozenset({"name", "producer_id"})
"""What a row of a former id does not tell of the product that it leads to: officers have chosen that."""


@dataclass(frozen=True, slots=True)
class Redirects:
    """Where former ids lead."""

    products: Mapping[str, str] = field(default_factory=dict)
    producers: Mapping[str, str] = field(default_factory=dict)

    def product(self, key: str) -> str:
        """The id that a product with the id *key* has by now."""
        return self.products.get(key, key)

    def producer(self, key: str) -> str:
        """The id that a producer with the id *key* has by now."""
        return self.producers.get(key, key)


async def follow(connection: AsyncConnection, refs: Iterable[str]) -> dict[str, str]:
    """The ids of the products to which those of *refs* (ids or ``~number``) lead that are former ones."""
    asked = set(refs)
    numbers = [int(ref[1:]) for ref in asked if ref.startswith("~") and ref[1:].isdecimal() and len(ref) < 16]
    table = tables.former_ids.c
    query = select(table.id, table.number, table.product_id).where(
        table.kind == PRODUCT, table.id.in_(asked) | table.number.in_(numbers)
    )
    rows = (await connection.execute(query)).all()
    return {ref: row.product_id for row in rows for ref in {row.id, f"~{row.number}"} & asked}


async def follow_producers(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """The ids of the producers to which those of *ids* lead that are former ones."""
    table = tables.former_ids.c
    query = select(table.id, table.producer_id).where(table.kind == PRODUCER, table.id.in_(set(ids)))
    return {row.id: row.producer_id for row in await connection.execute(query)}


async def list_redirects(connection: AsyncConnection) -> Redirects:
    """Where every former id leads."""
    found: dict[str, dict[str, str]] = {PRODUCT: {}, PRODUCER: {}}
    for row in await connection.execute(select(tables.former_ids)):
        found[row.kind][row.id] = row.product_id or row.producer_id
    return Redirects(found[PRODUCT], found[PRODUCER])


async def lead_products(connection: AsyncConnection, ids: Mapping[str, str]) -> None:
    """Let each of *ids* lead to a product from now on, unless it is one's own or leads somewhere already."""
    held = tables.products.c.id
    taken = set(await connection.scalars(select(held).where(held.in_(ids))))
    await _lead(connection, PRODUCT, {key: to for key, to in ids.items() if key not in taken})


async def lead_producers(connection: AsyncConnection, ids: Mapping[str, str]) -> None:
    """Let each of *ids* lead to a producer from now on, unless it is one's own or leads somewhere already."""
    held = tables.producers.c.id
    taken = set(await connection.scalars(select(held).where(held.in_(ids))))
    await _lead(connection, PRODUCER, {key: to for key, to in ids.items() if key not in taken})


async def _lead(connection: AsyncConnection, kind: str, ids: Mapping[str, str]) -> None:
    table = tables.former_ids
    known = set(await connection.scalars(select(table.c.id).where(table.c.kind == kind, table.c.id.in_(ids))))
    rows = [{"kind": kind, "id": key, f"{kind}_id": to} for key, to in ids.items() if key not in known]
    if rows:
        await connection.execute(insert(table), rows)


def redirect(part: Merged, redirects: Redirects) -> None:
    """Let what *part* says of former ids be said of what they lead to."""
    for old in part.producers.keys() & redirects.producers.keys():
        _join(part.producers, old, redirects.producers[old])
    for old in part.products.keys() & redirects.products.keys():
        _join(part.products, old, redirects.products[old])
    for described in part.products.values():
        maker: str = described.values.get("producer_id", "")
        if maker in redirects.producers:
            described.values["producer_id"] = redirects.producers[maker]
    led = redirects.products
    for product, identity in [key for key in part.certificates if key[0] in led]:
        part.certificates.setdefault((led[product], identity), part.certificates.pop((product, identity)))
    for product, identity in [key for key in part.events if key[0] in led]:
        part.events.setdefault((led[product], identity), []).extend(part.events.pop((product, identity)))
    for kind, key, product in [code for code in part.codes if code[2] in led]:
        part.codes.setdefault((kind, key, led[product]), part.codes.pop((kind, key, product)))


def _join(things: dict[str, Described], old: str, new: str) -> None:
    """What a row says of *old* counts for *new* where no row of its own says it."""
    said, own = things.pop(old), things.setdefault(new, Described())
    for name, value in said.values.items():
        if name not in _NAMES and name not in own.values:
            own.values[name], own.facts[name] = value, said.facts[name]


def made_ids(ids: Sequence[str], to: str) -> dict[str, str]:
    """*ids* that are to lead *to* something, without its own."""
    return {each: to for each in ids if each != to}
