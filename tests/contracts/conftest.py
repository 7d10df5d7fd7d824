"""One house with every channel open, in which everybody talks: each test brings people of its own."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import add_rows
from tests.contracts.adapters import EITHER_WAY, spoken, stand
from tests.contracts.adapters.house import House, open_app
from tests.dialogues.conftest import BEFORE, OTHERS, PLUMS, WHOLE


@pytest.fixture(scope="session")
def town_file(shipped_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped catalogue with a few invented products in it, made once."""
    path = Path(shutil.copy(shipped_file, tmp_path_factory.mktemp("store") / "town.db"))
    asyncio.run(add_rows(path, [BEFORE, WHOLE, *OTHERS, *PLUMS]))
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    request: pytest.FixtureRequest, town_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The house with all channels in which people talk; when all is said, no secret may stand anywhere.

    Asked for "posted", it has those whose vendor can be polled or post to us, and there the vendors post.
    """
    posts = request.param == "posted"
    names = EITHER_WAY if posts else spoken()
    file = Path(shutil.copy(town_file, tmp_path_factory.mktemp("house") / "house.db"))
    async with AsyncExitStack() as stack:
        stands = [await stack.enter_async_context(stand(name, posts=posts)) for name in names]
        opened = await stack.enter_async_context(open_app(file, stands))
        yield opened
        assert await opened.leaks() == []
