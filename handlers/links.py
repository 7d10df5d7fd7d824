"""Phones, web addresses and our own pages as links that are safe to touch."""

import re
from urllib.parse import quote, urlsplit

import phonenumbers

from catalog.model import Product
from catalog.text import fold
from handlers.messages import Link
from handlers.phrases import FIRST

_HOME = "VN"
_WORDS_AROUND = 6
_INTRODUCING = frozenset(
    {
        "so", "dien", "thoai", "dt", "sdt", "dtdd", "di", "dong", "cua", "toi", "em", "minh", "chau", "con",
        "anh", "chi", "co", "chu", "bac", "la", "day", "nay", "goi", "lai", "cho", "vao", "qua", "voi", "nhe",
        "nha", "nhen", "a", "zalo", "lien", "he", "lac", "vui", "long", "xin", "hay", "bo", "sung", "kem",
        "my", "mobile", "phone", "cell", "telephone", "tel", "number", "no", "is", "it", "s", "the", "here",
        "call", "reach", "me", "at", "on", "by", "please", "you", "can", "whatsapp",
    }
)  # fmt: skip
_BETWEEN = " ,;:.-("
_PHONE_ONLY = re.compile(r"[+(]?[\d\s().+/,_-]{8,22}")


def phone_links(phones: tuple[str, ...]) -> tuple[Link, ...]:
    """Each phone as it is written at home and as ``tel:`` needs it; what is no phone number is left out."""
    return tuple(link for link in map(_phone_link, phones) if link is not None)


def shown_phone(phone: str) -> str:
    """*phone* as it is written at home: 0912 345 678."""
    link = _phone_link(phone)
    return link.label if link else phone


def phone_number(text: str) -> str | None:
    """*text* as an international phone number, or None."""
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_in(text: str) -> str | None:
    """The one phone number that *text* gives, with a few words around it at most, in international form; else None.

    Only a number that exists in Viet Nam, or in the country whose code it has: a price or a date is none.
    """
    found = list(phonenumbers.PhoneNumberMatcher(text, _HOME, leniency=phonenumbers.Leniency.VALID))
    if not found:
        return _valid(re.sub(r"[,_/]", " ", text)) if _PHONE_ONLY.fullmatch(text.strip()) else None
    rest = "".join(text.split(found[0].raw_string))
    if len(found) > 1 or len(rest.split()) > _WORDS_AROUND:
        return None
    return phonenumbers.format_number(found[0].number, phonenumbers.PhoneNumberFormat.E164)


def beside_phone(text: str) -> str:
    """What *text* says beside its phone number; "" where that only introduces the number."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, _HOME, leniency=phonenumbers.Leniency.VALID)), None)
    if found is None:
        return ""
    rest = " ".join("".join(text.split(found.raw_string)).split()).strip(" .,;:-()")
    return "" if _INTRODUCING.issuperset(re.findall(r"\w+", fold(rest))) else rest


def without_phones(text: str) -> str:
    """*text* without any phone number and the words that introduce it ("liên hệ 0912 345 678")."""
    found = phonenumbers.PhoneNumberMatcher(text, _HOME, leniency=phonenumbers.Leniency.VALID)
    # "350.000.000 đ" is an amount: a number that is dialled begins with 0 or its country.
    for each in [one for one in found if one.raw_string.startswith(("0", "+", "(", "84"))]:
        before, _, after = text.partition(each.raw_string)
        before = before.rstrip(_BETWEEN)
        while (last := before.split()[-1:]) and _INTRODUCING.issuperset(re.findall(r"\w+", fold(last[0]))):
            before = before[: before.rindex(last[0])].rstrip(_BETWEEN)
        after = after.strip(" ").removeprefix(")").lstrip(" ")
        parted = not after or after.startswith((",", ";", ".", "\n"))
        text = f"{before}{'' if parted else ', '}{after}"
    return text


def _valid(text: str) -> str | None:
    number = phone_number(text)
    return number if number and phonenumbers.is_valid_number(phonenumbers.parse(number)) else None


def _phone_link(phone: str) -> Link | None:
    try:
        number = phonenumbers.parse(phone, _HOME)
    except phonenumbers.NumberParseException:
        return None
    local = number.country_code == phonenumbers.country_code_for_region(_HOME)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if local else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    url = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)
    return Link(phonenumbers.format_number(number, form), url)


def web_link(website: str) -> tuple[Link, ...]:
    """The website as a link, if it is one for http or https."""
    address = website if "://" in website else f"https://{website}" if website else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ()
    fine = parts.scheme in {"http", "https"} and parts.hostname and "." in parts.hostname and not parts.username
    return (Link(website, address),) if fine else ()


def mail_link(email: str) -> tuple[Link, ...]:
    """The e-mail address as a link."""
    return (Link(email, f"mailto:{quote(email, safe='@.+-_')}"),) if "@" in email else ()


def picture_url(public_url: str, product: Product) -> str:
    """Where the product's first picture is: on our server, or where its list says; "" if it has none."""
    first = product.images[0] if product.images else ""
    return f"{public_url}{first}" if first.startswith("/") else first


def page_url(public_url: str, product: Product, *, language: str = FIRST) -> str:
    """The product's page on our server, in *language*; a path only where we have no public address."""
    spoken = "" if language == FIRST else f"?lang={language}"
    return f"{public_url}/p/{quote(product.ref, safe='~')}{spoken}"
