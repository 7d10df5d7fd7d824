"""Addresses, mail addresses and phone numbers inside a text, as links; the same rules as in ``bot/static/links.js``."""

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

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
