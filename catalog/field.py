"""What a field of the catalogue has: everything that the list, the store, the card and a correction need to know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

from catalog.cells.problems import Cell, CellRefused
from catalog.model import Certificate, CertificateEvent, Producer, Product, ProductRow

TEXT_FORMAT, DAY_FORMAT = "@", "dd/mm/yyyy"
"""Number formats of a spreadsheet's cells."""


class Home(Enum):
    """Whose fact a field is."""

    PRODUCT = auto()
    PRODUCER = auto()
    CERTIFICATE = auto()
    EVENT = auto()
    """Of what was decided about the line's certificate since."""

    LINE = auto()
    """Of the list's line: who says it, and as of when."""


class Kept(Enum):
    """How the store keeps a field: in a column of this type, in another table, or among its home's details.

    The details need no column, so a new field that is kept there needs no migration. What is kept BESIDE (ids, names,
    codes, sources) has a table or a rule of its own in the store.
    """

    TEXT = auto()
    LIST = auto()
    NUMBER = auto()
    POINTS = auto()
    COUNT = auto()
    FLAG = auto()
    DAY = auto()
    DETAIL = auto()
    BESIDE = auto()


class Topic(Enum):
    """What a page may be the source of alone."""

    ADDRESS = auto()
    GROUP = auto()
    MAKER = auto()
    PHONE = auto()
    REST = auto()


class LineStyle(Enum):
    """How a card shows a value; the card has a way for each."""

    TEXT = auto()
    LIST = auto()
    MAKER = auto()
    ADDRESS = auto()
    PHONES = auto()
    MAIL = auto()
    WEB = auto()
    STARS = auto()
    POINTS = auto()
    DAY = auto()
    END = auto()
    PRICE = auto()
    STOCK = auto()
    MONTHS = auto()


class Sought(Enum):
    """Which condition of a search a field answers."""

    PRICE = auto()
    """Under, over or between amounts: "dưới 100 nghìn"."""

    MONTHS = auto()
    """In a month, or now: "tháng 6", "mùa này"."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """A field's line on the card: its English *label*, which the catalogues translate, and its *place* among the lines.

    A line that is *always* there says that the fact is not known; any other goes without a value.
    """

    label: str
    place: int
    style: LineStyle = LineStyle.TEXT
    topic: Topic = Topic.REST
    always: bool = False


@dataclass(frozen=True, slots=True)
class Correctable:
    """How a producer proposes another value: *read* takes what was typed, or refuses it with a reason.

    *label* is the question's word for the field; *wanted* are the fields that customers look for on every card.
    """

    read: Callable[[Cell], Any]
    label: str
    wanted: bool = False


def _no_objection(_row: ProductRow, _today: date) -> Iterator[CellRefused]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a product, its producer or a certificate. What has no default must be said of every field.

    *heading* is the documented one; *synonyms* are how officers head the column, folded, separated by "|". *how* tells
    officers to fill the cell in, with an *example*. *read* takes a cell's value or raises CellRefused; *write* gives
    the cell that reads back as it was. *check* gives what cannot be true of a row whose every cell reads well.
    *attribute* is the value's name in its home's class, where it is not *name*.
    """

    name: str
    heading: str
    synonyms: str
    how: str
    example: str | int | float
    read: Callable[[Cell], Any]
    write: Callable[[Any, ProductRow], Cell]
    home: Home
    kept: Kept
    card: CardLine | None
    correction: Correctable | None

    attribute: str = ""
    needed: bool = False
    soft: bool = False
    """A cell of it that cannot be taken costs that cell, not the line."""
    check: Callable[[ProductRow, date], Iterator[CellRefused]] = _no_objection
    complete: Callable[[Any, dict[str, Any]], Any] | None = None
    """What the value is, given all values of its line, where the cell alone does not say it."""
    choices: Sequence[str | int] = ()
    only_choices: bool = False
    sought: Sought | None = None
    wide: bool = False
    format: str = "General"
    """The template's number format; "@" keeps text that a spreadsheet would take for a number."""

    @property
    def column(self) -> str:
        """Its name in the tables and in the history of facts."""
        return self.attribute if self.home is Home.PRODUCER and self.attribute else self.name

    @property
    def is_detail(self) -> bool:
        """True for what is kept among the details of its home."""
        return self.kept is Kept.DETAIL

    def of(self, thing: Product | Producer | Certificate | CertificateEvent) -> Any:
        """The value that *thing*, which is its home, has of it."""
        if self.is_detail and isinstance(thing, Product | Producer):
            return thing.details.get(self.name, "")
        return getattr(thing, self.attribute or self.name)

    def of_row(self, row: ProductRow) -> Any:
        """The value that a list's *row* gives."""
        return row.details.get(self.name, "") if self.is_detail else getattr(row, self.name)
