"""Tables written as files, so that a spreadsheet takes no text in them for a formula or a number."""

import csv
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from catalog.importing.cells import guarded, spelled
from catalog.importing.problems import Cell

_AS_TEXT = "@"


def write_table(path: Path, rows: Iterable[Sequence[Cell]], *, text_columns: Collection[int] = ()) -> int:
    """Write *rows*, the first of which holds the headings, and give their number without it.

    The name's ending chooses: .xlsx, else CSV in UTF-8 with its mark. Rows are written as they come, so that
    a long table needs no room. *text_columns* stay text when someone types into them.
    """
    if path.suffix.lower() == ".xlsx":
        return _write_workbook(path, rows, text_columns=frozenset(text_columns))
    return _write_text(path, rows)


def _write_text(path: Path, rows: Iterable[Sequence[Cell]]) -> int:
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([guarded(spelled(cell), executed=True) for cell in row])
            count += 1
    return count


def _write_workbook(path: Path, rows: Iterable[Sequence[Cell]], *, text_columns: Collection[int]) -> int:
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Danh sách")
    sheet.freeze_panes = "A2"
    count = -1
    for row in rows:
        sheet.append([_safe(sheet, cell, as_text=place in text_columns) for place, cell in enumerate(row)])
        count += 1
    workbook.save(path)
    return count


def _safe(sheet: Any, cell: Cell, *, as_text: bool) -> Any:
    """The cell for openpyxl, which by itself takes "=…" for a formula and "#N/A" for an error."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - only for workbooks
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - only for workbooks

    if not isinstance(cell, str):
        return cell
    text = guarded(ILLEGAL_CHARACTERS_RE.sub("", cell), executed=False)
    if not as_text and not text.startswith(("=", "#")):
        return text
    written = WriteOnlyCell(sheet, value=text)
    written.data_type = "s"
    written.number_format = _AS_TEXT if as_text else written.number_format
    return written
