"""A list opened for reading: its headings found, its lines given one by one."""

import json
import pickle
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path

from catalog.cells.problems import TITLE_MARK, BadLine, Cell
from catalog.dates import VIET_NAM
from catalog.errors import BadSheet
from catalog.fields import HEADINGS, REQUIRED
from catalog.list_io import files
from catalog.list_io.columns import Heading, find_heading
from catalog.list_io.legacy import old_columns
from catalog.list_io.lines import LineReader, Noticed
from catalog.list_io.non_products import find_withdrawal
from catalog.model import ProductRow
from catalog.text import fold

MOST_BYTES = 100 << 20
_LIST_COLUMNS = 4
_ROWS_IN_A_PACKET = 500
_LINES_SEARCHED = files.LINES_SEARCHED
_SET_ASIDE = (
    *(
        "khong dat",
        "loai",
        "thu hoi",
        "du kien",
        "de nghi",
        "de xuat",
        "dang ky",
        "nhap",
        "huy",
        "cu",
        "mau",
        "het han",
    ),
    *("tham khao", "backup", "copy", "tam", "chua"),
)


class PackedRows:
    """Rows that can be gone through as often as wanted; 100,000 rows of 25 columns take about 15 MiB.

    An Excel reader holds a whole sheet unpacked; this lets it go before the first row is looked at.
    """

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Take in all *rows* at once."""
        self._packets: list[bytes] = []
        self._count = 0
        waiting: list[Sequence[Cell]] = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == _ROWS_IN_A_PACKET:
                self._pack(waiting)
                waiting = []
        self._pack(waiting)

    def __len__(self) -> int:
        """Count the rows."""
        return self._count

    def __iter__(self) -> Iterator[list[Cell]]:
        """Give the rows in their order."""
        for packet in self._packets:
            yield from json.loads(zlib.decompress(packet))

    def _pack(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._count += len(rows)
        self._packets.append(zlib.compress(json.dumps(rows).encode(), level=1))


_values_of = attrgetter(*(each.name for each in fields(ProductRow)))


class PackedProducts:
    """Products of a list that can be gone through as often as wanted; a million take about 150 MiB."""

    def __init__(self, rows: Iterable[ProductRow] = ()) -> None:
        """Take in all *rows* at once; more may be added."""
        self._packets: list[bytes] = []
        self._unpacked: list[ProductRow] = []
        for row in rows:
            self.add(row)

    def add(self, row: ProductRow) -> None:
        """Take in one more."""
        self._unpacked.append(row)
        if len(self._unpacked) == _ROWS_IN_A_PACKET:
            # As bare values: a row that pickles itself takes four times as long to come back.
            self._packets.append(zlib.compress(pickle.dumps([_values_of(each) for each in self._unpacked]), level=1))
            self._unpacked = []

    def __len__(self) -> int:
        """Count the products."""
        return len(self._packets) * _ROWS_IN_A_PACKET + len(self._unpacked)

    def __iter__(self) -> Iterator[ProductRow]:
        """Give the products in their order."""
        for packet in self._packets:
            packed = pickle.loads(zlib.decompress(packet))  # noqa: S301 - packed by us, and never out of our memory
            yield from (ProductRow(*values) for values in packed)
        yield from self._unpacked


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows below the headings of one worksheet."""

    name: str
    heading: Heading
    rows: PackedRows
    first_line: int
    alphabet: str
    withdrawn: str = ""
    """The title that says of all of them that their certificates were withdrawn."""
    above: tuple[str, ...] = ()
    """The titles above the headings."""


class Sheet:
    """A product list. Iterating gives, line by line, a ProductRow or a BadLine; it may be gone through again."""

    def __init__(self, tables: Sequence[Table], *, today: date, unread: Sequence[str] = ()) -> None:
        """Take the *tables*, all with the headings of the first; *unread* are worksheets that may be lists too."""
        self._tables = tables
        self._heading = tables[0].heading
        self._today = today
        self.name = tables[0].name
        self.names = tuple(table.name for table in tables)
        self.unread = tuple(unread)
        self.noticed = Noticed()
        self.as_of = ""
        """The day that lines were recorded on which say none themselves."""
        self.about: Mapping[str, int] = {}
        """How many macros and formulas a workbook holds: see workbook_parts."""
        self.reading = ""
        """The sheet whose lines are being given, "" where there is one."""
        self.written: Sequence[Cell] = ()
        """The cells of the line that was given last, in the columns of *headings*."""
        self.mends: Mapping[tuple[str, int], Mapping[int, str]] = {}
        """What stands in a cell instead of what the file says: by sheet ("" where there is one) and line, by column."""

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they are written, one for each column."""
        return self._heading.written

    def column(self, field: str) -> int:
        """Where *field* stands; -1 where it has no column."""
        return self._heading.fields.get(field, -1)

    @property
    def found(self) -> tuple[str, ...]:
        """The documented headings that were recognised."""
        known = {*self._heading.fields, *self._heading.choices}
        return tuple(HEADINGS[field] for field in HEADINGS if field in known)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The headings whose columns are left aside."""
        return self._heading.unknown

    @property
    def titles(self) -> tuple[tuple[str, str], ...]:
        """What stands above the headings: the sheet ("" where there is one), and the words of a line."""
        several = len(self._tables) > 1
        return tuple((table.name if several else "", said) for table in self._tables for said in table.above)

    @property
    def total(self) -> int:
        """How many lines stand below the headings, blank ones included."""
        return sum(len(table.rows) for table in self._tables)

    def __len__(self) -> int:
        """Same as *total*."""
        return self.total

    def __iter__(self) -> Iterator[ProductRow | BadLine]:
        """Read each line that is a product's; what else was seen is in *noticed* when all are read."""
        self.noticed = Noticed()
        read = LineReader(self._heading, today=self._today, as_of=self.as_of, noticed=self.noticed)
        for table in self._tables:
            columns = _columns_of(table.heading, self._heading)
            old = old_columns(table.rows, table.heading.columns)
            self.reading = told = table.name if len(self._tables) > 1 else ""
            read.begin(
                told,
                title=table.name,
                alphabet=table.alphabet,
                old_columns={column: old[own] for column, own in _places(columns, old) if own in old},
                withdrawn=table.withdrawn,
            )
            for line, cells in enumerate(table.rows, table.first_line):
                written = cells if columns is None else _reorder(cells, columns)
                if mends := self.mends.get((told, line)):
                    written = _mend_cells(written, mends)
                self.written = written
                outcome = read(written, line=line)
                if outcome is not None:
                    yield outcome


def open_sheet(path: Path, *, today: date | None = None) -> Sheet:
    """Open the product list in *path*, Excel or delimited text, whatever its name ends in.

    Dates are checked against *today*, by default the calendar's in Viet Nam.
    BadSheet, with a Vietnamese sentence, when it is no such list.
    """
    day = today or datetime.now(VIET_NAM).date()
    try:
        with path.open("rb") as file:
            start = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise BadSheet(f"Không mở được tệp “{path}”: {error.strerror}.") from error
    if not start:
        raise BadSheet(f"Tệp “{path.name}” rỗng.")
    if size > MOST_BYTES:
        raise BadSheet(
            f"Tệp quá lớn ({size >> 20} MB, nhiều nhất {MOST_BYTES >> 20} MB). Hãy chia danh sách thành nhiều tệp."
        )
    if files.looks_like_workbook(start):
        about: dict[str, int] = {}
        sheet = _lists_in(files.confined_worksheets(path, about=about), today=day)
        sheet.about = about
        return sheet
    return _lists_in(_only(files.text_rows(path)), today=day)


def _only(rows: Iterator[list[Cell]]) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    yield "", rows


def _lists_in(tables: Generator[tuple[str, Iterator[list[Cell]]]], *, today: date) -> Sheet:
    """The first table with all needed headings and those that have the same; BadSheet when there is none."""
    nearest: Heading | None = None
    found: list[Table] = []
    unheaded: list[str] = []
    with closing(tables):
        for name, rows in tables:
            first = list(islice(rows, _LINES_SEARCHED))
            place, heading, alphabet = find_heading(first)
            hidden = name.endswith(files.HIDDEN_MARK)
            if not heading.missing and (found or not hidden):
                below = PackedRows(chain(first[place:], rows))
                above = tuple(_titles(first[:place]))
                withdrawn = find_withdrawal((name, *above))
                found.append(Table(name, heading, below, place + 1, alphabet, withdrawn, above))
            elif not hidden:
                nearest = max(nearest or heading, heading, key=lambda each: each.weight)
                unheaded += [name] if _looks_like_list(first) else []
    if not found:
        raise BadSheet(_what_is_missing(nearest))
    return _alike_lists(found, unheaded, today=today)


def _titles(above: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The titles *above* the lines: what stands alone in its row, or merged."""
    for row in above:
        texts = {cell.strip(TITLE_MARK).strip() for cell in row if isinstance(cell, str)} - {""}
        if len(texts) == 1:
            yield texts.pop()


def _alike_lists(found: Sequence[Table], unheaded: Sequence[str], *, today: date) -> Sheet:
    """The first of the lists *found* and those with the same columns; the others, and those *unheaded*, are unread."""
    first_list = next((table for table in found if not _is_set_aside(table.name)), found[0])
    taken = [table for table in found if table is first_list or _is_alike(table, first_list)]
    unread = [table.name for table in found if table not in taken and _has_lines(table.rows)]
    return Sheet(taken, today=today, unread=[*unread, *unheaded])


def _is_set_aside(name: str) -> bool:
    """True for the name of a sheet that is hidden, or whose products may not be recognised (any more)."""
    if name.endswith(files.HIDDEN_MARK):
        return True
    folded = f" {fold(name)} "
    return any(f" {word} " in folded for word in _SET_ASIDE)


def _is_alike(table: Table, first: Table) -> bool:
    """True when both have the same columns, in any order, and the name does not set the sheet aside."""
    if _is_set_aside(table.name) or table.heading.fields.keys() != first.heading.fields.keys():
        return False
    return _values(table.heading) == _values(first.heading)


def _values(heading: Heading) -> dict[str, set[str]]:
    return {field: set(columns.values()) for field, columns in heading.choices.items()}


def _looks_like_list(rows: Sequence[Sequence[Cell]]) -> bool:
    """True for rows of words in several columns, though no headings stand above them."""
    return sum(sum(isinstance(c, str) and len(c.strip()) > 1 for c in row) >= _LIST_COLUMNS for row in rows) > 1


def _has_lines(rows: Iterable[Sequence[Cell]]) -> bool:
    return any(cell not in ("", False) for row in rows for cell in row)


def _columns_of(heading: Heading, first: Heading) -> list[int | None] | None:
    """For each column of *first*, where *heading* has it; None when both stand alike."""
    alike = heading.fields == first.fields and heading.choices == first.choices
    if alike and len(heading.written) <= len(first.written):
        return None
    places = {first.fields[field]: heading.fields[field] for field in first.fields}
    for field, columns in first.choices.items():
        by_value = {value: column for column, value in heading.choices[field].items()}
        places |= {column: by_value[value] for column, value in columns.items()}
    written = {fold(text): column for column, text in enumerate(heading.written) if text}
    return [places.get(column, written.get(fold(text))) for column, text in enumerate(first.written)]


def _places(columns: Sequence[int | None] | None, of: Iterable[int]) -> Iterable[tuple[int, int | None]]:
    """Each column, and where its own sheet has it."""
    return zip(of, of, strict=True) if columns is None else enumerate(columns)


def _reorder(cells: Sequence[Cell], columns: Sequence[int | None]) -> list[Cell]:
    titled: list[Cell] = [cell for cell in cells if isinstance(cell, str) and cell.startswith(TITLE_MARK)]
    return titled or [cells[place] if place is not None and place < len(cells) else "" for place in columns]


def _mend_cells(cells: Sequence[Cell], mends: Mapping[int, str]) -> list[Cell]:
    padded = [*cells, *[""] * (max(mends) + 1 - len(cells))]
    return [mends.get(column, cell) for column, cell in enumerate(padded)]


def _what_is_missing(nearest: Heading | None) -> str:
    if nearest is None or not nearest.fields:
        needed = " và ".join(f"“{HEADINGS[field]}”" for field in REQUIRED)
        return f"Không thấy dòng tiêu đề trong {_LINES_SEARCHED} dòng đầu. Cần ít nhất hai cột {needed}."
    missing = ", ".join(f"“{heading}”" for heading in nearest.missing)
    return f"Thiếu cột bắt buộc: {missing}. Các cột đã thấy: {', '.join(filter(None, nearest.written))}."
