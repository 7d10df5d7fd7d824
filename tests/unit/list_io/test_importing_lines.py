"""Lines of a list: what makes one bad, and the file in which it is mended."""

import csv
from datetime import date

import pytest

from catalog.dates import PartialDate
from catalog.list_io import HEADINGS, UNKNOWN_PRODUCER, BadLine, Problem, open_sheet, write_problems
from catalog.list_io.columns import field_of, read_heading
from catalog.model import ProducerKind

TODAY = date(2026, 11, 24)


@pytest.fixture
def read(tmp_path):
    """Read a list with these headings and rows."""

    def opened(headings, *rows):
        path = tmp_path / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headings, *rows])
        return open_sheet(path, today=TODAY)

    return opened


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Mã", "id"),
        ("TÊN SẢN PHẨM *", "name"),
        ("ten san pham(*)", "name"),
        ("Tên  sản\nphẩm", "name"),
        ("Tên SP", "name"),
        ("Chủ thể sản xuất", "producer"),
        ("Xã", "commune"),
        ("Xã/phường", "commune"),
        ("SĐT", "phones"),
        ("Điện thoại/Zalo", "phones"),
        ("Hạng", "stars"),
        ("Phân hạng", "stars"),
        ("Hạng sao (3, 4, 5)", "stars"),
        ("Số QĐ", "decision"),
        ("Ngày quyết định (dd/mm/yyyy)", "decided"),
        ("Số GCN", "certificate"),
        ("Hiệu lực đến", "expires"),
        ("Mã vạch", "gtins"),
        ("Mã QR", "traces"),
        ("Hình ảnh", "images"),
        ("Ghi chú", None),
        ("", None),
    ],
)
def test_headings_as_officers_write_them(heading, field):
    assert field_of(heading) == field


def test_every_documented_heading_is_known_in_any_order():
    heading = read_heading(list(reversed(HEADINGS.values())))
    assert heading.fields == {field: len(HEADINGS) - 1 - place for place, field in enumerate(HEADINGS)}
    assert heading.unknown == heading.missing == ()


def test_a_documented_heading_goes_before_a_synonym():
    heading = read_heading(["STT", "Sản phẩm", "Chủ thể", "Tên sản phẩm", "Lỗi", "Màu"])
    assert heading.fields == {"name": 3, "producer": 2}
    assert heading.unknown == ("Sản phẩm", "Màu")


def test_every_problem_of_a_line_is_listed(read):
    (line,) = read(
        ["Tên", "Chủ thể", "Hạng", "Điểm", "Email", "GTIN", "Ngày QĐ"],
        ["", "HTX", "6", "120", "x", "893", "32/1/2024"],
    )
    assert isinstance(line, BadLine)
    assert [problem.column for problem in line] == ["Tên", "Hạng", "Điểm", "Email", "GTIN", "Ngày QĐ"]
    assert len(line) == 6
    assert all(problem.line == 2 and problem.reason and problem.reason_en for problem in line)


def test_a_long_value_is_cut_in_its_problem(read):
    (line,) = read(["Tên", "Chủ thể"], ["x" * 301, "HTX"])
    assert line.problems == (
        Problem(2, "Tên", "x" * 79 + "…", "Dài quá 300 ký tự (301). Hãy rút gọn.", "Longer than 300 characters (301)."),
    )


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"Ngày quyết định": "01/01/2027"}, "Ngày quyết định"),
        ({"Ngày quyết định": "2017"}, "Ngày quyết định"),
        ({"Ngày ghi nhận": "2027"}, "Ngày ghi nhận"),
        ({"Ngày quyết định": "02/2024", "Ngày hết hạn": "01/2024"}, "Ngày hết hạn"),
        ({"Ngày hết hạn": "2062"}, "Ngày hết hạn"),
        ({"Ngày hết hạn": "2012"}, "Ngày hết hạn"),
        ({"Hạng sao": "5", "Tiềm năng 5 sao": "x"}, "Tiềm năng 5 sao"),
        ({"Hạng sao": "2", "Số giấy chứng nhận": "GCN 1"}, "Hạng sao"),
        ({"Hạng sao": "4", "Điểm": "64,9"}, "Điểm"),
        ({"Hạng sao": "3", "Điểm": "90"}, "Điểm"),
        ({"Loại chủ thể": "Đoàn thể"}, "Loại chủ thể"),
    ],
)
def test_contradictions(read, given, column):
    (line,) = read(["Tên", "Chủ thể", *given], ["Nem", "HTX", *given.values()])
    assert [problem.column for problem in line] == [column]


@pytest.mark.parametrize(
    "given",
    [
        {"Ngày quyết định": "11/2026"},
        {"Ngày quyết định": "2018", "Ngày hết hạn": "2018"},
        {"Hạng sao": "4", "Tiềm năng 5 sao": "x", "Điểm": "91"},
        {"Hạng sao": "4", "Điểm": "66"},
        {"Hạng sao": "3", "Điểm": "89,9"},
        {"Hạng sao": "5", "Điểm": "99"},
        {"Hạng sao": "2", "Số quyết định": "1/QĐ-UBND"},
        {"Điểm": "12"},
    ],
)
def test_what_only_looks_odd_is_taken(read, given):
    (row,) = read(["Tên", "Chủ thể", *given], ["Nem", "HTX", *given.values()])
    assert row.name == "Nem"


def test_a_cell_that_contradicts_today_and_costs_only_itself_is_left_out(read):
    sheet = read(["Tên sản phẩm", "Chủ thể", "Giá tham khảo"], ["Nem", "HTX", "120.000 đ/kg (31/12/2099)"])
    (row,) = sheet
    assert "price" not in row.details
    assert [problem.column for line in sheet.noticed.doubtful for problem in line] == ["Giá tham khảo"]


def test_a_decision_that_tells_its_date(read):
    alone, vague, beside, other = read(
        ["Tên", "Chủ thể", "Số QĐ", "Ngày QĐ", "Cơ quan cấp"],
        ["Nem", "HTX", "12/QĐ-UBND ngày 3/4/2024 của UBND tỉnh", "", ""],
        ["Bún", "HTX", "12/QĐ-UBND ngày 3/4/2024", "2024", ""],
        ["Bún", "HTX", "12/QĐ-UBND ngày 3/4/2024 của UBND tỉnh", "03/04/2024", "UBND tỉnh Bắc Ninh"],
        ["Giò", "HTX", "12/QĐ-UBND ngày 3/4/2024", "05/04/2024", ""],
    )
    assert (alone.decision, alone.decided, alone.issuer) == ("12/QĐ-UBND", PartialDate(2024, 4, 3), "UBND tỉnh")
    assert vague.decided == PartialDate(2024, 4, 3)
    assert (beside.decided, beside.issuer) == (PartialDate(2024, 4, 3), "UBND tỉnh Bắc Ninh")
    (problem,) = other
    assert problem.column == "Ngày QĐ"
    assert "03/04/2024" in problem.reason


def test_the_kind_is_guessed_only_where_nothing_is_said(read):
    guessed, said = read(["Tên", "Chủ thể", "Loại hình"], ["Nem", "HTX A", ""], ["Giò", "HTX A", "Khác"])
    assert (guessed.producer_kind, said.producer_kind) == (ProducerKind.COOPERATIVE, ProducerKind.UNKNOWN)


def test_one_id_stands_for_one_product(read):
    first, spelled, longer, other = read(
        ["Mã", "Tên", "Chủ thể"],
        ["SP1", "Mỳ gạo Chũ", "HTX"],
        ["SP1", "mì gạo chũ", "HTX"],
        ["SP1", "Mỳ gạo Chũ Xuân Trường", "HTX"],
        ["SP1", "Rượu nếp", "HTX"],
    )
    assert first.id == spelled.id == longer.id == "SP1"
    (problem,) = other
    assert problem.column == "Mã"
    assert "dòng 2" in problem.reason
    assert "dòng 5" in problem.reason


def test_asides_are_skipped(read):
    assert (
        list(
            read(
                ["Mã", "Tên", "Chủ thể"],
                ["(1)", "(2)", "(3)"],
                ["VÍ DỤ (xóa dòng này)", "Nem", "HTX"],
                ["ví dụ 2", "Nem", ""],
                ["Mã", "Tên", "Chủ thể"],
                [" ", "\t", ""],
            )
        )
        == []
    )


def test_numbers_further_down_are_no_aside(read):
    first, lone, low = read(["Mã", "Tên", "Chủ thể"], ["", "7", ""], ["1", "Nem", "HTX"], ["2", "3", "4"])
    assert isinstance(first, BadLine)
    assert (lone.id, low.name) == ("1", "3")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_bad_lines_are_written_to_be_mended(read, tmp_path, ending):
    sheet = read(
        ["Tên SP", "Chủ thể", "SĐT", "Ghi chú"],
        ["=HYPERLINK(1)", "", "0912345678", "@x"],
        ["Giò", "HTX", "", ""],
        ["Chả", "HTX", "12", "", "thừa"],
        ["Nem"],
    )
    bad = [line for line in sheet if isinstance(line, BadLine)]
    path = tmp_path / f"mend.{ending}"
    assert write_problems(path, bad, headings=sheet.headings) == 3
    again = open_sheet(path, today=TODAY)
    assert again.headings == ("Tên SP", "Chủ thể", "SĐT", "Ghi chú", "Lỗi")
    assert again.unknown == ("Ghi chú",)
    assert [line.line for line in again] == [2, 3, 4]
    lines = [line for line in again if isinstance(line, BadLine)]
    assert [[problem.column for problem in line] for line in lines] == [["Chủ thể"], ["Chủ thể"]]
    (doubtful,) = again.noticed.doubtful
    assert [problem.column for problem in doubtful] == ["SĐT"]
    assert lines[0].cells[-1] == "Chủ thể: Thiếu “Chủ thể”."
    assert "ngoặc kép" in doubtful.cells[-1]
    if ending == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert "'=HYPERLINK(1)" in path.read_text(encoding="utf-8-sig")
        assert "'@x" in path.read_text(encoding="utf-8-sig")


def test_today_is_the_calendars_where_nothing_is_said(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Tên,Chủ thể,Ngày QĐ\nNem,HTX,2099\nGiò,HTX,2024\n", encoding="utf-8")
    future, past = open_sheet(path)
    assert isinstance(future, BadLine)
    assert past.decided == PartialDate(2024)


def test_a_known_id_may_have_a_producer_nobody_knows(read):
    """The id says which product it is; without an id the producer is needed to make one."""
    known, unknown = read(["Mã", "Tên", "Chủ thể"], ["SP1", "Nem", ""], ["", "Nem", ""])
    assert (known.producer, known.id) == (UNKNOWN_PRODUCER, "SP1")
    assert [problem.column for problem in unknown] == ["Chủ thể"]


def test_the_mending_file_says_all_that_is_wrong_with_a_line_in_one_cell(tmp_path):
    problems = (Problem(2, "Điện thoại", "0912", "Không phải số."), Problem(2, "Hạng sao", "x", "Chỉ chọn một."))
    write_problems(tmp_path / "loi.csv", [BadLine(2, problems, ("Nem",))], headings=["Tên sản phẩm"])
    last = (tmp_path / "loi.csv").read_text(encoding="utf-8-sig").splitlines()[-1]
    assert next(csv.reader([last])) == ["Nem", "Điện thoại: Không phải số; Hạng sao: Chỉ chọn một."]
