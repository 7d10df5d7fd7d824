"""From what Zalo posts to what a person said."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channel_kit.download import LARGEST
from bot.channel_kit.picture_files import PictureType, likeness
from bot.channel_kit.vendor_json import dict_of, list_of, moment_of, parse_object, text_of
from bot.channels.zalo_oa.settings import NAME
from handlers.actions import Action, Verb
from handlers.messages import Album, Contact, Content, Incoming, Location, Person, Photo, Strange, Tap, Text, Voice

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


def event(read: dict[str, Any]) -> Event:
    """What happened."""
    name = text_of(read.get("event_name"))
    at = moment_of(read.get("timestamp"))
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
        text_of(read.get("user_id")),
        *(_id(read.get(party)) for party in ("user", "follower", "sender", "recipient")),
    )
    who = next((each for each in named if each and each != text_of(read.get("oa_id"))), "")
    if not who:
        return Echo()
    ref = f"user_withdraw:{text_of(read.get('timestamp'))}"
    return Spoke(Incoming(Person(NAME, who), Tap(Action(Verb.ERASE, "yes")), ref=ref, at=at))


def parties(read: dict[str, Any]) -> frozenset[str]:
    """The ids of the account and the person that an event is between, as far as it says."""
    ids = (text_of(read.get("oa_id")), _id(read.get("sender")), _id(read.get("recipient")))
    return frozenset(filter(None, ids))


def _came_or_went(read: dict[str, Any], name: str, at: datetime) -> Event:
    who = _id(read.get("follower")) or text_of(read.get("user_id"))
    if name in {"follow", "user_click_chatnow"} and who:
        ref = f"{name}:{text_of(read.get('timestamp'))}"
        return Spoke(Incoming(Person(NAME, who), Tap(Action(Verb.START)), ref=ref, at=at))
    if name == "unfollow" and who:
        return Left(Person(NAME, who), at)
    return Echo()


def _read_submitted_info(read: dict[str, Any], at: datetime) -> Event:
    """The phone number that a person gave in Zalo's own form; they typed it, so Zalo does not vouch for it."""
    giver, phone = _id(read.get("sender")), text_of(dict_of(read.get("info")).get("phone"))
    if not giver or not phone:
        return Echo()
    ref = f"user_submit_info:{text_of(read.get('timestamp'))}"
    return Spoke(Incoming(Person(NAME, giver), Contact(phone, own=False), ref=ref, at=at))


def _spoke(read: dict[str, Any], name: str, at: datetime) -> Event:
    message = dict_of(read.get("message"))
    sender, ref = _id(read.get("sender")), text_of(message.get("msg_id"))
    if not sender or not ref:
        return Echo()
    unknown = name.startswith("anonymous_")
    person = Person(NAME, f"{ANONYMOUS}{sender}" if unknown else sender)
    kind = name.removeprefix("anonymous_").removeprefix("user_").removeprefix("send_")
    thread = text_of(message.get("conversation_id")) if unknown else ""
    quoted = text_of(message.get("quote_msg_id"))
    return Spoke(Incoming(person, _content(kind, message), ref=ref, thread=thread, at=at, replies_to=quoted))


def _content(kind: str, message: dict[str, Any]) -> Content:
    words = text_of(message.get("text"))
    attached = [dict_of(one) for one in list_of(message.get("attachments"))]
    payload = dict_of(attached[0].get("payload")) if attached else {}
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
            return Voice(handle=url) if (url := text_of(payload.get("url"))) else Strange("voice")
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
    urls = [url for one in attached if (url := text_of(dict_of(one.get("payload")).get("url")))]
    photos = tuple(Photo(handle=url, caption=caption) for url in urls)
    if not photos:
        return Strange("image")
    return photos[0] if len(photos) == 1 else Album(photos)


def _location(message: dict[str, Any], payload: dict[str, Any]) -> Location | Strange:
    # Both shapes are published: message.location and attachments[].payload.coordinates.
    place = dict_of(message.get("location")) or dict_of(payload.get("coordinates"))
    try:
        latitude, longitude = float(text_of(place.get("latitude"))), float(text_of(place.get("longitude")))
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
    url = text_of(payload.get("url"))
    return Text(words if url in words else f"{words} {url}".strip()) if url or words else Strange("link")


def _contact(payload: dict[str, Any], words: str) -> Contact | None:
    described = parse_object(text_of(payload.get("description")).encode(errors="replace")) or {}
    phone = text_of(payload.get("phone")) or text_of(described.get("phone"))
    if not phone and (found := _PHONE.search(words)):
        phone = found.group()
    return Contact(phone, own=False) if phone else None


def _file(payload: dict[str, Any], words: str) -> Photo | Strange:
    """A file that is a picture by its name, or may be one by what its bytes will tell."""
    url = text_of(payload.get("url"))
    alike = likeness(text_of(payload.get("name")), text_of(payload.get("type")))
    small = int(size) <= LARGEST if (size := text_of(payload.get("size"))).isdecimal() else True
    pictured = alike is PictureType.PICTURE or (alike is PictureType.UNTOLD and small)
    return Photo(handle=url, caption=words, as_file=True) if url and pictured else Strange("file")


def _id(value: object) -> str:
    return text_of(dict_of(value).get("id"))
