"""One process at a time, by compare-and-swap; a holder that died is forgotten when its time is over."""

import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.channel import Memory


class Lease:
    """The right to do something alone, kept under *key*, for *length* at most."""

    def __init__(self, memory: Memory, *, key: str, length: timedelta, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._key = key
        self._length = length
        self._clock = clock

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[bool]:
        """Hold the lease inside the block; the value says whether we do."""
        before = await self._memory.get(self._key)
        mine = json.dumps({"holder": secrets.token_hex(8), "until": (self._clock() + self._length).timestamp()})
        free = before is None or json.loads(before)["until"] <= self._clock().timestamp()
        held = free and await self._memory.exchange(self._key, expected=before, new=mine)
        try:
            yield held
        finally:
            if held:
                nobody = json.dumps({"holder": "", "until": 0})
                await self._memory.exchange(self._key, expected=mine, new=nobody)
