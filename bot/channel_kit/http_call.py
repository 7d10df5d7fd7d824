"""One call of a vendor's HTTP API: what came back, or what its failure means for a message that was being sent.

The request may hold a token, in its address or its headers, and so may the answer: no error of the libraries that
carried or read them leaves this file, neither as the error itself nor as its context.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.channel import MaybeSent, NotSent, SendError
from bot.channel_kit.bodies import BodyTooLarge, read_bounded

MOST_BYTES = 1024 * 1024
_NO_LINE = 5.0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What *vendor* answered; *retry_after* in seconds, 0 where it names none."""

    vendor: str
    status: int
    retry_after: float
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The JSON in the body. Raises MaybeSent where there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            failure = MaybeSent(_unreadable(self.vendor, error))
        raise failure


async def post(session: aiohttp.ClientSession, url: str, *, vendor: str, seconds: float, **given: Any) -> HttpAnswer:
    """Post what is *given* (json, data, headers …) to *url*. Raises NotSent, and MaybeSent where no answer came."""
    failure: SendError
    try:
        async with session.post(
            url, timeout=aiohttp.ClientTimeout(total=seconds), allow_redirects=False, **given
        ) as response:
            after = response.headers.get("Retry-After", "")
            body = await read_bounded(response.content, MOST_BYTES)
            return HttpAnswer(vendor, response.status, float(after) if after.isdecimal() else 0.0, body)
    except aiohttp.ClientConnectorError as error:
        failure = NotSent(f"{vendor} cannot be reached ({type(error).__name__})", seconds=_NO_LINE)
    except (aiohttp.ClientError, TimeoutError, BodyTooLarge) as error:
        failure = MaybeSent(_unreadable(vendor, error))
    raise failure


def _unreadable(vendor: str, error: Exception) -> str:
    return f"no answer from {vendor} that can be read ({type(error).__name__})"
