"""Cards as HTML that works without JavaScript, in any browser, on paper too.

Addresses, mail addresses and phone numbers inside a text become links by the rules of ``bot/static/links.js``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.pages import words
from bot.pages.assets import FOLDER, Assets, load_assets
from catalog.passport import IN_FORCE, Standing
from handlers.inquiries.pages import InquiryPage
from handlers.inquiries.rating_lists import RatingSheet
from handlers.messages import Card, Reply
from handlers.phrases import closest_language

LOOKS, LARGE = "hoi-ocop-looks", "large"
"""The cookie of who has chosen larger type; scripts of ours keep it too."""

_TEMPLATES = Path(__file__).parent / "templates"
_SIGNS = {
    Standing.VALID: "✓",
    Standing.ENDING: "!",
    Standing.LAPSED: "✕",
    Standing.ANNULLED: "✕",
    Standing.WITHDRAWN: "✕",
}
_TOUCHABLE = re.compile(r"(https?://|tel:|mailto:|/(?![/\\]))[^\x00-\x1f]*", re.IGNORECASE)
_PRESSABLE = re.compile(
    r"""https?://[^\s<>"“”]+
    |www\.[^\s<>"“”/]+\.[^\s<>"“”]+
    |[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+
    |(?:\+84[\ .-]?|0)(?:[0-9][\ .-]?){8,9}[0-9](?![0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE = re.compile(r"0(?:[35789]\d{8}|2\d{9})", re.ASCII)
_ENDS = ".,;:!?…'’*"
_NEAR = re.compile(r"[A-Za-z0-9_@/.+-]")
_CLOSING = {")", "]", "}"}


def is_large(cookies: Mapping[str, str]) -> bool:
    """Whether who sends *cookies* has chosen larger type."""
    return cookies.get(LOOKS, "") == LARGE


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What a messenger shows of a product's page that is sent on: its full address and the pictures of its card."""

    page: str
    wide: str
    square: str


def render_product(
    card: Card,
    *,
    language: str,
    chat_url: str,
    true_on: str = "",
    preview: LinkPreview | None = None,
    rated: RatingSheet | None = None,
    large: bool = False,
) -> str:
    """The passport *card* as a page of its own, with a way into the chat at *chat_url*; *true_on* says of which day.

    *preview* is for those who share it, where the page has a public address. *rated* is what buyers think. *large* is
    its type.
    """
    linked = _structured_data(card)
    drawn = {"card": card, "chat_url": chat_url, "true_on": true_on, "preview": preview, "linked": linked}
    drawn["rated"] = rated
    return _page("product.html", language, large=large, **drawn)


def render_missing(*, language: str, chat_url: str, wanted: str = "") -> str:
    """The page for a product that we do not know; *wanted* is what was asked for, as a person would read it."""
    return _page("missing.html", language, chat_url=chat_url, wanted=wanted)


def render_inquiry(sheet: InquiryPage, *, form: str) -> str:
    """An inquiry's thread with a form that carries the id *form*."""
    return _page("inquiry.html", sheet.language, sheet=sheet, form=form)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said in a conversation: by the person (*mine*), or by us."""

    mine: str = ""
    reply: Reply | None = None


def render_chat(language: str, *, assets: Assets, plain: bool = False, **drawn: Any) -> str:
    """The chat page; *plain* is the one without a script.

    *drawn* is what stands on it: *turns* of the conversation, where *older* ones are, where to look *again* for an
    answer that is awaited, a *trouble* in words; a product that is *wanted* and an invitation's *code*, both as the
    button that asks for it; what was *typed* and could not be kept; whether its type is *large*. *form* is the id of
    its forms.
    """
    empty = {"turns": (), "older": "", "again": "", "trouble": "", "wanted": "", "code": "", "typed": "", "form": ""}
    return _page("chat.html", language, assets=assets, plain=plain, entries=words.menu_entries(), **(empty | drawn))


def touchable(url: str) -> str:
    """*url* if it is safe to touch (https, tel, mailto, or a path of ours), else ""."""
    return url if _TOUCHABLE.fullmatch(url) else ""


def newest(turns: Sequence[Turn]) -> int:
    """Which of *turns* is the last that the person said; -1 if none is."""
    return max((at for at, turn in enumerate(turns) if turn.mine), default=-1)


def in_language(url: str, language: str) -> str:
    """*url*, a page of ours, in *language*."""
    if "lang=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}lang={language}"


def sign(standing: Standing) -> str:
    """The sign before a verdict, so that colour is never alone."""
    return _SIGNS.get(standing, "?")


def _page(template: str, language: str, **values: Any) -> str:
    spoken = closest_language(language)
    said = {"words": words.of(spoken), "count": partial(words.count, language=spoken), "names": words.own_names()}
    values = {"assets": load_assets(), "large": False} | values
    return _environment().get_template(template).render(language=spoken, **said, **values)


def _structured_data(card: Card) -> dict[str, Any]:
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
    environment.filters.update(touchable=touchable, sign=sign, linked=link_text, newest=newest, in_language=in_language)
    return environment


def link_text(text: str) -> Markup:
    """*text* as HTML in which what can be pressed is a link to exactly what it shows."""
    parts: list[Markup] = []
    start = 0
    found = _PRESSABLE.search(text)
    while found:
        label, at = _without_end(found[0]), found.start()
        url = "" if at and _NEAR.match(text[at - 1]) else address_in(label)
        if url:
            parts += [escape(text[start:at]), _anchor(url, label)]
            start = at + len(label)
        found = _PRESSABLE.search(text, at + max(1, len(label)))
    return Markup("").join([*parts, escape(text[start:])])


def address_in(label: str) -> str:
    """Where *label* leads, "" if nowhere that is safe to press."""
    lowered = label.lower()
    if lowered.startswith(("http://", "https://")):
        return label if _is_plain(label) else ""
    if lowered.startswith("www."):
        return f"https://{label}" if _is_plain(f"https://{label}") else ""
    if "@" in label:
        return f"mailto:{label}"
    digits = re.sub(r"^84", "0", re.sub(r"\D", "", label))
    return f"tel:+84{digits[1:]}" if _PHONE.fullmatch(digits) else ""


def _is_plain(address: str) -> bool:
    """Whether *address* names a host and no user, who could look like another site."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return False


def _without_end(found: str) -> str:
    """Without the full stop or bracket that ends the sentence; our own addresses may end in - or _."""
    label = found.rstrip(_ENDS)
    while label and label[-1] in _CLOSING and not any(each in label for each in "([{"):
        label = label[:-1].rstrip(".,;:!?…")
    return label.strip()


def _anchor(url: str, label: str) -> Markup:
    if url.startswith(("tel:", "mailto:")):
        return Markup('<a href="{}">{}</a>').format(url, label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)
