"""Every button is understood, survives being spelled, and fits the narrowest channel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.list_io import made_id
from catalog.store.products import ref_of
from handlers.actions import LONGEST, Action, Verb
from handlers.catalogue.paging import Search
from handlers.messages import Tap
from tests.conftest import Dialogue

IDS = st.text(min_size=1, max_size=64)
BIG = 10**15


@pytest.mark.parametrize("verb", list(Verb))
async def test_every_verb_is_answered_whatever_its_subject(say: Dialogue, verb: Verb) -> None:
    for subject in ("", "x", "~1", "không-có 99", "x y z", "1"):
        assert (await say(Tap(Action(verb, subject)))).strip()


@given(st.sampled_from(list(Verb)), st.text(max_size=20))
def test_an_action_survives_being_spelled(verb: Verb, subject: str) -> None:
    try:
        action = Action(verb, " ".join(subject.split()))
    except ValueError:
        return
    assert Action.parse(str(action)) == action


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader_of_actions(text: str) -> None:
    action = Action.parse(text)
    assert action is None or len(str(action).encode()) <= LONGEST


def test_a_lone_surrogate_names_nothing() -> None:
    assert Action.parse("p \ud800") is None


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        Action(Verb.PRODUCT, "đ" * 40)


@given(IDS, st.text(min_size=1, max_size=400), st.integers(1, BIG))
def test_every_product_can_be_named_by_a_button(product_id: str, name: str, number: int) -> None:
    for ref in (ref_of(product_id, number), ref_of(made_id(name, name), number)):
        for verb in Verb:
            assert Action.parse(str(Action(verb, ref))) == Action(verb, ref)
        assert len(str(Action(Verb.MAKER, f"{ref} {10**6}"))) <= LONGEST


@given(st.text(max_size=600), st.booleans(), st.integers(1, BIG))
def test_every_search_can_be_named_by_a_button(query: str, listed: bool, page: int) -> None:  # noqa: FBT001 - generated
    search = Search(query.encode(errors="replace").decode(), listed=listed)
    assert Search.read(search.serialize()) == search
    assert len(str(Action(Verb.PAGE, f"{search.token} {page}"))) <= LONGEST
