"""Values survive being kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import codec
from catalog.passport import Standing
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.messages import (
    Album,
    Card,
    Choice,
    Contact,
    Fact,
    Incoming,
    Link,
    Location,
    Page,
    Person,
    Photo,
    Reply,
    Section,
    SourceLine,
    Strange,
    Style,
    Tap,
    Text,
    Want,
)

WORDS = st.text(max_size=30)
PHOTOS = st.builds(Photo, image=st.binary(max_size=50), handle=WORDS, caption=WORDS, as_file=st.booleans())
CONTENTS = st.one_of(
    st.builds(Text, WORDS),
    PHOTOS,
    st.builds(Album, st.lists(PHOTOS, max_size=4).map(tuple)),
    st.builds(Tap, st.builds(Action, st.sampled_from(list(Verb)), st.just("nem-1"))),
    st.builds(Location, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Contact, WORDS, st.booleans()),
    st.builds(Strange, WORDS),
)


@given(st.builds(Incoming, st.builds(Person, WORDS, WORDS, WORDS, WORDS), CONTENTS, WORDS, WORDS))
def test_a_message_survives_with_its_photos(incoming: Incoming) -> None:
    body, pictures = codec.serialize_incoming(incoming)
    assert codec.read_incoming(body, pictures) == incoming


def test_a_photo_is_kept_beside_its_words() -> None:
    photo = Photo(b"\xff\xd8\xff", handle="f1", caption="nem")
    body, pictures = codec.serialize_incoming(Incoming(Person("web", "an"), photo, "1"))
    assert pictures == b"\xff\xd8\xff"
    assert "nem" in body


@given(st.lists(st.builds(Card, WORDS, st.sampled_from(["", "nem-1"]), WORDS), max_size=3), WORDS)
def test_cards_survive_as_they_are_each_time(cards: list[Card], words: str) -> None:
    reply = Reply(words, cards=tuple(cards))
    assert codec.read_reply(codec.serialize_reply(reply)) == reply
    other = Reply(cards=(*cards, Card(words, "nem-1")))
    assert codec.read_reply(codec.serialize_reply(other)) == other


def test_a_reply_survives_whole() -> None:
    choice = Choice("Xem", Action(Verb.PRODUCT, "nem-1"), style=Style.MAIN)
    fact = Fact("Phone", "0912", links=(Link("0912", "tel:+84912"),), sources=(1,), known=True)
    card = Card(
        "Nem",
        stars=4,
        standing=Standing.ENDING,
        sections=(Section("Producer", (fact,)),),
        sources=(SourceLine("Sở", "https://so.vn", "2025"),),
        choices=(choice,),
    )
    reply = Reply("Chào", (card,), (choice, Choice("Gọi", url="tel:1")), Want.PHOTO, Page(1, 2, 9), ("!",), "en")
    assert codec.read_reply(codec.serialize_reply(reply)) == reply


@given(
    st.builds(
        Session, WORDS, st.lists(WORDS, max_size=3).map(tuple), st.none() | st.tuples(st.just(21.05), st.just(106.0))
    )
)
def test_what_is_known_survives_with_the_language_beside_it(session: Session) -> None:
    spelled = codec.serialize_session(session)
    assert '"language"' not in spelled
    assert codec.read_session(session.language, spelled) == session
    assert codec.read_session("vi", "{}") == Session("vi")


@pytest.mark.parametrize("body", ["", "{}", "[1]", '{"person": {}}', "nichts"])
def test_anything_else_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        codec.read_incoming(body, None)
