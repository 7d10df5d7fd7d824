"""A report as a workbook and as a PDF: the same words, numbers as numbers, texts as texts, charts that Excel draws."""

import io
import re
from datetime import date

from openpyxl import load_workbook

from catalog.tables_report import ReportTable, TablesReport, draw_pdf, write_workbook

COUNTS = ReportTable("Theo xã", ("Xã", "3★", "4★"), [("Xã Nhân Thắng", 2, 1), ("=HYPERLINK(1)", 0, 3)], charted=2)
LONG = ReportTable("Theo xã", ("Nguồn", "Tỷ lệ"), [("https://example.vn/" + "a" * 90, 33.3), ("a\x07b", 0)])
EMPTY = ReportTable("Đợt [1]: 2/2026 và một cái tên rất dài", ("Đợt",), [])
REPORT = TablesReport("Báo cáo OCOP 2026", ("Đếm ngày 27/11/2026.",), (COUNTS, LONG, EMPTY), date(2026, 11, 27))


def test_a_workbook_has_a_sheet_for_each_table() -> None:
    workbook = load_workbook(io.BytesIO(write_workbook(REPORT)))
    assert workbook.sheetnames == ["OCOP", "Theo xã", "Theo xã 2", "Đợt 1 2 2026 và một cái tên rất"]
    assert [cell.value for cell in workbook["OCOP"]["A"]] == ["Báo cáo OCOP 2026", "Đếm ngày 27/11/2026."]
    sheet = workbook["Theo xã"]
    assert [[cell.value for cell in row] for row in sheet.rows] == [list(COUNTS.headings), *map(list, COUNTS.rows)]
    assert sheet["A3"].data_type == "s", "a text that looks like a formula stays a text"
    assert sheet["B2"].data_type == "n"
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:C3", "A2")
    assert len(sheet._charts) == 1
    assert not workbook["Theo xã 2"]._charts
    assert workbook["Theo xã 2"]["A3"].value == "ab"


def test_a_pdf_has_its_letters_and_is_the_same_each_time() -> None:
    drawn = draw_pdf(REPORT)
    assert drawn.startswith(b"%PDF-")
    assert drawn == draw_pdf(REPORT)
    assert drawn.count(b"/FontFile2") == 2
    assert re.search(rb"/MediaBox \[0 0 841\.89 595\.28\]", drawn)
