"""Product lists written: the template that officers fill in, and the export that reads back as it was."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.cells.problems import Cell
from catalog.cells.vocabulary import GROUPS
from catalog.list_io import HEADINGS, REQUIRED
from catalog.list_io.guide import GUIDE, ISSUERS, KIND_WORDS, OPENING
from catalog.list_io.mending import TEXT_FIELDS
from catalog.list_io.ratings import kind_of
from catalog.list_io.writing import write_table
from catalog.model import ProducerKind, ProductRow

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FIELDS = tuple(HEADINGS)
_LAST_LINE = 2000
_WIDE = {"name", "producer", "address", "traces", "source", "aliases", "buy"}
_DATES = ("decided", "expires", "as_of")
_NEEDED_COLOUR, _PLAIN_COLOUR, _EXAMPLE_COLOUR = "FFFFE08A", "FFE3EDF7", "FF8A8A8A"
# The choices of each column, and whether only these will do.
_CHOICES: dict[str, tuple[Sequence[str | int], bool]] = {
    "group": (GROUPS, False),
    "producer_kind": (tuple(KIND_WORDS.values()), True),
    "stars": ((3, 4, 5), False),
    "potential_five": (("x",), True),
    "issuer": (ISSUERS, False),
}


def write_list(path: Path, rows: Iterable[ProductRow]) -> int:
    """Write *rows* to *path* (.xlsx, else CSV in UTF-8 with its mark) and give their number.

    Reading the file back gives the same rows. Rows are written as they come: a long list needs no room.
    """
    text_columns = {_FIELDS.index(field) for field in (*TEXT_FIELDS, *_DATES)}
    return write_table(path, chain([list(HEADINGS.values())], map(_cells, rows)), text_columns=text_columns)


def _cells(row: ProductRow) -> list[Cell]:
    """The cells of *row*, in the order of the documented headings."""
    known: dict[str, Cell] = {
        "aliases": "; ".join(row.aliases),
        "producer_kind": _kind(row),
        "phones": "; ".join(map(_phone, row.phones)),
        "potential_five": "x" if row.potential_five else "",
        "gtins": "; ".join(row.gtins),
        "traces": _links(row.traces),
        "images": _links(row.images),
        **{field: day.vietnamese_text() for field in _DATES if (day := getattr(row, field))},
    }
    return [known[field] if field in known else _or_blank(getattr(row, field)) for field in _FIELDS]


def _or_blank(value: Cell | None) -> Cell:
    return "" if value is None else value


def _kind(row: ProductRow) -> str:
    """The kind in words; a kind that the producer's name alone would tell otherwise must be said to be unknown."""
    if row.producer_kind is ProducerKind.UNKNOWN and kind_of(row.producer) is ProducerKind.UNKNOWN:
        return ""
    return KIND_WORDS[row.producer_kind]


def _links(links: Sequence[str]) -> str:
    """One link a line; the line break tells that a semicolon belongs to its link."""
    joined = "\n".join(links)
    return f"{joined}\n" if len(links) == 1 and ";" in joined else joined


@lru_cache(maxsize=4096)
def _phone(number: str) -> str:
    """As it is dialled at home, with blanks, so that no spreadsheet takes it for a number."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only for lists with phones

    if not number.startswith("+"):
        return f"{number[:4]} {number[4:]}"
    parsed = phonenumbers.parse(number)
    at_home = parsed.country_code == phonenumbers.country_code_for_region("VN")
    kinds = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, kinds.NATIONAL if at_home else kinds.INTERNATIONAL)


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

    for place, field in enumerate(_FIELDS, 1):
        needed = field in REQUIRED
        cell = sheet.cell(1, place, HEADINGS[field] + ("*" if needed else ""))
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_NEEDED_COLOUR if needed else _PLAIN_COLOUR)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = 32 if field in _WIDE else 18
        column.number_format = "@" if field in TEXT_FIELDS else "dd/mm/yyyy" if field in _DATES else "General"
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"


def _exemplify(sheet: "Worksheet") -> None:
    from openpyxl.styles import Font  # noqa: PLC0415 - only for workbooks

    for place, field in enumerate(_FIELDS, 1):
        cell = sheet.cell(2, place, GUIDE[field].example)
        cell.font = Font(italic=True, color=_EXAMPLE_COLOUR)


def _instruct(sheet: "Worksheet") -> None:
    """Say how to fill in the list, column by column."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - only for workbooks

    sheet.append(["Hướng dẫn điền danh sách sản phẩm OCOP"])
    for sentence in OPENING:
        sheet.append([sentence])
    sheet.append([])
    sheet.append(["Cột", "Bắt buộc", "Cách ghi", "Ví dụ"])
    for place in (1, sheet.max_row):
        for cell in sheet[place]:
            cell.font = Font(bold=True)
    for field, advice in GUIDE.items():
        sheet.append([HEADINGS[field], "x" if field in REQUIRED else "", advice.how, advice.example])
        sheet.cell(sheet.max_row, 3).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCD", (24, 12, 90, 44), strict=True):
        sheet.column_dimensions[letter].width = width


def _offer_choices(workbook: "Workbook", sheet: "Worksheet") -> None:
    """Offer each column's choices from a sheet of their own: a comma within a choice would part it in place."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only for workbooks
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - only for workbooks

    lists = workbook.create_sheet("Danh mục")
    for place, (field, (choices, strictly)) in enumerate(_CHOICES.items(), 1):
        for line, choice in enumerate((HEADINGS[field], *choices), 1):
            lists.cell(line, place, choice)
        source = get_column_letter(place)
        offered = DataValidation(type="list", formula1=f"'Danh mục'!${source}$2:${source}${len(choices) + 1}")
        offered.showErrorMessage = strictly
        offered.error = "Hãy chọn trong danh sách, hoặc bỏ trống."
        column = get_column_letter(_FIELDS.index(field) + 1)
        offered.add(f"{column}2:{column}{_LAST_LINE}")
        sheet.add_data_validation(offered)
