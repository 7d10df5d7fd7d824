"""What became of other rows when two became one, kept for a while; and the join undone by it.

Every row that names either of the two is looked at before and after, so that a table of a later version is covered too.
Of a person's row no word is kept, only that it moved: their address stands in columns of its own, to be erased by.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import ChangedMeanwhile, NotFound
from catalog.store import revisions, tables
from catalog.store.audit import append
from catalog.store.field_history import write_history
from catalog.store.row_changes import RowChange, put_back

DAYS = 30
"""How long a merge can be undone."""
_DAY = 24 * 3600.0
_MAIN: Mapping[str, Table] = {"product": tables.products, "producer": tables.producers}
_ASIDE = frozenset({"joins", "joined_rows", "changes"})
_MOVING = ("product_id", "producer_id", "certificate", "rank", "subject")
"""What a merge may change of a row that is not kept whole."""
_ASIDE_OF = {"ratings": frozenset({"words", "mark", "answer", "answered_at", "reason"})}
"""Of what a person said of both only points are kept, and no word."""
_WHOLE = frozenset(
    {"products", "producers", "certificates", "codes", "former_ids", "fair_invitations", "fair_sales", "proposals"}
)

_Key = tuple[Any, ...]
_Rows = dict[_Key, dict[str, Any]]


class CannotUndoJoin(ChangedMeanwhile):
    """The join cannot be undone any more: something was changed since that both versions name. *what* says which."""

    def __init__(self, what: Sequence[str] = ()) -> None:
        super().__init__()
        self.what = tuple(dict.fromkeys(what))


@dataclass(frozen=True, slots=True)
class KeptJoin:
    """A merge that can be undone: *number* is its row of the audit, *name* what the one that went was called."""

    number: int
    kind: str
    kept: str
    gone: str
    name: str
    by_officer: int
    at: float


async def look(connection: AsyncConnection, kind: str, kept: str, gone: str) -> dict[str, _Rows]:
    """Every row that names either of the two, by table and key."""
    held = tables.certificates
    numbers = list(await connection.scalars(select(held.c.number).where(held.c.product_id.in_([kept, gone]))))
    found: dict[str, _Rows] = {}
    for table in tables.metadata.tables.values():
        named = _naming(table, kind, (kept, gone), numbers)
        if named is None or table.name in _ASIDE:
            continue
        keys = {each.name for each in _key_columns(table)}.union(_MOVING)
        words = _ASIDE_OF.get(table.name)
        whole = table.name in _WHOLE or words is not None
        columns = [each for each in table.c if each.name in keys or (whole and each.name not in (words or ()))]
        rows = (await connection.execute(select(*columns).where(named))).mappings()
        found[table.name] = {_key_of(table, row): dict(row) for row in rows}
    return found


def _naming(table: Table, kind: str, both: tuple[str, str], numbers: Sequence[int]) -> ColumnElement[bool] | None:
    """Which rows of *table* name one of the two, or a certificate of theirs."""
    ways: list[ColumnElement[bool]] = [
        column.in_(numbers) for column in table.c if column.references(tables.certificates.c.number)
    ]
    if f"{kind}_id" in table.c:
        ways.append(table.c[f"{kind}_id"].in_(both))
    if table is _MAIN[kind]:
        ways.append(table.c.id.in_(both))
    if table is tables.former_ids and kind == "producer":
        # What a list makes of the names of their products leads to these.
        made = tables.products.c
        ways.append(table.c.product_id.in_(select(made.id).where(made.producer_id.in_(both))))
    if table is tables.proposals:
        ways.append(table.c.subject.in_([f"{kind} {key}"[:100] for key in both]))
    if table is tables.follows:
        ways.append(and_(table.c.kind == kind, table.c.subject.in_(both)))
    return or_(*ways) if ways else None


def _key_columns(table: Table) -> Sequence[Column[Any]]:
    """What a row is known by: its primary key; of what somebody follows, who follows what."""
    if table is tables.follows:
        return [table.c[name] for name in ("channel", "address", "kind", "subject")]
    return list(table.primary_key)


def _own_column(table: Table, kind: str) -> str:
    """The column of a key that names one of the two."""
    return "subject" if table is tables.follows else f"{kind}_id"


def _key_of(table: Table, row: Mapping[Any, Any]) -> _Key:
    return tuple(row[column.name] for column in _key_columns(table))


async def keep(
    connection: AsyncConnection, join: KeptJoin, before: Mapping[str, _Rows], after: Mapping[str, _Rows]
) -> None:
    """Keep what the merge *join* did, and forget those that are too old to be undone."""
    head = {"number": join.number, "kind": join.kind, "kept": join.kept, "gone": join.gone, "name": join.name}
    await connection.execute(insert(tables.joins).values(**head, by_officer=join.by_officer, at=join.at))
    rows: list[dict[str, Any]] = []
    for name, held in before.items():
        table = tables.metadata.tables[name]
        for key, was, now in _differences(table, join, held, after.get(name, {})):
            named = dict(zip((column.name for column in _key_columns(table)), key, strict=True))
            who = {column: (named | (was or {})).get(column, "") for column in ("channel", "address")}
            told = {"in_table": name, "key": list(key), "before": was, "after": now, **who}
            rows.append({"joined": join.number, "place": len(rows), **told})
    if rows:
        await connection.execute(insert(tables.joined_rows), rows)


def _differences(
    table: Table, join: KeptJoin, before: _Rows, after: _Rows
) -> Iterator[tuple[_Key, dict[str, Any] | None, dict[str, Any] | None]]:
    """Each row that is otherwise: its key now (as it was, where it is gone), what was, and what is."""
    left = dict(after)
    for key, row in before.items():
        there = _key_after(table, join, key)
        # One that stood there twice is gone: what is there now was there before.
        now = None if there != key and there in before else left.pop(there, None)
        if now is None:
            yield key, row, None
        elif table is _MAIN[join.kind]:
            yield key, row, now
        elif different := _different(row, now):
            yield there, {name: row[name] for name in different}, {name: now[name] for name in different}
    yield from ((key, None, row) for key, row in left.items())


def _key_after(table: Table, join: KeptJoin, key: _Key) -> _Key:
    """The key that a row has after the merge."""
    own = _own_column(table, join.kind)
    named = zip(_key_columns(table), key, strict=True)
    return tuple(join.kept if column.name == own and part == join.gone else part for column, part in named)


def _different(row: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name, value in row.items() if now[name] != value]


async def forget_old(connection: AsyncConnection, *, now: float) -> None:
    """Forget what merges did that are too old to be undone."""
    moment = now - DAYS * _DAY
    old = select(tables.joins.c.number).where(tables.joins.c.at < moment)
    await connection.execute(delete(tables.joined_rows).where(tables.joined_rows.c.joined.in_(old)))
    await connection.execute(delete(tables.joins).where(tables.joins.c.at < moment))


async def list_kept(connection: AsyncConnection, kind: str, kept: str, *, now: float) -> list[KeptJoin]:
    """The merges into one product or producer that can be undone, the last one first."""
    table = tables.joins
    query = select(table).where(table.c.kind == kind, table.c.kept == kept, table.c.at >= now - DAYS * _DAY)
    rows = (await connection.execute(query.order_by(table.c.number.desc()))).mappings()
    return [KeptJoin(**row) for row in rows]


async def undo(connection: AsyncConnection, number: int, *, by: Doer, reason: str) -> KeptJoin:
    """Undo the join that is row *number* of the audit. Raises CannotUndoJoin and NotFound."""
    table, now = tables.joins, time.time()
    query = select(table).where(table.c.number == number, table.c.at >= now - DAYS * _DAY).with_for_update()
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise NotFound
    join = KeptJoin(**found)
    rows = tables.joined_rows
    held = (await connection.execute(select(rows).where(rows.c.joined == number).order_by(rows.c.place))).mappings()
    work = _UndoJoin(connection, join)
    await work.check_and_part([dict(row) for row in held])
    entry = by.did(
        Deed.EDIT_UNDONE,
        f"{join.kind} {join.kept}"[:100],
        before={"joined": [join.kept, join.gone]},
        after={"parted": [join.kept, join.gone], "no": number},
        reason=reason,
    )
    await append(connection, entry)
    await write_history(connection, work.history, who=f"officer {by.officer}")
    await connection.execute(delete(rows).where(rows.c.joined == number))
    await connection.execute(delete(table).where(table.c.number == number))
    await revisions.bump(connection)
    return join


class _UndoJoin:
    """One merge that is undone."""

    def __init__(self, connection: AsyncConnection, join: KeptJoin) -> None:
        self._connection = connection
        self._join = join
        self._main = _MAIN[join.kind]
        self._renumbered: dict[int, int] = {}
        self.history: list[tuple[str, str, Any, Any]] = []
        """What the history tells: subject, field, old, new."""

    async def check_and_part(self, rows: Sequence[dict[str, Any]]) -> None:
        """Look first whether nothing contradicts it, then put every row back. Raises CannotUndoJoin."""
        main = [row for row in rows if row["in_table"] == self._main.name]
        others = [row for row in rows if row["in_table"] != self._main.name]
        kept = await self._kept_row(main)
        here = [(row, await self._row(row)) for row in others]
        self._refuse_changed(here)
        await self._connection.execute(update(self._main).where(self._main.c.id == self._join.kept).values(kept))
        gone = next(row["before"] for row in main if row["after"] is None)
        await self._connection.execute(insert(self._main).values(gone))
        await self._put_back(here)
        self.history.append((self._join.gone, "id", self._join.kept, self._join.gone))

    async def _put_back(self, here: Sequence[tuple[Mapping[str, Any], Mapping[Any, Any] | None]]) -> None:
        """First what came goes, then what went comes, certificates before what names them, then what moved moves."""
        for row, now in here:
            if row["before"] is None and now is not None:
                await self._connection.execute(delete(_table(row)).where(_is(_table(row), row["key"])))
        gone = [row for row, _ in here if row["after"] is None]
        for row in sorted(gone, key=_certificates_last, reverse=True):
            if row["in_table"] != tables.ratings.name:
                await self._bring_back(row)
        for row, now in here:
            if None not in (row["before"], row["after"], now):
                await self._move_back(row)
        for row in gone:
            if row["in_table"] == tables.ratings.name:
                await self._bring_rating_back(row["before"])

    async def _kept_row(self, main: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The columns of the one that stayed as they are to be. Raises CannotUndoJoin."""
        query = select(self._main).where(self._main.c.id.in_([self._join.kept, self._join.gone]))
        there = {row["id"]: dict(row) for row in (await self._connection.execute(query)).mappings()}
        if self._join.kept not in there or self._join.gone in there:
            raise CannotUndoJoin
        before, after = next((row["before"], row["after"]) for row in main if row["after"] is not None)
        back = put_back(RowChange(self._main.name, (self._join.kept,), before, after), there[self._join.kept])
        if back.since:
            raise CannotUndoJoin([each.field for each in back.since])
        self.history += [(self._join.kept, each.field, each.old, each.new) for each in back.fields]
        return dict(back.row)

    async def _row(self, row: Mapping[str, Any]) -> Mapping[Any, Any] | None:
        if row["after"] is None:
            return None
        query = select(_table(row)).where(_is(_table(row), row["key"]))
        return (await self._connection.execute(query)).mappings().one_or_none()

    def _refuse_changed(self, here: Sequence[tuple[Mapping[str, Any], Mapping[Any, Any] | None]]) -> None:
        """Refuse where a row says something else by now; what is gone since, or was decided, has no way back."""
        changed = [
            row["in_table"]
            for row, now in here
            if now is not None and row["before"] is not None and _changed(row, now) and not _is_settled(row, now)
        ]
        if changed:
            raise CannotUndoJoin(changed)

    async def _bring_back(self, row: Mapping[str, Any]) -> None:
        """A row that stood there twice stands on both sides again; a person's is as the other one is now."""
        table, values = _table(row), dict(row["before"])
        if "address" in table.c:
            own, keys = _own_column(table, self._join.kind), _key_columns(table)
            there = and_(*(table.c[each.name] == values[each.name] for each in keys if each.name != own))
            twin = select(table).where(there, table.c[own] == self._join.kept)
            found = (await self._connection.execute(twin)).mappings().one_or_none()
            if found is not None:
                again = {name: value for name, value in {**found, **values}.items() if name != "number"}
                await self._connection.execute(insert(table).values(again))
            return
        number = values.pop("number", None) if "number" in table.primary_key.columns else None
        done = await self._connection.execute(insert(table).values(values))
        if table is tables.certificates and number is not None and done.inserted_primary_key is not None:
            self._renumbered[number] = done.inserted_primary_key[0]

    async def _bring_rating_back(self, values: Mapping[str, Any]) -> None:
        """The points of who rated both, while what they said last still stands: who took that back said nothing."""
        table = tables.ratings
        person = [table.c[name] == values[name] for name in ("channel", "address", "half")]
        both = table.c.product_id.in_([self._join.kept, self._join.gone])
        if await self._connection.scalar(select(table.c.number).where(*person, both).limit(1)) is not None:
            await self._connection.execute(insert(table).values(values))

    async def _move_back(self, row: Mapping[str, Any]) -> None:
        table, values = _table(row), dict(row["before"])
        if "certificate" in values and table.c["certificate"].references(tables.certificates.c.number):
            values["certificate"] = self._renumbered.get(values["certificate"], values["certificate"])
        query = select(table).where(_is(table, row["key"]))
        now = (await self._connection.execute(query)).mappings().one()
        if _is_settled(row, now):
            return
        await self._connection.execute(update(table).where(_is(table, row["key"])).values(values))
        if table is tables.products:
            self.history.append((now["id"], "producer_id", self._join.kept, self._join.gone))


def _table(row: Mapping[str, Any]) -> Table:
    return tables.metadata.tables[row["in_table"]]


def _changed(row: Mapping[str, Any], now: Mapping[Any, Any]) -> bool:
    return any(now[name] != value for name, value in row["after"].items() if name != "rank")


def _is_settled(row: Mapping[str, Any], now: Mapping[Any, Any]) -> bool:
    """What was decided since is told of the one that stayed, for good."""
    return bool(row["in_table"] == tables.proposals.name and now["state"] != "waiting")


def _is(table: Table, key: Sequence[Any]) -> ColumnElement[bool]:
    return and_(*(column == part for column, part in zip(_key_columns(table), key, strict=True)))


def _certificates_last(row: Mapping[str, Any]) -> bool:
    return bool(row["in_table"] == tables.certificates.name)
