"""Reading the catalogue: rows become model values here, and only here. Product pictures are kept here too."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, insert, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.entries import Listed
from catalog.field import Home
from catalog.model import Certificate, CertificateEvent, Producer, ProducerKind, Product, Source
from catalog.store import database, former_ids, revisions, tables
from catalog.store.access import Access
from catalog.store.certificate_events import events_of
from catalog.store.field_columns import read_attributes, read_day
from catalog.store.recalls import in_force
from catalog.store.revisions import CatalogueMark
from catalog.text import fold

_SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_REF = 40
_AT_ONCE = 500


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
    if len(found) < len(asked):
        found = await _with_followed(connection, found, places)
    return sorted(found, key=lambda product: _place(product, places))


async def _with_followed(connection: AsyncConnection, found: list[Product], places: dict[str, int]) -> list[Product]:
    """*found* with the products to which former ids among the refs lead, each once; *places* says then where."""
    led = await former_ids.follow(connection, places)
    for ref, product_id in led.items():
        places[product_id] = min(places.get(product_id, places[ref]), places[ref])
    missing = set(led.values()) - {each.id for each in found}
    return [*found, *(await _products(connection, tables.products.c.id.in_(missing)) if missing else ())]


def _place(product: Product, places: Mapping[str, int]) -> tuple[int, bool]:
    """Where *product* was asked for; an id that looks like ``~2`` comes behind the second row itself."""
    nowhere = len(places)
    return min(places.get(product.id, nowhere), places.get(product.ref, nowhere)), product.ref not in places


async def of_products_and_producers(connection: AsyncConnection, ids: Sequence[str]) -> list[Product]:
    """The products with these ids and those of the producers with these ids, oldest row first."""
    table = tables.products.c
    return await _products(connection, table.id.in_(ids) | table.producer_id.in_(ids))


async def by_code(connection: AsyncConnection, *, kind: str, key: str) -> list[Product]:
    """The products that a code is bound to: several when one code was given to several."""
    table = tables.codes
    bound = select(table.c.product_id).where(table.c.kind == kind, table.c.key == key)
    return await _products(connection, tables.products.c.id.in_(bound))


async def by_certificate(connection: AsyncConnection, *, key: str) -> list[Product]:
    """The products with a certificate or decision of this number (see field_columns.number_key), of an event too."""
    table, told = tables.certificates, tables.certificate_events
    decided = table.c.number.in_(select(told.c.certificate).where(told.c.decision_key == key))
    bound = select(table.c.product_id).where((table.c.certificate_key == key) | (table.c.decision_key == key) | decided)
    return await _products(connection, tables.products.c.id.in_(bound))


async def by_account(connection: AsyncConnection, number: str) -> list[Product]:
    """What the producers make among whose confirmed accounts there may be *number*."""
    account = tables.producers.c.details["account"].as_string()
    holders = select(tables.producers.c.id).where(account.contains(number, autoescape=True))
    return await _products(connection, tables.products.c.producer_id.in_(holders))


async def of_producer(connection: AsyncConnection, producer_id: str) -> list[Product]:
    """Everything one producer makes, also where *producer_id* leads to them by now."""
    found = await _products(connection, tables.products.c.producer_id == producer_id)
    if found or not (led := await former_ids.follow_producers(connection, [producer_id])):
        return found
    return await _products(connection, tables.products.c.producer_id == led[producer_id])


async def bind(connection: AsyncConnection, key: str, shown: str, product_id: str) -> bool:
    """Bind the trace code *key* to a product; False if it was bound already."""
    table = tables.codes
    same = select(table.c.key).where(table.c.kind == "trace", table.c.key == key, table.c.product_id == product_id)
    if await connection.scalar(same) is not None:
        return False
    row = {"kind": "trace", "key": key, "product_id": product_id, "text": shown}
    await connection.execute(insert(table), row)
    await revisions.bump(connection, product_id)
    return True


async def producers_by_id(connection: AsyncConnection, ids: Sequence[str]) -> list[Producer]:
    """The producers with these ids, or to which former ids among them lead."""
    found = await _producers(connection, tables.producers.c.id.in_(ids))
    if len(found) == len(set(ids)):
        return found
    missing = {*ids} - {each.id for each in found}
    led = set((await former_ids.follow_producers(connection, missing)).values()) - {each.id for each in found}
    return [*found, *(await _producers(connection, tables.producers.c.id.in_(led)) if led else ())]


async def every_producer(connection: AsyncConnection) -> list[Producer]:
    """All producers, in the order of their ids."""
    return await _producers(connection, true())


async def _producers(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Producer]:
    table = tables.producers
    query = select(*[column.label(f"maker_{column.name}") for column in table.c]).where(condition).order_by(table.c.id)
    return [_producer(row) for row in (await connection.execute(query)).mappings()]


async def producers_with_phone(connection: AsyncConnection, phone: str) -> list[str]:
    """The ids of the producers with this phone number (E.164)."""
    table = tables.producers
    # The phones are a JSON list of strings; a number is nothing that LIKE would read as a pattern.
    like = cast(table.c.phones, Text).like(f'%"{phone}"%')
    return list(await connection.scalars(select(table.c.id).where(like).order_by(table.c.id)))


async def producers_named(connection: AsyncConnection, name: str) -> list[tuple[str, str]]:
    """The (id, name) of the producers with this id, or one of whose names, folded, holds *name* folded."""
    wanted, table = fold(name), tables.producers.c
    also = table.details["producer_names"].as_string().label("also")
    rows = (await connection.execute(select(table.id, table.name, also))).all()
    called = [(row, [fold(each) for each in (row.name, *(row.also or "").split("; ")) if each]) for row in rows]
    # The search knows all names of a producer as one.
    exact = [(row.id, row.name) for row, names in called if name == row.id or wanted in {*names, " ".join(names)}]
    return exact or [(row.id, row.name) for row, names in called if wanted and wanted in " ; ".join(names)]


async def producer_names(connection: AsyncConnection, *, limit: int) -> list[str]:
    """What the first *limit* producers by name are called."""
    name = tables.producers.c.name
    return [str(each) for each in await connection.scalars(select(name).distinct().order_by(name).limit(limit))]


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


async def list_searchable(connection: AsyncConnection, ids: Sequence[str] | None = None) -> list[Listed]:
    """Every product, or those of *ids*, in the fields that it is searched by, in the order of their rows."""
    if ids is None:
        return await _searchable(connection, true(), true())
    made, held = tables.products.c.id, tables.certificates.c.product_id
    found: list[Listed] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found += await _searchable(connection, made.in_(some), held.in_(some))
    return found


async def searchable_page(connection: AsyncConnection, *, after: int, last: int) -> tuple[list[Listed], int]:
    """The next products behind row number *after* up to the *last* one, and where to go on (0: that was all)."""
    made = tables.products.c
    numbers = select(made.number).where(made.number > after, made.number <= last).order_by(made.number)
    some = list(await connection.scalars(numbers.limit(_AT_ONCE)))
    if not some:
        return [], 0
    these = made.number.between(some[0], some[-1])
    held = tables.certificates.c.product_id.in_(select(made.id).where(these))
    return await _searchable(connection, these, held), some[-1]


async def _searchable(
    connection: AsyncConnection, of_products: ColumnElement[bool], of_certificates: ColumnElement[bool]
) -> list[Listed]:
    """With the stars of the newest certificate of each, and all its certificates."""
    made, makers, held = tables.products, tables.producers, tables.certificates
    columns = (made.c.id, made.c.name, made.c.aliases, made.c.group, made.c.details)
    maker = (makers.c.name.label("producer"), makers.c.address, makers.c.commune)
    also = makers.c.details["producer_names"].as_string().label("also")
    certificates: dict[str, list[Certificate]] = {}
    all_held = select(held).where(of_certificates).order_by(held.c.decided, held.c.number)
    events = await events_of(connection, of_certificates)
    for row in (await connection.execute(all_held)).mappings():
        certificates.setdefault(row["product_id"], []).append(_certificate(row, events))
    query = select(*columns, *maker, also).join(makers, made.c.producer_id == makers.c.id).where(of_products)
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
            details=row.details or {},
            maker_names=tuple(filter(None, (row.also or "").split("; "))),
        )
        for row in await connection.execute(query.order_by(made.c.number))
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
    codes, recalls = await _codes(connection, ids), await in_force(connection, ids)
    return [
        replace(
            _product(row, certificates.get(row["id"], []), codes.get(row["id"], {})),
            recalls=tuple(recalls.get(row["id"], ())),
        )
        for row in rows
    ]


async def _certificates(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Certificate]]:
    table = tables.certificates
    found: dict[str, list[Certificate]] = {}
    query = select(table).where(table.c.product_id.in_(ids)).order_by(table.c.decided.desc(), table.c.number.desc())
    events = await events_of(connection, table.c.product_id.in_(ids))
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["product_id"], []).append(_certificate(row, events))
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
        gtins=tuple(codes.get("gtin", ())),
        traces=tuple(codes.get("trace", ())),
        certificates=tuple(certificates),
        facts=_facts(row["facts"]),
        **read_attributes(Home.PRODUCT, row),
    )


def _producer(row: Mapping[Any, Any]) -> Producer:
    return Producer(
        id=row["maker_id"],
        name=row["maker_name"],
        kind=ProducerKind(row["maker_kind"]),
        facts=_facts(row["maker_facts"]),
        **read_attributes(Home.PRODUCER, row, prefix="maker_"),
    )


def _certificate(row: Mapping[Any, Any], events: Mapping[int, tuple[CertificateEvent, ...]]) -> Certificate:
    source = Source(row["source"], read_day(row["as_of"]))
    told = events.get(row["number"], ())
    return Certificate(source=source, events=told, **read_attributes(Home.CERTIFICATE, row))


def _facts(stored: Mapping[str, Sequence[str]]) -> dict[str, Source]:
    return {name: Source(source, read_day(as_of)) for name, (source, as_of) in stored.items()}


def picture_path(jpeg: bytes) -> str:
    """The path under which our server shows this picture."""
    return f"/media/{sha256(jpeg).hexdigest()[:32]}.jpg"


async def keep_pictures(connection: AsyncConnection, jpegs: Sequence[bytes]) -> list[str]:
    """Keep pictures by the fingerprint of their bytes: each is kept once, and its address never changes."""
    insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    paths = [picture_path(jpeg) for jpeg in jpegs]
    rows = [{"key": path, "jpeg": jpeg} for path, jpeg in zip(paths, jpegs, strict=True)]
    await connection.execute(insert_(tables.pictures).on_conflict_do_nothing(), rows)
    return paths


async def picture(connection: AsyncConnection, path: str) -> bytes | None:
    """The picture shown under *path*."""
    found: bytes | None = await connection.scalar(select(tables.pictures.c.jpeg).where(tables.pictures.c.key == path))
    return found


class SearchableStore:
    """What products are searched by. Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self) -> list[Listed]:
        """Every product in the fields that it is searched by."""
        async with database.reading(self._access.engine) as connection:
            return await list_searchable(connection)

    async def since(self, since: CatalogueMark | None, *, most: int) -> tuple[CatalogueMark, list[Listed] | None]:
        """What is searched by of the products that were added or changed *since*; and how far that is.

        None where that is not known, or where they are more than *most*: then every product is to be read.
        """
        async with database.reading(self._access.engine) as connection:
            mark = await revisions.mark(connection)
            changed = None
            if since is not None and since.revision <= mark.revision:
                changed = await revisions.changed_products(connection, since, most=most)
            return mark, None if changed is None else await list_searchable(connection, changed)

    async def pages(self, mark: CatalogueMark) -> AsyncIterator[list[Listed]]:
        """What is searched by of every product that there was at *mark*, page by page, as it is now."""
        after = 0
        while True:
            async with database.reading(self._access.engine) as connection:
                found, after = await searchable_page(connection, after=after, last=mark.product)
            if not found:
                return
            yield found

    async def spell_mark(self, mark: CatalogueMark) -> str:
        """*mark* in words, to be kept outside the database."""
        return await self._access.read(lambda connection: revisions.spell_mark(connection, mark))

    async def read_mark(self, spelled: str) -> CatalogueMark | None:
        """The mark that was *spelled* from this database, as it was then or earlier; None for another one's."""
        return await self._access.read(lambda connection: revisions.read_mark(connection, spelled))
