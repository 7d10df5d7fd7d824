"""Which words of the catalogue one typed syllable may stand for, and how likely each is."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.search.columns import Floats, Ints
from catalog.search.typing_errors import likeness, phonetic_key
from catalog.text import from_telex, from_vni, syllables

KEYED, SPOKEN, LOOSE, SKELETON, HEAD = 0.98, 0.93, 0.8, 0.8, 0.8
FEWEST_LETTERS_TO_GUESS = 2
REMEMBERED = 20_000
_LONGEST_GUESSED = 16
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Guesses:
    """Known words, best first, each with its likeness; *marked* is what raw Telex or VNI spells."""

    terms: Ints
    likes: Floats
    marked: str | None = None


class Speller:
    """Looks typed syllables up among known words, by sound and by one letter left out."""

    def __init__(self, words: list[str], numbers: dict[str, int], *, heads: dict[str, list[int]]) -> None:
        self._words = words
        self.numbers = numbers
        self._sounds = _group_by_key(phonetic_key(word) for word in words)
        self._heads = heads
        self._skeletons = _group_by_key(skeleton(word) for word in words)
        self._loose_sounds = _group_by_key(phonetic_key(word, loosely=True) for word in words)
        self.cut_keys, self.cut_terms = _cut_table(words)
        self._remembered: dict[str, Guesses] = {}

    def guesses(self, typed: str) -> Guesses:
        """Every known word that *typed* (lower case, as the person wrote it, without marks) may stand for."""
        known = self._remembered.get(typed)
        if known is None:
            if len(self._remembered) > REMEMBERED:
                self._remembered.clear()
            known = self._remembered[typed] = self._guess(typed)
        return known

    def _guess(self, typed: str) -> Guesses:
        found: dict[int, float] = {}
        self._collect_offers(typed, weight=1.0, found=found)
        marked = from_telex(typed) or from_vni(typed)
        if marked is not None:
            self._collect_offers("".join(syllables(marked)), weight=KEYED, found=found)
        ordered = sorted(found.items(), key=lambda pair: -pair[1])
        terms = np.array([term for term, _ in ordered], dtype=np.int32)
        return Guesses(terms, np.array([like for _, like in ordered], dtype=np.float32), marked)

    def _collect_offers(self, typed: str, *, weight: float, found: dict[int, float]) -> None:
        for term, like in self._offers(typed):
            if like * weight > found.get(term, 0.0):
                found[term] = like * weight

    def _offers(self, typed: str) -> Iterator[tuple[int, float]]:
        if typed in self.numbers:
            yield self.numbers[typed], 1.0
        if len(typed) < FEWEST_LETTERS_TO_GUESS or typed.isdigit():
            yield from ((term, HEAD) for term in self._heads.get(typed, ()))
            return
        if skeleton(typed) == typed:
            yield from ((term, SKELETON) for term in self._skeletons.get(typed, ()))
        yield from ((term, SPOKEN) for term in self._sounds.get(phonetic_key(typed), ()))
        yield from ((term, LOOSE) for term in self._loose_sounds.get(phonetic_key(typed, loosely=True), ()))
        yield from ((term, likeness(typed, self._words[term])) for term in self._near(typed))

    def _near(self, typed: str) -> list[int]:
        """Known words that share a spelling with *typed* once a letter is left out of either."""
        keys = np.array([hash(cut) for cut in cuts(typed)], dtype=np.int64)
        starts = np.searchsorted(self.cut_keys, keys, side="left")
        ends = np.searchsorted(self.cut_keys, keys, side="right")
        return sorted(
            {int(term) for start, end in zip(starts, ends, strict=True) for term in self.cut_terms[start:end]}
        )


def skeleton(word: str) -> str:
    """The consonants of *word*: nc for nuoc."""
    return "".join(letter for letter in word if letter not in _VOWELS)


def _group_by_key(keys: Iterable[str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        groups.setdefault(key, []).append(number)
    return groups


def cuts(word: str) -> set[str]:
    """*word* and what is left of it when any one letter is taken out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _cut_table(words: list[str]) -> tuple[NDArray[np.int64], Ints]:
    keys, terms = array("q"), array("i")
    for number, word in enumerate(words):
        spelled = cuts(word) if len(word) <= _LONGEST_GUESSED else {word}
        keys.extend(hash(cut) for cut in spelled)
        terms.extend([number] * len(spelled))
    hashes = np.frombuffer(keys, dtype=np.int64) if keys else np.zeros(0, dtype=np.int64)
    order = np.argsort(hashes)
    return hashes[order], np.array(terms, dtype=np.int32)[order]
