"""Which words of the catalogue one typed syllable may stand for, and how likely each is.

Slips of the fingers, what regions write as they say it, raw Telex and VNI keys, and consonants alone.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from catalog.search.packed import Floats, Ints
from catalog.telex import from_telex, from_vni
from catalog.text import syllables

KEYED, SPOKEN, LOOSE, SKELETON, HEAD = 0.98, 0.93, 0.8, 0.8, 0.8
FEWEST_LETTERS_TO_GUESS = 2
REMEMBERED = 20_000
_LONGEST_GUESSED = 16
_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_AT = {key: (row + 0.0, column + row * 0.5) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
_INITIALS = (
    ("ngh", "G"), ("ng", "G"), ("gh", "g"), ("gi", "d"), ("tr", "C"), ("ch", "C"), ("kh", "K"), ("nh", "N"),
    ("th", "T"), ("ph", "f"), ("qu", "q"), ("x", "s"), ("r", "d"), ("v", "d"), ("n", "l"), ("k", "c"),
)  # fmt: skip
_FINALS = (("nh", "n"), ("ng", "n"), ("ch", "c"), ("t", "c"))
MOST_SLIPS = 2


@dataclass(frozen=True, slots=True)
class Guesses:
    """Known words, best first, each with its likeness; *marked* is what raw Telex or VNI spells."""

    terms: Ints
    likes: Floats
    marked: str | None = None


class KnownWords:
    """Words by number, by sound, by their consonants and by what is left of them without one letter."""

    def __init__(self, words: list[str], numbers: dict[str, int]) -> None:
        self.words = words
        self.numbers = numbers
        self.sounds = _group_by_key(phonetic_key(word) for word in words)
        self.skeletons = _group_by_key(skeleton(word) for word in words)
        self.loose_sounds = _group_by_key(phonetic_key(word, loosely=True) for word in words)
        self.cut_keys, self.cut_terms = _cut_table(words)


class Speller:
    """Looks typed syllables up among known words, by sound and by one letter left out."""

    def __init__(self, known: KnownWords, *, heads: dict[str, list[int]]) -> None:
        self.known = known
        self._heads = heads
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
        if typed in self.known.numbers:
            yield self.known.numbers[typed], 1.0
        if len(typed) < FEWEST_LETTERS_TO_GUESS or typed.isdigit():
            yield from ((term, HEAD) for term in self._heads.get(typed, ()))
            return
        if skeleton(typed) == typed:
            yield from ((term, SKELETON) for term in self.known.skeletons.get(typed, ()))
        yield from ((term, SPOKEN) for term in self.known.sounds.get(phonetic_key(typed), ()))
        yield from ((term, LOOSE) for term in self.known.loose_sounds.get(phonetic_key(typed, loosely=True), ()))
        yield from ((term, likeness(typed, self.known.words[term])) for term in self._near(typed))

    def _near(self, typed: str) -> list[int]:
        """Known words that share a spelling with *typed* once a letter is left out of either."""
        keys = np.array([hash(cut) for cut in cuts(typed)], dtype=np.int64)
        starts = np.searchsorted(self.known.cut_keys, keys, side="left")
        ends = np.searchsorted(self.known.cut_keys, keys, side="right")
        return sorted(
            {int(term) for start, end in zip(starts, ends, strict=True) for term in self.known.cut_terms[start:end]}
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


def neighbouring(left: str, right: str) -> bool:
    """True for two letters whose keys touch."""
    here, there = _AT.get(left), _AT.get(right)
    return here is not None and there is not None and abs(here[0] - there[0]) <= 1 and abs(here[1] - there[1]) <= 1


def phonetic_key(word: str, *, loosely: bool = False) -> str:
    """A folded syllable as it sounds where s and x, d and gi, tr and ch, l and n, i and y are one."""
    for spelled, sound in _INITIALS:
        if word.startswith(spelled) and (len(word) > len(spelled) or spelled == "gi"):
            word = sound + (word[len(spelled) :] or "i")
            break
    word = word.replace("y", "i")
    if loosely:
        word = next((word[: -len(end)] + sound for end, sound in _FINALS if word.endswith(end)), word)
    return word


def likeness(typed: str, known: str) -> float:
    """0..1: how likely *typed* stands for *known*; 0 when more than two slips lie between them."""
    slips = OSA.distance(typed, known, score_cutoff=MOST_SLIPS)
    if slips == 0:
        return 1.0
    longest = max(len(typed), len(known))
    if slips > MOST_SLIPS or (slips == MOST_SLIPS and longest < 4):
        return 0.0
    if slips == MOST_SLIPS:
        return 0.62 if longest > 5 else 0.5
    return _one_slip(typed, known) - max(0, 4 - longest) * 0.06


def _one_slip(typed: str, known: str) -> float:
    """How likely one wrong, missing, extra or swapped letter is."""
    place = next((n for n, (left, right) in enumerate(zip(typed, known, strict=False)) if left != right), None)
    if len(typed) != len(known):
        shorter, longer = sorted((typed, known), key=len)
        place = len(shorter) if place is None else place
        doubled = place > 0 and longer[place] == longer[place - 1]
        return 0.86 if doubled else 0.82
    if place is None:
        return 1.0
    if typed[place : place + 2] == known[place : place + 2][::-1]:
        return 0.86
    if place == 0 and {typed[0], known[0]} == {"g", "r"}:
        return 0.9
    return 0.82 if neighbouring(typed[place], known[place]) else 0.68
