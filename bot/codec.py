"""Serializes messages, replies and sessions as JSON and reads them back."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from handlers.context import Session
from handlers.messages import Album, Content, Incoming, Photo, Reply, Strange

# How many bytes tell how long each picture of an album is.
_LENGTH = 4


@lru_cache(maxsize=8)
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def serialize_incoming(incoming: Incoming) -> tuple[str, bytes | None]:
    """*incoming* as JSON without its network mark, and the bytes of its photos, if it carries any."""
    bare, pictures = split(replace(incoming, line="") if incoming.line else incoming)
    return _adapter(Incoming).dump_json(bare).decode(), pictures


def split(incoming: Incoming) -> tuple[Incoming, bytes | None]:
    """*incoming* without the bytes of its photos, and these."""
    content, pictures = incoming.content, None
    match content:
        case Photo(image=image) if image:
            content, pictures = replace(content, image=b""), image
        case Album(photos) if any(photo.image for photo in photos):
            pictures = b"".join(len(photo.image).to_bytes(_LENGTH) + photo.image for photo in photos)
            content = Album(tuple(replace(photo, image=b"") for photo in photos))
    return (incoming if content is incoming.content else replace(incoming, content=content)), pictures


def read_incoming(body: str, pictures: bytes | None) -> Incoming:
    """Read back what serialize_incoming wrote. Raises ValueError for anything else."""
    incoming: Incoming = _adapter(Incoming).validate_json(body)
    return incoming if pictures is None else join(incoming, pictures)


def join(incoming: Incoming, pictures: bytes) -> Incoming:
    """What split() took apart. Raises ValueError where they do not belong together."""
    match incoming.content:
        case Photo() as photo:
            return replace(incoming, content=replace(photo, image=pictures))
        case Album(photos):
            filled = zip(photos, _apart(pictures), strict=True)
            return replace(incoming, content=Album(tuple(replace(photo, image=image) for photo, image in filled)))
    return incoming


def read_content(body: str) -> Content | None:
    """What someone said, from what serialize_incoming wrote; None for our own notices and what an old version wrote."""
    try:
        content = read_incoming(body, None).content
    except ValueError:
        return None
    return None if isinstance(content, Strange) else content


def _apart(pictures: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(pictures):
        begin = start + _LENGTH
        start = begin + int.from_bytes(pictures[start:begin])
        yield pictures[begin:start]


def serialize_reply(reply: Reply) -> str:
    """*reply* as JSON."""
    return _adapter(Reply).dump_json(reply).decode()


def read_reply(spelled: str) -> Reply:
    """Read back what serialize_reply wrote."""
    reply: Reply = _adapter(Reply).validate_json(spelled)
    return reply


def serialize_session(session: Session) -> str:
    """*session* as JSON, without the language, which has its own place."""
    return _adapter(Session).dump_json(session, exclude={"language", "who"}, exclude_defaults=True).decode()


def read_session(language: str, spelled: str) -> Session:
    """Read back what serialize_session wrote."""
    if spelled == "{}":
        return Session(language)
    session: Session = _adapter(Session).validate_json(spelled)
    return replace(session, language=language)
