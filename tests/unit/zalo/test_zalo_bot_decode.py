"""From recorded updates to what was said."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel_kit.vendor_json import parse_object
from bot.channels.zalo_bot.decode import incoming
from handlers.actions import Action, Verb
from handlers.messages import Person, Photo, Strange, Tap, Text, Voice
from tests.unit.zalo.conftest import SAMPLES

AT = datetime.fromtimestamp(1795509000.123, tz=UTC)
PICTURE = "https://photo-stal-1.zdn.vn/8a.jpg"
SAID = {
    "text": Text("nem bùi"),
    "text_wrapped": Text("nem bùi"),
    "image": Photo(handle=PICTURE, caption="cái này?"),
    "image_old": Photo(handle=PICTURE),
    "sticker": Strange("sticker"),
    "voice": Voice(handle="https://f2-voice-aac-dl.zdn.vn/v.aac"),
    "unsupported": Strange("unsupported"),
}


def read(name: str):
    return parse_object((SAMPLES / "zalo_bot" / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SAID)
def test_each_kind_of_update_is_understood(name):
    found = incoming(read(name))
    assert found is not None
    assert found.content == SAID[name]
    assert found.person == Person("zalo_bot", "6ede9afa66b88fe6d6a9", name="Lan")
    assert (found.ref, found.at) == ("2d758cb5e222177a4e35", AT)
    assert not found.public
    assert found.thread == "6ede9afa66b88fe6d6a9"


@pytest.mark.parametrize("name", ["sticker_group", "bot"])
def test_stickers_in_groups_and_other_bots_are_passed_over(name):
    assert incoming(read(name)) is None


def test_every_sample_is_used():
    assert {path.stem for path in (SAMPLES / "zalo_bot").glob("*.json")} == set(SAID) | {
        "text_group",
        "sticker_group",
        "bot",
    }


def test_in_groups_only_what_is_said_to_us_is_heard():
    update = read("text_group")
    found = incoming(update, names={"Bot OCOP"})
    assert found is not None
    assert (found.content, found.thread, found.public) == (Text("nem bùi"), "g77", True)
    assert incoming(update, names={"Bot Khác", "bot.x1"}) is None
    assert incoming(update, names={"Bot"}) is not None
    assert incoming(update) is None
    update["message"]["text"] = "@bot ocopx nem"
    assert incoming(update, names={"Bot OCOP"}) is None
    update["message"]["text"] = "@BOT OCOP"
    assert incoming(update, names={"Bot OCOP"}).content == Tap(Action(Verb.HELP))


@pytest.mark.parametrize(
    ("words", "ours"),
    [("/tim nem", True), ("/start", True), ("\u202e/du\u200blieu\ufeff", True), ("/ban x", False), ("/", False)],
)
def test_in_groups_only_our_own_commands_need_no_name(words, ours):
    update = read("text_group")
    update["message"]["text"] = words
    assert (incoming(update) is not None) is ours


def test_in_groups_a_photo_is_heard_where_its_caption_names_us():
    photo = read("image")
    photo["message"]["chat"]["chat_type"] = "GROUP"
    assert incoming(photo, names={"Bot OCOP"}) is None
    assert incoming(photo) is None
    photo["message"]["caption"] = "@Bot OCOP đây là gì"
    assert incoming(photo, names={"Bot OCOP"}).content == Photo(handle=PICTURE, caption="đây là gì")


LINK = "https://check.bacninh.gov.vn/t/abc"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": LINK}, LINK),
        ({"text": f"xem {LINK}", "link": {"url": LINK, "title": "x"}}, f"xem {LINK}"),
        ({"text": "xem", "link": {"url": LINK}}, f"xem {LINK}"),
        ({"link": LINK}, LINK),
        ({"url": LINK}, LINK),
        ({"links": [{"url": LINK}, {"url": LINK}]}, LINK),
        ({"attachments": [{"type": "link", "payload": {"url": LINK}}]}, LINK),
        ({"attachments": [{"type": "link", "url": LINK}]}, LINK),
        ({"caption": "xem", "link": {"href": LINK}}, f"xem {LINK}"),
    ],
)
def test_a_pasted_link_is_read(message, words):
    update = read("text")
    del update["message"]["text"]
    update["message"] |= message
    assert incoming(update | {"event_name": "message.link.received"}).content == Text(words)


def test_a_link_that_leads_nowhere_is_strange():
    update = read("text") | {"event_name": "message.link.received"}
    del update["message"]["text"]
    assert incoming(update).content == Strange("link")


def test_the_words_of_what_zalo_does_not_support_are_read():
    update = read("unsupported")
    update["message"]["text"] = "nem bùi"
    assert incoming(update).content == Text("nem bùi")


@pytest.mark.parametrize("kind", ["reaction", "seen", "delivered", "typing", "recall"])
def test_what_happens_to_messages_is_no_message(kind):
    assert incoming(read("text") | {"event_name": f"message.{kind}.received"}) is None


@pytest.mark.parametrize("name", ["text", "image", "image_old", "sticker"])
def test_an_update_without_a_name_is_known_by_its_fields(name):
    update = read(name)
    del update["event_name"]
    assert incoming(update).content == SAID[name]
    link = read("text") | {"event_name": ""}
    link["message"] |= {"text": "xem", "link": {"url": LINK}}
    assert incoming(link).content == Text(f"xem {LINK}")
    bare = read("text") | {"event_name": None}
    del bare["message"]["text"]
    assert incoming(bare).content == Strange("unknown")


def test_a_picture_without_an_address_is_strange():
    update = read("image")
    del update["message"]["photo_url"]
    found = incoming(update)
    assert found is not None
    assert found.content == Strange("image")


@pytest.mark.parametrize("update", [None, {}, [], "a", {"ok": True, "result": {}}, {"event_name": "user.follow"}])
def test_what_is_no_message_is_none(update):
    assert incoming(update) is None


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_none(body):
    assert parse_object(body) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([*SAID]), st.sampled_from(["from", "chat", "date", "text", "message_id", "photo_url"]), JSON)
def test_no_shape_breaks_the_decoder(name, field, value):
    update = read(name)
    update.get("result", update)["message"][field] = value
    incoming(json.loads(json.dumps(update), parse_int=str))
