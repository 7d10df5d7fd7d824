"""A cell's words: composed, printable, with single blanks; what stands for nothing, and what for the cell above."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from catalog.cells.problems import Cell, CellRefused
from catalog.model import ProductRow
from catalog.text import fold, plain_letters

_NOTHING = frozenset(
    {
        *("không", "khong", "không có", "khong co", "chưa", "chưa có", "chua co", "chưa cấp", "không rõ", "chưa rõ"),
        *("đang cập nhật", "n/a", "#n/a", "none", "null"),
    }
)
_WORD = re.compile(r"\w")
# A spreadsheet that parts at semicolons takes what stands behind one for a cell, quoted or not.
_INNER_EXECUTED = re.compile(r"([;|\t\r\n][ \"]*)('*[=+\-@])")
_INNER_GUARDED = re.compile(r"([;|\t\r\n][ \"]*)('+[=+\-@])")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_EXECUTED = re.compile(r"'*[=+\-@\t\r]")
_LISTED = re.compile(r"[;\n\r\u2028]")
_LINES = re.compile(r"[\n\r\u2028]")
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
_MAY_NAME = re.compile(r"[\W_]*[ngcx].*\d", re.IGNORECASE | re.DOTALL)
_MAY_SAY = re.compile(r"n\.?t|như trên", re.IGNORECASE)
_LED = re.compile(r"(?:n\.?t\.?|như trên)\s*(?=[(\[,;/–-]).+", re.IGNORECASE)
_ENDED = re.compile(r".+[\s,;(]+n\.?t\.?\)?", re.IGNORECASE)
_AMONG = re.compile(r"(?:^|\s)[-–(]\s*n\.?t\.?\s*[-–)](?:\s|$)|\bnhư trên\b", re.IGNORECASE)
_PLAIN_WORDS = frozenset({"do", "id", "tren", "above", "same"})


def cell_text(cell: Cell) -> str:
    """The cell as text: a whole number without its decimal point, a guard against formulas taken off."""
    if isinstance(cell, str):
        return _unescape_formula(cell) if "'" in cell else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else ""
    return str(int(cell)) if cell == int(cell) else repr(cell)


def _unescape_formula(value: str) -> str:
    inner = _INNER_GUARDED.sub(lambda found: found[1] + found[2][1:], value)
    return inner[1:] if _GUARDED.match(value) else inner


def escape_formula(value: str, *, executed: bool) -> str:
    """Put an apostrophe before what `cell_text` would take off, and if *executed* before what a spreadsheet would run.

    What stands behind a separator within the cell counts too.
    """
    inner = (_INNER_EXECUTED if executed else _INNER_GUARDED).sub(r"\1'\2", value)
    return f"'{inner}" if (_EXECUTED if executed else _GUARDED).match(value) else inner


def tidy(value: str) -> str:
    """Compose *value* (NFC) with plain letters (Đ for Ð), drop what cannot be printed, and put single blanks."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    composed = plain_letters(value)
    if not composed.isprintable():
        composed = "".join(letter for letter in composed if letter.isprintable() or letter.isspace())
    return " ".join(composed.split())


def name(cell: Cell) -> str:
    """The cell as a name: only dashes and dots stand for nothing."""
    return _name(cell_text(cell))


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    value = tidy(text)
    return value if _WORD.search(value) or not all(map(_is_punctuation, value)) else ""


def _is_punctuation(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PZ" or letter in "=+<>|~^`"


def words(cell: Cell) -> str:
    """The cell as tidy words; "không", "chưa có", "n/a", dashes and the like stand for nothing."""
    value = name(cell)
    return "" if value.casefold() in _NOTHING else value


def several(cell: Cell) -> tuple[str, ...]:
    """The values in a cell, separated by semicolons or line breaks, each once."""
    return _each(_LISTED.split(cell_text(cell)))


def several_links(cell: Cell) -> tuple[str, ...]:
    """The same, but where there are line breaks a semicolon belongs to its link."""
    text = cell_text(cell)
    return _each((_LINES if _LINES.search(text) else _LISTED).split(text))


def _each(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(words, parts))))


def name_at_most(length: int, cell: Cell) -> str:
    """The cell as a name; Refused when it is longer than *length* letters."""
    return at_most(length, name(cell))


def words_at_most(length: int, cell: Cell) -> str:
    """The cell as tidy words; Refused when they are longer than *length* letters."""
    return at_most(length, words(cell))


def at_most(length: int, value: str) -> str:
    """Give *value* back; Refused when it is longer than *length* letters."""
    if len(value) > length:
        raise CellRefused(
            f"Dài quá {length} ký tự ({len(value)}). Hãy rút gọn.",
            english=f"Longer than {length} characters ({len(value)}).",
        )
    return value


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


def resolve_ditto(cell: Cell, above: Cell | None) -> Cell:
    """What *cell* says, with *above* for "as above". Refused when nothing stands above, or it names another line."""
    if not isinstance(cell, str) or not cell:
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
    # Folding takes longest of all, and most cells cannot be meant.
    if _MAY_NAME.match(text) and _NAMED.fullmatch(fold(text)):
        return True
    return bool(_MAY_SAY.search(text)) and _says_among_others(text)


def _says_among_others(text: str) -> bool:
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
                filled[column] = resolve_ditto(cells[column], self._cells.get(column))
            except CellRefused as refused:
                filled[column] = ""
                refusals.append((field, refused))
        return filled, refusals

    def remember(self, cells: Sequence[Cell], columns: Mapping[int, str]) -> None:
        """Let these be the cells that the next line's "as above" means."""
        self._cells = {column: cells[column] for column in columns if column < len(cells)}


def write_plain(value: Cell | None, _row: ProductRow) -> Cell:
    """The value itself, nothing for None."""
    return "" if value is None else value


def write_each(values: Sequence[str], _row: ProductRow) -> Cell:
    """The values, separated by semicolons."""
    return "; ".join(values)


def write_mark(value: bool, _row: ProductRow) -> Cell:  # noqa: FBT001 - a value of the row
    """An x for what is so."""
    return "x" if value else ""
