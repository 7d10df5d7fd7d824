"""Lines of a list that are no products: titles of groups, totals, place and date, signatures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from functools import lru_cache

from catalog.cells.content import cell_text
from catalog.cells.problems import Cell
from catalog.cells.vocabulary import group_in
from catalog.list_io.choices import star_count
from catalog.text import fold

_ORDINAL = re.compile(r"[*•+\-–]|\(?(?:\d{1,4}|[IVXLC]{1,6}|[A-Z])(?:[.,]\d{1,3})*[.)]*", re.IGNORECASE)
_ROMAN = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-HK-Z])(?:\.\d{1,3})*[.)\-:]*")
_LED = re.compile(r"(?:[IVXLC]{1,6}|[A-Z])\s*[.)\-:/]\s*\S.*")
_COUNT = re.compile(r"\d[\d.]*(?: (?:san pham|sp|chu the|co so|don vi|hang muc))?")
_TOTAL = re.compile(r"(?:cong don|trong do(?: .*)?|so (?:san pham|sp|chu the) .*\d|"
                    r"tong|tong cong|tong so|cong|tong cong lai|total|sum)(?: (?:cong|so|toan).*| \d.*| nhom.*|"
                    r" (?:xa|phuong|huyen|san pham|sp|chu the|i|ii|iii|iv|v|vi|[a-d])\b.*)?")  # fmt: skip
_SIGNED = re.compile(
    r"(?:nguoi (?:lap|ky|tong hop|bao cao|kiem tra|duyet).*|lap (?:bieu|bang)"
    r"|(?:tm|kt|tl|tuq|ql) (?:pho |quyen )?(?:chu tich|chu nhiem|giam doc|tong giam doc|truong|thu truong|bo truong|"
    r"chanh|cuc|chi cuc|tong cuc|uy ban|ubnd|hoi dong|ban|bo|so|to)\b.*"
    r"|(?:pho )?(?:chu tich|giam doc|truong phong|chanh van phong|cuc truong|chi cuc truong|truong ban|chu nhiem)"
    r"(?: (?:ubnd|uy ban|so|hoi dong|chi cuc).*)?"
    r"|thu truong(?: (?:don vi|co quan).*)?|thu quy|trang \d+(?: \d+)?|het|nguon .*"
    r"|so lieu (?:tinh )?den .*|noi nhan.*|xac nhan cua.*|ky(?: va)?(?: ghi ro)? ho ten.*|da ky|ky ten.*"
    r"|lanh dao(?: .*)?|ke toan(?: truong)?|(?:uy ban nhan dan|ubnd)(?: .*)?|can bo (?:lap|tong hop).*"
    r"|dai dien .*|luu vt.*)"
)
_PLACE_AND_DAY = re.compile(
    r"(?:[^,]{2,40},\s*)?ngày\s*[\d.…_]*\s*tháng\s*[\d.…_]*\s*năm\s*[\d.…_]*\s*\.?"
    r"|(?:[^\d,]{2,40},?\s*)?ngày\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\.?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:nhom|nganh|bo san pham|linh vuc|phan|muc|khu vuc|dia ban|huyen|thi xa|thanh pho|tp|xa|phuong|thi tran"
    r"|dot|nam|quy"
    r"|ky|danh sach|danh muc|bieu|phu luc|cac san pham|san pham (?:dat|hang|ocop|cong nhan|duoc|moi|khong|chua|bi|het"
    r"|de nghi|de xuat|thu hoi|tiem nang)|hang|to chuc)\b.*"
    r"|(?:cac )?(?:htx|hop tac xa|doanh nghiep|cong ty|ho kinh doanh|to hop tac|chu the)"
    r"|chu the la .*|cong nhan .*|de nghi .*"
)
_MOST_NUMBERS = 2
_SHORT = 80
_ENDS = ("ghi chu", "luu y", "kem theo", "can cu")


_PLACE_OR_TIME = re.compile(
    r"(?:(?:\d{1,2}|[ivx]{1,4}|[a-f]) )?"
    r"(?:khu vuc|dia ban|huyen|thi xa|thanh pho|tp|xa|phuong|thi tran|dot|nam|quy|ky)\b.*"
)


_SET_ASIDE = re.compile(
    r"\b(?:khong (?:dat|duoc|cong nhan)|chua (?:dat|duoc|cong nhan)|bi (?:loai|thu hoi|huy)|thu hoi"
    r"|de nghi|de xuat|du kien|dang ky|tiem nang phat trien)\b"
)


_WITHDRAWN = re.compile(r"\b(?:thu hoi|huy bo|huy (?:ket qua )?cong nhan)\b")


class NonProduct(Enum):
    """What a line that is no product is."""

    TITLE = auto()
    TOTAL = auto()
    FOOT = auto()


def kind_of_non_product(given: Mapping[str, Cell], cells: Sequence[Cell], *, in_foot: bool) -> NonProduct | None:
    """What the line is when it is no product; None when it is one, or should be."""
    texts = [text for cell in cells if (text := " ".join(cell_text(cell).split()))]
    if any(_is_signature(text) for text in texts) and not _is_product(given, cells):
        return NonProduct.FOOT
    if _is_total(given, texts):
        return NonProduct.TOTAL
    if in_foot and not _is_product(given, cells):
        return NonProduct.FOOT
    if _is_title(given, texts):
        return NonProduct.TITLE
    return None


def _is_signature(text: str) -> bool:
    return _is_short_signature(text) if len(text) <= _SHORT else bool(_PLACE_AND_DAY.fullmatch(text))


# Most lists say the same again and again, and each cell is asked.
@lru_cache(maxsize=8192)
def _is_short_signature(text: str) -> bool:
    folded = fold(text)
    return bool(_PLACE_AND_DAY.fullmatch(text) or _SIGNED.fullmatch(folded)) or folded.startswith(_ENDS)


def _is_product(given: Mapping[str, Cell], cells: Sequence[Cell]) -> bool:
    """True for a line with name, producer and a number in front or a fact behind that is no signature."""
    if not (_text(given, "name") and _text(given, "producer")):
        return False
    if any(_is_signature(_text(given, field)) for field in ("name", "producer")):
        return False
    facts = [field for field in given if field not in {"name", "producer"} and not _is_signature(_text(given, field))]
    first = next((" ".join(cell_text(cell).split()) for cell in cells if cell not in ("", False)), "")
    return bool(facts) or bool(re.fullmatch(r"\d{1,5}\.?", first))


def _text(given: Mapping[str, Cell], field: str) -> str:
    return " ".join(cell_text(given.get(field, "")).split())


def _is_total(given: Mapping[str, Cell], texts: Sequence[str]) -> bool:
    producer = _text(given, "producer")
    if producer and not (_COUNT.fullmatch(fold(producer)) or _TOTAL.fullmatch(fold(producer))):
        return False
    return any(_TOTAL.fullmatch(fold(text)) for text in texts[:2])


def _is_title(given: Mapping[str, Cell], texts: Sequence[str]) -> bool:
    """One text, alone or behind its number, with no fact of a product."""
    if set(given) - {"name", "id", "group", "producer"} or {"name", "producer"} <= set(given):
        return False
    words = [text for text in texts if not _ORDINAL.fullmatch(text) and not text.isdigit()]
    numbers = [text for text in texts if _ORDINAL.fullmatch(text)]
    if len(words) != 1 or len(numbers) > _MOST_NUMBERS:
        return False
    return _titles(words[0], numbers) if numbers else _titles_alone(words[0])


def _titles(title: str, numbers: Sequence[str]) -> bool:
    """True for a text behind the number of a title ("II"), or behind any number where it names a group."""
    return any(_ROMAN.fullmatch(number) for number in numbers) or bool(group_in(title))


def _titles_alone(title: str) -> bool:
    """True for a text that is led by its number ("A. …"), names a group or stars, or begins as titles do."""
    if _LED.fullmatch(title):
        return True
    return bool(group_in(title) or star_count(title) or _TITLE.fullmatch(fold(title)))


def is_of_place_or_time(title: str) -> bool:
    """True for a title that parts a group further: a district, a round, a year."""
    return bool(_PLACE_OR_TIME.fullmatch(fold(title)))


def find_withdrawal(texts: Iterable[str]) -> str:
    """The first of *texts* that says of a whole list that its certificates were withdrawn or annulled; "" for none."""
    return next((text for text in texts if _WITHDRAWN.search(fold(text))), "")


def is_set_aside(title: str) -> bool:
    """True for a title of products that are not, not yet or no longer recognised."""
    return bool(_SET_ASIDE.search(fold(title)))
