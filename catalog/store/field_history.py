"""How a product or a producer came to be as it is: the log of its changed fields; and what people ask about it.

Nothing of a consumer leaves this module: inquiries are only counted.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import WAITING
from catalog.store import tables
from catalog.store.access import Access

_WIDE = 32_000  # letters of a value that the log keeps


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One field of *subject* (a product's or a producer's id) that became another; *at* in UTC seconds.

    *who* is ``officer 3``, ``list:7``, ``undo:7`` (a list undone), ``channel:address``, or the name of a command.
    """

    number: int
    at: float
    subject: str
    field: str
    old: str
    new: str
    who: str


@dataclass(frozen=True, slots=True)
class InquiryCount:
    """How many inquiries there are about something, and how many of them wait for an answer."""

    total: int = 0
    waiting: int = 0


def history_text(value: Any) -> str:
    """*value* as the log of changes keeps it; a very long one is cut."""
    spelled = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return spelled[:_WIDE]


def history_row(subject: str, field: str, old: Any, new: Any, *, who: str, at: float) -> dict[str, Any]:
    """The row that tells that *field* of *subject* was *old* and is *new*."""
    said = {"old": history_text(old), "new": history_text(new)}
    return {"at": at, "subject": subject, "field": field, "who": who, **said}


async def write_history(connection: AsyncConnection, changes: Iterable[tuple[str, str, Any, Any]], *, who: str) -> None:
    """Write (subject, field, old, new) into the log of changes."""
    at = time.time()
    rows = [history_row(*each, who=who, at=at) for each in changes]
    if rows:
        await connection.execute(insert(tables.changes), rows)


async def list_changes(
    connection: AsyncConnection, subjects: Sequence[str], *, limit: int, before: int | None
) -> list[LoggedChange]:
    """The newest changes of *subjects*, those with a number below *before*."""
    table = tables.changes.c
    query = select(tables.changes).where(table.subject.in_(subjects)).order_by(table.number.desc())
    if before is not None:
        query = query.where(table.number < before)
    rows = (await connection.execute(query.limit(limit))).mappings()
    return [LoggedChange(**row) for row in rows]


async def count_inquiries(connection: AsyncConnection, *, product: str = "", producer: str = "") -> InquiryCount:
    """The inquiries about a product, or those to a producer."""
    table = tables.inquiries.c
    these = table.product_id == product if product else table.producer_id == producer
    query = select(table.state, func.count().label("number")).where(these).group_by(table.state)
    counts = {row.state: row.number for row in await connection.execute(query)}
    return InquiryCount(sum(counts.values()), sum(counts.get(str(state), 0) for state in WAITING))


class FieldHistoryStore:
    """Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_changes(
        self, subjects: Sequence[str], *, limit: int, before: int | None = None
    ) -> list[LoggedChange]:
        """The newest changes of these products or producers, those with a number below *before*."""
        return await self._access.read(lambda c: list_changes(c, subjects, limit=limit, before=before))

    async def count_inquiries(self, *, product: str = "", producer: str = "") -> InquiryCount:
        """The inquiries about a product, or those to a producer, by their ids."""
        return await self._access.read(lambda c: count_inquiries(c, product=product, producer=producer))
