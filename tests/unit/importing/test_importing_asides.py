"""What officers write beside products: "as above", spread choices, titles, totals, signatures, several sheets."""

import csv
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from catalog.dates import PartialDate
from catalog.importing import BadLine, open_sheet, write_problems
from catalog.importing.ditto import is_ditto
from catalog.model import ProducerKind

TODAY = date(2026, 11, 25)
HEAD = ["TT", "Tên sản phẩm", "Chủ thể", "Điện thoại", "Hạng sao", "Số QĐ", "Ngày QĐ"]


@pytest.fixture
def read(tmp_path):
    def opened(*rows):
        path = tmp_path / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return open_sheet(path, today=TODAY)

    return opened


def book(path, **sheets):
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path


DITTOS = (
    *(
        "nt",
        "-nt-",
        "(nt)",
        "Nt.",
        "N.T",
        "n/t",
        '"',
        "''",
        '" "',
        '-"-',
        "〃",
        "//",
        "- // -",
        ",,",
        "”",
        "″",
        "như trên",
    ),
    *("Như trên", "(như trên)", "nhu tren", "-như trên-", "như dòng trên", "cùng trên", "tương tự", "ditto", "idem"),
)


@pytest.mark.parametrize("mark", DITTOS)
def test_as_above_takes_the_value_above(read, mark):
    rows = ["1", "Nem", "HTX Thử", "0912345678", "3 sao", "12/QĐ-UBND", "01/02/2024"]
    first, second, third = read(HEAD, rows, ["2", "Giò", *[mark] * 5], ["3", "Chả", *[mark] * 4, "02/02/2024"])
    said = ("HTX Thử", ("+84912345678",), 3, "12/QĐ-UBND")
    assert (second.producer, second.phones, second.stars, second.decision) == said
    assert (third.producer, third.phones, third.stars, third.decision) == said
    assert (first.decided, second.decided, third.decided) == (
        PartialDate(2024, 2, 1),
        PartialDate(2024, 2, 1),
        PartialDate(2024, 2, 2),
    )


@pytest.mark.parametrize(
    "text", ["", "-", "—", "Nem", "Đỏ", "Độ", "ntn", "Trên đồi", "'", "1//2", "Tương tự như nem chua"]
)
def test_what_is_no_ditto(text):
    assert not is_ditto(text)


@pytest.mark.parametrize("mark", ["nt", "như STT 3", "Xã -nt-", "HTX như trên"])
def test_as_above_without_a_value_above_is_refused(read, mark):
    (line,) = read(HEAD, ["1", "Nem", mark])
    assert isinstance(line, BadLine)
    assert [problem.column for problem in line] == ["Chủ thể"]
    assert "như trên" in line.problems[0].reason
    blank, below = read(HEAD, ["1", "Nem", "HTX", "", "3 sao"], ["2", "Giò", "nt", "nt", "nt"])
    assert (below.producer, below.phones, below.stars) == ("HTX", (), 3)
    assert blank.phones == ()


MARKS = ("x", "X", "1", "✓", "✔", "v", "3 sao", "+", "☑")


@pytest.mark.parametrize("mark", MARKS)
def test_stars_spread_over_columns(read, mark):
    sheet = read(["Tên", "Chủ thể", "3 sao", "4 sao", "5 sao"], ["Nem", "HTX", mark, "", "-"], ["Giò", "HTX"])
    nem, gio = sheet
    assert (nem.stars, gio.stars, sheet.unknown) == (3, None, ())
    assert "Hạng sao" in sheet.found


@pytest.mark.parametrize(
    "lower", [["3 sao", "4 sao", "5 sao"], ["3", "4", "5"], ["★★★", "★★★★", "★★★★★"], ["3*", "4*", "5*"]]
)
def test_stars_spread_on_two_levels(read, lower):
    (row,) = read(["TT", "Tên", "Chủ thể", "Phân hạng", "", ""], ["", "", "", *lower], ["1", "Nem", "HTX", "", "x", ""])
    assert (row.line, row.name, row.stars) == (3, "Nem", 4)


def test_two_marks_or_what_is_no_mark_is_refused(read):
    two, strange = read(["Tên", "Chủ thể", "3 sao", "4 sao"], ["Nem", "HTX", "x", "x"], ["Giò", "HTX", "?", ""])
    for line in (two, strange):
        assert isinstance(line, BadLine)
        assert [problem.column for problem in line] == ["Hạng sao"]


def test_a_mark_and_a_star_that_differ_are_refused(read):
    same, other = read(
        ["Tên", "Chủ thể", "Hạng sao", "3 sao", "4 sao"], ["Nem", "HTX", "4", "", "x"], ["Giò", "HTX", "3", "", "x"]
    )
    assert same.stars == 4
    assert isinstance(other, BadLine)


def test_kinds_and_groups_spread_over_columns(read):
    sheet = read(
        ["Tên", "Chủ thể", "Loại hình", "", "Nhóm sản phẩm", ""],
        ["", "", "HTX", "Hộ", "Thực phẩm", "Đồ uống"],
        ["Nem", "Thân Trường", "x", "", "x", ""],
        ["Trà", "Bà Ba", "", "x", "", "✓"],
    )
    assert [(row.producer_kind, row.group) for row in sheet] == [
        (ProducerKind.COOPERATIVE, "Thực phẩm"),
        (ProducerKind.HOUSEHOLD, "Đồ uống"),
    ]


def test_titles_totals_and_signatures_are_told_and_left_out(read):
    sheet = read(
        HEAD,
        ["I", "NHÓM THỰC PHẨM"],
        ["", "Huyện Yên Thế"],
        ["1", "Nem", "HTX Thử", "", "3 sao"],
        ["II", "ĐỒ UỐNG (1 sản phẩm)"],
        ["1", "Trà", "Hộ bà Thử", "", "4 sao"],
        ["", "Cộng nhóm II", "", "", "1"],
        ["III", "Sản phẩm khác"],
        ["1", "Nón", "Hộ ông Thử", "", "3 sao"],
        ["Tổng cộng: 3 sản phẩm"],
        ["", "", "", "", "", "Bắc Ninh, ngày 01 tháng 6 năm 2025"],
        ["", "NGƯỜI LẬP BIỂU", "KT. CHỦ TỊCH", "", "", "TM. UBND TỈNH"],
        ["", "(Ký, ghi rõ họ tên)", "PHÓ CHỦ TỊCH"],
        ["", "Nguyễn Văn Thử", "Trần Văn Thử"],
    )
    assert [(row.name, row.group) for row in sheet] == [("Nem", "Thực phẩm"), ("Trà", "Đồ uống"), ("Nón", "")]
    assert [line for _, line, _ in sheet.noticed.skipped] == [2, 3, 5, 7, 8, 10, 11, 12, 13, 14]
    assert sheet.noticed.grouped == 2


def test_a_product_without_its_producer_is_no_title(read):
    lines = list(
        read(HEAD, ["1", "Nem"], ["", "Bánh tẻ làng"], ["3", "Cộng rau muống", "HTX"], ["4", "Tổng hợp", "HTX"])
    )
    assert [isinstance(line, BadLine) for line in lines] == [True, True, False, False]


def test_a_title_of_stars_counts_where_there_is_no_such_column(read):
    three, four = read(
        ["TT", "Tên", "Chủ thể"], ["I", "Hạng 3 sao"], ["1", "Nem", "HTX"], ["II", "4 SAO"], ["2", "Giò", "HTX"]
    )
    assert (three.stars, four.stars) == (3, 4)


def test_other_sheets_are_read_or_named(tmp_path):
    nem, gio, cha = ["1", "Nem", "HTX"], ["1", "Giò", "HTX"], ["1", "HTX", "Chả"]
    path = book(
        tmp_path / "list.xlsx",
        **{
            "Không đạt": [HEAD[:3], ["1", "Tương", "HTX"]],
            "2023": [HEAD[:3], nem],
            "2024": [["Danh sách"], HEAD[:3], gio, ["2", "Bún", ""]],
            "2025": [["TT", "Chủ thể", "Tên sản phẩm"], cha],
            "Khác": [[*HEAD[:3], "Email"], nem],
            "Trống": [[*HEAD[:3], "Email"]],
            "Ghi chú": [["Cột", "Nghĩa"]],
        },
    )
    sheet = open_sheet(path, today=TODAY)
    *rows, _ = lines = list(sheet)
    assert [line.line for line in lines] == [2, 3, 4, 2]
    assert [row.name for row in (rows[0], rows[1], lines[3])] == ["Nem", "Giò", "Chả"]
    assert (lines[2].problems[0].sheet, sheet.names, sheet.unread) == (
        "2024",
        ("2023", "2024", "2025"),
        ("Không đạt", "Khác"),
    )


def test_soft_cells_cost_only_themselves(read, tmp_path):
    sheet = read(
        ["Tên", "Chủ thể", "Điện thoại", "Email", "Ảnh", "Hạng sao"],
        ["Nem", "HTX", "0912345678; 12", "a@x.vn, b@x.vn", "C:\\anh.png", "3"],
        ["Giò", "HTX", "02413812345", "a,b@x.vn", "nem.jpg", "9"],
    )
    nem, gio = sheet
    assert (nem.phones, nem.email, nem.images) == (("+84912345678",), "a@x.vn", ())
    assert isinstance(gio, BadLine)
    (doubtful,) = sheet.noticed.doubtful
    assert doubtful.columns == (2, 3, 4)
    assert any("0222" in problem.reason for problem in gio)
    assert write_problems(tmp_path / "mend.xlsx", [gio, doubtful], headings=sheet.headings) == 2
    page = load_workbook(tmp_path / "mend.xlsx").worksheets[0]
    coloured = [[cell.fill.fill_type == "solid" for cell in row] for row in page.iter_rows()]
    assert coloured == [
        [False] * 7,
        [False, False, True, True, False, True, False],
        [False, False, True, True, True, False, False],
    ]
