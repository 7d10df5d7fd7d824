"""A commune's report on the four criteria that it scores before a product goes up to the province.

Decision 1489/QĐ-TTg of 6 July 2025, which amends appendix II of Decision 148/QĐ-TTg. How many points each criterion
gives at most depends on the product's group and is not told here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.dates import PartialDate


class Criterion(StrEnum):
    """What the commune scores, in the order of the report."""

    ORIGIN = "origin"
    LABOUR = "labour"
    IDEA = "idea"
    IDENTITY = "identity"


CRITERION_WORDS: Mapping[Criterion, str] = {
    Criterion.ORIGIN: "Nguồn gốc sản phẩm hoặc nguyên liệu địa phương",
    Criterion.LABOUR: "Sử dụng lao động địa phương",
    Criterion.IDEA: "Nguồn gốc ý tưởng sản phẩm",
    Criterion.IDENTITY: "Bản sắc, trí tuệ địa phương",
}
"""The words of the report, which is a paper in Vietnamese."""


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """What the commune found about one criterion, with the points that it gives."""

    said: str = ""
    points: float | None = None


@dataclass(frozen=True, slots=True)
class CommuneReport:
    """The report. What is empty is left open on paper, to be filled in by hand.

    *taking_part* are those whom the chairman called to the meeting; *stars* is what the product is proposed for.
    """

    commune: str
    product: str
    producer: str
    address: str = ""
    province: str = "tỉnh Bắc Ninh"
    number: str = ""
    day: PartialDate | None = None
    findings: Mapping[Criterion, CriterionFinding] = field(default_factory=dict)
    taking_part: tuple[str, ...] = ()
    stars: int | None = None
    signer: str = ""

    def finding(self, criterion: Criterion) -> CriterionFinding:
        """What was found about *criterion*, nothing if nobody said."""
        return self.findings.get(criterion, CriterionFinding())

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """The criteria about which nothing is said, or no points are given."""
        return tuple(each for each in Criterion if not self.finding(each).said or self.finding(each).points is None)

    @property
    def total(self) -> float | None:
        """All points together; None while a criterion has none."""
        points = [self.finding(each).points for each in Criterion]
        given = [each for each in points if each is not None]
        return sum(given) if len(given) == len(points) else None
