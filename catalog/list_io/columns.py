"""The columns of a product list: how officers head them, and where among the first lines the headings stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, zip_longest

from catalog.cells.problems import TITLE_MARK, Cell, CellRefused
from catalog.fields import HEADINGS, REQUIRED, WORDS_OVER
from catalog.list_io.choices import Spread, spread_of, star_count
from catalog.list_io.legacy import alphabet_of, modern, modern_as
from catalog.text import fold

MENDING = "Lỗi"

_SILENT = {"", "stt", "tt", "so tt", "so thu tu", "no", fold(MENDING)}
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DECISION = re.compile(r"\b(?:quyet dinh|qd)\b")
_DECISION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "so quyet dinh qd ngay thang nam thoi gian va cong nhan ky ban hanh cap cua san pham ocop phe duyet ket qua",
    )
)
_DOCUMENTED = {fold(heading): name for name, heading in HEADINGS.items()}


@dataclass(frozen=True, slots=True)
class Heading:
    """The line of headings: where each field stands, and the headings that say nothing to us."""

    fields: Mapping[str, int]
    written: tuple[str, ...]
    unknown: tuple[str, ...]
    choices: Spread = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[int, str]:
        """Which field each column tells of."""
        spread = {column: name for name, columns in self.choices.items() for column in columns}
        return spread | {column: name for name, column in self.fields.items()}

    @property
    def weight(self) -> int:
        """How much of a line of headings it is."""
        return len(self.fields) + 2 * len(self.choices)

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed headings that are not there."""
        return tuple(HEADINGS[field] for field in REQUIRED if field not in self.fields)


def read_heading(cells: Sequence[object]) -> Heading:
    """Recognise the headings in *cells*, with or without marks, stars and asides, in any order."""
    written = tuple(" ".join(str(cell).split()) for cell in cells)
    fields: dict[str, int] = {}
    for known in (_documented_field, field_of):
        for index, heading in enumerate(written):
            found = known(heading)
            if found and index not in fields.values():
                fields.setdefault(found, index)
    choices = spread_of(written, taken=frozenset(fields.values()))
    taken = {*fields.values(), *(column for columns in choices.values() for column in columns)}
    unknown = (text for index, text in enumerate(written) if index not in taken and fold(text) not in _SILENT)
    return Heading(fields, written, tuple(unknown), choices)


def _documented_field(heading: str) -> str | None:
    return _DOCUMENTED.get(fold(heading))


@lru_cache(maxsize=1024)
def field_of(heading: str) -> str | None:
    """Name the field that *heading* stands over, or None; words in brackets are an aside."""
    for folded in (fold(heading), fold(_ASIDE.sub(" ", heading))):
        if field := WORDS_OVER.get(folded) or _of_decision(folded):
            return field
    return None


def _of_decision(folded: str) -> str | None:
    """The field of a heading made of a decision's words alone: "Số QĐ, ngày tháng năm", "Ngày ký QĐ công nhận"."""
    if not _DECISION.search(folded) or set(folded.split()) - _DECISION_WORDS:
        return None
    return "decided" if folded.startswith(("ngay ", "thoi gian ", "nam ")) and " so " not in folded else "decision"


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
        below = _read_below(low, over)
        if below and not (_is_known(below) or below == high or _is_value(below, over)):
            return []
        joined.append(below or high)
    return joined


def _read_below(low: Cell, over: str) -> Cell:
    """The heading *low* as it is meant under *over*: "4" under "Hạng sao", or "Số" under "Quyết định"."""
    below = f"{_digit(low)} sao" if _digit(low) and field_of(over) == "stars" else low
    if fold(str(below)) and not _is_known(below) and field_of(f"{below} {over}"):
        return f"{below} {over}"
    return below


def _is_known(cell: Cell) -> bool:
    return bool(field_of(str(cell)) or star_count(str(cell)))


def _digit(cell: Cell) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
    return text if text in {"1", "2", "3", "4", "5"} else ""


def _is_value(cell: Cell, over: str) -> bool:
    """True for a value under the heading of its own field: a kind of producer, a group."""
    found = read_heading([cell, cell]).choices
    return field_of(over) in found
