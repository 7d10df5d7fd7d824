"""Whether the database takes what we write: noticed at every write, said once in the log and not for each message."""

import logging
import time
from collections.abc import Callable

from catalog.errors import StoreFull, StoreUnavailable

log = logging.getLogger(__name__)

_AGAIN = 600.0


class Health:
    """What came of the last writes. *refused* counts those that the database itself would not take."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.trouble = ""
        self.refused = 0
        self._since = 0.0
        self._told = 0.0

    def failed(self, error: Exception) -> None:
        """A write failed; what its own words were to blame for is no trouble of the database."""
        if not isinstance(error, StoreFull | StoreUnavailable):
            return
        now, fresh = self._clock(), not self.trouble
        self.refused += 1
        self.trouble = str(error)
        if fresh:
            self._since = now
        if fresh or now - self._told >= _AGAIN:
            self._told = now
            log.error("the database takes no writes (%d refused): %s", self.refused, error)

    def worked(self) -> None:
        """A write was kept."""
        if self.trouble:
            self.trouble = ""
            log.warning("the database takes writes again, after %.0f s", self._clock() - self._since)
