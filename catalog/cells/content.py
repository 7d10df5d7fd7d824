"""A cell's words: composed, printable, with single blanks; what stands for nothing becomes nothing."""

import re
import unicodedata
from functools import lru_cache

from catalog.cells.problems import Cell, CellRefused
from catalog.text import plain_letters

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
    """Put an apostrophe before what `spelled` would unguard, and if *executed* before what a spreadsheet would run.

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
    """The values in a cell, parted by semicolons or line breaks, each once."""
    return _each(_LISTED.split(cell_text(cell)))


def several_links(cell: Cell) -> tuple[str, ...]:
    """The same, but where there are line breaks a semicolon belongs to its link."""
    text = cell_text(cell)
    return _each((_LINES if _LINES.search(text) else _LISTED).split(text))


def _each(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(words, parts))))


def at_most(length: int, value: str) -> str:
    """Give *value* back; Refused when it is longer than *length* letters."""
    if len(value) > length:
        raise CellRefused(
            f"Dài quá {length} ký tự ({len(value)}). Hãy rút gọn.",
            english=f"Longer than {length} characters ({len(value)}).",
        )
    return value
