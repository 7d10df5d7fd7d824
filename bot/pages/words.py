"""The web pages' own words (buttons, labels, complaints), kept in ``bot/static/words.json``.

What is said about products comes from handlers, already in the person's language.
"""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "static" / "words.json"
FIRST = "vi"
_MOST_LIKED = 20


@cache
def every() -> dict[str, dict[str, str]]:
    """All words by language; each language has the same ones."""
    with FILE.open(encoding="utf-8") as file:
        read: dict[str, dict[str, str]] = json.load(file)
    return read


def spoken(language: str) -> str:
    """The language we speak for *language* ("en-GB" → "en"), the first one if we do not know it."""
    short = language.replace("_", "-").partition("-")[0].lower()
    return short if short in every() else FIRST


def preferred_language(header: str) -> str:
    """The language we speak that a browser's Accept-Language *header* likes best, the first one if it likes none."""
    liked: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_LIKED]:
        tag, _, quality = part.partition(";")
        short = tag.strip().replace("_", "-").partition("-")[0].lower()
        if short in every():
            liked.append((-_quality(quality), short))
    best = min(liked, default=(0.0, FIRST), key=lambda each: each[0])
    return best[1] if best[0] < 0 else FIRST


def _quality(text: str) -> float:
    """``q=0.8`` as a number; 1 where nothing is said, 0 where nobody can read it."""
    name, _, value = text.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, max(0.0, float(value))) if name == "q" else 0.0
    except ValueError:
        return 0.0


def of(language: str) -> dict[str, str]:
    """The words of *language*."""
    return every()[spoken(language)]


def complaint(code: str, language: str) -> str:
    """The sentence for what went wrong; a general one where only a program could have made the mistake."""
    found = of(language)
    return found.get(f"error_{code}", found["error_protocol"])
