"""One line of a list → a ProductRow, or everything that is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from catalog.cells import contacts
from catalog.cells.content import Above, cell_text
from catalog.cells.problems import TITLE_MARK, BadLine, Cell, CellRefused, Problem
from catalog.cells.vocabulary import group_in
from catalog.fields import BY_NAME, EXAMPLE, FIELDS, HEADINGS, REQUIRED, make_row
from catalog.list_io.choices import chosen, star_count
from catalog.list_io.columns import Heading
from catalog.list_io.legacy import Refusals, modern_line
from catalog.list_io.non_products import NonProduct, is_of_place_or_time, is_set_aside, kind_of_non_product
from catalog.model import ProductRow
from catalog.text import fold

_EXAMPLE_BEGINS = ("V", "v")
_ALIKE = 60.0
_COMPLETED = tuple((each.name, each.complete) for each in FIELDS if each.complete)
_COUNTED = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")


@dataclass(slots=True)
class Noticed:
    """What was seen in a list beside its products and its bad lines."""

    doubtful: list[BadLine] = field(default_factory=list)
    """Lines that are taken without some of their cells."""
    skipped: list[tuple[str, int, str]] = field(default_factory=list)
    """Lines that are no products: their sheet, their number, what they say."""
    converted: dict[str, int] = field(default_factory=dict)
    """How many cells of each alphabet from before Unicode were put right."""
    grouped: int = 0
    """How many products got their group from the title above them."""


class LineReader:
    """Reads the lines of one list in their order, remembering which id went to which name."""

    def __init__(self, heading: Heading, *, today: date, as_of: str = "", noticed: Noticed | None = None) -> None:
        """Read the columns of *heading*; dates are checked against *today*, lines without one are *as_of* that day."""
        self._heading = heading
        self._columns = heading.columns
        self._today = today
        self._as_of = as_of
        self._noticed = noticed or Noticed()
        self._names: dict[str, tuple[int, str]] = {}
        self.begin("")

    def begin(
        self,
        sheet: str,
        *,
        title: str = "",
        alphabet: str = "",
        old_columns: Mapping[int, str] | None = None,
        withdrawn: str = "",
    ) -> None:
        """Go on with another worksheet, told as *sheet*; its name as a *title* may give its products group or stars.

        Its headings are in *alphabet* from before Unicode, most cells of each of *old_columns* in the one given there.
        Where a title says that all of it is *withdrawn*, each line must say it too.
        """
        self._sheet = sheet
        self._alphabet = alphabet
        self._old_columns = old_columns or {}
        self._begun = self._in_foot = False
        self._above = Above()
        self._group, self._stars = group_in(title), str(star_count(title) or "")
        self._set_aside, self._withdrawn = "", withdrawn

    def __call__(self, written: Sequence[Cell], *, line: int) -> ProductRow | BadLine | None:
        """Read one line; None when it is blank or is no product's: see *noticed*."""
        cells, refusals, converted = modern_line(
            written, self._columns, alphabet=self._alphabet, old_columns=self._old_columns
        )
        given = self._given(cells)
        if self._is_no_product(given, cells, line) or not given:
            return None
        self._begun = True
        for name, count in converted.items():
            self._noticed.converted[name] = self._noticed.converted.get(name, 0) + count
        filled, unfilled = self._above.fill(cells, self._columns)
        self._above.remember(filled, self._columns)
        return self._read(self._given(filled), filled, [*refusals, *unfilled], written=written, line=line)

    def _given(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        fields = self._heading.fields.items()
        return {name: cells[index] for name, index in fields if index < len(cells) and not _blank(cells[index])} | {
            name: "x"
            for name, columns in self._heading.choices.items()
            if name not in self._heading.fields and any(i < len(cells) and not _blank(cells[i]) for i in columns)
        }

    def _read(
        self,
        given: dict[str, Cell],
        cells: Sequence[Cell],
        refusals: Refusals,
        *,
        written: Sequence[Cell],
        line: int,
    ) -> ProductRow | BadLine:
        refusals += self._refuse_undecided(given)
        refusals += self._choose(given, cells)
        grouped = self._take_titles(given, refused=_names_of(refusals))
        if self._as_of:
            given.setdefault("as_of", self._as_of)
        values, unread = _values(given)
        refused = _names_of(refusals)
        refusals += [each for each in unread if each[0] not in refused]
        if "name" not in refused and "status" in _names_of(unread):
            refusals += self._refuse_unread_decision(values)
        if "producer" not in given and "producer" not in _names_of(refusals):
            _name_unknown_producer(values)
        row, contradictions = self._make_row(values, line)
        refusals += [*_missing(row, refusals), *contradictions, *self._check_rename(row)]
        refusals.sort(key=lambda refusal: self._place(refusal[0], len(cells)))
        return self._judge(row, refusals, written, grouped=grouped)

    def _refuse_undecided(self, given: Mapping[str, Cell]) -> Iterator[tuple[str, CellRefused]]:
        """A line below a title of what is set aside or withdrawn must say itself what was decided."""
        set_aside = self._set_aside or self._withdrawn
        if set_aside and not given.keys() & {"status", "act"}:
            yield "name", _set_aside(set_aside)

    def _refuse_unread_decision(self, values: Mapping[str, Any]) -> Iterator[tuple[str, CellRefused]]:
        """Below such a title a status that cannot be read costs the line, unless the decision's number is given.

        To take it as recognised would be wrong, not only incomplete.
        """
        set_aside = self._set_aside or self._withdrawn
        if set_aside and not values.get("act"):
            yield "name", _set_aside(set_aside)

    def _judge(
        self, row: ProductRow, refusals: Refusals, written: Sequence[Cell], *, grouped: bool
    ) -> ProductRow | BadLine:
        """*row*, if what is wrong with it costs single cells at most, which are noted; else the bad line."""
        too_wide = list(self._too_wide(written, row.line))
        taken = not too_wide and all(BY_NAME[name].soft for name, _ in refusals)
        self._noticed.grouped += grouped and taken
        if not (too_wide or refusals):
            return row
        problems = (*too_wide, *(self._problem(name, refused, written, row.line) for name, refused in refusals))
        places = (-1,) * len(too_wide) + tuple(self._place(name, -1) for name, _ in refusals)
        bad = BadLine(row.line, problems, tuple(written), places)
        if not taken:
            return bad
        self._noticed.doubtful.append(bad)
        return row

    def _problem(self, name: str, refused: CellRefused, written: Sequence[Cell], line: int) -> Problem:
        place = refused.at(line, column=self._column(name), value=self._shown_text(written, name))
        return replace(place, sheet=self._sheet)

    def _choose(self, given: dict[str, Cell], cells: Sequence[Cell]) -> Iterator[tuple[str, CellRefused]]:
        """Say in *given* what the marks in spread columns choose."""
        for name, columns in self._heading.choices.items():
            own = given.pop(name, "") if name in self._heading.fields else ""
            given.pop(name, None)
            try:
                value = chosen(cells, columns)
                differs = bool(own and value) and BY_NAME[name].read(own) != BY_NAME[name].read(value)
            except CellRefused as refused:
                yield name, refused
                continue
            if differs:
                yield (
                    name,
                    CellRefused("Ô này khác với cột được đánh dấu.", english="It differs from the marked column."),
                )
            elif own or value:
                given[name] = own or value

    def _take_titles(self, given: dict[str, Cell], *, refused: set[str]) -> bool:
        """What the title above says counts where the line's own cell says nothing; True when it gave the group."""
        grouped = bool(self._group) and "group" not in given and "group" not in refused
        if grouped:
            given["group"] = self._group
        if self._stars and "stars" not in self._heading.fields and "stars" not in self._heading.choices:
            given["stars"] = self._stars
        return grouped

    def _is_no_product(self, given: Mapping[str, Cell], cells: Sequence[Cell], line: int) -> bool:
        title = _merged_title(cells)
        if not title and given and self._is_aside(given, cells):
            return True
        kind = self._kind_of_line(title, given, cells)
        if kind is None:
            self._in_foot = self._in_foot and not given
            return False
        said = title or " ".join(" ".join(map(_tidy, cells)).split())
        self._in_foot = self._begun and (self._in_foot or kind is NonProduct.FOOT)
        if kind is NonProduct.TITLE:
            self._entitle(title or next((t for t in map(_tidy, cells) if len(t) > 3), said))
        self._noticed.skipped.append((self._sheet, line, said))
        return True

    def _kind_of_line(self, title: str, given: Mapping[str, Cell], cells: Sequence[Cell]) -> NonProduct | None:
        if title:
            return kind_of_non_product({}, [title], in_foot=self._in_foot) or NonProduct.TITLE
        return None if all(map(_blank, cells)) else kind_of_non_product(given, cells, in_foot=self._in_foot)

    def _entitle(self, title: str) -> None:
        """Let the products below *title* be of its group; a title of places or years leaves the group as it is."""
        group, stars = group_in(title), star_count(title)
        if is_set_aside(title):
            self._set_aside = title
        elif not is_of_place_or_time(title):
            self._set_aside = ""
        self._stars = str(stars) if stars else self._stars
        if group or not (stars or is_of_place_or_time(title)):
            self._group = group

    def _is_aside(self, given: Mapping[str, Cell], cells: Sequence[Cell]) -> bool:
        """True for the template's example, for headings said again, and for numbers set under the headings."""
        if str(given.get("id", ""))[:1] in _EXAMPLE_BEGINS and fold(str(given["id"])).startswith(fold(EXAMPLE)):
            return True
        if all(" ".join(str(given.get(name, "")).split()) == self._column(name) for name in REQUIRED):
            return True
        if self._begun or len(given) == 1:
            return False
        return all(_COUNTED.fullmatch(cell_text(cell).strip()) for cell in cells if not _blank(cell))

    def _too_wide(self, cells: Sequence[Cell], line: int) -> Iterator[Problem]:
        """A delimited line with more cells than headings has probably been split inside a cell."""
        beyond = [cell_text(cell).strip() for cell in cells[len(self._heading.written) :] if not _blank(cell)]
        if beyond:
            reason = "Dòng có nhiều ô hơn tiêu đề. Ô có dấu phân cách phải nằm trong dấu ngoặc kép."
            refused = CellRefused(reason, english="More cells than headings; quote a cell that holds the separator.")
            yield replace(refused.at(line, column="", value=" | ".join(beyond)), sheet=self._sheet)

    def _place(self, name: str, otherwise: int) -> int:
        """The column that *name* stands in, or the first of those that its choice is spread over."""
        spread = self._heading.choices.get(name)
        return self._heading.fields.get(name, min(spread) if spread else otherwise)

    def _column(self, name: str) -> str:
        """The heading as the officer wrote it, or the documented one for a field that needs no column."""
        index = self._heading.fields.get(name)
        return HEADINGS[name] if index is None else self._heading.written[index]

    def _shown_text(self, cells: Sequence[Cell], name: str) -> str:
        place = self._place(name, -1)
        return _tidy(cells[place]) if 0 <= place < len(cells) else ""

    def _make_row(self, values: dict[str, Any], line: int) -> tuple[ProductRow, Refusals]:
        """The row of *values*, and what contradicts in it; a cell that then costs only itself is left out."""
        row = make_row(values, line=line)
        contradictions = list(self._contradictions(row))
        dropped = {name for name, _ in contradictions if BY_NAME[name].soft}
        if dropped:
            row = make_row({name: value for name, value in values.items() if name not in dropped}, line=line)
        return row, contradictions

    def _contradictions(self, row: ProductRow) -> Iterator[tuple[str, CellRefused]]:
        """Each field of *row* that contradicts another, the programme's rules, or today."""
        for each in FIELDS:
            for refused in each.check(row, self._today):
                yield each.name, refused

    def _check_rename(self, row: ProductRow) -> Iterator[tuple[str, CellRefused]]:
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
            yield "id", CellRefused(reason, english=english)


def _set_aside(title: str) -> CellRefused:
    return CellRefused(
        f"Nằm dưới tiêu đề “{title}”, nên không nhập. Nếu sản phẩm đã được công nhận, hãy để ở nhóm khác; nếu đã "
        "bị thu hồi hay hủy công nhận, hãy ghi vào cột “Trạng thái”.",
        english="It stands below a title of products that are not (or no longer) recognised.",
    )


def _merged_title(cells: Sequence[Cell]) -> str:
    """The title in a block of merged cells; "" where there is none."""
    return next((cell[1:] for cell in cells if isinstance(cell, str) and cell.startswith(TITLE_MARK)), "")


def _blank(cell: Cell) -> bool:
    return cell is False or (isinstance(cell, str) and (not cell or cell.isspace()))


def _tidy(cell: Cell) -> str:
    return " ".join(cell_text(cell).split())


def _values(given: Mapping[str, Cell]) -> tuple[dict[str, Any], list[tuple[str, CellRefused]]]:
    """Read each cell; what one cell says of two fields counts where the other's own cell says nothing."""
    read: dict[str, Any] = {}
    refusals: list[tuple[str, CellRefused]] = []
    for name, cell in given.items():
        try:
            read[name] = BY_NAME[name].read(cell)
        except CellRefused as refused:
            refusals.append((name, refused))
            if refused.kept is not None:
                read[name] = refused.kept
    values = dict(read)
    for name, complete in _COMPLETED:
        try:
            values[name] = complete(read.get(name), read)
        except CellRefused as refused:
            refusals.append((name, refused))
    return values, refusals


def _names_of(refusals: Sequence[tuple[str, CellRefused]]) -> set[str]:
    """The fields that *refusals* are about."""
    return {name for name, _ in refusals}


def _name_unknown_producer(values: dict[str, Any]) -> None:
    """Say in *values* that the producer is unknown where the id alone says which product it is."""
    if values.get("id"):
        values["producer"] = contacts.UNKNOWN_PRODUCER


def _missing(row: ProductRow, refusals: Sequence[tuple[str, CellRefused]]) -> Iterator[tuple[str, CellRefused]]:
    refused = _names_of(refusals)
    for name in REQUIRED:
        if not getattr(row, name) and name not in refused:
            yield name, CellRefused(f"Thiếu “{HEADINGS[name]}”.", english="This cell is needed.")


def _alike(one: str, other: str) -> bool:
    """True when one folded name holds all words of the other, or most letters agree."""
    first, second = fold(one), fold(other)
    words_of_first, words_of_second = set(first.split()), set(second.split())
    if words_of_first <= words_of_second or words_of_second <= words_of_first:
        return True
    return fuzz.token_sort_ratio(first, second) >= _ALIKE
