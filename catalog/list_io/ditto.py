"""Marks that say "as above": nt, -nt-, ", 〃, như trên."""

import re
from collections.abc import Mapping, Sequence

from catalog.cells.problems import Cell, CellRefused
from catalog.text import fold, plain_letters

_BESIDE = r"[\s\-–—_.…=~*()\[\]]*+"
_SIGNS = re.compile(
    rf"(?:{_BESIDE}(?:[\"”“„‟″‶ʺ˝〃〝〞〟״＂❞❝«»]++|''++|’’++|‘‘++|,,++|//++|\\\\++|´´++|``++|\^++|↑++|⇑++|(?<=\")/(?=\")))++"
    rf"{_BESIDE}"
)
_WORDS = re.compile(
    r"n ?t(?: n ?t)*|nhu t|nhu (?:(?:o|muc|dong|hang|cot|ben|phia|phan|san pham|sp|chu the|so"
    r"|o dong|o hang|cac muc) )?tren(?: day| da neu)?(?: n ?t)?"
    r"|(?:da|nhu da) neu (?:o )?tren"
    r"|(?:cung |giong |y |tuong tu )(?:nhu )?tren|tuong tu|tren|ditto|do|idem|id|same|same as above|as above|above"
)
_NAMED = re.compile(r"(?:nhu|giong|cung|xem) (?:o )?(?:(?:stt|tt|so|muc|dong|hang|sp|san pham) )?\d+")
_LED = re.compile(r"(?:n\.?t\.?|như trên)\s*(?=[(\[,;/–-]).+", re.IGNORECASE)
_ENDED = re.compile(r".+[\s,;(]+n\.?t\.?\)?", re.IGNORECASE)
_AMONG = re.compile(r"(?:^|\s)[-–(]\s*n\.?t\.?\s*[-–)](?:\s|$)|\bnhư trên\b", re.IGNORECASE)
_PLAIN_WORDS = frozenset({"do", "id", "tren", "above", "same"})


def is_ditto(text: str) -> bool:
    """True when the whole of *text* says "as above"."""
    if len(text) > 40:
        return False
    if _SIGNS.fullmatch(text):
        return True
    folded = fold(text)
    if folded in _PLAIN_WORDS:
        return text.strip(" -–.()").casefold() in {"do", "id", "trên", "above", "same"}
    return bool(_WORDS.fullmatch(folded))


def resolve(cell: Cell, above: Cell | None) -> Cell:
    """What *cell* says, with *above* for "as above". Refused when nothing stands above, or it names another line."""
    if not isinstance(cell, str):
        return cell
    if is_ditto(cell):
        if above is None or (isinstance(above, str) and not above.strip()):
            raise CellRefused(
                "Ghi “như trên” nhưng ô phía trên để trống. Hãy ghi rõ.",
                english="It says “as above”, and the cell above is blank.",
            )
        return above
    if _is_mixed(plain_letters(cell)):
        raise CellRefused(
            "Ghi “như trên” lẫn với chữ khác, không rõ lấy giá trị nào. Hãy ghi rõ.",
            english="It says “as above” among other words; write it out.",
        )
    return cell


def _is_mixed(text: str) -> bool:
    """True where "as above" stands among other words, or names another line."""
    if _NAMED.fullmatch(fold(text)):
        return True
    return any(form.fullmatch(text.strip()) for form in (_LED, _ENDED)) or bool(_AMONG.search(text))


class Above:
    """The cells of the nearest product line above, by column."""

    def __init__(self) -> None:
        self._cells: dict[int, Cell] = {}

    def fill(
        self, cells: Sequence[Cell], columns: Mapping[int, str]
    ) -> tuple[list[Cell], list[tuple[str, CellRefused]]]:
        """*cells* with every "as above" in *columns* resolved, and the fields where it could not be."""
        filled, refusals = list(cells), []
        for column, field in columns.items():
            if column >= len(cells):
                continue
            try:
                filled[column] = resolve(cells[column], self._cells.get(column))
            except CellRefused as refused:
                filled[column] = ""
                refusals.append((field, refused))
        return filled, refusals

    def remember(self, cells: Sequence[Cell], columns: Mapping[int, str]) -> None:
        """Let these be the cells that the next line's "as above" means."""
        self._cells = {column: cells[column] for column in columns if column < len(cells)}
