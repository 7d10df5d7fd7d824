"""From what is posted to what a person said."""

import base64
import binascii

from bot.channel_kit.vendor_json import parse_object, text_of
from handlers.messages import Content, Incoming, Person, Photo, Strange, Text
from tests.channels.echo.settings import NAME


def incoming(body: bytes) -> Incoming | None:
    """The message in *body*; None if it is none. It has an ``id``, a ``from``, and ``text`` or a base64 ``image``."""
    posted = parse_object(body) or {}
    who, ref = text_of(posted.get("from")), text_of(posted.get("id"))
    return Incoming(Person(NAME, who), _content(posted), ref=ref) if who and ref else None


def _content(posted: dict[str, object]) -> Content:
    if "text" in posted:
        return Text(text_of(posted["text"]))
    try:
        image = base64.b64decode(text_of(posted.get("image")), validate=True)
    except binascii.Error:
        image = b""
    return Photo(image) if image else Strange("unknown")
