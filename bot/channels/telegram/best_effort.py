"""Calls nobody waits for (a callback answered, "typing …", suggestions): few at once, dropped rather than piled up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import TelegramError

from bot.logs import outline
from catalog.errors import CatalogError

logger = logging.getLogger(__name__)

WORKERS = 16
_MOST = 2_000
Call = Callable[[], Awaitable[object]]


class BestEffortCalls:
    """A bounded row of calls; what fails is forgotten, for each has lost its use by the time it could be repeated."""

    def __init__(self) -> None:
        self._calls: asyncio.Queue[Call] = asyncio.Queue(_MOST)

    def soon(self, call: Call) -> None:
        """Make *call* before long, or never if too many wait already."""
        if self._calls.full():
            logger.warning("too many small calls at once: one is dropped")
            return
        self._calls.put_nowait(call)

    async def work(self) -> None:
        """Make calls one after another, until cancelled."""
        while True:
            call = await self._calls.get()
            try:
                await call()
            except (TelegramError, CatalogError) as error:
                logger.debug("a small call failed: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - one call's surprise must not silence the others
                logger.error("a small call failed in a way nobody foresaw: %s", outline(error))  # noqa: TRY400 - without its words
