"""Two rows that are one product become one: everything that names the one that goes names the other from then on.

Certificates, decisions, codes, inquiries, what people looked at, proposed corrections: whatever table has a product's
id, of today or of a later version, is moved. The id that goes leads to the one that stays, in links, labels and lists.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, UniqueConstraint, and_, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import ChangedMeanwhile, NotFound
from catalog.field import Home
from catalog.store import imports, revisions, tables
from catalog.store.audit import append
from catalog.store.field_columns import DETAILS, spread_details, stored_names
from catalog.store.merging import says

JOINABLE = ("name", "producer_id", *stored_names(Home.PRODUCT))
_SUBJECT = 100
_CERTIFIED = "certificates"


@dataclass(frozen=True, slots=True)
class JoinChoice:
    """How two products are to be one: which columns are those of the one that goes.

    *seen* are the columns of both, by product, as they were when somebody chose. *reason* stands in the audit.
    """

    of_gone: frozenset[str] = frozenset()
    seen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """What came over, in rows by table, and the audit's row that tells of it."""

    number: int
    moved: Mapping[str, int]


async def join(connection: AsyncConnection, kept: str, gone: str, choice: JoinChoice, *, by: Doer) -> Joined:
    """Let the product *gone* be one with *kept*. Raises ChangedMeanwhile and NotFound."""
    rows = await _rows(connection, kept, gone)
    for key, seen in choice.seen.items():
        now = spread_details(rows[key])
        if any(now[name] != value for name, value in seen.items()):
            raise ChangedMeanwhile
    before = {gone: _told(rows[gone]), kept: _told(rows[kept])}
    after = await _take_over(connection, rows[kept], rows[gone], choice.of_gone, who=f"officer {by.officer}")
    moved = {"certificates": await _move_certificates(connection, kept, gone)}
    for table in _naming_products():
        moved[table.name] = await _repoint(connection, table, "product_id", kept, gone)
    await _rename_subjects(connection, kept, gone)
    await _let_lead(connection, rows[gone], kept)
    await revisions.note_removed(connection)
    await connection.execute(delete(tables.products).where(tables.products.c.id == gone))
    await revisions.bump(connection)
    told = {"gone": gone, **after, "moved": {name: count for name, count in moved.items() if count}}
    entry = by.did(Deed.PRODUCTS_MERGED, f"product {kept}"[:_SUBJECT], before=before, after=told, reason=choice.reason)
    return Joined((await append(connection, entry)).number, moved)


async def _rows(connection: AsyncConnection, kept: str, gone: str) -> dict[str, Mapping[Any, Any]]:
    table = tables.products
    query = select(table).where(table.c.id.in_([kept, gone])).order_by(table.c.id).with_for_update()
    rows: dict[str, Mapping[Any, Any]] = {row["id"]: row for row in (await connection.execute(query)).mappings()}
    if kept == gone or len(rows) != len({kept, gone}):
        raise NotFound(f"no two products {kept} and {gone}")
    return rows


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: value for name, value in spread_details(row).items() if name in JOINABLE and value}


async def _take_over(
    connection: AsyncConnection,
    kept: Mapping[Any, Any],
    gone: Mapping[Any, Any],
    of_gone: frozenset[str],
    *,
    who: str,
) -> dict[str, Any]:
    """Let *kept* have the chosen columns of *gone*, with their sources, and every name of both; what differs."""
    here, there = spread_details(kept), spread_details(gone)
    values = {name: there[name] for name in JOINABLE if name in of_gone}
    facts = {**kept["facts"], **{name: gone["facts"][name] for name in values if name in gone["facts"]}}
    name = values.get("name", here["name"])
    names = [*here["aliases"], *there["aliases"], here["name"], there["name"]]
    values["aliases"] = [each for each in dict.fromkeys(names) if each != name]
    changed = {column: value for column, value in values.items() if here[column] != value}
    table = tables.products
    own = {column: value for column, value in changed.items() if column in table.c}
    details = {**(kept[DETAILS] or {}), **{c: value for c, value in changed.items() if c not in table.c}}
    row = {**own, DETAILS: {c: value for c, value in details.items() if value}, "facts": facts}
    await connection.execute(update(table).where(table.c.id == kept["id"]).values(row))
    at, log = time.time(), {**{c: (here[c], value) for c, value in changed.items()}, "id": (gone["id"], kept["id"])}
    lines = [
        {
            "at": at,
            "subject": kept["id"],
            "field": column,
            "old": imports.history_text(old),
            "new": imports.history_text(new),
            "who": who,
        }
        for column, (old, new) in log.items()
    ]
    await connection.execute(insert(tables.changes), lines)
    return changed


async def _move_certificates(connection: AsyncConnection, kept: str, gone: str) -> int:
    """One certificate that both have is one: what the one that stays does not say the other says."""
    table = tables.certificates
    rows = (await connection.execute(select(table).where(table.c.product_id.in_([kept, gone])))).mappings().all()
    own = {row["identity"]: row for row in rows if row["product_id"] == kept}
    others = [row for row in rows if row["product_id"] == gone]
    for row in others:
        if (same := own.get(row["identity"])) is not None:
            await _join_certificates(connection, same, row)
    await connection.execute(update(table).where(table.c.product_id == gone).values(product_id=kept))
    return len(others)


async def _join_certificates(connection: AsyncConnection, kept: Mapping[Any, Any], gone: Mapping[Any, Any]) -> None:
    table = tables.certificates
    aside = {"number", "product_id", "identity"}
    said = {name: value for name, value in gone.items() if name not in aside and says(value) and not says(kept[name])}
    if said:
        await connection.execute(update(table).where(table.c.number == kept["number"]).values(said))
    for naming in tables.metadata.tables.values():
        for column in naming.c:
            if column.references(table.c.number):
                await _repoint(connection, naming, column.name, kept["number"], gone["number"])
    await connection.execute(delete(table).where(table.c.number == gone["number"]))


def _naming_products() -> Sequence[Table]:
    """The tables that have a product's id, but for the certificates."""
    return [table for table in tables.metadata.tables.values() if "product_id" in table.c and table.name != _CERTIFIED]


async def _repoint(connection: AsyncConnection, table: Table, column: str, kept: Any, gone: Any) -> int:
    """Let rows that name *gone* in *column* name *kept*; one that would stand there twice goes. How many there were."""
    for others in _unique_with(table, column):
        twin = table.alias()
        same = [twin.c[name] == table.c[name] for name in others]
        double = exists(select(twin.c[column]).where(twin.c[column] == kept, *same))
        await connection.execute(delete(table).where(and_(table.c[column] == gone, double)))
    moved = await connection.execute(update(table).where(table.c[column] == gone).values({column: kept}))
    return moved.rowcount


def _unique_with(table: Table, column: str) -> Iterator[Sequence[str]]:
    """The other columns of each of the table's unique constraints in which *column* stands."""
    found: list[Iterable[Any]] = [table.primary_key.columns]
    found += [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    found += [index.columns for index in table.indexes if index.unique]
    for columns in found:
        names = [each.name for each in columns]
        if column in names:
            yield [name for name in names if name != column]


async def _rename_subjects(connection: AsyncConnection, kept: str, gone: str) -> None:
    """What waits for a second pair of eyes is about the one that stays; the audit is never rewritten."""
    table = tables.proposals
    old, new = f"product {gone}"[:_SUBJECT], f"product {kept}"[:_SUBJECT]
    waiting = select(table.c.number, table.c.content).where(table.c.state == "waiting", table.c.subject == old)
    for row in (await connection.execute(waiting)).all():
        content = {**row.content, "product": kept} if row.content.get("product") == gone else row.content
        statement = update(table).where(table.c.number == row.number).values(subject=new, content=content)
        await connection.execute(statement)


async def _let_lead(connection: AsyncConnection, gone: Mapping[Any, Any], kept: str) -> None:
    row = {"kind": "product", "id": gone["id"], "number": gone["number"], "product_id": kept}
    await connection.execute(insert(tables.former_ids), row)
