"""Is a webhook really from Zalo, and from our app; and is it still on?

The signature is a plain SHA-256 (no HMAC) over app id + raw body + timestamp + the account's secret key; domain.md C1.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from bot.channel_kit.secret import is_secret

SIGNATURE = "X-ZEvent-Signature"
TIMESTAMP = "X-ZEvent-Timestamp"

# A replay is dropped by its message id; this only bounds how long those ids matter. Zalo retries for about two hours.
OLDEST_MS = 24 * 3600 * 1000

_IN_BODY = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,20})"?')
_CANDIDATES = 4
PATIENCE = timedelta(minutes=10)


def sign(body: bytes, *, app_id: str, timestamp: str, secret: str) -> str:
    """The hex digest that Zalo sends for *body*."""
    return sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def is_console_check(body: bytes, headers: Mapping[str, str]) -> bool:
    """True for the unsigned ``{}`` by which the console tries an address before it saves it."""
    return SIGNATURE not in headers and body.strip() == b"{}"


def matches(body: bytes, headers: Mapping[str, str], *, app_id: str, secret: str, now_ms: int) -> bool:
    """True if *headers* carry the signature of these very bytes and the moment signed is within a day of now."""
    given = headers.get(SIGNATURE, "").strip()
    given = given.removeprefix("mac=").strip().lower()
    good = False
    for timestamp in _timestamps(body, headers):
        expected = sign(body, app_id=app_id, timestamp=timestamp, secret=secret)
        fresh = abs(now_ms - int(timestamp)) <= OLDEST_MS
        good |= is_secret(given, expected) and fresh
    return good


def _timestamps(body: bytes, headers: Mapping[str, str]) -> Iterable[str]:
    """The header's timestamp, or each that the body may mean: it is not parsed before it is trusted."""
    header = headers.get(TIMESTAMP, "").strip()
    if header:
        return [header] if re.fullmatch(r"[0-9]{1,20}", header) else []
    return list(dict.fromkeys(found.decode() for found in _IN_BODY.findall(body)))[-_CANDIDATES:]


class WebhookWatch:
    """Remembers when we spoke and when Zalo last posted anything.

    Zalo switches a webhook off for good after some failures and tells only an administrator's phone. But it also posts
    an event for each message that we send: where those used to come and do not come any more, nobody is listening.
    """

    def __init__(self) -> None:
        self._posted: datetime | None = None
        self._unheard_since: datetime | None = None
        self._echoes = False

    def note_webhook(self, at: datetime, *, echo: bool = False) -> None:
        """Zalo posted something to us at *at*; *echo*: about a message of ours."""
        self._posted = at
        self._unheard_since = None
        self._echoes = self._echoes or echo

    def note_sent(self, at: datetime) -> None:
        """We sent a message at *at*."""
        self._unheard_since = self._unheard_since or at

    def warning(self, now: datetime) -> str:
        """What the operator must know; "" while all seems well."""
        since = self._unheard_since
        if not self._echoes or since is None or now - since < PATIENCE:
            return ""
        return f"Zalo has posted nothing since {self._posted:%Y-%m-%d %H:%M} UTC: switch the webhook on again"
