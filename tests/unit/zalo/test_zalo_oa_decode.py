"""From recorded shapes to what was said."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel_kit.vendor_json import parse_object
from bot.channels.zalo_oa.decode import Echo, Left, Saw, Spoke, event, parties, read_words
from handlers.actions import Action, Verb
from handlers.messages import Album, Contact, Location, Person, Photo, Strange, Tap, Text, Voice
from tests.unit.zalo.conftest import SAMPLES

USER, OA = "2468458835296117922", "2813091073440910336"
AT = datetime.fromtimestamp(1795509000.123, tz=UTC)
PICTURE = "https://photo-stal-1.zdn.vn/jpg/8a2f.jpg"


def read(name: str):
    found = parse_object((SAMPLES / "zalo_oa" / f"{name}.json").read_bytes())
    assert found is not None
    return found


SAID = {
    "user_send_text": Text("nem bùi Ninh Xá"),
    "user_send_text_button": Tap(Action(Verb.PRODUCT, "nem-bui")),
    "user_send_text_quote": Text("cái này"),
    "user_send_image": Photo(handle=PICTURE),
    "user_send_image_caption": Photo(handle=PICTURE, caption="của ai đây?"),
    "user_send_link": Text("https://check.bacninh.gov.vn/t/abc"),
    "user_send_link_card": Contact("0912345678", own=False),
    "user_send_file": Strange("file"),
    "user_send_file_picture": Photo(handle="https://file-stal-1.zdn.vn/x.heic", as_file=True),
    "user_send_sticker": Strange("sticker"),
    "user_send_gif": Strange("gif"),
    "user_send_audio": Voice(handle="https://voice.zdn.vn/v.amr"),
    "user_send_video": Strange("video"),
    "user_send_location": Location(21.186111, 106.076389),
    "user_send_location_plain": Location(21.186111, 106.076389),
    "user_send_business_card": Contact("0912 345 678", own=False),
}


@pytest.mark.parametrize("name", SAID)
def test_each_kind_of_message_is_understood(name):
    happened = event(read(name))
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == SAID[name]
    assert happened.incoming.person == Person("zalo_oa", USER)
    assert happened.incoming.ref == "96d3cdf3af150460909"
    assert happened.incoming.at == AT


@pytest.mark.parametrize("name", ["follow", "user_click_chatnow"])
def test_who_comes_is_welcomed_once(name):
    happened = event(read(name))
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == Tap(Action(Verb.START))
    assert happened.incoming.ref == f"{name}:1795509000123"


def test_a_reply_names_what_it_replies_to():
    happened = event(read("user_send_text_quote"))
    assert isinstance(happened, Spoke)
    assert happened.incoming.replies_to == "aa11"


def test_a_form_that_was_filled_in_gives_a_phone_number():
    happened = event(read("user_submit_info"))
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == Contact("84912345678", own=False)
    assert happened.incoming.ref == "user_submit_info:1795509000123"
    assert event({**read("user_submit_info"), "info": {}}) == Echo()


def test_who_goes_is_let_go():
    assert event(read("unfollow")) == Left(Person("zalo_oa", USER), AT)


def test_what_was_seen_is_noted():
    assert event(read("user_seen_message")) == Saw((USER, OA), AT)


def test_an_anonymous_person_is_another_kind_of_person():
    happened = event(read("anonymous_send_text"))
    assert isinstance(happened, Spoke)
    assert happened.incoming.person.address == "anonymous:a8d1f0c2"
    assert happened.incoming.thread == "f9f2b5"


@pytest.mark.parametrize("name", ["oa_send_text", "oa_send_list", "user_received_message", "user_send_group_text"])
def test_what_we_did_and_what_is_not_ours_is_passed_over(name):
    assert event(read(name)) == Echo()


def test_every_sample_is_used():
    others = {
        "user_submit_info",
        "follow",
        "user_click_chatnow",
        "unfollow",
        "user_seen_message",
        "anonymous_send_text",
    }
    others |= {"oa_send_text", "oa_send_list", "user_received_message", "user_send_group_text", "user_withdraw"}
    assert {path.stem for path in (SAMPLES / "zalo_oa").glob("*.json")} == set(SAID) | others


def test_several_pictures_are_one_album():
    sent = read("user_send_image")
    sent["message"]["attachments"] *= 2
    happened = event(sent)
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == Album((Photo(handle=PICTURE), Photo(handle=PICTURE)))


def test_big_numbers_stay_as_they_are():
    sent = parse_object(
        b'{"event_name":"user_send_text","sender":{"id":2468458835296117922999},"timestamp":1795509000123,'
        b'"message":{"msg_id":96318905551284067735,"text":"a"}}'
    )
    assert sent is not None
    happened = event(sent)
    assert isinstance(happened, Spoke)
    assert happened.incoming.person.address == "2468458835296117922999"
    assert happened.incoming.ref == "96318905551284067735"
    assert happened.incoming.at == AT


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("image", {}, Strange("image")),
        ("image", {"attachments": "none"}, Strange("image")),
        ("location", {"location": {"latitude": "north"}}, Strange("location")),
        ("location", {"location": {"latitude": "91", "longitude": "0"}}, Strange("location")),
        ("location", {"location": {"latitude": "nan", "longitude": "0"}}, Strange("location")),
        ("link", {}, Strange("link")),
        ("link", {"text": "xem", "attachments": [{"payload": {"url": "https://a.vn"}}]}, Text("xem https://a.vn")),
        ("business_card", {"text": "Lan"}, Strange("contact")),
        ("business_card", {"attachments": [{"payload": {"phone": "0912345678"}}]}, Contact("0912345678", own=False)),
        ("file", {"attachments": [{"payload": {"name": "a.png"}}]}, Strange("file")),
        ("reaction", {}, Strange("reaction")),
        ("<script>", {}, Strange("unknown")),
    ],
)
def test_broken_messages_are_something_strange(kind, message, expected):
    sent = read("user_send_text")
    happened = event({**sent, "event_name": f"user_send_{kind}", "message": {"msg_id": "1", **message}})
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == expected


def test_only_hidden_spellings_are_buttons():
    assert read_words("#more ab12 2") == Tap(Action(Verb.PAGE, "ab12 2"))
    assert read_words("#nonsense") == Text("#nonsense")
    assert read_words("lang nghe") == Text("lang nghe")
    assert read_words("p nem-bui") == Text("p nem-bui")


def test_what_is_no_object_is_nothing():
    assert parse_object(b"[1]") is None
    assert parse_object(b"{") is None
    assert parse_object(b"\xff") is None
    assert parse_object(b"[" * 100_000) is None


def test_the_parties_are_named():
    assert parties(read("follow")) == {OA}
    assert parties({}) == frozenset()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(sorted(path.stem for path in (SAMPLES / "zalo_oa").glob("*.json")))


@given(NAMES, st.sampled_from(["message", "sender", "recipient", "timestamp", "follower", "event_name"]), JSON)
def test_no_shape_breaks_the_decoder(name, field, value):
    sent = read(name)
    sent[field] = value
    assert event(json.loads(json.dumps(sent), parse_int=str)) is not None


@pytest.mark.parametrize(
    "named",
    [
        {"sender": {"id": USER}, "recipient": {"id": OA}},
        {"sender": {"id": OA}, "recipient": {"id": USER}},
        {"follower": {"id": USER}},
        {"user": {"id": USER}},
        {"user_id": USER},
    ],
)
def test_whoever_takes_back_their_consent_is_forgotten(named):
    happened = event({"event_name": "user_withdraw", "oa_id": OA, "timestamp": "1795509000123", **named})
    assert isinstance(happened, Spoke)
    assert happened.incoming.content == Tap(Action(Verb.ERASE, "yes"))
    assert (happened.incoming.person.address, happened.incoming.ref) == (USER, "user_withdraw:1795509000123")
    assert event({"event_name": "user_withdraw", "oa_id": OA, "timestamp": "1"}) == Echo()
    recorded = event(read("user_withdraw"))
    assert isinstance(recorded, Spoke)
    assert recorded.incoming.person == Person("zalo_oa", USER)


@pytest.mark.parametrize(
    ("told", "pictured"),
    [
        ({"name": "nhan.jfif", "type": "jfif"}, True),
        ({"name": "nhan.avif"}, True),
        ({"name": "nhan"}, True),
        ({"name": "nhan", "size": "30000000"}, False),
        ({"name": "nhan.jpg", "size": "30000000"}, True),
        ({"name": "gia.pdf", "type": "pdf"}, False),
        ({"name": "gia.docx", "type": "application/msword"}, False),
    ],
)
def test_which_files_may_be_pictures(told, pictured):
    payload = {"url": "https://f.zdn.vn/a", **told}
    message = {"msg_id": "m1", "attachments": [{"type": "file", "payload": payload}]}
    happened = event({"event_name": "user_send_file", "sender": {"id": USER}, "timestamp": "1", "message": message})
    assert isinstance(happened, Spoke)
    assert isinstance(happened.incoming.content, Photo) is pictured
