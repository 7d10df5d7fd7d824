"""A passkey in software (ES256, user verified): what a phone would answer, and what somebody with bad intent would."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def spell(data: bytes) -> str:
    """base64url, as browsers write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey for one site. What is *origin* and *verified* may be told wrongly, to be refused."""

    host: str = "localhost"
    origin: str = "http://localhost"
    verified: bool = True
    counted: int = 0
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def create(self, options: str) -> str:
        """Answer navigator.credentials.create()."""
        said = self._said("webauthn.create", options)
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._public()
        data = self._data(_ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": spell(said), "attestationObject": spell(attestation)})

    def get(self, options: str) -> str:
        """Answer navigator.credentials.get()."""
        said, data = self._said("webauthn.get", options), self._data(0)
        signature = self.key.sign(data + sha256(said).digest(), ECDSA(SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        return self._answer({name: spell(part) for name, part in parts.items()})

    def _answer(self, response: dict[str, Any]) -> str:
        named = {"id": spell(self.credential), "rawId": spell(self.credential), "type": "public-key"}
        return json.dumps({**named, "response": response})

    def _said(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        told = flags | _PRESENT | (_VERIFIED if self.verified else 0)
        return sha256(self.host.encode()).digest() + bytes([told]) + self.counted.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
