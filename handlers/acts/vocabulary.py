"""How people ask, language by language: the tables of words/, expanded and looked up."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from marisa_trie import RecordTrie
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from catalog.search.query import Token, token, tokens_of
from catalog.telex import from_telex, from_vni
from catalog.text import accented_syllables, fold, tone_last
from catalog.translated_words import detect_language
from handlers.acts.patterns import Match, Phrase, PhrasePattern, fold_word, mark_word, read_parts

WORDS = Path(__file__).parent / "words"
MOST_WORDS = 12
NUMBER = "#"
# A pattern and the number of a way in it, so that they come in this order.
_PLACE = ">HI"
# A key for the tone behind a word that was marked already: "tiênf".
_TONE_KEY = re.compile(r"[sfrxj]$")
_AMOUNT = re.compile(r"([0-9]+)([^\W\d_]+)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
# Kinds of product whose name with other marks is a word of questions: nấm is no slip of năm.
_KINDS = frozenset(
    map(tone_last, ["nấm", "giò", "ổi", "vải", "tỏi", "chè", "cá", "trà", "mỳ", "mì", "mận", "cam", "bún", "gói"])
)
# A phrase whose marks were typed otherwise counts as so many letters shorter than it is.
_MARKS = 2
# How chats of the young spell the beginnings and ends of words.
_SLANG = (
    ("dz", ("v", "d", "gi")), ("z", ("v", "gi", "d")), ("j", ("gi", "d")), ("f", ("ph",)), ("w", ("qu",)),
    ("k", ("c",)), ("q", ("qu",)),
)  # fmt: skip
_SLANG_ENDS = (("k", "ch"), ("iu", "iêu"), ("g", "ng"), ("oy", "ồi"), ("uu", "u"), ("ii", "i"), ("aa", "a"))
# So many letters must a phrase have for a slip of the finger to be overlooked in it.
_SLIP, _SLIPS = 7, 12
_BITS = 32


@dataclass(frozen=True, slots=True)
class _TokenReading:
    """One way to read the tokens of a message: its words, and the token that each comes from; *exact* marks count."""

    tokens: tuple[Token, ...]
    origins: tuple[int, ...]
    exact: bool = False


@dataclass(slots=True)
class ActVocabulary:
    """All tables of all languages."""

    patterns: list[PhrasePattern] = field(default_factory=list)
    short: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    glue: set[str] = field(default_factory=set)
    glue_with_marks: set[str] = field(default_factory=set)
    particles: set[str] = field(default_factory=set)
    everyday: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    topic_words: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    stems: dict[str, set[str]] = field(default_factory=dict)
    stem_fillers: set[str] = field(default_factory=set)
    illnesses: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    instead: list[tuple[str, frozenset[str], str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    known_marked: set[str] = field(default_factory=set)
    # Some 200,000 ways; as objects of Python they would take 90 MiB.
    _index: RecordTrie = field(default_factory=lambda: RecordTrie(_PLACE))

    def add(self, tables: Mapping[str, object]) -> None:
        """Take the tables of one language in."""
        for table, entries in tables.items():
            if isinstance(entries, dict):
                self._add_table(table, entries)
            elif isinstance(entries, list):
                self.instead += [
                    (each["field"], frozenset(_spellings(each["beside"])), each["becomes"]) for each in entries
                ]

    def _add_table(self, table: str, entries: Mapping[str, Any]) -> None:
        match table:
            case "short":
                self.short.update({tone_last(short): tokens_of(long) for short, long in entries.items()})
            case "numbers":
                self.numbers.update({each: number for word, number in entries.items() for each in _spellings(word)})
            case "glue" | "particle" | "everyday" | "unit":
                self._add_words(table, entries["words"])
            case "illness":
                self.illnesses.update(map(_mark_all, _between_semicolons(entries["words"])))
            case "topic_word" | "topic_word_ask" | "topic_word_chat" | "stem" | "stem_filler":
                self._add_topic_words(table, entries)
            case _:
                self._add_phrases(table, entries)

    def _add_words(self, table: str, words: str) -> None:
        sets = {"glue": self.glue, "particle": self.particles, "unit": self.units}
        sets.get(table, self.everyday).update(_spellings(words))
        if table == "glue":
            self.glue_with_marks.update(map(tone_last, accented_syllables(words)))

    def _add_topic_words(self, table: str, entries: Mapping[str, str]) -> None:
        of = table.removeprefix("topic_word").removeprefix("_") or "field"
        for name, words in entries.items():
            if table == "stem_filler":
                self.stem_fillers.update(_between_semicolons(words))
            elif table == "stem":
                self.stems.setdefault(name, set()).update(_between_semicolons(words))
            else:
                self.topic_words.setdefault((of, name), set()).update(_spellings(words))

    def _add_phrases(self, table: str, entries: Mapping[str, object]) -> None:
        for name, said in entries.items():
            strengths = said if isinstance(said, dict) else {"strong": said}
            for strength, patterns in strengths.items():
                for pattern in str(patterns).split(";"):
                    parts = read_parts(pattern)
                    words = [word for part in parts for chosen in part for word in chosen]
                    if words:
                        marks = strength == "marked"
                        self.patterns.append(PhrasePattern(table, name, strength != "strong", marks, parts))
                    self.known.update(map(fold_word, words))
                    self.known_marked.update(map(mark_word, words))

    def close(self) -> None:
        """Make the index of all that was taken in."""
        said = (
            (spelled, (place, number))
            for place, pattern in enumerate(self.patterns)
            for number, spelled in enumerate(pattern.spellings())
            if spelled
        )
        self._index = RecordTrie(_PLACE, said)

    def phrases(self, said: str) -> list[Phrase]:
        """What *said*, folded and without blanks, may be."""
        return [self.patterns[place].phrase(number) for place, number in sorted(self._index.get(said, ()))]

    def read(self, tokens: Sequence[Token]) -> list[_TokenReading]:
        """*tokens* as they were typed, with short forms, raw keys and numbers written out, and without particles."""
        plain = _TokenReading(tuple(tokens), tuple(range(len(tokens))))
        spelled = [(each, place) for place in range(len(tokens)) for each in self._spell_out_at(place, tokens)]
        long = _TokenReading(tuple(each for each, _ in spelled), tuple(place for _, place in spelled))
        readings = [plain] if long.tokens == plain.tokens else [plain, long]
        numbered = tuple(_NUMBERED if self.number(each) is not None else each for each in long.tokens)
        if numbered != long.tokens:
            readings.append(_TokenReading(numbered, long.origins))
        counted = self._count_pieces(numbered)
        if counted != numbered:
            readings.append(_TokenReading(counted, long.origins))
        bare = self._without_particles(numbered, long.origins)
        return readings if bare is None else [*readings, bare]

    def _without_particles(self, tokens: Sequence[Token], origins: Sequence[int]) -> _TokenReading | None:
        kept = [place for place, each in enumerate(tokens) if each.marked not in self.particles]
        if not 1 < len(kept) < len(tokens):
            return None
        return _TokenReading(tuple(tokens[each] for each in kept), tuple(origins[each] for each in kept), exact=True)

    def _count_pieces(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with one word for whatever is counted: "1 chậu" is as many as "1 cái"."""
        before = (None, *tokens)
        return tuple(
            _PIECE if each.marked in self.units and ahead is _NUMBERED else each
            for each, ahead in zip(tokens, before, strict=False)
        )

    def _spell_out_at(self, place: int, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """The token at *place* written out; "nhiêu" behind "bao" is no short form."""
        long = self._spell_out(tokens[place])
        again = len(long) > 1 and place and tokens[place - 1].word == long[0].word
        return (tokens[place],) if again else long

    def spell_out(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with short forms and raw keys written out."""
        return tuple(each for place in range(len(tokens)) for each in self._spell_out_at(place, tokens))

    def _spell_out(self, typed: Token) -> tuple[Token, ...]:
        if long := self.short.get(typed.marked):
            return long
        if _DRAWN_OUT.search(typed.typed):
            return (token(_DRAWN_OUT.sub(r"\1", typed.typed)),)
        if amount := _AMOUNT.fullmatch(typed.typed):
            return token(amount[1]), token(amount[2])
        if typed.word in self.known:
            return (typed,)
        meant = self._from_keys(typed) or ("" if typed.marked in self.everyday else self._from_slang(typed.typed))
        return (token(meant),) if meant else (typed,)

    def _from_keys(self, typed: Token) -> str:
        """The word of a question that was typed as raw Telex or VNI keys; "" for none."""
        raw = typed.word if typed.word.isascii() else _TONE_KEY.sub("", typed.typed)
        spelled = (from_telex(raw) or from_vni(raw) or "") if raw.isascii() else raw
        return spelled if fold(spelled) in self.known else ""

    def _from_slang(self, typed: str) -> str | None:
        """The word of a question that *typed* spells as young people do: "zá" is giá, "kần" is cần."""
        spelled = (
            f"{begins}{typed[len(slang) :]}" for slang, ways in _SLANG if typed.startswith(slang) for begins in ways
        )
        ends = (f"{typed[: -len(slang)]}{end}" for slang, end in _SLANG_ENDS if typed.endswith(slang))
        return next((each for each in (*spelled, *ends) if mark_word(each) in self.known_marked), None)

    def is_everyday(self, said: Token) -> bool:
        """True for a word that people say around a question, and that names no product where one was spoken of."""
        return self.is_glue(said) or said.filling < 1 or said.marked in self.everyday or said.marked in self.particles

    def number(self, said: Token) -> int | None:
        """Which number *said* is."""
        if said.word.isascii() and said.word.isdecimal() and len(said.word) < 4:
            return int(said.word)
        return self.numbers.get(said.marked)

    def is_glue(self, said: Token) -> bool:
        """True for a word that says nothing beside a question."""
        if said.marked in self.glue:
            return True
        spelled = from_telex(said.word) if said.word == said.marked and said.word not in self.known else None
        return spelled is not None and tone_last(spelled) in self.glue

    def matches(self, tokens: Sequence[Token]) -> list[Match]:
        """Every phrase that stands among *tokens*, the longest first; where there is none, those a slip away."""
        readings = self.read(tokens)
        found = {match for reading in readings for match in self._exact(reading)}
        if not any(match.phrase.table == "field" and not match.phrase.weak for match in found):
            found.update(match for reading in readings[:2] for match in self._nearly(reading))

        def order(match: Match) -> tuple[int, bool, bool, int, str]:
            # "ai chấm" asks who judges, and not who tends: "ai chăm".
            other = not _same_marks(tokens[match.start : match.end], match.phrase)
            return _MARKS * other - match.length, match.phrase.weak, other, match.start, match.phrase.table

        return sorted(found, key=order)

    def _exact(self, reading: _TokenReading) -> Iterator[Match]:
        words = [each.word for each in reading.tokens]
        # Whoever puts marks, and puts none on "mua", does not mean "mùa".
        marks = any(each.marked != each.word for each in reading.tokens)
        for start in range(len(words)):
            said = ""
            for end in range(start + 1, min(len(words), start + MOST_WORDS) + 1):
                said += words[end - 1]
                if next(self._index.iterkeys(said), None) is None:
                    break
                for phrase in self.phrases(said):
                    typed = reading.tokens[start:end]
                    if reading.exact and not _exact_marks(typed, phrase, marks=marks):
                        continue
                    if _agree(typed, phrase, needs_marks=phrase.needs_marks or marks):
                        yield Match(phrase, reading.origins[start], reading.origins[end - 1] + 1)

    def _nearly(self, reading: _TokenReading) -> Iterator[Match]:
        """Questions about a field with a slip of the finger in them."""
        words = [each.word for each in reading.tokens]
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + 6) + 1):
                said = "".join(words[start:end])
                if len(said) >= _SLIP - 1 and said.isalpha() and not self.known.issuperset(words[start:end]):
                    phrase = _slip(said)
                    if phrase is not None:
                        yield Match(phrase, reading.origins[start], reading.origins[end - 1] + 1, slip=True)


_NUMBERED = Token(NUMBER, NUMBER, NUMBER, 1.0)
# What is counted stands for whatever else is.
_PIECE = token("cái")


def _between_semicolons(words: str) -> set[str]:
    return {part for each in words.split(";") if (part := " ".join(each.split()))}


def _mark_all(words: str) -> str:
    """*words* as `Token.marked` has each of them; Korean and Chinese as they are."""
    return words if detect_language(words) else " ".join(map(tone_last, words.split()))


def _spellings(words: str) -> Iterator[str]:
    """Each of *words* as `Token.marked` may have it: with its marks, and without."""
    for word in accented_syllables(words):
        yield tone_last(word)
        yield fold(word)


def _agree(typed: Sequence[Token], phrase: Phrase, *, needs_marks: bool) -> bool:
    """True unless marks were typed that *phrase* has not; a lone word that may be others too *needs_marks*."""
    if phrase.weak and needs_marks and len(typed) == 1 and typed[0].marked not in (phrase.marked[0], NUMBER):
        return len(phrase.words) > 1
    if len(typed) != len(phrase.words):
        return _is_respaced(typed)
    if len(typed) == 1 and phrase.table in {"chat", "ask"} and typed[0].marked != phrase.marked[0]:
        return False
    forgives = _forgives_marks(phrase) and _KINDS.isdisjoint(each.marked for each in typed)
    return forgives or _same_marks(typed, phrase)


def _is_respaced(typed: Sequence[Token]) -> bool:
    """True where a phrase may be written together or apart: "sodienthoai", and no "do i" for "đợi"."""
    letters = sum(len(each.word) for each in typed)
    return letters >= _SLIP - 1 and all(each.marked == each.word for each in typed)


def _forgives_marks(phrase: Phrase) -> bool:
    """True for a question of several words in which wrong marks are slips: "sô điên thoai"."""
    asks = phrase.table == "field" and not phrase.weak
    return asks and len(phrase.words) > 1 and sum(map(len, phrase.words)) >= _SLIP - 1


def _same_marks(typed: Sequence[Token], phrase: Phrase) -> bool:
    same = zip(typed, phrase.words, phrase.marked, strict=False)
    return all(each.marked in (word, marked) for each, word, marked in same)


def _exact_marks(typed: Sequence[Token], phrase: Phrase, *, marks: bool) -> bool:
    """True where all is marked as *phrase* is; without any *marks* in the message, where none is."""
    return [each.marked for each in typed] == list(phrase.marked if marks else phrase.words)


@lru_cache(maxsize=1)
def vocabulary() -> ActVocabulary:
    """The tables of every language that has one."""
    read = ActVocabulary()
    for file in sorted(WORDS.glob("*.toml")):
        read.add(tomllib.loads(file.read_text(encoding="utf-8")))
    read.close()
    return read


@lru_cache(maxsize=1024)
def find_phrases(words: str) -> tuple[Match, ...]:
    """Every phrase that stands in *words*, the longest first; where there is none, those a slip away."""
    return tuple(vocabulary().matches(tokens_of(words)))


@dataclass(frozen=True, slots=True)
class _LongQuestions:
    """Questions of one length: how they are *said*, and which *letters* each has, as bits."""

    said: Sequence[str]
    letters: NDArray[np.uint32]

    def like(self, said: str, slips: int) -> Iterator[str]:
        """Those that may be so many *slips* away from *said*: each changes two letters at most."""
        differ = np.bitwise_count(self.letters ^ np.uint32(_letters_of(said)))
        return (self.said[place] for place in np.flatnonzero(differ <= 2 * slips).tolist())


def _letters_of(said: str) -> int:
    """The letters of *said* as bits, two or more of them sharing one where there are too many."""
    return sum({1 << ord(letter) % _BITS for letter in said})


@lru_cache(maxsize=1)
def _long_questions() -> Mapping[tuple[str, int], _LongQuestions]:
    """What is asked of a field in at least a few letters and several words, by its first letter and its length."""
    found: dict[tuple[str, int], dict[str, None]] = {}
    for pattern in vocabulary().patterns:
        if pattern.table == "field" and not pattern.weak:
            lengths = product(*([len(chosen) for chosen in part] for part in pattern.parts))
            for said, words in zip(pattern.spellings(), lengths, strict=True):
                if len(said) >= _SLIP and sum(words) > 1 and NUMBER not in said:
                    found.setdefault((said[:1], len(said)), {})[said] = None
    return {
        key: _LongQuestions(tuple(said), np.fromiter(map(_letters_of, said), dtype=np.uint32))
        for key, said in found.items()
    }


@lru_cache(maxsize=4096)
def _slip(said: str) -> Phrase | None:
    """What *said* is but for a slip of the finger, or two where it is long."""
    allowed = 2 if len(said) >= _SLIPS else 1
    lengths = sorted(range(len(said) - allowed, len(said) + allowed + 1), key=lambda length: abs(length - len(said)))
    known = (_long_questions().get((said[:1], length)) for length in lengths)
    like = [each for some in known if some is not None for each in some.like(said, allowed)]
    near = extractOne(said, like, scorer=OSA.distance, score_cutoff=allowed)
    if near is None:
        return None
    asked = (each for each in vocabulary().phrases(near[0]) if each.table == "field" and not each.weak)
    return next(each for each in asked if len(each.words) > 1)
