"""Cells of a certificate: stars, score, decision with its day and issuer; and which of them can be true together."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.cells.content import at_most, cell_text, words
from catalog.cells.days import days_in, read_day
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate
from catalog.model import ProductRow
from catalog.text import fold

FIRST_YEAR = 2018
"""OCOP began on 7 May 2018 (Decision 490/QĐ-TTg)."""

FARTHEST_YEARS = 10
_NUMBER = re.compile(
    r"\d+[A-Za-z]?\s*[-–]\s*QĐ\s*/\s*[A-ZĐ][\wĐđ]*|\d+[A-Za-z]?\s*/\s*(?:(?:19|20)\d\d\s*/\s*)?[A-ZĐa-zđ][\wĐđ]*(?:\s?[-–.&]\s?[A-ZĐ][\wĐđ]*)*",
    re.UNICODE,
)
_DECISION_WORDS = re.compile(r"(?:(?:quyết định|qđ)\s+số|quyết định|số)\s*:?\s*(?=\d)", re.IGNORECASE)
_JOINED = re.compile(r"\s*(/)\s*|(?<=QĐ)\s*[-–]\s*")
_ABOUT = re.compile(r"[\s,;.(–-]*(?:v/v|v\.v\.?|vv\.?|về việc|về)\s.*$", re.IGNORECASE)
_BODY = r"(?:chủ tịch\s+)?(?:UBND|U\.B\.N\.D|[ỦU][ỷy] ban|Ủy ban|Bộ|Sở|Hội đồng|Chủ tịch|Thủ tướng)\b"
_ISSUER = re.compile(rf"(?:(?:của|do)\s+)?({_BODY}[^;()\d]*)", re.IGNORECASE)
_SIGNED_BY = re.compile(r"\s*(?:ban hành|cấp|ký|phê duyệt|công nhận|ngày)\b.*$", re.IGNORECASE)
_DAY_WORDS = re.compile(r"[\s,;(–-]*(?:(?:ký|cấp|ban hành|từ)\s+)?(?:ngày\s*(?:ký|cấp)?\s*:?\s*)?$", re.IGNORECASE)
_MONTH = re.compile(r"[\s,;(]+(?:ký\s+)?(?:(?:ngày|tháng|năm)\s+)(\d[\d/.\s-]*\d|tháng.*)\)?$", re.IGNORECASE)
# "1234, 1235/QĐ-UBND" are two numbers; a year, a day or "12" behind "đợt" is none.
_SHARED = re.compile(r"(?<![\d/.-])\d{1,5}\s*(?:[,;+&]|và|-)\s*\d{1,5}[A-Za-z]?\s*/\s*QĐ", re.IGNORECASE)
_WHEN = re.compile(r"(?<!\d)(?:(?:đợt|lần|quý|kỳ)\s*[\dIVX]+|[1-5]\s*sao|(?:hạng|số)\s*[1-5])(?!\d)", re.IGNORECASE)
# What may be a day or a year; "phụ lục 2" and "quận 12" are ordinary.
_UNREAD = re.compile(r"\d{4}|\d\s*[/.–-]\s*\d")
_DIGIT = re.compile(r"\d")
_NOT_YET = re.compile(r"(?:chưa|đang|chờ|không|sắp|dự kiến)\b.*", re.IGNORECASE)
LEAST_POINTS = {1: 0.0, 2: 30.0, 3: 50.0, 4: 70.0, 5: 90.0}
"""Where each star begins (Decision 148/QĐ-TTg and 1048/QĐ-TTg before it)."""
CERTIFIED_STARS = 3
_POINTS_FORGIVEN = 5.0
Stars = tuple[int | None, bool]
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
# Points beside the stars: "4 sao (85 điểm)", "4 sao - 72,5/100".
_RATED_HOW = re.compile(
    r"[\s,;:–-]*[(\[]?\s*(?:đạt\s+)?\d{1,3}(?:[.,]\d+)?\s*(?:điểm|/\s*100(?:\s*điểm)?)\s*[)\]]?\s*$", re.IGNORECASE
)
_YES = frozenset(["x", "co", "1", "true", "yes", "y", "v", "5", "5 sao", "dat", "tiem nang", "tiem nang 5 sao"])
_NO = frozenset(["", "0", "false", "no", "n", "khong", "khong co", "chua", "chua co"])
_GLUED = re.compile(r"(?<=\d)(?=sao|star|ocop)|(?<=sao|cop)(?=\d)", re.IGNORECASE)
_RATED_WHEN = re.compile(
    r"\b(?:(?:cong nhan(?: lai)?|danh gia(?: lai)?|xep hang|dot|lan|ky|quy) ?(?:\d{1,2}\b(?! sao))?"
    r"|(?:cong nhan lai|danh gia lai|moi|nang hang)|(?:nam )?20\d\d)(?= |$)"
)


class Decision(NamedTuple):
    """What a decision's cell says."""

    number: str
    decided: PartialDate | None = None
    issuer: str = ""


def decision(cell: Cell) -> Decision:
    """Read "QĐ số 12/QĐ-UBND ngày 3/4/2024 của UBND tỉnh"; Refused for two decisions in one cell."""
    text = words(cell)
    if not text:
        return Decision("")
    said = _ABOUT.sub("", text)
    days = list(days_in(said))
    bare = said
    for written in reversed(days):
        bare = _DAY_WORDS.sub("", bare[: written.start()]) + " " + bare[written.end() :]
    numbers = [_tidy_number(found) for found in _NUMBER.findall(bare)]
    if len(set(numbers)) > 1 or _SHARED.search(bare):
        raise CellRefused(
            "Ô có nhiều quyết định. Mỗi quyết định một dòng (cùng sản phẩm), kèm ngày của chính nó.",
            english="More than one decision in a cell: write a line for each, with its own date.",
        )
    dates = {read_day(written[0]) for written in days}
    if len(dates) > 1:
        raise CellRefused(
            "Ô có nhiều ngày, không rõ ngày nào là ngày ký. Hãy ghi ngày ký vào cột “Ngày quyết định”.",
            english="More than one date in a cell: which one is the decision's?",
        )
    return _read(bare, numbers, dates)


def _read(bare: str, numbers: list[str], dates: set[PartialDate]) -> Decision:
    decided = next(iter(dates), None)
    if decided is None and (month := _MONTH.search(bare)):
        decided = read_day(month[1])
        bare = bare[: month.start()]
    issuer = _ISSUER.search(_NUMBER.sub(" ", bare))
    issued_by = _SIGNED_BY.sub("", issuer[1]).strip(" ,.;-–") if issuer else ""
    if numbers:
        rest = _WHEN.sub(" ", _NUMBER.sub(" ", bare))
        if decided is None and _UNREAD.search(rest):
            decided = _year_in(rest)
        return Decision(at_most(100, numbers[0]), decided, issued_by)
    rest = _without_words(bare if issuer is None else bare.replace(issuer[0], " "))
    if _NOT_YET.fullmatch(rest) and not _DIGIT.search(rest):
        raise CellRefused(
            "Chưa có quyết định công nhận. Sản phẩm chỉ nhập được khi đã có; nếu chỉ thiếu số thì để trống ô này.",
            english="It says that there is no decision yet; leave it blank where only the number is unknown.",
        )
    return Decision(at_most(100, rest), decided, issued_by)


def _year_in(rest: str) -> PartialDate:
    """The month or year that *rest* is; Refused when it is anything else, since a date in it would be lost."""
    try:
        return read_day(rest.strip(" ,;:./()–-").removeprefix("ngày").strip(" /.…_"))
    except CellRefused as refused:
        raise CellRefused(
            f"Không hiểu phần “{' '.join(rest.split())}” trong ô quyết định. Hãy ghi số và ngày/tháng/năm.",
            english="Part of this cell is neither a number nor a date.",
        ) from refused


def _without_words(text: str) -> str:
    """What is left for a number that has no usual form, such as "12" or "OCOP-12"."""
    number = _tidy_number(text.strip(" ,;.()–-"))
    return "" if number.casefold() in {"quyết định", "qđ", "quyết định số", "qđ số", "số"} else number


def _tidy_number(text: str) -> str:
    head = _DECISION_WORDS.match(text)
    joined = _JOINED.sub(lambda found: "/" if found[1] else "-", text[head.end() :] if head else text)
    return " ".join(joined.split())


def number_of(told: Decision | None, _line: Mapping[str, Any]) -> str:
    """The decision's number alone."""
    return told.number if told else ""


def issuer_of(own: str | None, line: Mapping[str, Any]) -> str:
    """The issuer in its own cell, else in the decision's."""
    told: Decision | None = line.get("decision")
    return own or (told.issuer if told else "")


def day_of(own: PartialDate | None, line: Mapping[str, Any]) -> PartialDate | None:
    """The day in its own cell or in the decision's, whichever is more exact; Refused where they differ."""
    told: Decision | None = line.get("decision")
    said = told.decided if told else None
    if own and said and not _same_day(own, said):
        reason = f"Khác ngày ghi trong ô quyết định ({said.vietnamese_text()}). Ngày nào đúng?"
        english = f"The decision's own cell gives another date ({said.vietnamese_text()})."
        raise CellRefused(reason, english=english, kept=own)
    return said if said and (own is None or len(str(said)) > len(str(own))) else own


def _same_day(one: PartialDate, other: PartialDate) -> bool:
    """True when both may mean one day."""
    return one.earliest <= other.latest and other.earliest <= one.latest


def check_decided(row: ProductRow, today: date) -> Iterator[CellRefused]:
    """A decision lies between the programme's beginning and *today*."""
    if row.decided and row.decided.earliest > today:
        yield CellRefused("Ngày quyết định ở tương lai.", english="The decision lies in the future.")
    if row.decided and row.decided.year < FIRST_YEAR:
        reason = f"Ngày quyết định trước năm {FIRST_YEAR}, khi chưa có chương trình OCOP."
        yield CellRefused(reason, english=f"A decision before {FIRST_YEAR}, when OCOP did not exist.")


def check_recorded(row: ProductRow, today: date) -> Iterator[CellRefused]:
    """Nothing is recorded after *today*."""
    if row.as_of and row.as_of.earliest > today:
        yield CellRefused("Ngày ghi nhận ở tương lai.", english="Recorded in the future.")


def check_expiry(row: ProductRow, today: date) -> Iterator[CellRefused]:
    """A certificate ends after its decision, in a likely year."""
    if row.expires and row.decided and row.expires.latest < row.decided.earliest:
        yield CellRefused("Ngày hết hạn trước ngày quyết định.", english="It expires before its decision.")
    if row.expires and not FIRST_YEAR <= row.expires.year <= today.year + FARTHEST_YEARS:
        yield CellRefused("Năm hết hạn không hợp lý.", english="Not a likely year of expiry.")


def stars(cell: Cell) -> Stars:
    """The stars (1 to 5) and whether a potential five-star is named: 3, "3 sao", "★★★", "4 sao (tiềm năng 5 sao)"."""
    text = cell_text(cell).strip()
    return _stars(text) if text else (None, False)


@lru_cache(maxsize=1024)
def _stars(text: str) -> Stars:
    rating = _RATED_HOW.sub("", text) or text
    if _DRAWN.fullmatch(rating):
        # Beside filled stars the hollow ones are those that are missing.
        drawn = _FILLED if any(letter in _FILLED for letter in rating) else _HOLLOW
        return _in_range(sum(letter in drawn for letter in rating)), False
    folded = fold(_GLUED.sub(" ", words(rating)))
    certain = " ".join(_POTENTIAL.sub(" ", folded).split())
    potential = certain != folded
    rest = " ".join(_RATED_WHEN.sub(" ", certain).split()) or certain
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


def stars_of(said: Stars | None, _line: Mapping[str, Any]) -> int | None:
    """The stars alone."""
    return said[0] if said else None


def potential_of(own: bool | None, line: Mapping[str, Any]) -> bool:  # noqa: FBT001 - a value of the line
    """Whether its own cell or that of the stars names a potential five-star."""
    said: Stars | None = line.get("stars")
    return bool(own) or bool(said and said[1])


def check_potential(row: ProductRow, _today: date) -> Iterator[CellRefused]:
    """Only a four-star can be a potential five-star."""
    if row.potential_five and row.stars not in (None, 4):
        reason = "“Tiềm năng 5 sao” chỉ ghi cho hạng 4 sao."
        yield CellRefused(reason, english="Only a four-star can be a potential five-star.")


def check_stars(row: ProductRow, _today: date) -> Iterator[CellRefused]:
    """One and two stars earn no certificate."""
    if row.certificate and row.stars and row.stars < CERTIFIED_STARS:
        reason = "Hạng 1–2 sao không được cấp giấy chứng nhận. Hãy xem lại hạng sao."
        yield CellRefused(reason, english="One or two stars earn no certificate.")


def check_score(row: ProductRow, _today: date) -> Iterator[CellRefused]:
    """A score goes with its stars."""
    if row.stars and row.score is not None and _grossly_off(row.stars, row.score):
        reason = f"Điểm không hợp với hạng {row.stars} sao (từ {LEAST_POINTS[row.stars]:.0f} điểm). Hãy xem lại cả hai."
        yield CellRefused(reason, english=f"This score does not go with {row.stars} stars.")


def _grossly_off(stars: int, score: float) -> bool:
    """True when *score* misses the star's least by over 5 points, or would have earned two stars more.

    A product may fail a needed criterion and get fewer stars than its points alone would give.
    """
    return score < LEAST_POINTS[stars] - _POINTS_FORGIVEN or score >= LEAST_POINTS.get(stars + 2, 101.0)
