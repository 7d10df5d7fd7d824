"""How fast and how often a producer answers, and when that may be told: pure. docs/answer-times.md says how and why.

Questions and wishes to buy of the last twelve months count; complaints, which officers see to as well, do not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from catalog.inquiry import Kind, Side, State

DAY = 24 * 3600.0
PERIOD = 365 * DAY
"""How far back inquiries count."""
IN_TIME = 3 * DAY
"""Within this an answer is in time, and who has had less counts neither way."""
FEWEST, FEWEST_PEOPLE = 5, 3
"""Below so many inquiries, or different people, nothing is told."""
USUAL = (3 * 3600.0, DAY, 2 * DAY, IN_TIME)
USUAL_SHARE = 2 / 3
"""What a producer "usually" does happened with this share of all inquiries that count, the unanswered among them."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An inquiry in what these figures ask of it; *person* stands for who asked, "" where that is erased.

    *asked_at* is when it came to this producer.
    """

    producer_id: str
    kind: str
    asked_at: float
    moved_at: float
    answered_at: float | None
    answered_by: str
    closed_by: str
    state: str
    person: str = ""

    def counts(self, now: float) -> bool:
        """Whether it says anything of its producer: answered by them, or they have had their time for it."""
        if self.kind == Kind.COMPLAINT or self.asked_at < now - PERIOD:
            return False
        if self.waited is not None or self.closed_by == Side.PRODUCER:
            return True
        # Once it is answered by an officer, closed or erased, nobody could answer it any more.
        over = self.answered_at if self.answered_at is not None else now
        if self.state == State.CLOSED:
            over = min(over, self.moved_at)
        return over - self.asked_at >= IN_TIME

    @property
    def waited(self) -> float | None:
        """How long its producer let wait; None if it was not they who answered first, or nobody has."""
        mine = self.answered_at is not None and self.answered_by == Side.PRODUCER
        return max(0.0, (self.answered_at or 0.0) - self.asked_at) if mine else None


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """How a producer answers: of *number* inquiries, *in_time* within three days; *median* of those they answered.

    *by_officers* is how many officers answered in their place. *usual* is within what they usually answer, None where
    that is too little, too slow, or not known from enough inquiries and people.
    """

    number: int
    in_time: int
    median: float | None
    by_officers: int
    people: int
    usual: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough inquiries and people to tell anything."""
        return self.number >= FEWEST and self.people >= FEWEST_PEOPLE

    @property
    def share(self) -> int:
        """The share answered in time, in whole percent, rounded down."""
        return 100 * self.in_time // self.number if self.number else 0


def figure(records: Iterable[AnswerRecord], *, now: float) -> Mapping[str, AnswerFigures]:
    """The figures of each producer of whom an inquiry counts."""
    found: dict[str, list[AnswerRecord]] = defaultdict(list)
    for each in records:
        if each.counts(now):
            found[each.producer_id].append(each)
    return {producer: _figure_one(counted) for producer, counted in found.items()}


def _figure_one(counted: list[AnswerRecord]) -> AnswerFigures:
    waits = [each.waited for each in counted if each.waited is not None]
    number, people = len(counted), len({each.person for each in counted})
    by_officers = sum(each.answered_by == Side.OFFICER for each in counted)
    usual = next((span for span in USUAL if sum(wait <= span for wait in waits) >= USUAL_SHARE * number), None)
    enough = number >= FEWEST and people >= FEWEST_PEOPLE
    return AnswerFigures(
        number,
        sum(wait <= IN_TIME for wait in waits),
        median(waits) if waits else None,
        by_officers,
        people,
        usual if enough else None,
    )
