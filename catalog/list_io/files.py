"""Excel workbooks as rows of cells; a merged block says its value in each row that it spans."""

import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.cells.problems import TITLE_MARK, Cell
from catalog.dates import PartialDate
from catalog.errors import BadSheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

HIDDEN_MARK = " (trang ẩn)"
MOST_BYTES = 1 << 30
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """A block of merged cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


def looks_like_workbook(start: bytes) -> bool:
    """True for a zip archive (.xlsx, .xlsm, .ods) or an OLE file (.xls, and any workbook with a password)."""
    return start.startswith((*_ZIP, _OLE))


def worksheets(path: Path) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    """Give each worksheet's name and its rows from the very first on; BadSheet when it cannot be opened.

    Hidden ones come last, their names marked: they are never read as lists, but told of.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - only for workbooks

    workbook = _open(path)
    try:
        pages = [about for about in workbook.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
        for about in sorted(pages, key=lambda page: page.visible != SheetVisibleEnum.Visible):
            hidden = HIDDEN_MARK if about.visible != SheetVisibleEnum.Visible else ""
            yield about.name + hidden, _rows(_sheet(workbook, about.name))
    finally:
        workbook.close()


def _open(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineError, PasswordError, load_workbook  # noqa: PLC0415 - only for workbooks

    try:
        if zipfile.is_zipfile(path) and _unpacked_bytes(path) > MOST_BYTES:
            raise BadSheet("Tệp bung ra lớn hơn 1 GiB. Hãy chia danh sách thành nhiều tệp.")
        return load_workbook(path)
    except PasswordError as error:
        raise BadSheet("Tệp có mật khẩu. Hãy bỏ mật khẩu trong Excel rồi nhập lại.") from error
    except (CalamineError, OSError) as error:
        raise BadSheet("Tệp không phải bảng tính Excel, hoặc đã bị hỏng.") from error


def _sheet(workbook: "CalamineWorkbook", name: str) -> "CalamineSheet":
    from python_calamine import CalamineError  # noqa: PLC0415 - only for workbooks

    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise BadSheet(f"Không đọc được trang tính “{name}”: tệp bị hỏng.") from error


def _unpacked_bytes(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())


def _rows(sheet: "CalamineSheet") -> Iterator[list[Cell]]:
    left = sheet.start[1] if sheet.start else 0
    merges = [
        Merge(top, first - left, bottom, last - left) for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
    ]
    return spread(([_cell(value) for value in row] for row in sheet.iter_rows()), merges=merges)


def spread(rows: Iterable[list[Cell]], *, merges: Iterable[Merge]) -> Iterator[list[Cell]]:
    """Say the value of each merged block again in its lower rows, at its leftmost column.

    A block over more than half of a row's columns is a title: nothing else of its rows is left.
    """
    waiting = sorted(merges, reverse=True)
    held: dict[int, tuple[Merge, Cell]] = {}
    for index, row in enumerate(rows):
        while waiting and waiting[-1].top <= index:
            merge = waiting.pop()
            held[merge.left] = merge, _mark_title(row, merge)
        for merge, value in list(held.values()):
            if isinstance(value, str) and value.startswith(TITLE_MARK):
                row[:] = [""] * len(row)
                if index == merge.top:
                    row[merge.left] = value
            else:
                row[merge.left] = value
            if index >= merge.bottom:
                del held[merge.left]
        yield row


def _mark_title(row: list[Cell], merge: Merge) -> Cell:
    """The merged block's value, marked when the block is a title: wide, and at most a number beside it."""
    value = row[merge.left]
    beside = [cell for column, cell in enumerate(row) if cell != "" and not merge.left <= column <= merge.right]
    wide = merge.right - merge.left >= len(row) // 2
    return f"{TITLE_MARK}{value}" if wide and len(beside) <= 1 else value


def _cell(value: object) -> Cell:
    if isinstance(value, str | float | bool):
        return value
    if isinstance(value, date):
        return PartialDate.of(value).vietnamese_text()
    return str(value)
