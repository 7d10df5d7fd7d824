"""The cells of a line in Unicode, whatever alphabet they were typed in."""

from collections.abc import Mapping, Sequence

from catalog.importing.legacy import doubtful, modern, modern_as
from catalog.importing.problems import TITLE_MARK, Cell, Refused

Refusals = list[tuple[str, Refused]]


def modern_line(
    cells: Sequence[Cell], columns: Mapping[int, str], *, alphabet: str
) -> tuple[list[Cell], Refusals, dict[str, int]]:
    """*cells* in Unicode, the fields in *columns* that are torn or mixed, and how many cells were in which alphabet.

    Where the headings are in an old *alphabet*, a cell that could be either is in it too; elsewhere it is refused
    beside one that surely is.
    """
    if all(not isinstance(cell, str) or cell.isascii() for cell in cells):
        return list(cells), [], {}
    modernized, refusals, found = list(cells), Refusals(), dict[str, int]()
    unsure: list[int] = []
    for column, cell in enumerate(cells):
        if not isinstance(cell, str) or cell.isascii():
            continue
        title = cell.startswith(TITLE_MARK)
        try:
            text, name = modern(cell[1:] if title else cell)
        except Refused as refused:
            refusals += [(columns[column], refused)] if column in columns else []
            continue
        modernized[column] = TITLE_MARK + text if title else text
        found |= {name: found.get(name, 0) + 1} if name else {}
        unsure += [column] if not name and not title and column in columns and doubtful(text) else []
    if unsure and (alphabet or found):
        refusals += _decide(modernized, unsure, columns, alphabet=alphabet, found=found)
    return modernized, refusals, found


def _decide(
    cells: list[Cell], unsure: Sequence[int], columns: Mapping[int, str], *, alphabet: str, found: dict[str, int]
) -> Refusals:
    """Put right the *unsure* columns of *cells*, or refuse them."""
    name = alphabet or max(found, key=lambda each: found[each])
    refusals = Refusals()
    for column in unsure:
        text = str(cells[column])
        read = modern_as(text, name)
        if read == text:
            continue
        if alphabet:
            cells[column] = read
            found[name] = found.get(name, 0) + 1
        else:
            reason = f"Không rõ là “{text}” hay “{read}” (bảng mã {name}). Hãy gõ lại bằng Unicode."
            refusals.append((columns[column], Refused(reason, english=f"This may be {text!r} or {read!r}.")))
    return refusals
