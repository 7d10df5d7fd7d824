"""On which database a test of the store runs, where that is not both, and what only SQLite has."""

import pytest

from catalog.store import Store
from catalog.store.steps import ConnectionThread

only_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def writer_thread(store: Store) -> ConnectionThread:
    """The thread that writes for *store*."""
    thread = store._write.thread
    assert thread is not None
    return thread


async def set_pragma(store: Store, pragma: str) -> None:
    """Set *pragma* on both connections that *store* has: the one that others share, and the writer's own."""
    async with store._engine.connect() as connection:
        await connection.exec_driver_sql(f"PRAGMA {pragma}")
    await writer_thread(store).visit(lambda driver: driver.execute(f"PRAGMA {pragma}").fetchall())
