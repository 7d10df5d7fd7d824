"""Delimited text as rows of cells: the encoding and the separator are found out."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.cells.problems import Cell, CellRefused
from catalog.errors import BadSheet
from catalog.list_io.columns import read_heading
from catalog.list_io.legacy import is_old, modern, reads_well

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


def encoding_of(path: Path) -> str:
    """Find out how *path* is encoded: by its mark, by where its zero bytes fall, else UTF-8, else an older one."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _wide(start)
    return "utf-8" if _decodes(path, "utf-8") else _older(start)


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


def rows(path: Path) -> Iterator[list[Cell]]:
    """Give the records of *path*; BadSheet when it is no text or its quotes never close."""
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            separator = separator_of(file.read(_SAMPLE))
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
