"""A link or number beside a product's code: is it the producer's own? Pure; nothing is opened."""

import re
from collections.abc import Iterable, Iterator

from catalog.codes import Code, ContactCard, OtherLink, Phone, ShopLink, SocialLink, ZaloLink, trace_key
from catalog.model import Product
from handlers.links import phone_number
from handlers.phrases import Speech

_WEB = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/[^\s;,]*)?")

Offered = ShopLink | SocialLink | OtherLink | ZaloLink | Phone | ContactCard


def sentences(beside: Iterable[Code], product: Product, say: Speech) -> Iterator[str]:
    """One line for each link or number beside the code of *product*: listed by its producer, or not."""
    for code in beside:
        if not isinstance(code, Offered) or not code.shown:
            continue
        if is_listed(code, product):
            yield say("{shown} on the label is the producer's own.", shown=code.shown)
        else:
            yield say("{shown} on the label is not among what the producer lists; be careful.", shown=code.shown)


def is_listed(code: Offered, product: Product) -> bool:
    """True when the producer's record names this very number, or this address or the site above it."""
    match code:
        case Phone(number=number):
            return _are_own((number,), product)
        case ContactCard(phones=phones):
            return _are_own(phones, product)
        case ZaloLink(phone=phone):
            return _are_own((phone,), product)
    # All shops of a marketplace, all pages of a network stand under its bare address: that one says nothing.
    bare = isinstance(code, ShopLink | SocialLink)
    return any(_is_under(code.key, own) for own in _addresses(product) if not bare or "/" in own.rstrip("/"))


def _are_own(numbers: tuple[str, ...], product: Product) -> bool:
    own = {phone_number(phone) for phone in product.producer.phones} - {None}
    return any(numbers) and all(phone_number(number) in own for number in numbers)


def _addresses(product: Product) -> Iterator[str]:
    for text in (product.producer.website, product.buy):
        yield from (trace_key(found) for found in _WEB.findall(text))


def _is_under(address: str, own: str) -> bool:
    return bool(own) and (address == own or address.startswith(f"{own.rstrip('/')}/"))
