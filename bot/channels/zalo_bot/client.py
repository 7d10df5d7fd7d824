"""Calls of the Bot API. Its address holds the token, so it is called through http_call and in no other way."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channel import Gone, MaybeSent, NotSent, Refused, SendError
from bot.channel_kit import http_call

SECONDS = 30.0
PHOTO_SECONDS = 150.0
"""Zalo fetches the picture, more than once, before it answers."""

EMPTY = 408
"""What getUpdates says when nothing came within its time."""


class BotError(Exception):
    """The Bot API answered that it will not; *code* is its error code."""

    def __init__(self, code: int, *, after: float = 0.0) -> None:
        super().__init__(f"Zalo Bot API error {code}")
        self.code = code
        self.after = after


class Client:
    """Calls methods of one bot."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, token: str) -> None:
        self._session = session
        self._base = f"{url.rstrip('/')}/bot{token}"

    async def call(self, method: str, params: Mapping[str, Any], *, seconds: float = SECONDS) -> Any:
        """The result of *method*. Raises BotError, and NotSent or MaybeSent where there was no answer."""
        url = f"{self._base}/{method}"
        answer = await http_call.post(self._session, url, vendor="Zalo", seconds=seconds, json=dict(params))
        return _result(answer.json(), status=answer.status, after=answer.retry_after)


def _result(read: Any, *, status: int, after: float) -> Any:
    if not isinstance(read, dict):
        raise BotError(status if status >= 400 else 500, after=after)
    if read.get("ok") is not True:
        code = read.get("error_code")
        raise BotError(code if isinstance(code, int) else max(status, 400), after=after)
    return read.get("result")


def send_error(error: BotError) -> SendError:
    """What a refusal means for a message. 403 is the vendor's own "internal error", not a blocked bot."""
    words = str(error)
    match error.code:
        case 401:
            return NotSent(f"{words}: the token is refused", seconds=300)
        case 404:
            return Gone(words)
        case 429:
            return NotSent(words, seconds=error.after or 10.0)
        case code if code in (403, EMPTY) or code >= 500:
            return MaybeSent(words)
        case _:
            return Refused(words)
