"""A process that renews the tokens once and can be struck dead at a chosen moment.

    python -m tests.unit.zalo.renewing DATABASE SETTINGS-JSON MOMENT [stale]

MOMENT is "leased" (before Zalo is asked), "answered" (before the new pair is kept), "kept" (right after), or "never".
With "stale" the pair that is there is replaced, however fresh it is.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime

import aiohttp

from bot.channels.zalo_oa.pair import KEY
from bot.channels.zalo_oa.settings import Settings
from bot.channels.zalo_oa.tokens import Tokens
from bot.memory import ChannelMemory
from catalog.store import open_store


class Deadly(ChannelMemory):
    """Kills the process around an exchange."""

    moment = "never"

    async def exchange(self, key: str, *, expected: str | None, new: str) -> bool:
        if key == KEY and self.moment == "answered":
            os.kill(os.getpid(), signal.SIGKILL)
        done = await super().exchange(key, expected=expected, new=new)
        if (key == KEY and self.moment == "kept") or (key != KEY and self.moment == "leased"):
            os.kill(os.getpid(), signal.SIGKILL)
        return done


async def main(database: str, settings: str, moment: str, *stale: str) -> None:
    async with open_store(database) as store, aiohttp.ClientSession() as session:
        memory = Deadly(store, "zalo_oa")
        memory.moment = "never" if stale else moment
        given = Settings.model_validate_json(settings)
        tokens = Tokens(given, memory, session=session, clock=lambda: datetime.now(UTC))
        access = await tokens.access()
        memory.moment = moment
        print(await tokens.renew(stale=access) if stale else access)  # noqa: T201 - what the parent reads


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
