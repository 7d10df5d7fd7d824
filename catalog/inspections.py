"""Inspections of producers after recognition: what was looked at, what was found, what must be mended by when. Pure.

The headings are those that provinces check by (labels, stamps, records, samples, food safety); minutes are a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class InspectionLevel(StrEnum):
    """Who inspected."""

    PROVINCE = "province"
    COMMUNE = "commune"
    JOINT = "joint"


class InspectionHeading(StrEnum):
    """What is looked at, in the order of the minutes."""

    LABEL = "label"
    STAMP = "stamp"
    RECORDS = "records"
    SAMPLE = "sample"
    FOOD_SAFETY = "food-safety"


class Judgement(StrEnum):
    """What was found under a heading."""

    NOT_CHECKED = "not-checked"
    GOOD = "good"
    WRONG = "wrong"


class InspectionOutcome(StrEnum):
    """How an inspection ended."""

    PASSED = "passed"
    TO_MEND = "to-mend"
    PASSED_ON = "passed-on"


@dataclass(frozen=True, slots=True)
class InspectionFinding:
    """What was found under one heading, in the team's words."""

    judgement: Judgement = Judgement.NOT_CHECKED
    said: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One visit to a producer (its id) in a commune (its code, "" where not sure); *products* are ids.

    *minutes* is the name of the file with the minutes, "" without one. *mended_on* ends what had to be mended;
    *struck* is why the record does not count, "" where it does.
    """

    day: date
    level: InspectionLevel
    producer: str
    outcome: InspectionOutcome
    commune: str = ""
    team: str = ""
    products: tuple[str, ...] = ()
    findings: Mapping[InspectionHeading, InspectionFinding] = field(default_factory=dict)
    note: str = ""
    mend_by: date | None = None
    mended_on: date | None = None
    mended: str = ""
    struck: str = ""
    minutes: str = ""
    recorded_by: int = 0
    recorded_at: float = 0.0
    number: int = 0

    def problem(self, today: date) -> str:
        """What is wrong with a new one: "day", "team", "findings", "outcome", "mend_by"; "" if nothing."""
        judged = [each.judgement for each in self.findings.values()]
        wrong = Judgement.WRONG in judged
        checks = {
            "day": self.day > today or self.day.year < 2018,
            "team": not self.team,
            "findings": all(each is Judgement.NOT_CHECKED for each in judged),
            "outcome": wrong and self.outcome is InspectionOutcome.PASSED,
            "mend_by": (self.outcome is InspectionOutcome.TO_MEND) != (self.mend_by is not None)
            or (self.mend_by is not None and self.mend_by < self.day),
        }
        return next((name for name, bad in checks.items() if bad), "")

    @property
    def is_open(self) -> bool:
        """Whether something is still to be mended."""
        return self.mend_by is not None and self.mended_on is None and not self.struck

    def is_due(self, today: date, *, days: int = 0) -> bool:
        """Whether it is open and its deadline is over, or so many days off at most."""
        return self.is_open and self.mend_by is not None and self.mend_by <= today + timedelta(days=days)
