"""From what Zalo posts to what a person said."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channel_kit.download import LARGEST
from bot.channel_kit.picture_files import PictureType, likeness
from bot.channels.zalo_oa.settings import NAME
from handlers.actions import Action, Verb
from handlers.messages import Album, Contact, Content, Incoming, Location, Person, Photo, Strange, Tap, Text

ANONYMOUS = "anonymous:"
HIDDEN = "#"
"""Before the spelling of an action in a button: Zalo's convention for what is not meant for reading, and what keeps
words that people type ("lang nghề") from being taken for buttons."""

_PHONE = re.compile(r"\+?[0-9][0-9 .-]{7,16}")


@dataclass(frozen=True, slots=True)
class Spoke:
    """A person wrote to us, or began to."""

    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Left:
    """A person stopped following us."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Saw:
    """One of *addresses* has seen what the other sent; some pages name the person first, others the account."""

    addresses: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Echo:
    """Zalo tells us what we did ourselves, or something that is not for us."""


Event = Spoke | Left | Saw | Echo


def parse(body: bytes) -> dict[str, Any] | None:
    """The JSON object in *body*, its integers kept as text because ids outgrow other readers; None if it is none."""
    try:
        read = json.loads(body, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def event(read: dict[str, Any]) -> Event:
    """What happened."""
    name = _text(read.get("event_name"))
    at = moment(read.get("timestamp"))
    if name.startswith(("user_send_group", "oa_send")):
        return Echo()
    if name.startswith(("user_send_", "anonymous_send_")):
        return _spoke(read, name, at)
    if name == "user_submit_info":
        return _read_submitted_info(read, at)
    if name == "user_seen_message":
        return Saw(tuple(sorted(parties(read))), at)
    if name == "user_withdraw":
        return _withdrew(read, at)
    return _came_or_went(read, name, at)


def _withdrew(read: dict[str, Any], at: datetime) -> Event:
    """Whoever takes back the consent they gave in Zalo wants what "erase everything about me" does."""
    named = (
        _text(read.get("user_id")),
        *(_id(read.get(party)) for party in ("user", "follower", "sender", "recipient")),
    )
    who = next((each for each in named if each and each != _text(read.get("oa_id"))), "")
    if not who:
        return Echo()
    ref = f"user_withdraw:{_text(read.get('timestamp'))}"
    return Spoke(Incoming(Person(NAME, who), Tap(Action(Verb.ERASE, "yes")), ref=ref, at=at))


def parties(read: dict[str, Any]) -> frozenset[str]:
    """The ids of the account and the person that an event is between, as far as it says."""
    ids = (_text(read.get("oa_id")), _id(read.get("sender")), _id(read.get("recipient")))
    return frozenset(filter(None, ids))


def moment(timestamp: object) -> datetime:
    """A Zalo timestamp (milliseconds, a string) as UTC; the epoch if it is none."""
    try:
        return datetime.fromtimestamp(int(_text(timestamp)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)


def _came_or_went(read: dict[str, Any], name: str, at: datetime) -> Event:
    who = _id(read.get("follower")) or _text(read.get("user_id"))
    if name in {"follow", "user_click_chatnow"} and who:
        ref = f"{name}:{_text(read.get('timestamp'))}"
        return Spoke(Incoming(Person(NAME, who), Tap(Action(Verb.START)), ref=ref, at=at))
    if name == "unfollow" and who:
        return Left(Person(NAME, who), at)
    return Echo()


def _read_submitted_info(read: dict[str, Any], at: datetime) -> Event:
    """The phone number that a person gave in Zalo's own form; they typed it, so Zalo does not vouch for it."""
    giver, phone = _id(read.get("sender")), _text(_dict(read.get("info")).get("phone"))
    if not giver or not phone:
        return Echo()
    ref = f"user_submit_info:{_text(read.get('timestamp'))}"
    return Spoke(Incoming(Person(NAME, giver), Contact(phone, own=False), ref=ref, at=at))


def _spoke(read: dict[str, Any], name: str, at: datetime) -> Event:
    message = _dict(read.get("message"))
    sender, ref = _id(read.get("sender")), _text(message.get("msg_id"))
    if not sender or not ref:
        return Echo()
    unknown = name.startswith("anonymous_")
    person = Person(NAME, f"{ANONYMOUS}{sender}" if unknown else sender)
    kind = name.removeprefix("anonymous_").removeprefix("user_").removeprefix("send_")
    thread = _text(message.get("conversation_id")) if unknown else ""
    quoted = _text(message.get("quote_msg_id"))
    return Spoke(Incoming(person, _content(kind, message), ref=ref, thread=thread, at=at, replies_to=quoted))


def _content(kind: str, message: dict[str, Any]) -> Content:
    words = _text(message.get("text"))
    attached = [_dict(one) for one in _list(message.get("attachments"))]
    payload = _dict(attached[0].get("payload")) if attached else {}
    match kind:
        case "text":
            return read_words(words)
        case "image":
            return _photos(attached, words)
        case "location":
            return _location(message, payload)
        case _:
            return _attachment(kind, payload, words)


def _attachment(kind: str, payload: dict[str, Any], words: str) -> Content:
    match kind:
        case "link":
            return _link(payload, words)
        case "business_card":
            return _contact(payload, words) or Strange("contact")
        case "file":
            return _file(payload, words)
        case "audio":
            return Strange("voice")
        case _:
            return Strange(kind if re.fullmatch(r"[a-z]{1,20}", kind) else "unknown")


def read_words(words: str) -> Text | Tap:
    """What *words* are: a button's hidden spelling, or words."""
    if words.startswith(HIDDEN):
        action = Action.parse(words.removeprefix(HIDDEN))
        if action is not None:
            return Tap(action)
    return Text(words)


def _photos(attached: list[dict[str, Any]], caption: str) -> Photo | Album | Strange:
    urls = [url for one in attached if (url := _text(_dict(one.get("payload")).get("url")))]
    photos = tuple(Photo(handle=url, caption=caption) for url in urls)
    if not photos:
        return Strange("image")
    return photos[0] if len(photos) == 1 else Album(photos)


def _location(message: dict[str, Any], payload: dict[str, Any]) -> Location | Strange:
    # Both shapes are published: message.location and attachments[].payload.coordinates.
    place = _dict(message.get("location")) or _dict(payload.get("coordinates"))
    try:
        latitude, longitude = float(_text(place.get("latitude"))), float(_text(place.get("longitude")))
    except ValueError:
        return Strange("location")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return Strange("location")
    return Location(latitude, longitude)


def _link(payload: dict[str, Any], words: str) -> Content:
    # Business cards also arrive as links whose description is JSON with a phone.
    contact = _contact(payload, "")
    if contact is not None:
        return contact
    url = _text(payload.get("url"))
    return Text(words if url in words else f"{words} {url}".strip()) if url or words else Strange("link")


def _contact(payload: dict[str, Any], words: str) -> Contact | None:
    described = parse(_text(payload.get("description")).encode(errors="replace")) or {}
    phone = _text(payload.get("phone")) or _text(described.get("phone"))
    if not phone and (found := _PHONE.search(words)):
        phone = found.group()
    return Contact(phone, own=False) if phone else None


def _file(payload: dict[str, Any], words: str) -> Photo | Strange:
    """A file that is a picture by its name, or may be one by what its bytes will tell."""
    url = _text(payload.get("url"))
    alike = likeness(_text(payload.get("name")), _text(payload.get("type")))
    small = int(size) <= LARGEST if (size := _text(payload.get("size"))).isdecimal() else True
    pictured = alike is PictureType.PICTURE or (alike is PictureType.UNTOLD and small)
    return Photo(handle=url, caption=words, as_file=True) if url and pictured else Strange("file")


def _text(value: object) -> str:
    """*value* as text; "" unless it is text or a number."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _id(value: object) -> str:
    return _text(_dict(value).get("id"))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
