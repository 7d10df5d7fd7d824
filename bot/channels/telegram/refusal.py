"""What Telegram's refusals mean for a message that was being sent."""

import re
from collections.abc import Callable

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channel import Gone, MaybeSent, NotSent, Refused, SendError
from bot.channels.telegram.transport import Patience, Unreachable

_SAME = ("message is not modified",)
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid", "message identifier")
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
_NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "input_user_deactivated")
# A chat that forbids one kind of message may take another, tomorrow this one too: it is not gone.
_FORBIDDEN_KIND = (
    "not enough rights", "have no rights", "no write access", "need administrator rights", "chat_write_forbidden",
    "chat_restricted", "chat_admin_required", "chat_guest_send_forbidden", "topic_closed", "topic_hidden",
)  # fmt: skip
_KIND_OF_MESSAGE = re.compile(r"chat_send_\w+_forbidden|\w*plain_forbidden|voice_messages_forbidden")

_MEANINGS: tuple[tuple[type[TelegramError], Callable[[], SendError]], ...] = (
    (Unreachable, lambda: NotSent("the Bot API cannot be reached", seconds=5.0)),
    (InvalidToken, lambda: NotSent("Telegram does not take our token", seconds=60.0)),
    (Forbidden, lambda: Gone("Telegram lets us write there no more")),  # blocked, kicked, deactivated
    (NetworkError, lambda: MaybeSent("the Bot API did not answer, or answered with an error of its own")),
)


class Lost(SendError):
    """The message that should be edited is not there any more, or too old."""


class NoTopic(Refused):
    """The topic in which an answer belongs is not there any more."""


def meaning(error: TelegramError) -> SendError:
    """The error of ours that *error* is."""
    if isinstance(error, Patience):
        return NotSent("Telegram asks for patience", seconds=error.seconds)
    if isinstance(error, BadRequest | Forbidden) and _forbids_kind(error):
        return Refused("this chat does not take such a message from us")
    if isinstance(error, BadRequest):
        return _refusal(error)
    known = (make for kind, make in _MEANINGS if isinstance(error, kind))
    return next(known, lambda: Refused(type(error).__name__))()


def nothing_to_change(error: BadRequest) -> bool:
    """True when the message already shows what it should."""
    return _says(error, _SAME)


def _refusal(error: BadRequest) -> SendError:
    if _says(error, _LOST):
        return Lost("the message to edit is gone")
    if _says(error, _NO_TOPIC):
        return NoTopic("there is no such topic any more")
    if _says(error, _NOBODY):
        return Gone("there is no such chat for us")
    return Refused(error.message)


def _forbids_kind(error: TelegramError) -> bool:
    return _says(error, _FORBIDDEN_KIND) or _KIND_OF_MESSAGE.search(error.message.lower()) is not None


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    return any(word in error.message.lower() for word in words)
