"""The commonest update, words in a private chat, read without the library's types: they cost more than all the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram.decode import NAME, Me, digest, read_words, spoken_by
from bot.channels.telegram.thread import Thread
from handlers.messages import Incoming, Person

_YEAR_3000 = 32_503_680_000
_UPDATE = frozenset({"update_id", "message"})
_MESSAGE = frozenset({"message_id", "from", "chat", "date", "text", "entities"})


def words(raw: Mapping[str, Any], *, me: Me) -> Incoming | None:
    """What decode() makes of *raw* if it is words in a private chat and nothing else; None for all other updates."""
    message = raw.get("message")
    if not isinstance(message, dict) or raw.keys() - _UPDATE or message.keys() - _MESSAGE:
        return None
    match message:
        case {
            "message_id": int(number),
            "from": {"id": int(user), "is_bot": False, "first_name": str(first)} as sender,
            "chat": {"id": int(chat), "type": "private"},
            "date": int(date),
            "text": str(text),
        } if text and 0 < date < _YEAR_3000 and not _has_link(message.get("entities")):
            name = f"{first} {sender['last_name']}" if sender.get("last_name") else first
            person = Person(NAME, str(user), spoken_by(sender.get("language_code")), name)
            ref = f"{chat}.{number}.{digest(text)}"
            return Incoming(
                person, read_words(text, me=me), ref, str(Thread(chat)), at=datetime.fromtimestamp(date, UTC)
            )
    return None


def _has_link(entities: object) -> bool:
    """True where an address stands behind some words."""
    return isinstance(entities, list) and any(
        isinstance(each, dict) and each.get("type") == "text_link" for each in entities
    )
