"""Macros and formulas of a workbook are counted without opening it."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.list_io import workbook_parts
from catalog.list_io.workbook_parts import about_workbook


def test_what_stands_beside_the_cells_is_counted(tmp_path: Path) -> None:
    book = Workbook()
    for number in range(1, 5001):
        book.worksheets[0].append([number, f"=A{number}*2", "=1+1" if number % 2 else "plain <text>"])
    book.save(tmp_path / "list.xlsx")
    with zipfile.ZipFile(tmp_path / "list.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/worksheets/sheet9.xml", b'<c r="A1"><f>1+1</f><v>2</v></c><c r="A2"><f>A1</f><v/></c>')
    assert about_workbook(tmp_path / "list.xlsx") == {"macros": 1, "formulas": 7502, "uncomputed": 7501}


def test_what_is_no_workbook_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Tên,Chủ thể\n", "utf-8")
    assert about_workbook(path) == {}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<f>1</f>" * 1000)
        archive.filelist[-1].file_size = workbook_parts.MOST_BYTES + 1
    assert about_workbook(path) == {}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<f>1</f>" * 1000)
        archive.filelist[-1].CRC ^= 1
    assert about_workbook(path) == {}


@pytest.mark.parametrize("is_locked", [False, True])
def test_nothing_is_said_of_a_part_that_cannot_be_unpacked(tmp_path: Path, *, is_locked: bool) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c><f>1</f></c>" * 999)
    packed = bytearray(path.read_bytes())
    if is_locked:
        # The bit that says so, in the part's own header and in the directory.
        packed[6] |= 1
        packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    else:
        begin = 30 + len("xl/worksheets/sheet1.xml")
        packed[begin : begin + 8] = b"\xff" * 8
    path.write_bytes(packed)
    assert about_workbook(path) == {}
