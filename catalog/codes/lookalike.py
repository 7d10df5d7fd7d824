"""Hosts that borrow a known name: other letters of the same shape, a slip of the pen, the known name put in front."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from catalog.codes import hosts

# Each plain letter with what prints like it: Cyrillic, Greek, Latin letters with a twist, digits.
_SHAPES = str.maketrans(
    {
        other: plain
        for plain, others in {
            "a": "аαɑ",
            "b": "вβƅ",
            "c": "сϲ",
            "d": "ԁđð",
            "e": "еεє",
            "g": "ɡ",
            "h": "һнħ",
            "i": "іιıɩ",
            "j": "ј",
            "k": "кκ",
            "l": "ӏłʟ1|",
            "m": "мϻ",
            "n": "ηп",
            "o": "оοøσ0",
            "p": "рρ",
            "q": "ԛ",
            "r": "гɼ",
            "s": "ѕʂ",
            "t": "тτ",
            "u": "υս",
            "v": "νѵ",
            "w": "ԝω",
            "x": "хχ",
            "y": "уγ",
        }.items()
        for other in others
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"))
_ENDINGS = (
    ".gov.vn",
    ".com.vn",
    ".net.vn",
    ".org.vn",
    ".edu.vn",
    ".vn",
    ".com",
    ".net",
    ".org",
    ".info",
    ".asia",
    ".shop",
)


class Likeness(StrEnum):
    """How a host resembles a known one."""

    KNOWN_PREFIX = "known_name_inside"
    CONFUSABLE = "same_shape"
    SIMILAR = "similar_name"
    OTHER_ENDING = "other_ending"


@dataclass(frozen=True, slots=True)
class _KnownHost:
    host: str
    skeleton: str
    flat: str
    stem: str
    reach: int
    official: bool


def skeleton(host: str) -> str:
    """Spell *host* by the shapes of its letters: marks off, lookalikes of other scripts, 0, 1, rn and vv made plain."""
    spread = unicodedata.normalize("NFKD", host.casefold())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter)).translate(_SHAPES)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain.replace("i", "l")


def readable(host: str) -> str:
    """Turn the ``xn--`` labels of *host* back into the letters a person sees."""
    return ".".join(_letters(label) for label in host.split("."))


def _letters(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return label


def find(host: str, *, own: frozenset[str] = frozenset()) -> tuple[str, Likeness] | None:
    """The known host that *host* pretends to be, and how; None for a known host, a name under it, or a stranger."""
    seen = readable(host[:253].lower())
    known = _known_hosts(own)
    if hosts.portal(seen) or any(seen == each.host or _is_under(seen, each.host) for each in known):
        return None
    spelled = skeleton(seen.removeprefix("www."))
    flat = _flat(spelled)
    stem = _stem(seen.removeprefix("www."))
    for each in known:
        if likeness := _likeness(each, seen=seen, spelled=spelled, flat=flat, stem=stem):
            return each.host, likeness
    return None


def _is_under(seen: str, known: str) -> bool:
    """True for a name that only the owner of *known* can give; letters of other scripts are never waved through."""
    return seen.isascii() and seen.endswith("." + known)


def _likeness(each: _KnownHost, *, seen: str, spelled: str, flat: str, stem: str) -> Likeness | None:
    if f".{each.host}." in f".{seen}." or f".{each.skeleton}." in f".{spelled}.":
        return Likeness.CONFUSABLE if spelled == each.skeleton else Likeness.KNOWN_PREFIX
    if flat == each.flat:
        return Likeness.CONFUSABLE
    if each.official and len(each.flat) >= 10 and each.flat in flat:
        return Likeness.KNOWN_PREFIX
    if each.reach and OSA.distance(spelled, each.skeleton, score_cutoff=each.reach) <= each.reach:
        return Likeness.SIMILAR
    return Likeness.OTHER_ENDING if each.stem and stem == each.stem else None


@lru_cache(maxsize=16)
def _known_hosts(own: frozenset[str]) -> tuple[_KnownHost, ...]:
    portals = [portal.host for portal in hosts.PORTALS]
    ours = [name for name in sorted(own) if any(letter.isalpha() for letter in name) and "." in name]
    return tuple(_prepare(name, official=True) for name in (*ours, *portals)) + tuple(
        _prepare(name, official=False) for name in sorted(hosts.FAMOUS)
    )


def _prepare(name: str, *, official: bool) -> _KnownHost:
    shape = skeleton(name)
    reach = 2 if len(name) >= 12 else int(len(name) >= 9)
    stem = _stem(name)
    return _KnownHost(name, shape, _flat(shape), stem if official and len(stem) >= 8 else "", reach, official)


def _stem(host: str) -> str:
    return next((host.removesuffix(ending) for ending in _ENDINGS if host.endswith(ending)), "")


def _flat(spelled: str) -> str:
    return spelled.replace(".", "").replace("-", "").replace("_", "")


def own_names(netlocs: Iterable[str]) -> frozenset[str]:
    """The bare host names among our own *netlocs*."""
    return frozenset(each.lower().partition(":")[0] for each in netlocs)
