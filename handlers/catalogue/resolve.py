"""From a code to the products it stands for, and from a photo to its codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from catalog import codes
from catalog.barcode import Reading
from catalog.codes import (
    NOBODY,
    CertificateNumber,
    Code,
    DecisionNumber,
    Gs1,
    Gtin,
    LookupField,
    OtherLink,
    OwnProduct,
    Payment,
    PlainCode,
    ShopLink,
    ShortLink,
    SocialLink,
    Surroundings,
)
from catalog.model import Lot, Product
from catalog.store import Store
from handlers.context import Context

# Links that say nothing of a product: the words beside them may name one.
_MERE_LINKS = (SocialLink, ShopLink, OtherLink, ShortLink)


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """What was seen on a label: the reading, what each code means, and the products they stand for, each once.

    *sure* has a place for each code: False where a linear code may be misread.
    """

    reading: Reading
    codes: tuple[Code, ...]
    products: tuple[Product, ...]
    sure: tuple[bool, ...]
    lot: Lot | None = None


async def read_photo(image: bytes, *, context: Context) -> ReadPhoto:
    """Read every code in *image* and look each up. Raises catalog.errors.BadImage."""
    reading = await context.reader.read(image)
    meant = tuple(
        codes.classify(each.text, ours=context.ours, symbology=each.symbology, format=each.format)
        for each in reading.payloads
    )
    found = await products_of_all(meant, context=context)
    lot = next((lot for code in meant if (lot := lot_of(code)) is not None), None)
    return ReadPhoto(reading, meant, found, tuple(each.sure for each in reading.payloads), lot)


async def products_of_all(meant: Iterable[Code], *, context: Context) -> tuple[Product, ...]:
    """The products that any of the codes stands for, each once, in the order of the codes."""
    led = codes.lead(meant)
    found: dict[str, Product] = {}
    for code in ((led.first,) if led.first else ()) + led.beside:
        for product in await products_of(code, store=context.store):
            found.setdefault(product.id, product)
    return tuple(found.values())


async def products_of(code: Code, *, store: Store) -> list[Product]:
    """The products that *code* stands for; several when one number was given to several."""
    for field, text in codes.lookups(code):
        if found := await _look_up(field, text, store=store):
            return found
    return []


async def _look_up(field: LookupField, text: str, *, store: Store) -> list[Product]:
    match field:
        case LookupField.PRODUCT_ID:
            return await store.products([text])
        case LookupField.GTIN:
            return await store.by_gtin(text)
        case LookupField.NUMBER:
            return await store.by_number(text)
        case LookupField.TRACE:
            return await store.by_trace(text)
        case _ as never:
            assert_never(never)


async def products_of_payee(code: Payment, *, store: Store) -> list[Product]:
    """What the producer makes whose confirmed account the money of *code* goes to."""
    found = await store.by_account(code.account) if code.is_comparable else []
    return [product for product in found if code.goes_to(confirmed_accounts(product))]


def confirmed_accounts(product: Product) -> str:
    """The accounts that an officer has confirmed of the producer of *product*."""
    return product.producer.details.get("account", "")


@dataclass(frozen=True, slots=True)
class Typed:
    """The code that someone typed, the products that have it, and the words *around* it if none has.

    *several* says that the products are those of more than one code.
    """

    code: Code
    products: tuple[Product, ...] = ()
    around: str = ""
    several: bool = False


async def typed_code(text: str, *, store: Store, ours: Surroundings = NOBODY) -> Typed | None:
    """The code in *text* that the catalogue has, else the one that certainly is a code; None where words are meant."""
    whole = codes.classify_typed(text, ours=ours)
    numbered = whole is None or isinstance(whole, Gtin | CertificateNumber | DecisionNumber | PlainCode)
    inside = codes.find_mentions(text, ours=ours) if numbered else ()
    return await _first_known(((whole,) if whole else ()) + inside, store=store) or _unknown(text, whole, inside)


async def _first_known(said: tuple[Code, ...], *, store: Store) -> Typed | None:
    """The first of the codes that the catalogue has, and the products of all certain ones; None when it has none."""
    found: dict[str, Product] = {}
    led, several = None, False
    for code in dict.fromkeys(said):
        # Two numbers of two products are a choice; what only may be a code is asked about where no number is.
        if led is not None and not codes.is_certain(code):
            break
        products = await products_of(code, store=store)
        fresh = {each.id: each for each in products if each.id not in found}
        several = several or bool(found and fresh)
        found |= fresh
        led = led or (code if products else None)
    return Typed(led, tuple(found.values()), several=several) if led else None


def _unknown(text: str, whole: Code | None, inside: tuple[Code, ...]) -> Typed | None:
    """The code that *text* is or surely holds, which the catalogue does not have."""
    if whole is not None:
        return Typed(whole, around=codes.without_codes(text) if isinstance(whole, _MERE_LINKS) else "")
    certain = next((code for code in inside if codes.is_certain(code)), None)
    return Typed(certain, around=codes.without_codes(text)) if certain else None


def lot_of(code: Code) -> Lot | None:
    """What *code* says about the very item in hand."""
    match code:
        case Gs1():
            lot = Lot(code.lot, code.serial, code.produced, code.expires, code.best_before)
        case OwnProduct():
            lot = Lot(code.lot, code.serial)
        case _:
            return None
    return lot if lot != Lot() else None
