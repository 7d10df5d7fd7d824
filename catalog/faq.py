"""Questions that people ask about the programme, found however they are typed. The table is ``data/faq.toml``.

A question is taken for one of these only where nearly all of it says so: what else is said in it may be a product.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from catalog.search.query import tokens_of
from catalog.search.spelling import KnownWords, Speller
from catalog.translated_words import simplify

SHIPPED = Path(__file__).parent / "data" / "faq.toml"
LANGUAGES = ("vi", "en", "ko", "zh")
_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_LONGEST = 200
_SURE = 0.68
# What asks nothing ("5 sao", "sản phẩm OCOP") is a search, unless it is one of the table's own ways.
_EXACT = 0.95
_ASKS = re.compile(
    r"\b(?:gi|nao|dau|ai|bao|may|khi|vi sao|lam sao|thi sao|chua|khong|ko|thu tuc|quy trinh|ho so|cach|bao hang gia|"
    r"what|how|who|where|when|why|which|whom|is|are|does|do|can|may)\b|"
    "뭐|뜻|무엇|무슨|어떻게|어디|어떤|누가|누구|언제|얼마|얼마나|몇|왜|나요|가요|까요|예요|方法|什么|怎|谁|哪|多|几|吗|为何|如何"
)
_LIKE = 0.75
# How much of a question may be words that no question of the table has.
_MOST_UNKNOWN = 0.25
# With fewer of its words known as they are typed, no slips of the fingers are looked for.
_FEWEST_KNOWN = 0.3
_POLITE_WORDS = """
a oi em anh chi ad admin shop bot ban nhe nha nhi da vang thua vay the z ho cho hoi xin giup toi minh please hi hello
alo ah oh u thi de muon roi sau nay ma can tell me know want
"""
_LIGHT_WORDS = """
la co khong cua duoc the a an of is do does i to nao nhu phai can gi nguoi vi tai bi ra are for it my s me ban cho cach
lam products product
"""
_POLITE = frozenset(_POLITE_WORDS.split())
_LIGHT = frozenset(_LIGHT_WORDS.split())
# What is said in several ways is compared in one.
_SAME = {
    "như thế nào": "thế nào", "ra sao": "thế nào", "là sao": "là gì", "kiểu gì": "thế nào", "làm thế nào": "làm sao",
    "tại sao": "vì sao", "sao lại": "vì sao", "mấy": "bao nhiêu", "bao giờ": "khi nào", "lúc nào": "khi nào",
    "phân biệt": "nhận biết", "nhu the nao": "the nao", "lam the nao": "lam sao", "tai sao": "vi sao",
    "may": "bao nhieu", "bao gio": "khi nao", "what's": "what is", "whats": "what is", "分辨": "辨别", "区分": "辨别",
    "多久": "多长", "무엇인가요": "뭐예요", "뭔가요": "뭐예요", "뭔지": "뭐예요", "뭐야": "뭐예요",
    "란": "가", "의미": "뜻",
}  # fmt: skip
_SAYS_NOTHING = re.compile(
    r"(?:인가요|이에요|입니까|이죠|인지|인가|예요|에요|나요|가요|까요|어요|아요|해요|습니까|습니다|이야)$"
    r"|(?<=[가-힣]{2})(?:은|는|이|가|을|를|도)$|请问|你们|[的是了吗呢啊呀吧来都个]|一下|一共|总共"
)
_LONGEST_FIRST = sorted(_SAME, key=len, reverse=True)
_SAID = re.compile("|".join(rf"\b{re.escape(each)}\b" if each[0] < "\u1100" else each for each in _LONGEST_FIRST))
_WEIGHTS = {**dict.fromkeys(_LIGHT, 0.4), **dict.fromkeys(_POLITE, 0.1)}
_STRANGE = 1.5
_LONE_LETTER = 0.2
_NUMBER_BEFORE_STAR = re.compile(r"\b(ba|bốn|bon|năm|nam|three|four|five) (?=sao\b|stars?\b)|([三四五])(?=星)")
_DIGITS = {"ba": "3", "bốn": "4", "bon": "4", "năm": "5", "nam": "5", "three": "3", "four": "4", "five": "5"} | {
    "三": "3", "四": "4", "五": "5"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question with the *ways* to ask it in each language, its *answers* by language, and who says so."""

    id: str
    ways: Mapping[str, Sequence[str]]
    answers: Mapping[str, str]
    source: str
    url: str

    def answer(self, language: str) -> str:
        """The answer in *language*; in English where it is not written in that, in Vietnamese where not in either."""
        return next(self.answers[each] for each in (language, "en", "vi") if each in self.answers)


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """The entry that was asked for, and in which *language* the question is."""

    entry: FaqEntry
    language: str


def read_entries(path: Path = SHIPPED) -> tuple[FaqEntry, ...]:
    """The table in *path*. Raises OSError and tomllib.TOMLDecodeError."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["entry"]
    return tuple(
        FaqEntry(
            row["id"],
            {language: tuple(row[language]) for language in LANGUAGES if language in row},
            row["answer"],
            row["source"],
            row.get("url", ""),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class _FaqWay:
    """One way to ask an entry: its words in order, folded and with their marks, and what they weigh together."""

    match: FaqMatch
    words: tuple[str, ...]
    marked: tuple[str, ...]
    weight: float


class Faq:
    """Finds the question that is meant; built once, then only read."""

    def __init__(self, entries: Iterable[FaqEntry]) -> None:
        self.entries = tuple(entries)
        self._ways = tuple(_ways(self.entries))
        vocabulary = sorted({word for way in self._ways for word in way.words})
        self._numbers = {word: number for number, word in enumerate(vocabulary)}
        self._speller = Speller(KnownWords(vocabulary, self._numbers), heads={})
        self._vocabulary = vocabulary
        self._with_word: dict[str, list[int]] = {}
        self._marks: dict[str, set[str]] = {}
        for number, way in enumerate(self._ways):
            for word, marked in set(zip(way.words, way.marked, strict=True)):
                self._with_word.setdefault(word, []).append(number)
                self._marks.setdefault(word, set()).add(marked)
        self.find = lru_cache(maxsize=2048)(self._find)

    def _find(self, question: str) -> FaqMatch | None:
        """The entry that *question* asks for, if nearly all of it does; None otherwise, whatever it holds."""
        if not question or len(question) > _LONGEST:
            return None
        typed = self._read(_words(question))
        total = sum(weight for _, _, weight in typed)
        best = max(
            ((_score(typed, self._ways[number], total), -number) for number in self._likely(typed)), default=(0.0, 0)
        )
        sure = best[0] >= _EXACT or (best[0] >= _SURE and _ASKS.search(_fold(question)))
        return self._ways[-best[1]].match if sure else None

    def _read(self, asked: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
        """What was typed as words of the table; nothing where too little of it is known."""
        if sum(word in self._numbers or word in _POLITE for word, _ in asked) < _FEWEST_KNOWN * len(asked):
            return []
        typed = [self._as_known(word, marked) for word, marked in asked]
        unknown = sum(weight for word, _, weight in typed if not word)
        return typed if unknown <= _MOST_UNKNOWN * sum(weight for _, _, weight in typed) else []

    def _as_known(self, word: str, marked: str) -> tuple[str, str, float]:
        """A typed word as a word of the table ("" if it is like none), with its marks and its weight."""
        if word in _POLITE and marked not in self._marks.get(word, ()):
            return "", marked, _WEIGHTS[word]
        if word in self._numbers:
            other = marked != word and word not in _LIGHT and marked not in self._marks[word]
            return ("", marked, _STRANGE) if other else (word, marked, _weight(word))
        if word.isascii() and not word.isdigit():
            guesses = self._speller.guesses(word)
            if len(guesses.terms) and guesses.likes[0] >= _LIKE:
                meant = self._vocabulary[int(guesses.terms[0])]
                return meant, meant, _weight(meant)
        return "", marked, _STRANGE

    def _likely(self, typed: Sequence[tuple[str, str, float]]) -> list[int]:
        """The ways that share most with what was *typed*."""
        shared: Counter[int] = Counter()
        for word in {word for word, _, weight in typed if word and weight >= _LONE_LETTER}:
            shared.update(self._with_word[word])
        return [number for number, _ in shared.most_common(24)]


def _ways(entries: Iterable[FaqEntry]) -> Iterator[_FaqWay]:
    for entry in entries:
        for language, asked in entry.ways.items():
            for way in asked:
                words, marked = zip(*_words(way), strict=True)
                yield _FaqWay(FaqMatch(entry, language), words, marked, sum(map(_weight, words)))


def _words(text: str) -> list[tuple[str, str]]:
    """The words of *text* folded and with their marks; Korean and Chinese as pairs of letters, in order."""
    composed = simplify(text).casefold()
    composed = _NUMBER_BEFORE_STAR.sub(lambda found: _DIGITS[found[1] or found[2]] + " ", composed)
    composed = _SAID.sub(lambda found: _SAME[found[0]], composed)
    found: list[tuple[str, str]] = []
    start = 0
    for run in _EAST_ASIAN.finditer(composed):
        found += _words_of(composed[start : run.start()])
        signs = _bare_run(run[0])
        pairs = [signs[place : place + 2] for place in range(max(1, len(signs) - 1))]
        found += [(pair, pair) for pair in pairs]
        start = run.end()
    return found + _words_of(composed[start:])


def _bare_run(run: str) -> str:
    """*run* without what Korean and Chinese say in many ways and means nothing: endings, particles, "the", "please"."""
    bare = _SAYS_NOTHING.sub("", run)
    return bare if len(bare) > 1 else run


def _words_of(text: str) -> list[tuple[str, str]]:
    return [(token.word, token.marked) for token in tokens_of(text)]


def _weight(word: str) -> float:
    """How much *word* tells; a lone letter between Latin words is a Korean particle."""
    return _LONE_LETTER if len(word) == 1 and _EAST_ASIAN.match(word) else _WEIGHTS.get(word, 1.0)


def _fold(question: str) -> str:
    return " ".join(word for word, _ in _words_of(question)) + " " + unicodedata.normalize("NFKC", question)


def _score(typed: Sequence[tuple[str, str, float]], way: _FaqWay, total: float) -> float:
    """How much of both is the same: words anywhere, and words in the same order, each half; numbers must be equal."""
    if {word for word, _, _ in typed if word.isdigit()} != {word for word in way.words if word.isdigit()}:
        return 0.0
    most = max(total, way.weight)
    left = Counter(zip(way.words, way.marked, strict=True))
    anywhere = 0.0
    for word, marked, weight in typed:
        same = next((pair for pair in left if pair[0] == word and left[pair] and _agree(marked, pair)), None)
        if same is not None:
            left[same] -= 1
            anywhere += weight
    return (anywhere + _in_order(typed, way)) / 2 / most


def _in_order(typed: Sequence[tuple[str, str, float]], way: _FaqWay) -> float:
    """The weight of the heaviest run of words that stand in both in the same order."""
    row = [0.0] * (len(way.words) + 1)
    pairs = list(zip(way.words, way.marked, strict=True))
    for word, marked, weight in typed:
        before = 0.0
        for place, pair in enumerate(pairs, 1):
            kept = row[place]
            if pair[0] == word and _agree(marked, pair):
                row[place] = max(row[place], before + weight)
            row[place] = max(row[place], row[place - 1])
            before = kept
    return row[-1]


def _agree(marked: str, pair: tuple[str, str]) -> bool:
    """True unless both have marks, and others: giày is no giấy."""
    return marked in (pair[0], pair[1])


@cache
def shipped_faq() -> Faq:
    """The table that comes with the product."""
    return Faq(read_entries())
