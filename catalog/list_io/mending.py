"""The refused lines as a list again, to be mended and imported."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from catalog.cells.problems import BadLine, Cell
from catalog.list_io.columns import MENDING, read_heading
from catalog.list_io.writing import write_table

TEXT_FIELDS = ("id", "phones", "gtins")
"""What a spreadsheet would take for numbers, and spoil."""


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
        text_columns={fields[field] for field in TEXT_FIELDS if field in fields},
    )


def _pad(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _problem_text(line: BadLine) -> str:
    told = [f"{problem.column}: {problem.reason}" if problem.column else problem.reason for problem in line]
    return "; ".join([*(each.rstrip(".") for each in told[:-1]), *told[-1:]])
