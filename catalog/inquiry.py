"""An inquiry and how it may move: pure. What is not in the table cannot happen."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.delivery import Policy
from catalog.errors import CatalogError


class IllegalMove(CatalogError):
    """An inquiry cannot move like that."""


class MovedMeanwhile(CatalogError):
    """Somebody else did something to an inquiry after it was looked at."""


class Kind(StrEnum):
    """What a consumer wants of a producer."""

    QUESTION = "question"
    BUY = "buy"
    COMPLAINT = "complaint"


class State(StrEnum):
    """Where an inquiry stands, from its consumer's view."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ANSWERED = "answered"
    CLOSED = "closed"


class Move(StrEnum):
    """What can happen to an inquiry."""

    DELIVER = "deliver"
    SEE = "see"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    REOPEN = "reopen"
    RATE = "rate"


class Side(StrEnum):
    """Who wrote a message of an inquiry."""

    CONSUMER = "consumer"
    PRODUCER = "producer"
    OFFICER = "officer"


class ComplaintMatter(StrEnum):
    """What a complaint is about."""

    FAKE = "fake"
    HYGIENE = "hygiene"
    FACTS = "facts"


class ComplaintOutcome(StrEnum):
    """What officers found of a report of something wrong or fake."""

    CORRECTED = "corrected"
    UNFOUNDED = "unfounded"


_MOVES: dict[tuple[State, Move], State] = {
    (State.SENT, Move.DELIVER): State.DELIVERED,
    (State.SENT, Move.SEE): State.READ,
    (State.SENT, Move.ANSWER): State.ANSWERED,
    (State.SENT, Move.FOLLOW_UP): State.SENT,
    (State.SENT, Move.CLOSE): State.CLOSED,
    (State.DELIVERED, Move.DELIVER): State.DELIVERED,
    (State.DELIVERED, Move.SEE): State.READ,
    (State.DELIVERED, Move.ANSWER): State.ANSWERED,
    (State.DELIVERED, Move.FOLLOW_UP): State.SENT,
    (State.DELIVERED, Move.CLOSE): State.CLOSED,
    (State.READ, Move.DELIVER): State.READ,
    (State.READ, Move.SEE): State.READ,
    (State.READ, Move.ANSWER): State.ANSWERED,
    (State.READ, Move.FOLLOW_UP): State.SENT,
    (State.READ, Move.CLOSE): State.CLOSED,
    # A notice can arrive after its answer: the answer came from a colleague.
    (State.ANSWERED, Move.DELIVER): State.ANSWERED,
    (State.ANSWERED, Move.SEE): State.ANSWERED,
    (State.ANSWERED, Move.ANSWER): State.ANSWERED,
    (State.ANSWERED, Move.FOLLOW_UP): State.SENT,
    (State.ANSWERED, Move.CLOSE): State.CLOSED,
    (State.ANSWERED, Move.RATE): State.ANSWERED,
    (State.CLOSED, Move.DELIVER): State.CLOSED,
    (State.CLOSED, Move.SEE): State.CLOSED,
    (State.CLOSED, Move.FOLLOW_UP): State.SENT,
    (State.CLOSED, Move.REOPEN): State.SENT,
    (State.CLOSED, Move.RATE): State.CLOSED,
}

WAITING = frozenset({State.SENT, State.DELIVERED, State.READ})


def after(state: State, move: Move) -> State:
    """Where *move* leads from *state*. Raises IllegalMove."""
    try:
        return _MOVES[state, move]
    except KeyError:
        raise IllegalMove(f"{move} is not possible once an inquiry is {state}") from None


@dataclass(frozen=True, slots=True)
class Address:
    """Someone in a channel, as the sender reaches them; one channel's addresses are e-mail addresses."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was written in an inquiry; *at* in UTC seconds."""

    number: int
    at: float
    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One consumer's matter with one producer about one product. *ref* is what both sides quote.

    *name* and *phone* are empty unless the consumer agreed to pass them on. *desk* is whom officers have handed it to:
    a commune by its code, PROVINCE, or "". *outcome* is what they found of a complaint. *flags* are what its reader
    should know before the words: a link, a long number, a photo, what a complaint is about.
    """

    ref: str
    product_id: str
    producer_id: str
    consumer: Address
    kind: Kind
    state: State
    opened_at: float
    moved_at: float
    name: str = ""
    phone: str = ""
    rating: int | None = None
    language: str = "vi"
    messages: tuple[Message, ...] = ()
    flags: tuple[str, ...] = ()
    desk: str = ""
    outcome: str = ""

    @property
    def matter(self) -> str:
        """What a complaint is about; "" where its consumer chose none."""
        return next((each for each in self.flags if each in set(ComplaintMatter)), "")

    @property
    def mark(self) -> str:
        """What is another once anybody answers, adds, closes, reopens or hands over; looking changes nothing."""
        return f"{self.moved_at!r} {self.producer_id} {self.desk} {self.outcome}"


PROVINCE = "province"
"""The desk of the officers who see everywhere."""


class NoticeKind(StrEnum):
    """What a notice tells."""

    NEW = "new"
    MORE = "more"
    REMIND = "remind"
    SECOND = "second"
    ESCALATE = "escalate"
    COMPLAINT = "complaint"
    REPORT = "report"
    DIGEST = "digest"
    ANSWER = "answer"
    CLOSED = "closed"
    REOPENED = "reopened"
    PASSED_ON = "passed_on"
    TAKEN = "taken"
    HANDED = "handed"
    ENDING = "ending"
    MISSING = "missing"
    CORRECTION = "correction"
    DECIDED = "decided"
    STILL_THERE = "still_there"
    SIGN_IN = "sign_in"
    MORNING = "morning"
    FAIR = "fair"
    PROPOSAL = "proposal"
    FOLLOWED = "followed"
    MOVED = "moved"
    BUYER = "buyer"
    RATED = "rated"
    RATING_JUDGED = "rating_judged"
    RECALL = "recall"
    RECALL_OVER = "recall_over"


TO_PRODUCERS = frozenset({NoticeKind.NEW, NoticeKind.MORE, NoticeKind.REMIND, NoticeKind.SECOND})
TO_OFFICERS = frozenset({NoticeKind.ESCALATE, NoticeKind.COMPLAINT, NoticeKind.REPORT})
TO_CONSUMER = frozenset({NoticeKind.ANSWER, NoticeKind.CLOSED, NoticeKind.REOPENED, NoticeKind.PASSED_ON})
# What warns of a product, and what ends that: it waits for whoever cannot be reached, and says where it may be a copy.
RECALLS = frozenset({NoticeKind.RECALL, NoticeKind.RECALL_OVER})
# What anybody can cause: beyond so many an hour it is gathered and told in one digest.
GATHERED = TO_PRODUCERS | {NoticeKind.ESCALATE, NoticeKind.COMPLAINT}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell someone later. *key* makes it one of a kind; *subject* is what it is about.

    That is an inquiry's ref, a product id, a fair with what is told of it, or an officer's number with when they
    asked, with the day, with the number of a proposal, a buyer's deal with what is told of it, a recall's number, or a
    rating's with the state that an officer gave it.
    What has *rank* 0 goes before all others.

    What tells a consumer of an answer is sent at most once, for it can be read by its link; everything else at least
    once, with its number in the text.
    """

    key: str
    to: Address
    kind: NoticeKind
    subject: str
    due_at: float = 0.0
    policy: Policy = Policy.AT_LEAST_ONCE
    number: int = 0
    attempts: int = 0
    message: int = 0
    sent_id: str = ""
    trouble: str = ""
    rank: int = 1


class Role(StrEnum):
    """What someone may do beyond asking."""

    PRODUCER = "producer"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who answers for a producer, or an officer (*producer_id* empty); *rank* 0 is reached first.

    Quiet hours are hours of Viet Nam's day, *quiet_from* inclusive, *quiet_to* exclusive; equal means none.
    """

    who: Address
    role: Role
    producer_id: str = ""
    name: str = ""
    rank: int = 0
    language: str = "vi"
    quiet_from: int = 0
    quiet_to: int = 0
    paused_until: float = 0.0
    canned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time way to become a producer's member or an officer."""

    role: Role
    producer_id: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a producer says is wrong among its own facts and what it shall be, waiting for an officer."""

    number: int
    producer_id: str
    product_id: str
    field: str
    old: str
    new: str
    by: Address
    at: float
    state: str = "waiting"
