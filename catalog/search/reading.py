"""A query as the search sees it: its syllables, what each may stand for, and how much each counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from catalog.search.phrases import FILLERS, MARKED_FILLERS
from catalog.search.pool import Floats, Ints
from catalog.search.spelling import Guesses, Speller
from catalog.text import accented_syllables, syllables, tone_last

MOST_TOKENS = 24
MOST_LETTERS = 400
KNOWN_ENOUGH = 0.9
ONE_LETTER = 2.5


class Way(IntEnum):
    """How tokens were got from a query: as typed, with other spaces, with short forms written out."""

    TYPED = 0
    RESPACED = 1
    SPELLED_OUT = 2


@dataclass(frozen=True, slots=True)
class Token:
    """One typed syllable: *word* folded, *marked* with its tone last, *filling* 1 for a word that tells."""

    typed: str
    word: str
    marked: str
    filling: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Tokens side by side, and for each the words it may stand for with their likeness.

    *weights* is what each counts, *plain* the same with the words people wrap around names at full weight.
    """

    tokens: tuple[Token, ...]
    weights: Floats
    plain: Floats
    terms: tuple[Ints, ...]
    likes: tuple[Floats, ...]
    way: Way = Way.TYPED

    @property
    def words(self) -> list[str]:
        """The folded words in order."""
        return [token.word for token in self.tokens]


def tokens_of(query: str) -> tuple[Token, ...]:
    """Split *query* (its first letters only, when it is very long) into tokens."""
    words = accented_syllables(query[:MOST_LETTERS])[:MOST_TOKENS]
    return tuple(found for found in map(token, words) if found.word)


def token(typed: str) -> Token:
    """Fold *typed*, which is one word in lower case."""
    word, marked = "".join(syllables(typed)), tone_last(typed)
    return Token(typed, word, marked, filling(word, marked))


def filling(word: str, marked: str) -> float:
    """How much of its weight a word keeps when people use it around product names; 1 for all others."""
    if word == marked:
        return FILLERS.get(word, 1.0)
    return MARKED_FILLERS.get(marked, 1.0)


def read(tokens: Sequence[Token], *, speller: Speller, rarities: Floats, way: Way = Way.TYPED) -> Reading:
    """Look each of *tokens* up; a word nobody knows counts as the rarest."""
    guesses = [speller.guesses(token.word) for token in tokens]
    rarest = float(rarities.max(initial=1.0))
    plain = np.array(
        [_weight(token, guess, rarities=rarities, rarest=rarest) for token, guess in zip(tokens, guesses, strict=True)],
        dtype=np.float32,
    )
    kept = [filling_of(token, guess.marked) for token, guess in zip(tokens, guesses, strict=True)]
    return Reading(
        tuple(tokens),
        plain * np.array(kept, dtype=np.float32),
        plain,
        tuple(guess.terms for guess in guesses),
        tuple(guess.likes for guess in guesses),
        way,
    )


def _weight(token: Token, guess: Guesses, *, rarities: Floats, rarest: float) -> float:
    near = guess.likes >= KNOWN_ENOUGH
    most = rarest if len(token.word) > 1 else ONE_LETTER
    return min(most, float(rarities[guess.terms[near]].min(initial=rarest)))


def filling_of(token: Token, keyed: str | None) -> float:
    """The filling of *token*, read through its Telex or VNI keys when that makes it a common word."""
    if keyed is None or token.filling < 1:
        return token.filling
    return MARKED_FILLERS.get(tone_last(keyed), 1.0)
