"""Text of a code, or typed text, to what it means."""

import re
import unicodedata
from urllib.parse import parse_qsl

from catalog.codes import address, contact, everyday, gs1, gtin, numbers, payment, safe, web
from catalog.codes.contact import ContactCard, MailLink, Phone, Sms
from catalog.codes.everyday import Calendar, CitizenId, Geo, JustText, Wifi
from catalog.codes.gs1 import Gs1
from catalog.codes.gtin import Gtin
from catalog.codes.links import (
    OtherLink,
    OwnProduct,
    ShopLink,
    ShortLink,
    SocialLink,
    TelegramLink,
    TraceLink,
    UnsafeLink,
    ZaloLink,
)
from catalog.codes.numbers import CertificateNumber, DecisionNumber, PlainCode
from catalog.codes.own_links import Surroundings
from catalog.codes.payment import Payment
from catalog.text import plain_letters

Code = (
    OwnProduct
    | Gtin
    | Gs1
    | TraceLink
    | PlainCode
    | CertificateNumber
    | DecisionNumber
    | TelegramLink
    | ZaloLink
    | ShopLink
    | SocialLink
    | Payment
    | ContactCard
    | Phone
    | Sms
    | MailLink
    | Geo
    | Wifi
    | Calendar
    | CitizenId
    | UnsafeLink
    | ShortLink
    | OtherLink
    | JustText
)
NOBODY = Surroundings()
_LINEAR = frozenset(
    {"EAN13", "EAN8", "UPCA", "UPCE", "ITF14", "ITF", "Code128", "Code39", "Code93", "DataBar", "Codabar"}
)
# Only EAN-8 carries eight digits of GS1; in these one number in ten would pass for them.
_FREE_TEXT = frozenset({"Code128", "Code39", "Code93", "Codabar"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,30}):", re.IGNORECASE | re.ASCII)
_UNSAFE = frozenset(
    {
        "javascript",
        "vbscript",
        "livescript",
        "data",
        "file",
        "blob",
        "intent",
        "about",
        "content",
        "view-source",
        "jar",
        "chrome",
        "resource",
        "android-app",
        "otpauth",
        "otpauth-migration",
        "bitcoin",
        "ethereum",
        "ms-msdt",
        "ms-settings",
        "search-ms",
        "market",
        "itms-services",
    }
)
_MISTAKEN = {
    "data": re.compile(r"data:(?:[a-z]+/|[;,])", re.IGNORECASE),
    "file": re.compile(r"file:[/\\]", re.IGNORECASE),
}
_WALLETS = {"momo": "MoMo", "zalopay": "ZaloPay", "vnpay": "VNPay", "viettelpay": "Viettel Money", "paypal": "PayPal"}
_EMBEDDED = re.compile(r"(?:https?:[/\\]{1,4}|(?<![\w./])www\.)[^\s<>\"']+", re.IGNORECASE | re.ASCII)
_LONGEST_NUMBER = 240
_WRAPPED = re.compile(r"(?:URL(?:TO)?:|MEBKM:(?:.*?;)?URL:)", re.IGNORECASE | re.DOTALL)
_SPACES = re.compile(r"[ .\u00a0-]")


def classify(text: str, *, ours: Surroundings = NOBODY, symbology: str = "", format: str = "") -> Code:  # noqa: A002 reason: the name the readers' payloads have
    """Say what *text* means; never raises.

    *symbology* is the AIM identifier (``]d2``) and *format* the decoder's name of the symbol (``EAN13``) where known.
    """
    trimmed = safe.trim(text)
    if refused := everyday.citizen(trimmed):
        return refused
    if said := gs1.read(trimmed, symbology=symbology):
        return said
    words = trimmed.strip("\x1d ")
    bare = numbers.strip_label(words)
    return (
        _number(bare, format=format)
        or payment.read(words)
        or _link(bare, ours=ours)
        or contact.read(words)
        or everyday.read(words)
        or _standing_alone(bare, format=format)
        or _within(words, ours=ours)
        or everyday.words(words)
    )


def _number(text: str, *, format: str) -> Gtin | Phone | CitizenId | PlainCode | None:  # noqa: A002 reason: as above
    """Digits and what spaces them."""
    if not 6 <= len(text) <= 40 or not any(letter in "0123456789" for letter in text[:2]):
        return None
    digits = _SPACES.sub("", text)
    if not gtin.is_number(digits) or (len(digits) == 8 and format in _FREE_TEXT):
        return None
    widened = gtin.from_upc_e(digits) if format == "UPCE" else digits
    if gtin.is_valid(widened) and (format in _LINEAR or not _is_phone(text)):
        return gtin.of(widened)
    # Thirteen digits under Viet Nam's prefix are a trade item number with a digit misread or mistyped.
    if len(digits) == 13 and digits.startswith("893"):
        return gtin.of(digits)
    if len(digits) == 12 and everyday.is_citizen_number(digits):
        return CitizenId()
    return None


def _is_phone(text: str) -> bool:
    """True for a phone number, of those whose last digit happens to check as a GTIN's.

    A UPC may be written with the zeros of a GTIN-13 or -14: then its 00 is no way to call abroad, but for 0084.
    """
    if text.startswith("00") and not text.startswith("0084") and gtin.is_number(text):
        return False
    return contact.is_phone(text)


def _link(text: str, *, ours: Surroundings) -> Code | None:
    """A web address, an app's address, or one that would run something."""
    plain = unicodedata.normalize("NFKC", safe.HIDDEN.sub("", text[:64])).lstrip()
    scheme = _SCHEME.match(plain)
    name = scheme[1].lower() if scheme else ""
    if name in {"http", "https"}:
        found = address.parse(text) or address.parse(plain + text[64:])
        return web.read(found, ours=ours) if found else None
    if name in _WALLETS and "://" in plain:
        return Payment(_WALLETS[name])
    if name == "tg":
        return _telegram_app(text, ours=ours)
    if wrapped := _WRAPPED.match(text):
        inner = re.split(r"(?<!\\);", text[wrapped.end() :], maxsplit=1)[0]
        found = address.parse(inner.replace("\\:", ":").strip())
        return web.read(found, ours=ours) if found else None
    if name and _is_unsafe(name, plain):
        return UnsafeLink(name)
    found = address.parse(text) if not scheme or "." in name else None
    return web.read(found, ours=ours) if found and not contact.is_mail(text) else None


def _is_unsafe(name: str, text: str) -> bool:
    if name in _MISTAKEN:
        return bool(_MISTAKEN[name].match(text))
    if name in _UNSAFE:
        # "Market: chợ Lim" is a sentence; javascript runs with or without the space.
        return name.endswith("script") or not text[len(name) + 1 : len(name) + 2].isspace()
    return text[len(name) : len(name) + 3] == "://" and "." not in name


def _telegram_app(text: str, *, ours: Surroundings) -> Code:
    asked = dict(parse_qsl(text.partition("?")[2][:500]))
    if domain := asked.get("domain", ""):
        return web.telegram(domain, start=asked, ours=ours)
    return UnsafeLink("tg")


def _standing_alone(text: str, *, format: str) -> Code | None:  # noqa: A002 reason: as above
    if contact.is_mail(text):
        return MailLink(text)
    if format not in _LINEAR and contact.is_phone(text):
        return Phone(contact.phone_number(text))
    return numbers.read(plain_letters(" ".join(text.split()))) if len(text) <= _LONGEST_NUMBER else None


def _within(text: str, *, ours: Surroundings) -> Code | None:
    """A label's sentence with one address in it means that address, when we know what it is."""
    found = list(_EMBEDDED.finditer(text[:4_000]))[:4]
    inner = [address.parse(each[0].rstrip(".,;)")) for each in found]
    links = {web.read(each, ours=ours) for each in inner if each}
    known = [link for link in links if not isinstance(link, OtherLink)]
    if len(known) == 1:
        return known[0]
    return next(iter(links)) if len(links) == 1 else None


_TYPED = (
    OwnProduct,
    Gtin,
    Gs1,
    TraceLink,
    CertificateNumber,
    DecisionNumber,
    TelegramLink,
    ZaloLink,
    ShopLink,
    SocialLink,
    ShortLink,
    Payment,
    CitizenId,
    UnsafeLink,
    ContactCard,
    Wifi,
    Sms,
)


def classify_typed(text: str, *, ours: Surroundings = NOBODY) -> Code | None:
    """Say what typed or pasted *text* means when it clearly is a code; None when it is a name to search for."""
    # Letters and blanks alone are no code of any sort, and they are most of what people type.
    if text.replace(" ", "").isalpha():
        return None
    code = classify(text, ours=ours)
    if isinstance(code, OtherLink):
        return code if _looks_pasted(text, code) else None
    if isinstance(code, _TYPED):
        return code
    return code if isinstance(code, PlainCode) and (code.ours or _is_printed(code.text)) else None


def _looks_pasted(text: str, link: OtherLink) -> bool:
    """True for a whole address; ``nembui.vn`` alone is better searched for."""
    return "/" in text or "www." in text.lower() or link.lookalike_of is not None


def _is_printed(text: str) -> bool:
    """True for what nobody calls a product: many digits among letters, or more digits than a telephone has."""
    digits = sum(letter.isdigit() for letter in text)
    return digits >= 6 if any(letter.isalpha() for letter in text) else digits >= 13


def trace_key(text: str) -> str:
    """The key under which the trace code *text* is stored and found; empty for what cannot stand for a product.

    The same for http and https, any case of host, with or without tracking parameters; plain codes in capitals.
    """
    return classify(text).key
