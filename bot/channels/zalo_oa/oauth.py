"""Asks Zalo's OAuth server for a pair of tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.channel import SendError
from bot.channel_kit import http_call
from bot.channels.zalo_oa.settings import Settings

SECONDS = 10.0
USUAL_LIFE = timedelta(hours=25)
REFRESH_LIFE = timedelta(days=90)
"""Zalo says three months."""


class OAuthUnreachable(Exception):
    """The OAuth server gave no answer that we can read: the token we sent may or may not be spent."""


class Denied(Exception):
    """The OAuth server refused; *code* is Zalo's error number, 0 if it gave none."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Zalo refused to give tokens (error {code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Granted:
    """A fresh pair and when each half ends; *life* is how long the access token lasts in all."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: datetime
    renewable_until: datetime
    life: timedelta = USUAL_LIFE


async def ask(session: aiohttp.ClientSession, settings: Settings, *, wish: Mapping[str, str], now: datetime) -> Granted:
    """Ask for tokens by *wish* (a grant_type and what belongs to it). Raises Denied and Unreachable."""
    url = f"{settings.oauth_url.rstrip('/')}/v4/oa/access_token"
    headers = {"secret_key": settings.app_secret.get_secret_value()}
    form = {"app_id": settings.app_id, **wish}
    try:
        answer = await http_call.post(session, url, vendor="Zalo", seconds=SECONDS, data=form, headers=headers)
        if answer.status == 429 or answer.status >= 500:
            raise OAuthUnreachable(f"HTTP {answer.status}")
        read = answer.json()
    except SendError as error:
        raise OAuthUnreachable(str(error)) from None
    return _read_grant(read, now)


def _read_grant(read: Any, now: datetime) -> Granted:
    if not isinstance(read, dict):
        raise OAuthUnreachable("not a JSON object")
    access, refresh = read.get("access_token"), read.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        code = read.get("error")
        raise Denied(code if isinstance(code, int) else 0)
    life = timedelta(seconds=_seconds(read))
    return Granted(access, refresh, now + life, now + REFRESH_LIFE, life)


def _seconds(read: dict[str, Any]) -> int:
    """The access token's life; Zalo sends it as text. One hour if it cannot be read."""
    try:
        return max(60, int(read.get("expires_in") or 3600))
    except (TypeError, ValueError):
        return 3600
