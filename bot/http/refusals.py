"""What was refused at the door: each kind is counted, and told in the log at most once a minute, without its words."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

_TOLD_EVERY = 60.0


class _Counts(Protocol):
    def count_refusal(self, kind: str) -> None:
        """Something of this kind was refused."""


class Refusals:
    """Counts by kind into *measures*; a kind is a short word of ours, never a word of a request."""

    def __init__(self, measures: _Counts | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._measures = measures
        self._clock = clock
        self._untold: Counter[str] = Counter()
        self._told_at: dict[str, float] = {}

    def count(self, kind: str) -> None:
        """Note one more of *kind*."""
        if self._measures is not None:
            self._measures.count_refusal(kind)
        self._untold[kind] += 1
        now = self._clock()
        if now - self._told_at.get(kind, -_TOLD_EVERY) >= _TOLD_EVERY:
            self._told_at[kind] = now
            log.warning("refused at the door: %s (%d since this was last told)", kind, self._untold.pop(kind))
