"""From recorded updates to what was said."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot.decode import incoming, parse
from handlers.messages import Person, Photo, Strange, Text
from tests.unit.zalo.conftest import SAMPLES

AT = datetime.fromtimestamp(1795509000.123, tz=UTC)
PICTURE = "https://photo-stal-1.zdn.vn/8a.jpg"
SAID = {
    "text": Text("nem bùi"),
    "text_wrapped": Text("nem bùi"),
    "text_group": Text("@Bot OCOP nem bùi"),
    "image": Photo(handle=PICTURE, caption="cái này?"),
    "image_old": Photo(handle=PICTURE),
    "sticker": Strange("sticker"),
    "voice": Strange("voice"),
    "unsupported": Strange("unsupported"),
}


def read(name: str):
    return parse((SAMPLES / "zalo_bot" / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SAID)
def test_each_kind_of_update_is_understood(name):
    found = incoming(read(name))
    assert found is not None
    assert found.content == SAID[name]
    assert found.person == Person("zalo_bot", "6ede9afa66b88fe6d6a9", name="Lan")
    assert (found.ref, found.at) == ("2d758cb5e222177a4e35", AT)
    assert found.public is (name == "text_group")
    assert found.thread == ("g77" if name == "text_group" else "6ede9afa66b88fe6d6a9")


@pytest.mark.parametrize("name", ["sticker_group", "bot"])
def test_stickers_in_groups_and_other_bots_are_passed_over(name):
    assert incoming(read(name)) is None


def test_every_sample_is_used():
    assert {path.stem for path in (SAMPLES / "zalo_bot").glob("*.json")} == set(SAID) | {"sticker_group", "bot"}


def test_in_groups_a_known_name_must_be_mentioned():
    update = read("text_group")
    found = incoming(update, group_name="Bot OCOP")
    assert found is not None
    assert found.content == Text("nem bùi")
    assert incoming(update, group_name="Bot Khác") is None
    photo = read("image")
    photo["message"]["chat"]["chat_type"] = "GROUP"
    assert incoming(photo, group_name="Bot OCOP") is None
    assert incoming(photo) is not None
    photo["message"]["caption"] = "@Bot OCOP đây là gì"
    assert incoming(photo, group_name="Bot OCOP") is not None


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
    assert parse(body) is None


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
