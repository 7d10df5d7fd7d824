"""(Re)authorising the app for the account: a page for its administrator, then the code that the page gives."""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import aiohttp
from yarl import URL

from bot.channel import Memory
from bot.channel_kit.secret import is_secret
from bot.channels.zalo_oa import oauth, pair
from bot.channels.zalo_oa.settings import Settings


def begin(settings: Settings) -> tuple[str, str]:
    """The page that an administrator of the account must open, and the verifier to keep for finish().

    The code that the page hands out is valid for 10 minutes.
    """
    verifier = _verifier()
    challenge = _challenge(verifier)
    query = {"app_id": settings.app_id, "code_challenge": challenge, "state": _state(verifier)}
    if settings.redirect_url:
        query["redirect_uri"] = settings.redirect_url
    return str(URL(f"{settings.oauth_url.rstrip('/')}/v4/oa/permission").with_query(query)), verifier


async def finish(
    settings: Settings,
    code: str,
    *,
    verifier: str,
    memory: Memory,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> datetime:
    """Trade *code* (or the whole address that the page led to) for tokens and keep them; when they end for good.

    A channel that runs on the same memory takes them up by itself. Raises grant.Denied, grant.Unreachable, StoreError,
    and ValueError where the address answers another begin() than *verifier* belongs to.
    """
    wish = {"grant_type": "authorization_code", "code": _code(code, verifier), "code_verifier": verifier}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        granted = await oauth.ask(session, settings, wish=wish, now=clock())
    await pair.store_pair(settings, memory, granted=granted)
    return granted.renewable_until


def _code(given: str, verifier: str) -> str:
    """The code itself, whether the person pasted it or the whole address it came in."""
    given = given.strip()
    if "://" not in given:
        return given
    query = URL(given).query
    state = query.get("state", "")
    if state and not is_secret(state, _state(verifier)):
        raise ValueError("this address belongs to another login: begin again")
    if "code" not in query:
        raise ValueError("this address carries no code")
    return query["code"]


def _verifier() -> str:
    """43 random characters among which Zalo wants small letters, capitals and digits."""
    while True:
        verifier = secrets.token_urlsafe(32)
        if all(re.search(kind, verifier) for kind in ("[a-z]", "[A-Z]", "[0-9]")):
            return verifier


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _state(verifier: str) -> str:
    return sha256(f"state:{verifier}".encode()).hexdigest()[:16]
