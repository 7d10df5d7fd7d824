"""Visits to booths as they are counted: one person once a booth and day, each row chained to the one before. Pure.

Who came stands beside a row, never in what the chain covers: there it is a mark, made with a salt. Both are taken out
when that person erases everything, and the chain stays whole. More at one booth in a minute than people can be are a
crowd: they are kept and chained too, and counted apart.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from catalog.audit import FIRST, Break

MOST_A_MINUTE = 20
"""How many people a booth can receive in a minute; what comes beyond is a crowd."""
KEPT_DAYS = 90
"""After how many days from a fair's end its rows become counts."""


class VisitKind(StrEnum):
    """What somebody did at a booth."""

    VISIT = "visit"
    REMIND = "remind"
    QUOTE = "quote"
    WHOLESALE = "wholesale"


@dataclass(frozen=True, slots=True)
class FairVisit:
    """One row: *place* counts from 1 within its fair; *mark* stands for who came, once a booth, day and kind."""

    fair: str
    place: int
    booth: int
    day: date
    kind: VisitKind
    at: float
    crowd: bool
    mark: str
    previous: str
    hash: str

    def computed(self) -> str:
        """The hash that its content and the row before make."""
        content = [self.fair, self.place, self.booth, self.day.isoformat(), self.kind, self.at, self.crowd, self.mark]
        return sha256(json.dumps([*content, self.previous], separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class VisitCount:
    """How many came to a booth on a day to do something: *counted*, and beside them a *crowd*."""

    booth: int
    day: date
    kind: VisitKind
    counted: int
    crowd: int


@dataclass(frozen=True, slots=True)
class FairLead:
    """An inquiry that began at a booth."""

    ref: str
    fair: str
    booth: int
    producer: str
    kind: VisitKind
    at: float


def mark_of(person: str, salt: str, *, booth: int, day: date, kind: VisitKind) -> str:
    """What stands for *person* in the chain; without the salt it leads back to nobody."""
    return sha256(f"{salt} {person} {booth} {day} {kind}".encode()).hexdigest()


def chain(visit: FairVisit, *, place: int = 0, previous: str = FIRST) -> FairVisit:
    """*visit* as the row after the one at *place*, whose hash is *previous*."""
    placed = replace(visit, place=place + 1, previous=previous)
    return replace(placed, hash=placed.computed())


def find_break(rows: Iterable[FairVisit]) -> Break | None:
    """The first of a fair's *rows*, in their order, that is missing, moved or changed; None where all are whole."""
    previous = FIRST
    for place, row in enumerate(rows, 1):
        if row.place != place:
            return Break(place, "missing")
        if row.hash != row.computed():
            return Break(place, "changed")
        if row.previous != previous:
            return Break(place, "unchained")
        previous = row.hash
    return None
