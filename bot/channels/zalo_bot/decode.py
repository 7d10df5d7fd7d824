"""From an update of the Bot API to what a person said."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.channel_kit.vendor_json import dict_of, list_of, moment_of, text_of
from bot.channels.zalo_bot.settings import NAME
from catalog.text import visible
from handlers.actions import Action, Verb
from handlers.messages import Content, Incoming, Person, Photo, Strange, Tap, Text, Voice

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
_OURS = frozenset({"start", "tim", "huongdan", "daxem", "cauhoi", "ngonngu", "dulieu", "help", "xoadulieu"})


def incoming(update: object, *, names: Collection[str] = ()) -> Incoming | None:
    """The message in *update*, bare or wrapped as {ok, result}; None if it is none, or not for us.

    In a group that is what begins with a command of ours or mentions one of our *names*.
    """
    bare = dict_of(update)
    bare = dict_of(bare.get("result")) or bare
    message = dict_of(bare.get("message"))
    kind = _kind(text_of(bare.get("event_name")), message)
    sender, chat = dict_of(message.get("from")), dict_of(message.get("chat"))
    who, ref = text_of(sender.get("id")), text_of(message.get("message_id"))
    if not (kind and who and ref) or sender.get("is_bot") is True:
        return None
    said = _content(kind, message)
    group = text_of(chat.get("chat_type")).upper() == GROUP
    content = _strip_our_name(said, names) if group else said
    if content is None:
        return None
    person = Person(NAME, who, name=text_of(sender.get("display_name")))
    thread, at = text_of(chat.get("id")), moment_of(message.get("date"))
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
    words = text_of(message.get("text")) or text_of(message.get("caption"))
    match kind:
        case "text":
            return Text(words)
        case "image" | "photo":
            # `photo_url` is what is sent; older pages say `photo`.
            url = text_of(message.get("photo_url")) or text_of(message.get("photo"))
            return Photo(handle=url, caption=text_of(message.get("caption"))) if url else Strange("image")
        case "voice" | "audio":
            return _voice(message)
        case "link":
            read = " ".join([words, *(url for url in _urls(message) if url not in words)]).strip()
            return Text(read) if read else Strange("link")
        case _:
            # Zalo calls unsupported what it cannot show, such as a card; its words came all the same.
            return Text(words) if words else Strange(kind)


def _voice(message: dict[str, Any]) -> Voice | Strange:
    url = text_of(message.get("voice_url")) or text_of(message.get("voice"))
    return Voice(handle=url) if url else Strange("voice")


def _urls(message: dict[str, Any]) -> list[str]:
    """The addresses of a pasted link, in each of the shapes that are published."""
    places = [message, dict_of(message.get("link")), *map(dict_of, list_of(message.get("links")))]
    for each in map(dict_of, list_of(message.get("attachments"))):
        places += [each, dict_of(each.get("payload"))]
    named = [
        text_of(message.get("link")),
        *(text_of(place.get("url")) or text_of(place.get("href")) for place in places),
    ]
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
            command = visible(body).strip()
            return content if _COMMAND.fullmatch(command) and command[1:].split()[0].lower() in _OURS else None
        case _:
            return None


def _without(mention: re.Pattern[str], words: str) -> str:
    return re.sub(r"[ \t]{2,}", " ", mention.sub(" ", words)).strip()
