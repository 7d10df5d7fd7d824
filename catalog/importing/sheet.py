"""A list opened for reading: its headings found, its lines given one by one."""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from itertools import chain, islice, pairwise, zip_longest
from pathlib import Path

from catalog.errors import BadSheet
from catalog.importing import delimited, workbook
from catalog.importing.columns import HEADINGS, REQUIRED, Heading, field_of, read_heading
from catalog.importing.lines import LineReader
from catalog.importing.packed import PackedRows
from catalog.importing.problems import BadLine, Cell
from catalog.model import ProductRow

_VIETNAM = timezone(timedelta(hours=7))
_LINES_SEARCHED = delimited.LINES_SEARCHED


class Sheet:
    """A product list. Iterating gives, line by line, a ProductRow or a BadLine; it may be gone through again."""

    def __init__(self, heading: Heading, rows: PackedRows, *, first_line: int, name: str, today: date) -> None:
        """Take the *rows* below *heading*, the first of which stands on *first_line*."""
        self.name = name
        self._heading = heading
        self._rows = rows
        self._first_line = first_line
        self._today = today

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they are written, one for each column."""
        return self._heading.written

    @property
    def found(self) -> tuple[str, ...]:
        """The documented headings that were recognised."""
        return tuple(HEADINGS[field] for field in HEADINGS if field in self._heading.fields)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The headings whose columns are left aside."""
        return self._heading.unknown

    @property
    def total(self) -> int:
        """How many lines stand below the headings, blank ones included."""
        return len(self._rows)

    def __len__(self) -> int:
        """Same as *total*."""
        return len(self._rows)

    def __iter__(self) -> Iterator[ProductRow | BadLine]:
        """Read each line that is not blank, not a repeated heading and not the template's example."""
        read = LineReader(self._heading, today=self._today)
        for line, cells in enumerate(self._rows, self._first_line):
            outcome = read(cells, line=line)
            if outcome is not None:
                yield outcome


def open_sheet(path: Path, *, today: date | None = None) -> Sheet:
    """Open the product list in *path*, Excel or delimited text, whatever its name ends in.

    Dates are checked against *today*, by default the calendar's in Viet Nam.
    BadSheet, with a Vietnamese sentence, when it is no such list.
    """
    day = today or datetime.now(_VIETNAM).date()
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise BadSheet(f"Không mở được tệp “{path}”: {error.strerror}.") from error
    if not start:
        raise BadSheet(f"Tệp “{path.name}” rỗng.")
    if workbook.looks_like_workbook(start):
        return _first_list(workbook.worksheets(path), today=day)
    return _first_list(_only(delimited.rows(path)), today=day)


def _only(rows: Iterator[list[Cell]]) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    yield "", rows


def _first_list(tables: Generator[tuple[str, Iterator[list[Cell]]]], *, today: date) -> Sheet:
    """The first table with all needed headings; BadSheet about the nearest one when there is none."""
    nearest: Heading | None = None
    with closing(tables):
        for name, rows in tables:
            first = list(islice(rows, _LINES_SEARCHED))
            place, heading = _find_heading(first)
            if not heading.missing:
                below = PackedRows(chain(first[place:], rows))
                return Sheet(heading, below, first_line=place + 1, name=name, today=today)
            if nearest is None or len(heading.fields) > len(nearest.fields):
                nearest = heading
    raise BadSheet(_what_is_missing(nearest))


def _find_heading(rows: list[list[Cell]]) -> tuple[int, Heading]:
    """The row with the most known headings, and how many rows it ends below the top.

    Headings on two levels are taken together, the lower one first, where that knows more than either.
    """
    single = [(number, read_heading(row)) for number, row in enumerate(rows, 1)]
    paired = [
        (number + 1, read_heading(_joined(upper, lower))) for number, (upper, lower) in enumerate(pairwise(rows), 1)
    ]
    return max([*single, *paired], key=lambda found: len(found[1].fields), default=(0, read_heading([])))


def _joined(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    """Put *lower* over *upper* where every word of *lower* is a heading, else nothing."""
    if not all(field_of(str(cell)) for cell in lower if cell):
        return []
    return [low or high for high, low in zip_longest(upper, lower, fillvalue="")]


def _what_is_missing(nearest: Heading | None) -> str:
    if nearest is None or not nearest.fields:
        needed = " và ".join(f"“{HEADINGS[field]}”" for field in REQUIRED)
        return f"Không thấy dòng tiêu đề trong {_LINES_SEARCHED} dòng đầu. Cần ít nhất hai cột {needed}."
    missing = ", ".join(f"“{heading}”" for heading in nearest.missing)
    return f"Thiếu cột bắt buộc: {missing}. Các cột đã thấy: {', '.join(filter(None, nearest.written))}."
