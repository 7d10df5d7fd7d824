"""Tables written as files, so that a spreadsheet takes no text for a formula or a number; the refused lines are one."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from catalog.cells.content import cell_text, escape_formula
from catalog.cells.problems import BadLine, Cell
from catalog.field import TEXT_FORMAT
from catalog.fields import FIELDS
from catalog.list_io.columns import MENDING, read_heading

_TO_MEND = "FFFFE08A"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML may hold."""


def write_table(
    path: Path,
    rows: Iterable[Sequence[Cell]],
    *,
    text_columns: Collection[int] = (),
    coloured: Iterable[Collection[int]] = (),
    filters: bool = False,
) -> int:
    """Write *rows*, the first of which holds the headings, and give their number without it.

    The name's ending chooses: .xlsx, else CSV in UTF-8 with its mark. Rows are written as they come, so that
    a long table needs no room. *text_columns* stay text when someone types into them; *coloured* names, for each row
    below the headings, the columns that a workbook shows coloured. With *filters* its headings have them.
    """
    if path.suffix.lower() == ".xlsx":
        return _write_workbook(path, rows, text_columns=frozenset(text_columns), coloured=coloured, filters=filters)
    return _write_text(path, rows)


def _write_text(path: Path, rows: Iterable[Sequence[Cell]]) -> int:
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in rows:
            writer.writerow([escape_formula(cell_text(cell), executed=True) for cell in row])
            count += 1
    return count


def _write_workbook(
    path: Path,
    rows: Iterable[Sequence[Cell]],
    *,
    text_columns: Collection[int],
    coloured: Iterable[Collection[int]],
    filters: bool,
) -> int:
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - only for workbooks
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only for workbooks

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Danh sách")
    sheet.freeze_panes = "A2"
    blank = partial(WriteOnlyCell, sheet)
    count, width = -1, 1
    try:
        for row, columns in zip(rows, chain([()], coloured, repeat(())), strict=False):
            cells = [_safe(cell, as_text=place in text_columns, blank=blank) for place, cell in enumerate(row)]
            sheet.append([_colour(cell, blank) if place in columns else cell for place, cell in enumerate(cells)])
            count, width = count + 1, max(width, len(row))
        if filters:
            sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{count + 1}"
        workbook.save(path)
    finally:
        if not sheet.closed:
            sheet.close()  # an open one raises when it is collected
    return count


def _colour(cell: Any, blank: Callable[[], Any]) -> Any:
    """The same cell for openpyxl, over yellow."""
    from openpyxl.styles import PatternFill  # noqa: PLC0415 - only for workbooks

    if not hasattr(cell, "fill"):
        value, cell = cell, blank()
        cell.value = value
    cell.fill = PatternFill("solid", fgColor=_TO_MEND)
    return cell


def _safe(cell: Cell, *, as_text: bool, blank: Callable[[], Any]) -> Any:
    """The cell for openpyxl, which by itself takes "=…" for a formula and "#N/A" for an error."""
    if not isinstance(cell, str):
        return cell
    if not cell:
        return None
    text = escape_formula(_ILLEGAL.sub("", cell), executed=False)
    if not as_text and not text.startswith(("=", "#")):
        return text
    written = blank()
    written.value = text
    written.data_type = "s"
    if as_text:
        written.number_format = TEXT_FORMAT
    return written


def write_problems(path: Path, bad: Iterable[BadLine], *, headings: Sequence[str]) -> int:
    """Write each bad line's own cells under *headings*, with a last column "Lỗi" that says what to mend.

    In a workbook the cells to mend are coloured.

    The name's ending chooses: .xlsx, else CSV in UTF-8 with its mark. Gives the number of lines.
    """
    fields = read_heading(headings).fields
    bad = list(bad)
    lines = ([*_pad(line.cells, len(headings)), _problem_text(line)] for line in bad)
    return write_table(
        path,
        chain([[*headings, MENDING]], lines),
        coloured=(line.columns for line in bad),
        text_columns={fields[field.name] for field in FIELDS if field.name in fields and field.format == TEXT_FORMAT},
    )


def _pad(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _problem_text(line: BadLine) -> str:
    told = [f"{problem.column}: {problem.reason}" if problem.column else problem.reason for problem in line]
    return "; ".join([*(each.rstrip(".") for each in told[:-1]), *told[-1:]])
