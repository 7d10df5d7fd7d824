"""Which vendors take no answers now: said in the log once and then every ten minutes, never once for each message."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

_AGAIN = 600.0


@dataclass(slots=True)
class _Outage:
    """A vendor takes nothing since *since*; last *told* then; *failures* of ours until now."""

    since: float
    told: float
    failures: int = 1


class Outages:
    """One note for each channel whose vendor does not take what we send."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._now: dict[str, _Outage] = {}
        self._quiet: dict[str, float] = {}

    def failed(self, channel: str, *, why: str) -> None:
        """An answer was not taken; it waits."""
        now = self._clock()
        outage = self._now.get(channel)
        if outage is None:
            self._now[channel] = outage = _Outage(now, now)
            if self._quiet.get(channel, 0.0) <= now:
                self._quiet[channel] = now + _AGAIN
                log.warning("%s takes no answers, they wait: %s", channel, why)
            return
        outage.failures += 1
        if now - outage.told >= _AGAIN:
            outage.told, minutes = now, (now - outage.since) / 60
            log.warning(
                "%s takes no answers since %.0f min (%d tries), they wait: %s", channel, minutes, outage.failures, why
            )

    def worked(self, channel: str) -> bool:
        """An answer went out; True if that ends an outage."""
        outage = self._now.pop(channel, None) if self._now else None
        if outage is None:
            return False
        now = self._clock()
        if now - outage.since >= 1.0:
            log.info("%s takes answers again, after %.0f s", channel, now - outage.since)
        return True
