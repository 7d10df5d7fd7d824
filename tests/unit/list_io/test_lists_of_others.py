"""Lists as offices really make them: everything at once, in real workbooks."""

import unicodedata
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from catalog.list_io import BadLine, SumCheck, open_sheet
from catalog.list_io.legacy import TCVN3_LETTERS, VNI_LETTERS
from catalog.model import ProductRow

HEAD = ("STT", "Tên sản phẩm", "Chủ thể", "Địa chỉ", "Điện thoại", "Hạng sao", "Số, ngày quyết định")


def typed_in_tcvn3(text: str) -> str:
    """*text* as a font of TCVN3 has it: capitals with tones are small letters in a font of capitals."""
    typed = {letter: sign for sign, letter in TCVN3_LETTERS.items()}
    return "".join(typed.get(letter) or typed.get(letter.lower(), letter) for letter in text)


def typed_in_vni(text: str) -> str:
    """*text* as it lies in a file that was typed in a font of VNI-Windows."""
    typed: dict[str, str] = {}
    for signs, letter in VNI_LETTERS.items():
        typed.setdefault(letter, signs)
    return "".join(typed.get(letter, letter) for letter in text)


def fill(page: Worksheet, *, district: str, lines: list[tuple[object, ...]]) -> None:
    """The page of an office: a head of merged titles, groups in Roman numerals, a total, place and day, signatures."""
    for title in (
        "UBND TỈNH BẮC NINH",
        f"DANH SÁCH {len(lines)} SẢN PHẨM OCOP HUYỆN {district.upper()}",
        "(Kèm theo Báo cáo)",
    ):
        page.append([title])
        page.merge_cells(start_row=page.max_row, start_column=1, end_row=page.max_row, end_column=len(HEAD))
    page.append([])
    page.append(list(HEAD))
    page.append([f"({number})" for number in range(1, len(HEAD) + 1)])
    for line in lines:
        page.append(list(line))
    page.append(["", f"Tổng cộng: {sum(isinstance(line[0], int) for line in lines)} sản phẩm"])
    page.append([])
    page.append(["", "", "", "", f"{district}, ngày 20 tháng 11 năm 2025"])
    page.append(["", "NGƯỜI LẬP BIỂU", "", "", "TM. ỦY BAN NHÂN DÂN"])
    page.append(["", "Nguyễn Văn A", "", "", "CHỦ TỊCH"])


def read(path: Path) -> tuple[list[ProductRow], list[BadLine], SumCheck, object]:
    sheet = open_sheet(path)
    check, rows, bad = SumCheck(sheet.titles), [], []
    for outcome in sheet:
        check.product(sheet.noticed, sheet.reading)
        (bad if isinstance(outcome, BadLine) else rows).append(outcome)
    return rows, bad, check, sheet


PLACE = "xã Vân Hà, huyện Việt Yên"
LINES: list[tuple[object, ...]] = [
    ("I", "NHÓM THỰC PHẨM", "", "", "", "", ""),
    (
        1,
        "Bánh đa nem Thổ Hà",
        "HTX Bánh đa nem Thổ Hà",
        "xã Vân Hà, huyện Việt Yên",
        912345678,
        3,
        "12/QĐ-UBND ngày 20/12/2024",
    ),
    (2, "Bánh đa nướng Thổ Hà", "nt", "nt", "nt", 4, "nt"),
    ("II", "NHÓM ĐỒ UỐNG", "", "", "", "", ""),
    (
        3,
        "Rượu làng Vân",
        "Công ty TNHH Rượu làng Vân",
        "xã Vân Hà, huyện Việt Yên",
        2043874125.0,
        "4 sao",
        "15/QĐ-UBND ngày 3/1/2025",
    ),
    (4, "Rượu nếp làng Vân", '"', "-nt-", "″", "3 sao", "như trên"),
]


def assert_is_the_list(rows: list[ProductRow], bad: list[BadLine]) -> None:
    assert bad == []
    assert [row.name for row in rows] == [str(line[1]) for line in LINES if isinstance(line[0], int)]
    assert [row.producer for row in rows] == ["HTX Bánh đa nem Thổ Hà"] * 2 + ["Công ty TNHH Rượu làng Vân"] * 2
    assert [row.phones for row in rows] == [("+84912345678",)] * 2 + [("+842043874125",)] * 2
    assert [row.stars for row in rows] == [3, 4, 4, 3]
    assert [row.decision for row in rows] == ["12/QĐ-UBND"] * 2 + ["15/QĐ-UBND"] * 2
    assert [str(row.decided) for row in rows] == ["2024-12-20"] * 2 + ["2025-01-03"] * 2
    assert [row.group for row in rows] == ["Thực phẩm"] * 2 + ["Đồ uống"] * 2
    assert {row.address for row in rows} == {PLACE}


def book_of(lines: list[tuple[object, ...]]) -> Workbook:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Việt Yên"
    fill(page, district="Việt Yên", lines=lines)
    return book


def test_a_whole_list_of_an_office_is_read(tmp_path: Path) -> None:
    book_of(LINES).save(tmp_path / "ds.xlsx")
    rows, bad, check, sheet = read(tmp_path / "ds.xlsx")
    assert_is_the_list(rows, bad)
    wrong = check.wrong(sheet.noticed)  # type: ignore[attr-defined]  # a Sheet
    assert [(each.said, each.found) for each in wrong] == [(6, 4)], "its title counts the groups too"


def test_the_same_in_decomposed_letters(tmp_path: Path) -> None:
    """As files come from a Mac."""
    lines = [tuple(unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in line) for line in LINES]
    book = book_of(lines)
    for page in book:
        for cells in page.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.value = unicodedata.normalize("NFD", cell.value)
    book.save(tmp_path / "mac.xlsx")
    rows, bad, _, _ = read(tmp_path / "mac.xlsx")
    assert_is_the_list(rows, bad)


def in_old_font(path: Path, typed: object) -> Path:
    book = book_of(LINES)
    for page in book:
        for cells in page.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.value = typed(cell.value)  # type: ignore[operator]  # a function
    book.save(path)
    return path


def test_the_same_typed_in_fonts_of_before_unicode(tmp_path: Path) -> None:
    for name, typed in (("TCVN3 (ABC)", typed_in_tcvn3), ("VNI-Windows", typed_in_vni)):
        rows, bad, _, sheet = read(in_old_font(tmp_path / "old.xlsx", typed))
        assert_is_the_list(rows, bad)
        assert sheet.noticed.converted.keys() == {name}  # type: ignore[attr-defined]  # a Sheet


def test_two_sheets_are_read_as_one_list(tmp_path: Path) -> None:
    book = book_of(LINES)
    other = book.create_sheet("Yên Dũng")
    more = [(1, "Cam Yên Dũng", "HTX Cam", "xã Tư Mại, huyện Yên Dũng", "0987 654 321", 3, "9/QĐ-UBND ngày 1/2/2025")]
    fill(other, district="Yên Dũng", lines=more)
    book.create_sheet("Tổng hợp").append(["Huyện", "Số sản phẩm"])
    book.save(tmp_path / "two.xlsx")
    rows, bad, check, sheet = read(tmp_path / "two.xlsx")
    assert_is_the_list(rows[:4], bad)
    assert (rows[4].name, rows[4].phones, rows[4].group) == ("Cam Yên Dũng", ("+84987654321",), "")
    assert sheet.names == ("Việt Yên", "Yên Dũng")  # type: ignore[attr-defined]  # a Sheet
    wrong = check.wrong(sheet.noticed)  # type: ignore[attr-defined]  # a Sheet
    assert [(each.sheet, each.said, each.found) for each in wrong] == [("Việt Yên", 6, 4)]


def test_what_can_be_no_alphabet_is_refused_in_words(tmp_path: Path) -> None:
    """Half a cell typed in TCVN3, the other half in Unicode."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(HEAD))
    page.append([1, f"{typed_in_tcvn3('Bánh đa nướng')} Thổ Hà được bán", "HTX A", "", "", 3, ""])
    book.save(tmp_path / "mixed.xlsx")
    rows, bad, _, _ = read(tmp_path / "mixed.xlsx")
    assert rows == []
    assert "bảng mã" in bad[0].problems[0].reason or "phông" in bad[0].problems[0].reason
