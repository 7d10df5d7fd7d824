"""Months in season as officers write them: "6-7", "11-2", "6, 7", "tháng 6 đến tháng 7", "quanh năm"."""

import re
from collections.abc import Iterable

from catalog.cells.content import at_most, words
from catalog.cells.problems import Cell, CellRefused
from catalog.model import ProductRow
from catalog.text import fold

YEAR = 12
_WHOLE_YEAR = re.compile(r"(?:(?:co )?(?:quanh|ca|suot) (?:nam|12 thang)|bon mua|12 thang|all year(?: round)?)")
_LUNAR = re.compile(r"\b(?:am lich|al|gieng|chap)\b")
_SAID = re.compile(r"(?:mua|vu|thu hoach|tu|thang|thg|t|cac|hang nam|nam sau|nam|dl|duong lich)\b")
_RANGE = re.compile(r"(\d{1,2}) ?(?:(?:-|den) ?(\d{1,2}))?")
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{1,2}-\d{1,2}.*|[36-7]\d{4}")
_LONGEST = 100


def season(cell: Cell) -> str:
    """The months in order, runs as "6-7" or over the new year as "11-2", separated by commas; "1-12" is all year."""
    text = at_most(_LONGEST, words(cell))
    if not text:
        return ""
    if _DAY.fullmatch(text):
        raise CellRefused(
            "Bảng tính đã đổi ô này thành ngày. Hãy định dạng cột là Văn bản, hoặc ghi “tháng 6-7”.",
            english="The spreadsheet has made a date of this cell; format the column as text.",
        )
    return months_text(_read(text))


def _read(text: str) -> set[int]:
    folded = re.sub(r"[–—~]", "-", text).replace("+", ",").replace("&", ",")
    bare = " ".join(fold(folded.replace("-", " den ").replace(",", " va ").replace(";", " va ")).split())
    if _WHOLE_YEAR.fullmatch(bare):
        return set(range(1, YEAR + 1))
    if _LUNAR.search(bare):
        raise CellRefused("Hãy ghi tháng dương lịch, ví dụ 6-7.", english="Write months of the solar calendar.")
    spaced = re.sub(r"(?<=[a-z])(?=\d)", " ", bare)
    numbers = " ".join(_SAID.sub(" ", spaced).split())
    months: set[int] = set()
    for part in numbers.split(" va "):
        found = _RANGE.fullmatch(part.strip())
        if not found:
            raise _refusal(text)
        months |= _run(int(found[1]), int(found[2] or found[1]), text)
    return months


def _run(first: int, last: int, text: str) -> set[int]:
    if not (1 <= first <= YEAR and 1 <= last <= YEAR):
        raise _refusal(text)
    return {(first - 1 + step) % YEAR + 1 for step in range((last - first) % YEAR + 1)}


def _refusal(text: str) -> CellRefused:
    return CellRefused(
        f"Không hiểu mùa vụ “{text}”. Hãy ghi các tháng, ví dụ 6-7, 11-2, hoặc “quanh năm”.",
        english=f"{text!r} are no months: write them as in 6-7 or 11-2.",
    )


def months_text(months: Iterable[int]) -> str:
    """Spell *months* shortly: each run once, the run over the new year whole."""
    held = set(months)
    if len(held) == YEAR:
        return f"1-{YEAR}"
    firsts = [month for month in sorted(held) if (month - 2) % YEAR + 1 not in held]
    return ", ".join(_run_text(first, held) for first in firsts)


def _run_text(first: int, held: set[int]) -> str:
    last = first
    while last % YEAR + 1 in held:
        last = last % YEAR + 1
    return str(first) if first == last else f"{first}-{last}"


def months_in(season: str) -> frozenset[int]:
    """The months of what `season` gave."""
    return frozenset(_read(season)) if season else frozenset()


def season_cell(season: str, _row: ProductRow) -> Cell:
    """As it reads back, and so that no spreadsheet takes it for a day."""
    if season == f"1-{YEAR}":
        return "quanh năm"
    return f"tháng {season}" if season else ""
