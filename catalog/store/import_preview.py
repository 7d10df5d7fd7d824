"""What an import would do, thing by thing in the order of the list: added, changed field by field, unchanged. Pure.

That a list says the same as before, only later or elsewhere, is no change to whoever looks over it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.cells.problems import BadLine, Cell, Problem
from catalog.model import ImportReport, ProductRow
from catalog.store.certificate_events import in_short
from catalog.store.former_ids import Redirects
from catalog.store.row_changes import FieldChange, RowChange, field_changes

_KEYS = frozenset({"product_id", "identity", "certificate"})


class Outcome(StrEnum):
    """What becomes of a line of a list, or of the producer that it names."""

    REFUSED = "refused"
    DOUBTFUL = "doubtful"
    """Taken without some of its cells."""
    CHANGED = "changed"
    ADDED = "added"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One product of a list, or a producer whose facts change, or a line with problems.

    *line* is the first line that tells of it, 0 for a producer; *columns* are those of the problems in *cells*.
    """

    outcome: Outcome
    subject: str = ""
    name: str = ""
    producer: str = ""
    line: int = 0
    sheet: str = ""
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    cells: tuple[Cell, ...] = ()
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a list would do now. *notes* say what was seen beside, as (name, values) of a warning."""

    report: ImportReport
    lines: Sequence[PreviewLine]
    headings: tuple[str, ...] = ()
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=())

    def counts(self) -> dict[Outcome, int]:
        """How many lines came out in which way."""
        found = dict.fromkeys(Outcome, 0)
        for each in self.lines:
            found[each.outcome] += 1
        return found


def lines_of(rows: Iterable[ProductRow], changes: Iterable[RowChange], led: Redirects) -> Iterator[PreviewLine]:
    """What becomes of each product that *rows* tell of, given the *changes* of the import; changed producers first.

    A row of a former id tells of the product to which that is *led*.
    """
    by_product: dict[str, list[RowChange]] = {}
    for change in changes:
        if change.table != "producers":
            by_product.setdefault(change.subject, []).append(change)
        elif change.before is not None and (told := tuple(_describe(change))):
            yield PreviewLine(Outcome.CHANGED, change.subject, producer=change.after["name"], changes=told)
    seen: set[str] = set()
    for row in rows:
        if (product_id := led.product(row.product_id)) not in seen:
            seen.add(product_id)
            yield _line(product_id, row, by_product.get(product_id, ()))


def _line(product_id: str, row: ProductRow, changes: Sequence[RowChange]) -> PreviewLine:
    added = any(change.table == "products" and change.before is None for change in changes)
    told = tuple(each for change in changes for each in _describe(change))
    outcome = Outcome.ADDED if added else Outcome.CHANGED if told else Outcome.UNCHANGED
    return PreviewLine(outcome, product_id, row.name, row.producer, row.line, changes=told)


def _describe(change: RowChange) -> Iterator[FieldChange]:
    if change.table == "certificate_events" and change.before is None:
        yield FieldChange("status", "", in_short(change.after))
    elif change.table == "codes":
        yield FieldChange(f"{change.after['kind']}s", "", change.after["text"])
    else:
        yield from (each for each in field_changes(change) if each.field not in _KEYS and not _is_own(change, each))


def line_with_problems(bad: BadLine, outcome: Outcome) -> PreviewLine:
    """A line that is refused, or taken without some cells."""
    sheet = next((problem.sheet for problem in bad), "")
    return PreviewLine(outcome, line=bad.line, sheet=sheet, problems=bad.problems, cells=bad.cells, columns=bad.columns)


def _is_own(change: RowChange, field: FieldChange) -> bool:
    """True for what a new product is told by: its name, and its producer's."""
    return field.field in {"producer_id", "name"} and change.before is None
