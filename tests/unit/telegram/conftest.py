"""A Bot API to talk to, and someone who talks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from bot.channels.telegram.channel import TelegramChannel, TelegramParts
from tests.stands.telegram import BotApi, Someone, bot_api
from tests.stands.telegram.house import House, living, settings

Live = Callable[..., AbstractAsyncContextManager[TelegramChannel]]


async def hurried(seconds: float) -> None:
    """Waiting for a failure to pass need not take long here."""
    await asyncio.sleep(min(seconds, 0.02))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as stand:
        yield stand


@pytest.fixture
def lan(api: BotApi) -> Someone:
    return Someone(api)


@pytest.fixture
def live(api: BotApi) -> Live:
    def start(house: House, **more: Any) -> AbstractAsyncContextManager[TelegramChannel]:
        return living(
            house, settings(api, **more), around=TelegramParts(sleep=hurried, clock=lambda: time.monotonic() * 20)
        )

    return start
