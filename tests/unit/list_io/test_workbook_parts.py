"""Macros and formulas of a workbook are counted without opening it."""

import zipfile
from pathlib import Path

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
