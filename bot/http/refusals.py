"""Refused requests and connections: counted by kind, and logged at most once a minute without their words."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

_LOG_EVERY = 60.0


class _Counts(Protocol):
    def count_refusal(self, kind: str) -> None:
        """Something of this kind was refused."""


class Refusals:
    """Counts by kind into *metrics*; a kind is a short word of ours, never a word of a request."""

    def __init__(self, metrics: _Counts | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock = clock
        self._unlogged: Counter[str] = Counter()
        self._logged_at: dict[str, float] = {}

    def count(self, kind: str) -> None:
        """Note one more of *kind*."""
        if self._metrics is not None:
            self._metrics.count_refusal(kind)
        self._unlogged[kind] += 1
        now = self._clock()
        if now - self._logged_at.get(kind, -_LOG_EVERY) >= _LOG_EVERY:
            self._logged_at[kind] = now
            log.warning("refused: %s (%d since this was last logged)", kind, self._unlogged.pop(kind))
