"""Reading officers' product lists, CSV and Excel, with every line's problems; pure but for opening the file."""

from catalog.cells.contacts import UNKNOWN_PRODUCER
from catalog.cells.problems import BadLine, Problem
from catalog.list_io.columns import HEADINGS, REQUIRED
from catalog.list_io.identity import made_id
from catalog.list_io.mending import write_problems
from catalog.list_io.sheet import Sheet, open_sheet

__all__ = [
    "HEADINGS",
    "REQUIRED",
    "UNKNOWN_PRODUCER",
    "BadLine",
    "Problem",
    "Sheet",
    "made_id",
    "open_sheet",
    "write_problems",
]
