"""Conditions read from the words of a query: stars, a place, a maker, a group, nearby."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.search.columns import SearchColumns
from catalog.search.entry_columns import BETWEEN_PLACES
from catalog.search.makers import BEGINNINGS, Makers, bare
from catalog.search.model import TAKEN_AWAY, VALID, Filter, Filters, Validity
from catalog.search.offers import read_months, read_price, read_season, read_stars
from catalog.search.query import Token
from catalog.text import fold

_BRACKETED = re.compile(r"\s*\([^()]*\)\s*")
_AT = frozenset(("o", "tai", "thuoc", "vung", "in", "from"))
_BY = frozenset(("cua", "do", "tu", "boi", "ben", "nha"))
_SURELY_BY = frozenset(("cua", "boi"))
_LONGEST_MAKER = 16
# "Loại 4 sao thôi" wants no more than that, of no Thơi.
_ONLY = ["thoi"]
_UNITS = ("thi tran", "thi xa", "thanh pho", "xa", "phuong", "huyen", "quan", "tinh", "tp", "tx", "tt")
_CITY = "thanh pho "
# They begin no product's name: "thành phố Bắc Giang có gì", which is no phở.
_HEADS = ("thanh pho", "thi xa", "thi tran", "tp", "tx")
_NEAR = (
    "gan toi",
    "gan day",
    "gan minh",
    "gan nhat",
    "gan cho toi",
    "quanh day",
    "gan nha",
    "gan em",
    "gan anh",
    "gan cho minh",
    "near me",
    "near here",
    "nearby",
    "around me",
    "close to me",
    "around here",
)
_NEAR_BEGINNINGS = frozenset(phrase.split()[0] for phrase in _NEAR)
_IN_FORCE = (
    "con han su dung", "con thoi han", "con hieu luc", "con gia tri", "con han", "chua het han", "chua het hieu luc",
    "hop le", "dang co hieu luc", "still valid", "in force", "not expired", "valid",
    "valid certificate", "valid certificates", "valid star", "valid stars",
)  # fmt: skip
_ENDING = (
    "sap het han", "sap het hieu luc", "gan het han", "sap den han", "expiring soon", "ending soon", "about to expire",
    "expires soon", "expire soon", "will expire soon", "sap toi han", "het han trong thang toi", "expiring",
)  # fmt: skip
_OVER = (
    "da het han", "het han", "da het hieu luc", "het hieu luc", "qua han", "khong con han", "expired", "lapsed",
)  # fmt: skip
_WITHDRAWN = (
    "da bi thu hoi",
    "bi thu hoi",
    "da thu hoi",
    "thu hoi chung nhan",
    "thu hoi sao",
    "thu hoi",
    "withdrawn",
    "revoked",
)
_ANNULLED = (
    "da bi huy cong nhan", "bi huy cong nhan", "huy cong nhan", "bi huy bo", "huy bo cong nhan", "bi huy", "annulled",
)  # fmt: skip
_NOT_VALID = ("khong con hieu luc", "no longer valid", "not valid")
_VALIDITY = {
    **dict.fromkeys(_IN_FORCE, VALID),
    **dict.fromkeys(_ENDING, frozenset((Validity.ENDING,))),
    **dict.fromkeys(_OVER, frozenset((Validity.OVER,))),
    **dict.fromkeys(_WITHDRAWN, frozenset((Validity.WITHDRAWN,))),
    **dict.fromkeys(_ANNULLED, frozenset((Validity.ANNULLED,))),
    **dict.fromkeys(_NOT_VALID, frozenset((Validity.OVER, *TAKEN_AWAY))),
}
_VALIDITY_BEGINNINGS = frozenset(phrase.split()[0] for phrase in _VALIDITY)
# "… còn hạn không" asks how one product stands; it is no condition.
_ASKS_WHETHER = frozenset(("khong", "ko", "k", "hong", "hok", "chua", "a", "ha", "hay", "nhi"))
_GROUPS = {
    "qua tang": ("qua tang", "luu niem", "thu cong my nghe"),
    "qua bieu": ("qua tang", "luu niem", "thu cong my nghe"),
    "luu niem": ("luu niem", "thu cong my nghe"),
    **dict.fromkeys(("thu cong my nghe", "hang thu cong", "do thu cong"), ("thu cong my nghe", "luu niem")),
    "du lich": ("du lich",),
    "du lich cong dong": ("du lich cong dong", "du lich"),
    "du lich sinh thai": ("du lich sinh thai", "du lich"),
    "do uong": ("do uong",),
    "thuc uong": ("do uong",),
    "thuc pham": ("thuc pham",),
    "do an": ("thuc pham",),
    "duoc lieu": ("duoc lieu", "thao duoc"),
    "thao duoc": ("thao duoc", "duoc lieu"),
    "sinh vat canh": ("sinh vat canh",),
    "cay canh": ("sinh vat canh",),
    "may mac": ("may mac",),
}  # fmt: skip
_BY_NUMBER = ("thuc pham", "do uong", "duoc lieu", "thu cong my nghe", "sinh vat canh", "du lich")
# Groups that are named so only where nothing else is looked for: a "homestay sapa" is none of ours.
_GROUPS_ALONE = {
    "homestay": ("du lich cong dong", "du lich"),
    **dict.fromkeys(
        (
            "gi uong duoc",
            "gi uong",
            "uong duoc gi",
            "gi de uong",
            "gi do uong",
            "to drink",
            "drinks",
            "drink",
            "beverages",
        ),
        ("do uong",),
    ),
    **dict.fromkeys(("gi an duoc", "gi de an", "to eat"), ("thuc pham",)),
    "home stay": ("du lich cong dong", "du lich"),
    "farmstay": ("du lich cong dong", "du lich"),
    **{
        f"{word} {number}": (name,)
        for number, name in enumerate(_BY_NUMBER, 1)
        for word in ("nhom", "nhom so", "group")
    },
}
_GROUP_BEGINNINGS = frozenset(phrase.split()[0] for phrase in (*_GROUPS, *_GROUPS_ALONE))
_GENERAL = """
san pham sp cac nhung tat ca danh sach liet ke hang dac san ocop mat mon do gi nao co cua o tai thuoc loai dat xa
phuong huyen tinh tren tro len tu s there any made products product show list all with that are which what is available
something anything have you thoi thui
"""
_LISTING = frozenset(_GENERAL.split())
# Kinds of products that are little words with other marks: vải and vài, tỏi and tôi.
_KINDS = frozenset(("vai", "toi", "oi", "gio", "tra", "cam"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The *filters* that were read, and the tokens that are *left* to look up; none when the rest only says "list"."""

    filters: Filters
    left: tuple[Token, ...]


class FilterReader:
    """Knows the catalogue's places, makers and groups, so that only those become filters."""

    def __init__(self, catalogue: SearchColumns) -> None:
        self._read_from = _read_from(catalogue)
        parts = {part for value in catalogue.places.values for part in value.split(BETWEEN_PLACES)}
        self._places = {_bare_place(fold(part)): part for part in sorted(parts, reverse=True) if part}
        # A city that is called as its province is only the city where it is called one.
        folded = {fold(part): part for part in parts}
        self._cities = {key: part for key, part in folded.items() if f"tinh {key.removeprefix(_CITY)}" in folded}
        names = [(fold(way), value) for value in catalogue.producers.values for way in _ways(value) if value]
        self._words = _NameWords(catalogue)
        self._makers = Makers(names, places=self._places, words=self._words)
        self._groups = {fold(value): value for value in catalogue.groups.values if value}

    def knows(self, catalogue: SearchColumns) -> bool:
        """True when nothing else would be known of *catalogue*."""
        return self._read_from == _read_from(catalogue)

    def read(self, tokens: Sequence[Token], *, sure: bool = False) -> Asked:
        """Take the filters out of *tokens*; if a product is named (*sure*), no mere name is taken for a maker's."""
        asked = Asked(Filters(), tuple(tokens))
        maker = self._maker_introduced if sure else self._maker_alone
        offers = (self._price, self._months, self._stars, self._validity)
        for reader in (*offers, self._near, self._producer, maker, self._place, self._group, maker):
            asked = reader(asked)
        lists = all(token.word in _LISTING or token.filling < 1 for token in asked.left)
        if asked.filters and lists and not self._is_kind(asked.left, tokens):
            return replace(asked, left=())
        return asked

    def _is_kind(self, left: Sequence[Token], tokens: Sequence[Token]) -> bool:
        """True where a kind of product, said first and without its marks, is all that is *left*: "vai con han"."""
        lone = len(left) == 1 and left[0] is tokens[0] and left[0].word == left[0].marked
        return lone and left[0].word in _KINDS and left[0].word in self._words

    def maker(self, tokens: Sequence[Token]) -> str | None:
        """Whose name *tokens* are."""
        said = " ".join(_words(tokens))
        return self._makers.with_kind(said) or self._makers.without_kind(said)

    def _price(self, asked: Asked) -> Asked:
        found = read_price(_words(asked.left))
        if found is None:
            return asked
        (start, end), wanted = found
        said = _typed_text(asked.left[start:end])
        rest = _without(asked, start, end, filters=replace(asked.filters, price=wanted, price_words=said))
        # "giá nem 50-60k" asks for no price; giá đỗ are sprouts.
        led = start > 1 and rest.left[0].word == "gia" and rest.left[1].word != "do"
        return replace(rest, left=rest.left[1:]) if led else rest

    def _months(self, asked: Asked) -> Asked:
        found = read_months(_words(asked.left), _marked_words(asked.left))
        if found is None:
            return asked
        (start, end), wanted = found
        said = _typed_text(asked.left[start:end])
        rest = _without(asked, start, end, filters=replace(asked.filters, months=wanted, month_words=said))
        # "in season in month 12": the month says it all.
        again = read_season(_words(rest.left), _marked_words(rest.left))
        return _without(rest, *again[0], filters=rest.filters) if again else rest

    def _stars(self, asked: Asked) -> Asked:
        found = read_stars(_words(asked.left), _marked_words(asked.left))
        if found is None:
            return asked
        (start, end), wanted = found
        said = _typed_text(asked.left[start:end])
        return _without(asked, start, end, filters=replace(asked.filters, stars=wanted, star_words=said))

    def _validity(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=5, beginning=_VALIDITY_BEGINNINGS):
            wanted = _VALIDITY.get(" ".join(words[start:end]))
            if wanted is not None and _ASKS_WHETHER.isdisjoint(words[end : end + 1]):
                filters = replace(asked.filters, valid=wanted, valid_words=_typed_text(asked.left[start:end]))
                return _without(asked, start, end, filters=filters)
        return asked

    def _near(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=3, beginning=_NEAR_BEGINNINGS):
            if " ".join(words[start:end]) in _NEAR:
                filters = replace(asked.filters, near=True, near_words=_typed_text(asked.left[start:end]))
                return _without(asked, start, end, filters=filters)
        return asked

    # Many branches: whether a span is a place hangs on what stands before it and on all that is left, in one pass.
    def _place(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        headed = _begins_with_unit(words)
        if not words or not (headed or words[0] in _LISTING or not _AT.isdisjoint(words)):
            return asked
        for start, end in _spans(words, longest=6):
            introduced = start > 0 and words[start - 1] in _AT
            others = (*asked.left[:start], *asked.left[end:])
            only = all(map(_says_little, others)) if headed and start == 0 else start > 0 and _lists(others)
            if not introduced and not only:
                continue
            known = self._places.get(_bare_place(" ".join(words[start:end])))
            if known is not None:
                first = start - 1 if introduced else start
                said = _typed_text(asked.left[start:end])
                city = self._cities.get(_full_city(words[start:end]))
                place = Filter(city or _bare_unit(known), said)
                return _without(asked, first, end, filters=replace(asked.filters, place=place))
        return asked

    def _producer(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=_LONGEST_MAKER, beginning=BEGINNINGS):
            known = self._makers.with_kind(" ".join(words[start:end]))
            before = words[:start]
            if known is not None and (not before or before[-1] in _BY or all(word in _LISTING for word in before)):
                return _by(known, asked, start, end)
        return asked

    def _maker_alone(self, asked: Asked) -> Asked:
        """A maker's name without the word for its kind, where nothing else is said or "của" stands before it."""
        telling = [token.word not in _LISTING and token.word not in _BY and token.filling == 1 for token in asked.left]
        return self._maker(asked, lambda start, end: not any(telling[:start]) and not any(telling[end:]))

    def _maker_introduced(self, asked: Asked) -> Asked:
        return self._maker(asked, lambda _start, _end: False)

    def _maker(self, asked: Asked, alone: Callable[[int, int], bool]) -> Asked:
        if asked.filters.producer is not None:
            return asked
        words = _words(asked.left)
        for start, end in _spans(words, longest=_LONGEST_MAKER):
            introduced = start > 0 and words[start - 1] in _SURELY_BY
            if (introduced or alone(start, end)) and words[start:end] != _ONLY:
                known = self._makers.without_kind(" ".join(words[start:end]))
                if known is not None:
                    return _by(known, asked, start, end)
        return asked

    def _group(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=4, beginning=_GROUP_BEGINNINGS):
            said = " ".join(words[start:end])
            others = (*asked.left[:start], *asked.left[end:])
            alone = all(token.word in _LISTING or token.filling < 1 for token in others)
            names = _GROUPS.get(said) or (_GROUPS_ALONE.get(said, ()) if alone else ())
            known = next((self._groups[group] for wanted in names for group in self._groups if wanted in group), None)
            if known is not None:
                filters = replace(asked.filters, group=Filter(known, _typed_text(asked.left[start:end])))
                return _without(asked, start, end, filters=filters)
        return asked


def _read_from(catalogue: SearchColumns) -> tuple[object, ...]:
    """What of *catalogue* a FilterReader looks at."""
    facets = (catalogue.places, catalogue.producers, catalogue.groups)
    words = catalogue.vocabulary.folded.spellings, (catalogue.postings.lengths > 0).tobytes()
    return *(facet.values for facet in facets), *words


class _NameWords:
    """The words that stand in names of products, not only in their other fields."""

    def __init__(self, catalogue: SearchColumns) -> None:
        self._numbers = catalogue.vocabulary.folded.numbers
        self._lengths = catalogue.postings.lengths

    def __contains__(self, word: object) -> bool:
        number = self._numbers.get(word) if isinstance(word, str) else None
        return number is not None and bool(self._lengths[number])


def _ways(name: str) -> tuple[str, ...]:
    """*name*, the same without what stands in brackets, and each maker that is named in them."""
    short = _BRACKETED.sub(" ", name).strip()
    if not short or short == name:
        return (name,)
    inside = (part for found in _BRACKETED.findall(name) for part in found.strip(" ()").split("; "))
    return name, short, *(part for part in inside if bare(fold(part)) != fold(part))


def _by(maker: str, asked: Asked, start: int, end: int) -> Asked:
    """*asked* of *maker*, whose name stands from *start* to *end*."""
    first = start - 1 if start and asked.left[start - 1].word in _BY else start
    chip = Filter(maker, _typed_text(asked.left[start:end]))
    return _without(asked, first, end, filters=replace(asked.filters, producer=chip))


def _without(asked: Asked, start: int, end: int, *, filters: Filters) -> Asked:
    return Asked(filters, asked.left[:start] + asked.left[end:])


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.word for token in tokens]


def _marked_words(tokens: Sequence[Token]) -> list[str]:
    return [token.marked for token in tokens]


def _typed_text(tokens: Sequence[Token]) -> str:
    return " ".join(token.typed for token in tokens)


def _spans(words: list[str], *, longest: int, beginning: frozenset[str] | None = None) -> Iterator[tuple[int, int]]:
    """All stretches of *words*, or those that begin with one of *beginning*, the longest first."""
    starts = [start for start, word in enumerate(words) if beginning is None or word in beginning]
    for length in range(min(longest, len(words)) if starts else 0, 0, -1):
        for start in starts:
            if start + length <= len(words):
                yield start, start + length


def _bare_place(folded: str) -> str:
    unit = next((unit for unit in _UNITS if folded.startswith(unit + " ")), None)
    return folded if unit is None else folded[len(unit) + 1 :]


def _begins_with_unit(words: Sequence[str]) -> bool:
    return f"{' '.join(words[:2])} ".startswith(tuple(f"{each} " for each in _HEADS))


def _full_city(words: Sequence[str]) -> str:
    said = " ".join(words)
    return f"{_CITY}{said[3:]}" if said.startswith("tp ") else said


def _lists(tokens: Sequence[Token]) -> bool:
    return all(each.word in _LISTING for each in tokens)


def _says_little(token: Token) -> bool:
    return token.word in _LISTING or token.filling < 1


def _bare_unit(place: str) -> str:
    """*place* without the word for its kind, as it is written."""
    kept = len(_bare_place(fold(place)).split())
    return " ".join(place.split()[-kept:])
