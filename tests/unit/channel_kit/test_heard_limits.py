"""What other processes tell a limiter."""

import time

import pytest

from bot.channel_kit.rate_limit import RateLimiter


@pytest.mark.parametrize("word", ["", "pause/ab", "hold/other/x/1/", "note/other/1/soon/key", "a/b/c/d/e/f/g"])
def test_what_another_version_says_is_passed_over(word: str) -> None:
    limiter = RateLimiter.__new__(RateLimiter)
    limiter._us = "us"
    limiter.clock = time.monotonic
    limiter._hear([word])
