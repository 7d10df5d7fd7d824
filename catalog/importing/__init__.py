"""Reading officers' product lists, CSV and Excel, with every line's problems; pure but for opening the file."""

from catalog.importing.columns import HEADINGS, REQUIRED
from catalog.importing.contacts import UNKNOWN_PRODUCER
from catalog.importing.identity import made_id
from catalog.importing.mending import write_problems
from catalog.importing.problems import BadLine, Problem
from catalog.importing.sheet import Sheet, open_sheet

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
