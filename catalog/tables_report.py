"""A report of several tables, written as a workbook with native charts, or as a PDF with its letters inside."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from catalog.label.typeface import BOLD, REGULAR, legible

if TYPE_CHECKING:
    from fpdf import FPDF
    from openpyxl.worksheet.worksheet import Worksheet

ReportCell = str | int | float
_FONT = "BeVietnamPro"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_WIDEST, _NARROWEST = 60, 15
_GROUPED_FROM = 10_000
_ROOM_FOR_A_TABLE = 45.0
"""How much of a page (mm) a table needs to begin on it: its title, its heading and a few rows."""

_HEADING = "FFE3EDF7"


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table. *charted* is how many of its columns behind the first are drawn as bars, 0 for none."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[ReportCell]]
    charted: int = 0


@dataclass(frozen=True, slots=True)
class TablesReport:
    """What is reported: a title, sentences about what is counted and from where, and tables; *day* is as of when."""

    title: str
    said: Sequence[str]
    tables: Sequence[ReportTable]
    day: date


def write_workbook(report: TablesReport) -> bytes:
    """*report* as .xlsx: a sheet for each table, with filters and charts that Excel draws itself."""
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks

    workbook = Workbook()
    workbook.properties.title = report.title
    first = workbook.worksheets[0]
    first.title = _sheet_title("OCOP", [])
    for at, words in enumerate((report.title, *report.said), start=1):
        _write_cell(first, at, 1, words, bold=at == 1)
    first.column_dimensions["A"].width = 100
    for table in report.tables:
        sheet = workbook.create_sheet(_sheet_title(table.title, workbook.sheetnames))
        _fill_sheet(sheet, table)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _sheet_title(title: str, taken: Sequence[str]) -> str:
    """*title* as Excel lets a sheet be called, unlike those *taken*."""
    plain = " ".join(_NO_TITLE.sub(" ", title).split())[:_LONGEST_TITLE]
    return plain if plain not in taken else f"{plain[: _LONGEST_TITLE - 3]} {len(taken)}"


def _fill_sheet(sheet: "Worksheet", table: ReportTable) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only for workbooks

    for at, row in enumerate((table.headings, *table.rows), start=1):
        for column, cell in enumerate(row, start=1):
            _write_cell(sheet, at, column, cell, bold=at == 1)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.headings))}{len(table.rows) + 1}"
    for column, cells in enumerate(zip(table.headings, *table.rows, strict=True), start=1):
        width = max(len(str(cell)) for cell in cells)
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, width + 3)
    if table.charted and table.rows:
        _draw_chart(sheet, table)


def _write_cell(sheet: "Worksheet", row: int, column: int, value: ReportCell, *, bold: bool) -> None:
    """A text stays a text, whatever it begins with."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - only for workbooks

    cell = sheet.cell(row, column)
    cell.value = _ILLEGAL.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=len(value) > _WIDEST)
    if bold:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEADING)


def _draw_chart(sheet: "Worksheet", table: ReportTable) -> None:
    from openpyxl.chart import BarChart, Reference  # noqa: PLC0415 - only for workbooks

    last = len(table.rows) + 1
    chart = BarChart()
    chart.type, chart.title = "bar", table.title
    chart.height, chart.width = max(8, len(table.rows) * 0.7), 20
    chart.add_data(
        Reference(sheet, min_col=2, max_col=1 + table.charted, min_row=1, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    if table.charted > 1:
        chart.grouping, chart.overlap = "stacked", 100
    sheet.add_chart(chart, f"{chr(ord('A') + len(table.headings) + 1)}2")


def draw_pdf(report: TablesReport) -> bytes:
    """*report* as A4 pages across. The same report makes the same file."""
    page = _begin(report)
    page.set_font(_FONT, style="B", size=16)
    page.multi_cell(0, 8, legible(report.title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FONT, size=10)
    for words in report.said:
        page.multi_cell(0, 5, legible(words), new_x="LMARGIN", new_y="NEXT")
    for table in report.tables:
        _draw_table(page, table)
    return bytes(page.output())


def _begin(report: TablesReport) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - only where a PDF is drawn

    page = FPDF(unit="mm", format="A4", orientation="landscape")
    page.set_margins(15, 15, 15)
    page.set_auto_page_break(True, margin=15)
    page.set_title(legible(report.title))
    page.set_creation_date(datetime(report.day.year, report.day.month, report.day.day, tzinfo=UTC))
    page.add_font(_FONT, fname=REGULAR)
    page.add_font(_FONT, style="B", fname=BOLD)
    page.add_page()
    return page


def _draw_table(page: "FPDF", table: ReportTable) -> None:
    page.ln(5)
    if page.y > page.h - _ROOM_FOR_A_TABLE:
        page.add_page()
    page.set_font(_FONT, style="B", size=12)
    page.multi_cell(0, 7, legible(table.title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FONT, size=8.5)
    columns = list(zip(table.headings, *table.rows, strict=True))
    widths = [min(_WIDEST, max(_NARROWEST, *(len(_format_cell(cell)) for cell in column))) for column in columns]
    aligned = ["RIGHT" if _is_number(column[1:]) else "LEFT" for column in columns]
    with page.table(col_widths=widths, text_align=aligned, line_height=4.6, padding=0.6) as drawn:
        for row in (table.headings, *table.rows):
            drawn.row([legible(_format_cell(cell)) for cell in row])


def _format_cell(cell: ReportCell) -> str:
    if isinstance(cell, float):
        return f"{cell:g}"
    # A year has four digits and no point.
    return f"{cell:,}".replace(",", ".") if isinstance(cell, int) and abs(cell) >= _GROUPED_FROM else str(cell)


def _is_number(cells: Sequence[ReportCell]) -> bool:
    """Whether a column has numbers only, or "–" where there is none."""
    said = [cell for cell in cells if cell != "–"]
    return bool(said) and not any(isinstance(cell, str) for cell in said)
