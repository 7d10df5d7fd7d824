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


class DossierPaper(StrEnum):
    """What a dossier holds: the first five are required, the others support it (the national scoring software's list).

    Since decision 148/QĐ-TTg the exact list is not published; who checks the form ticks what is there.
    """

    REGISTRATION = "registration"
    BUSINESS_PLAN = "business-plan"
    ORGANISATION = "organisation"
    BUSINESS_LICENCE = "business-licence"
    SAMPLES = "samples"
    FOOD_SAFETY = "food-safety"
    DECLARATION = "declaration"
    STANDARD = "standard"
    TEST_REPORT = "test-report"
    MARKS = "marks"
    MATERIALS = "materials"
    QUALITY_SYSTEM = "quality-system"
    ENVIRONMENT = "environment"
    ACCOUNTS = "accounts"
    MARKET = "market"
    STORY = "story"
    QUALITY_CONTROL = "quality-control"
    AWARDS = "awards"


REQUIRED_PAPERS = tuple(DossierPaper)[:5]
SUPPORTING_PAPERS = tuple(DossierPaper)[5:]


class DossierState(StrEnum):
    """Where a dossier is on its way from the commune to the province."""

    DRAFT = "draft"
    HANDED_OVER = "handed-over"
    RECEIVED = "received"
    SENT_BACK = "sent-back"
    IN_ROUND = "in-round"
    DROPPED = "dropped"


AT_COMMUNE = frozenset({DossierState.DRAFT, DossierState.SENT_BACK})
"""Where the commune may change it."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A commune's report on a product with the papers that are there, and what the province says to it.

    *commune* is a code; *producer* and *product* are ids, "" for what the catalogue does not have. *service* says that
    no samples are needed. *version* grows with each change.
    """

    commune: str
    report: CommuneReport
    producer: str = ""
    product: str = ""
    papers: frozenset[DossierPaper] = frozenset()
    service: bool = False
    remark: str = ""
    state: DossierState = DossierState.DRAFT
    answer: str = ""
    round: int | None = None
    edited_by: int = 0
    edited_at: float = 0.0
    version: int = 0
    number: int = 0

    @property
    def missing_papers(self) -> tuple[DossierPaper, ...]:
        """The required papers that are not there."""
        needed = (each for each in REQUIRED_PAPERS if not (self.service and each is DossierPaper.SAMPLES))
        return tuple(each for each in needed if each not in self.papers)

    @property
    def is_complete(self) -> bool:
        """Whether it may be handed over."""
        named = self.report.product and self.report.producer
        return bool(named) and not self.report.missing and not self.missing_papers
