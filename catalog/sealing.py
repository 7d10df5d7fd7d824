"""What people wrote and how to reach them, encrypted at rest: sealed by AES-256-GCM (what Fernet sealed once opens).

Several keys may stand side by side: the first seals, all of them open, so that a new key can be put in front and the
old one dropped once everything has been sealed again.
"""

import base64
import binascii
import hmac
import os
import struct
import time
from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catalog.errors import BadSetting

_FERNET = "s1:"
_MARK = "s2:"
_FERNET_BEGINS = b"gAAAA"
_SECONDS = struct.Struct(">Q")
_NONCE = 12
_DAY = 86_400
_LEAST = _SECONDS.size + _NONCE


def new_key() -> str:
    """A fresh random key as it is written in the settings."""
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """True if *text* can be a key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


class Seal:
    """Closes and opens texts and bytes. Raises BadSetting for keys that are none."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadSetting(
                "HOI_OCOP_SEAL_KEYS must hold one or more keys of 32 bytes in URL-safe base64; hoi-ocop key makes one"
            ) from error
        self._written = tuple(key.encode() for key in keys)
        self._keys = tuple(base64.urlsafe_b64decode(key) for key in keys)

    @cached_property
    def _alone(self) -> tuple["Seal", ...]:
        """Each key by itself."""
        return tuple(Seal([key.decode()]) for key in self._written)

    @property
    def marks(self) -> tuple[str, ...]:
        """What each key can be known by, the newest first; no key follows from its mark."""
        return tuple(hmac.new(key, b"hoi-ocop mark", sha256).hexdigest()[:32] for key in self._keys)

    def close(self, text: str) -> str:
        """Seal *text*; nothing of it can be read in the result. The empty text stays empty."""
        if not text:
            return ""
        return _MARK + binascii.b2a_base64(self._shut(text.encode(errors="surrogatepass")), newline=False).decode()

    def open(self, sealed: str) -> str:
        """Open what close() sealed. What no key opens any more was erased with its key: "" comes back."""
        if sealed.startswith(_FERNET):
            return self._unlock(sealed.removeprefix(_FERNET)).decode(errors="surrogatepass")
        if not sealed.startswith(_MARK):
            return sealed
        return self._reveal(_decode_base64(sealed)).decode(errors="surrogatepass")

    def close_bytes(self, data: bytes) -> bytes:
        """Seal bytes, such as a photo that waits to be read."""
        return _MARK.encode() + self._shut(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Open what close_bytes() sealed; b"" when no key opens it."""
        if sealed.startswith(_MARK.encode()):
            return self._reveal(sealed.removeprefix(_MARK.encode()))
        return self._unlock(sealed)

    def closed_at(self, sealed: str) -> float:
        """When close() sealed it, in UTC seconds; 0 for what it did not seal."""
        if sealed.startswith(_MARK):
            whole = _decode_base64(sealed)
            return float(_SECONDS.unpack_from(whole)[0]) if len(whole) > _LEAST else 0.0
        try:
            return float(self._fernet.extract_timestamp(sealed.removeprefix(_FERNET)))
        except (InvalidToken, ValueError):
            return 0.0

    @staticmethod
    def is_closed(value: object) -> bool:
        """Whether *value* looks like something that close() or close_bytes() sealed, with whichever key."""
        if isinstance(value, bytes):
            return value.startswith((_MARK.encode(), _FERNET_BEGINS))
        return isinstance(value, str) and value.startswith((_MARK, _FERNET))

    def key_of(self, sealed: str | bytes) -> int | None:
        """Which key sealed it, 0 for the first; None for none of ours."""
        return next((number for number, alone in enumerate(self._alone) if alone._opens(sealed)), None)  # noqa: SLF001 - of our own kind

    def renew(self, sealed: str | bytes) -> str | bytes | None:
        """The same under the first key, sealed at the same second as before; None where no key opens it."""
        if not self._opens(sealed):
            return None
        if isinstance(sealed, str):
            whole = self._shut(self.open(sealed).encode(errors="surrogatepass"), at=int(self.closed_at(sealed)))
            return _MARK + binascii.b2a_base64(whole, newline=False).decode()
        at = int(self._bytes_closed_at(sealed))
        return _MARK.encode() + self._shut(self.open_bytes(sealed), at=at)

    def _opens(self, sealed: str | bytes) -> bool:
        # Nothing empty is ever sealed as text; an empty photo is none.
        return bool(self.open(sealed) if isinstance(sealed, str) else self.open_bytes(sealed))

    def _bytes_closed_at(self, sealed: bytes) -> float:
        if sealed.startswith(_MARK.encode()):
            return float(_SECONDS.unpack_from(sealed, len(_MARK))[0])
        return float(self._fernet.extract_timestamp(sealed))

    def token(self, text: str) -> str:
        """An unguessable word that is always the same for *text* while the first key stays."""
        return _token(self._written[0], text.encode())

    def persons(self, channel: str, address: str) -> tuple[str, ...]:
        """What stands for someone where nobody's address may stand: one word for each key, the first key's first."""
        named = f"person {channel}:{address}".encode()
        return tuple(_token(key, named) for key in self._written)

    def sign(self, text: str) -> str:
        """A short proof that we wrote *text*, for links that are not kept."""
        return self._fernet.encrypt(text.encode()).decode().rstrip("=")

    def verify(self, proof: str, *, seconds: int) -> str | None:
        """The text that sign() was given, if that was at most *seconds* ago; None for anything else."""
        try:
            return self._fernet.decrypt(proof + "=" * (-len(proof) % 4), ttl=seconds).decode()
        except (InvalidToken, ValueError):
            return None

    def _shut(self, data: bytes, *, at: int | None = None) -> bytes:
        """The second in which it was sealed (now, or *at*), a random nonce, and *data* sealed with that second."""
        second = int(time.time()) if at is None else at
        packed, nonce = _SECONDS.pack(second), os.urandom(_NONCE)
        return packed + nonce + _lock(self._keys[0], second // _DAY).encrypt(nonce, data, packed)

    def _reveal(self, whole: bytes) -> bytes:
        if len(whole) < _LEAST:
            return b""
        at, nonce, shut = whole[: _SECONDS.size], whole[_SECONDS.size : _LEAST], whole[_LEAST:]
        for key in self._keys:
            try:
                return _lock(key, _SECONDS.unpack(at)[0] // _DAY).decrypt(nonce, shut, at)
            except InvalidTag:
                continue
        return b""

    def _unlock(self, token: str | bytes) -> bytes:
        try:
            return self._fernet.decrypt(token)
        except (InvalidToken, ValueError):
            return b""


# Random nonces of 96 bits are safe for 2**32 texts of one key: a key of its own for each day never sees so many.
@lru_cache(maxsize=64)
def _lock(key: bytes, day: int) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hoi-ocop s2 %d" % day).derive(key))


def _token(key: bytes, text: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, text, sha256).digest()[:24]).decode()


def _decode_base64(sealed: str) -> bytes:
    try:
        return binascii.a2b_base64(sealed.removeprefix(_MARK))
    except ValueError:
        return b""


def fingerprint(secret: str) -> str:
    """How a one-time code or a link's token is kept: whoever reads the database cannot use it."""
    return hmac.new(b"hoi-ocop", secret.encode(errors="surrogatepass"), sha256).hexdigest()
