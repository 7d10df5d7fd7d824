"""Questions about a fair by its name in English, Korean and Chinese: which fair, and what is asked of it."""

import re
import unicodedata
from collections.abc import Sequence

from catalog.fairs.calendar import EASTERN_FAIR, Fair, named, part_eastern
from catalog.text import fold

_LONGEST = 120
_FAIR = re.compile(r"\b(?:fairs?|festivals?|exhibitions?|expos?)\b")
# What stands around a name, and names nothing.
_AROUND = frozenset(
    (
        "a", "about", "an", "and", "any", "are", "at", "be", "can", "come", "coming", "date", "dates", "day", "days",
        "did", "directions", "do", "does", "end", "ends", "find", "follow", "following", "for", "get", "go", "has",
        "have", "held", "hours", "how", "i", "in", "info", "information", "is", "it", "last", "let", "like", "me",
        "more", "much", "my", "next", "of", "on", "open", "opening", "please", "remind", "reminder", "reminders",
        "sell", "selling", "sells", "show", "sold", "start", "starts", "stop", "take", "takes", "tell", "that", "the",
        "there", "this", "time", "to", "unfollow", "up", "want", "was", "we", "what", "when", "where", "which", "who",
        "will", "with", "would", "you", "place", "happen", "buy", "us",
    )
)  # fmt: skip
_ASKED = (
    ("stop", re.compile(r"\b(?:unfollow|stop)\b|취소|그만|取消|不再")),
    ("remind", re.compile(r"\b(?:follow|remind|reminders?)\b|팔로우|알림|알려|关注|提醒")),
    ("who", re.compile(r"\bwho\b|\bwhat\b.*\b(?:sold|sells?|buy|get|there)\b|누가|뭐|무엇|팔|谁|卖|买")),
)
_EASTERN_FAIR = re.compile(EASTERN_FAIR)


def speaks_of_fair(body: str) -> bool:
    """Whether *body* may name a fair in English, Korean or Chinese."""
    return len(body) <= _LONGEST and bool(_FAIR.search(body.casefold()) or _EASTERN_FAIR.search(body))


def read_named(body: str, fairs: Sequence[Fair]) -> tuple[str, Sequence[Fair]] | None:
    """What *body* asks ("show", "who", "remind", "stop") and of which of *fairs*; None where it names none of them."""
    if len(body) > _LONGEST:
        return None
    text = unicodedata.normalize("NFC", body)
    if _EASTERN_FAIR.search(text):
        name, left = part_eastern(text)
    else:
        left = fold(text)
        name = _name_in(left)
    found = named(fairs, name) if name else ()
    if not found:
        return None
    return next((what for what, pattern in _ASKED if pattern.search(left)), "show"), found


def _name_in(words: str) -> str:
    """What names a fair in English *words*; "" where they speak of none, or where nothing stands before "fair"."""
    at = _FAIR.search(words)
    if at is None:
        return ""
    before, after = words[: at.start()].split(), words[at.end() :].split()
    telling = [word for word in before if word not in _AROUND]
    # A name stands right before the word: "spring rolls at the fair" names none.
    if not telling or before[-len(telling) :] != telling:
        return ""
    return " ".join([*telling, *(word for word in after if word not in _AROUND)])
