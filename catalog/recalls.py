"""A recall: which packages of a product, why, what to do, until when; and whether a package in hand is one. Pure.

A package is meant if its lot is named or one of its days lies in the range that is named. Where the one thing is known
and says no, and the other is not known, it may be meant.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from catalog.dates import PartialDate
from catalog.text import fold

ONE_VISIT = 30 * 60.0
"""Who names a lot within so many seconds of looking a product up tells which package that was."""
_DAYS = ("made_from", "made_until", "expires_from", "expires_until")
_LOT_WORD = re.compile(r"^(?:(?:solo|lot|lo)l?|l)(?=[0-9])")
_MOST_IN_RANGE = 100_000
_TO = re.compile(r"\s*(?:\.{2,}|[–—→~～]|->|\b(?:đến|tới|to)\b)\s*|\s+-\s+", re.IGNORECASE)
# A lot may have a hyphen of its own (2024-05): only between letters with numbers it means a row of lots.
_HYPHEN = re.compile(r"\s*([^\W\d_][^\s-]*\d[^\s-]*)-([^\W\d_][^\s-]*\d[^\s-]*)\s*")
_FROM = re.compile(r"^(?:từ|from)\s+", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,15})(?P<after>[a-z]*)")


class RecallReason(StrEnum):
    """Why packages are called back."""

    CONTAMINATED = "contaminated"
    SPOILED = "spoiled"
    FOREIGN_BODY = "foreign-body"
    ALLERGEN = "allergen"
    BANNED = "banned"
    WRONG_LABEL = "wrong-label"
    FAKE = "fake"
    OTHER = "other"


class RecallAdvice(StrEnum):
    """What whoever has such a package does."""

    RETURN = "return"
    DISCARD = "discard"
    KEEP_AND_ASK = "keep-and-ask"


class RecallState(StrEnum):
    """Where a recall stands; ASKED is what a producer asks for and no officer has decided."""

    ASKED = "asked"
    DISMISSED = "dismissed"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Concern(StrEnum):
    """Whether a recall is about a package."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Package:
    """What is known of a package that somebody looked up, and when that was (UTC seconds)."""

    lot: str = ""
    made: PartialDate | None = None
    expires: PartialDate | None = None
    at: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether anything tells it from another package."""
        return bool(self.lot or self.made or self.expires)


@dataclass(frozen=True, slots=True)
class LotRange:
    """Lots whose number lies from *first* to *last*, with the same letters around it; named as they were written."""

    first: int
    last: int
    before: str
    after: str
    first_lot: str
    last_lot: str

    def includes(self, key: str) -> bool:
        """Whether a lot with this key, see lot_key(), is one of them."""
        found = _NUMBERED.fullmatch(key)
        return bool(
            found
            and (found["before"], found["after"]) == (self.before, self.after)
            and self.first <= int(found["number"]) <= self.last
        )


@lru_cache(maxsize=4096)
def read_lot_range(text: str) -> LotRange | None:
    """The row of lots that *text* names ("L100-L120", "từ lô 100 đến lô 120"); None for one lot."""
    hyphen = _HYPHEN.fullmatch(text)
    named = list(hyphen.groups()) if hyphen else _TO.split(_FROM.sub("", text.strip()))
    ends = [found for each in named if (found := _NUMBERED.fullmatch(lot_key(each)))]
    if len(named) != 2 or len(ends) != 2:
        return None
    one, other = ends
    first, last = int(one["number"]), int(other["number"])
    alike = (other["before"], other["after"]) in {(one["before"], one["after"]), ("", "")}
    if not alike or not first < last <= first + _MOST_IN_RANGE:
        return None
    return LotRange(first, last, one["before"], one["after"], *(each.strip() for each in named))


@lru_cache(maxsize=256)
def _named_lots(lots: tuple[str, ...]) -> tuple[frozenset[str], tuple[LotRange, ...]]:
    """The keys of *lots*, and the rows of lots among them."""
    return frozenset(map(lot_key, lots)), tuple(filter(None, map(read_lot_range, lots)))


@dataclass(frozen=True, slots=True)
class RecallScope:
    """The packages that are called back: all of the product, or those of these lots or with a day in these ranges.

    One of *lots* may name a row of them, see read_lot_range().
    """

    lots: tuple[str, ...] = ()
    made_from: PartialDate | None = None
    made_until: PartialDate | None = None
    expires_from: PartialDate | None = None
    expires_until: PartialDate | None = None

    @property
    def whole(self) -> bool:
        """True for every package of the product."""
        return self == RecallScope()

    def concerns(self, package: Package) -> Concern:
        """Whether *package* is called back."""
        judged = set(self._judge(package))
        if not judged or Concern.YES in judged:
            return Concern.YES
        return Concern.MAYBE if Concern.MAYBE in judged else Concern.NO

    def _judge(self, package: Package) -> Iterable[Concern]:
        if self.lots and not package.lot:
            yield Concern.MAYBE
        elif self.lots:
            key, (keys, rows) = lot_key(package.lot), _named_lots(self.lots)
            yield Concern.YES if key in keys or any(row.includes(key) for row in rows) else Concern.NO
        if self.made_from or self.made_until:
            yield _within(package.made, self.made_from, self.made_until)
        if self.expires_from or self.expires_until:
            yield _within(package.expires, self.expires_from, self.expires_until)


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall as it is kept. *version* grows with each correction; *until* is the last day of its warning.

    *note* is what else was said, by whoever called back, in their own words; *ended_why* why it ended before its time.
    """

    product_id: str
    reason: RecallReason
    advice: RecallAdvice
    scope: RecallScope = RecallScope()
    note: str = ""
    until: date | None = None
    state: RecallState = RecallState.ACTIVE
    number: int = 0
    version: int = 1
    producer_id: str = ""
    commune: str = ""
    began_at: float = 0.0
    ended_at: float | None = None
    ended_why: str = ""

    def is_in_force(self, today: date) -> bool:
        """Whether its warning is given on this day."""
        return self.state is RecallState.ACTIVE and (self.until is None or today <= self.until)


def lot_key(lot: str) -> str:
    """*lot* without what is written in many ways: marks, blanks, case, and the word for it in front of a number."""
    return _LOT_WORD.sub("", re.sub(r"[^a-z0-9]", "", fold(lot)))


def concern_of(scope: RecallScope, packages: Iterable[Package]) -> Concern:
    """Whether somebody who looked *packages* of the product up has one that is called back.

    A package of which nothing is known counts only where they told nothing of it in the same visit.
    """
    seen = list(packages)
    told = [each for each in seen if each.is_known]
    untold = [each for each in seen if not each.is_known and not any(_in_one_visit(each, other) for other in told)]
    judged = {scope.concerns(each) for each in (*told, *untold)}
    return next((each for each in (Concern.YES, Concern.MAYBE) if each in judged), Concern.NO)


def _in_one_visit(one: Package, other: Package) -> bool:
    return abs(one.at - other.at) <= ONE_VISIT


def _within(day: PartialDate | None, first: PartialDate | None, last: PartialDate | None) -> Concern:
    if day is None:
        return Concern.MAYBE
    if (first and day.latest < first.earliest) or (last and day.earliest > last.latest):
        return Concern.NO
    inside = (not first or day.earliest >= first.earliest) and (not last or day.latest <= last.latest)
    return Concern.YES if inside else Concern.MAYBE


def recall_values(recall: Recall) -> dict[str, Any]:
    """*recall* as JSON keeps it: what is called back and why, without what became of it; see read_recall()."""
    scope = recall.scope
    return {
        "product": recall.product_id,
        "reason": str(recall.reason),
        "advice": str(recall.advice),
        "note": recall.note,
        "lots": list(scope.lots),
        **{name: str(day) for name in _DAYS if (day := getattr(scope, name))},
        "until": recall.until.isoformat() if recall.until else None,
    }


def read_recall(said: Mapping[str, Any]) -> Recall:
    """The recall that recall_values() tells."""
    days = {name: PartialDate.parse(said[name]) for name in _DAYS if said.get(name)}
    until = said.get("until")
    return Recall(
        product_id=said["product"],
        reason=RecallReason(said["reason"]),
        advice=RecallAdvice(said["advice"]),
        scope=RecallScope(tuple(said.get("lots", ())), **days),
        note=said.get("note", ""),
        until=date.fromisoformat(until) if until else None,
    )
