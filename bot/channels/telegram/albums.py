"""Albums arrive photo by photo; here they are held until they are whole, and then put as one.

A part is kept durably, sealed and under its person's address, before Telegram is told that we have it, so a crash
loses no photo and whoever erases everything erases it too. (Telegram posts the updates of one chat one after another:
to keep the first part unanswered until the last has come would wait forever.)
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bot import codec
from bot.channel import InboxPort, Memory
from bot.channels.telegram.decode import Part
from bot.logs import LastingTrouble
from catalog.errors import StoreError
from handlers.messages import Album, Incoming, Photo

logger = logging.getLogger(__name__)

QUIET, LONGEST = 1.0, 3.0
LOOK_EVERY = 5.0
# Where older versions held all albums together, unsealed.
_TOGETHER = "albums"
Held = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Albums:
    """Holds albums in *memory* for QUIET seconds after their last part, LONGEST after their first; *now* in seconds.

    It looks *look_every* seconds for what another process held, and did not live to put; None where there is no other.
    """

    memory: Memory
    inbox: InboxPort
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    look_every: float | None = None
    _moved: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def add(self, part: Part) -> None:
        """Keep *part*; durable when this returns."""
        await self._hold(part.album, _serialize_part(part), at=self.now())
        self._news.set()

    async def keep(self) -> None:
        """Put each album once it is whole, until cancelled."""
        trouble = LastingTrouble(logger)
        while True:
            try:
                wait = await self.settle()
            except StoreError as error:
                trouble.note_failure("albums cannot be looked for or put; they wait: %s", error)
                wait = QUIET
            else:
                trouble.note_success("albums are put again")
            if wait is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.look_every):
                        await self._news.wait()
                self._news.clear()
            else:
                await self.sleep(wait)

    async def settle(self) -> float | None:
        """Put the albums that are whole; seconds until the next one may be, None if none is held."""
        await self._migrate_older_parts()
        held = _gather_albums(await self.memory.personal())
        now = self.now()
        # A part from the future means that the clock was set back: do not wait for it to catch up.
        due = {name: album for name, album in held.items() if not album["first"] - LONGEST <= now < _due(album)}
        for name, album in due.items():
            incoming = _join(name, album)
            if incoming is not None:
                await self.inbox.put(incoming)
            await self.memory.forget_personal(album["keys"])
        waits = [_due(album) for name, album in held.items() if name not in due]
        return max(0.05, min(waits) - self.now()) if waits else None

    async def forget(self, address: str) -> None:
        """Keep no part of the albums of whoever is at *address*."""
        mine = [key for key in await self.memory.personal() if key.endswith(f":{address}")]
        await self.memory.forget_personal(mine)

    async def _hold(self, album: str, serialized: Mapping[str, Any], *, at: float) -> None:
        address = codec.read_incoming(serialized["incoming"], None).person.address
        kept = json.dumps({"album": album, "at": at, "part": serialized})
        await self.memory.keep_personal(f"{album}:{serialized['ref']}:{address}", kept)

    async def _migrate_older_parts(self) -> None:
        """Hold what an older version left, as we hold it; once."""
        if self._moved:
            return
        before = await self.memory.get(_TOGETHER)
        held: Held = json.loads(before or "{}")
        for name, album in held.items():
            for serialized in album["parts"]:
                await self._hold(name, serialized, at=album["last"])
        if held:
            await self.memory.exchange(_TOGETHER, expected=before, new="{}")
        self._moved = True


def _gather_albums(kept: Mapping[str, str]) -> Held:
    """The albums that are held, each with its parts, their keys, and when the first and the last came."""
    held: Held = {}
    for key, serialized in kept.items():
        if not serialized:  # its key is lost, and it with it
            continue
        each = json.loads(serialized)
        album = held.setdefault(each["album"], {"first": each["at"], "last": each["at"], "parts": [], "keys": []})
        album["first"], album["last"] = min(album["first"], each["at"]), max(album["last"], each["at"])
        album["parts"].append(each["part"])
        album["keys"].append(key)
    return held


def _due(album: Mapping[str, Any]) -> float:
    return min(float(album["last"]) + QUIET, float(album["first"]) + LONGEST)


def _serialize_part(part: Part) -> dict[str, Any]:
    body, _ = codec.serialize_incoming(part.incoming)
    return {"ref": part.incoming.ref, "addressed": part.addressed, "incoming": body}


def _join(name: str, album: Mapping[str, Any]) -> Incoming | None:
    """The album as one message; None when none of its parts speaks to us."""
    parts = sorted(album["parts"], key=lambda part: int(part["ref"].split(".")[1]))
    read = [codec.read_incoming(part["incoming"], None) for part in parts]
    spoken = next((each for each, part in zip(read, parts, strict=True) if part["addressed"]), None)
    if spoken is None:
        return None
    photos = tuple(each.content for each in read if isinstance(each.content, Photo))
    return replace(spoken, content=Album(photos) if len(photos) > 1 else photos[0], ref=f"a{name}")
