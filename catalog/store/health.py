"""Whether the database takes what we write: noticed at every write, said once in the log and not for each message."""

import logging
import time
from collections.abc import Callable

from catalog.errors import StoreFull, StoreUnavailable

log = logging.getLogger(__name__)

_AGAIN = 600.0
# A small write may still fit where the next photo does not: only some quiet says that it is over.
_QUIET, _FRESH = 5.0, 60.0


class DatabaseHealth:
    """What came of the last writes. *refused* counts those that the database itself would not take."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.trouble = ""
        self.refused = 0
        self._since = self._last = 0.0
        self._told: float | None = None
        self._is_told = False

    def note_failure(self, error: Exception) -> None:
        """A write failed; what its own words were to blame for is no trouble of the database."""
        if not isinstance(error, StoreFull | StoreUnavailable):
            return
        self._last = now = self._clock()
        self.refused += 1
        if not self.trouble:
            self._since, self._is_told = now, False
        self.trouble = str(error)
        if self._told is None or now - self._told >= (_AGAIN if self._is_told else _FRESH):
            self._told, self._is_told = now, True
            log.error("the database takes no writes (%d refused): %s", self.refused, error)

    def note_success(self, *, surely: bool = False) -> None:
        """A write was kept; *surely* a large one."""
        if not self.trouble:
            return
        now = self._clock()
        if surely or now - self._last >= _QUIET:
            self.trouble = ""
            if self._is_told:
                log.warning("the database takes writes again, after %.0f s", now - self._since)
