"""Short forms: b for the words most names begin with, bdx for bưởi da xanh, nc for nước, cf for cà phê."""

from collections.abc import Sequence

import numpy as np

from catalog.search.columns import Ints
from catalog.search.entry_columns import SearchColumns
from catalog.search.query import Token, token

_CHAT = {"cf": "cà phê", "cafe": "cà phê", "tp": "thành phố", "vn": "việt nam", "sp": "sản phẩm"}
_VOWELS = frozenset("aeiouy")
_LENGTHS = (2, 3, 4)
LONGEST_SHORT = 4
FEWEST_NAMES = 2


class Abbreviations:
    """What short forms may stand for, learned from how the names of the catalogue begin."""

    def __init__(self, shelf: SearchColumns) -> None:
        self._spellings = shelf.vocabulary.folded.spellings
        self._numbers = shelf.vocabulary.folded.numbers
        self._phrases: dict[str, tuple[str, ...]] = {}
        terms = shelf.vocabulary.fold_of
        for length in _LENGTHS:
            self._learn(terms[_beginnings(shelf, length=length)])

    def spelled_out(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with those short forms written out that are no words of the catalogue."""
        spelled: list[Token] = []
        for short in tokens:
            words = self._words(short.word)
            spelled.extend([short] if words is None else [token(word) for word in words])
        return tuple(spelled)

    def _words(self, short: str) -> Sequence[str] | None:
        if short in _CHAT and short not in self._numbers:
            return _CHAT[short].split()
        if not 1 < len(short) <= LONGEST_SHORT or short in self._numbers or _VOWELS & set(short):
            return None
        return self._phrases.get(short)

    def _learn(self, beginnings: Ints) -> None:
        """Keep the commonest beginning for each row of initials."""
        phrases, counts = np.unique(beginnings, axis=0, return_counts=True)
        for place in np.argsort(-counts, kind="stable").tolist():
            if counts[place] < FEWEST_NAMES:
                break
            words = tuple(self._spellings[term] for term in phrases[place].tolist())
            self._phrases.setdefault("".join(word[0] for word in words), words)


def _beginnings(shelf: SearchColumns, *, length: int) -> Ints:
    """The first *length* words of each name that has as many."""
    starts = shelf.marked.bounds[:-1][shelf.marked.lengths >= length]
    words: Ints = shelf.marked.flat[starts[:, None] + np.arange(length)]
    return words


def common_heads(shelf: SearchColumns, *, most: int) -> dict[str, list[int]]:
    """By letter, the words that most names begin with."""
    starts = shelf.marked.bounds[:-1][shelf.marked.lengths > 0]
    counts = np.bincount(shelf.vocabulary.fold_of[shelf.marked.flat[starts]], minlength=len(shelf.rarities))
    heads: dict[str, list[int]] = {}
    for term in np.argsort(-counts, kind="stable").tolist():
        if counts[term] < FEWEST_NAMES:
            break
        known = heads.setdefault(shelf.vocabulary.folded.spellings[term][0], [])
        if len(known) < most:
            known.append(term)
    return heads
