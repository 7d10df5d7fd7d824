"""The web pages' own words (buttons, labels, complaints), kept in ``bot/static/words.json``.

What is said about products comes from handlers, already in the person's language.
"""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "static" / "words.json"
FIRST = "vi"


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


def of(language: str) -> dict[str, str]:
    """The words of *language*."""
    return every()[spoken(language)]


def complaint(code: str, language: str) -> str:
    """The sentence for what went wrong; a general one where only a program could have made the mistake."""
    found = of(language)
    return found.get(f"error_{code}", found["error_protocol"])
