"""A board over the shipped catalogue, whose clock the test moves."""

from collections.abc import AsyncIterator

import pytest

from handlers.context import Context
from tests.board import BoardTown, open_board


@pytest.fixture
async def board(context: Context) -> AsyncIterator[BoardTown]:
    async with open_board(context) as town:
        yield town
