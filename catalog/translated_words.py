"""Korean and Chinese words of a question put into Vietnamese, and English names of products. Pure.

The table is ``data/translated_words.csv``: common names of products, groups, places, conditions, and what people ask.
What it does not know stays as it was typed.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "data" / "translated_words.csv"
LANGUAGES = ("ko", "zh", "en")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUN = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_UNKNOWN = 10
_LONGEST = 500
_TEN_THOUSAND = 10
_NUMERALS = {"三": "3", "四": "4", "五": "5", "세": "3", "네": "4", "다섯": "5", "삼": "3", "사": "4", "오": "5"}
_STAR_NUMERAL = re.compile(r"([三四五]|(?<![\uac00-\ud7af])(?:세|네|다섯|삼|사|오)) ?(?=星|성(?![\uac00-\ud7af])|별)")
_STARS_COUNTED = re.compile(r"별 ?([1-5])개(?:짜리)?")
# How English is written in a hurry; only beside words that no other language has.
_WRITTEN_OUT = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "plz": "please", "pls": "please", "pl": "please", "thx": "thanks",
    "whats": "what is", "wheres": "where is", "hows": "how is", "whos": "who is", "n": "and", "b4": "before",
    "gimme": "give me", "wanna": "want to", "gonna": "going to", "lookin": "looking", "wat": "what", "wut": "what",
    "hv": "have", "abt": "about", "info": "information", "dis": "this", "dat": "that", "da": "the",
}  # fmt: skip
_SPOKEN_ENGLISH = re.compile(
    r"\b(?:where|what|whats|wheres|wat|how|hows|who|whos|which|when|why|do|does|they|it|is|any|show|have|hv|looking|can|the|for|of"
    r"|this|star|stars|products?|price|plz|pls|my|me|to|u|from|near|nearby)\b",
    re.IGNORECASE,
)
_SHORT_ENGLISH = re.compile(rf"\b(?:{'|'.join(_WRITTEN_OUT)})\b", re.IGNORECASE)
_AMOUNT = r"(\d+) ?(?:만|万) ?(?:동|越南盾|盾|越盾)?"
_UNDER = re.compile(rf"{_AMOUNT} ?(?:이하|미만|以下|以内|之内)|(?:低于|不到|不超过) ?{_AMOUNT}")
_OVER = re.compile(rf"{_AMOUNT} ?(?:이상|以上)")


def tell_language(text: str) -> str:
    """The language that the script of *text* tells: "ko", "zh", or "" where it tells neither."""
    if _HANGUL.search(text):
        return "ko"
    return "zh" if _HAN.search(text) and not _KANA.search(text) else ""


def to_vietnamese(text: str) -> str:
    """*text* with its Korean and Chinese words in Vietnamese, as far as they are known; other text as it is."""
    language = tell_language(text)
    if len(text) > _LONGEST:
        return text
    return _translate(text, language) if language else _name_in_vietnamese(text)


@lru_cache(maxsize=1024)
def _name_in_vietnamese(text: str) -> str:
    """*text* with its English names of products in Vietnamese, word by word; other text as it is."""
    if text.isascii() and _SPOKEN_ENGLISH.search(text):
        text = _SHORT_ENGLISH.sub(lambda found: _WRITTEN_OUT[found[0].casefold()], text)
    return _english().sub(lambda found: read_words()["en"][found[0].casefold()], text) if text.isascii() else text


@cache
def _english() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, read_words()['en']))})\b", re.IGNORECASE)


@lru_cache(maxsize=2048)
def _translate(text: str, language: str) -> str:
    composed = unicodedata.normalize("NFKC", text)
    composed = _UNDER.sub(lambda found: f" dưới {int(found[1] or found[2]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _OVER.sub(lambda found: f" trên {int(found[1]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _STARS_COUNTED.sub(r" \1 sao ", composed)
    composed = _STAR_NUMERAL.sub(lambda found: _NUMERALS[found[1].strip()], composed)
    table = read_words()[language]
    for whole in (each for each in table if " " in each):
        composed = composed.replace(whole, f" {table[whole]} ")
    return " ".join(_RUN.sub(lambda run: f" {' '.join(_pieces(run[0], language))} ", composed).split())


def _pieces(run: str, language: str) -> Iterator[str]:
    """*run* in Vietnamese, word by word; what is unknown stays, with the lone letters beside it."""
    table = read_words()[language]
    unknown = ""
    for piece in _cheapest(run, frozenset(table)):
        if piece not in table or (unknown and len(piece) == 1):
            unknown += piece
            continue
        if unknown:
            yield unknown
            unknown = ""
        yield table[piece]
    if unknown:
        yield unknown


def _cheapest(run: str, words: frozenset[str]) -> list[str]:
    """*run* cut into the fewest *words*, with the fewest letters that are in none."""
    longest = max(map(len, words))
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(run) + 1):
        cost, cut = best[end - 1]
        options = [(cost + _UNKNOWN, [*cut, run[end - 1]])]
        for start in range(max(0, end - longest), end):
            if run[start:end] in words:
                cost, cut = best[start]
                options.append((cost + 1, [*cut, run[start:end]]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


@cache
def read_words(path: Path = SHIPPED) -> dict[str, dict[str, str]]:
    """For each language the words of the table in *path* with their Vietnamese, the longest first."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        pairs = [(word.strip(), row["vi"]) for row in rows for word in row[language].split(";") if word.strip()]
        found[language] = dict(sorted(pairs, key=lambda pair: -len(pair[0])))
    return found
