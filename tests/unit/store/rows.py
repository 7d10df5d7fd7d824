"""What came in, as the tests look at it."""

from sqlalchemy import select

from catalog.store import InboxRow, Store, tables

_NAMES = ("channel", "address", "ref", "body", "pictures", "seq")


async def unfinished(store: Store) -> list[InboxRow]:
    """Every message that is not answered, the oldest first."""
    table = tables.inbox
    query = select(*(table.c[name] for name in _NAMES)).where(table.c.state == "waiting")
    async with store._engine.connect() as connection:
        rows = await connection.execute(query.order_by(table.c.seq))
        return [InboxRow(**row) for row in rows.mappings()]
