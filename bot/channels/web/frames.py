"""What travels over the WebSocket: JSON in, JSON out; pure.

The page says hello, say, tap, place, resume, older and ping; we say ready, ack, answer, older, error and pong.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.channel import Answered
from handlers.actions import Action
from handlers.messages import Album, Content, Location, Photo, Reply, Tap, Text

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,86}")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}")
_HIGHEST = 2**63 - 1


class BadFrame(Exception):
    """A frame that nobody speaking our protocol would send; *code* names what is wrong with it."""

    def __init__(self, code: str, *, ref: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.ref = ref


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: who is there, and the last answer they have seen. The token never leaves this module."""

    address: str
    after: int
    language: str


@dataclass(frozen=True, slots=True)
class MessageFrame:
    """Something a person wants answered."""

    ref: str
    content: Text | Tap | Location
    language: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Give me again what was said after *after*."""

    after: int


@dataclass(frozen=True, slots=True)
class Older:
    """Give me what was said before *before*."""

    before: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there?"""


Frame = Hello | MessageFrame | Resume | Older | Ping


def address_of(token: str) -> str:
    """The name under which we know whoever holds *token*; it does not lead back to it. Raises BadFrame."""
    if not _TOKEN.fullmatch(token):
        raise BadFrame("bad_token")
    return hashlib.sha256(f"hoi-ocop web {token}".encode()).hexdigest()[:40]


def checked_ref(ref: object) -> str:
    """*ref* if it can be the id of a message. Raises BadFrame."""
    if not isinstance(ref, str) or not _ID.fullmatch(ref):
        raise BadFrame("bad_id")
    return ref


def known_language(language: object) -> str:
    """*language* if it looks like a language tag, else "" ."""
    return language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else ""


def clean_text(text: str) -> str:
    """*text* without what no database keeps: half a surrogate pair, and for PostgreSQL a NUL."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def read(raw: str) -> Frame:
    """Understand one frame. Raises BadFrame."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrame("bad_json") from None
    if not isinstance(frame, dict):
        raise BadFrame("bad_json")
    return _read(frame)


def _read(frame: Mapping[str, Any]) -> Frame:
    match frame.get("type"):
        case "hello":
            address = address_of(_text(frame, "token"))
            return Hello(address, _after(frame), known_language(frame.get("language")) or "vi")
        case "say" | "tap" | "place" as kind:
            return _message(kind, frame)
        case "resume":
            return Resume(_after(frame))
        case "older":
            return Older(_after(frame, "before"))
        case "ping":
            return Ping()
    raise BadFrame("unknown_type")


def _message(kind: str, frame: Mapping[str, Any]) -> MessageFrame:
    ref = checked_ref(frame.get("id"))
    try:
        content = _CONTENT[kind](frame)
    except BadFrame as error:
        raise BadFrame(error.code, ref=ref) from None
    return MessageFrame(ref, content, known_language(frame.get("language")))


def _read_text(frame: Mapping[str, Any]) -> Text:
    return Text(_text(frame, "text"))


def _read_tap(frame: Mapping[str, Any]) -> Tap:
    action = Action.parse(_text(frame, "action"))
    if action is None:
        raise BadFrame("unknown_action")
    return Tap(action)


def _place(frame: Mapping[str, Any]) -> Location:
    return Location(_degrees(frame, "latitude", 90), _degrees(frame, "longitude", 180))


_CONTENT: Mapping[str, Callable[[Mapping[str, Any]], Text | Tap | Location]] = {
    "say": _read_text,
    "tap": _read_tap,
    "place": _place,
}


def _text(frame: Mapping[str, Any], name: str) -> str:
    value = frame.get(name)
    if not isinstance(value, str):
        raise BadFrame(f"no_{name}")
    return clean_text(value)


def _after(frame: Mapping[str, Any], name: str = "after") -> int:
    value = frame.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST:
        raise BadFrame("bad_after")
    return value


def _degrees(frame: Mapping[str, Any], name: str, most: int) -> float:
    value = frame.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise BadFrame("bad_place")
    return float(value)


def ready(seq: int, *, older: bool = False) -> str:
    """Say that we know who is there, the newest answer they are about to have, and whether *older* ones stay away."""
    return _serialize(type="ready", seq=seq, **({"older": True} if older else {}))


def ack(ref: str) -> str:
    """Say that the message *ref* is kept and survives a crash."""
    return _serialize(type="ack", id=ref)


def pong() -> str:
    """Say that somebody is there."""
    return _serialize(type="pong")


def answer(reply: Reply, *, seq: int, to: str) -> str:
    """Say *reply* to the message *to*, "" for a notice."""
    return _serialize(type="answer", seq=seq, to=to, reply=as_json(reply))


def history_frame(known: Answered) -> str:
    """Say once more what was said, with what it answers."""
    return _serialize(type="answer", **_again(known))


def older(found: Sequence[Answered], *, more: bool) -> str:
    """Say what was said before, and whether there is *more* of it."""
    return _serialize(type="older", answers=[_again(each) for each in found], more=more)


def _again(known: Answered) -> dict[str, Any]:
    return {"seq": known.seq, "to": known.ref, "reply": as_json(known.reply), "asked": _asked_fields(known.asked)}


def _asked_fields(content: Content | None) -> dict[str, str] | None:
    """What a person said, as far as a page shows it."""
    match content:
        case Text(body):
            return {"kind": "say", "text": body}
        case Tap(action):
            return {"kind": "tap", "action": str(action)}
        case Photo() | Album():
            return {"kind": "photo"}
        case Location():
            return {"kind": "place"}
    return None


def error(code: str, text: str, *, ref: str = "") -> str:
    """Say what went wrong, in *text*, with the message *ref*."""
    return _serialize(type="error", code=code, text=text, id=ref)


def as_json(value: Any) -> Any:
    """A reply, or a part of one, as JSON draws it; an action in its one spelling."""
    if isinstance(value, Action):
        return str(value)
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    return value


def _serialize(**frame: Any) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
