"""The table of moves: nothing that is not in it can happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.inquiry import WAITING, IllegalMove, Move, State, after

LEGAL = {
    (State.SENT, Move.DELIVER), (State.SENT, Move.SEE), (State.SENT, Move.ANSWER), (State.SENT, Move.FOLLOW_UP),
    (State.SENT, Move.CLOSE), (State.DELIVERED, Move.DELIVER), (State.DELIVERED, Move.SEE),
    (State.DELIVERED, Move.ANSWER), (State.DELIVERED, Move.FOLLOW_UP), (State.DELIVERED, Move.CLOSE),
    (State.READ, Move.DELIVER), (State.READ, Move.SEE), (State.READ, Move.ANSWER), (State.READ, Move.FOLLOW_UP),
    (State.READ, Move.CLOSE), (State.ANSWERED, Move.DELIVER), (State.ANSWERED, Move.SEE),
    (State.ANSWERED, Move.ANSWER), (State.ANSWERED, Move.FOLLOW_UP), (State.ANSWERED, Move.CLOSE),
    (State.ANSWERED, Move.RATE), (State.CLOSED, Move.DELIVER), (State.CLOSED, Move.SEE),
    (State.CLOSED, Move.FOLLOW_UP), (State.CLOSED, Move.RATE), (State.CLOSED, Move.REOPEN),
}  # fmt: skip


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(Move))
def test_only_what_is_in_the_table_happens(state: State, move: Move) -> None:
    if (state, move) in LEGAL:
        assert after(state, move) in State
        return
    with pytest.raises(IllegalMove, match=str(state)):
        after(state, move)


@given(st.lists(st.sampled_from(list(Move))))
def test_whatever_is_tried_an_inquiry_is_answered_only_by_an_answer(moves: list[Move]) -> None:
    state, answered = State.SENT, False
    for move in moves:
        try:
            state = after(state, move)
        except IllegalMove:
            continue
        answered = move is Move.ANSWER or (answered and move not in {Move.FOLLOW_UP, Move.REOPEN})
        assert (state is State.ANSWERED) <= answered
        assert state not in WAITING or not answered
