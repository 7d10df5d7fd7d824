"""Days as officers write them: with a time behind, a note, a round, in words, or as Excel counts them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from catalog.cells.content import words
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate
from catalog.model import ProductRow

_SHORT_YEAR = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2})")
_WORDED = re.compile(
    r"(?:(?:(?:ngày\s+)?(\d{1,2})\s+)?tháng\s+(\d{1,2})\s*[/,-]?\s*)?(?:năm\s+)?(\d{4})", re.IGNORECASE
)
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 1/1/2000 and 31/12/2099 as Excel counts days
_TIME = re.compile(r"[\s,T]+(?:lúc\s+)?\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:AM|PM|SA|CH)?Z?$", re.IGNORECASE)
_NO_DAY = re.compile(r"0{1,2}:00(?::00)?(?:\.0+)?|0{1,2}/0?1/1900|1900-01-00|1899-12-30|0", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:(?:ký|cấp|ban hành|công nhận|quyết định|qđ|từ)\s+)*(?:ngày\s+(?:ký|cấp)\s*)?:?\s*(?=\S)", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"^(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|chúa\s+nhật)\s*[,;:–-]?\s+(?=\S)", re.IGNORECASE
)
# "đợt 2" beside a day or a year says nothing of when.
_OCCASION = r"[(\[]?\s*(?:đợt|lần|kỳ|quý)(?:\s+thứ)?\s*(?:\d{1,2}|[IVX]{1,4}|một|hai|ba|bốn|cuối|đầu)(?![\d/])\s*[)\]]?"
_BESIDE_OCCASION = re.compile(rf"^\s*{_OCCASION}[\s,;:–-]+(?=\S)|(?<=\d)[\s,;:–-]*{_OCCASION}\s*$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{1,2})")
_ASIDE = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")
_ISSUED = re.compile(r"\s*[,;]?\s*(?:của|do)\s+\D+$|\s*[,;]?\s*(?:UBND|Ủy ban|Uỷ ban|Bộ|Sở)\s+\D*$", re.IGNORECASE)
_ROUND = re.compile(
    r"(?:(?:đợt|lần|kỳ|quý|q)\.?\s*(?:\d{1,2}|[IVX]{1,4}|một|hai|ba|bốn|cuối|đầu)\s*[-–/,.]?\s*(?:năm\s*)?(20\d\d))"
    r"|(?:(?:năm\s*)?(20\d\d)\s*[-–/,.(]*\s*(?:đợt|lần|kỳ|quý)\s*(?:\d{1,2}|[IVX]{1,4}|một|hai|ba|bốn)\)?)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[^\d/]*")
_SHORT_MONTH = re.compile(r"(?:t|th)\.?\s*(\d{1,2})\s*[/.-]\s*(20\d\d)", re.IGNORECASE)

WRITTEN = re.compile(
    r"(?<![\d/.])(?<!\d-)(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2})(?![\d/-]|\.\d)"
    r"|(?<!\d)\d{1,2}\s+tháng\s+\d{1,2}\s*,?\s+năm\s+\d{4}(?!\d)",
    re.IGNORECASE,
)
"""A whole day within other words."""


def day(cell: Cell) -> PartialDate | None:
    """A date: 31/8/2024, 31-8-24, 8/2024, 2024, ISO, "ngày 31 tháng 8 năm 2024", or Excel's count of days.

    A time behind it, who issued it, its weekday, its round and a note in brackets without digits are left off;
    "Đợt 2 năm 2021" is the year.
    """
    text = words(cell)
    return None if not text or _NO_DAY.fullmatch(text) else read_day(text)


def days_in(text: str) -> Iterator[re.Match[str]]:
    """Each whole day that is written within *text*."""
    return WRITTEN.finditer(text)


@lru_cache(maxsize=8192)
def read_day(text: str) -> PartialDate:
    """The day that *text* is; Refused when it is none, or more than one."""
    try:
        return _read_words(text) or _read_words(_bare(text)) or PartialDate.parse(_bare(text))
    except ValueError as error:
        raise CellRefused(
            "Không phải ngày. Hãy ghi ngày/tháng/năm, ví dụ 31/08/2024 (hoặc 08/2024, 2024).",
            english="Not a date: write day/month/year.",
        ) from error


def _read_words(text: str) -> PartialDate | None:
    if text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return PartialDate.of(date(1899, 12, 30) + timedelta(days=int(text)))
    if found := _ROUND.fullmatch(text):
        return PartialDate(int(found[1] or found[2]))
    if worded := _WORDED.fullmatch(text):
        return PartialDate(int(worded[3]), int(worded[2] or 0), int(worded[1] or 0))
    return _read_digits(text)


def _read_digits(text: str) -> PartialDate | None:
    """31/8/24, 2024/8/31 and T8/2024."""
    if short := _SHORT_YEAR.fullmatch(text):
        return PartialDate(2000 + int(short[3]), int(short[2]), int(short[1]))
    if year_first := _YEAR_FIRST.fullmatch(text):
        return PartialDate(*map(int, year_first.groups()))
    if month := _SHORT_MONTH.fullmatch(text):
        return PartialDate(int(month[2]), int(month[1]))
    return None


def _bare(text: str) -> str:
    """*text* without its time, its weekday and label, its round, who issued it, and a note that holds no number."""
    bare = _BESIDE_OCCASION.sub("", _WEEKDAY.sub("", _TIME.sub("", text)))
    aside = _ASIDE.search(bare)
    if aside and _NOTE.fullmatch(aside[1]):
        bare = bare[: aside.start()]
    return _LABEL.sub("", _ISSUED.sub("", bare)).rstrip(" .,;")


def write_day(value: PartialDate | None, _row: ProductRow) -> Cell:
    """The day as Viet Nam writes it."""
    return value.vietnamese_text() if value else ""
