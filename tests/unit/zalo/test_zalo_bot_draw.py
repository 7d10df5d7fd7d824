"""As few messages as can be, cut where the meaning pauses."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel_kit.utf16 import utf16_length
from bot.channels.zalo_bot.draw import draw, split
from handlers import attachments
from handlers.actions import Action, Verb
from handlers.messages import Card, Choice, Fact, Reply, Section


def test_a_short_reply_is_one_message_with_numbered_choices():
    see = Choice("Xem", Action(Verb.PRODUCT, "a"))
    (call,) = draw(Reply(text="Chọn", choices=(see,)))
    assert (call.method, call.params) == ("sendMessage", {"text": "Chọn\n\n1. Xem"})


def test_a_lone_card_brings_its_picture():
    (call,) = draw(Reply(cards=(Card("Nem", picture="/pictures/1.jpg"),)), public_url="https://hoi-ocop.example")
    assert call.method == "sendPhoto"
    assert call.params == {"photo": "https://hoi-ocop.example/pictures/1.jpg", "caption": "Nem"}


def test_a_picture_that_nobody_can_fetch_is_left_out():
    for picture in ("", "/pictures/1.jpg", "http://a.example/1.jpg", "data:image/png;base64,"):
        (call,) = draw(Reply(cards=(Card("Nem", picture=picture),)))
        assert call.method == "sendMessage"


def test_several_cards_bring_none():
    cards = (Card("Nem", picture="https://a.example/1.jpg"), Card("Bánh"))
    assert [call.method for call in draw(Reply(cards=cards))] == ["sendMessage"]


def test_a_long_card_is_a_picture_and_what_follows():
    section = Section("Một", tuple(Fact(f"Dữ kiện {n}", "x" * 150) for n in range(20)))
    calls = draw(Reply(cards=(Card("Nem", sections=(section,), picture="https://a.example/1.jpg"),)))
    assert [call.method for call in calls] == ["sendPhoto", "sendMessage"]


def test_the_cut_is_at_the_longest_pause_that_costs_no_more_messages():
    paragraph = "Câu một rất dài. " * 8
    text = "\n\n".join([paragraph.strip()] * 3)
    parts = split(text, limit=300)
    assert parts == [f"{paragraph.strip()}\n\n{paragraph.strip()}", paragraph.strip()]
    sentences = split("Một hai ba. Bốn năm sáu. Bảy tám chín.", limit=25)
    assert sentences == ["Một hai ba. Bốn năm sáu.", "Bảy tám chín."]
    assert split("một hai ba bốn", limit=8) == ["một hai", "ba bốn"]
    assert split("x" * 25, limit=10) == ["x" * 10, "x" * 10, "x" * 5]
    assert split("", limit=10) == ["…"]


@given(st.text(st.characters(codec="utf-16"), max_size=300) | st.text("ab .\n", max_size=300), st.integers(2, 60))
@settings(deadline=None)
def test_nothing_is_lost_and_nothing_is_too_long(text, limit):
    parts = split(text, limit=limit)
    assert all(0 < utf16_length(part) <= limit and part.strip() for part in parts)
    if text.strip():
        assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_photo_that_goes_along_is_shown_by_its_address_or_told_of():
    """The platform takes pictures only by an address that it can fetch."""
    reply = Reply("#ABC23: mốc rồi", cards=(attachments.photo_card("Ảnh kèm theo #ABC23", "proof"),))
    (shown,) = draw(reply, public_url="https://ocop.example")
    assert shown.method == "sendPhoto"
    assert shown.params["photo"] == "https://ocop.example/f/proof"
    assert shown.params["caption"] == "#ABC23: mốc rồi\n\nẢnh kèm theo #ABC23"
    (told,) = draw(reply)
    assert told.method == "sendMessage"
    assert told.params["text"].startswith("#ABC23: mốc rồi\n\nCó ảnh kèm theo, nhưng")
