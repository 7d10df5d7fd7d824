"""Who may read the details for operators: figures, channels, the state of the database."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.networks import CLIENT, FORWARDING, Networks

_LOOPBACK = Networks.of("127.0.0.0/8 ::1")


@dataclass(frozen=True, slots=True)
class Details:
    """Access for *networks*, and for whoever presents *token*, if there is one."""

    networks: Networks = _LOOPBACK
    token: str = field(default="", repr=False)
    trusted: Networks = field(default_factory=Networks)

    def open_to(self, request: web.Request) -> bool:
        """True if the request may see them. What comes through an unknown proxy is from an unknown client."""
        return self._shows_token(request) or (self._is_known(request) and self._asker(request) in self.networks)

    def _shows_token(self, request: web.Request) -> bool:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if not self.token or scheme.lower() != "bearer":
            return False
        return secrets.compare_digest(shown.strip().encode(errors="replace"), self.token.encode())

    def _is_known(self, request: web.Request) -> bool:
        """Whether we know who asks: directly, or named by a trusted proxy, for whom nobody else may pass."""
        if not any(name in request.headers for name in FORWARDING):
            return True
        return (request.remote or "") in self.trusted and self._asker(request) not in self.trusted

    def _asker(self, request: web.Request) -> str:
        return request.get(CLIENT) or request.remote or ""
