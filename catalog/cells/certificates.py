"""A decision's cell: its number, and its day and issuer where the cell tells them too."""

import re
from typing import NamedTuple

from catalog.cells.content import at_most, words
from catalog.cells.days import days_in, read_day
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate

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


def same_day(one: PartialDate, other: PartialDate) -> bool:
    """True when both may mean one day."""
    return one.earliest <= other.latest and other.earliest <= one.latest
