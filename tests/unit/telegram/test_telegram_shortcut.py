"""Words read without the library mean what they mean when read with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.content import Me
from bot.channels.telegram.decode import decode, decode_plain_text

SAMPLES = sorted((Path(__file__).parents[2] / "contracts" / "samples" / "telegram").glob("*.json"))
ME = Me(7_000_000_001, "hoi_ocop_bot")
TEXTS = st.one_of(st.text(min_size=1, max_size=60), st.from_regex(r"/(tim|start|ngonngu|x)(@hoi_ocop_bot)?( .{0,9})?"))


def update(text: str, *, last: str | None = "Nguyễn", code: str | None = "vi", **more: Any) -> dict[str, Any]:
    sender = {"id": 5, "is_bot": False, "first_name": "Lan", "last_name": last, "language_code": code}
    chat = {"id": 5, "type": "private", "first_name": "Lan"}
    told = {key: value for key, value in sender.items() if value is not None}
    message = {"message_id": 9, "from": told, "chat": chat, "date": 1_767_225_600, "text": text, **more}
    return {"update_id": 1, "message": message}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_read_alike_or_left_to_the_library(path: Path) -> None:
    raw = json.loads(path.read_text())
    read = decode_plain_text(raw, me=ME)
    assert read is None or read == decode(Update.de_json(raw), me=ME)


def test_the_plain_samples_take_the_shortcut() -> None:
    raw = json.loads(next(path for path in SAMPLES if path.stem == "text").read_text())
    assert decode_plain_text(raw, me=ME) is not None


@given(TEXTS, st.sampled_from([None, "", "Trần"]), st.sampled_from([None, "", "en", "EN-gb", "vi", "fr"]))
def test_words_are_read_alike(text: str, last: str | None, code: str | None) -> None:
    raw = update(text, last=last, code=code)
    assert decode_plain_text(raw, me=ME) == decode(Update.de_json(raw), me=ME)


@pytest.mark.parametrize(
    "raw",
    [
        update(""),
        update("nem", reply_to_message={"message_id": 1}),
        update("nem", via_bot={"id": 1}),
        {"update_id": 1, "edited_message": update("nem")["message"]},
        {**update("nem"), "callback_query": {}},
        {"update_id": 1, "message": "nem"},
        update("nem", chat={"id": -5, "type": "group", "title": "x"}),
        {
            "update_id": 1,
            "message": update("nem")["message"] | {"from": {"id": 5, "is_bot": True, "first_name": "Lan"}},
        },
        update("nem", date=10**18),
        update("nem", date="today"),
    ],
)
def test_all_else_is_left_to_the_library(raw: dict[str, Any]) -> None:
    assert decode_plain_text(raw, me=ME) is None
