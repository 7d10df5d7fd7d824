"""From an update of the Bot API to what a person said."""

import json
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.zalo_bot.settings import NAME
from handlers.actions import Action, Verb
from handlers.messages import Content, Incoming, Person, Photo, Strange, Tap, Text

GROUP = "GROUP"
_KIND = re.compile(r"message\.([a-z_]{1,20})\.received")
# What happens to messages without being one.
_NO_MESSAGES = frozenset({"reaction", "seen", "read", "delivered", "typing", "recall", "recalled", "undo", "deleted"})
_FIELDS = (
    ("image", ("photo_url", "photo")),
    ("sticker", ("sticker",)),  # its own address is no link that somebody pasted
    ("voice", ("voice_url", "voice")),
    ("link", ("link", "links")),
    ("text", ("text",)),
)
_COMMAND = re.compile(r"/[a-z]{2,}(?: .*)?", re.DOTALL | re.IGNORECASE)
_OURS = frozenset({"start", "tim", "huongdan", "cauhoi", "ngonngu", "dulieu", "help", "xoadulieu"})


def parse(body: bytes) -> dict[str, Any] | None:
    """The JSON object in *body*, its integers kept as text because ids outgrow other readers; None if it is none."""
    try:
        read = json.loads(body, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def incoming(update: object, *, names: Collection[str] = ()) -> Incoming | None:
    """The message in *update*, bare or wrapped as {ok, result}; None if it is none, or not for us.

    In a group that is what begins with a command of ours or mentions one of our *names*.
    """
    bare = _dict(update)
    bare = _dict(bare.get("result")) or bare
    message = _dict(bare.get("message"))
    kind = _kind(_text(bare.get("event_name")), message)
    sender, chat = _dict(message.get("from")), _dict(message.get("chat"))
    who, ref = _text(sender.get("id")), _text(message.get("message_id"))
    if not (kind and who and ref) or sender.get("is_bot") is True:
        return None
    said = _content(kind, message)
    group = _text(chat.get("chat_type")).upper() == GROUP
    content = _strip_our_name(said, names) if group else said
    if content is None:
        return None
    person = Person(NAME, who, name=_text(sender.get("display_name")))
    thread, at = _text(chat.get("id")), _moment(message.get("date"))
    return Incoming(person, content, ref=ref, thread=thread, public=group, at=at)


def _kind(event: str, message: dict[str, Any]) -> str:
    """The kind of message that *event* names; where it names none, what the fields of *message* tell; "" for none."""
    named = _KIND.fullmatch(event)
    if named is not None:
        return "" if named[1] in _NO_MESSAGES else named[1]
    if event or not message:
        return ""
    return next((kind for kind, fields in _FIELDS if any(message.get(field) for field in fields)), "unknown")


def _content(kind: str, message: dict[str, Any]) -> Content:
    words = _text(message.get("text")) or _text(message.get("caption"))
    match kind:
        case "text":
            return Text(words)
        case "image" | "photo":
            # `photo_url` is what is sent; older pages say `photo`.
            url = _text(message.get("photo_url")) or _text(message.get("photo"))
            return Photo(handle=url, caption=_text(message.get("caption"))) if url else Strange("image")
        case "link":
            read = " ".join([words, *(url for url in _urls(message) if url not in words)]).strip()
            return Text(read) if read else Strange("link")
        case _:
            # Zalo calls unsupported what it cannot show, such as a card; its words came all the same.
            return Text(words) if words else Strange(kind)


def _urls(message: dict[str, Any]) -> list[str]:
    """The addresses of a pasted link, in each of the shapes that are published."""
    links = message.get("links")
    attached = message.get("attachments")
    places = [message, _dict(message.get("link")), *(map(_dict, links) if isinstance(links, list) else ())]
    for each in map(_dict, attached if isinstance(attached, list) else ()):
        places += [each, _dict(each.get("payload"))]
    named = [_text(message.get("link")), *(_text(place.get("url")) or _text(place.get("href")) for place in places)]
    return [url for url in dict.fromkeys(named) if url.startswith(("https://", "http://"))]


def _strip_our_name(content: Content, names: Collection[str]) -> Content | None:
    """*content* of a group without our name in it; None if it is not said to us."""
    mentions = [re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE) for name in names if name]
    match content:
        case Photo(caption=caption):
            found = next((mention for mention in mentions if mention.search(caption)), None)
            return replace(content, caption=_without(found, caption)) if found else None
        case Text(body):
            found = next((mention for mention in mentions if mention.search(body)), None)
            if found is not None:
                rest = _without(found, body)
                return Text(rest) if rest else Tap(Action(Verb.HELP))
            return content if _COMMAND.fullmatch(body) and body[1:].split()[0].lower() in _OURS else None
        case _:
            return None


def _without(mention: re.Pattern[str], words: str) -> str:
    return re.sub(r"[ \t]{2,}", " ", mention.sub(" ", words)).strip()


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
