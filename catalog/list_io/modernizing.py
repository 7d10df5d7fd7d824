"""The cells of a line in Unicode, whatever alphabet they were typed in."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from catalog.cells.problems import TITLE_MARK, Cell, CellRefused
from catalog.list_io.legacy import OLD, doubtful, modern, modern_as, sure_alphabet

Refusals = list[tuple[str, CellRefused]]
_NONE: Mapping[int, str] = MappingProxyType({})


def modern_line(
    cells: Sequence[Cell], columns: Mapping[int, str], *, alphabet: str, old_columns: Mapping[int, str] = _NONE
) -> tuple[list[Cell], Refusals, dict[str, int]]:
    """*cells* in Unicode, the fields in *columns* that are torn or mixed, and how many cells were in which alphabet.

    Where the headings are in an old *alphabet*, a cell that could be either is in it too; elsewhere it is refused
    beside one that surely is, and in *old_columns*, most of whose cells are.
    """
    if all(not isinstance(cell, str) or _is_plain(cell) for cell in cells):
        return list(cells), [], {}
    modernized, refusals, found = list(cells), Refusals(), dict[str, int]()
    unsure: list[int] = []
    for column, cell in enumerate(cells):
        if not isinstance(cell, str) or _is_plain(cell):
            continue
        title = cell.startswith(TITLE_MARK)
        try:
            text, name = modern(cell[1:] if title else cell)
        except CellRefused as refused:
            refusals += [(columns[column], refused)] if column in columns else []
            continue
        modernized[column] = TITLE_MARK + text if title else text
        found |= {name: found.get(name, 0) + 1} if name else {}
        unsure += [column] if not name and not title and column in columns and doubtful(text) else []
    beside = alphabet or max(found, key=lambda each: found[each], default="")
    names = {column: beside or old_columns.get(column, "") for column in unsure}
    refusals += _decide(modernized, names, columns, alphabet=alphabet, found=found)
    return modernized, refusals, found


def _decide(
    cells: list[Cell], names: Mapping[int, str], columns: Mapping[int, str], *, alphabet: str, found: dict[str, int]
) -> Refusals:
    """Put right the columns of *cells* that may be in the alphabet in *names*, or refuse them."""
    refusals = Refusals()
    for column, name in names.items():
        text = str(cells[column])
        read = modern_as(text, name)
        if read == text:
            continue
        if alphabet:
            cells[column] = read
            found[name] = found.get(name, 0) + 1
        else:
            reason = f"Không rõ là “{text}” hay “{read}” (bảng mã {name}). Hãy gõ lại bằng Unicode."
            refusals.append((columns[column], CellRefused(reason, english=f"This may be {text!r} or {read!r}.")))
    return refusals


def _is_plain(cell: str) -> bool:
    return cell.isascii() and "?" not in cell and "&" not in cell


def old_columns(rows: Iterable[Sequence[Cell]], columns: Iterable[int]) -> dict[int, str]:
    """The *columns* of *rows* in which more cells surely are in an alphabet from before Unicode than surely are not."""
    count: dict[int, dict[str, int]] = {column: {} for column in columns}
    for row in rows:
        for column, found in count.items():
            cell = row[column] if column < len(row) else ""
            if isinstance(cell, str) and not cell.isascii():
                name = sure_alphabet(cell)
                found[name] = found.get(name, 0) + 1
    likely = {column: max(found, key=lambda name: found[name]) for column, found in count.items() if found}
    return {column: name for column, name in likely.items() if name in OLD}
