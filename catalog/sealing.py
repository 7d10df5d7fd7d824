"""What people wrote and how to reach them, sealed at rest (Fernet: AES-128-CBC with HMAC-SHA-256).

Several keys may stand side by side: the first seals, all of them open, so that a new key can be put in front and the
old one dropped once everything has been sealed again.
"""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from catalog.errors import BadSetting

_MARK = "s1:"


def new_key() -> str:
    """A fresh random key as it is written in the settings."""
    return Fernet.generate_key().decode()


class Seal:
    """Closes and opens texts and bytes. Raises BadSetting for keys that are none."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadSetting(
                "HOI_OCOP_SEAL_KEYS must hold one or more keys of 32 bytes in URL-safe base64; hoi-ocop key makes one"
            ) from error
        self._first = keys[0].encode()

    def close(self, text: str) -> str:
        """Seal *text*; nothing of it can be read in the result. The empty text stays empty."""
        return _MARK + self._fernet.encrypt(text.encode(errors="surrogatepass")).decode() if text else ""

    def open(self, sealed: str) -> str:
        """Open what close() sealed. What no key opens any more was erased with its key: "" comes back."""
        if not sealed.startswith(_MARK):
            return sealed
        try:
            return self._fernet.decrypt(sealed.removeprefix(_MARK)).decode(errors="surrogatepass")
        except InvalidToken:
            return ""

    def close_bytes(self, data: bytes) -> bytes:
        """Seal bytes, such as a photo that waits to be read."""
        return self._fernet.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Open what close_bytes() sealed; b"" when no key opens it."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return b""

    def closed_at(self, sealed: str) -> float:
        """When close() sealed it, in UTC seconds; 0 for what it did not seal."""
        try:
            return float(self._fernet.extract_timestamp(sealed.removeprefix(_MARK)))
        except (InvalidToken, ValueError):
            return 0.0

    def renew(self, sealed: str) -> str:
        """Seal again with the first key."""
        return self.close(self.open(sealed))

    def token(self, text: str) -> str:
        """An unguessable word that is always the same for *text* while the first key stays."""
        return base64.urlsafe_b64encode(hmac.new(self._first, text.encode(), sha256).digest()[:24]).decode()

    def sign(self, text: str) -> str:
        """A short proof that we wrote *text*, for links that are not kept."""
        return self._fernet.encrypt(text.encode()).decode().rstrip("=")

    def signed(self, proof: str, *, seconds: int) -> str | None:
        """The text that sign() was given, if that was at most *seconds* ago; None for anything else."""
        try:
            return self._fernet.decrypt(proof + "=" * (-len(proof) % 4), ttl=seconds).decode()
        except (InvalidToken, ValueError):
            return None


def fingerprint(secret: str) -> str:
    """How a one-time code or a link's token is kept: whoever reads the database cannot use it."""
    return hmac.new(b"hoi-ocop", secret.encode(), sha256).hexdigest()
