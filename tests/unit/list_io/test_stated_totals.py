"""What a list says of its own size is compared with the list, and never corrected."""

from pathlib import Path

from openpyxl import Workbook

from catalog.list_io import SumCheck, open_sheet

HEAD = ["STT", "Tên sản phẩm", "Chủ thể", "Sao"]


def wrong(path: Path, **sheets: list[list[object]]) -> list[tuple[str, int, int, int, bool]]:
    book = Workbook()
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    del book["Sheet"]
    book.save(path)
    sheet = open_sheet(path)
    check = SumCheck(sheet.titles)
    several = len(sheet.names) > 1
    for outcome in sheet:
        check.product(sheet.noticed, next((p.sheet for p in getattr(outcome, "problems", ())), "") if several else "")
    found = check.wrong(sheet.noticed)
    return [(each.words, each.line, each.said, each.found, each.parts) for each in found]


def line(number: int, stars: int = 3) -> list[object]:
    return [number, f"Nem {number}", f"HTX {number}", stars]


def test_sums_that_fit_say_nothing(tmp_path: Path) -> None:
    rows = [
        ["DANH SÁCH 5 SẢN PHẨM OCOP"],
        HEAD,
        ["A", "NHÓM THỰC PHẨM (3 sản phẩm)"],
        ["I", "Huyện Yên Thế (2 sản phẩm)"],
        line(1),
        line(2),
        ["II", "Huyện Lục Nam"],
        line(3),
        ["", "Cộng: 3"],
        ["B", "NHÓM ĐỒ UỐNG (2 sản phẩm)"],
        line(4),
        line(5),
        ["", "Tổng cộng: 5 sản phẩm, trong đó 1 sản phẩm đạt 4 sao, 4 sản phẩm đạt 3 sao"],
    ]
    assert wrong(tmp_path / "l.xlsx", Trang=rows) == []


def test_sums_that_do_not_are_told(tmp_path: Path) -> None:
    """The second round of 2021 was published so: 27 products, then 7 and 22."""
    rows = [
        ["Danh sách 27 sản phẩm: 7 sản phẩm đạt 4 sao, 22 sản phẩm đạt 3 sao"],
        HEAD,
        ["I", "NHÓM ĐỒ UỐNG (4 sản phẩm)"],
        line(1),
        line(2),
        line(3),
        ["", "Tổng cộng 9"],
    ]
    title = "Danh sách 27 sản phẩm: 7 sản phẩm đạt 4 sao, 22 sản phẩm đạt 3 sao"
    assert wrong(tmp_path / "l.xlsx", Trang=rows) == [
        (title, 0, 27, 3, False),
        (title, 0, 27, 29, True),
        ("I NHÓM ĐỒ UỐNG (4 sản phẩm)", 3, 4, 3, False),
        ("Tổng cộng 9", 7, 9, 3, False),
    ]


def test_a_total_of_money_is_no_count(tmp_path: Path) -> None:
    rows = [HEAD, line(1), ["", "Tổng cộng 3.500.000"], ["", "Tổng cộng 12 5 7"], ["", "Tổng cộng"]]
    assert wrong(tmp_path / "l.xlsx", Trang=rows) == []
