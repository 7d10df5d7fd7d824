"""How a channel is, and since when; each change is said once."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Health
from bot.channel_kit.health import HealthTracker

BEGIN = datetime(2026, 11, 24, tzinfo=UTC)


def test_since_is_when_the_health_changed(caplog: pytest.LogCaptureFixture) -> None:
    moments = iter(BEGIN + timedelta(minutes=number) for number in range(10))
    with caplog.at_level(logging.INFO):
        health = HealthTracker("kênh", now=lambda: next(moments))
        assert (health.condition.health, health.condition.since) == (Health.STARTING, BEGIN)
        health.down("no line")
        health.down("no line")
        assert health.condition.since == BEGIN + timedelta(minutes=1)
        health.down("no token")
        assert (health.condition.why, health.condition.since) == ("no token", BEGIN + timedelta(minutes=1))
        health.up()
        assert (health.condition.why, health.condition.since) == ("", BEGIN + timedelta(minutes=2))
    assert [(record.levelname, record.getMessage().strip()) for record in caplog.records] == [
        ("WARNING", "kênh is down no line"),
        ("WARNING", "kênh is down no token"),
        ("INFO", "kênh is up"),
    ]
