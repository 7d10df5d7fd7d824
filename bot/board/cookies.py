"""The board's cookies: who is signed in, that a browser keeps cookies at all, and the language chosen."""

import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.board.page import ROOT
from bot.http.own_site import is_secure
from catalog.sealing import fingerprint

SESSION, VISITOR, LANGUAGE = "hoi-ocop-board", "hoi-ocop-board-visitor", "hoi-ocop-board-language"
_LANGUAGE_SECONDS = 365 * 24 * 3600


def form_token(secret: str) -> str:
    """What the forms of whoever has the cookie *secret* carry; the cookie does not follow from it."""
    return fingerprint(f"board form {secret}")[:32]


def is_form_of(secret: str, shown: str) -> bool:
    """Whether a form that shows *shown* was drawn for whoever has the cookie *secret*."""
    return bool(secret) and secrets.compare_digest(form_token(secret).encode(), shown.encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Cookies:
    """Sets and clears them; no script reads them, and no other site's page sends them."""

    public_url: str

    def keep(self, request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
        """Keep *value* until the browser closes."""
        secure = is_secure(request, self.public_url)
        response.set_cookie(name, value, path=ROOT, httponly=True, samesite="Strict", secure=secure)

    def drop(self, request: web.Request, response: web.StreamResponse, name: str) -> None:
        """Forget it."""
        secure = is_secure(request, self.public_url)
        response.del_cookie(name, path=ROOT, httponly=True, samesite="Strict", secure=secure)

    def keep_language(self, request: web.Request, response: web.StreamResponse, language: str) -> None:
        """Keep the language that was chosen."""
        secure = is_secure(request, self.public_url)
        response.set_cookie(
            LANGUAGE, language, path=ROOT, max_age=_LANGUAGE_SECONDS, httponly=True, samesite="Lax", secure=secure
        )
