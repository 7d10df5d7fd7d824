"""The words of the catalogue, numbered: folded, with their marks, and how telling each one is."""

from array import array
from collections.abc import Iterable

import numpy as np

from catalog.search.columns import Floats, Ints
from catalog.text import accented_syllables, syllables, tone_last, toneless


class WordTable:
    """Strings and their numbers, in order of first sight."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.spellings: list[str] = []

    def __len__(self) -> int:
        return len(self.spellings)

    def number(self, word: str) -> int:
        """The number of *word*, a new one when it was not seen before."""
        known = self.numbers.setdefault(word, len(self.spellings))
        if known == len(self.spellings):
            self.spellings.append(word)
        return known


class Vocabulary:
    """Marked spellings (tone last) and the folded words and toneless spellings they belong to."""

    def __init__(self) -> None:
        self.folded = WordTable()
        self.marked = WordTable()
        self._bare = WordTable()
        self._fold_of = array("i")
        self._bare_of = array("i")
        self._chunks: dict[str, tuple[int, ...]] = {}

    def read(self, text: str) -> list[int]:
        """The marked words of *text*, learned on the way."""
        numbers: list[int] = []
        for chunk in text.split():
            known = self._chunks.get(chunk)
            numbers.extend(self._learn(chunk) if known is None else known)
        return numbers

    def freeze(self) -> None:
        """Turn what was learned into arrays; nothing can be learned afterwards.

        The last place of *fold_of* stands for the marked word -1, which is none: its folded word lies past all others.
        """
        self.fold_of: Ints = np.array([*self._fold_of, len(self.folded)], dtype=np.int32)
        self.bare_of: Ints = np.array(self._bare_of, dtype=np.int32)
        self._chunks.clear()

    def bare_number(self, marked: str) -> int:
        """The number of the toneless spelling of *marked*; -1 when no word has it."""
        return self._bare.numbers.get(toneless(marked), -1)

    def _learn(self, chunk: str) -> tuple[int, ...]:
        numbers = tuple(self._number(word) for word in accented_syllables(chunk))
        self._chunks[chunk] = numbers
        return numbers

    def _number(self, word: str) -> int:
        number = self.marked.number(tone_last(word))
        if number == len(self._fold_of):
            self._fold_of.append(self.folded.number("".join(syllables(word))))
            self._bare_of.append(self._bare.number(toneless(word)))
        return number


def rarity(counts: Iterable[float], *, rows: int) -> Floats:
    """How telling a word is that stands in *counts* of so many *rows* (inverse document frequency)."""
    found = np.asarray(counts, dtype=np.float32)
    rarities: Floats = np.log1p((rows - found + 0.5).clip(0) / (found + 0.5)).astype(np.float32)
    return rarities
