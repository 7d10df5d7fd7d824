"""Stars, scores, kinds of producer, dates and decisions as officers write them."""

import re
from functools import lru_cache

from catalog.cells.certificates import decision
from catalog.cells.content import at_most, cell_text, name, tidy, words
from catalog.cells.days import day
from catalog.cells.problems import Cell, CellRefused
from catalog.model import ProducerKind
from catalog.text import fold

__all__ = ["day", "decision", "kind", "kind_of", "potential_five", "product_id", "score", "stars"]
LONGEST_ID = 64
_DRAWN = re.compile(r"[\s*＊★⭐✭✮✯✬✫✪☆✩✰\ufe0f]+")
_FILLED, _HOLLOW = "*＊★⭐✭✮✯✬✫✪", "☆✩✰"
_STARS = re.compile(
    r"(?:(?:dat|hang|san pham|ocop|phan|xep|loai|cap|sao) )*"
    r"(\d{1,3}|mot|hai|ba|bon|nam)(?: 0)?(?: (?:mot|hai|ba|bon|nam))?(?: (?:ngoi sao|sao|star|stars))?"
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
_GLUED = re.compile(r"(?<=\d)(?=sao|star|ocop)|(?<=sao|cop)(?=\d)", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:(?:cong nhan(?: lai)?|danh gia(?: lai)?|xep hang|dot|lan|ky|quy) ?(?:\d{1,2}\b(?! sao))?"
    r"|(?:cong nhan lai|danh gia lai|moi|nang hang)|(?:nam )?20\d\d)(?= |$)"
)


def product_id(cell: Cell) -> str:
    """The officer's own id for the product: at most 64 letters that can be printed."""
    return at_most(LONGEST_ID, name(cell))


def stars(cell: Cell) -> tuple[int | None, bool]:
    """The stars (1 to 5) and whether a potential five-star is named: 3, "3 sao", "★★★", "4 sao (tiềm năng 5 sao)"."""
    text = cell_text(cell).strip()
    return _stars(text) if text else (None, False)


@lru_cache(maxsize=1024)
def _stars(text: str) -> tuple[int | None, bool]:
    if _DRAWN.fullmatch(text):
        # Beside filled stars the hollow ones are those that are missing.
        drawn = _FILLED if any(letter in _FILLED for letter in text) else _HOLLOW
        return _in_range(sum(letter in drawn for letter in text)), False
    folded = fold(_GLUED.sub(" ", words(text)))
    certain = " ".join(_POTENTIAL.sub(" ", folded).split())
    potential = certain != folded
    rest = " ".join(_WHEN.sub(" ", certain).split()) or certain
    if not rest:
        return (4, True) if potential else (None, False)
    found = _STARS.fullmatch(rest)
    if not found:
        raise CellRefused(
            f"Không hiểu hạng sao “{text}”. Hãy ghi số từ 1 đến 5.", english="Not a star rating from 1 to 5."
        )
    return _in_range(_SPELLED_OUT.get(found[1]) or int(found[1])), potential


def _in_range(count: int) -> int:
    if not 1 <= count <= 5:
        raise CellRefused("Hạng sao phải từ 1 đến 5.", english="Stars go from 1 to 5.")
    return count


def score(cell: Cell) -> float | None:
    """Points of 100, with a decimal comma or point."""
    text = words(cell)
    if not text:
        return None
    found = _SCORE.fullmatch(text)
    points = float(found[1].replace(",", ".")) if found else -1.0
    if not 0 <= points <= 100:
        raise CellRefused("Điểm phải là số từ 0 đến 100, ví dụ 82,5.", english="A score is a number from 0 to 100.")
    return points


def potential_five(cell: Cell) -> bool:
    """True for "x", "có", 1, "true"; blank and "không" say no."""
    folded = fold(cell_text(cell))
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise CellRefused(
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
    raise CellRefused(
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
