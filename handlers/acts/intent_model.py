"""What a message most likely is, by a linear model over its words that was fitted to the measured conversations.

bench/intent_weights.py fits it to the halves that are tuned to, and writes WEIGHTS.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from catalog.search import Found
from catalog.search.query import tokens_of
from catalog.text import fold
from handlers.acts.vocabulary import find_phrases
from handlers.thread import SpokenThread

WEIGHTS = Path(__file__).with_name("intent_weights.npz")
BUCKETS = 1 << 15
_MOST_LETTERS = 200
_MOST_WORDS = 40
_MOST_COUNTED = 12
_MOST_LISTED = 3
_NAME = "§"
# What is known beside the words weighs less than a family of them.
_BESIDE = 0.7


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as the model reads it.

    *typed* are its own letters; *words* are folded and Vietnamese, with a sign for each that is part of the name found;
    *beside* is what else is known: what was spoken of before, which phrases stand in it, what a search found.
    """

    typed: str
    words: tuple[str, ...]
    beside: frozenset[str]


def read_spoken(typed: str, words: str, *, thread: SpokenThread, found: Found) -> Spoken:
    """*typed*, in Vietnamese *words*, after *thread*; *found* is what a search for these brought."""
    typed = typed[-_MOST_LETTERS:]
    own = {word for hit in found.hits[:1] for word in fold(hit.name).split()}
    said = [_NAME if token.word in own else token.word for token in tokens_of(words)][-_MOST_WORDS:]
    last = thread.last
    beside = {
        f"last={last.act if last else ''}",
        f"field={last.field if last else ''}",
        f"listed={min(len(last.products), _MOST_LISTED) if last else 0}",
        f"product={bool(thread.product)}",
        f"band={found.band}",
        f"conditions={bool(found.filters)}",
        f"called={bool(found.holding)}",
        f"asks={'?' in typed or '？' in typed}",
        f"words={min(len(said), _MOST_COUNTED)}",
        *(f"{each.phrase.table}:{each.phrase.name}" for each in find_phrases(words)),
    }
    return Spoken(typed.lower(), tuple(said), frozenset(beside))


def read_features(spoken: Spoken) -> Mapping[int, float]:
    """The buckets of *spoken* with their weights; each family of features has the length 1."""
    together = " ".join(spoken.words)
    families = (
        {f"l{each}" for each in _letters(spoken.typed.split(), 1, 4)},
        {f"w{' '.join(spoken.words[start : start + many])}" for many in (1, 2, 3) for start in _starts(spoken, many)},
        {f"f{each}" for each in _letters(together.split(), 2, 5)},
    )
    features: dict[int, float] = {}
    for family in families:
        for name in family:
            bucket = crc32(name.encode(errors="replace")) % BUCKETS
            features[bucket] = features.get(bucket, 0.0) + 1 / sqrt(len(family))
    for name in spoken.beside:
        bucket = crc32(f"b{name}".encode()) % BUCKETS
        features[bucket] = features.get(bucket, 0.0) + _BESIDE
    return features


def _starts(spoken: Spoken, many: int) -> range:
    return range(len(spoken.words) - many + 1)


def _letters(words: Iterable[str], least: int, most: int) -> Iterator[str]:
    """So many letters of each word side by side, with the blanks around it."""
    for word in words:
        padded = f" {word} "
        for many in range(least, most + 1):
            yield from (padded[start : start + many] for start in range(max(1, len(padded) - many + 1)))


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Weights by bucket and label. A label is an act, or ``field:`` and a field's name."""

    labels: Sequence[str]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def predict(self, spoken: Spoken) -> Mapping[str, float]:
        """How likely each label is, the likeliest first; together 1."""
        features = read_features(spoken)
        rows = self.weights[list(features)].astype(np.float32)
        scores = np.asarray(list(features.values()), np.float32) @ rows * self.scale + self.bias
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        return {self.labels[place]: float(chances[place]) for place in np.argsort(-chances)}

    def save(self, file: Path) -> None:
        """Write the model to *file*."""
        np.savez_compressed(
            file, labels=np.asarray(self.labels), weights=self.weights, scale=self.scale, bias=self.bias
        )


@cache
def shipped_model() -> IntentModel:
    """The model that is shipped."""
    with np.load(WEIGHTS) as kept:
        return IntentModel([str(each) for each in kept["labels"]], kept["weights"], kept["scale"], kept["bias"])
