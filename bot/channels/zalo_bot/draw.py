"""A reply as messages of at most 2,000 characters: as few as can be, cut where the meaning pauses."""

import re
from dataclasses import dataclass
from typing import Any

from bot.channel_kit.utf16 import utf16_length
from handlers import attachments
from handlers.messages import Reply
from handlers.plain import as_text

LIMIT = 2000

_PAUSES = (re.compile(r"(?<=\n\n)"), re.compile(r"(?<=\n)"), re.compile(r"(?<=[.!?…;:] )"), re.compile(r"(?<=\s)"))


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the Bot API and its parameters, without the chat."""

    method: str
    params: dict[str, Any]


def draw(reply: Reply, *, public_url: str = "") -> list[Call]:
    """*reply* as calls, one after the other. A card that stands alone brings its picture."""
    picture = _picture(reply, public_url)
    bare, private = attachments.split_photo(reply)
    # The platform takes pictures only by an address that it can fetch.
    said = reply if picture or not private else attachments.without_photo(bare)
    parts = split(as_text(said, folds=True), limit=LIMIT)
    calls = [Call("sendMessage", {"text": part}) for part in parts]
    if picture:
        calls[0:1] = [Call("sendPhoto", {"photo": picture, "caption": parts[0]})]
    return calls


def split(text: str, *, limit: int) -> list[str]:
    """*text* in the fewest parts of at most *limit* units, none empty, cut at the longest pauses that allow it."""
    ways = [_pack(text, level, limit) for level in range(len(_PAUSES) + 1)]
    fewest = min(len(way) for way in ways)
    return next(way for way in ways if len(way) == fewest) or ["…"]


def _pack(text: str, level: int, limit: int) -> list[str]:
    """Fill part after part with pieces that end at pauses of *level*; a piece too long is cut at finer ones."""
    parts: list[str] = []
    room = ""
    for piece in _pieces(text, level, limit):
        if utf16_length((room + piece).rstrip()) <= limit:
            room += piece
            continue
        parts.append(room)
        room = piece
    return [part.strip() for part in [*parts, room] if part.strip()]


def _pieces(text: str, level: int, limit: int) -> list[str]:
    if level == len(_PAUSES):
        return list(text)
    cut = _PAUSES[level].split(text)
    return [
        small
        for piece in cut
        for small in ([piece] if utf16_length(piece) <= limit else _pieces(piece, level + 1, limit))
    ]


def _picture(reply: Reply, public_url: str) -> str:
    """The lone card's picture where everybody can fetch it, again and again; "" if there is none."""
    if len(reply.cards) != 1:
        return ""
    picture = reply.cards[0].picture
    if picture.startswith("/") and public_url:
        return f"{public_url}{picture}"
    return picture if picture.startswith("https://") else ""
