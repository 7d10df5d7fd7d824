"""Response time and rate of producers: what counts, from how much on it is told, and what shoppers may read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.answer_times import DAY, IN_TIME, PERIOD, USUAL, AnswerRecord, figure
from catalog.inquiry import Kind, Side, State

NOW = 1_790_000_000.0
HOUR = 3600.0


def asked(*, ago: float = 10 * DAY, waited: float | None = None, person: str = "web:a", **more: object) -> AnswerRecord:
    """An inquiry of a question that its producer answered after so long, or not."""
    at = NOW - ago
    answered = None if waited is None else at + waited
    side = "" if waited is None else str(Side.PRODUCER)
    state = str(State.SENT if waited is None else State.ANSWERED)
    record = AnswerRecord("htx", str(Kind.QUESTION), at, answered or at, answered, side, "", state, person)
    return replace(record, **more)  # type: ignore[arg-type]  # fields of the record


def people(*records: AnswerRecord) -> list[AnswerRecord]:
    """The same, each of somebody else."""
    return [replace(each, person=f"web:{number}") for number, each in enumerate(records)]


def test_the_median_and_the_share_are_of_all_that_counts() -> None:
    waits = (HOUR, 2 * HOUR, 20 * HOUR, 5 * DAY)
    found = figure(people(*(asked(waited=each) for each in waits), asked()), now=NOW)["htx"]
    assert (found.number, found.in_time, found.share, found.median) == (5, 3, 60, 11 * HOUR)
    assert found.enough
    assert found.usual is None


def test_usually_is_what_happened_with_two_of_three() -> None:
    found = figure(people(*(asked(waited=each * HOUR) for each in (1, 2, 10, 20)), asked(), asked()), now=NOW)["htx"]
    assert found.usual == DAY
    fast = figure(people(*(asked(waited=each * HOUR) for each in (1, 1, 2, 3)), asked(), asked()), now=NOW)["htx"]
    assert fast.usual == 3 * HOUR


@pytest.mark.parametrize(
    "left_out",
    [
        asked(ago=2 * DAY),
        asked(ago=PERIOD + DAY, waited=HOUR),
        asked(waited=HOUR, kind=str(Kind.COMPLAINT)),
        asked(state=str(State.CLOSED), moved_at=NOW - 10 * DAY + HOUR, closed_by=str(Side.CONSUMER)),
        asked(state=str(State.CLOSED), moved_at=NOW - 10 * DAY + HOUR, closed_by=str(Side.OFFICER)),
        asked(waited=HOUR, answered_by=str(Side.OFFICER)),
    ],
    ids=["young", "old", "complaint", "withdrawn", "closed by an officer", "answered by an officer at once"],
)
def test_what_says_nothing_of_the_producer_does_not_count(left_out: AnswerRecord) -> None:
    assert figure([left_out], now=NOW) == {}


def test_a_producer_who_closes_without_an_answer_has_not_answered() -> None:
    closed = asked(state=str(State.CLOSED), moved_at=NOW - 10 * DAY + HOUR, closed_by=str(Side.PRODUCER))
    found = figure([closed], now=NOW)["htx"]
    assert (found.number, found.in_time) == (1, 0)


def test_what_officers_answered_after_three_days_counts_against_the_producer_and_apart() -> None:
    found = figure([asked(waited=4 * DAY, answered_by=str(Side.OFFICER))], now=NOW)["htx"]
    assert (found.number, found.in_time, found.by_officers, found.median) == (1, 0, 1, None)


def test_too_few_inquiries_or_people_tell_nothing() -> None:
    four = figure(people(*(asked(waited=HOUR) for _ in range(4))), now=NOW)["htx"]
    assert (four.enough, four.usual) == (False, None)
    one_person = figure([asked(waited=HOUR) for _ in range(9)], now=NOW)["htx"]
    assert (one_person.enough, one_person.usual) == (False, None)
    erased = figure([asked(waited=HOUR, person="") for _ in range(9)], now=NOW)["htx"]
    assert not erased.enough


@given(st.lists(st.none() | st.floats(0, 30 * DAY), min_size=1, max_size=30))
def test_no_badge_promises_what_two_of_three_did_not_get(waits: list[float | None]) -> None:
    found = figure(people(*(asked(ago=40 * DAY, waited=each) for each in waits)), now=NOW)["htx"]
    assert found.number == len(waits)
    assert 0 <= found.share <= 100
    if found.usual is not None:
        assert found.usual in USUAL
        assert found.usual <= IN_TIME
        # The moment of an answer is kept as a whole, and loses some of a second's parts.
        assert 3 * sum(each is not None and each <= found.usual + 1 for each in waits) >= 2 * len(waits)
