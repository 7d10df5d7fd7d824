"""Reading officers' product lists, CSV and Excel, with every line's problems; pure but for opening the file."""

from catalog.cells.contacts import UNKNOWN_PRODUCER
from catalog.cells.problems import BadLine, Problem
from catalog.fields import HEADINGS, REQUIRED
from catalog.list_io.sheet import PackedProducts, Sheet, open_sheet
from catalog.list_io.stated_totals import SumCheck, WrongSum
from catalog.list_io.writing import write_problems
from catalog.model import made_id

__all__ = [
    "HEADINGS",
    "REQUIRED",
    "UNKNOWN_PRODUCER",
    "BadLine",
    "PackedProducts",
    "Problem",
    "Sheet",
    "SumCheck",
    "WrongSum",
    "made_id",
    "open_sheet",
    "write_problems",
]
