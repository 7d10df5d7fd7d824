"""A buyer's request to producers and what came of it: asked, agreed, signed, kept. Pure; times are UTC seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.buyers.demand import Demand
from catalog.inquiry import Address


@dataclass(frozen=True, slots=True)
class BuyerRequest:
    """What somebody wants to buy; *name* and *phone* go to a producer only once both have agreed."""

    who: Address
    demand: Demand
    at: float
    language: str = "vi"
    name: str = ""
    phone: str = ""
    fair: str = ""
    number: int = 0
    ended_at: float | None = None

    def is_open(self, now: float) -> bool:
        """Whether producers can be asked for it."""
        return self.ended_at is None and now < self.at + REQUEST_DAYS * DAY


class DealState(StrEnum):
    """How far a buyer and a producer have come. ASKED: the buyer agreed, the producer is asked."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"


class DealSide(StrEnum):
    """Who says something of a deal."""

    BUYER = "buyer"
    PRODUCER = "producer"


class KeptAnswer(StrEnum):
    """Whether what was signed is kept, as one side says it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    STOP = "stop"


DAY = 24 * 3600.0
ANSWER_DAYS = 14
"""For so many days a producer may answer; then the request to it ends."""
REQUEST_DAYS = 90
"""For so many days a request is kept."""
KEPT_DAYS = (30, 90)
"""So many days after signing both are asked whether it is kept."""


@dataclass(frozen=True, slots=True)
class BuyerDeal:
    """One producer asked for one request, and what came of it; nobody's name stands here."""

    number: int
    request: int
    producer: str
    product: str
    state: DealState
    asked_at: float
    moved_at: float
    signed_at: float | None = None
    by_officer: bool = False

    def is_open(self, now: float) -> bool:
        """Whether its producer may still answer."""
        return self.state is DealState.ASKED and now < self.ends_at

    @property
    def ends_at(self) -> float:
        """Until when the producer may answer."""
        return self.asked_at + ANSWER_DAYS * DAY


@dataclass(frozen=True, slots=True)
class DealAnswer:
    """What one side said so many *days* after signing."""

    deal: int
    days: int
    side: DealSide
    answer: KeptAnswer
    at: float


class KeptState(StrEnum):
    """Whether a signed deal is kept, by all that was said of it."""

    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"
    DISPUTED = "disputed"
    UNSAID = "unsaid"


def judge_kept(answers: Iterable[DealAnswer]) -> KeptState:
    """The latest word of each side counts; where they differ between yes and no, that is said."""
    latest: dict[DealSide, KeptAnswer] = {}
    for each in sorted(answers, key=lambda one: (one.days, one.at)):
        if each.answer is not KeptAnswer.STOP:
            latest[each.side] = each.answer
    said = set(latest.values())
    if not said:
        return KeptState.UNSAID
    if {KeptAnswer.YES, KeptAnswer.NO} <= said:
        return KeptState.DISPUTED
    if said == {KeptAnswer.YES}:
        return KeptState.KEPT
    return KeptState.BROKEN if said == {KeptAnswer.NO} else KeptState.PARTLY


@dataclass(frozen=True, slots=True)
class BuyerFigures:
    """What became of all requests, or of those that began at one fair."""

    requests: int = 0
    asked: int = 0
    agreed: int = 0
    signed: int = 0
    kept: int = 0
    partly: int = 0
    broken: int = 0
    disputed: int = 0
    unsaid: int = 0


def count_deals(requests: int, deals: Sequence[BuyerDeal], answers: Sequence[DealAnswer]) -> BuyerFigures:
    """The figures of *deals*; each signed one is in one of the last five."""
    signed = [each for each in deals if each.state is DealState.SIGNED]
    said: dict[int, list[DealAnswer]] = {}
    for answer in answers:
        said.setdefault(answer.deal, []).append(answer)
    judged = [judge_kept(said.get(each.number, ())) for each in signed]
    return BuyerFigures(
        requests,
        len(deals),
        sum(each.state in {DealState.AGREED, DealState.SIGNED} for each in deals),
        len(signed),
        *(judged.count(state) for state in KeptState),
    )
