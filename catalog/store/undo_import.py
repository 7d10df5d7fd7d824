"""An import undone as a whole: each row becomes what it was, unless it was changed since or something needs it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Table, and_, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import former_ids, revisions, tables
from catalog.store.field_history import history_row, history_text
from catalog.store.row_changes import Row, RowChange, put_back

_CHUNK = 200
_KEYS: Mapping[str, tuple[str, ...]] = {
    "producers": ("id",),
    "products": ("id",),
    "certificates": ("product_id", "identity"),
    "codes": ("kind", "key", "product_id"),
    # A decision's change is named by its product besides.
    "certificate_events": ("number",),
}
_PARTS = ("certificate_events", "codes", "certificates")
"""What belongs to a product, what stands on others first."""
_PASSING = frozenset({"history"})
"""What names a product and needs none: what people looked at."""


_Name = tuple[str, tuple[str, ...]]
"""A row: its table and its key."""
_There = Mapping[str, Mapping[tuple[str, ...], Mapping[str, Any]]]
"""The rows that are there now, by table and key."""


class Stays(StrEnum):
    """Why something that an import did is not undone."""

    CHANGED_SINCE = "changed_since"
    NEEDED = "needed"
    """Something else stands on it: an inquiry, a member, another list's certificate."""


@dataclass(frozen=True, slots=True)
class StayingChange:
    """Something that stays: of which product or producer, what (a table, or one of its fields), and why."""

    subject: str
    what: str
    why: Stays
    value: str = ""


@dataclass(slots=True)
class Undone:
    """What became of an import: how many rows went, how many fields are as they were, and what stays."""

    removed: int = 0
    restored: int = 0
    kept: list[StayingChange] = field(default_factory=list)


async def undo(connection: AsyncConnection, changes: Sequence[RowChange], *, who: str) -> Undone:
    """Put back what *changes*, all those of one import, did."""
    led = (await former_ids.list_redirects(connection)).producers
    changes = [_with_led_maker(each, led) for each in changes] if led else changes
    work = _Undoing(connection, who)
    added = [change for change in changes if change.before is None]
    await work.restore([change for change in changes if change.before is not None])
    await work.remove(added)
    await work.finish()
    return work.undone


def _with_led_maker(change: RowChange, led: Mapping[str, str]) -> RowChange:
    """*change* with the producers that the two became one with since, in place of those that are no more."""
    if change.table != "products":
        return change
    return replace(change, before=change.before and _led(change.before, led), after=_led(change.after, led))


def _led(row: Row, led: Mapping[str, str]) -> Row:
    maker: str = row.get("producer_id", "")
    return {**row, "producer_id": led[maker]} if maker in led else row


class _Undoing:
    """One undoing at work."""

    def __init__(self, connection: AsyncConnection, who: str) -> None:
        self._connection = connection
        self._who = who
        self._at = time.time()
        self._log: list[dict[str, Any]] = []
        self.undone = Undone()

    async def restore(self, changes: Sequence[RowChange]) -> None:
        """Put back the fields of rows that were there before."""
        for table, some in _by_table(changes):
            there = await self._rows(table, [change.key for change in some])
            for change in some:
                if (now := there.get(change.key)) is not None:
                    await self._restore(table, change, now)

    async def _restore(self, table: Table, change: RowChange, now: Mapping[str, Any]) -> None:
        back = put_back(change, now)
        for each in back.since:
            self._keep(change, each.field, Stays.CHANGED_SINCE, each.new)
        if back.row == now:
            return
        await self._connection.execute(update(table).where(_is(table, change.key)).values(dict(back.row)))
        self.undone.restored += len(back.fields)
        for each in back.fields:
            self._note(change.subject, each.field, old=each.old, new=each.new)

    async def remove(self, changes: Sequence[RowChange]) -> None:
        """Remove rows that were not there before; a product that stays keeps all that came with it."""
        there = {table.name: await self._rows(table, [each.key for each in some]) for table, some in _by_table(changes)}
        left = [each for each in changes if each.key in there[each.table]]
        staying = await self._staying_rows(left, there)
        products = await self._staying_products(left, staying)
        going = [each for each in left if each.subject not in products]
        await self._remove_parts(self._free_parts(going, staying))
        await self._remove_products([each for each in going if each.table == "products"])
        await self._remove_producers([each for each in left if each.table == "producers"], staying)

    async def _staying_rows(self, left: Sequence[RowChange], there: _There) -> dict[_Name, Stays]:
        """The rows that stay for their own sake: changed since, or something else was decided about them."""
        changed = [each for each in left if not _is_as_left(each, there[each.table][each.key])]
        staying = dict.fromkeys(map(_name, changed), Stays.CHANGED_SINCE)
        decided = await self._decided_certificates([each for each in left if _name(each) not in staying], there)
        return dict.fromkeys(map(_name, decided), Stays.NEEDED) | staying

    def _free_parts(self, going: Sequence[RowChange], staying: Mapping[_Name, Stays]) -> list[RowChange]:
        """The parts that nothing holds; one that stays with a product that was there before is told."""
        added = {each.subject for each in going if each.table == "products"}
        parts = [each for each in going if each.table in _PARTS]
        for each in parts:
            if _name(each) in staying and each.subject not in added:
                self._keep(each, each.table, staying[_name(each)])
        return [each for each in parts if _name(each) not in staying]

    async def _staying_products(self, left: Sequence[RowChange], staying: Mapping[_Name, Stays]) -> set[str]:
        """The added products that stay, because of what is *staying* or stands on them; each is told."""
        added = {each.subject: each for each in left if each.table == "products"}
        why = dict.fromkeys(
            await self._needed_products(added, [each for each in left if each.table in _PARTS]), Stays.NEEDED
        )
        why |= {each.subject: staying[_name(each)] for each in left if each.subject in added and _name(each) in staying}
        for subject, reason in why.items():
            self._keep(added[subject], "products", reason)
        return set(why)

    async def _needed_products(self, added: Mapping[str, RowChange], parts: Sequence[RowChange]) -> set[str]:
        """Those of the products *added* on which something else stands than the *parts* that came with them."""
        found = await self._named(list(added), "product_id", besides=())
        own = {(each.table, each.key) for each in parts}
        for name in ("certificates", "codes"):
            table = tables.metadata.tables[name]
            columns = [table.c[key] for key in _KEYS[name]]
            for some in _chunks(list(added)):
                rows = await self._connection.execute(select(*columns).where(table.c.product_id.in_(some)))
                found |= {row.product_id for row in rows if (name, tuple(row)) not in own}
        return found

    async def _decided_certificates(self, going: Sequence[RowChange], there: _There) -> list[RowChange]:
        """The certificates among those *going* about which something else was decided."""
        rows = {there[each.table][each.key]["number"]: each for each in going if each.table == "certificates"}
        own = {int(each.key[1]) for each in going if each.table == "certificate_events"}
        table, found = tables.certificate_events, list[RowChange]()
        for some in _chunks(list(rows)):
            query = select(table.c.certificate, table.c.number).where(table.c.certificate.in_(some))
            for row in await self._connection.execute(query):
                found += [rows[row.certificate]] if row.number not in own else []
        return found

    async def _remove_parts(self, parts: Sequence[RowChange]) -> None:
        for table, some in _by_table(sorted(parts, key=lambda each: _PARTS.index(each.table))):
            for chunk in _chunks(some):
                await self._connection.execute(delete(table).where(_among(table, [each.key for each in chunk])))
            self.undone.removed += len(some)
            for each in some:
                self._note(each.subject, table.name, old=each.key[1], new="")

    async def _remove_products(self, products: Sequence[RowChange]) -> None:
        if products:
            await revisions.note_removed(self._connection)
        await self._remove(tables.products, products)

    async def _remove_producers(self, added: Sequence[RowChange], staying: Mapping[_Name, Stays]) -> None:
        """Remove producers of whom nothing is left."""
        needed = await self._named([each.subject for each in added], "producer_id", besides=("products",))
        why = {**staying, **{_name(each): Stays.NEEDED for each in added if each.subject in needed}}
        for each in added:
            if _name(each) in why:
                self._keep(each, "producers", why[_name(each)])
        await self._remove(tables.producers, [each for each in added if _name(each) not in why])

    async def _remove(self, table: Table, rows: Sequence[RowChange]) -> None:
        for chunk in _chunks(rows):
            await self._connection.execute(delete(table).where(table.c.id.in_([each.subject for each in chunk])))
        self.undone.removed += len(rows)
        for each in rows:
            self._note(each.subject, "id", old=each.subject, new="")

    async def _named(self, ids: Sequence[str], column: str, *, besides: Sequence[str]) -> set[str]:
        """Those of *ids* that stand in this *column* of any table that needs them."""
        own = {*_KEYS, *_PASSING} - {*besides}
        naming = [table for name, table in tables.metadata.tables.items() if column in table.c and name not in own]
        found: set[str] = set()
        for table in naming:
            for some in _chunks(ids):
                query = select(table.c[column]).where(table.c[column].in_(some)).distinct()
                found.update(await self._connection.scalars(query))
        return found

    async def finish(self) -> None:
        """Write the history, and say that the catalogue has changed."""
        for chunk in _chunks(self._log):
            await self._connection.execute(insert(tables.changes), chunk)
        if self.undone.removed or self.undone.restored:
            await revisions.bump(self._connection)

    async def _rows(self, table: Table, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], dict[str, Any]]:
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        for some in _chunks(keys):
            named = {_columns(table, key): key for key in some}
            for row in (await self._connection.execute(select(table).where(_among(table, some)))).mappings():
                found[named[tuple(row[name] for name in _KEYS[table.name])]] = dict(row)
        return found

    def _keep(self, change: RowChange, what: str, why: Stays, value: Any = "") -> None:
        self.undone.kept.append(StayingChange(change.subject, what, why, history_text(value)))

    def _note(self, subject: str, name: str, *, old: Any, new: Any) -> None:
        self._log.append(history_row(subject, name, old, new, who=self._who, at=self._at))


def _by_table(changes: Iterable[RowChange]) -> Iterator[tuple[Table, list[RowChange]]]:
    together: dict[str, list[RowChange]] = {}
    for each in changes:
        together.setdefault(each.table, []).append(each)
    for name, some in together.items():
        yield tables.metadata.tables[name], some


def _name(change: RowChange) -> _Name:
    return change.table, change.key


def _is_as_left(change: RowChange, now: Mapping[str, Any]) -> bool:
    return all(now[name] == value for name, value in change.after.items() if name in now)


def _among(table: Table, keys: Sequence[tuple[str, ...]]) -> Any:
    return tuple_(*(table.c[name] for name in _KEYS[table.name])).in_([_columns(table, key) for key in keys])


def _is(table: Table, key: tuple[str, ...]) -> Any:
    return and_(*(table.c[name] == value for name, value in zip(_KEYS[table.name], _columns(table, key), strict=True)))


def _columns(table: Table, key: tuple[str, ...]) -> tuple[Any, ...]:
    """What *key* says in the table's own columns."""
    return (int(key[1]),) if table is tables.certificate_events else key


def _chunks(things: Sequence[Any]) -> Iterator[list[Any]]:
    several = iter(things)
    while chunk := list(islice(several, _CHUNK)):
        yield chunk
