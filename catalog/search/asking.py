"""Conditions read from the words of a query: stars, a place, a maker, a group, nearby."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.search.model import Filter, Filters
from catalog.search.reading import Token
from catalog.search.shelf import BETWEEN_PLACES, Shelf
from catalog.text import fold

_NUMBERS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_MOST_STARS = 5
_AT = frozenset(("o", "tai", "thuoc", "vung"))
_TRADES = frozenset(
    {
        "nong nghiep", "dich vu", "san xuat", "kinh doanh", "thuong mai", "tong hop", "che bien", "thuc pham",
        "nong san", "cong nghe", "cong nghiep", "thu cong", "my nghe", "du lich", "dau tu", "phat trien", "xuat nhap",
        "sach", "xanh", "va", "khau", "tieu thu", "sx", "kd", "tm", "dv", "nn", "cnc", "sxkd", "tmdv", "an toan", "rau",
        "duoc lieu", "thao duoc", "chan nuoi", "trong trot", "thuy san",
    }
)  # fmt: skip
_BY = frozenset(("cua", "do", "tu", "boi", "ben", "nha"))
_UNITS = ("thi tran", "thi xa", "thanh pho", "xa", "phuong", "huyen", "quan", "tinh", "tp", "tx", "tt")
_MAKERS = (
    "hop tac xa",
    "htx",
    "htxnn",
    "cong ty",
    "cty",
    "co so",
    "cssx",
    "ho kinh doanh",
    "hkd",
    "doanh nghiep",
    "xuong",
)
_MAKER_BEGINNINGS = frozenset(maker.split()[0] for maker in _MAKERS)
_MAKER_FORMS = ("tnhh", "co phan", "cp", "mtv", "mot thanh vien", "san xuat", "sx", "nong nghiep", "nn")
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
)
_NEAR_BEGINNINGS = frozenset(phrase.split()[0] for phrase in _NEAR)
_GROUPS = {
    "qua tang": ("qua tang", "luu niem", "thu cong my nghe"),
    "qua bieu": ("qua tang", "luu niem", "thu cong my nghe"),
    "luu niem": ("luu niem", "thu cong my nghe"),
    "thu cong my nghe": ("thu cong my nghe", "luu niem"),
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
_GROUP_BEGINNINGS = frozenset(phrase.split()[0] for phrase in _GROUPS)
_GENERAL = """
san pham sp cac nhung tat ca danh sach liet ke hang dac san ocop mat mon do gi nao co cua o tai thuoc loai dat xa
phuong huyen tinh tren tro len tu
"""
_LISTING = frozenset(_GENERAL.split())


@dataclass(frozen=True, slots=True)
class Asked:
    """The *filters* that were read, and the tokens that are *left* to look up; none when the rest only says "list"."""

    filters: Filters
    left: tuple[Token, ...]


class FilterReader:
    """Knows the catalogue's places, makers and groups, so that only those become filters."""

    def __init__(self, shelf: Shelf) -> None:
        parts = {part for value in shelf.places.values for part in value.split(BETWEEN_PLACES)}
        self._places = {_bare_place(fold(part)): part for part in sorted(parts, reverse=True) if part}
        self._makers = _makers(shelf.producers.values)
        self._groups = {fold(value): value for value in shelf.groups.values if value}

    def read(self, tokens: Sequence[Token]) -> Asked:
        """Take the filters out of *tokens*."""
        asked = Asked(Filters(), tuple(tokens))
        for reader in (self._stars, self._near, self._producer, self._place, self._group):
            asked = reader(asked)
        if asked.filters and all(token.word in _LISTING or token.filling < 1 for token in asked.left):
            return replace(asked, left=())
        return asked

    def _stars(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for place in range(1, len(words)):
            stars = _NUMBERS.get(words[place - 1])
            if words[place] == "sao" and stars is not None:
                upwards = _follows(words, place + 1, ("tro len", "do len"))
                wanted = frozenset(range(stars, _MOST_STARS + 1)) if upwards else frozenset((stars,))
                end = place + 3 if upwards else place + 1
                said = _said(asked.left[place - 1 : end])
                return _without(asked, place - 1, end, filters=replace(asked.filters, stars=wanted, star_words=said))
        return asked

    def _near(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=3, beginning=_NEAR_BEGINNINGS):
            if " ".join(words[start:end]) in _NEAR:
                filters = replace(asked.filters, near=True, near_words=_said(asked.left[start:end]))
                return _without(asked, start, end, filters=filters)
        return asked

    def _place(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        if not words or (words[0] not in _LISTING and _AT.isdisjoint(words)):
            return asked
        for start, end in _spans(words, longest=6):
            introduced = start > 0 and words[start - 1] in _AT
            if not introduced and (start == 0 or any(word not in _LISTING for word in (*words[:start], *words[end:]))):
                continue
            known = self._places.get(_bare_place(" ".join(words[start:end])))
            if known is not None:
                first = start - 1 if introduced else start
                said = _said(asked.left[start:end])
                return _without(
                    asked, first, end, filters=replace(asked.filters, place=Filter(_bare_unit(known), said))
                )
        return asked

    def _producer(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=12, beginning=_MAKER_BEGINNINGS):
            said = " ".join(words[start:end])
            maker = next((maker for maker in _MAKERS if said.startswith(maker + " ")), None)
            if maker is None:
                continue
            known = self._makers.get(_bare_maker(said))
            before = words[:start]
            if known is not None and (not before or before[-1] in _BY or all(word in _LISTING for word in before)):
                first = start - 1 if before and before[-1] in _BY else start
                chip = Filter(known, _said(asked.left[start:end]))
                return _without(asked, first, end, filters=replace(asked.filters, producer=chip))
        return asked

    def _group(self, asked: Asked) -> Asked:
        words = _words(asked.left)
        for start, end in _spans(words, longest=4, beginning=_GROUP_BEGINNINGS):
            said = " ".join(words[start:end])
            known = next(
                (self._groups[group] for wanted in _GROUPS.get(said, ()) for group in self._groups if wanted in group),
                None,
            )
            if known is not None:
                filters = replace(asked.filters, group=Filter(known, _said(asked.left[start:end])))
                return _without(asked, start, end, filters=filters)
        return asked


def _makers(names: Iterable[str]) -> dict[str, str]:
    """Each maker by its name without the word for its kind, and by what people call it.

    "HTX Dịch vụ nông nghiệp Hằng Hiếu" is "HTX Hằng Hiếu" too, unless another maker would be called the same.
    """
    whole = {_bare_maker(fold(name)): name for name in names if name}
    called: dict[str, set[str]] = {}
    for bare, name in whole.items():
        called.setdefault(_called(bare), set()).add(name)
    short = {bare: next(iter(same)) for bare, same in called.items() if bare and len(same) == 1}
    return short | whole


def _called(bare: str) -> str:
    """*bare* without what many makers say of their trade before their own name."""
    words = bare.split()
    while words and (words[0] in _TRADES or " ".join(words[:2]) in _TRADES):
        words = words[1:] if words[0] in _TRADES else words[2:]
    return " ".join(words)


def _without(asked: Asked, start: int, end: int, *, filters: Filters) -> Asked:
    return Asked(filters, asked.left[:start] + asked.left[end:])


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.word for token in tokens]


def _said(tokens: Sequence[Token]) -> str:
    return " ".join(token.typed for token in tokens)


def _spans(words: list[str], *, longest: int, beginning: frozenset[str] | None = None) -> Iterator[tuple[int, int]]:
    """All stretches of *words*, or those that begin with one of *beginning*, the longest first."""
    starts = [start for start, word in enumerate(words) if beginning is None or word in beginning]
    for length in range(min(longest, len(words)) if starts else 0, 0, -1):
        for start in starts:
            if start + length <= len(words):
                yield start, start + length


def _follows(words: list[str], place: int, phrases: tuple[str, ...]) -> bool:
    return any(" ".join(words[place : place + len(phrase.split())]) == phrase for phrase in phrases)


def _bare_place(folded: str) -> str:
    unit = next((unit for unit in _UNITS if folded.startswith(unit + " ")), None)
    return folded if unit is None else folded[len(unit) + 1 :]


def _bare_unit(place: str) -> str:
    """*place* without the word for its kind, as it is written."""
    kept = len(_bare_place(fold(place)).split())
    return " ".join(place.split()[-kept:])


def _bare_maker(folded: str) -> str:
    """The words of a maker's name that tell it from others, in order."""
    kind = next((kind for kind in (*_MAKERS, *_MAKER_FORMS) if folded.startswith(kind + " ")), None)
    return folded if kind is None else _bare_maker(folded[len(kind) + 1 :])
