"""Which hits of a search answer a question alike, and whether they are what was said."""

from collections.abc import Sequence
from functools import lru_cache

from catalog.search import Hit
from catalog.text import fold

# Hits this close to the best one are as good an answer as it is.
TIE = 0.03
# A hit in which every word of the question stands may score this much less; one in which some do, this much.
_LOOSE, _TIGHT = 0.5, 0.85
# Words for the same thing: who asks for "trà Bản Ven" means the "Chè xanh Bản Ven".
_SAME = {"che": "tra", "tra": "che", "my": "mi", "mi": "my", "heo": "lon", "lon": "heo"}


def all_say(hits: Sequence[Hit], query: str) -> bool:
    """True when all the words of *query* stand in each of *hits*: that is no guess, there are many."""
    asked = set(fold(query).split())
    return all(asked <= (words := words_of(hit)) or all(_says(words, each) for each in asked) for hit in hits)


def _says(words: frozenset[str], asked: str) -> bool:
    return asked in words or _SAME.get(asked) in words


def tied_hits(hits: tuple[Hit, ...], query: str) -> tuple[Hit, ...]:
    """The hits that answer *query* as well as the best one: as high a score, or all the words that speak for it too.

    Whoever types the whole name of the best one means it, unless another has the very same name.
    """
    best, asked = hits[0], set(fold(query).split())
    speaking = asked & words_of(best)
    named = _folded_words(best.name) <= asked
    enough = best.score * (_LOOSE if speaking == asked else _TIGHT)
    return tuple(
        hit
        for hit in hits
        if (best.score - hit.score <= TIE and not named)
        or (speaking and speaking <= words_of(hit) and (_same_name(hit, best) or (not named and hit.score >= enough)))
    )


def _same_name(one: Hit, other: Hit) -> bool:
    return one.name == other.name or fold(one.name) == fold(other.name)


def choose_unbroken(hits: Sequence[Hit], query: str) -> tuple[Hit, ...]:
    """The hits in whose names the words of *query* stand side by side, where these are several words."""
    words = fold(query).split()
    if len(words) < 2:
        return ()
    return tuple(hit for hit in hits if f" {' '.join(words)} " in f" {' '.join(fold(hit.name).split())} ")


def words_of(hit: Hit) -> frozenset[str]:
    """The folded words of its name and its producer's."""
    return _folded_words(hit.name) | _folded_words(hit.producer)


@lru_cache(maxsize=4096)
def _folded_words(name: str) -> frozenset[str]:
    """The words of a name of the catalogue."""
    return frozenset(fold(name).split())
