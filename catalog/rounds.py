"""Rounds ("đợt") of evaluation: who takes part, what became of each, and the sums that were published of it. Pure.

Whoever takes part has no star by that: only a result with its decision makes a certificate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.dates import PartialDate


class RoundState(StrEnum):
    """Whether a round goes on, or its results were recorded."""

    OPEN = "open"
    CONCLUDED = "concluded"


class RoundResult(StrEnum):
    """What became of a product in a round."""

    UNDECIDED = ""
    STAR = "star"
    NOT_MET = "not-met"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """A product that takes part: *product_id* is "" where the catalogue has it not; *dossier* is 0 without one."""

    product: str
    producer: str
    product_id: str = ""
    producer_id: str = ""
    commune: str = ""
    address: str = ""
    dossier: int = 0
    result: RoundResult = RoundResult.UNDECIDED
    stars: int | None = None
    score: float | None = None
    certificate: str = ""
    number: int = 0

    def problem(self) -> str:
        """What is wrong with its result: "stars" where a star given has no number, or another result has; else ""."""
        return "stars" if (self.result is RoundResult.STAR) != (self.stars is not None) else ""


class RoundSum(StrEnum):
    """What is counted of a round, and what may have been published of it."""

    PRODUCTS = "products"
    MAKERS = "makers"
    STARRED = "starred"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"


@dataclass(frozen=True, slots=True)
class EvaluationRound:
    """A round of a *year*; *decision* says who takes part. *published* are the sums that *source* names."""

    name: str
    year: int
    decision: str = ""
    decided: PartialDate | None = None
    state: RoundState = RoundState.OPEN
    result_decision: str = ""
    published: Mapping[RoundSum, int] = field(default_factory=dict)
    source: str = ""
    number: int = 0


def count_round(entries: Sequence[RoundEntry]) -> Mapping[RoundSum, int]:
    """The sums that the entries make."""
    stars = [each.stars for each in entries if each.result is RoundResult.STAR]
    makers = {each.producer_id or each.producer.casefold() for each in entries}
    return {
        RoundSum.PRODUCTS: len(entries),
        RoundSum.MAKERS: len(makers),
        RoundSum.STARRED: len(stars),
        RoundSum.THREE: stars.count(3),
        RoundSum.FOUR: stars.count(4),
        RoundSum.FIVE: stars.count(5),
    }


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A published sum that is another than ours, or that its own parts do not make; *other* is what they say."""

    of: RoundSum
    published: int
    other: int
    own_parts: bool = False


def find_contradictions(published: Mapping[RoundSum, int], counted: Mapping[RoundSum, int]) -> Sequence[Contradiction]:
    """Where published sums contradict each other or ours. They are told, and never corrected."""
    found = [Contradiction(of, told, counted[of]) for of, told in published.items() if told != counted[of]]
    parts = [published[each] for each in (RoundSum.THREE, RoundSum.FOUR, RoundSum.FIVE) if each in published]
    whole = published.get(RoundSum.STARRED, published.get(RoundSum.PRODUCTS))
    if len(parts) > 1 and whole is not None and sum(parts) > whole:
        of = RoundSum.STARRED if RoundSum.STARRED in published else RoundSum.PRODUCTS
        found.append(Contradiction(of, whole, sum(parts), own_parts=True))
    elif len(parts) > 1 and RoundSum.STARRED in published and sum(parts) != published[RoundSum.STARRED]:
        found.append(Contradiction(RoundSum.STARRED, published[RoundSum.STARRED], sum(parts), own_parts=True))
    return found
