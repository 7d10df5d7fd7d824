"""Dates as sources give them: a day, only a month, or only a year."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Self

# Viet Nam keeps UTC+7 all year; a certificate ends at its midnight, not at London's.
VIET_NAM = timezone(timedelta(hours=7))


def local_time(moment: float) -> datetime:
    """The *moment* (UTC seconds) as a clock in Việt Nam shows it."""
    return datetime.fromtimestamp(moment, UTC).astimezone(VIET_NAM)


def next_moment(now: float, at: time) -> tuple[date, float]:
    """The next day on which clocks in Việt Nam still come to *at*, and that moment in UTC seconds."""
    here = local_time(now)
    day = here.date() if here.time() <= at else here.date() + timedelta(days=1)
    return day, datetime.combine(day, at, VIET_NAM).timestamp()


_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ][\d:.]+)?")
_VIETNAMESE = re.compile(r"(?:ngày\s+)?(?:(\d{1,2})\s*[/.-]\s*)?(?:(\d{1,2})\s*[/.-]\s*)?(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date whose day, or month and day, may be unknown (0)."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        """Refuse what is in no calendar (ValueError)."""
        if self.day and not self.month:
            raise ValueError("a day without its month")
        date(self.year, self.month or 1, self.day or 1)

    def __reduce__(self) -> tuple[type[Self], tuple[int, int, int]]:
        """Pickled by its numbers: the default looks each field up, which takes ten times as long."""
        return type(self), (self.year, self.month, self.day)

    @classmethod
    def of(cls, day: date) -> Self:
        """Say *day* as a date that is fully known."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024-08-31``, ``2024-08``, ``31/8/2024``, ``8/2024`` or ``2024``; ValueError otherwise."""
        stripped = text.strip()
        if iso := _ISO.fullmatch(stripped):
            return cls(*(int(part or 0) for part in iso.groups()))
        if local := _VIETNAMESE.fullmatch(stripped):
            first, second, year = local.groups()
            if second is None:
                return cls(int(year), int(first or 0))
            return cls(int(year), int(second), int(first or 0))
        raise ValueError(f"not a date: {text!r}")

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def exact(self) -> bool:
        """True when the very day is known."""
        return bool(self.day)

    def plus_months(self, months: int) -> Self:
        """The same day so many months later (the last of a shorter month), as exact as this one."""
        if not self.month:
            return type(self)(self.year + months // 12)
        total = self.year * 12 + self.month - 1 + months
        year, month = total // 12, total % 12 + 1
        return type(self)(year, month, min(self.day, calendar.monthrange(year, month)[1]))

    def __str__(self) -> str:
        """Spell it as ISO 8601 with what is unknown left out: this is how it is stored."""
        parts = [f"{self.year:04}"]
        parts += [f"{self.month:02}"] if self.month else []
        parts += [f"{self.day:02}"] if self.day else []
        return "-".join(parts)

    def vietnamese_text(self) -> str:
        """Spell it as Viet Nam writes it: ``31/08/2024``, ``08/2024``, ``2024``."""
        return "/".join(reversed(str(self).split("-")))
