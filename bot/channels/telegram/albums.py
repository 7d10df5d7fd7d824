"""Albums arrive photo by photo; here they are held until they are whole, and then put as one.

A part is remembered durably before Telegram is told that we have it, so a crash loses no photo. (Telegram posts the
updates of one chat one after another: to keep the first part unanswered until the last has come would wait forever.)
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot import wire
from bot.channel import Inbox, Memory
from bot.channels.telegram.decode import Part
from catalog.errors import StoreError
from handlers.messages import Album, Incoming, Photo

logger = logging.getLogger(__name__)

QUIET, LONGEST = 1.0, 3.0
_KEY = "albums"
Held = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Albums:
    """Holds albums in *memory* for QUIET seconds after their last part, LONGEST after their first; *now* in seconds."""

    memory: Memory
    inbox: Inbox
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def add(self, part: Part) -> None:
        """Remember *part*; durable when this returns."""
        spelled, now = _spell(part), self.now()

        def with_part(held: Held) -> Held:
            album = held.setdefault(part.album, {"first": now, "last": now, "parts": []})
            if all(each["ref"] != part.incoming.ref for each in album["parts"]):
                album["parts"].append(spelled)
                album["last"] = now
            return held

        await self._change(with_part)
        self._news.set()

    async def keep(self) -> None:
        """Put each album once it is whole, until cancelled."""
        while True:
            try:
                wait = await self.settle()
            except StoreError:
                logger.warning("an album could not be put; trying again")
                wait = QUIET
            if wait is None:
                await self._news.wait()
                self._news.clear()
            else:
                await self.sleep(wait)

    async def settle(self) -> float | None:
        """Put the albums that are whole; seconds until the next one may be, None if none is held."""
        held: Held = json.loads(await self.memory.get(_KEY) or "{}")
        now = self.now()
        # A part from the future means that the clock was set back: do not wait for it to catch up.
        due = {name: album for name, album in held.items() if not album["first"] - LONGEST <= now < _due(album)}
        for name, album in due.items():
            incoming = _whole(name, album)
            if incoming is not None:
                await self.inbox.put(incoming)
        if due:
            held = await self._change(lambda held: {k: v for k, v in held.items() if k not in due})
        return max(0.05, min(map(_due, held.values())) - self.now()) if held else None

    async def _change(self, change: Callable[[Held], Held]) -> Held:
        async with self._lock:
            while True:
                before = await self.memory.get(_KEY)
                after = change(json.loads(before or "{}"))
                if await self.memory.exchange(_KEY, expected=before, new=json.dumps(after)):
                    return after


def _due(album: Mapping[str, Any]) -> float:
    return min(float(album["last"]) + QUIET, float(album["first"]) + LONGEST)


def _spell(part: Part) -> dict[str, Any]:
    body, _ = wire.spell_incoming(part.incoming)
    return {"ref": part.incoming.ref, "addressed": part.addressed, "incoming": body}


def _whole(name: str, album: Mapping[str, Any]) -> Incoming | None:
    """The album as one message; None when none of its parts speaks to us."""
    parts = sorted(album["parts"], key=lambda part: int(part["ref"].split(".")[1]))
    read = [wire.read_incoming(part["incoming"], None) for part in parts]
    spoken = next((each for each, part in zip(read, parts, strict=True) if part["addressed"]), None)
    if spoken is None:
        return None
    photos = tuple(each.content for each in read if isinstance(each.content, Photo))
    return replace(spoken, content=Album(photos) if len(photos) > 1 else photos[0], ref=f"a{name}")
