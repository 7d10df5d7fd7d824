"""Two rows that are one product, or one producer, become one: what names the one that goes names the other then.

Certificates, decisions, codes, inquiries, members, inspections, proposed corrections: whatever table has the id, of
today or of a later version, is moved. The id that goes leads to the one that stays, in links, labels and lists.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, UniqueConstraint, and_, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import ChangedMeanwhile, NotFound
from catalog.field import Home
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import made_id
from catalog.store import former_ids, revisions, tables, undo_join
from catalog.store.audit import append
from catalog.store.field_columns import DETAILS, spread_details, stored_names
from catalog.store.field_history import write_history
from catalog.store.group_rows import producer_id, says

PRODUCT, PRODUCER = former_ids.PRODUCT, former_ids.PRODUCER
JOINABLE: Mapping[str, Sequence[str]] = {
    PRODUCT: ("name", "producer_id", *stored_names(Home.PRODUCT)),
    PRODUCER: ("name", "kind", *stored_names(Home.PRODUCER)),
}
"""The columns of each that are chosen between."""
UNITABLE = frozenset({"phones", "account"})
"""Those of which there can be several: both sides' can stay."""
_TABLES: Mapping[str, Table] = {PRODUCT: tables.products, PRODUCER: tables.producers}
_DEEDS = {PRODUCT: Deed.PRODUCTS_MERGED, PRODUCER: Deed.PRODUCERS_MERGED}
_OTHER_NAMES = {PRODUCT: "aliases", PRODUCER: "producer_names"}
_SAID_AT = {"fair_invitations": "answered_at", "fair_sales": "at"}
"""What both may have said of one fair, and when: the later word counts."""
_SUBJECT = 100
_CERTIFIED = "certificates"
_PARTED = "; "


@dataclass(frozen=True, slots=True)
class JoinChoice:
    """How two are to be one: which columns are those of the one that goes, and which are what both say (*united*).

    *seen* are the columns of both, by id, as they were when somebody chose. *reason* stands in the audit.
    """

    of_gone: frozenset[str] = frozenset()
    seen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str = ""
    united: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Joined:
    """What came over, in rows by table, and the audit's row that tells of it."""

    number: int
    moved: Mapping[str, int]


async def join(connection: AsyncConnection, kind: str, kept: str, gone: str, choice: JoinChoice, *, by: Doer) -> Joined:
    """Let the product or producer *gone* be one with *kept*. Raises ChangedMeanwhile and NotFound."""
    rows = await _rows(connection, kind, kept, gone)
    for key, seen in choice.seen.items():
        now = spread_details(rows[key])
        if any(now[name] != value for name, value in seen.items()):
            raise ChangedMeanwhile
    before = {gone: _audit_values(kind, rows[gone]), kept: _audit_values(kind, rows[kept])}
    were = await undo_join.look(connection, kind, kept, gone)
    who = f"officer {by.officer}"
    after = await _take_over(connection, kind, rows[kept], rows[gone], choice, who=who)
    if kind == PRODUCT:
        moved = {_CERTIFIED: await _move_certificates(connection, kept, gone)}
        await _keep_later_ratings(connection, kept, gone)
        await revisions.note_removed(connection)
    else:
        moved = {}
        replaced = [each for name in _SAID_AT for each in await _keep_later(connection, name, kept, gone)]
        after |= {"replaced": replaced} if replaced else {}
        await _order_members(connection, kept, gone)
        await _note_new_maker(connection, kept, gone, who=who)
    for table in _naming(kind):
        moved[table.name] = await _repoint(connection, table, f"{kind}_id", kept, gone)
    await _rename_subjects(connection, kind, kept, gone)
    await _move_followers(connection, kind, kept, gone)
    await _let_lead(connection, kind, rows[gone], kept)
    if kind == PRODUCER:
        await _lead_listed(connection, spread_details(rows[kept]), spread_details(rows[gone]), kept)
    await connection.execute(delete(_TABLES[kind]).where(_TABLES[kind].c.id == gone))
    await revisions.bump(connection)
    told = {"gone": gone, **after, "moved": {name: count for name, count in moved.items() if count}}
    entry = by.did(_DEEDS[kind], f"{kind} {kept}"[:_SUBJECT], before=before, after=told, reason=choice.reason)
    number = (await append(connection, entry)).number
    undoable = undo_join.KeptJoin(number, kind, kept, gone, rows[gone]["name"], by.officer or 0, time.time())
    await undo_join.keep(connection, undoable, were, await undo_join.look(connection, kind, kept, gone))
    return Joined(number, moved)


async def _rows(connection: AsyncConnection, kind: str, kept: str, gone: str) -> dict[str, Mapping[Any, Any]]:
    table = _TABLES[kind]
    query = select(table).where(table.c.id.in_([kept, gone])).order_by(table.c.id).with_for_update()
    rows: dict[str, Mapping[Any, Any]] = {row["id"]: row for row in (await connection.execute(query)).mappings()}
    if kept == gone or len(rows) != len({kept, gone}):
        raise NotFound(f"no two {kind}s {kept} and {gone}")
    return rows


def _audit_values(kind: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: value for name, value in spread_details(row).items() if name in JOINABLE[kind] and value}


async def _take_over(
    connection: AsyncConnection,
    kind: str,
    kept: Mapping[Any, Any],
    gone: Mapping[Any, Any],
    choice: JoinChoice,
    *,
    who: str,
) -> dict[str, Any]:
    """Let *kept* have the chosen columns of *gone*, with their sources, and every name of both; what differs."""
    here, there = spread_details(kept), spread_details(gone)
    values = {name: there[name] for name in JOINABLE[kind] if name in choice.of_gone}
    values |= {name: unite(here[name], there[name]) for name in choice.united & UNITABLE}
    taken = [name for name in values if name not in choice.united or _is_newer(gone, kept, name)]
    facts = {**kept["facts"], **{name: gone["facts"][name] for name in taken if name in gone["facts"]}}
    values[_OTHER_NAMES[kind]] = _names_besides(kind, values.get("name", here["name"]), here, there)
    changed = {column: value for column, value in values.items() if here[column] != value}
    await _write_columns(connection, _TABLES[kind], kept, changed, facts=facts)
    log = {**{c: (here[c], value) for c, value in changed.items()}, "id": (gone["id"], kept["id"])}
    await write_history(connection, [(kept["id"], column, old, new) for column, (old, new) in log.items()], who=who)
    return changed


async def _write_columns(
    connection: AsyncConnection,
    table: Table,
    kept: Mapping[Any, Any],
    changed: Mapping[str, Any],
    *,
    facts: Mapping[str, Any],
) -> None:
    """Write what is *changed* in the row *kept*, among its details where *table* has no column of that name."""
    own = {column: value for column, value in changed.items() if column in table.c}
    details = {**(kept[DETAILS] or {}), **{c: value for c, value in changed.items() if c not in table.c}}
    row = {**own, DETAILS: {c: value for c, value in details.items() if value}, "facts": facts}
    await connection.execute(update(table).where(table.c.id == kept["id"]).values(row))


def _is_newer(one: Mapping[Any, Any], other: Mapping[Any, Any], column: str) -> bool:
    """Whether *one* says this column as of a later day."""
    said, held = (row["facts"].get(column) or ["", ""] for row in (one, other))
    return bool(said[1] > held[1])


def _names_besides(kind: str, name: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str] | str:
    """Every other name of both than *name*."""
    column = _OTHER_NAMES[kind]
    besides = [here[column], there[column]]
    names = [each for held in besides for each in (held.split(_PARTED) if isinstance(held, str) else held)] + [
        here["name"],
        there["name"],
    ]
    found = [each for each in dict.fromkeys(names) if each not in {"", name, UNKNOWN_PRODUCER}]
    return _PARTED.join(found) if kind == PRODUCER else found


def unite(here: Any, there: Any) -> Any:
    """What both say, each once."""
    if isinstance(here, str):
        return _PARTED.join(dict.fromkeys(filter(None, (*here.split(_PARTED), *there.split(_PARTED)))))
    return list(dict.fromkeys((*here, *there)))


async def _order_members(connection: AsyncConnection, kept: str, gone: str) -> None:
    """Who answers for the one that stays is reached first; who answers for both keeps the ready answers they have."""
    table, twin = tables.members, tables.members.alias()
    last = await connection.scalar(select(func.max(table.c.rank)).where(table.c.producer_id == kept))
    if last is None:
        return
    await connection.execute(update(table).where(table.c.producer_id == gone).values(rank=table.c.rank + last + 1))
    person = ("channel", "address", "role")
    same = and_(*[table.c[name] == twin.c[name] for name in person], twin.c.producer_id == gone)
    query = select(*[table.c[name] for name in (*person, "canned")], twin.c.canned.label("theirs"))
    for row in (await connection.execute(query.join(twin, same).where(table.c.producer_id == kept))).mappings().all():
        if row["theirs"] and not row["canned"]:
            here = [table.c[name] == row[name] for name in person]
            statement = update(table).where(*here, table.c.producer_id == kept).values(canned=row["theirs"])
            await connection.execute(statement)


async def _keep_later(connection: AsyncConnection, name: str, kept: str, gone: str) -> list[dict[str, Any]]:
    """Let *kept* have said what either said last of each fair of which both spoke; what counts no more."""
    table, at = tables.metadata.tables[name], _SAID_AT[name]
    rows = (await connection.execute(select(table).where(table.c.producer_id.in_([kept, gone])))).mappings().all()
    theirs = {row["fair"]: row for row in rows if row["producer_id"] == gone}
    replaced: list[dict[str, Any]] = []
    for mine in (row for row in rows if row["producer_id"] == kept and row["fair"] in theirs):
        other = theirs[mine["fair"]]
        values = {column: value for column, value in other.items() if column not in {"number", "fair", "producer_id"}}
        is_later = (other[at] or 0) > (mine[at] or 0)
        if is_later:
            here = (table.c.fair == mine["fair"]) & (table.c.producer_id == kept)
            await connection.execute(update(table).where(here).values(values))
        replaced.append({"table": name, **(mine if is_later else other)})
    return replaced


async def _keep_later_ratings(connection: AsyncConnection, kept: str, gone: str) -> None:
    """Of who rated both in one half-year the later word stays; an earlier one of *gone* goes as it moves."""
    table = tables.ratings
    later = table.alias()
    same = [later.c[name] == table.c[name] for name in ("channel", "address", "half")]
    said_later = exists(
        select(later.c.number).where(later.c.product_id == gone, later.c.changed_at > table.c.changed_at, *same)
    )
    await connection.execute(delete(table).where(table.c.product_id == kept, said_later))


async def _note_new_maker(connection: AsyncConnection, kept: str, gone: str, *, who: str) -> None:
    """Tell in the history of each product that comes over who makes it now."""
    table = tables.products
    made = await connection.scalars(select(table.c.id).where(table.c.producer_id == gone).order_by(table.c.number))
    await write_history(connection, [(each, "producer_id", gone, kept) for each in made], who=who)


async def _lead_listed(
    connection: AsyncConnection, here: Mapping[str, Any], there: Mapping[str, Any], kept: str
) -> None:
    """Let the ids that a list makes of either's name lead to the producer that stays, and to what they make."""
    names = [each for each in dict.fromkeys((here["name"], there["name"])) if each != UNKNOWN_PRODUCER]
    makers = [producer_id(name, commune) for name in names for commune in (here["commune"], there["commune"])]
    await former_ids.lead_producers(connection, former_ids.made_ids(makers, kept))
    table = tables.products
    made = select(table.c.id, table.c.name).where(table.c.producer_id == kept).order_by(table.c.number.desc())
    rows = (await connection.execute(made)).all()
    await former_ids.lead_products(connection, {made_id(row.name, name): row.id for row in rows for name in names})


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


def _naming(kind: str) -> Sequence[Table]:
    """The tables that have the id of a product, or of a producer, but for the certificates."""
    column = f"{kind}_id"
    return [table for table in tables.metadata.tables.values() if column in table.c and table.name != _CERTIFIED]


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


async def _rename_subjects(connection: AsyncConnection, kind: str, kept: str, gone: str) -> None:
    """What waits for a second pair of eyes is about the one that stays; the audit is never rewritten."""
    table = tables.proposals
    old, new = f"{kind} {gone}"[:_SUBJECT], f"{kind} {kept}"[:_SUBJECT]
    waiting = select(table.c.number, table.c.content).where(table.c.state == "waiting", table.c.subject == old)
    for row in (await connection.execute(waiting)).all():
        content = {**row.content, kind: kept} if row.content.get(kind) == gone else row.content
        statement = update(table).where(table.c.number == row.number).values(subject=new, content=content)
        await connection.execute(statement)


async def _move_followers(connection: AsyncConnection, kind: str, kept: str, gone: str) -> None:
    """Who follows the one that goes follows the one that stays; who follows both does so once."""
    table, twin = tables.follows, tables.follows.alias()
    theirs = and_(table.c.kind == kind, table.c.subject == gone)
    same = [twin.c[name] == table.c[name] for name in ("channel", "address", "kind")]
    double = exists(select(twin.c.number).where(twin.c.subject == kept, *same))
    await connection.execute(delete(table).where(theirs, double))
    await connection.execute(update(table).where(theirs).values(subject=kept))


async def _let_lead(connection: AsyncConnection, kind: str, gone: Mapping[Any, Any], kept: str) -> None:
    row = {"kind": kind, "id": gone["id"], "number": gone.get("number"), f"{kind}_id": kept}
    await connection.execute(insert(tables.former_ids), row)
