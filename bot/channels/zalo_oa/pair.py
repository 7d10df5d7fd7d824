"""A pair of tokens as it lies in the database: sealed, so that who copies that alone has nothing."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.channel import Memory
from bot.channels.zalo_oa import oauth
from bot.channels.zalo_oa.settings import Settings

KEY = "tokens"
EARLY = 0.12
"""How much of its life an access token still has when it is replaced: three hours of the usual 25."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens in use. *previous* is the refresh token before, until this pair has been *proven* by a call.

    *seeds* are the fingerprints of refresh tokens from the settings that have been used up. *life* is how long the
    access token lasts in all.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: datetime
    renewable_until: datetime
    proven: bool = False
    previous: str = field(default="", repr=False)
    seeds: tuple[str, ...] = ()
    life: timedelta = oauth.USUAL_LIFE

    def ends_soon(self, now: datetime) -> bool:
        """True when the access token should be replaced."""
        return self.expires - now <= self.life * EARLY


class TokenSeal:
    """Seals text with a key made from *secret* (a long random one: no slow hashing is needed)."""

    def __init__(self, secret: str, *, purpose: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """*text*, sealed."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """What was sealed; None if it was sealed with another secret."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def fingerprint(token: str) -> str:
    """Tells one long random token from another without telling it."""
    return sha256(f"hoi-ocop:{token}".encode()).hexdigest()[:16]


async def stored_pair(settings: Settings, memory: Memory) -> Pair | None:
    """The pair that is kept, if there is one and our secret opens it; nobody is asked. Raises StoreError."""
    return (await load_pair(memory, seal_of(settings)))[1]


async def load_pair(memory: Memory, seal: TokenSeal) -> tuple[str | None, Pair | None]:
    """What is kept, as it is and opened. Raises StoreError."""
    raw = await memory.get(KEY)
    return raw, _read(seal.open(raw)) if raw else None


async def store_pair(settings: Settings, memory: Memory, *, granted: oauth.Granted) -> None:
    """Put a pair from a new authorisation in the place of whatever there is."""
    seeds = (fingerprint(settings.refresh_token.get_secret_value()),)
    await memory.put(KEY, seal_of(settings).close(serialize_pair(pair_of(granted, previous="", seeds=seeds))))


def pair_of(granted: oauth.Granted, *, previous: str, seeds: tuple[str, ...]) -> Pair:
    """The pair that was *granted*."""
    return Pair(
        granted.access,
        granted.refresh,
        expires=granted.expires,
        renewable_until=granted.renewable_until,
        previous=previous,
        seeds=tuple(dict.fromkeys(seeds)),
        life=granted.life,
    )


def seal_of(settings: Settings) -> TokenSeal:
    """The seal that the app's secret key makes."""
    return TokenSeal(settings.app_secret.get_secret_value(), purpose=f"hoi-ocop zalo_oa tokens {settings.app_id}")


def serialize_pair(pair: Pair) -> str:
    """*pair* as it is sealed."""
    return json.dumps(
        {
            "access": pair.access,
            "refresh": pair.refresh,
            "expires": pair.expires.timestamp(),
            "renewable_until": pair.renewable_until.timestamp(),
            "proven": pair.proven,
            "previous": pair.previous,
            "seeds": list(pair.seeds),
            "life": pair.life.total_seconds(),
        }
    )


def _read(written: str | None) -> Pair | None:
    if written is None:
        return None
    read = json.loads(written)
    return Pair(
        read["access"],
        read["refresh"],
        expires=datetime.fromtimestamp(read["expires"], tz=UTC),
        renewable_until=datetime.fromtimestamp(read["renewable_until"], tz=UTC),
        proven=read["proven"],
        previous=read["previous"],
        seeds=tuple(read["seeds"]),
        life=timedelta(seconds=read.get("life", oauth.USUAL_LIFE.total_seconds())),
    )
