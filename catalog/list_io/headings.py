"""Finding the line of headings among the first lines of a table, on one level or two."""

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from catalog.cells.problems import TITLE_MARK, Cell, CellRefused
from catalog.list_io.choices import star_count
from catalog.list_io.columns import Heading, field_of, read_heading
from catalog.list_io.legacy import alphabet_of, modern, modern_as
from catalog.text import fold


def find_heading(rows: Sequence[Sequence[Cell]]) -> tuple[int, Heading, str]:
    """How many rows the headings end below the top, the headings, and the alphabet from before Unicode they are in.

    Headings on two levels are taken together, the lower one first, where that knows more than either.
    """
    read = [_modern_row(row) for row in rows]
    single = [(number, read_heading(row), alphabet) for number, (row, alphabet) in enumerate(read, 1)]
    paired = [
        (number + 1, read_heading(_merge_headings(upper, lower)), alphabet)
        for number, ((upper, alphabet), (lower, _)) in enumerate(pairwise(read), 1)
    ]
    tripled = [
        (number + 2, read_heading(_merge_headings(_merge_headings(read[number - 1][0], middle), lower)), alphabet)
        for number, ((middle, alphabet), (lower, _)) in enumerate(pairwise(read[1:]), 1)
        if any(middle) and any(lower)
    ]
    return max([*single, *paired, *tripled], key=lambda found: found[1].weight, default=(0, read_heading([]), ""))


def _modern_row(row: Sequence[Cell]) -> tuple[list[Cell], str]:
    """*row* in Unicode without its titles, and the alphabet from before Unicode that its words are in."""
    alphabet = alphabet_of(cell for cell in row if isinstance(cell, str) and not cell.isascii())
    return [_modern_cell(cell, alphabet) for cell in row], alphabet


def _modern_cell(cell: Cell, alphabet: str) -> Cell:
    if not isinstance(cell, str) or cell.isascii():
        return cell
    if cell.startswith(TITLE_MARK):
        return ""
    try:
        read, found = modern(cell)
    except CellRefused:
        return cell
    return modern_as(cell, alphabet) if alphabet and not found else read


def _merge_headings(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    """Put *lower* over *upper* where every word of *lower* is a heading or one of a choice's values, else nothing."""
    joined: list[Cell] = []
    over = ""
    for high, low in zip_longest(upper, lower, fillvalue=""):
        over = str(high) if high else over
        below = f"{_digit(low)} sao" if _digit(low) and field_of(over) == "stars" else low
        if fold(str(below)) and not _is_known(below) and field_of(f"{below} {over}"):
            below = f"{below} {over}"
        if below and not (_is_known(below) or below == high or _is_value(below, over)):
            return []
        joined.append(below or high)
    return joined


def _is_known(cell: Cell) -> bool:
    return bool(field_of(str(cell)) or star_count(str(cell)))


def _digit(cell: Cell) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
    return text if text in {"1", "2", "3", "4", "5"} else ""


def _is_value(cell: Cell, over: str) -> bool:
    """True for a value under the heading of its own field: a kind of producer, a group."""
    found = read_heading([cell, cell]).choices
    return field_of(over) in found
