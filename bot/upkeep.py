"""What a server does beside answering: it sees that its database takes writes, stays small, and is its own."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from catalog.errors import StoreError
from catalog.store import Store, Watch

log = logging.getLogger(__name__)

_PROVE_EVERY, _PROVE_AGAIN = 10.0, 2.0
_SHRINK_EVERY, _VACUUM_EVERY = 60.0, 5.0

Sleep = Callable[[float], Awaitable[None]]


async def keep_proving(store: Store, *, sleep: Sleep = asyncio.sleep) -> None:
    """Write a word now and then, so that a full disk is known before the next message comes, and its end too."""
    while True:
        with suppress(StoreError):
            await store.prove()
        await sleep(_PROVE_AGAIN if store.health.trouble else _PROVE_EVERY)


async def keep_small(store: Store, *, sleep: Sleep = asyncio.sleep) -> None:
    """Give the room of what was erased back to the disk."""
    while True:
        try:
            await store.give_back_room()
        except StoreError as error:
            log.debug("no room could be given back: %s", error)
        await sleep(_SHRINK_EVERY)


async def keep_vacuumed(store: Store, *, sleep: Sleep = asyncio.sleep) -> None:
    """Have PostgreSQL forget soon what has passed through its queues."""
    while True:
        await sleep(_VACUUM_EVERY)
        try:
            await store.vacuum_queues()
        except StoreError as error:
            log.debug("the queues could not be vacuumed: %s", error)


def _stop() -> None:
    signal.raise_signal(signal.SIGTERM)


async def end_when_replaced(watch: Watch, *, stop: Callable[[], None] = _stop) -> None:
    """Stop serving if another server has taken our database over meanwhile."""
    owner = await watch.until_lost()
    log.error("another hoi-ocop serve (%s) has taken this database over; this one stops", owner)
    stop()
