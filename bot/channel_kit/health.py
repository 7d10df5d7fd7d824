"""How a channel is, as it changes; what changes is logged once."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bot.channel import Condition, Health

log = logging.getLogger(__name__)


STANDS_BY = "stands by: another process polls"


def _now() -> datetime:
    return datetime.now(UTC)


class HealthTracker:
    """The condition of the channel *name*. *why* never holds a secret or a person; *since* is when *health* changed."""

    def __init__(
        self, name: str, *, health: Health = Health.STARTING, why: str = "", now: Callable[[], datetime] = _now
    ) -> None:
        self._name = name
        self._now = now
        self.condition = Condition(health, why, now())

    def up(self, why: str = "") -> None:
        """All is well, but for what *why* says."""
        self.note(Health.UP, why)

    def down(self, why: str) -> None:
        """Nothing comes in or goes out, because of *why*."""
        self.note(Health.DOWN, why)

    def note(self, health: Health, why: str = "") -> None:
        """The channel is so now."""
        before = self.condition
        if (before.health, before.why) == (health, why):
            return
        since = before.since if before.health is health else self._now()
        self.condition = Condition(health, why, since)
        calm = health is Health.UP and not why
        log.log(logging.INFO if calm else logging.WARNING, "%s is %s %s", self._name, health, why)
