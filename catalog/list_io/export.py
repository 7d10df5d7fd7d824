"""Product lists written: the template that officers fill in, and the catalogue's rows, which read back as they were."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.cells.events import reason_text, source_text
from catalog.cells.problems import Cell
from catalog.field import DAY_FORMAT, TEXT_FORMAT, Home
from catalog.fields import EXAMPLE, FIELDS, HEADINGS, fields_of, make_row
from catalog.list_io.writing import write_table
from catalog.model import Certificate, CertificateEvent, Product, ProductRow, Source

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LAST_LINE = 2000
_NEEDED_COLOUR, _PLAIN_COLOUR, _EXAMPLE_COLOUR = "FFFFE08A", "FFE3EDF7", "FF8A8A8A"
_OPENING = (
    "Mỗi dòng là một giấy chứng nhận của một sản phẩm. Cột có dấu * và màu vàng là bắt buộc.",
    f"Dòng mẫu (mã bắt đầu bằng “{EXAMPLE}”) không được nhập; hãy xóa đi cho gọn.",
    "Không biết thì bỏ trống, đừng đoán. Các cột đổi chỗ được; cột lạ sẽ bị bỏ qua.",
    "Nhập vào hệ thống: hoi-ocop import TỆP.xlsx --dry-run để xem lỗi trước, rồi bỏ --dry-run để nhập thật.",
)
_NO_CERTIFICATE = Certificate()


def write_list(path: Path, rows: Iterable[ProductRow]) -> int:
    """Write *rows* to *path* (.xlsx, else CSV in UTF-8 with its mark) and give their number.

    Reading the file back gives the same rows; a workbook's headings have filters. Rows are written as they come: a long
    list needs no room.
    """
    text_columns = {place for place, field in enumerate(FIELDS) if field.format in {TEXT_FORMAT, DAY_FORMAT}}
    table: Iterable[Sequence[Cell]] = chain([list(HEADINGS.values())], map(_cells, rows))
    return write_table(path, table, text_columns=text_columns, filters=True)


def _cells(row: ProductRow) -> list[Cell]:
    """The cells of *row*, in the order of the documented headings."""
    return [field.write(field.of_row(row), row) for field in FIELDS]


def write_template(path: Path) -> None:
    """Write the Excel template: the documented headings, an example that is not imported, choices, and instructions."""
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Danh sách"
    _head(sheet)
    _exemplify(sheet)
    _instruct(workbook.create_sheet("Hướng dẫn"))
    _offer_choices(workbook, sheet)
    workbook.save(path)


def _head(sheet: "Worksheet") -> None:
    """Set the headings, starred and coloured where needed, over columns of the right kind."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - only for workbooks
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only for workbooks

    for place, field in enumerate(FIELDS, 1):
        cell = sheet.cell(1, place, field.heading + ("*" if field.needed else ""))
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_NEEDED_COLOUR if field.needed else _PLAIN_COLOUR)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = 32 if field.wide else 18
        column.number_format = field.format
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"


def _exemplify(sheet: "Worksheet") -> None:
    from openpyxl.styles import Font  # noqa: PLC0415 - only for workbooks

    for place, field in enumerate(FIELDS, 1):
        cell = sheet.cell(2, place, field.example)
        cell.font = Font(italic=True, color=_EXAMPLE_COLOUR)


def _instruct(sheet: "Worksheet") -> None:
    """Say how to fill in the list, column by column."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - only for workbooks

    sheet.append(["Hướng dẫn điền danh sách sản phẩm OCOP"])
    for sentence in _OPENING:
        sheet.append([sentence])
    sheet.append([])
    sheet.append(["Cột", "Bắt buộc", "Cách ghi", "Ví dụ"])
    for place in (1, sheet.max_row):
        for cell in sheet[place]:
            cell.font = Font(bold=True)
    for field in FIELDS:
        sheet.append([field.heading, "x" if field.needed else "", field.how, field.example])
        sheet.cell(sheet.max_row, 3).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCD", (24, 12, 90, 44), strict=True):
        sheet.column_dimensions[letter].width = width


def _offer_choices(workbook: "Workbook", sheet: "Worksheet") -> None:
    """Offer each column's choices from a sheet of their own: a comma within a choice would part it in place."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only for workbooks
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - only for workbooks

    lists = workbook.create_sheet("Danh mục")
    choosing = [(column, field) for column, field in enumerate(FIELDS, 1) if field.choices]
    for place, (column, field) in enumerate(choosing, 1):
        for line, choice in enumerate((field.heading, *field.choices), 1):
            lists.cell(line, place, choice)
        source = get_column_letter(place)
        offered = DataValidation(type="list", formula1=f"'Danh mục'!${source}$2:${source}${len(field.choices) + 1}")
        offered.showErrorMessage = field.only_choices
        offered.error = "Hãy chọn trong danh sách, hoặc bỏ trống."
        letter = get_column_letter(column)
        offered.add(f"{letter}2:{letter}{_LAST_LINE}")
        sheet.add_data_validation(offered)


def rows_of(product: Product) -> Iterator[ProductRow]:
    """The lines that describe *product*, the oldest certificate first, so that the newest has the last word.

    A product without any certificate is one line. A line names the source of its certificate; without one, the newest
    source of the product's own facts. What was decided about a certificate stands on its line; of several decisions
    each has a line.
    """
    own = newest(product.facts)
    plain = {
        **{field.name: field.of(product) for field in fields_of(Home.PRODUCT)},
        **{field.name: field.of(product.producer) for field in fields_of(Home.PRODUCER)},
    }
    for held in reversed(product.certificates or (_NO_CERTIFICATE,)):
        source = held.source if held.source != Source() else own
        certified = {field.name: field.of(held) for field in fields_of(Home.CERTIFICATE)}
        line = {**plain, **certified, "source": source.name, "as_of": source.as_of}
        yield from (make_row(line | _decided(event, source)) for event in held.events or (None,))


def _decided(event: CertificateEvent | None, of_row: Source) -> dict[str, Any]:
    """What *event* adds to the line of its certificate."""
    if event is None:
        return {}
    told = {field.name: field.of(event) for field in fields_of(Home.EVENT)}
    return told | {"reason": reason_text(event), "act_source": source_text(event, of_row)}


def newest(facts: Mapping[str, Source]) -> Source:
    """The source of *facts* that was recorded last."""
    return max(facts.values(), key=lambda source: str(source.as_of or ""), default=Source())
