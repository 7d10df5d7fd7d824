"""A product or a producer as an officer changes it by hand: only as it was seen, with its row in the audit.

Who changes something says which values were there when they looked. Where one is another by now nothing is written. The
last change of something can be taken back by anybody who may make one.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditRow, Deed, Doer
from catalog.errors import AlreadyThere, ChangedMeanwhile, NotFound
from catalog.field import Home
from catalog.store import database, former_ids, imports, revisions, tables, undo_join
from catalog.store.access import Access, Call, Result
from catalog.store.audit import append, newest_about
from catalog.store.field_columns import DETAILS, spread_details, stored_names
from catalog.store.field_history import history_row
from catalog.store.group_rows import Merged
from catalog.store.join_duplicates import JoinChoice, Joined, join

PRODUCT, PRODUCER = former_ids.PRODUCT, former_ids.PRODUCER
_TABLES: Mapping[str, Table] = {PRODUCT: tables.products, PRODUCER: tables.producers}
_COLUMNS = {
    PRODUCT: frozenset({"name", "producer_id", *stored_names(Home.PRODUCT)}),
    PRODUCER: frozenset({"name", "kind", *stored_names(Home.PRODUCER)}),
}
UNDOABLE = frozenset({Deed.PRODUCT_EDITED, Deed.PRODUCT_RENAMED, Deed.PICTURES_CHANGED, Deed.PRODUCER_EDITED})
_SETTLED = frozenset(
    {*UNDOABLE, Deed.EDIT_UNDONE, Deed.PRODUCTS_MERGED, Deed.PRODUCERS_MERGED, Deed.PRODUCT_ADDED, Deed.PRODUCER_ADDED}
)
"""The last one of these is what undoing looks at."""
_FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an officer makes of a product or a producer (*kind* says which, *key* is its id).

    *values* are columns, or details, with their new values; *seen* has for each what was there. *source* is who says
    so, and as of when. *former* are ids that a list would make of it from now on: they lead to it.
    """

    kind: str
    key: str
    values: Mapping[str, Any]
    seen: Mapping[str, Any]
    source: tuple[str, str]
    reason: str = ""
    deed: Deed = Deed.PRODUCT_EDITED
    former: Mapping[str, str] = field(default_factory=dict)
    """Ids of products (to which product each leads) that a list would make."""
    former_producers: Sequence[str] = ()

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"{self.kind} {self.key}"[:100]


async def change(connection: AsyncConnection, edit: Edit, *, by: Doer) -> int:
    """Write what differs; the audit's row, 0 where nothing does. Raises ChangedMeanwhile and NotFound."""
    row = await _row(connection, edit.kind, edit.key)
    now = spread_details(row)
    if any(now[name] != seen for name, seen in edit.seen.items()):
        raise ChangedMeanwhile
    values = {name: value for name, value in edit.values.items() if now[name] != value}
    if not values:
        return 0
    facts = {**row[_FACTS], **{name: list(edit.source) for name in values}}
    at = time.time()
    await _write(connection, edit.kind, row, values, facts, who=f"officer {by.officer}", at=at)
    await former_ids.lead_products(connection, edit.former)
    await former_ids.lead_producers(connection, former_ids.made_ids(edit.former_producers, edit.key))
    held = {name: row[_FACTS].get(name) for name in values}
    before = {**{name: now[name] for name in values}, _FACTS: held}
    after = {**values, "source": edit.source[0], "as_of": edit.source[1]}
    entry = by.did(edit.deed, edit.subject, before=before, after=after, reason=edit.reason)
    return (await append(connection, entry, at=at)).number


async def last_edit(connection: AsyncConnection, kind: str, key: str) -> AuditRow | None:
    """The last change of something by an officer, if it can be taken back."""
    row = await newest_about(connection, f"{kind} {key}"[:100], _SETTLED)
    return row if row is not None and row.entry.deed in UNDOABLE else None


async def undo(connection: AsyncConnection, kind: str, key: str, *, number: int, by: Doer) -> None:
    """Take back the last change, if that is row *number* of the audit. Raises ChangedMeanwhile and NotFound."""
    last = await last_edit(connection, kind, key)
    if last is None or last.number != number:
        raise ChangedMeanwhile
    before, after = json.loads(last.entry.before), json.loads(last.entry.after)
    facts = before.pop(_FACTS)
    row = await _row(connection, kind, key)
    now = spread_details(row)
    if any(now[name] != after[name] for name in before):
        raise ChangedMeanwhile
    held = {name: said for name, said in {**row[_FACTS], **facts}.items() if said}
    await _write(connection, kind, row, before, held, who=f"officer {by.officer}", at=time.time())
    told = {name: after[name] for name in before}
    entry = by.did(Deed.EDIT_UNDONE, last.entry.subject, before=told, after=before, reason=f"no. {number}")
    await append(connection, entry)


async def add(connection: AsyncConnection, part: Merged, *, by: Doer, reason: str) -> int:
    """Add the one producer, product or both of *part*; the audit's row. Raises AlreadyThere."""
    for table, things in ((tables.producers, part.producers), (tables.products, part.products)):
        if await connection.scalar(select(table.c.id).where(table.c.id.in_(things)).limit(1)):
            raise AlreadyThere
    await imports.apply_part(connection, part, who=f"officer {by.officer}")
    kind, things = (PRODUCT, part.products) if part.products else (PRODUCER, part.producers)
    ((key, thing),) = things.items()
    deed = Deed.PRODUCT_ADDED if part.products else Deed.PRODUCER_ADDED
    entry = by.did(deed, f"{kind} {key}"[:100], after=thing.values, reason=reason)
    return (await append(connection, entry)).number


async def _row(connection: AsyncConnection, kind: str, key: str) -> Mapping[Any, Any]:
    table = _TABLES[kind]
    query = select(table).where(table.c.id == key).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no {kind} {key}")
    return row


async def _write(
    connection: AsyncConnection,
    kind: str,
    row: Mapping[Any, Any],
    values: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    who: str,
    at: float,
) -> None:
    """Let *row* have these *values*, each change in the history; a detail that is empty is not kept at all."""
    if unknown := values.keys() - _COLUMNS[kind]:
        raise ValueError(f"no field of a {kind}: {unknown}")
    table, now = _TABLES[kind], spread_details(row)
    own = {name: value for name, value in values.items() if name in table.c}
    details = {**(row[DETAILS] or {}), **{name: value for name, value in values.items() if name not in table.c}}
    kept = {name: value for name, value in details.items() if value}
    await connection.execute(
        update(table).where(table.c.id == row["id"]).values({**own, DETAILS: kept, _FACTS: dict(facts)})
    )
    log = [history_row(row["id"], name, now[name], value, who=who, at=at) for name, value in values.items()]
    await connection.execute(insert(tables.changes), log)
    await revisions.bump(connection, row["id"])


class EditingStore:
    """Every method raises StoreError; whether somebody may is asked above. All of it is written, or nothing."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def change(self, edit: Edit, *, by: Doer) -> int:
        """Change fields; the audit's row, 0 where nothing differs. Raises ChangedMeanwhile and NotFound."""
        return await self._write(lambda c: change(c, edit, by=by))

    async def last_edit(self, kind: str, key: str) -> AuditRow | None:
        """The last change of a product or a producer by an officer, if it can be taken back."""
        return await self._access.read(lambda c: last_edit(c, kind, key))

    async def undo(self, kind: str, key: str, *, number: int, by: Doer) -> None:
        """Take back the last change, if it is row *number* of the audit. Raises ChangedMeanwhile and NotFound."""
        await self._write(lambda c: undo(c, kind, key, number=number, by=by))

    async def add(self, part: Merged, *, by: Doer, reason: str = "") -> int:
        """Add one product, with its producer or to one that is there, or one producer. Raises AlreadyThere."""
        return await self._write(lambda c: add(c, part, by=by, reason=reason))

    async def join(self, kept: str, gone: str, choice: JoinChoice, *, by: Doer, kind: str = PRODUCT) -> Joined:
        """Let the product *gone*, or the producer, be one with *kept*. Raises ChangedMeanwhile and NotFound."""
        return await self._write(lambda c: join(c, kind, kept, gone, choice, by=by))

    async def list_joins(self, kind: str, kept: str) -> list[undo_join.KeptJoin]:
        """The merges into one product or producer that can be undone still, the last one first."""
        return await self._access.read(lambda c: undo_join.list_kept(c, kind, kept, now=time.time()))

    async def undo_join(self, number: int, *, by: Doer, reason: str) -> undo_join.KeptJoin:
        """Undo the merge that is row *number* of the audit. Raises CannotUndoJoin and NotFound."""
        return await self._write(lambda c: undo_join.undo(c, number, by=by, reason=reason))

    async def forget_joins(self, *, now: float) -> None:
        """Forget what merges did that are too old to be undone."""
        await self._access.write_alone(lambda c: undo_join.forget_old(c, now=now))

    async def redirects(self) -> former_ids.Redirects:
        """Where former ids lead."""
        return await self._access.read(former_ids.list_redirects)

    async def _write(self, write: Call[Result]) -> Result:
        async def alone(connection: AsyncConnection) -> Result:
            # The log of changes is numbered in the order in which it can be seen, so that none is overlooked.
            await database.serialize_imports(connection)
            return await write(connection)

        return await self._access.write_alone(alone)
