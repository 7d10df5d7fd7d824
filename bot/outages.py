"""Which vendors take no answers now: said in the log once and then every ten minutes, never once for each message."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

_AGAIN = 600.0


@dataclass(slots=True)
class _Outage:
    """A vendor takes nothing since *since*; the log *told* of it then, None while it does not know."""

    since: float
    told: float | None
    failures: int = 0


class Outages:
    """One note for each channel whose vendor does not take what we send."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._now: dict[str, _Outage] = {}
        self._told: dict[str, float] = {}

    def note_failure(self, channel: str, *, why: str) -> None:
        """An answer was not taken; it waits."""
        now = self._clock()
        outage = self._now.setdefault(channel, _Outage(now, None))
        outage.failures += 1
        # One chat that is barred while others are not comes and goes many times.
        if now - self._told.get(channel, -_AGAIN) < _AGAIN:
            return
        self._told[channel] = now
        if outage.failures == 1:
            log.warning("%s takes no answers, they wait: %s", channel, why)
        else:
            lasted = (now - outage.since) / 60
            log.warning(
                "%s takes no answers since %.0f min (%d tries), they wait: %s", channel, lasted, outage.failures, why
            )
        outage.told = now

    def note_success(self, channel: str) -> bool:
        """An answer went out; True if that ends an outage."""
        outage = self._now.pop(channel, None) if self._now else None
        if outage is None:
            return False
        if outage.told is not None:
            log.info("%s takes answers again, after %.0f s", channel, self._clock() - outage.since)
        return True
