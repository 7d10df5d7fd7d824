"""Screens of the board as HTML, with the navigation that this officer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.board.page import FORM_FIELD, ROOT
from bot.pages import words
from bot.pages.assets import load_assets
from bot.pages.drawing import link_text
from handlers.board import wording
from handlers.inquiries.wording import moment
from handlers.links import shown_phone
from handlers.phrases import Speech

STATIC = f"{ROOT}/static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}


LANGUAGES = ("vi", "en")
"""Officers' sentences are in these; others are for shoppers."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page in the navigation; *here* where it is the one that is shown, *own* where it is about the officer."""

    label: str
    url: str
    here: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What stands around every screen."""

    say: Speech
    title: str
    form: str
    menu: Sequence[MenuItem] = ()
    who: str = ""
    said: str = ""
    wrong: str = ""
    languages: Sequence[tuple[str, str, str]] = ()


def render(template: str, frame: PageFrame, values: Mapping[str, Any]) -> str:
    """The page of *template* within *frame*."""
    say = frame.say
    drawn = {"frame": frame, "say": say, "count": say.count, "language": say.language, "form_field": FORM_FIELD}
    return _environment().get_template(template).render({**drawn, **values})


def other_languages(say: Speech, url_of: Any) -> list[tuple[str, str, str]]:
    """Code, own name and address of each language of the board but this one."""
    return [(code, words.own_names()[code], url_of(code)) for code in LANGUAGES if code != say.language]


def static_url(name: str) -> str:
    """Where the board has one of its few files."""
    return load_assets().url(name, under=STATIC)


def _plain(number: float) -> str:
    """A number without decimals that say nothing: 200, 33.3."""
    return f"{number:.1f}".removesuffix(".0")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"moment": moment, "day": wording.day, "plain": _plain, "phone": shown_phone, "linked": link_text}
    environment.filters.update(filters)
    environment.globals.update(static_url=static_url, root=ROOT)
    return environment
