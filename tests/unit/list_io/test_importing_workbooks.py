"""Excel workbooks as officers keep them: titles, merged cells, several sheets, real dates."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.dates import PartialDate
from catalog.errors import BadSheet
from catalog.list_io import files, open_sheet

TODAY = date(2026, 11, 24)


def save(path: Path, rows, *, merged=(), sheet="Danh sách") -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    book.save(path)
    return path


def test_a_list_with_titles_merged_cells_and_numbers_under_its_headings(tmp_path):
    path = save(
        tmp_path / "list.xlsx",
        [
            ["DANH SÁCH SẢN PHẨM OCOP"],
            [],
            ["TT", "TÊN SP (*)", "Chủ thể\nsản xuất", "Hạng", "SĐT", "Số QĐ", "Ngày QĐ", "Tỉnh"],
            [1, 2, 3, 4, 5, 6, 7, 8],
            ["I. Thực phẩm"],
            [1, "Nem bùi", "HTX Ninh Xá", "★★★", 912345678, "12/QĐ-UBND", datetime(2024, 3, 1, 9), "BN"],  # noqa: DTZ001 - Excel knows no zones
            [2, "Giò", None, "4 sao (tiềm năng 5 sao)", "0222.3.822.333", None, date(2025, 2, 1), "BN"],
            ["TT", "TÊN SP (*)", "Chủ thể\nsản xuất", "Hạng", "SĐT", "Số QĐ", "Ngày QĐ", "Tỉnh"],
            [3, "Chả", "Công ty X", None, None, None, "03/2025", "BN"],
        ],
        merged=["A1:H1", "A5:H5", "C6:C7", "F6:F7"],
    )
    sheet = open_sheet(path, today=TODAY)
    nem, gio, cha = sheet
    assert sheet.found == ("Tên sản phẩm", "Chủ thể", "Điện thoại", "Hạng sao", "Số quyết định", "Ngày quyết định")
    assert sheet.unknown == ("Tỉnh",)
    assert sheet.headings[2] == "Chủ thể sản xuất"
    assert (sheet.name, sheet.total) == ("Danh sách", 6)
    assert (nem.line, nem.stars, nem.phones, nem.decided) == (6, 3, ("+84912345678",), PartialDate(2024, 3, 1))
    assert (gio.line, gio.producer, gio.decision, gio.potential_five) == (7, "HTX Ninh Xá", "12/QĐ-UBND", True)
    assert (cha.line, cha.producer, cha.decision, cha.decided) == (9, "Công ty X", "", PartialDate(2025, 3))


def test_headings_on_two_levels(tmp_path):
    path = save(
        tmp_path / "list.xlsx",
        [
            ["Sản phẩm", "Chủ thể", "Liên hệ", None, "Quyết định công nhận", None],
            [None, None, "Điện thoại", "Email", "Số QĐ", "Ngày QĐ"],
            ["Nem", "HTX", "0912345678", "a@example.vn", "1/QĐ-UBND", "01/02/2024"],
        ],
        merged=["C1:D1", "E1:F1"],
    )
    (row,) = open_sheet(path, today=TODAY)
    assert (row.line, row.name, row.email, row.decision) == (3, "Nem", "a@example.vn", "1/QĐ-UBND")


def test_a_table_that_begins_further_right_and_down(tmp_path):
    path = save(
        tmp_path / "list.xlsx",
        [[], [None, None, "Tên", "Chủ thể"], [None, None, "Nem", "HTX"], [None, None, "Giò", None]],
        merged=["D3:D4"],
    )
    assert [(row.line, row.name, row.producer) for row in open_sheet(path)] == [(3, "Nem", "HTX"), (4, "Giò", "HTX")]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    path = save(tmp_path / "list.xlsx", [["Tên sản phẩm", "Loại chủ thể"], ["Nem", "Doanh nghiệp"]])
    with pytest.raises(BadSheet, match=r"“Chủ thể”\. Các cột đã thấy: Tên sản phẩm, Loại chủ thể"):
        open_sheet(path)


def test_the_first_visible_sheet_with_the_headings_is_taken(tmp_path):
    book = Workbook()
    book.worksheets[0].append(["Ghi chú"])
    hidden = book.create_sheet("Cũ")
    hidden.append(["Tên", "Chủ thể"])
    hidden.append(["Nem cũ", "HTX"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Trống")
    listed = book.create_sheet("Năm 2025")
    listed.append(["Tên", "Chủ thể"])
    listed.append(["Nem", "HTX"])
    book.create_chartsheet("Biểu đồ")
    book.save(tmp_path / "list.xlsx")
    sheet = open_sheet(tmp_path / "list.xlsx")
    assert sheet.name == "Năm 2025"
    assert [row.name for row in sheet] == ["Nem"]


def test_odd_cells_are_taken_as_text_or_refused(tmp_path):
    path = save(
        tmp_path / "list.xlsx",
        [
            ["Mã", "Tên", "Chủ thể", "Tiềm năng 5 sao", "Hạng", "Địa chỉ", "GTIN"],
            [12, "Nem", "HTX", True, 4, time(9, 30), 8930000000002],
            ["A", "Giò", "HTX", False, None, "=1+1", "8.93E+12"],
        ],
    )
    sheet = open_sheet(path)
    nem, gio = sheet
    assert (nem.id, nem.potential_five, nem.address, nem.gtins) == ("12", True, "09:30:00", ("8930000000002",))
    assert (gio.name, gio.gtins) == ("Giò", ())
    (doubtful,) = sheet.noticed.doubtful
    assert [(problem.line, problem.column, problem.value) for problem in doubtful] == [(3, "GTIN", "8.93E+12")]


def test_a_password_is_named():
    with pytest.raises(BadSheet, match="mật khẩu"):
        open_sheet(Path(__file__).parent / "locked.xlsx")


def test_damaged_workbooks_are_refused(tmp_path):
    whole = save(tmp_path / "list.xlsx", [["Tên", "Chủ thể"], ["Nem", "HTX"]])
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(BadSheet, match="hỏng"):
        open_sheet(cut)
    holed = tmp_path / "holed.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(holed, "w") as new:
        for name in old.namelist():
            content = b"<worksheet><sheetData><row><c" if name.endswith("sheet1.xml") else old.read(name)
            new.writestr(name, content)
    with pytest.raises(BadSheet):
        open_sheet(holed)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    path = save(tmp_path / "bomb.xlsx", [["Tên", "Chủ thể"], ["Nem", "HTX"]])
    content = bytearray(path.read_bytes())
    declared = content.index(b"PK\x01\x02") + 24
    content[declared : declared + 4] = (files.MOST_BYTES + 1).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(BadSheet, match="1 GiB"):
        open_sheet(path)


def test_a_small_file_with_a_far_cell_costs_no_memory(tmp_path):
    book = Workbook()
    page = book.worksheets[0]
    page["A1"], page["XFD1048576"] = "Tên", "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(BadSheet, match="XFD"):
        open_sheet(tmp_path / "far.xlsx")


def test_a_file_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"x")
        file.truncate(200 << 20)
    with pytest.raises(BadSheet, match=r"200 MB, nhiều nhất 100 MB"):
        open_sheet(path)


def test_what_is_left_of_a_sheet_is_passed_over(tmp_path):
    book = Workbook()
    for line in range(500):
        book.worksheets[0].append([f"ghi chú {line}"])
    page = book.create_sheet("Danh sách")
    page.append(["Tên", "Chủ thể"])
    page.append(["Nem", "HTX"])
    book.save(tmp_path / "list.xlsx")
    assert [row.name for row in open_sheet(tmp_path / "list.xlsx")] == ["Nem"]
