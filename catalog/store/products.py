"""Reading the catalogue: rows become model values here, and only here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.dates import PartialDate
from catalog.entries import Listed
from catalog.model import Certificate, Producer, ProducerKind, Product, Source
from catalog.store import revisions, tables
from catalog.text import fold

_SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_REF = 40


def ref_of(product_id: str, number: int) -> str:
    """How buttons and links name a product: by its id where that fits, else by ``~number``."""
    fits = 0 < len(product_id) <= _LONGEST_REF and _SAFE.issuperset(product_id)
    return product_id if fits else f"~{number}"


async def by_refs(connection: AsyncConnection, refs: Iterable[str]) -> list[Product]:
    """The products that *refs* (ids or ``~number``) name, in that order; unknown ones are left out."""
    asked = list(dict.fromkeys(refs))
    numbers = [int(ref[1:]) for ref in asked if ref.startswith("~") and ref[1:].isdecimal() and len(ref) < 16]
    table = tables.products
    found = await _products(connection, table.c.id.in_(asked) | table.c.number.in_(numbers))
    places = {ref: place for place, ref in enumerate(asked)}
    return sorted(found, key=lambda product: _place(product, places))


def _place(product: Product, places: Mapping[str, int]) -> tuple[int, bool]:
    """Where *product* was asked for; an id that looks like ``~2`` comes behind the second row itself."""
    nowhere = len(places)
    return min(places.get(product.id, nowhere), places.get(product.ref, nowhere)), product.ref not in places


async def by_code(connection: AsyncConnection, *, kind: str, key: str) -> list[Product]:
    """The products that a code is bound to: several when one code was given to several."""
    table = tables.codes
    bound = select(table.c.product_id).where(table.c.kind == kind, table.c.key == key)
    return await _products(connection, tables.products.c.id.in_(bound))


async def by_certificate(connection: AsyncConnection, *, key: str) -> list[Product]:
    """The products with a certificate or decision of this number (see merging.number_key)."""
    table = tables.certificates
    bound = select(table.c.product_id).where((table.c.certificate_key == key) | (table.c.decision_key == key))
    return await _products(connection, tables.products.c.id.in_(bound))


async def of_producer(connection: AsyncConnection, producer_id: str) -> list[Product]:
    """Everything one producer makes."""
    return await _products(connection, tables.products.c.producer_id == producer_id)


async def bind(connection: AsyncConnection, key: str, shown: str, product_id: str) -> bool:
    """Bind the trace code *key* to a product; False if it was bound already."""
    table = tables.codes
    same = select(table.c.key).where(table.c.kind == "trace", table.c.key == key, table.c.product_id == product_id)
    if await connection.scalar(same) is not None:
        return False
    row = {"kind": "trace", "key": key, "product_id": product_id, "text": shown}
    await connection.execute(insert(table), row)
    await revisions.bump(connection)
    return True


async def producers_with_phone(connection: AsyncConnection, phone: str) -> list[str]:
    """The ids of the producers with this phone number (E.164)."""
    table = tables.producers
    # The phones are a JSON list of strings; a number is nothing that LIKE would read as a pattern.
    like = cast(table.c.phones, Text).like(f'%"{phone}"%')
    return list(await connection.scalars(select(table.c.id).where(like).order_by(table.c.id)))


async def producers_named(connection: AsyncConnection, name: str) -> list[tuple[str, str]]:
    """The (id, name) of the producers with this id, or whose folded name holds *name* folded."""
    wanted = fold(name)
    rows = (await connection.execute(select(tables.producers.c.id, tables.producers.c.name))).all()
    exact = [(row.id, row.name) for row in rows if name == row.id or fold(row.name) == wanted]
    return exact or [(row.id, row.name) for row in rows if wanted and wanted in fold(row.name)]


async def groups(connection: AsyncConnection) -> list[tuple[str, int]]:
    """The product groups with how many products each has, the largest first."""
    table = tables.products
    query = (
        select(table.c.group, func.count().label("size"))
        .where(table.c.group != "")
        .group_by(table.c.group)
        .order_by(func.count().desc(), table.c.group)
    )
    return [(row.group, row.size) for row in await connection.execute(query)]


async def list_searchable(connection: AsyncConnection) -> list[Listed]:
    """Every product in the fields that it is searched by, with the stars of its newest certificate and all of those."""
    made, makers, held = tables.products, tables.producers, tables.certificates
    columns = (made.c.id, made.c.name, made.c.aliases, made.c.group)
    maker = (makers.c.name.label("producer"), makers.c.address, makers.c.commune)
    certificates: dict[str, list[Certificate]] = {}
    for row in (await connection.execute(select(held).order_by(held.c.decided, held.c.number))).mappings():
        certificates.setdefault(row["product_id"], []).append(_certificate(row))
    query = select(*columns, *maker).join(makers, made.c.producer_id == makers.c.id).order_by(made.c.number)
    return [
        Listed(
            id=row.id,
            name=row.name,
            aliases=tuple(row.aliases),
            group=row.group,
            producer=row.producer,
            address=row.address,
            commune=row.commune,
            stars=_newest_stars(certificates.get(row.id, ())),
            certificates=tuple(certificates.get(row.id, ())),
        )
        for row in await connection.execute(query)
    ]


def _newest_stars(certificates: Sequence[Certificate]) -> int | None:
    """The last stars of *certificates*, which come oldest first."""
    return next((each.stars for each in reversed(certificates) if each.stars is not None), None)


async def count(connection: AsyncConnection) -> int:
    """How many products there are."""
    return await connection.scalar(select(func.count()).select_from(tables.products)) or 0


async def page(connection: AsyncConnection, *, after: int, limit: int) -> tuple[list[Product], int]:
    """The next *limit* products behind row number *after*, and where to go on (0: that was all)."""
    table = tables.products
    numbers = select(table.c.number).where(table.c.number > after).order_by(table.c.number).limit(limit)
    wanted = list(await connection.scalars(numbers))
    if not wanted:
        return [], 0
    return await _products(connection, table.c.number.in_(wanted)), wanted[-1]


async def _products(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Product]:
    made, makers = tables.products, tables.producers
    query = (
        select(made, *[column.label(f"maker_{column.name}") for column in makers.c])
        .join(makers, made.c.producer_id == makers.c.id)
        .where(condition)
        .order_by(made.c.number)
    )
    rows = (await connection.execute(query)).mappings().all()
    ids = [row["id"] for row in rows]
    certificates = await _certificates(connection, ids)
    codes = await _codes(connection, ids)
    return [_product(row, certificates.get(row["id"], []), codes.get(row["id"], {})) for row in rows]


async def _certificates(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Certificate]]:
    table = tables.certificates
    found: dict[str, list[Certificate]] = {}
    query = select(table).where(table.c.product_id.in_(ids)).order_by(table.c.decided.desc(), table.c.number.desc())
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["product_id"], []).append(_certificate(row))
    return found


async def _codes(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    table = tables.codes
    found: dict[str, dict[str, list[str]]] = {}
    for row in (
        await connection.execute(select(table).where(table.c.product_id.in_(ids)).order_by(table.c.key))
    ).mappings():
        found.setdefault(row["product_id"], {}).setdefault(row["kind"], []).append(row["text"] or row["key"])
    return found


def _product(row: Mapping[Any, Any], certificates: list[Certificate], codes: Mapping[str, list[str]]) -> Product:
    return Product(
        id=row["id"],
        ref=ref_of(row["id"], row["number"]),
        name=row["name"],
        producer=_producer(row),
        aliases=tuple(row["aliases"]),
        group=row["group"],
        buy=row["buy"],
        images=tuple(row["images"]),
        gtins=tuple(codes.get("gtin", ())),
        traces=tuple(codes.get("trace", ())),
        certificates=tuple(certificates),
        facts=_facts(row["facts"]),
    )


def _producer(row: Mapping[Any, Any]) -> Producer:
    return Producer(
        id=row["maker_id"],
        name=row["maker_name"],
        kind=ProducerKind(row["maker_kind"]),
        address=row["maker_address"],
        commune=row["maker_commune"],
        phones=tuple(row["maker_phones"]),
        email=row["maker_email"],
        website=row["maker_website"],
        facts=_facts(row["maker_facts"]),
    )


def _certificate(row: Mapping[Any, Any]) -> Certificate:
    return Certificate(
        stars=row["stars"],
        number=row["certificate"],
        decision=row["decision"],
        decided=_date(row["decided"]),
        issuer=row["issuer"],
        expires=_date(row["expires"]),
        score=row["score"],
        potential_five=row["potential_five"],
        source=Source(row["source"], _date(row["as_of"])),
    )


def _facts(stored: Mapping[str, Sequence[str]]) -> dict[str, Source]:
    return {name: Source(source, _date(as_of)) for name, (source, as_of) in stored.items()}


def _date(stored: str | None) -> PartialDate | None:
    return PartialDate.parse(stored) if stored else None
