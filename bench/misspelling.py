"""Queries made from names, as people mistype, shorten, respell and ask for them."""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

from bench.catalogue import OUTSIDE, Query
from bench.wordings import Wordings
from catalog.search import Entry
from catalog.text import fold, syllables

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_AT = {key: (row, column + row / 2) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}
_TELEX = {"̀": "f", "́": "s", "̃": "x", "̉": "r", "̣": "j", "̂": "", "̆": "w", "̛": "w"}
_VNI = {"̀": "2", "́": "1", "̃": "4", "̉": "3", "̣": "5", "̂": "6", "̆": "8", "̛": "7"}
_TONES = "̣̀́̃̉"
_SOUNDS = (
    ("s", "x"),
    ("x", "s"),
    ("tr", "ch"),
    ("ch", "tr"),
    ("l", "n"),
    ("n", "l"),
    ("d", "gi"),
    ("gi", "d"),
    ("v", "d"),
    ("r", "g"),
)
_SHORT = (
    ("bánh ", "b "), ("rượu ", "r "), ("nước ", "nc "), ("mật ong", "mật og"), ("cà phê", "cf"), ("hợp tác xã", "htx"),
    ("công ty", "cty"), ("kẹo ", "k "), ("đông trùng hạ thảo", "đtht"), ("bưởi da xanh", "bdx"), ("sầu riêng", "sr"),
)  # fmt: skip
_MAKERS = (("công ty tnhh", "cty tnhh"), ("hợp tác xã", "htx"), ("cơ sở", "cssx"), ("hộ kinh doanh", "hkd"))
# Rows are drawn as people ask: OCOP products most, then the shop's, made-up and grocery names, told by their ids.
_SORTS, _SHARES = ("O", "T", "S", "K"), (62, 14, 13, 11)
_NONSENSE = "abcdefghijklmnopqrstuvwxyz"


def bare(text: str) -> str:
    """*text* without marks, its punctuation kept."""
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


class Misspeller:
    """Makes queries from *rows*, by *chance* alone."""

    def __init__(self, rows: list[Entry], *, wordings: Wordings, chance: random.Random) -> None:
        self._rows = rows
        self._wordings = wordings
        self._chance = chance
        self._sorts = {sort: [row for row in rows if row.id.startswith(sort)] for sort in _SORTS}
        self._holding: dict[str, set[int]] = defaultdict(set)
        for number, row in enumerate(rows):
            for word in syllables(row.name):
                self._holding[word].add(number)

    def queries(self, *, each: int) -> Iterator[Query]:
        """*each* queries of every kind, and those from outside."""
        for kind, make in self._kinds().items():
            made = 0
            while made < each:
                row = self._chance.choice(self._sorts[self._chance.choices(_SORTS, _SHARES)[0]])
                text = make(row)
                if text and text.strip():
                    made += 1
                    yield Query(kind, text, row.id)
        names = {fold(row.name) for row in self._rows}
        for text in self._wordings.outside:
            if fold(text) not in names:
                yield Query(OUTSIDE, bare(text) if self._chance.random() < 0.3 else text, None)
        for _ in range(each):
            yield Query(OUTSIDE, self._nonsense(), None)

    def _kinds(self) -> dict[str, Callable[[Entry], str | None]]:
        twice = partial(self._slipped, times=2)
        return {
            "exact": lambda row: row.name,
            "bare": lambda row: bare(row.name.lower()),
            "wrong tone": lambda row: self._wrong_tones(row.name.lower()),
            "slip": lambda row: self._slipped(self._either(row)),
            "two slips": lambda row: twice(bare(row.name.lower())),
            "telex": lambda row: self._keyed(row.name.lower(), _TELEX),
            "vni": lambda row: self._keyed(row.name.lower(), _VNI),
            "telex, slip": lambda row: self._slipped(self._keyed(row.name.lower(), _TELEX)),
            "dropped": lambda row: self._dropped(self._either(row)),
            "few words": lambda row: self._shorter(self._either(row).split(), most=3),
            "few words, slip": lambda row: self._maybe(self._slipped, self._shorter(self._either(row).split(), most=3)),
            "shuffled": lambda row: self._maybe(self._shuffled, self._dropped(bare(row.name.lower()))),
            "merged": lambda row: self._merged(self._either(row)),
            "merged, slip": lambda row: self._slipped(self._merged(bare(row.name.lower()))),
            "split": lambda row: self._split(self._either(row)),
            "short form": self._short_form,
            "regional": lambda row: self._regional(row.name.lower()),
            "place": lambda row: " ".join((self._either(row), *row.places)).lower() if row.places else None,
            "question": lambda row: self._asked(row.name.lower()),
            "question, bare": lambda row: bare(self._asked(row.name.lower())),
            "question, slip": lambda row: bare(self._asked(self._slipped(bare(row.name.lower())))),
            "question, telex": lambda row: self._keyed(self._asked(row.name.lower()), _TELEX),
            "heavy": lambda row: bare(self._asked(twice(bare(row.name.lower())), chats=True)),
            "other Unicode": lambda row: unicodedata.normalize("NFD", row.name),
        }  # fmt: skip

    def _either(self, row: Entry) -> str:
        name = row.name.lower()
        return name if self._chance.random() < 0.5 else bare(name)

    def _maybe(self, change: Callable[[str], str], text: str | None) -> str | None:
        return None if text is None else change(text)

    def _slipped(self, text: str, *, times: int = 1) -> str:
        for _ in range(times):
            places = [place for place, letter in enumerate(text) if letter.isalpha()]
            if places:
                text = self._slip(text, self._chance.choice(places))
        return text

    def _slip(self, text: str, place: int) -> str:
        before, letter, after = text[:place], text[place], text[place + 1 :]
        row, column = _AT.get(bare(letter), (1, 1))
        near = [key for key, (up, left) in _AT.items() if abs(up - row) <= 1 and abs(left - column) <= 1]
        key = self._chance.choice(near)
        swapped = before + after[:1] + letter + after[1:]
        return self._chance.choice((before + after, swapped, before + key + after, before + letter + letter + after))

    def _wrong_tones(self, text: str) -> str:
        spread = unicodedata.normalize("NFD", text)
        mixed = (
            self._chance.choice(("", *_TONES)) if sign in _TONES and self._chance.random() < 0.5 else sign
            for sign in spread
        )
        return unicodedata.normalize("NFC", "".join(mixed))

    def _keyed(self, text: str, keys: dict[str, str]) -> str:
        late = self._chance.random() < 0.6
        return " ".join(_keyed_word(word, keys, late=late) for word in text.split())

    def _dropped(self, text: str) -> str | None:
        return self._shorter(text.split(), most=None)

    def _shorter(self, words: list[str], *, most: int | None) -> str | None:
        """Some of *words*, enough for only one row; None when none were found in a few tries."""
        for _ in range(8):
            number = len(words) - self._chance.choice((1, 1, 2)) if most is None else self._chance.randint(1, most)
            if 0 < number < len(words):
                kept = [words[place] for place in sorted(self._chance.sample(range(len(words)), number))]
                if self._only_one(kept):
                    return " ".join(kept)
        return None

    def _only_one(self, words: list[str]) -> bool:
        holding = [self._holding[syllable] for word in words for syllable in syllables(bare(word))]
        return bool(holding) and len(set.intersection(*holding)) == 1 and sum(map(len, words)) > 3

    def _shuffled(self, text: str) -> str:
        words = text.split()
        self._chance.shuffle(words)
        return self._slipped(" ".join(words))

    def _merged(self, text: str) -> str:
        words = text.split()
        if self._chance.random() < 0.5:
            return "".join(words)
        place = self._chance.randrange(len(words)) if words else 0
        return " ".join([*words[:place], "".join(words[place : place + 2]), *words[place + 2 :]])

    def _split(self, text: str) -> str | None:
        words = text.split()
        place = self._chance.randrange(len(words)) if words else 0
        if not words or len(words[place]) < 3:
            return None
        cut = self._chance.randrange(1, len(words[place]))
        words[place] = f"{words[place][:cut]} {words[place][cut:]}"
        return " ".join(words)

    def _short_form(self, row: Entry) -> str | None:
        name, maker = row.name.lower(), row.producer.lower()
        for long, short in _MAKERS:
            maker = maker.replace(long, short)
        known = next(((long, short) for long, short in _SHORT if long in name), None)
        if maker and (known is None or self._chance.random() < 0.5):
            return f"{name} {maker}"
        return name.replace(*known, 1) if known else None

    def _regional(self, text: str) -> str | None:
        words = text.split()
        for place in self._chance.sample(range(len(words)), len(words)):
            fits = [
                pair for pair in _SOUNDS if words[place].startswith(pair[0]) and words[place][:2] not in ("ng", "nh")
            ]
            if fits:
                heard, written = self._chance.choice(fits)
                words[place] = written + words[place][len(heard) :]
                return " ".join(words)
        return None

    def _asked(self, name: str, *, chats: bool = False) -> str:
        more = self._wordings.chats if chats or self._chance.random() < 0.3 else ()
        return self._chance.choice((*self._wordings.questions, *more)).format(name)

    def _nonsense(self) -> str:
        words = range(self._chance.choice((1, 1, 2, 3)))
        return " ".join("".join(self._chance.choices(_NONSENSE, k=self._chance.randint(3, 9))) for _ in words)


def _keyed_word(word: str, keys: dict[str, str], *, late: bool) -> str:
    """*word* as raw keys, its tone key *late*, behind the word, or behind its vowel."""
    typed, tone = "", ""
    for letter in unicodedata.normalize("NFC", word):
        if letter == "đ":
            typed += "dd" if keys is _TELEX else "d9"
            continue
        spread = unicodedata.normalize("NFD", letter)
        plain, signs = spread[:1], spread[1:]
        marks = "".join(keys.get(sign) or plain for sign in signs if sign in keys and sign not in _TONES)
        own = "".join(keys[sign] for sign in signs if sign in _TONES)
        typed += plain + marks + ("" if late else own)
        tone = own or tone
    return typed + (tone if late else "")
