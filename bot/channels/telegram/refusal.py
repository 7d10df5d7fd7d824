"""What Telegram's refusals mean for a message that was being sent."""

from collections.abc import Callable

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channel import Gone, MaybeSent, NotSent, Refused, SendError
from bot.channels.telegram.request import Patience, Unreachable

_SAME = ("message is not modified",)
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid", "message identifier")
_NOBODY = (
    "chat not found", "user is deactivated", "peer_id_invalid", "not enough rights", "have no rights",
    "chat_write_forbidden", "user not found",
)  # fmt: skip

_MEANINGS: tuple[tuple[type[TelegramError], Callable[[], SendError]], ...] = (
    (Unreachable, lambda: NotSent("the Bot API cannot be reached", seconds=5.0)),
    (InvalidToken, lambda: NotSent("Telegram does not take our token", seconds=60.0)),
    (Forbidden, lambda: Gone("Telegram lets us write there no more")),
    (NetworkError, lambda: MaybeSent("the Bot API did not answer, or answered with an error of its own")),
)


class Lost(SendError):
    """The message that should be edited is not there any more, or too old."""


def meaning(error: TelegramError) -> SendError:
    """The error of ours that *error* is."""
    if isinstance(error, Patience):
        return NotSent("Telegram asks for patience", seconds=error.seconds)
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
    if _says(error, _NOBODY):
        return Gone("there is no such chat for us")
    return Refused(error.message)


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    return any(word in error.message.lower() for word in words)
