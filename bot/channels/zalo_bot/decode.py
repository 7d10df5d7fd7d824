"""From an update of the Bot API to what a person said."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from bot.channels.zalo_bot.settings import NAME
from handlers.messages import Content, Incoming, Person, Photo, Strange, Text

GROUP = "GROUP"
_KIND = re.compile(r"message\.([a-z]{1,20})\.received")


def parse(body: bytes) -> dict[str, Any] | None:
    """The JSON object in *body*, its integers kept as text because ids outgrow other readers; None if it is none."""
    try:
        read = json.loads(body, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def incoming(update: object, *, group_name: str = "") -> Incoming | None:
    """The message in *update*, bare or wrapped as {ok, result}; None if it is none, or not for us.

    In a group, stickers and the like are none of our business, and where we know our name neither is what does not
    mention it.
    """
    bare = _dict(update)
    bare = _dict(bare.get("result")) or bare
    message, kind = _dict(bare.get("message")), _KIND.fullmatch(_text(bare.get("event_name")))
    sender, chat = _dict(message.get("from")), _dict(message.get("chat"))
    who, ref = _text(sender.get("id")), _text(message.get("message_id"))
    if not (kind and who and ref) or sender.get("is_bot") is True:
        return None
    said = _content(kind.group(1), message)
    group = _text(chat.get("chat_type")).upper() == GROUP
    content = _addressed(said, group_name) if group else said
    if content is None:
        return None
    person = Person(NAME, who, name=_text(sender.get("display_name")))
    thread, at = _text(chat.get("id")), _moment(message.get("date"))
    return Incoming(person, content, ref=ref, thread=thread, public=group, at=at)


def _content(kind: str, message: dict[str, Any]) -> Content:
    if kind == "text":
        return Text(_text(message.get("text")))
    if kind == "image":
        # `photo_url` is what is sent; older pages say `photo`.
        url = _text(message.get("photo_url")) or _text(message.get("photo"))
        return Photo(handle=url, caption=_text(message.get("caption"))) if url else Strange("image")
    return Strange(kind)


def _addressed(content: Content, name: str) -> Content | None:
    """*content* of a group without our *name* in it; None if it is not said to us."""
    if isinstance(content, Photo):
        return content if not name or f"@{name}" in content.caption else None
    if not isinstance(content, Text):
        return None
    if not name:
        return content
    mention = f"@{name}"
    return Text(content.body.replace(mention, " ").strip()) if mention in content.body else None


def _moment(date: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(_text(date)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)


def _text(value: object) -> str:
    """*value* as text; "" unless it is text or a number."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
