"""Delimited text as rows of cells: the encoding and the separator are found out."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from catalog.errors import BadSheet
from catalog.importing.columns import Heading, read_heading
from catalog.importing.problems import Cell

SEPARATORS = ",;\t|"
LINES_SEARCHED = 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16


def encoding_of(path: Path) -> str:
    """Find out how *path* is encoded: by its mark, by where its zero bytes fall, else UTF-8, else Windows-1258."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _wide(start)
    return "utf-8" if _decodes(path, "utf-8") else "cp1258"


def _wide(start: bytes) -> str:
    """UTF-16 has a zero for the upper half of each ASCII letter; anything else with zeros is no text."""
    low, high = start[1::2].count(0), start[0::2].count(0)
    if max(low, high) < len(start) // 8 or min(low, high) * 8 > max(low, high):
        raise BadSheet("Tệp không phải bảng: cần tệp Excel (.xlsx) hoặc CSV.")
    return "utf-16-le" if low > high else "utf-16-be"


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
            yield from csv.reader(file, delimiter=separator)
    except UnicodeError as error:
        raise BadSheet("Không nhận ra bảng mã của tệp. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx.") from error
    except csv.Error as error:
        raise BadSheet(f"Tệp CSV bị hỏng (có thể thiếu dấu ngoặc kép đóng): {error}.") from error


def separator_of(sample: str) -> str:
    """Choose the separator that shows the most known headings in the first lines of *sample*, else the commonest."""

    def known(separator: str) -> tuple[int, int]:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        return max(
            (_known_fields(record) for record in islice(_safely(records), LINES_SEARCHED)), default=0
        ), sample.count(separator)

    return max(SEPARATORS, key=known)


def _known_fields(record: list[str]) -> int:
    heading: Heading = read_heading(record)
    return len(heading.fields)


def _safely(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """The records before the first that the cut of the sample has broken."""
    try:
        yield from records
    except csv.Error:
        return
