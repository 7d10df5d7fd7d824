"""A query as the search sees it: its syllables, what each may stand for, and how much each counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.search.phrases import FILLERS, MARKED_FILLERS
from catalog.search.pool import Floats, Ints
from catalog.search.spelling import Speller
from catalog.text import accented_syllables, syllables, tone_last

MOST_TOKENS = 24
MOST_LETTERS = 400


@dataclass(frozen=True, slots=True)
class Token:
    """One typed syllable: *word* folded, *marked* with its tone last, *filling* 1 for a word that tells."""

    word: str
    marked: str
    filling: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Tokens side by side with their weights and, for each word they may stand for, its likeness to each."""

    tokens: tuple[Token, ...]
    weights: Floats
    terms: tuple[Ints, ...]
    likes: tuple[Floats, ...]

    @property
    def words(self) -> list[str]:
        """The folded words in order."""
        return [token.word for token in self.tokens]


def tokens_of(query: str) -> tuple[Token, ...]:
    """Split *query* (its first letters only, when it is very long) into tokens."""
    words = accented_syllables(query[:MOST_LETTERS])[:MOST_TOKENS]
    pairs = [("".join(syllables(word)), tone_last(word)) for word in words]
    return tuple(Token(word, marked, filling(word, marked)) for word, marked in pairs if word)


def filling(word: str, marked: str) -> float:
    """How much of its weight a word keeps when people use it around product names; 1 for all others."""
    if word == marked:
        return FILLERS.get(word, 1.0)
    return MARKED_FILLERS.get(marked, 1.0)


def read(tokens: Sequence[Token], *, speller: Speller, rarities: Floats) -> Reading:
    """Look each of *tokens* up; a word nobody knows counts as the rarest."""
    guesses = [speller.guesses(token.word) for token in tokens]
    rarest = float(rarities.max(initial=1.0))
    weights = []
    for token, guess in zip(tokens, guesses, strict=True):
        near = guess.likes >= 0.9
        weight = float(rarities[guess.terms[near]].min(initial=rarest)) if near.any() else rarest
        weights.append(weight * filling_of(token, guess.marked))
    return Reading(
        tuple(tokens),
        np.array(weights, dtype=np.float32),
        tuple(guess.terms for guess in guesses),
        tuple(guess.likes for guess in guesses),
    )


def filling_of(token: Token, keyed: str | None) -> float:
    """The filling of *token*, read through its Telex or VNI keys when that makes it a common word."""
    if keyed is None or token.filling < 1:
        return token.filling
    return MARKED_FILLERS.get(tone_last(keyed), 1.0)
