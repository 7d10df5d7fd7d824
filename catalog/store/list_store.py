"""Lists that officers uploaded: each kept whole under a number, with its preview, what importing it did, and its undo.

A list is stored at once. Reading it takes long, so it is somebody's work: who does it claims the list for some seconds
and says again and again that they are at it; when they die the work is taken up by the next who looks.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.cells.problems import Problem
from catalog.errors import NotFound
from catalog.model import ImportReport, ProductRow
from catalog.store import database, former_ids, imports, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.group_rows import MergedList
from catalog.store.import_preview import Outcome, Preview, PreviewLine, lines_of
from catalog.store.row_changes import FieldChange, RowChange
from catalog.store.undo_import import StayingChange, Stays, Undone, undo

LEASE = 30.0
"""For so many seconds a list belongs to who works on it and says nothing."""
_KEPT_SECONDS = 90 * 24 * 3600.0
_CHUNK = 500


class ListState(StrEnum):
    """Where a list stands. One that is CHECKING waits for its preview, or somebody works on it."""

    CHECKING = "checking"
    READY = "ready"
    UNREADABLE = "unreadable"
    IMPORTING = "importing"
    IMPORTED = "imported"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Mend:
    """What an officer wrote into a cell of a list: *sheet* is "" where there is one only."""

    sheet: str
    line: int
    column: int
    value: str


@dataclass(frozen=True, slots=True)
class StoredList:
    """An uploaded list as it stands, without its file; moments in UTC seconds.

    *done* of *total* steps of the work are done. *counts* and *report* are those of its preview or import.
    """

    number: int
    name: str
    officer: int
    added_at: float
    state: ListState
    size: int = 0
    working: bool = False
    """Whether somebody is at it, who has said so a short time ago."""

    done: int = 0
    total: int = 0
    trouble: str = ""
    mends: tuple[Mend, ...] = ()
    headings: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None
    report: ImportReport | None = None
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    imported_at: float | None = None
    undone_at: float | None = None
    undone: Undone | None = None


class ListStore:
    """Every method raises StoreError; whether an officer may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def add(self, name: str, content: bytes, *, by: Doer) -> int:
        """Keep a file as it came; its number."""
        values = {
            "name": name,
            "content": content,
            "size": len(content),
            "officer": by.officer,
            "added_at": time.time(),
            "state": str(ListState.CHECKING),
        }

        async def write(connection: AsyncConnection) -> int:
            made = await connection.execute(insert(tables.lists).values(values).returning(tables.lists.c.number))
            number = int(made.scalar_one())
            told = {"file": name, "bytes": len(content)}
            await append(connection, by.did(Deed.LIST_UPLOADED, f"list {number}", after=told))
            return number

        return await self._access.write_alone(write)

    async def find(self, number: int) -> StoredList | None:
        """One list."""
        found = await self._list(tables.lists.c.number == number, limit=1)
        return found[0] if found else None

    async def newest(self, *, limit: int, before: int | None = None, officer: int | None = None) -> list[StoredList]:
        """The newest lists, those with a number below *before*, of one *officer* or of all."""
        wanted: ColumnElement[bool] = tables.lists.c.number > 0
        if before is not None:
            wanted &= tables.lists.c.number < before
        if officer is not None:
            wanted &= tables.lists.c.officer == officer
        return await self._list(wanted, limit=limit)

    async def _list(self, wanted: ColumnElement[bool], *, limit: int) -> list[StoredList]:
        columns = [column for column in tables.lists.c if column.name != "content"]
        query = select(*columns).where(wanted).order_by(tables.lists.c.number.desc()).limit(limit)
        return [_stored(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def content(self, number: int) -> bytes:
        """The file as it came. Raises NotFound."""
        query = select(tables.lists.c.content).where(tables.lists.c.number == number)
        found = await self._access.read(lambda c: c.scalar(query))
        if found is None:
            raise NotFound
        return bytes(found)

    async def claim(self, number: int, *, owner: str) -> bool:
        """Take up the checking of a list that nobody works on; False if somebody does, or it is checked."""
        table, now = tables.lists, time.time()
        free = (table.c.state == str(ListState.CHECKING)) & (table.c.leased_until < now)
        return await self._change(number, free, owner=owner, leased_until=now + LEASE, done=0, total=0)

    async def tell_progress(
        self, number: int, done: int, total: int, *, owner: str, lease_seconds: float = LEASE
    ) -> bool:
        """Say how far the work is; False where it is somebody else's by now."""
        lease = {"leased_until": time.time() + lease_seconds, "done": done, "total": total}
        return await self._change(number, tables.lists.c.owner == owner, **lease)

    async def give_up(self, number: int, trouble: str, *, owner: str) -> None:
        """Say why a list cannot be read."""
        free = {"state": str(ListState.UNREADABLE), "trouble": trouble, "leased_until": 0.0}
        await self._change(number, tables.lists.c.owner == owner, **free)

    async def mend(self, number: int, mends: Iterable[Mend]) -> bool:
        """Write into cells of a list that is not imported; it is checked anew. False where it cannot be mended."""
        table = tables.lists

        async def write(connection: AsyncConnection) -> bool:
            open_ = table.c.state.in_([str(ListState.READY)]) & (table.c.number == number)
            held = await connection.scalar(select(table.c.mends).where(open_))
            if held is None:
                return False
            cells = {(sheet, line, column): value for sheet, line, column, value in held}
            cells |= {(each.sheet, each.line, each.column): each.value for each in mends}
            values = {"mends": [[*cell, value] for cell, value in cells.items()], "leased_until": 0.0}
            again = update(table).where(open_).values(**values, state=str(ListState.CHECKING))
            return (await connection.execute(again)).rowcount == 1

        return await self._access.write_alone(write)

    async def _change(self, number: int, wanted: ColumnElement[bool], **values: Any) -> bool:
        statement = update(tables.lists).where(tables.lists.c.number == number, wanted).values(values)

        async def write(connection: AsyncConnection) -> bool:
            return (await connection.execute(statement)).rowcount == 1

        return await self._access.write_alone(write)

    async def compare(
        self, rows: Iterable[ProductRow], *, progress: imports.Progress = lambda _done, _total: None
    ) -> Preview:
        """What importing *rows* would do now; nothing is written."""
        merged = MergedList(rows)
        applied = await self._access.read(lambda c: imports.compare(c, merged, progress=progress))
        led = await self._access.read(former_ids.list_redirects)
        return Preview(applied.report, list(lines_of(merged.rows, applied.rows, led)))

    async def keep_preview(self, number: int, preview: Preview, *, owner: str) -> bool:
        """Keep what a list would do; False where the work was taken over meanwhile."""
        table = tables.list_lines
        values = {
            "state": str(ListState.READY),
            "trouble": "",
            "leased_until": 0.0,
            "headings": list(preview.headings),
            "counts": {str(outcome): count for outcome, count in preview.counts().items()},
            "report": asdict(preview.report),
            "notes": [[name, dict(told)] for name, told in preview.notes],
        }
        ours = (tables.lists.c.number == number) & (tables.lists.c.owner == owner)

        async def write(connection: AsyncConnection) -> bool:
            if (await connection.execute(update(tables.lists).where(ours).values(values))).rowcount != 1:
                return False
            await connection.execute(delete(table).where(table.c.list == number))
            for chunk in _chunks(enumerate(preview.lines, 1)):
                await connection.execute(insert(table), [_line_row(number, place, line) for place, line in chunk])
            return True

        return await self._access.write_alone(write)

    async def lines(
        self, number: int, outcome: Outcome | None = None, *, limit: int, offset: int = 0
    ) -> list[PreviewLine]:
        """A page of the preview, in the order of the list."""
        table = tables.list_lines
        query = select(table).where(table.c.list == number)
        if outcome is not None:
            query = query.where(table.c.outcome == str(outcome))
        query = query.order_by(table.c.place).limit(limit).offset(offset)
        return [_line(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def begin_import(self, number: int, *, owner: str) -> bool:
        """Claim a list that is ready, or whose import broke off, for importing; False for any other."""
        table, now = tables.lists, time.time()
        broken = (table.c.state == str(ListState.IMPORTING)) & (table.c.leased_until < now)
        ready = (table.c.state == str(ListState.READY)) | broken
        values = {"state": str(ListState.IMPORTING), "owner": owner, "leased_until": now + 20 * LEASE}
        return await self._change(number, ready, **values)

    async def release(self, number: int, trouble: str, *, owner: str) -> None:
        """Put back a list whose import broke off: nothing of it was written."""
        again = {"state": str(ListState.READY), "trouble": trouble, "leased_until": 0.0}
        await self._change(number, tables.lists.c.owner == owner, **again)

    async def import_rows(
        self,
        number: int,
        rows: Iterable[ProductRow],
        *,
        owner: str,
        by: Doer,
        progress: imports.Progress = lambda _done, _total: None,
    ) -> ImportReport:
        """Import what a claimed list says, all of it or nothing; it can be undone. Raises NotFound when not claimed."""
        table, merged, who = tables.lists, MergedList(rows), f"list:{number}"
        ours = (table.c.number == number) & (table.c.owner == owner) & (table.c.state == str(ListState.IMPORTING))

        async def write(connection: AsyncConnection) -> ImportReport:
            await database.serialize_imports(connection)
            done = {"state": str(ListState.IMPORTED), "imported_at": time.time(), "leased_until": 0.0}
            if (await connection.execute(update(table).where(ours).values(done))).rowcount != 1:
                raise NotFound
            applied = await imports.apply(connection, merged, who=who, progress=progress, keep=True)
            await _keep_changes(connection, number, applied.rows)
            await connection.execute(
                update(table).where(table.c.number == number).values(report=asdict(applied.report))
            )
            told = {name: count for name, count in asdict(applied.report).items() if isinstance(count, int) and count}
            await append(connection, by.did(Deed.LIST_IMPORTED, f"list {number}", after=told))
            return applied.report

        return await self._access.write_alone(write)

    async def undo(self, number: int, *, by: Doer, reason: str = "") -> Undone:
        """Undo an import as a whole; what was changed again since, or is needed, stays and is told. Raises NotFound."""
        table = tables.lists
        imported = (table.c.number == number) & (table.c.state == str(ListState.IMPORTED))

        async def write(connection: AsyncConnection) -> Undone:
            await database.serialize_imports(connection)
            now = {"state": str(ListState.UNDONE), "undone_at": time.time()}
            if (await connection.execute(update(table).where(imported).values(now))).rowcount != 1:
                raise NotFound
            undone = await undo(connection, await _kept_changes(connection, number), who=f"undo:{number}")
            kept = update(table).where(table.c.number == number).values(undone=asdict(undone))
            await connection.execute(kept)
            told = {"removed": undone.removed, "restored": undone.restored, "kept": len(undone.kept)}
            await append(connection, by.did(Deed.LIST_UNDONE, f"list {number}", after=told, reason=reason))
            return undone

        return await self._access.write_alone(write)

    async def forget_old(self, *, now: float) -> int:
        """Erase lists that nobody imported within 90 days; how many. An imported one stays: it can be undone."""
        table, lines = tables.lists, tables.list_lines
        open_ = [str(each) for each in (ListState.CHECKING, ListState.READY, ListState.UNREADABLE)]
        old = (table.c.added_at < now - _KEPT_SECONDS) & table.c.state.in_(open_)

        async def write(connection: AsyncConnection) -> int:
            numbers = list(await connection.scalars(select(table.c.number).where(old)))
            for some in _chunks(numbers):
                await connection.execute(delete(lines).where(lines.c.list.in_(some)))
                await connection.execute(delete(table).where(table.c.number.in_(some)))
            return len(numbers)

        return await self._access.write_alone(write)

    async def count(self) -> int:
        """How many lists there are."""
        return await self._access.read(lambda c: c.scalar(select(func.count()).select_from(tables.lists))) or 0


async def _keep_changes(connection: AsyncConnection, number: int, changes: Sequence[RowChange]) -> None:
    for chunk in _chunks(enumerate(changes, 1)):
        rows = [
            {
                "list": number,
                "place": place,
                "in_table": change.table,
                "key": list(change.key),
                "before": dict(change.before) if change.before is not None else None,
                "after": dict(change.after),
            }
            for place, change in chunk
        ]
        await connection.execute(insert(tables.list_changes), rows)


async def _kept_changes(connection: AsyncConnection, number: int) -> list[RowChange]:
    table = tables.list_changes
    rows = await connection.execute(select(table).where(table.c.list == number).order_by(table.c.place))
    return [RowChange(row.in_table, tuple(row.key), row.before, row.after) for row in rows]


def _line_row(number: int, place: int, line: PreviewLine) -> dict[str, Any]:
    content = {each.name: getattr(line, each.name) for each in fields(line)}
    content["changes"] = [{"field": each.field, "old": each.old, "new": each.new} for each in line.changes]
    content["problems"] = [asdict(each) for each in line.problems]
    return {"list": number, "place": place, "outcome": str(line.outcome), "content": json.dumps(content)}


def _line(row: Mapping[Any, Any]) -> PreviewLine:
    said = json.loads(row["content"])
    said |= {
        "outcome": Outcome(row["outcome"]),
        "changes": tuple(FieldChange(**each) for each in said["changes"]),
        "problems": tuple(Problem(**each) for each in said["problems"]),
        "cells": tuple(said["cells"]),
        "columns": tuple(said["columns"]),
    }
    return PreviewLine(**said)


def _stored(row: Mapping[Any, Any]) -> StoredList:
    plain = ("number", "name", "officer", "added_at", "size", "done", "total", "trouble", "imported_at", "undone_at")
    return StoredList(
        **{name: row[name] for name in plain},
        state=ListState(row["state"]),
        working=row["leased_until"] > time.time(),
        mends=tuple(Mend(*each) for each in row["mends"]),
        headings=tuple(row["headings"]),
        counts=row["counts"],
        report=_report(row["report"]),
        notes=tuple((name, told) for name, told in row["notes"]),
        undone=_undone(row["undone"]),
    )


def _report(said: Mapping[str, Any] | None) -> ImportReport | None:
    if said is None:
        return None
    changed = {name: (count, total) for name, (count, total) in said["changed"].items()}
    return ImportReport(**{**said, "changed": changed})


def _undone(said: Mapping[str, Any] | None) -> Undone | None:
    if said is None:
        return None
    kept = [StayingChange(each["subject"], each["what"], Stays(each["why"]), each["value"]) for each in said["kept"]]
    return Undone(said["removed"], said["restored"], kept)


def _chunks(things: Iterable[Any]) -> Iterator[list[Any]]:
    several = iter(things)
    while chunk := list(islice(several, _CHUNK)):
        yield chunk
