"""A number typed instead of a tap: "2", "số 2", "cái thứ hai", "the second one"."""

import re

from catalog.text import fold

_WORDS = {
    "mot": 1, "nhat": 1, "dau": 1, "dau tien": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6,
    "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "one": 1, "first": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4, "five": 5, "fifth": 5,
}  # fmt: skip
_BEFORE = re.compile(
    r"^(?:(?:minh |em |toi |cho |chon |lay |xem |muon |the |number |no )*)(?:cai |loai |san pham |muc )?(?:so |thu )?"
)
_AFTER = re.compile(r"(?: (?:one|nhe|nha|a|di|ay|do))+$")
_MOST = 99


def bare(words: str) -> int | None:
    """The number that *words* are, and nothing besides: where words are awaited, "Chợ Dâu" chooses no first one."""
    said = words.strip()
    return int(said) if said.isdecimal() and said.isascii() and len(said) <= len(str(_MOST)) else None


def number(words: str) -> int | None:
    """The number that *words* choose, or None if they say anything else."""
    said = _AFTER.sub("", _BEFORE.sub("", fold(words)))
    if said.isdecimal() and said.isascii() and len(said) <= len(str(_MOST)):
        return int(said)
    return _WORDS.get(said)
