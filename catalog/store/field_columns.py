"""How the tables keep the fields of `catalog.fields`: which columns there are, and how values go in and come out."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, assert_never

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Text

from catalog.dates import PartialDate
from catalog.field import Field, Home, Kept
from catalog.fields import fields_of
from catalog.text import fold

DETAILS = "details"
"""The column of products and producers that holds the fields without a column of their own, by name; or nothing."""


def columns_of(home: Home) -> Iterator[Column[Any]]:
    """The columns of the fields of *home*."""
    for field in fields_of(home):
        yield from _columns(field)


def _columns(field: Field) -> Iterator[Column[Any]]:
    match field.kept:
        case Kept.TEXT:
            yield Column(field.column, Text, nullable=False, default="")
        case Kept.NUMBER:
            yield Column(field.column, Text, nullable=False, default="")
            yield Column(f"{field.column}_key", Text, nullable=False, default="", index=True)
        case Kept.LIST:
            yield Column(field.column, JSON, nullable=False, default=list)
        case Kept.DAY:
            yield Column(field.column, String(10))
        case Kept.COUNT:
            yield Column(field.column, Integer)
        case Kept.POINTS:
            yield Column(field.column, Float)
        case Kept.FLAG:
            yield Column(field.column, Boolean, nullable=False, default=False)
        case Kept.DETAIL | Kept.BESIDE:
            return
        case _ as never:
            assert_never(never)


@lru_cache(maxsize=8)
def stored_fields(home: Home) -> tuple[Field, ...]:
    """The fields of *home* in columns or details: all but what the store has a table or a rule of its own for."""
    return tuple(field for field in fields_of(home) if field.kept is not Kept.BESIDE)


def stored_names(home: Home) -> tuple[str, ...]:
    """What they are called in the tables and in the history of facts."""
    return tuple(field.column for field in stored_fields(home))


def lists(home: Home) -> frozenset[str]:
    """Which of them are lists."""
    return frozenset(field.column for field in stored_fields(home) if field.kept is Kept.LIST)


def certificate_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a certificate, given the *values* of its fields by name."""
    found: dict[str, Any] = {}
    for field in stored_fields(Home.CERTIFICATE):
        value = values[field.name]
        found[field.column] = (str(value) if value else None) if field.kept is Kept.DAY else value
        if field.kept is Kept.NUMBER:
            found[f"{field.column}_key"] = number_key(value)
    return found


def number_key(number: str) -> str:
    """A certificate or decision number as it is compared: no marks, no blanks, no signs."""
    return fold(number).replace(" ", "")


def read_attributes(home: Home, row: Mapping[Any, Any], *, prefix: str = "") -> dict[str, Any]:
    """The attributes that a *row*, whose columns begin with *prefix*, gives to the value of its home."""
    read = {attribute: read_value(row[prefix + column]) for attribute, column, read_value in _readers(home)}
    return read if home is Home.CERTIFICATE else {**read, DETAILS: row[prefix + DETAILS] or {}}


@cache
def _readers(home: Home) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Each attribute of a value of *home*, the column that it is kept in, and how that is read."""
    fields = (field for field in stored_fields(home) if not field.is_detail)
    return tuple((field.attribute or field.name, field.column, _READ.get(field.kept, _as_it_is)) for field in fields)


def _as_it_is(stored: Any) -> Any:
    return stored


@lru_cache(maxsize=4096)
def read_day(stored: str | None) -> PartialDate | None:
    """A day as the tables keep it."""
    return PartialDate.parse(stored) if stored else None


_READ: dict[Kept, Callable[[Any], Any]] = {Kept.LIST: tuple, Kept.DAY: read_day}


def spread_details(row: Mapping[Any, Any]) -> dict[str, Any]:
    """*row* with each of its details beside its columns."""
    return {**dict.fromkeys(_DETAIL_NAMES, ""), **row, **(row[DETAILS] or {})}


def gather_details(values: Mapping[str, Any], *, held: Mapping[str, Any] | None) -> dict[str, Any]:
    """*values* for the columns of a row: the details among them put to those that it has *held*."""
    details = {name: value for name, value in values.items() if name in _DETAIL_NAMES and value}
    columns = {name: value for name, value in values.items() if name not in _DETAIL_NAMES}
    return {**columns, DETAILS: {**(held or {}), **details}} if details else columns


_DETAIL_NAMES = frozenset(
    field.name for home in (Home.PRODUCT, Home.PRODUCER) for field in stored_fields(home) if field.is_detail
)
