"""What keeps a producer from being flooded, and what a producer should look at twice. Pure."""

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

_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|vn|net|org|info|xyz|top|link|me)\b(?:/\S*)?")
_NUMBER = re.compile(r"(?:\+?\d[\s.-]?){9,}")


def flags(text: str) -> tuple[str, ...]:
    """What is in *text* that whoever reads it should be careful with: a link, a long number."""
    found = (("link", _LINK), ("number", _NUMBER))
    return tuple(name for name, pattern in found if pattern.search(text))


def digest_due(*, told: int, last_digest: float, now: float) -> float | None:
    """When a receiver who was told so much within the hour is told of the rest; None if it can be told right away."""
    return max(now + DIGEST_AFTER, last_digest + HOUR) if told >= TOLD_PER_HOUR else None


def tidy(text: str) -> str:
    """*text* without control characters and with at most one empty line in a row, cut at LONGEST characters."""
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return re.sub(r"\n{3,}", "\n\n", printable).strip()[:LONGEST]
