"""Every kind of update, in the shape Telegram sends it, and what it means to us."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.content import Me
from bot.channels.telegram.decode import Event, Moved, Part, Thread, Typing, decode
from handlers.actions import Action, Verb
from handlers.messages import Contact, Content, Incoming, Location, Photo, Strange, Tap, Text, Voice
from tests.stands.telegram.people import marks

SAMPLES = Path(__file__).parents[2] / "contracts" / "samples" / "telegram"
ME = Me(7_000_000_001, "hoi_ocop_bot")
LONG = "bánh phu thê Đình Bảng 4 sao ở Từ Sơn loại hộp to để làm quà Tết"


def sample(name: str) -> dict[str, Any]:
    return dict[str, Any](json.loads((SAMPLES / f"{name}.json").read_text()))


def read(name: str, *, me: Me = ME) -> Event | None:
    return decode(Update.de_json(sample(name)), me=me)


def incoming(name: str) -> Incoming:
    event = read(name)
    assert isinstance(event, Incoming)
    return event


MEANINGS: dict[str, Content] = {
    "text": Text("nem bùi Ninh Xá 😀"),
    "text_english": Text("rice cake"),
    "start": Tap(Action(Verb.START)),
    "start_deep_link": Tap(Action(Verb.PRODUCT, "banh-phu-the")),
    "start_inline": Tap(Action(Verb.START)),
    "command_tim": Text(LONG),
    "command_tim_alone": Tap(Action(Verb.HELP)),
    "command_help": Tap(Action(Verb.HELP)),
    "command_language": Tap(Action(Verb.LANGUAGE, "en")),
    "command_action": Tap(Action(Verb.GROUPS)),
    "command_unknown": Text("/xyz 123"),
    "photo": Photo(handle="AgACAgUAAxkBAAIAx", caption="Cái này là gì?"),
    "photo_forwarded": Photo(handle="AgACAgUAAxkBAAIBx"),
    "document_image": Photo(handle="BQACAgUAAxkD", as_file=True),
    "document_image_unnamed_type": Photo(handle="BQACAgUAAxkE", as_file=True),
    "document_other": Strange("document"),
    "location": Location(21.18612, 106.07631),
    "contact_own": Contact("+84912345678", own=True),
    "contact_other": Contact("+84987654321", own=False),
    "sticker": Strange("sticker"),
    "voice": Voice(handle="AwACAgUAAxkH", seconds=3),
    "video": Strange("video"),
    "animation": Strange("animation"),
    "newer_than_the_library": Strange("unknown"),
    "edited_text": Text("nem bùi Thuận Thành"),
    "group_mention": Text("😀 nem bùi có mấy sao?"),
    "group_mention_alone": Tap(Action(Verb.HELP)),
    "group_reply": Text("còn hạn không?"),
    "group_command": Text("nem bùi"),
    "group_command_bare": Tap(Action(Verb.HELP)),
    "group_photo_mention": Photo(handle="AgACAgUAAxkBAAIDx", caption="xem giúp"),
    "group_anonymous_admin": Tap(Action(Verb.HELP)),
    "callback": Tap(Action(Verb.PRODUCT, "banh-phu-the")),
    "callback_on_picture": Tap(Action(Verb.NOT_THIS, "banh-phu-the")),
    "callback_on_old_message": Tap(Action(Verb.PAGE, "3fa 2")),
    "callback_unknown": Strange("button"),
    "callback_inline": Tap(Action(Verb.HELP)),
}
NOT_FOR_US = [
    "edited_live_location", "edited_album_part", "via_our_inline", "pinned", "group_unaddressed", "group_reply_other",
    "group_command_other_bot", "group_channel_post", "group_other_bot", "channel_post", "poll_answer",
    "blocked", "unblocked", "removed_from_group",
]  # fmt: skip
OTHERS: dict[str, Event] = {
    "inline_query": Typing("900001", "nem bùi", "en", 20),
    "inline_query_empty": Typing("900002", "", "vi", 0),
    "group_migrated_to": Moved(-400_500, -1_001_500_000_000),
    "group_migrated_from": Moved(-400_500, -1_001_500_000_000),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_a_message_means(name: str) -> None:
    assert incoming(name).content == MEANINGS[name]


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_what_is_not_for_us_is_left_alone(name: str) -> None:
    assert read(name) is None


@pytest.mark.parametrize("name", OTHERS)
def test_other_events(name: str) -> None:
    assert read(name) == OTHERS[name]


def test_every_sample_is_tried() -> None:
    tried = {*MEANINGS, *NOT_FOR_US, *OTHERS, "album_part", "group_photo_unaddressed"}
    assert tried - {"group_photo_unaddressed"} <= tried <= {path.stem for path in SAMPLES.glob("*.json")}
    assert tried == {path.stem for path in SAMPLES.glob("*.json")}


def test_what_nobody_sees_makes_no_other_command() -> None:
    for name, words in (("text", "\u202e/start\u200b"), ("group_command_bare", "\ufeff/st\u200bart")):
        update = sample(name)
        update["message"]["text"] = words
        found = decode(Update.de_json(update), me=ME)
        assert isinstance(found, Incoming)
        assert found.content == Tap(Action(Verb.START))


def test_a_person_is_known_by_number_with_name_and_language() -> None:
    lan, tom = incoming("text").person, incoming("text_english").person
    assert (lan.channel, lan.address, lan.language, lan.name) == ("telegram", "100001", "vi", "Lan Nguyễn")
    assert (tom.address, tom.language) == ("100002", "en")


def test_in_a_group_the_answer_quotes_the_question_in_its_topic() -> None:
    assert Thread.parse(incoming("group_photo_mention").thread) == Thread(
        -1_001_500_000_000, topic=77, quoted=sample("group_photo_mention")["message"]["message_id"]
    )
    assert incoming("group_photo_mention").person.address == "100001"
    assert read("group_photo_unaddressed") is None


def test_a_group_writes_under_its_own_name_where_its_admins_hide() -> None:
    assert incoming("group_anonymous_admin").person.address == "-1001500000000"


def test_a_tap_remembers_the_message_it_was_on() -> None:
    assert Thread.parse(incoming("callback").thread) == Thread(100_001, tapped=60)
    assert Thread.parse(incoming("callback_on_picture").thread) == Thread(
        -1_001_500_000_000, topic=77, tapped=61, pictured=True
    )
    assert Thread.parse(incoming("callback_on_old_message").thread) == Thread(100_001, tapped=9)
    assert Thread.parse(incoming("callback_inline").thread) == Thread(100_002)


def test_a_part_of_an_album_names_its_album() -> None:
    part = read("album_part")
    assert isinstance(part, Part)
    assert (part.album, part.addressed) == ("13912345678901234", True)
    assert part.incoming.content == Photo(handle="AgACAgUAAxkBAAICx", caption="hai hộp")


def test_an_unaddressed_photo_of_a_group_album_is_kept_for_the_one_that_is() -> None:
    update = sample("group_photo_unaddressed")
    update["message"]["media_group_id"] = "5"
    part = decode(Update.de_json(update), me=ME)
    assert isinstance(part, Part)
    assert not part.addressed


def test_an_edit_is_new_only_if_its_words_are() -> None:
    first = incoming("text")
    same = {"update_id": 1, "edited_message": {**sample("text")["message"], "edit_date": 1_790_000_500}}
    again = decode(Update.de_json(same), me=ME)
    assert isinstance(again, Incoming)
    assert again.ref == first.ref
    assert incoming("edited_text").ref.split(".")[:2] == first.ref.split(".")[:2]
    assert incoming("edited_text").ref != first.ref


def test_a_reply_names_the_message_of_ours_it_is_to() -> None:
    assert incoming("contact_own").replies_to == "100001/40"
    assert incoming("group_reply").replies_to == "-1001500000000/12"
    replied = sample("group_reply")["message"]["reply_to_message"]
    assert incoming("group_reply").quoted == replied.get("text", "")[:120]
    assert incoming("text").replies_to == ""


def test_a_text_mention_by_number_speaks_to_us() -> None:
    update = sample("group_unaddressed")
    bot = {"id": ME.id, "is_bot": True, "first_name": "Hỏi OCOP"}
    update["message"]["text"] = "Hỏi OCOP ơi nem bùi"
    update["message"]["entities"] = [{"type": "text_mention", "offset": 0, "length": 8, "user": bot}]
    event = decode(Update.de_json(update), me=ME)
    assert isinstance(event, Incoming)
    assert event.content == Text("ơi nem bùi")


def test_a_sticker_in_a_group_is_between_its_members() -> None:
    update = sample("sticker")
    update["message"]["chat"] = sample("group_mention")["message"]["chat"]
    assert decode(Update.de_json(update), me=ME) is None


@given(st.text(max_size=80))
def test_any_words_are_read_without_surprise(words: str) -> None:
    update = sample("text")
    update["message"]["text"] = words
    event = decode(Update.de_json(update), me=ME)
    assert event is None or isinstance(event, Incoming)
    update["message"]["text"] = f"/start {words}"
    event = decode(Update.de_json(update), me=ME)
    assert isinstance(event, Incoming)
    assert isinstance(event.content, Tap)


@given(st.builds(Thread, *[st.integers(-(2**52), 2**52)] * 4, st.booleans()))
def test_a_thread_survives_being_spelled(thread: Thread) -> None:
    assert Thread.parse(str(thread)) == thread


GROUP = {"id": -100, "type": "supergroup", "title": "Chợ Thử"}
HOA = {"id": 6, "is_bot": False, "first_name": "Hoa"}
PIXELS = [
    {"file_id": size, "file_unique_id": f"u{size}", "width": width, "height": 600}
    for size, width in (("s", 90), ("f", 800))
]


def told(text: str, *, chat: dict[str, Any] = GROUP, **more: Any) -> Event | None:
    """What *text* means with *more* beside it; its mentions and commands marked as Telegram marks them."""
    message = {"message_id": 10, "date": 1_764_000_000, "from": {**HOA, "id": 5}, "chat": chat, "text": text, **more}
    if "entities" not in more:
        message["entities"] = marks(text)
    return decode(Update.de_json({"update_id": 1, "message": message}), me=ME)


def content(text: str, **more: Any) -> Content | None:
    event = told(text, **more)
    assert event is None or isinstance(event, Incoming)
    return event.content if event else None


def replied(*, sender: dict[str, Any] = HOA, chat: dict[str, Any] = GROUP, **what: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1, "chat": chat, "from": sender, **what}


OURSELVES = {"id": ME.id, "is_bot": True, "first_name": "Hỏi OCOP", "username": ME.username}
PRIVATE = {"id": 5, "type": "private", "first_name": "A"}


@pytest.mark.parametrize("text", ["/ban @x", "/mute 5m", "/settings", "/p banh", "/report", "/ban@other_bot x", "/"])
def test_a_bare_command_of_another_bot_is_left_alone_in_a_group(text: str) -> None:
    assert told(text) is None
    assert told(f"{text} @hoi_ocop_bot") is None or text == "/"


def test_a_command_for_another_bot_is_not_ours_though_it_replies_to_us() -> None:
    ours = replied(sender=OURSELVES, text="Nem bùi")
    assert told("/ban@other_bot", reply_to_message=ours) is None
    assert content("/xyz", reply_to_message=ours) == Text("/xyz")


@pytest.mark.parametrize(
    "command", ["start", "tim nem", "huongdan", "cauhoi", "ngonngu", "dulieu", "hoicho", "help", "xoadulieu"]
)
def test_our_own_commands_need_no_name_in_a_group(command: str) -> None:
    assert told(f"/{command}") is not None


def test_a_command_that_names_us_is_answered_whatever_it_is() -> None:
    assert content("/xyz@hoi_ocop_bot nem") == Text("/xyz nem")


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("@hoi_ocop_bot cái này là gì?", "cái này là gì?"),
        ("@hoi_ocop_bot", ""),
        ("/tim@hoi_ocop_bot", ""),
        ("/tim", ""),
    ],
)
def test_words_in_a_reply_to_a_photo_are_about_that_photo(text: str, caption: str) -> None:
    assert content(text, reply_to_message=replied(photo=PIXELS)) == Photo(handle="f", caption=caption)
    document = {"file_id": "d", "file_unique_id": "ud", "file_name": "nhan.jfif"}
    there = replied(document=document, caption="hàng mới")
    assert content(text, reply_to_message=there) == Photo(handle="d", caption=caption, as_file=True)
    outside = {"origin": {"type": "user", "date": 1, "sender_user": HOA}, "photo": PIXELS}
    assert content(text, external_reply=outside) == Photo(handle="f", caption=caption)


def test_the_quoted_words_of_a_reply_are_what_is_meant() -> None:
    there = replied(text="Hôm qua mua nem bùi ở chợ Dâu")
    assert content("@hoi_ocop_bot", reply_to_message=there) == Text("Hôm qua mua nem bùi ở chợ Dâu")
    quote = {"text": "nem bùi", "position": 13}
    assert content("@hoi_ocop_bot", reply_to_message=there, quote=quote) == Text("nem bùi")


def test_a_reply_in_a_topic_reads_the_photo_there() -> None:
    there = replied(photo=PIXELS, media_group_id="7", message_thread_id=3, is_topic_message=True)
    event = told("@hoi_ocop_bot", reply_to_message=there, message_thread_id=3, is_topic_message=True)
    assert isinstance(event, Incoming)
    assert event.content == Photo(handle="f")
    assert Thread.parse(event.thread) == Thread(-100, topic=3, quoted=10)


def test_a_reply_that_is_a_wish_of_its_own_is_not_about_the_photo() -> None:
    photo = replied(photo=PIXELS)
    assert content("/cauhoi@hoi_ocop_bot", reply_to_message=photo) == Text("/cauhoi")
    assert content("/ngonngu@hoi_ocop_bot", reply_to_message=photo) == Tap(Action(Verb.LANGUAGE))
    assert told("cái này là gì?", reply_to_message=photo) is None
    ours = replied(sender=OURSELVES, photo=PIXELS)
    assert content("còn hạn không?", reply_to_message=ours) == Text("còn hạn không?")


def test_in_private_only_words_about_the_photo_point_at_it() -> None:
    photo = replied(sender={**HOA, "id": 5}, chat=PRIVATE, photo=PIXELS)
    assert content("cái này là gì?", chat=PRIVATE, reply_to_message=photo) == Photo(
        handle="f", caption="cái này là gì?"
    )
    assert content("0912345678", chat=PRIVATE, reply_to_message=photo) == Text("0912345678")


def test_our_bare_name_in_a_reply_to_words_asks_about_those_words() -> None:
    assert content("@hoi_ocop_bot", reply_to_message=replied(text="nem bùi mấy sao?")) == Text("nem bùi mấy sao?")
    assert content("@hoi_ocop_bot", reply_to_message=replied(sticker=sample("sticker")["message"]["sticker"])) == Tap(
        Action(Verb.HELP)
    )


def test_a_command_under_a_photo_means_the_photo() -> None:
    message = {
        "message_id": 10, "date": 1, "from": HOA, "chat": GROUP, "photo": PIXELS, "caption": "/tim@hoi_ocop_bot gì đây",
        "caption_entities": [{"type": "bot_command", "offset": 0, "length": 17}],
    }  # fmt: skip
    event = decode(Update.de_json({"update_id": 1, "message": message}), me=ME)
    assert isinstance(event, Incoming)
    assert event.content == Photo(handle="f", caption="gì đây")
    message["caption"] = "/ban@other_bot"
    assert decode(Update.de_json({"update_id": 1, "message": message}), me=ME) is None


LINK = "https://check.bacninh.gov.vn/p/abc123"


def linked(words: str, *urls: str) -> list[dict[str, Any]]:
    return [{"type": "text_link", "offset": 0, "length": len(words), "url": url} for url in urls]


def test_a_link_behind_words_is_read() -> None:
    words = "Truy xuất tại đây"
    assert content(words, chat=PRIVATE, entities=linked(words, LINK, LINK)) == Text(f"{words} {LINK}")
    assert content(LINK, chat=PRIVATE, entities=linked(LINK, LINK)) == Text(LINK)
    there = replied(text=words, entities=linked(words, LINK))
    assert content("@hoi_ocop_bot", reply_to_message=there) == Text(f"{words} {LINK}")


def test_a_link_behind_a_caption_is_read() -> None:
    message = {
        "message_id": 10, "date": 1, "from": HOA, "chat": PRIVATE, "photo": PIXELS, "caption": "đây",
        "caption_entities": linked("đây", LINK),
    }  # fmt: skip
    event = decode(Update.de_json({"update_id": 1, "message": message}), me=ME)
    assert isinstance(event, Incoming)
    assert event.content == Photo(handle="f", caption=f"đây {LINK}")


@pytest.mark.parametrize(
    ("name", "kind", "size", "picture"),
    [
        ("nhan.jfif", None, 9, True),
        ("nhan.AVIF", "application/octet-stream", 9, True),
        ("nhan", None, 9, True),
        (None, None, 9, True),
        ("nhan.tmp", "application/octet-stream", 9, True),
        ("nhan", None, 21 * 1024 * 1024, False),
        ("nhan.jpg", None, 21 * 1024 * 1024, True),
        ("gia.pdf", "application/octet-stream", 9, False),
        ("gia.zip", None, 9, False),
        ("gia", "application/pdf", 9, False),
    ],
)
def test_which_files_may_be_pictures(name: str | None, kind: str | None, size: int, *, picture: bool) -> None:
    update = sample("document_image")
    document = {"file_id": "d", "file_unique_id": "u", "file_name": name, "mime_type": kind, "file_size": size}
    update["message"]["document"] = {key: value for key, value in document.items() if value is not None}
    event = decode(Update.de_json(update), me=ME)
    assert isinstance(event, Incoming)
    assert isinstance(event.content, Photo) is picture


def test_a_topic_of_a_private_chat_is_remembered() -> None:
    event = told("nem", chat=PRIVATE, message_thread_id=7, is_topic_message=True)
    assert isinstance(event, Incoming)
    assert Thread.parse(event.thread) == Thread(5, topic=7)


@pytest.mark.parametrize(
    ("name", "public"), [("text", False), ("callback", False), ("group_mention", True), ("group_command", True)]
)
def test_it_is_told_where_others_read(name: str, public: bool) -> None:  # noqa: FBT001 - from a table
    assert incoming(name).public is public
