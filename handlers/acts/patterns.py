"""Ways to say one thing, as the tables of words/ write them: a pattern of alternatives, and each way as a phrase."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

from catalog.text import fold, tone_last

_GROUP = re.compile(r"\(([^()]*)\)|(\S+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say something: of which *table* and *name*, with its words folded and as marked."""

    table: str
    name: str
    weak: bool
    words: tuple[str, ...]
    marked: tuple[str, ...]
    needs_marks: bool = False


@dataclass(frozen=True, slots=True)
class PhrasePattern:
    """Ways to say one thing: one alternative of each part, in this order; an alternative is some words or none."""

    table: str
    name: str
    weak: bool
    needs_marks: bool
    parts: tuple[tuple[tuple[str, ...], ...], ...]

    def spellings(self) -> Iterator[str]:
        """Each way folded, without blanks, in the order of its numbers."""
        folded = [["".join(map(fold_word, chosen)) for chosen in part] for part in self.parts]
        return map("".join, product(*folded))

    def phrase(self, number: int) -> Phrase:
        """The way with this number."""
        chosen: list[tuple[str, ...]] = []
        for part in reversed(self.parts):
            number, place = divmod(number, len(part))
            chosen.append(part[place])
        marked = tuple(word for words in reversed(chosen) for word in words)
        return Phrase(
            self.table,
            self.name,
            self.weak,
            tuple(map(fold_word, marked)),
            tuple(map(mark_word, marked)),
            self.needs_marks,
        )

    def pieces(self) -> Iterator[str]:
        """Each word of any way, folded, and each two that follow one another."""
        before: list[str] = []
        for part in self.parts:
            folded = [tuple(map(fold_word, chosen)) for chosen in part if chosen]
            for words in folded:
                yield from words
                yield from (f"{one} {other}" for one, other in pairwise(words))
                yield from (f"{last} {words[0]}" for last in before)
            lasts = [words[-1] for words in folded]
            before = [*before, *lasts] if () in part else lasts


@dataclass(frozen=True, slots=True)
class Match:
    """Where a *phrase* stands among the tokens of a message: from *start* to before *end*; *slip* overlooks one."""

    phrase: Phrase
    start: int
    end: int
    slip: bool = False

    @property
    def length(self) -> int:
        """How many letters of the message it explains."""
        return sum(map(len, self.phrase.words))


@lru_cache(maxsize=4096)
def fold_word(word: str) -> str:
    """*word* folded; itself where that leaves nothing of it."""
    return fold(word) or word


@lru_cache(maxsize=4096)
def mark_word(word: str) -> str:
    """*word* as `Token.marked` has it."""
    return tone_last(word)


def read_parts(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The parts of *pattern*: a word has one alternative, a group in brackets as many as its bars tell apart."""
    return tuple(
        tuple(tuple(each.split()) for each in (group.split("|") if group or not word else [word]))
        for group, word in _GROUP.findall(" ".join(pattern.split()))
    )
