"""What a fair brought: visits by day and booth, who asked, what was sold. Pure; amounts are whole đồng."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from catalog.fairs.calendar import Booth
from catalog.fairs.visits import VisitCount, VisitKind
from catalog.text import fold, fold_letters

MOST_SOLD = 10**12
_UNITS = {
    "ty": 10**9, "ti": 10**9, "trieu": 10**6, "tr": 10**6, "cu": 10**6, "nghin": 10**3, "ngan": 10**3, "k": 10**3,
    "billion": 10**9, "million": 10**6, "thousand": 10**3, "dong": 1, "d": 1, "vnd": 1, "": 1,
}  # fmt: skip
_AMOUNT = r"(\d[\d.,]*)\s*(ty|ti|trieu|tr|cu|nghin|ngan|k|billion|million|thousand|dong|vnd|d)?\b"
_SOLD = re.compile(
    rf"(?:doanh thu|ban duoc|sold|revenue)\D{{0,30}}?{_AMOUNT}(?:\s*(?:dong|vnd|d)\b)?"
    rf"(?:\D{{0,30}}?(?:ocop)\D{{0,20}}?{_AMOUNT})?.*"
)


_BEST = re.compile(r"(?:ban chay(?: nhat)?|best sellers?)\s*:?\s*(.+)")
LONGEST_BEST = 120
# More digits than any amount has.
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class FairSale:
    """What a seller says that it sold at a fair, and how much of it was of OCOP products (None where not said).

    *producer* is its id, or seller_of() a booth where somebody else stands; *best* is what sold best, in its words.
    """

    fair: str
    producer: str
    total: int
    ocop: int | None
    at: float
    by_officer: bool = False
    best: str = ""


def seller_of(booth: Booth) -> str:
    """What a sale at *booth* is kept under: the producer's id, else a name that no producer has."""
    return booth.producer or (f"booth:{booth.number}" if booth.holder else "")


def read_amount(number: str, unit: str = "") -> int:
    """An amount as people write it: 25 triệu, 1,2 tỷ, 25.000.000. Raises ValueError."""
    factor = _UNITS[fold(unit)]
    if len(number) > _LONGEST_NUMBER:
        raise ValueError(f"not an amount: {number[:_LONGEST_NUMBER]}")
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
    plain = re.sub(r"[.,]", "", number) if grouped else number.rstrip(".,").replace(",", ".")
    amount = round(float(plain) * factor) if isfinite(float(plain)) else -1
    if not 0 <= amount <= MOST_SOLD:
        raise ValueError(f"not an amount: {number} {unit}")
    return amount


def read_sale(words: str) -> tuple[int, int | None] | None:
    """The whole and, where it is said, the OCOP part of "doanh thu 25 triệu, OCOP 18 triệu"; None for other words."""
    composed = " ".join(unicodedata.normalize("NFC", words).strip(" .!?").split())
    # Folded letter by letter: points and commas of numbers stay.
    plain = fold_letters(composed)
    found = _SOLD.fullmatch(_BEST.sub("", plain).rstrip(" ,;.") if plain else "")
    if found is None:
        return None
    try:
        total = read_amount(found[1], found[2] or "")
        ocop = read_amount(found[3], found[4] or "") if found[3] else None
    except ValueError:
        return None
    return None if ocop is not None and ocop > total else (total, ocop)


def read_best(words: str) -> str:
    """What sold best, of "doanh thu 25 triệu, bán chạy: vải thiều"; "" where nobody says."""
    composed = " ".join(unicodedata.normalize("NFC", words).split())
    found = _BEST.search(fold_letters(composed))
    return composed[found.start(1) : found.end(1)].strip(" .;,")[:LONGEST_BEST] if found else ""


MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class GateCount:
    """How many came through a fair's gate on a *day*, or on all days together (None), as its *source* counted.

    *people* is None where what was typed was taken out again; *before* is what stood there before.
    """

    day: date | None
    people: int | None
    source: str = ""
    number: int = 0
    before: int | None = None


def sum_gate(gate: Iterable[GateCount]) -> int | None:
    """How many came in all: what was said of all days together, else each day's; None where nobody counted."""
    said = {each.day: each.people for each in gate if each.people is not None}
    return said[None] if None in said else sum(said.values()) if said else None


@dataclass(frozen=True, slots=True)
class FairFigures:
    """The counts of a fair with its leads (all, and answered ones), sales, and what its *gate* counted, apart."""

    counts: Sequence[VisitCount]
    leads: int
    answered: int
    sales: Sequence[FairSale]
    gate: Sequence[GateCount] = ()

    def of_kind(self, kind: VisitKind) -> int:
        """How many did that."""
        return sum(each.counted for each in self.counts if each.kind is kind)

    @property
    def crowd(self) -> int:
        """How many visits stand apart as a crowd."""
        return sum(each.crowd for each in self.counts if each.kind is VisitKind.VISIT)

    @property
    def total(self) -> int:
        """What was sold, as far as producers said."""
        return sum(each.total for each in self.sales)

    @property
    def ocop(self) -> int:
        """How much of it was of OCOP products, as far as they said."""
        return sum(each.ocop or 0 for each in self.sales)

    def gate_by_day(self) -> Mapping[date, int]:
        """How many the gate counted on each day of which that was said."""
        return {each.day: each.people for each in self.gate if each.day is not None and each.people is not None}

    def by_day(self) -> Sequence[tuple[date, int, int]]:
        """Visits and leads of each day, also of days of which only the gate tells."""
        visits: Counter[date] = Counter()
        leads: Counter[date] = Counter()
        for each in self.counts:
            if each.kind is VisitKind.VISIT:
                visits[each.day] += each.counted
            elif each.kind in {VisitKind.QUOTE, VisitKind.WHOLESALE}:
                leads[each.day] += each.counted
        return [(day, visits[day], leads[day]) for day in sorted({*visits, *leads, *self.gate_by_day()})]

    def by_booth(self) -> Mapping[int, tuple[int, int]]:
        """Visits and leads of each booth, by its number."""
        found: dict[int, tuple[int, int]] = {}
        for each in self.counts:
            visits, leads = found.get(each.booth, (0, 0))
            visits += each.counted if each.kind is VisitKind.VISIT else 0
            leads += each.counted if each.kind in {VisitKind.QUOTE, VisitKind.WHOLESALE} else 0
            found[each.booth] = (visits, leads)
        return found


def format_amount(amount: int) -> str:
    """An amount as it is written here: ``25.000.000``."""
    return f"{amount:,}".replace(",", ".")
