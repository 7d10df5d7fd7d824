"""By which of Zalo's two message APIs a visitor who has not signed in is answered.

Zalo's own SDK names one for words and pictures and the other for files, and says of neither how long it will do. Where
one refuses, the other is tried; which worked last is remembered.
"""

from bot.channel import Memory
from bot.channels.zalo_oa.client import OLDER_PATH, PATH
from bot.channels.zalo_oa.error_codes import ErrorMeaning

REFUSING = frozenset({ErrorMeaning.OTHER, ErrorMeaning.OLD_API, ErrorMeaning.NOT_FOLLOWING, ErrorMeaning.APP})
"""What an API answers that does not do for such a visitor."""

_KEY = "anonymous-way"
_NAMES = {OLDER_PATH: "v2", PATH: "v3"}


class Ways:
    """The paths to try for visitors who have not signed in, the one that worked last first."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._first = ""

    async def in_order(self) -> tuple[str, ...]:
        """The paths, in the order in which to try them. Raises StoreError."""
        if not self._first:
            kept = await self._memory.get(_KEY)
            self._first = kept if kept in _NAMES else OLDER_PATH
        return (self._first, *(path for path in _NAMES if path != self._first))

    async def note_success(self, path: str) -> None:
        """Remember that *path* worked. Raises StoreError."""
        if path != self._first:
            self._first = path
            await self._memory.put(_KEY, path)


def name(path: str) -> str:
    """How the figures call *path*."""
    return _NAMES[path]
