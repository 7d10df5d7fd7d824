"""One call: a message to a person. HTTP 200 says nothing here; the ``error`` in the body does."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channel import MaybeSent, NotSent, Refused, SendError

SECONDS = 15.0
UPLOAD_SECONDS = 30.0
UPLOAD_PATH = "/v2.0/oa/upload/image"
LARGEST_UPLOAD = 1024 * 1024
PATH = "/v3.0/oa/message/cs"
OLDER_PATH = "/v2.0/oa/message"
"""Where Zalo's own SDK sends words and pictures for visitors who have not signed in."""
PACKAGES = frozenset({"sub_quota", "purchase_quota", "reward_quota"})
"""Quotas that belong to the account and not to one person's window."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Zalo took the message. *quota* is the kind of quota it counted against, *remains* what is left of that."""

    message: str
    quota: str = ""
    remains: int | None = None

    @property
    def free_spent(self) -> bool:
        """True if this was the last free message to the person."""
        return self.remains == 0 and self.quota not in PACKAGES


@dataclass(frozen=True, slots=True)
class Failed:
    """Zalo refused with an error number."""

    code: int


async def post(session: aiohttp.ClientSession, url: str, *, token: str, body: dict[str, Any]) -> Sent | Failed:
    """Send *body* to *url*. Raises NotSent, MaybeSent and Refused for what happens below Zalo's own errors."""
    failure: SendError
    try:
        async with session.post(
            url,
            json=body,
            headers={"access_token": token},
            timeout=aiohttp.ClientTimeout(total=SECONDS),
            allow_redirects=False,
        ) as response:
            status, after = response.status, response.headers.get("Retry-After", "")
            read = await response.json(content_type=None) if status < 400 else None
            if status == 200 and isinstance(read, dict) and isinstance(read.get("error"), int):
                return _outcome(read)
            failure = _http_failure(status, after)
    except aiohttp.ClientConnectorError as error:
        failure = NotSent(f"Zalo cannot be reached ({type(error).__name__})", seconds=5)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        failure = MaybeSent(f"no answer from Zalo that can be read ({type(error).__name__})")
    # Raised out here: aiohttp's error holds the request, and the request holds the token.
    raise failure


async def upload(session: aiohttp.ClientSession, url: str, *, token: str, image: bytes) -> str | Failed:
    """Upload *image* (a JPEG) to *url*; Zalo's name of it. Raises NotSent: an upload shows nobody anything."""
    form = aiohttp.FormData()
    form.add_field("file", image, filename="anh.jpg", content_type="image/jpeg")
    try:
        async with session.post(
            url,
            data=form,
            headers={"access_token": token},
            timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS),
            allow_redirects=False,
        ) as response:
            read = await response.json(content_type=None) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        kind = type(error).__name__
    else:
        if isinstance(read, dict) and read.get("error") not in {0, None}:
            return Failed(read["error"] if isinstance(read["error"], int) else 0)
        data = read.get("data") if isinstance(read, dict) else None
        named = data.get("attachment_id") if isinstance(data, dict) else None
        if isinstance(named, str) and named:
            return named
        kind = f"HTTP {response.status}"
    # Raised out here: aiohttp's error holds the request, and the request holds the token.
    raise NotSent(f"a picture could not be uploaded to Zalo ({kind})", seconds=5)


def _http_failure(status: int, after: str) -> SendError:
    if status == 429:
        return NotSent("HTTP 429 from Zalo", seconds=float(after) if after.isdecimal() else 5.0)
    if 400 <= status < 500:
        return Refused(f"HTTP {status} from Zalo")
    return MaybeSent(f"HTTP {status} from Zalo")


def _outcome(read: dict[str, Any]) -> Sent | Failed:
    if read["error"] != 0:
        return Failed(read["error"])
    data = read.get("data")
    data = data if isinstance(data, dict) else {}
    quota = data.get("quota")
    quota = quota if isinstance(quota, dict) else {}
    remains = str(quota.get("remain", ""))
    kind = str(quota.get("quota_type", ""))
    return Sent(str(data.get("message_id", "")), kind[:40], int(remains) if remains.isdecimal() else None)
