"""Files as rows of cells: delimited text, and Excel workbooks, which a process of their own opens.

The encoding and the separator of a text are found out. A merged block of a workbook says its value in each row that it
spans.
"""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import catalog
from catalog.cells.problems import TITLE_MARK, Cell, CellRefused
from catalog.dates import PartialDate
from catalog.errors import BadSheet
from catalog.list_io.columns import read_heading
from catalog.list_io.legacy import is_old, modern, reads_well
from catalog.list_io.workbook_parts import MOST_BYTES

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

HIDDEN_MARK = " (trang ẩn)"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT = Path(catalog.__file__).resolve().parent.parent
_TOO_MUCH = (
    "Tệp này mở ra quá lớn nên không đọc được. Thường là có ô nằm rất xa (ví dụ cột XFD hay dòng 1048576): "
    "hãy chép riêng bảng sản phẩm sang một tệp mới rồi nhập lại."
)
_SAVE_ANEW = "Hãy mở tệp bằng Excel, chọn “Lưu thành” (Save As), kiểu “Excel Workbook (*.xlsx)”, rồi nhập tệp mới."
_DAMAGED_OLD = f"Tệp Excel kiểu cũ (.xls) này không đọc được. {_SAVE_ANEW}"
_MARKUP = f"Tệp này là trang web (HTML/XML) mang tên tệp Excel. {_SAVE_ANEW}"
_BEGINS_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta|head|body|style|workbook)\b", re.IGNORECASE)
SEPARATORS = ",;\t|"
LINES_SEARCHED = 20
# As many as a sheet of Excel has.
_MOST_COLUMNS = 16_384
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
_SAMPLE = 1 << 16
_CELLS = re.compile(r"[,;\t|\r\n\"]+")


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
            yield about.name + hidden, _worksheet_rows(_sheet(workbook, about.name))
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
        raise BadSheet(_DAMAGED_OLD if _is_old(path) else "Tệp không phải bảng tính Excel, hoặc đã bị hỏng.") from error


def _is_old(path: Path) -> bool:
    """True for a workbook of before Excel 2007."""
    with path.open("rb") as file:
        return file.read(len(_OLE)) == _OLE


def _sheet(workbook: "CalamineWorkbook", name: str) -> "CalamineSheet":
    from python_calamine import CalamineError  # noqa: PLC0415 - only for workbooks

    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise BadSheet(f"Không đọc được trang tính “{name}”: tệp bị hỏng.") from error


def _unpacked_bytes(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())


def _worksheet_rows(sheet: "CalamineSheet") -> Iterator[list[Cell]]:
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


def confined_worksheets(
    path: Path, *, about: dict[str, int] | None = None
) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    """What `worksheets` gives, read by another process: no file takes this one's memory or time. Raises BadSheet.

    *about* is given what there is beside the cells (see workbook_parts).
    """
    command = [sys.executable, "-m", "catalog.list_io.child", str(path.resolve())]
    with subprocess.Popen(  # noqa: S603 - our own module
        command,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            events: Iterator[Any] = map(json.loads, child.stdout or ())
            first: dict[str, Any] = next(events, {})
            if about is not None:
                about.update(first.get("about", {}))
            yield from _read_sheets(events)
        finally:
            child.kill()


def _read_sheets(events: Iterator[Any]) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    """Part *events* into sheets; what is left of a sheet is passed over before the next."""
    following: list[dict[str, Any]] = [next(events, {})]
    while "sheet" in following[-1]:
        rows = _read_rows(events, following)
        yield following[-1]["sheet"], rows
        for _ in rows:
            pass
    if "bad" in following[-1]:
        raise BadSheet(following[-1]["bad"])
    if "end" not in following[-1]:
        raise BadSheet(_TOO_MUCH)


def _read_rows(events: Iterator[Any], following: list[dict[str, Any]]) -> Iterator[list[Cell]]:
    for event in events:
        if "rows" not in event:
            following.append(event)
            return
        yield from event["rows"]
    following.append({})


def encoding_of(path: Path) -> str:
    """Find out how *path* is encoded: by its mark, by where its zero bytes fall, else UTF-8, else an older one."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start and not _are_stray_zeros(start):
        return _wide(start)
    return "utf-8" if _decodes(path, "utf-8") else _older(start)


def _are_stray_zeros(start: bytes) -> bool:
    """Whether single zeros stand in plain text, where they say nothing; UTF-16 has one beside each plain letter."""
    return start.count(0) * 20 < len(start) and not _CONTROL.search(start.replace(b"\0", b"").decode("latin-1"))


def _older(start: bytes) -> str:
    """Windows-1258, or Latin-1 where more cells read well as an alphabet that was drawn over its letters."""
    as_1258 = _CELLS.split(start.decode("cp1258", errors="replace"))
    as_latin = _CELLS.split(start.decode("latin-1"))
    return "latin-1" if sum(map(is_old, as_latin)) > sum(map(reads_well, as_1258)) else "cp1258"


def _wide(start: bytes) -> str:
    """UTF-16 has a zero for the upper half of each ASCII letter; anything else with zeros is no text."""
    encoding = "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"
    text = start[: len(start) // 2 * 2].decode(encoding, errors="replace")
    if _CONTROL.search(text):
        raise BadSheet("Tệp không phải bảng: cần tệp Excel (.xlsx) hoặc CSV.")
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def text_rows(path: Path) -> Iterator[list[Cell]]:
    """Give the records of *path*; BadSheet when it is no text or its quotes never close."""
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(_SAMPLE)
            if _BEGINS_MARKUP.match(sample):
                raise BadSheet(_MARKUP)
            separator = separator_of(sample)
            file.seek(0)
            records: Iterator[list[Any]] = csv.reader(file, delimiter=separator)
            for record in records:
                if len(record) > _MOST_COLUMNS:
                    raise BadSheet(f"Tệp có dòng dài hơn {_MOST_COLUMNS} cột, không phải danh sách sản phẩm.")
                yield record
    except UnicodeError as error:
        raise BadSheet("Không nhận ra bảng mã của tệp. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx.") from error
    except csv.Error as error:
        raise BadSheet(f"Tệp CSV bị hỏng (có thể thiếu dấu ngoặc kép đóng): {error}.") from error


def separator_of(sample: str) -> str:
    """Choose the separator that shows the most known headings in the first lines of *sample*, else the commonest."""
    return max(SEPARATORS, key=lambda separator: (_most_known(sample, separator), sample.count(separator)))


def _most_known(sample: str, separator: str) -> int:
    records = islice(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), LINES_SEARCHED)
    return max((read_heading([_modern(cell) for cell in record]).weight for record in records), default=0)


def _modern(cell: str) -> str:
    try:
        return modern(cell)[0]
    except CellRefused:
        return cell
