"""What an import tells an officer, tried with a sheet as they come."""

from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.acceptance.command import Command

MESSY = [
    ["DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN NĂM 2024"],
    [
        "TT",
        "Tên sản phẩm",
        "Chủ thể",
        "Xã/phường",
        "Điện thoại",
        "Phân hạng",
        None,
        "Số quyết định",
        "Mã truy xuất",
        "Màu",
    ],
    [None, None, None, None, None, "3 sao", "4 sao"],
    ["I", "NHÓM THỰC PHẨM"],
    [1, "Nem bùi", "HTX Thử", "xã Ninh Xá", "0912345678; 12", "x", None, "12/QĐ-UBND ngày 03/4/2024", "TX1"],
    [2, "Giò lụa", "-nt-", "nt", '"', None, "x", '"', "TX1"],
    [3, "B¸nh phu thª", "HTX Th¸i B×nh", "xã Không Đâu", None, "x"],
    [4, "Rượu nếp", "HTX Thử", None, None, "x", "x"],
    [None, "Tổng cộng", None, None, None, 3, 2],
    [None, "Người lập biểu", None, None, None, "TM. UBND"],
]


def messy(folder: Path) -> Path:
    book = Workbook()
    book.worksheets[0].title = "2024"
    for row in MESSY:
        book.worksheets[0].append(row)
    other = book.create_sheet("Dự kiến")
    other.append(["Tên sản phẩm", "Chủ thể"])
    other.append(["Kẹo", "HTX"])
    book.save(folder / "messy.xlsx")
    return folder / "messy.xlsx"


def test_a_messy_sheet_is_told_in_vietnamese(command: Command) -> None:
    mend = command.folder / "mend.xlsx"
    said = command.here("import", messy(command.folder), "--bad-rows", mend)
    assert said.status == 1
    assert said.out.startswith(
        "Thêm 3 sản phẩm, cập nhật 0, giữ nguyên 0; thêm 3 giấy chứng nhận, cập nhật 0; 1 dòng lỗi, 2 "
    )
    for sentence in (
        "“Màu” không có trong mẫu",
        "“Dự kiến” cũng có bảng sản phẩm nhưng CHƯA được đọc",
        "✕ dòng 8, cột Hạng sao: “x”: Đánh dấu cả “3” và “4”",
        "Lưu ý (vẫn nhập, chỉ bỏ phần này): dòng 5, cột Điện thoại",
        "Bỏ qua 3 dòng không phải sản phẩm (tên nhóm, tổng cộng, chữ ký): 4, 9, 10.",
        "3 sản phẩm lấy nhóm theo tên nhóm ở phía trên.",
        "2 ô gõ bằng TCVN3 (ABC)",
        "tìm được theo nơi: xã Không Đâu.",
        "mã TX1 ghi ở nhiều sản phẩm: Nem bùi; Giò lụa.",
        "ô cần sửa được tô màu",
    ):
        assert sentence in said.err
    assert load_workbook(mend).worksheets[0].max_row == 4


def test_english_by_option(command: Command) -> None:
    said = command.here("import", messy(command.folder), "--dry-run", "--lang", "en")
    assert said.out.startswith("Would be: 3 products added")
    assert "More than one of these columns is marked." in said.err


def test_no_value_commands_the_terminal(command: Command) -> None:
    file = command.folder / "list.csv"
    file.write_text("Tên,Chủ thể,Hạng\nNem,HTX,9\x1b]0;x\x07\u202e\x9b1m\nGiò\x9b2J,HTX,3\n", encoding="utf-8")
    for words in (("import", file), ("import", file, "--json"), ("ask", "\x1b[2J\x9b"), ("ask", "\x9b", "--json")):
        said = command.here(*words)
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & {*said.out, *said.err}


def test_a_list_with_a_thousand_strange_columns_is_told_in_a_few_lines(command: Command) -> None:
    """The same heading is named once, and of many only the first."""
    strange = "".join(f",Cột lạ {number}" for number in range(1000)) + ",Cột lạ 1"
    (command.folder / "wide.csv").write_text(f"Tên sản phẩm,Chủ thể{strange}\nNem,HTX Một\n", encoding="utf-8")
    said = command.here("import", command.folder / "wide.csv")
    assert said.status == 0
    assert said.err.count("không có trong mẫu") == 12
    assert "Còn 988 cột nữa được bỏ qua." in said.err


def test_a_price_is_as_of_the_day_that_the_import_names(command: Command) -> None:
    file, back = command.folder / "prices.csv", command.folder / "back.csv"
    file.write_text("Tên sản phẩm,Chủ thể,Giá bán,Mùa vụ\nVải thiều,HTX Thử,60k/kg,6-7\n", encoding="utf-8")
    assert command.here("import", file, "--as-of", "hôm qua").status == 2
    assert command.here("import", file, "--as-of", "20/6/2026").status == 0
    command.here("export", back)
    written = back.read_text(encoding="utf-8-sig")
    assert "60.000 đ/kg (tính đến 20/06/2026)" in written
    assert "tháng 6-7" in written
