"""A producer's invitation to a fair: what they answer, and what their booth needs. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class FairAnswer(StrEnum):
    """What a producer says to an invitation; OPEN until they say something."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    LATER = "later"


class BoothNeed(StrEnum):
    """What a booth can need."""

    POWER = "power"
    TABLE = "table"
    COLD = "cold"


@dataclass(frozen=True, slots=True)
class FairInvitation:
    """A producer is invited to a fair. *by_officer* is whether an officer noted the answer in the producer's place."""

    fair: str
    producer: str
    asked_at: float
    number: int = 0
    answer: FairAnswer = FairAnswer.OPEN
    needs: frozenset[BoothNeed] = frozenset()
    answered_at: float | None = None
    by_officer: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nobody need ask again."""
        return self.answer in {FairAnswer.YES, FairAnswer.NO}
