"""What officers write beside products: "as above", spread choices, titles, totals, signatures, several sheets."""

import pytest
from openpyxl import Workbook, load_workbook

from catalog.cells.content import is_ditto
from catalog.errors import BadSheet
from catalog.list_io import BadLine, open_sheet, write_problems
from catalog.model import ProducerKind
from tests.unit.list_io.conftest import HEAD, TODAY


def book(path, **sheets):
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path


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


@pytest.mark.parametrize("name", ["TL:0", "KT-1 rượu nếp", "TM. xanh"])
def test_a_name_that_begins_as_a_signature_does_is_a_name(read, name):
    sheet = read(HEAD, ["1", "Nem", "HTX"], ["2", name, "HTX"], ["3", name], ["4", "Bún", "HTX"])
    assert [row.name for row in sheet if not isinstance(row, BadLine)] == ["Nem", name, "Bún"]


@pytest.mark.parametrize(
    "signed", ["TM. UBND TỈNH", "KT. CHỦ TỊCH", "TL. GIÁM ĐỐC", "TUQ. Chi cục trưởng", "KT.TRƯỞNG PHÒNG"]
)
def test_who_signs_for_whom_ends_the_list(read, signed):
    sheet = read(HEAD, ["1", "Nem", "HTX"], ["", signed], ["", "Nguyễn Văn Thử"])
    assert [row.name for row in sheet] == ["Nem"]


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


@pytest.mark.parametrize(
    "headings",
    [
        ("Hạng sao 3", "Hạng sao 4"),
        ("Sao 3", "Sao 4"),
        ("Công nhận 3 sao", "Công nhận 4 sao"),
        ("3 ngôi sao", "4 ngôi sao"),
    ],
)
def test_other_headings_of_star_columns(read, headings):
    one, two = read(["Tên sản phẩm", "Chủ thể", *headings], ["Nem", "H", "x", ""], ["Giò", "H", "", "[x]"])
    assert (one.stars, two.stars) == (3, 4)


def test_ranks_below_a_heading_and_headings_on_three_levels(tmp_path):
    ranks = [
        ["Tên sản phẩm", "Chủ thể", "Kết quả phân hạng", None],
        [None, None, "Hạng 3", "Hạng 4"],
        ["Nem", "H", "x", None],
        ["Giò", "H", None, "x"],
    ]
    counted = [
        ["Tên sản phẩm", "Chủ thể", "Phân hạng sản phẩm (sao)", None],
        [None, None, 3, 4],
        ["Nem", "H", "x", None],
        ["Giò", "H", None, "x"],
    ]
    levels = [
        ["Tên sản phẩm", "Chủ thể", "Kết quả", None],
        [None, None, "Phân hạng sao", None],
        [None, None, "3 sao", "4 sao"],
        ["Nem", "H", "x", None],
        ["Giò", "H", None, "x"],
    ]
    for number, rows in enumerate((ranks, counted, levels)):
        lines = list(open_sheet(book(tmp_path / f"{number}.xlsx", Trang=rows), today=TODAY))
        assert [line.stars for line in lines] == [3, 4]


@pytest.mark.parametrize("drawn", ["✭✭✭", "✯✯✯", "3 ngôi sao"])
def test_stars_of_other_shapes(read, drawn):
    (line,) = read(HEAD, ["1", "Nem", "HTX", "", drawn, "", ""])
    assert line.stars == 3


def test_products_below_a_title_of_those_that_are_not_recognised_are_refused(read):
    line = ["1", "Nem", "HTX", "", "3", "", ""]
    title = ["", "SẢN PHẨM KHÔNG ĐẠT", "", "", "", "", ""]
    district = ["", "Huyện Yên Thế", "", "", "", "", ""]
    drinks = ["", "Nhóm đồ uống", "", "", "", "", ""]
    good, bad, still_bad, again = read(HEAD, line, title, line, district, line, drinks, line)
    assert (good.name, again.name) == ("Nem", "Nem")
    assert [each.problems[0].reason[:14] for each in (bad, still_bad)] == ["Nằm dưới tiêu "] * 2


@pytest.mark.parametrize(
    "aside",
    [
        ["Tổng cộng", "4 sản phẩm", "3 chủ thể"],
        ["Trong đó: 3 sao: 5, 4 sao: 2", "", ""],
        ["Cộng dồn", "", ""],
        ["Bắc Giang ngày 5/6/2024", "", ""],
        ["Nguồn: Sở Nông nghiệp", "", ""],
        ["Thủ trưởng", "", ""],
        ["Trang 1/2", "", ""],
        ["Chủ thể là hộ kinh doanh", "", ""],
    ],
)
def test_more_lines_that_are_no_products(read, aside):
    sheet = read(HEAD, ["1", "Nem", "HTX", "", "3", "", ""], ["", *aside, "", "", ""])
    assert [getattr(line, "name", "bad") for line in sheet] == ["Nem"]
    assert [line for _, line, _ in sheet.noticed.skipped] == [3]


def test_a_starred_title_of_a_group(read):
    sheet = read(HEAD, ["*", "Ngành: Đồ uống", "", "", "", "", ""], ["1", "Rượu", "HTX", "", "3", "", ""])
    assert [line.group for line in sheet] == ["Đồ uống"]


def test_a_sheet_says_stars_and_group_by_its_name_and_one_without_headings_is_named(tmp_path):
    head = ["Tên sản phẩm", "Chủ thể", "Địa chỉ", "Ghi chú"]
    lines = [["Giò", "HTX A", "Xã Thử", "cũ"], ["Chả", "HTX B", "Xã Thử", "mới"]]
    sheets = {"3 sao": [head, lines[0]], "4 sao": [head, lines[1]], "Khác": lines}
    stars = open_sheet(book(tmp_path / "stars.xlsx", **sheets), today=TODAY)
    assert ([line.stars for line in stars], stars.unread) == ([3, 4], ("Khác",))
    groups = open_sheet(book(tmp_path / "groups.xlsx", **{"Đồ uống": [head, lines[0]]}), today=TODAY)
    assert [line.group for line in groups] == ["Đồ uống"]


def test_a_sheet_with_one_more_column_is_read(tmp_path):
    head = ["Tên sản phẩm", "Chủ thể"]
    sheets = {"A": [head, ["Giò", "H"]], "B": [[*head, "Ghi chú"], ["Chả", "H", "mới"]]}
    assert [line.name for line in open_sheet(book(tmp_path / "more.xlsx", **sheets), today=TODAY)] == ["Giò", "Chả"]


@pytest.mark.parametrize(
    ("cell", "number", "decided"),
    [
        ("1234-QĐ/UBND ngày 31/12/2021", "1234-QĐ/UBND", "2021-12-31"),
        ("1234/QĐ-UBND 12/2021", "1234/QĐ-UBND", "2021-12"),
        ("1234/QĐ-UBND, 2021", "1234/QĐ-UBND", "2021"),
        ("1234/QĐ-UBND ngày …/…/2021", "1234/QĐ-UBND", "2021"),
        ("1234/QĐ-UBND (đợt 2)", "1234/QĐ-UBND", "None"),
        ("1234/QĐ-UBND, phụ lục 2", "1234/QĐ-UBND", "None"),
        ("1234/QĐ-UBND của UBND quận 12", "1234/QĐ-UBND", "None"),
    ],
)
def test_decisions_in_rarer_wordings(read, cell, number, decided):
    (line,) = read(HEAD, ["1", "Nem", "HTX", "", "3", cell, ""])
    assert (line.decision, str(line.decided)) == (number, decided)


@pytest.mark.parametrize(
    "cell",
    [
        "1234, 1235/QĐ-UBND ngày 31/12/2021",
        "1234+1235/QĐ-UBND",
        "1234/QĐ-UBND 31122021",
        "1234/QĐ-UBND ngày 31–12–2021x",
        "chưa có QĐ",
        "Đang trình UBND tỉnh",
    ],
)
def test_a_decision_is_refused_rather_than_taken_in_part(read, cell):
    (line,) = read(HEAD, ["1", "Nem", "HTX", "", "3", cell, ""])
    assert isinstance(line, BadLine)


@pytest.mark.parametrize("text", ['"' * 39 + "x", "/" * 39 + "x", "-. " * 13 + "x", '"-' * 19 + "x"])
def test_many_signs_before_a_letter_are_seen_through_at_once(text):
    assert not is_ditto(text)


def test_a_decisions_number_and_day_below_one_heading(tmp_path):
    for over, lower in (("Quyết định", ("Số", "Ngày")), ("QĐ công nhận", ("Số", "Ngày, tháng, năm"))):
        rows = [["Tên sản phẩm", "Chủ thể", over, None], [None, None, *lower], ["Nem", "HTX", "12/QĐ-UBND", "1/2/2024"]]
        (line,) = open_sheet(book(tmp_path / "levels.xlsx", Trang=rows), today=TODAY)
        assert (line.decision, str(line.decided)) == ("12/QĐ-UBND", "2024-02-01")


@pytest.mark.parametrize(
    "heading",
    ["Số QĐ, ngày tháng năm", "Số, ngày quyết định", "Quyết định công nhận (số, ngày)", "QĐ phê duyệt kết quả"],
)
def test_a_heading_of_number_and_day_is_the_decisions(read, heading):
    (line,) = read(["Tên sản phẩm", "Chủ thể", heading], ["Nem", "HTX", "12/QĐ-UBND ngày 1/2/2024"])
    assert (line.decision, str(line.decided)) == ("12/QĐ-UBND", "2024-02-01")


@pytest.mark.parametrize(("heading", "unknown"), [("Ngày ký QĐ công nhận", ()), ("QĐ giao đất", ("QĐ giao đất",))])
def test_a_heading_of_the_day_alone_and_one_of_another_decision(read, heading, unknown):
    sheet = read(["Tên sản phẩm", "Chủ thể", heading], ["Nem", "HTX", "1/2/2024"])
    assert (sheet.unknown, [str(line.decided) for line in sheet]) == (unknown, ["None" if unknown else "2024-02-01"])


def test_a_hidden_list_is_named_and_never_read(tmp_path):
    head, line = ["Tên sản phẩm", "Chủ thể"], ["Giò", "HTX A"]
    path = book(
        tmp_path / "hidden.xlsx", Cũ=[head, line], Mới=[head, ["Chả", "HTX B"]], Chọn=[["a", "b", "c", "d"]] * 2
    )
    made = load_workbook(path)
    made["Cũ"].sheet_state = made["Chọn"].sheet_state = "hidden"
    made.active = 1
    made.save(path)
    sheet = open_sheet(path, today=TODAY)
    assert ([line.name for line in sheet], sheet.unread) == (["Chả"], ("Cũ (trang ẩn)",))
    made.remove(made["Mới"])
    made.create_sheet("Trống")
    made.save(path)
    with pytest.raises(BadSheet):
        open_sheet(path, today=TODAY)
