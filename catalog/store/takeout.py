"""All that is kept about one person, table by table, as it lies there: whoever asks for it opens what is sealed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address
from catalog.store import memory, tables, unmet

Rows = list[dict[str, Any]]

# Tables where nothing is anybody's: what is published, what opens nothing, and what stands without its person.
IMPERSONAL = {
    "products": "published",
    "producers": "published",
    "certificates": "published",
    "codes": "published",
    "pictures": "published",
    "revision": "a count of changes",
    "searches": "words of lists, sealed, nobody's address with them",
    "wishes": "sealed names and codes; who asked stands in wishers",
    "invitations": "fingerprints of codes; who used one stands in members",
}


async def rows_of(connection: AsyncConnection, who: Address, *, persons: Sequence[str]) -> dict[str, Rows]:
    """The rows about someone by table, oldest first; *persons* is what stands for them where their address does not."""
    found = {table.name: await _rows(connection, table, _of(table, who)) for table in _ADDRESSED}
    refs = [row["ref"] for row in found["inquiries"]]
    found["messages"] = await _rows(connection, tables.messages, tables.messages.c.inquiry.in_(refs))
    named = f"{who.channel}:{who.address}"
    found["changes"] = await _rows(connection, tables.changes, tables.changes.c.who == named)
    decided = await _rows(connection, tables.corrections, tables.corrections.c.decided_by == named)
    found["corrections"] += [row for row in decided if row not in found["corrections"]]
    found["memory"] = await _rows(connection, tables.memory, noted_of(who))
    found["wishers"] = [{"shown": shown, "at": at} for shown, at in await unmet.of_person(connection, persons)]
    return found


def noted_of(who: Address) -> ColumnElement[bool]:
    """The drawers' notes about someone: a draft's photo, and what a channel keeps under a key that ends with them."""
    kept = tables.memory.c
    draft = (kept.owner == "draft") & (kept.key == f"{who.channel}:{who.address}")
    drawers = (who.channel, memory.personal(who.channel))
    return draft | (kept.owner.in_(drawers) & kept.key.endswith(f":{who.address}", autoescape=True))


_ADDRESSED = (
    tables.people,
    tables.inbox,
    tables.history,
    tables.inquiries,
    tables.notices,
    tables.members,
    tables.blocks,
    tables.corrections,
)


def _of(table: Table, who: Address) -> ColumnElement[bool]:
    return (table.c.channel == who.channel) & (table.c.address == who.address)


async def _rows(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> Rows:
    query = select(table).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
