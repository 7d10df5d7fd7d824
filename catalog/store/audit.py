"""The audit as it is kept: append() chains a row in the very transaction of what it tells, and nothing changes one.

The database refuses to change or delete a row by triggers (migration 0011). Who appends waits for a lock that is held
until the transaction ends: append last, in a transaction of its own (Access.write_alone), so that nobody waits long.
"""

import time
from collections.abc import AsyncIterator, Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry, AuditRow, Break, first_break, next_row
from catalog.store import database, tables
from catalog.store.access import Access, Call, Result

_PAGE = 500


async def append(connection: AsyncConnection, entry: AuditEntry, *, at: float | None = None) -> AuditRow:
    """Add *entry* to the chain; it is there if and only if the transaction is committed."""
    await database.serialize_audit(connection)
    query = select(tables.audit).order_by(tables.audit.c.number.desc()).limit(1)
    found = (await connection.execute(query)).mappings().one_or_none()
    row = next_row(entry, at=time.time() if at is None else at, last=_row(found) if found else None)
    values = {**asdict(entry), "number": row.number, "at": row.at, "previous": row.previous, "hash": row.hash}
    await connection.execute(insert(tables.audit).values(values))
    return row


async def newest_about(connection: AsyncConnection, subject: str, deeds: Collection[str]) -> AuditRow | None:
    """The newest row about this very subject that tells of one of these deeds."""
    table = tables.audit
    query = select(table).where(table.c.subject == subject, table.c.deed.in_([str(deed) for deed in deeds]))
    return next(iter(await _rows(connection, query.order_by(table.c.number.desc()).limit(1))), None)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are wanted: by officer, deed, subject (its beginning), from and until a moment in UTC seconds."""

    officer: int | None = None
    deed: str = ""
    subject: str = ""
    since: float | None = None
    until: float | None = None

    def apply(self, query: Select[Any]) -> Select[Any]:
        """*query* for these rows only."""
        table = tables.audit.c
        if self.officer is not None:
            query = query.where(table.officer == self.officer)
        if self.deed:
            query = query.where(table.deed == self.deed)
        if self.subject:
            query = query.where(table.subject.startswith(self.subject, autoescape=True))
        if self.since is not None:
            query = query.where(table.at >= self.since)
        return query if self.until is None else query.where(table.at < self.until)


@dataclass(frozen=True, slots=True)
class AuditState:
    """How the chain is: how many rows, the last hash (to be noted elsewhere), and where it is broken, if it is."""

    rows: int = 0
    last_hash: str = ""
    broken: Break | None = None


class AuditStore:
    """What was done on the board. Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def record(self, entry: AuditEntry) -> AuditRow:
        """Add what changed nothing else in the database."""
        return await self._access.write_alone(lambda c: append(c, entry))

    async def record_with(self, entry: AuditEntry, write: Call[Result]) -> Result:
        """Let *write* change something, and add *entry* in the same transaction: both are kept, or neither."""

        async def both(connection: AsyncConnection) -> Result:
            result = await write(connection)
            await append(connection, entry)
            return result

        return await self._access.write_alone(both)

    async def by_number(self, number: int) -> AuditRow | None:
        """One row."""
        query = select(tables.audit).where(tables.audit.c.number == number)
        return next(iter(await self._access.read(lambda c: _rows(c, query))), None)

    async def newest(
        self, wanted: AuditFilter | None = None, *, limit: int, before: int | None = None
    ) -> list[AuditRow]:
        """The newest rows that are *wanted*, those with a number below *before*."""
        query = (wanted or AuditFilter()).apply(select(tables.audit)).order_by(tables.audit.c.number.desc())
        if before is not None:
            query = query.where(tables.audit.c.number < before)
        return await self._access.read(lambda c: _rows(c, query.limit(limit)))

    async def every_row(self, wanted: AuditFilter | None = None) -> AsyncIterator[AuditRow]:
        """All rows that are *wanted*, the oldest first, page by page."""
        last = 0
        while True:
            query = (wanted or AuditFilter()).apply(select(tables.audit)).where(tables.audit.c.number > last)
            page = query.order_by(tables.audit.c.number).limit(_PAGE)
            rows = await self._access.read(lambda c, page=page: _rows(c, page))  # type: ignore[misc]  # bound above
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            last = rows[-1].number

    async def verify(self) -> AuditState:
        """Go through the whole chain."""
        last: AuditRow | None = None
        async for row in self.every_row():
            if broken := first_break([row], after=last):
                return AuditState(last.number if last else 0, last.hash if last else "", broken)
            last = row
        return AuditState(last.number, last.hash) if last else AuditState()


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[AuditRow]:
    return [_row(row) for row in (await connection.execute(query)).mappings()]


def _row(row: Any) -> AuditRow:
    entry = AuditEntry(
        row["officer"], row["level"], row["deed"], row["subject"], row["before"], row["after"], row["reason"]
    )
    return AuditRow(row["number"], row["at"], entry, row["previous"], row["hash"])
