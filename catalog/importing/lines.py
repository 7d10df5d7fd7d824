"""One line of a list → a ProductRow, or everything that is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from rapidfuzz import fuzz

from catalog.importing import contacts, ratings
from catalog.importing.cells import at_most, name, spelled, words
from catalog.importing.checks import contradictions
from catalog.importing.columns import HEADINGS, REQUIRED, Heading
from catalog.importing.problems import BadLine, Cell, Problem, Refused
from catalog.model import ProductRow
from catalog.text import fold

EXAMPLE = "VÍ DỤ"
_EXAMPLE_BEGINS = ("V", "v")
_ALIKE = 60.0
_COUNTED = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")


def _named(length: int, cell: Cell) -> str:
    return at_most(length, name(cell))


def _worded(length: int, cell: Cell) -> str:
    return at_most(length, words(cell))


_READERS: Mapping[str, Callable[[Cell], Any]] = {
    "id": ratings.product_id,
    "name": partial(_named, 300),
    "aliases": contacts.aliases,
    "group": partial(_worded, 200),
    "producer": contacts.producer,
    "producer_kind": ratings.kind,
    "address": partial(_worded, 300),
    "commune": partial(_worded, 200),
    "phones": contacts.phones,
    "email": contacts.email,
    "website": contacts.website,
    "buy": contacts.buy,
    "stars": ratings.stars,
    "score": ratings.score,
    "potential_five": ratings.potential_five,
    "decision": ratings.decision,
    "decided": ratings.day,
    "issuer": partial(_worded, 200),
    "certificate": partial(_worded, 100),
    "expires": ratings.day,
    "gtins": contacts.gtins,
    "traces": contacts.traces,
    "images": contacts.images,
    "source": partial(_worded, 500),
    "as_of": ratings.day,
}


class LineReader:
    """Reads the lines of one list in their order, remembering which id went to which name."""

    def __init__(self, heading: Heading, *, today: date) -> None:
        """Read the columns of *heading*; dates are checked against *today*."""
        self._heading = heading
        self._today = today
        self._names: dict[str, tuple[int, str]] = {}
        self._begun = False

    def __call__(self, cells: Sequence[Cell], *, line: int) -> ProductRow | BadLine | None:
        """Read one line; None when it is blank, repeats the headings or is the template's example."""
        fields = self._heading.fields.items()
        given = {field: cells[index] for field, index in fields if index < len(cells) and not _blank(cells[index])}
        if not given or self._is_aside(given, cells):
            return None
        self._begun = True
        problems = list(self._too_wide(cells, line))
        values, refusals = _values(given)
        if values.get("id") and "producer" not in given:
            # The id alone says which product it is: who makes it is unknown, and is shown as unknown.
            values["producer"] = contacts.UNKNOWN_PRODUCER
        row = ProductRow(**{"name": "", "producer": "", **values, "line": line})
        refusals += [*_missing(row, refusals), *contradictions(row, today=self._today), *self._renamed(row)]
        refusals.sort(key=lambda refusal: self._heading.fields.get(refusal[0], len(cells)))
        problems += [
            refused.at(line, column=self._column(field), value=_shown(given, field)) for field, refused in refusals
        ]
        return BadLine(line, tuple(problems), tuple(cells)) if problems else row

    def _is_aside(self, given: Mapping[str, Cell], cells: Sequence[Cell]) -> bool:
        """True for the template's example, for headings said again, and for numbers set under the headings."""
        if str(given.get("id", ""))[:1] in _EXAMPLE_BEGINS and fold(str(given["id"])).startswith(fold(EXAMPLE)):
            return True
        if all(" ".join(str(given.get(field, "")).split()) == self._column(field) for field in REQUIRED):
            return True
        if self._begun or len(given) == 1:
            return False
        return all(_COUNTED.fullmatch(spelled(cell).strip()) for cell in cells if not _blank(cell))

    def _too_wide(self, cells: Sequence[Cell], line: int) -> Iterator[Problem]:
        """A delimited line with more cells than headings has probably been parted inside a cell."""
        beyond = [spelled(cell).strip() for cell in cells[len(self._heading.written) :] if not _blank(cell)]
        if beyond:
            reason = "Dòng có nhiều ô hơn tiêu đề. Ô có dấu phân cách phải nằm trong dấu ngoặc kép."
            refused = Refused(reason, english="More cells than headings; quote a cell that holds the separator.")
            yield refused.at(line, column="", value=" | ".join(beyond))

    def _column(self, field: str) -> str:
        """The heading as the officer wrote it, or the documented one for a field that needs no column."""
        index = self._heading.fields.get(field)
        return HEADINGS[field] if index is None else self._heading.written[index]

    def _renamed(self, row: ProductRow) -> Iterator[tuple[str, Refused]]:
        """One id stands for one product: its name may be spelled anew, but not be another's."""
        if not (row.id and row.name):
            return
        line, name = self._names.setdefault(row.id, (row.line, row.name))
        if name != row.name and not _alike(name, row.name):
            reason = (
                f"Mã “{row.id}” ở dòng {line} là “{name}”, ở dòng {row.line} là “{row.name}”. "
                "Mỗi sản phẩm cần một mã riêng; tên cũ của cùng sản phẩm hãy để ở “Tên gọi khác”."
            )
            english = f"Id {row.id!r} names another product on line {line}."
            yield "id", Refused(reason, english=english)


def _blank(cell: Cell) -> bool:
    return cell is False or (isinstance(cell, str) and (not cell or cell.isspace()))


def _shown(given: Mapping[str, Cell], field: str) -> str:
    return " ".join(spelled(given.get(field, "")).split())


def _values(given: Mapping[str, Cell]) -> tuple[dict[str, Any], list[tuple[str, Refused]]]:
    """Read each cell; what one cell says of two fields counts where the other's own cell says nothing."""
    values: dict[str, Any] = {}
    refusals: list[tuple[str, Refused]] = []
    for field, cell in given.items():
        try:
            values[field] = _READERS[field](cell)
        except Refused as refused:
            refusals.append((field, refused))
    if "stars" in values:
        values["stars"], potential = values["stars"]
        values["potential_five"] = values.get("potential_five", False) or potential
    if "decision" in values:
        values["decision"], decided = values["decision"]
        values["decided"] = values.get("decided") or decided
    if values.get("producer_kind") is None:
        values["producer_kind"] = ratings.kind_of(values.get("producer", ""))
    return values, refusals


def _missing(row: ProductRow, refusals: Sequence[tuple[str, Refused]]) -> Iterator[tuple[str, Refused]]:
    refused = {field for field, _ in refusals}
    for field in REQUIRED:
        if not getattr(row, field) and field not in refused:
            yield field, Refused(f"Thiếu “{HEADINGS[field]}”.", english="This cell is needed.")


def _alike(one: str, other: str) -> bool:
    """True when one folded name holds all words of the other, or most letters agree."""
    first, second = fold(one), fold(other)
    words_of_first, words_of_second = set(first.split()), set(second.split())
    if words_of_first <= words_of_second or words_of_second <= words_of_first:
        return True
    return fuzz.token_sort_ratio(first, second) >= _ALIKE
