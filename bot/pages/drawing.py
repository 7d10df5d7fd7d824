"""Cards as HTML that works without JavaScript, in any browser, on paper too."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.pages import words
from bot.pages.assets import FOLDER, Assets, shipped
from catalog.passport import IN_FORCE, Standing
from handlers.messages import Card
from handlers.sheets import Sheet

_TEMPLATES = Path(__file__).parent / "templates"
_SIGNS = {Standing.VALID: "✓", Standing.ENDING: "!", Standing.LAPSED: "✕"}
_TOUCHABLE = re.compile(r"(https?://|tel:|mailto:|/(?![/\\]))[^\x00-\x1f]*", re.IGNORECASE)


def render_product(card: Card, *, language: str, chat_url: str, page_url: str = "") -> str:
    """The passport *card* as a page of its own, with a way into the chat at *chat_url*.

    *page_url* is the page's full public address, where there is one, for those who share it.
    """
    return _page("product.html", language, card=card, chat_url=chat_url, page_url=page_url, linked=_linked(card))


def render_missing(*, language: str, chat_url: str, wanted: str = "") -> str:
    """The page for a product that we do not know; *wanted* is what was asked for, as a person would read it."""
    return _page("missing.html", language, chat_url=chat_url, wanted=wanted)


def render_inquiry(sheet: Sheet, *, form: str) -> str:
    """An inquiry's thread with a form that carries the id *form*."""
    return _page("inquiry.html", sheet.language, sheet=sheet, form=form)


def render_chat(language: str, *, assets: Assets) -> str:
    """The chat page; it carries its words in every language, so that switching needs no request."""
    return _page("chat.html", language, assets=assets, every=words.every())


def touchable(url: str) -> str:
    """*url* if it is safe to touch (https, tel, mailto, or a path of ours), else ""."""
    return url if _TOUCHABLE.fullmatch(url) else ""


def sign(standing: Standing) -> str:
    """The sign before a verdict, so that colour is never alone."""
    return _SIGNS.get(standing, "?")


def _page(template: str, language: str, **values: Any) -> str:
    spoken = words.spoken(language)
    values.setdefault("assets", shipped())
    return _environment().get_template(template).render(language=spoken, words=words.of(spoken), **values)


def _linked(card: Card) -> dict[str, Any]:
    """The card as schema.org data; an award is claimed only while it is in force."""
    in_force = card.stars is not None and card.standing in IN_FORCE
    known = {
        "description": card.verdict,
        "image": card.picture,
        "manufacturer": {"@type": "Organization", "name": card.subtitle} if card.subtitle else "",
        "award": f"OCOP {card.stars}/5" if in_force else "",
    }
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": card.title,
        **{key: value for key, value in known.items() if value},
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(touchable=touchable, sign=sign)
    return environment
