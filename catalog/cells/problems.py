"""What is wrong with a line of a list, said so that an officer can mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Cell = str | float | bool
_SHOWN = 80
TITLE_MARK = "\u2063"
"""Set by the reader of workbooks before the title in a block of merged cells; it is no part of the words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken: where it stands, what it holds, and why, in Vietnamese and in English."""

    line: int
    column: str
    value: str
    reason: str
    reason_en: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was refused, with its problems (iterating gives them) and its original cells for mending."""

    line: int
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...]
    columns: tuple[int, ...] = ()
    """The column of each problem, -1 where it stands in none."""

    def __iter__(self) -> Iterator[Problem]:
        """Give each problem, from the leftmost column on."""
        return iter(self.problems)

    def __len__(self) -> int:
        """Count the problems."""
        return len(self.problems)


class CellRefused(ValueError):
    """A value that cannot be taken; *reason* says why in Vietnamese, *reason_en* in English, *kept* what holds."""

    def __init__(self, reason: str, *, english: str, kept: Any = None) -> None:
        super().__init__(reason)
        self.kept = kept
        self.reason = reason
        self.reason_en = english

    def at(self, line: int, *, column: str, value: str) -> Problem:
        """Say where it stands; a long *value* is cut."""
        shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        return Problem(line, column, shown, self.reason, self.reason_en)
