"""One call: a message to a person. HTTP 200 says nothing here; the ``error`` in the body does."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channel import MaybeSent, NotSent, Refused, SendError
from bot.channel_kit import http_call
from bot.channel_kit.http_call import HttpAnswer
from bot.channel_kit.vendor_json import dict_of

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
    headers = {"access_token": token}
    answer = await http_call.post(session, url, vendor="Zalo", seconds=SECONDS, json=body, headers=headers)
    read = answer.json() if answer.status < 400 else None
    if answer.status == 200 and isinstance(read, dict) and isinstance(read.get("error"), int):
        return _outcome(read)
    raise _http_failure(answer)


async def upload(session: aiohttp.ClientSession, url: str, *, token: str, image: bytes) -> str | Failed:
    """Upload *image* (a JPEG) to *url*; Zalo's name of it. Raises NotSent: an upload shows nobody anything."""
    form = aiohttp.FormData()
    form.add_field("file", image, filename="anh.jpg", content_type="image/jpeg")
    headers = {"access_token": token}
    try:
        answer = await http_call.post(session, url, vendor="Zalo", seconds=UPLOAD_SECONDS, data=form, headers=headers)
        read = answer.json() if answer.status == 200 else None
    except SendError as error:
        raise NotSent(f"a picture could not be uploaded: {error}", seconds=5) from None
    if isinstance(read, dict) and read.get("error") not in {0, None}:
        return Failed(read["error"] if isinstance(read["error"], int) else 0)
    named = dict_of(dict_of(read).get("data")).get("attachment_id")
    if isinstance(named, str) and named:
        return named
    raise NotSent(f"a picture could not be uploaded to Zalo (HTTP {answer.status})", seconds=5)


def _http_failure(answer: HttpAnswer) -> SendError:
    status = answer.status
    if status == 429:
        return NotSent("HTTP 429 from Zalo", seconds=answer.retry_after or 5.0)
    if 400 <= status < 500:
        return Refused(f"HTTP {status} from Zalo")
    return MaybeSent(f"HTTP {status} from Zalo")


def _outcome(read: dict[str, Any]) -> Sent | Failed:
    if read["error"] != 0:
        return Failed(read["error"])
    data = dict_of(read.get("data"))
    quota = dict_of(data.get("quota"))
    remains = str(quota.get("remain", ""))
    kind = str(quota.get("quota_type", ""))
    return Sent(str(data.get("message_id", "")), kind[:40], int(remains) if remains.isdecimal() else None)
