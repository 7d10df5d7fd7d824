"""What words are likely about, where no way to ask that the tables have stands in them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from catalog.search.query import Token
from catalog.translated_words import detect_language, simplify
from handlers.acts.patterns import mark_word
from handlers.acts.vocabulary import ActVocabulary, vocabulary

# How much more likely than the next a subject must be that is told by its words alone, and how likely.
_LEAD, _LIKELY = 1.25, 5.0
# Signs of Korean or Chinese that no table has: so many are an ending of a word, more may be a name.
_SIGNS = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]+")
_LONGEST_BEGINNING = {"ko": 2, "zh": 1}
_MOST_LEFT = 6
# What begins a complaint or a correction is said, and never guessed.
_NEVER_GUESSED = frozenset({("ask", "complaint"), ("ask", "wrong"), ("ask", "correct")})


@dataclass(frozen=True, slots=True)
class _Subjects:
    """What each question, wish and kind of talk is said with: its words and pairs of words, and how telling each is."""

    said: Mapping[tuple[str, str], frozenset[str]]
    marked: Mapping[tuple[str, str], frozenset[str]]
    telling: Mapping[str, float]


@lru_cache(maxsize=1)
def _subjects() -> _Subjects:
    said: dict[tuple[str, str], set[str]] = {}
    marked: dict[tuple[str, str], set[str]] = {}
    for pattern in vocabulary().patterns:
        if pattern.table in {"field", "ask", "chat"}:
            said.setdefault((pattern.table, pattern.name), set()).update(pattern.pieces())
            words = {mark_word(word) for part in pattern.parts for chosen in part for word in chosen}
            marked.setdefault((pattern.table, pattern.name), set()).update(words)
    counts = Counter(piece for pieces in said.values() for piece in pieces)
    telling = {piece: log((len(said) + 1) / count) * (2 if " " in piece else 1) for piece, count in counts.items()}
    return _Subjects(_freeze(said), _freeze(marked), telling)


def _freeze(sets: Mapping[tuple[str, str], set[str]]) -> Mapping[tuple[str, str], frozenset[str]]:
    return {subject: frozenset(words) for subject, words in sets.items()}


def guess_by_topic_word(tokens: Sequence[Token], *tables: str) -> tuple[str, str] | None:
    """What most of the telling words of *tokens* are about, of these *tables*; None where they are about several."""
    spoken = vocabulary()
    said = {each.marked for each in spoken.spell_out(tokens)}
    counts = {subject: len(said & words) for subject, words in spoken.topic_words.items() if subject[0] in tables}
    most = max(counts.values(), default=0)
    best = [subject for subject, count in counts.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def guess_stem(words: str) -> str | None:
    """The field that Korean or Chinese *words* are about, by a part of them; None where what is left may be a name."""
    spoken, said = vocabulary(), " ".join(simplify(words).split())
    counts = {name: sum(len(stem) for stem in stems if stem in said) for name, stems in spoken.stems.items()}
    best = max(counts, key=counts.__getitem__, default=None)
    if best is None or not counts[best]:
        return None
    begins, left = _left_of(said)
    longest = _LONGEST_BEGINNING[detect_language(words)]
    strange = begins > longest or sum(map(len, left)) > _MOST_LEFT or any(len(each) > longest + 1 for each in left)
    return None if strange else best


def _left_of(said: str) -> tuple[int, list[str]]:
    """What no table has of *said*, and how many signs of that stand at its beginning."""
    longer, endings = _stems()
    for each in longer:
        said = said.replace(each, "|")
    left = [each.rstrip(endings) for each in _SIGNS.findall(said)]
    return len(left[0]) if _SIGNS.match(said) else 0, left


@lru_cache(maxsize=1)
def _stems() -> tuple[tuple[str, ...], str]:
    """All parts of words that the tables have, the longest first, and those of one sign."""
    spoken = vocabulary()
    every = {*spoken.stem_fillers}.union(*spoken.stems.values())
    longer = sorted((each for each in every if len(each) > 1), key=len, reverse=True)
    return tuple(longer), "".join(each for each in every if len(each) == 1)


def _pieces(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))


def guess_subject(tokens: Sequence[Token], *, everyday: bool = False) -> tuple[str, str] | None:
    """What *tokens* are likely about, by the words that the tables use for it; None where no subject stands out.

    Every word must be one that the tables or people around a question use, with *everyday* any of every day: a name of
    anything is none.
    """
    spoken = vocabulary()
    said = spoken.spell_out(tokens)
    if not all(is_question_word(each, spoken, everyday=everyday) for each in said):
        return None
    known = _subjects()
    scores = sorted(((_score(said, subject, known), subject) for subject in known.said), reverse=True)
    (best, subject), (second, _) = scores[:2]
    likely = best >= _LIKELY and best >= _LEAD * second and subject not in _NEVER_GUESSED
    return subject if likely else None


def _score(said: Sequence[Token], subject: tuple[str, str], known: _Subjects) -> float:
    """How telling of *subject* the words are that it is spoken of with; "bì" is none of "bị"."""
    own = known.marked[subject]
    words = [each.word if each.marked == each.word or each.marked in own else "" for each in said]
    return sum(known.telling[each] for each in {*_pieces(words)} & known.said[subject])


def is_question_word(said: Token, spoken: ActVocabulary, *, everyday: bool) -> bool:
    """True for a word that the tables or people around a question use, with *everyday* for any of every day."""
    if everyday and spoken.is_everyday(said):
        return True
    known = said.marked in spoken.known_marked if said.marked != said.word else said.word in spoken.known
    return known or spoken.is_glue(said) or said.filling < 1 or spoken.number(said) is not None
