"""What an import makes of one row, before and after; and what of that can be put back later. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.store.field_columns import DETAILS

FACTS = "facts"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of *table*, which *key* names: its columns *before* (None where there was no row) and *after*.

    A decision about a certificate is named by its product and its number.
    """

    table: str
    key: tuple[str, ...]
    before: Row | None
    after: Row

    @property
    def subject(self) -> str:
        """The id of the product, or of the producer, that the row tells of."""
        return self.key[-1] if self.table == "codes" else self.key[0]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of something, as it was and as it is; an empty value is ""."""

    field: str
    old: Any
    new: Any


def field_changes(change: RowChange) -> Iterator[FieldChange]:
    """Each field that differs, also those kept as details; not who said so, and as of when."""
    before, after = flat(change.before or {}), flat(change.after)
    for name in after:
        old, new = before.get(name) or "", after[name] or ""
        if old != new and not _is_aside(name):
            yield FieldChange(name, old, new)


def flat(row: Row) -> dict[str, Any]:
    """*row* with each detail, and the source of each fact, as a column of its own: ``price``, ``facts price``."""
    plain = {name: value for name, value in row.items() if name not in {DETAILS, FACTS}}
    facts = {f"{FACTS} {name}": list(said) for name, said in (row.get(FACTS) or {}).items()}
    return {**plain, **(row.get(DETAILS) or {}), **facts}


def _is_aside(name: str) -> bool:
    """True for what is no field to a reader: keys, and who said it as of when."""
    return name.startswith(f"{FACTS} ") or name.endswith("_key") or name in {"id", "number", "source", "as_of"}


@dataclass(frozen=True, slots=True)
class PutBack:
    """How a row that an import changed is to be after the import is undone.

    *fields* are put back to what they were, *since* were changed again by somebody else and stay.
    """

    row: Row
    fields: tuple[FieldChange, ...]
    since: tuple[FieldChange, ...]


def put_back(change: RowChange, now: Row) -> PutBack:
    """What to make of a changed row as it is *now*: each field that is as the import left it becomes as it was.

    A value and its source go together: what somebody has said again since stays.
    """
    before, after, there = flat(change.before or {}), flat(change.after), flat(now)
    back, since, row = [], [], dict(there)
    for name in after:
        together = _changed_together(name, before, after)
        if any(there.get(each) != after.get(each) for each in together):
            since.append(_field_change(name, after, there))
            continue
        row |= {each: before.get(each) for each in together}
        if name in together:
            back.append(_field_change(name, after, before))
    return PutBack(_gather_columns(row, now), tuple(back), tuple(since))


def _changed_together(name: str, before: Row, after: Row) -> list[str]:
    """The column *name* and its source, where the import changed them; a source goes with its value, not alone."""
    if name.startswith(f"{FACTS} ") and name.removeprefix(f"{FACTS} ") in after:
        return []
    return [each for each in (name, f"{FACTS} {name}") if before.get(each) != after.get(each)]


def _field_change(name: str, old: Row, new: Row) -> FieldChange:
    return FieldChange(name, old[name] or "", new.get(name) or "")


def _gather_columns(flattened: Row, now: Row) -> dict[str, Any]:
    """The columns of *now*, from what was laid flat; a detail or source that was not there before is gone."""
    row = {name: flattened[name] for name in now if name not in {DETAILS, FACTS}}
    if DETAILS in now:
        row[DETAILS] = {
            name: value
            for name, value in flattened.items()
            if name not in now and not name.startswith(f"{FACTS} ") and value
        }
    if FACTS in now:
        told = ((name.removeprefix(f"{FACTS} "), value) for name, value in flattened.items() if name.startswith(FACTS))
        row[FACTS] = {name: value for name, value in told if value}
    return row
