"""Is a webhook really from Zalo, and from our app?

The signature is a plain SHA-256 (no HMAC) over app id + raw body + timestamp + the account's secret key; domain.md C1.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

SIGNATURE = "X-ZEvent-Signature"
TIMESTAMP = "X-ZEvent-Timestamp"

# A replay is dropped by its message id; this only bounds how long those ids matter. Zalo retries for about two hours.
OLDEST_MS = 24 * 3600 * 1000

_IN_BODY = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,20})"?')
_CANDIDATES = 4


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
        good |= hmac.compare_digest(given.encode(), expected.encode()) and fresh
    return good


def _timestamps(body: bytes, headers: Mapping[str, str]) -> Iterable[str]:
    """The header's timestamp, or each that the body may mean: it is not parsed before it is trusted."""
    header = headers.get(TIMESTAMP, "").strip()
    if header:
        return [header] if re.fullmatch(r"[0-9]{1,20}", header) else []
    return list(dict.fromkeys(found.decode() for found in _IN_BODY.findall(body)))[-_CANDIDATES:]
