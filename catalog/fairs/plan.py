"""The plan of a fair's booths: each zone a block of rows, drawn from the booths' codes alone. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.fairs.calendar import Booth

PER_ROW = 10
WIDE, HIGH, GAP, HEAD = 44, 32, 6, 26
"""The size of a booth, what is between two, and what a zone's heading takes, in units of the drawing."""
MOST_BOOTHS = 2000
MOST_AT_ONCE = 500
LONGEST_CODE = 12
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"[\w./]{1,12}")


@dataclass(frozen=True, slots=True)
class PlacedBooth:
    """A booth where it is drawn."""

    booth: Booth
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class PlacedZone:
    """A zone: its heading at *y*, its booths below."""

    name: str
    y: int
    booths: Sequence[PlacedBooth]


@dataclass(frozen=True, slots=True)
class BoothPlan:
    """The whole plan, *width* by *height* units."""

    width: int
    height: int
    zones: Sequence[PlacedZone]


def code_order(code: str) -> tuple[object, ...]:
    """How booths are sorted: A2 before A10."""
    return tuple(part.zfill(8) if part.isdigit() else part.casefold() for part in re.split(r"(\d+)", code) if part)


def draw_plan(booths: Iterable[Booth]) -> BoothPlan:
    """Where each of *booths* is drawn, zone by zone."""
    by_zone: dict[str, list[Booth]] = {}
    for booth in sorted(booths, key=lambda each: (each.zone == "", each.zone.casefold(), code_order(each.code))):
        by_zone.setdefault(booth.zone, []).append(booth)
    zones, y = [], 0
    for name, held in by_zone.items():
        top = y + HEAD
        placed = [
            PlacedBooth(booth, at % PER_ROW * (WIDE + GAP), top + at // PER_ROW * (HIGH + GAP))
            for at, booth in enumerate(held)
        ]
        zones.append(PlacedZone(name, y + HEAD - 8, placed))
        y = top + -(-len(held) // PER_ROW) * (HIGH + GAP) + GAP
    return BoothPlan(PER_ROW * (WIDE + GAP) - GAP, max(y - GAP, 0), zones)


def read_codes(text: str) -> list[str]:
    """The booths that *text* names: ``A1-A40, B1, B2``. Raises ValueError for what is none, or too many."""
    codes: dict[str, None] = {}
    for part in re.split(r"[,;\s]+", re.sub(r"\s*(?:-|–|\.\.)\s*", "-", text.strip())):
        for code in _span(part):
            codes[code] = None
            if len(codes) > MOST_AT_ONCE:
                raise ValueError("too many")
    if not codes:
        raise ValueError("none")
    return list(codes)


def _span(part: str) -> Iterable[str]:
    first, dash, last = part.partition("-")
    ends = [re.fullmatch(r"(\D*)(\d+)", each) for each in (first, last)]
    if dash and ends[0] and ends[1] and ends[1][1] in {"", ends[0][1]}:
        low, high = int(ends[0][2]), int(ends[1][2])
        if not low <= high < low + MOST_AT_ONCE:
            raise ValueError(part)
        width = len(ends[0][2]) if ends[0][2].startswith("0") else 0
        return [f"{ends[0][1].upper()}{number:0{width}}" for number in range(low, high + 1)]
    if not part:
        return []
    if not _CODE.fullmatch(part):
        raise ValueError(part)
    return [part.upper()]
