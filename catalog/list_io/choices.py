"""A choice spread over columns, one for each value, of which a line marks one: "3 sao | 4 sao | 5 sao"."""

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog.cells.content import cell_text, tidy
from catalog.cells.problems import Cell, CellRefused
from catalog.cells.vocabulary import GROUP_WORDS, KIND_HEADINGS
from catalog.text import fold

Spread = Mapping[str, Mapping[int, str]]
"""Field → column → the value that a mark in that column chooses."""

_STARS = re.compile(
    r"(?:(?:san pham|sp|so|dat|hang|phan|xep|loai|cap|ocop|muc|cong nhan|ket qua|duoc) )*"
    r"(?:0?([1-5])|(mot|hai|ba|bon|nam)) ?(?:ngoi sao|sao|star|stars)(?: ocop)?"
)
_RANK = re.compile(
    r"(?:(?:dat|phan|xep|ocop|san pham|sp|ket qua) )*(?:hang sao|hang|sao) (?:0?([1-5])|(mot|hai|ba|bon|nam))"
)
_DRAWN = re.compile(r"\s*(?:([1-5])\s*[*★⭐☆]\ufe0f?|([*★⭐]\ufe0f?){1,5})\s*")
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_MARKS = frozenset(
    [
        *"x×✕✖╳х✓✔☑☒√v+*★⭐●•■1yüþ",
        "true",
        "có",
        "co",
        "đạt",
        "yes",
        "xx",
        "ok",
        "đã đạt",
        "✅",
        "🗸",
        "🗹",
        "⚫",
        "⬤",
        "◉",
        "◆",
        "✗",
        "✘",
        "❌",
        "01",
    ]
)
_NO_MARKS = frozenset({"", "0", "-", "–", "—", ".", "không", "khong", "ko", "k", "false", "no", "n", "☐", "□"})
_LEAST_COLUMNS = 2


def star_count(heading: str) -> int | None:
    """The stars that *heading* alone stands for: "3 sao", "Hạng 4 sao", "★★★", "5*"."""
    text = re.sub(r"(?<=\d)(?=sao)", " ", " ".join(heading.split()), flags=re.IGNORECASE)
    folded = fold(text)
    if found := _STARS.fullmatch(folded) or _RANK.fullmatch(folded):
        return int(found[1]) if found[1] else _NUMBERS[found[2]]
    if drawn := _DRAWN.fullmatch(text):
        count = int(drawn[1]) if drawn[1] else sum(letter in "*★⭐" for letter in text)
        return count if 1 <= count <= 5 else None
    return None


def spread_of(headings: Sequence[str], *, taken: frozenset[int]) -> dict[str, dict[int, str]]:
    """The choices that *headings* spread over columns other than those *taken*."""
    free = [(column, heading) for column, heading in enumerate(headings) if column not in taken and heading]
    found: dict[str, dict[int, str]] = {
        "stars": {column: str(count) for column, heading in free if (count := star_count(heading))},
        "producer_kind": {column: said for column, heading in free if (said := KIND_HEADINGS.get(fold(heading)))},
        "group": {column: said for column, heading in free if (said := GROUP_WORDS.get(fold(heading)))},
    }
    return {
        field: columns
        for field, columns in found.items()
        if len(columns) >= (1 if field == "stars" else _LEAST_COLUMNS)
    }


def chosen(cells: Sequence[Cell], columns: Mapping[int, str]) -> str:
    """The one value that *cells* mark, "" when none is. Refused for two marks, or what is no mark."""
    marked = list(_marked_values(cells, columns))
    if len(marked) > 1:
        raise CellRefused(
            f"Đánh dấu cả {' và '.join(f'“{value}”' for value in marked)}. Chỉ được chọn một.",
            english="More than one of these columns is marked.",
        )
    return marked[0] if marked else ""


def _marked_values(cells: Sequence[Cell], columns: Mapping[int, str]) -> Iterator[str]:
    for column, value in columns.items():
        text = _bare_mark(tidy(cell_text(cells[column])).casefold()) if column < len(cells) else ""
        if text in _NO_MARKS:
            continue
        if text not in _MARKS and text != value.casefold() and str(star_count(text)) != value:
            raise CellRefused(
                f"Không hiểu dấu “{text}” ở cột “{value}”. Hãy ghi “x” vào một cột.",
                english=f"Not a mark: {text!r}; put an x into one of these columns.",
            )
        yield value


def _bare_mark(text: str) -> str:
    """The mark within brackets: "[x]", "(x)"."""
    return text[1:-1].strip() if text[:1] + text[-1:] in {"[]", "()"} else text
