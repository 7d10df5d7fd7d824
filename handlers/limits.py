"""Limits that keep producers from being flooded, and warnings about suspicious words. Pure."""

import re

HOUR = 3600.0
DAY = 24 * HOUR
LONGEST = 2000
SHORTEST = 2
PER_DAY = 10
PER_PRODUCER_AND_DAY = 3
MORE_PER_DAY = 10
# So much is told to one receiver within an hour message by message; what is more, in a digest.
TOLD_PER_HOUR = 10
DIGEST_AFTER = 600.0

PER_LINE = 20
LINE_SECONDS = 120.0
_MOST_KEYS = 20_000

_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|vn|net|org|info|xyz|top|link|me)\b(?:/\S*)?")
_NUMBER = re.compile(r"(?:\+?\d[\s.-]?){9,}")


class Allowance:
    """A rate limit for each key, in memory: *burst* times at once, then once every *seconds*."""

    def __init__(self, *, burst: int, seconds: float, most: int = _MOST_KEYS) -> None:
        self._burst = burst
        self._seconds = seconds
        self._most = most
        # When what each key has taken is all given back.
        self._full_at: dict[str, float] = {}

    def wait(self, key: str, now: float) -> float:
        """0 where it may be done now, which is counted; else in how many seconds."""
        full_at = max(self._full_at.pop(key, now), now)
        too_soon = full_at + self._seconds - now - self._burst * self._seconds
        self._full_at[key] = full_at if too_soon > 0 else full_at + self._seconds
        if len(self._full_at) > self._most:
            del self._full_at[next(iter(self._full_at))]
        return max(0.0, too_soon)


def per_line() -> Allowance:
    """The rate limit of questions from one network address: enough for a family or an office."""
    return Allowance(burst=PER_LINE, seconds=LINE_SECONDS)


def flags(text: str) -> tuple[str, ...]:
    """What its reader should be careful with in *text*: a link, a long number."""
    found = (("link", _LINK), ("number", _NUMBER))
    return tuple(name for name, pattern in found if pattern.search(text))


def digest_due(*, told: int, last_digest: float, now: float) -> float | None:
    """When a receiver of that many notices within an hour gets the rest in a digest; None: send it right away."""
    return max(now + DIGEST_AFTER, last_digest + HOUR) if told >= TOLD_PER_HOUR else None


def tidy(text: str) -> str:
    """*text* without control characters and with at most one empty line in a row, cut at LONGEST characters."""
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return re.sub(r"\n{3,}", "\n\n", printable).strip()[:LONGEST]
