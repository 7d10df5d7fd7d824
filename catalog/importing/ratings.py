"""Stars, scores, kinds of producer, dates and decisions as officers write them."""

import re
from datetime import date, timedelta
from functools import lru_cache

from catalog.dates import PartialDate
from catalog.importing.cells import at_most, name, spelled, tidy, words
from catalog.importing.problems import Cell, Refused
from catalog.model import ProducerKind
from catalog.text import fold

LONGEST_ID = 64
_DRAWN = re.compile(r"[\s*★⭐☆✩\ufe0f]*[*★⭐][\s*★⭐☆✩\ufe0f]*")
_STARS = re.compile(
    r"(?:(?:dat|hang|san pham|ocop|phan|xep|loai|cap|sao) )*"
    r"(\d{1,3}|mot|hai|ba|bon|nam)(?: 0)?(?: (?:mot|hai|ba|bon|nam))?(?: (?:sao|star|stars))?"
    r"(?: (?:ocop|cap tinh|cap huyen|cap quoc gia|quoc gia))*"
)
_SPELLED_OUT = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_POTENTIAL = re.compile(r"(?:co )?tiem nang(?: (?:dat|len|hang))*(?: (?:5|nam)(?: sao)?)?|(?:5|nam) sao tiem nang")
_SCORE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:điểm|đ|/\s*100(?:\s*điểm)?)?", re.IGNORECASE)
_YES = frozenset(["x", "co", "1", "true", "yes", "y", "v", "5", "5 sao", "dat", "tiem nang", "tiem nang 5 sao"])
_NO = frozenset(["", "0", "false", "no", "n", "khong", "khong co", "chua", "chua co"])
_KIND_WORDS = {
    ProducerKind.COOPERATIVE: "htx|hop tac xa|lien hiep htx|lien hiep hop tac xa|htxnn|htxdv|qtd|cooperative",
    ProducerKind.GROUP: "tht|to hop tac|to hop|to san xuat|to lien ket|group",
    ProducerKind.HOUSEHOLD: (
        "ho kinh doanh|hkd|ho sxkd|ho san xuat|ho gia dinh|ho ca the|co so|cssx|ca nhan|trang trai|nghe nhan|household"
    ),
    ProducerKind.COMPANY: "cong ty|cty|ct|doanh nghiep|dn|dntn|tap doan|tong cong ty|chi nhanh|company",
}
_KIND_NAMES = "Hợp tác xã, Doanh nghiệp, Tổ hợp tác, Hộ kinh doanh"
_OTHER = frozenset({"khac", "other", "chu the khac"})
_SHORT_YEAR = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2})")
_WORDED = re.compile(
    r"(?:(?:(?:ngày\s+)?(\d{1,2})\s+)?tháng\s+(\d{1,2})\s*[/,-]?\s*)?(?:năm\s+)?(\d{4})", re.IGNORECASE
)
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 1/1/2000 and 31/12/2099 as Excel counts days
_DECISION_AND_DAY = re.compile(r"(.+?)[\s,;(]+(?:ký\s+)?ngày\s+(\d.+?)\)?", re.IGNORECASE)
_DECISION_WORDS = re.compile(r"(?:(?:quyết định|qđ)\s+số|quyết định|số)\s*:?\s*(?=\d)", re.IGNORECASE)
_JOINED = re.compile(r"\s*(/)\s*|(?<=QĐ)\s*(-)\s*")


def product_id(cell: Cell) -> str:
    """The officer's own id for the product: at most 64 letters that can be printed."""
    return at_most(LONGEST_ID, name(cell))


def stars(cell: Cell) -> tuple[int | None, bool]:
    """The stars (1 to 5) and whether a potential five-star is named: 3, "3 sao", "★★★", "4 sao (tiềm năng 5 sao)"."""
    text = spelled(cell).strip()
    return _stars(text) if text else (None, False)


@lru_cache(maxsize=1024)
def _stars(text: str) -> tuple[int | None, bool]:
    if _DRAWN.fullmatch(text):
        return _in_range(sum(letter in "*★⭐" for letter in text)), False
    folded = fold(words(text))
    rest = " ".join(_POTENTIAL.sub(" ", folded).split())
    potential = rest != folded
    if not rest:
        return (4, True) if potential else (None, False)
    found = _STARS.fullmatch(rest)
    if not found:
        raise Refused(f"Không hiểu hạng sao “{text}”. Hãy ghi số từ 1 đến 5.", english="Not a star rating from 1 to 5.")
    return _in_range(_SPELLED_OUT.get(found[1]) or int(found[1])), potential


def _in_range(count: int) -> int:
    if not 1 <= count <= 5:
        raise Refused("Hạng sao phải từ 1 đến 5.", english="Stars go from 1 to 5.")
    return count


def score(cell: Cell) -> float | None:
    """Points of 100, with a decimal comma or point."""
    text = words(cell)
    if not text:
        return None
    found = _SCORE.fullmatch(text)
    points = float(found[1].replace(",", ".")) if found else -1.0
    if not 0 <= points <= 100:
        raise Refused("Điểm phải là số từ 0 đến 100, ví dụ 82,5.", english="A score is a number from 0 to 100.")
    return points


def potential_five(cell: Cell) -> bool:
    """True for "x", "có", 1, "true"; blank and "không" say no."""
    folded = fold(spelled(cell))
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Refused(
        "Ghi “x” hoặc “có” nếu có tiềm năng 5 sao, nếu không thì bỏ trống.", english="Write x, or leave blank."
    )


def kind(cell: Cell) -> ProducerKind | None:
    """The producer's kind in words; None when nothing is said."""
    text = words(cell)
    if not text:
        return None
    folded = fold(text)
    if folded in _OTHER:
        return ProducerKind.UNKNOWN
    if guessed := kind_of(text):
        return guessed
    raise Refused(
        f"Không hiểu loại chủ thể. Hãy chọn: {_KIND_NAMES}, Khác, hoặc bỏ trống.",
        english="Not a kind of producer: cooperative, company, group, household or other.",
    )


@lru_cache(maxsize=4096)
def kind_of(producer: str) -> ProducerKind:
    """Guess the kind from the first words of a producer's name; UNKNOWN when they tell nothing."""
    folded = fold(producer) + " "
    # Without its tone Hộ (a household) reads like Hồ (a lake, and many a proper name).
    if f"{tidy(producer)} ".casefold().startswith("hộ "):
        return ProducerKind.HOUSEHOLD
    return next((kind for word, kind in _KINDS if folded.startswith(word)), ProducerKind.UNKNOWN)


_KINDS = sorted(
    ((f"{word} ", kind) for kind, listed in _KIND_WORDS.items() for word in listed.split("|")),
    key=lambda pair: -len(pair[0]),
)


def day(cell: Cell) -> PartialDate | None:
    """A date: 31/8/2024, 31-8-24, 8/2024, 2024, ISO, "ngày 31 tháng 8 năm 2024", or Excel's count of days."""
    text = words(cell)
    return _day(text) if text else None


@lru_cache(maxsize=8192)
def _day(text: str) -> PartialDate:
    try:
        if text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
            return PartialDate.of(date(1899, 12, 30) + timedelta(days=int(text)))
        if short := _SHORT_YEAR.fullmatch(text):
            return PartialDate(2000 + int(short[3]), int(short[2]), int(short[1]))
        if worded := _WORDED.fullmatch(text):
            return PartialDate(int(worded[3]), int(worded[2] or 0), int(worded[1] or 0))
        return PartialDate.parse(text)
    except ValueError as error:
        raise Refused(
            "Không phải ngày. Hãy ghi ngày/tháng/năm, ví dụ 31/08/2024 (hoặc 08/2024, 2024).",
            english="Not a date: write day/month/year.",
        ) from error


def decision(cell: Cell) -> tuple[str, PartialDate | None]:
    """The decision's number, and its date where the cell tells it too: "QĐ số 12/QĐ-UBND ngày 3/4/2024"."""
    text = words(cell)
    if found := _DECISION_AND_DAY.fullmatch(text):
        return _number(found[1]), _day(found[2])
    return _number(text), None


def _number(text: str) -> str:
    head = _DECISION_WORDS.match(text)
    return at_most(100, _JOINED.sub(r"\1\2", text[head.end() :] if head else text))
