"""The inbox's rows as the tests look at them."""

from sqlalchemy import select

from catalog.store import InboxRow, Store, tables

_NAMES = ("channel", "address", "ref", "body", "pictures", "seq", "state", "answer", "attempts", "due_at")


async def unfinished(store: Store) -> list[InboxRow]:
    """Every letter that still has a way to go, the oldest first."""
    table = tables.inbox
    query = select(*(table.c[name] for name in _NAMES)).where(table.c.state.in_(("waiting", "ready", "sending")))
    async with store._engine.connect() as connection:
        rows = await connection.execute(query.order_by(table.c.seq))
        return [InboxRow(**row) for row in rows.mappings()]
