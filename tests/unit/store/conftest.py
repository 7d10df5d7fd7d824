"""The store's tests run on SQLite and on PostgreSQL; those about SQLite's own file say `only_sqlite`."""

from collections.abc import AsyncIterator

import pytest

from catalog.store import Store, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('store_file')}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """The store of that database."""
    async with open_store(store_url) as opened:
        yield opened
