"""Values as JSON and back, for the inbox and for whoever draws in another program."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from handlers.desk import Known
from handlers.messages import Incoming, Photo, Reply


@lru_cache(maxsize=8)
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def spell_incoming(incoming: Incoming) -> tuple[str, bytes | None]:
    """*incoming* as JSON, and beside it the bytes of its photo if it carries any."""
    content = incoming.content
    picture = content.image if isinstance(content, Photo) and content.image else None
    if isinstance(content, Photo) and picture is not None:
        incoming = replace(incoming, content=replace(content, image=b""))
    return _adapter(Incoming).dump_json(incoming).decode(), picture


def read_incoming(body: str, picture: bytes | None) -> Incoming:
    """Read back what spell_incoming wrote."""
    incoming: Incoming = _adapter(Incoming).validate_json(body)
    if picture is not None and isinstance(incoming.content, Photo):
        return replace(incoming, content=replace(incoming.content, image=picture))
    return incoming


def spell_reply(reply: Reply) -> str:
    """*reply* as JSON."""
    return _adapter(Reply).dump_json(reply).decode()


def read_reply(spelled: str) -> Reply:
    """Read back what spell_reply wrote."""
    reply: Reply = _adapter(Reply).validate_json(spelled)
    return reply


def spell_known(known: Known) -> str:
    """*known* as JSON, without the language, which has its own place."""
    return _adapter(Known).dump_json(replace(known, language=""), exclude_defaults=True).decode()


def read_known(language: str, spelled: str) -> Known:
    """Read back what spell_known wrote."""
    known: Known = _adapter(Known).validate_json(spelled)
    return replace(known, language=language)
