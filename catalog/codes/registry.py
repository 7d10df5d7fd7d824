"""Every kind of code, once: how it is recognised, what it is for, and what the store is asked for its sake.

The order of `KINDS` is their precedence in a photo. A kind that lacks a part stops the program at its start; what is
said of each kind stands in handlers/catalogue/explain_code.py. docs/add-a-code-kind.md shows how to add one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from catalog.codes import contact, everyday, gs1, gtin, link_meaning, numbers, payment, printable
from catalog.codes.contact import ContactCard, MailLink, Phone, Sms
from catalog.codes.everyday import Calendar, CitizenId, Geo, JustText, Wifi
from catalog.codes.gs1 import Gs1
from catalog.codes.gtin import Gtin
from catalog.codes.links import (
    OtherLink,
    OwnFair,
    OwnProduct,
    ShopLink,
    ShortLink,
    SocialLink,
    TelegramLink,
    TraceLink,
    UnsafeLink,
    ZaloLink,
)
from catalog.codes.meaning import CodeKind, Meaning
from catalog.codes.numbers import CertificateNumber, DecisionNumber, PlainCode
from catalog.codes.own_links import Surroundings
from catalog.codes.payment import Payment

Code = (
    OwnProduct
    | OwnFair
    | TraceLink
    | Gs1
    | Gtin
    | CertificateNumber
    | PlainCode
    | DecisionNumber
    | ShortLink
    | OtherLink
    | ShopLink
    | JustText
    | ZaloLink
    | TelegramLink
    | SocialLink
    | ContactCard
    | Phone
    | MailLink
    | Sms
    | Geo
    | Calendar
    | Wifi
    | Payment
    | UnsafeLink
    | CitizenId
)
NOBODY = Surroundings()
M = TypeVar("M", bound=Meaning)


class Scanned(NamedTuple):
    """A text to recognise: *trimmed*, the *words* of it, *bare* without a label before it, and where it stood."""

    trimmed: str
    words: str
    bare: str
    symbology: str
    format: str
    ours: Surroundings


class RecogniserStage(IntEnum):
    """When a recogniser is tried: the first that knows the text decides."""

    PERSONAL = auto()
    ELEMENTS = auto()
    DIGITS = auto()
    LONG_DIGITS = auto()
    PAYMENT = auto()
    LINK = auto()
    FORM = auto()
    ALONE = auto()
    PRINTED = auto()
    WITHIN = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What *read* makes of a text; None when it is nothing of its."""

    stage: RecogniserStage
    read: Callable[[Scanned], Code | None]


class CodeRole(StrEnum):
    """What a code of a kind is for: to name a product, beside one, to be warned of, or to be dropped with its photo."""

    PRODUCT = "product"
    BESIDE = "beside"
    ALARM = "alarm"
    PERSONAL = "personal"


class LookupField(StrEnum):
    """Where the store looks for a text."""

    PRODUCT_ID = "product_id"
    GTIN = "gtin"
    NUMBER = "number"
    TRACE = "trace"


Lookups = tuple[tuple[LookupField, str], ...]


@dataclass(frozen=True, slots=True)
class KindEntry(Generic[M]):
    """One kind of code.

    *lookups* are tried one after the other until one finds products; *typed* says whether a typed text that reads so
    surely is this code, and no name to search for.
    """

    meaning: type[M]
    role: CodeRole
    recognisers: tuple[Recogniser, ...]
    lookups: Callable[[M], Lookups]
    typed: Callable[[M, str], bool]


def _never_found(_code: Meaning) -> Lookups:
    return ()


def _by_id(code: OwnProduct) -> Lookups:
    return ((LookupField.PRODUCT_ID, code.product_id),)


def _by_trace(code: Meaning) -> Lookups:
    return ((LookupField.TRACE, code.key),)


def _by_gtin(code: Meaning) -> Lookups:
    return ((LookupField.GTIN, code.key),)


def _by_number(code: Meaning) -> Lookups:
    return ((LookupField.NUMBER, code.key),)


def _by_anything(code: PlainCode | JustText) -> Lookups:
    """A plain word on a label may be a bound code, a certificate's number, or a product's own id."""
    return (
        ((LookupField.TRACE, code.key), (LookupField.NUMBER, code.text), (LookupField.PRODUCT_ID, code.text))
        if code.key
        else ()
    )


def _surely(_code: Meaning, _text: str) -> bool:
    return True


def _never(_code: Meaning, _text: str) -> bool:
    return False


def _as_pasted(link: OtherLink, text: str) -> bool:
    """True for a whole address; ``nembui.vn`` alone is better searched for."""
    return "/" in text or "www." in text.lower() or link.lookalike_of is not None


def _as_printed(code: PlainCode, _text: str) -> bool:
    """True for what nobody calls a product: many digits among letters, or more digits than a telephone has."""
    digits = sum(letter.isdigit() for letter in code.text)
    return code.ours or (digits >= 6 if any(letter.isalpha() for letter in code.text) else digits >= 13)


_CITIZEN = Recogniser(RecogniserStage.PERSONAL, lambda seen: everyday.citizen(seen.trimmed))
_ELEMENTS = Recogniser(RecogniserStage.ELEMENTS, lambda seen: gs1.read(seen.trimmed, symbology=seen.symbology))
_TRADE_ITEM = Recogniser(RecogniserStage.DIGITS, lambda seen: gtin.read(seen.bare, format=seen.format))
_CITIZEN_NUMBER = Recogniser(RecogniserStage.LONG_DIGITS, lambda seen: everyday.citizen_number(seen.bare))
_PAYMENT = Recogniser(RecogniserStage.PAYMENT, lambda seen: payment.read(seen.words))
_LINK = Recogniser(RecogniserStage.LINK, lambda seen: link_meaning.read_text(seen.bare, ours=seen.ours))
_CONTACT = Recogniser(RecogniserStage.FORM, lambda seen: contact.read(seen.words))
_EVERYDAY = Recogniser(RecogniserStage.FORM, lambda seen: everyday.read(seen.words))
_ALONE = Recogniser(
    RecogniserStage.ALONE, lambda seen: contact.read_alone(seen.bare, may_be_phone=seen.format not in gtin.LINEAR)
)
_PRINTED = Recogniser(RecogniserStage.PRINTED, lambda seen: numbers.read_lines(seen.bare))
_WITHIN = Recogniser(RecogniserStage.WITHIN, lambda seen: link_meaning.read_within(seen.words, ours=seen.ours))
_WORDS = Recogniser(RecogniserStage.WORDS, lambda seen: everyday.words(seen.words))
_LINKS = (_LINK, _WITHIN)


def check(kinds: tuple[KindEntry[Any], ...]) -> tuple[KindEntry[Any], ...]:
    """*kinds*, when each kind of code is there once and can be recognised. Raises TypeError."""
    there = [kind.meaning.kind for kind in kinds]
    wrong = {
        "kinds without an entry": set(CodeKind) - set(there),
        "kinds with two entries": {kind for kind in there if there.count(kind) > 1},
        "entries that are no Code, or Codes without an entry": {kind.meaning for kind in kinds} ^ set(get_args(Code)),
        "entries that nothing recognises": {kind.meaning for kind in kinds if not kind.recognisers},
    }
    if faults := [f"{fault}: {sorted(map(str, some))}" for fault, some in wrong.items() if some]:
        raise TypeError("; ".join(faults))
    return kinds


KINDS: tuple[KindEntry[Any], ...] = check(
    (
        # What it means, its role, what recognises it, what is looked up, and when typed text surely is it.
        KindEntry(OwnProduct, CodeRole.PRODUCT, _LINKS, _by_id, _surely),
        KindEntry(TraceLink, CodeRole.PRODUCT, _LINKS, _by_trace, _surely),
        KindEntry(Gs1, CodeRole.PRODUCT, (_ELEMENTS, *_LINKS), _by_gtin, _surely),
        KindEntry(Gtin, CodeRole.PRODUCT, (_TRADE_ITEM,), _by_gtin, _surely),
        KindEntry(CertificateNumber, CodeRole.PRODUCT, (_PRINTED,), _by_number, _surely),
        KindEntry(PlainCode, CodeRole.PRODUCT, (_PRINTED,), _by_anything, _as_printed),
        KindEntry(OwnFair, CodeRole.BESIDE, _LINKS, _never_found, _surely),
        KindEntry(DecisionNumber, CodeRole.BESIDE, (_PRINTED,), _by_number, _surely),
        KindEntry(ShortLink, CodeRole.BESIDE, _LINKS, _by_trace, _surely),
        KindEntry(OtherLink, CodeRole.BESIDE, _LINKS, _by_trace, _as_pasted),
        KindEntry(ShopLink, CodeRole.BESIDE, _LINKS, _by_trace, _surely),
        KindEntry(JustText, CodeRole.BESIDE, (_WORDS,), _by_anything, _never),
        KindEntry(ZaloLink, CodeRole.BESIDE, _LINKS, _never_found, _surely),
        KindEntry(TelegramLink, CodeRole.BESIDE, _LINKS, _never_found, _surely),
        KindEntry(SocialLink, CodeRole.BESIDE, _LINKS, _by_trace, _surely),
        KindEntry(ContactCard, CodeRole.BESIDE, (_CONTACT,), _never_found, _surely),
        KindEntry(Phone, CodeRole.BESIDE, (_CONTACT, _ALONE), _never_found, _never),
        KindEntry(MailLink, CodeRole.BESIDE, (_CONTACT, _ALONE), _never_found, _never),
        KindEntry(Sms, CodeRole.BESIDE, (_CONTACT,), _never_found, _surely),
        KindEntry(Geo, CodeRole.BESIDE, (_EVERYDAY, *_LINKS), _never_found, _never),
        KindEntry(Calendar, CodeRole.BESIDE, (_EVERYDAY,), _never_found, _never),
        KindEntry(Wifi, CodeRole.BESIDE, (_EVERYDAY,), _never_found, _surely),
        KindEntry(Payment, CodeRole.ALARM, (_PAYMENT, *_LINKS), _never_found, _surely),
        KindEntry(UnsafeLink, CodeRole.ALARM, _LINKS, _never_found, _surely),
        KindEntry(CitizenId, CodeRole.PERSONAL, (_CITIZEN, _CITIZEN_NUMBER), _never_found, _surely),
    )
)
_OF_CODE: dict[type[Meaning], KindEntry[Any]] = {kind.meaning: kind for kind in KINDS}
_RANK = {kind.meaning: rank for rank, kind in enumerate(KINDS)}
_TRIED = sorted(
    dict.fromkeys(recogniser for kind in KINDS for recogniser in kind.recognisers), key=lambda each: each.stage
)
_READERS = tuple(recogniser.read for recogniser in _TRIED)


def classify(text: str, *, ours: Surroundings = NOBODY, symbology: str = "", format: str = "") -> Code:  # noqa: A002 reason: the name the readers' payloads have
    """Say what *text* means; never raises.

    *symbology* is the AIM identifier (``]d2``) and *format* the decoder's name of the symbol (``EAN13``) where known.
    """
    trimmed = printable.trim(text)
    words = trimmed.strip("\x1d ")
    seen = Scanned(trimmed, words, numbers.strip_label(words), symbology, format, ours)
    return next(code for read in _READERS if (code := read(seen)) is not None)


def classify_typed(text: str, *, ours: Surroundings = NOBODY) -> Code | None:
    """Say what typed or pasted *text* means when it clearly is a code; None when it is a name to search for."""
    # Letters and blanks alone are no code of any sort, and they are most of what people type.
    if text.replace(" ", "").isalpha():
        return None
    code = classify(text, ours=ours)
    return code if _OF_CODE[type(code)].typed(code, text) else None


def trace_key(text: str) -> str:
    """The key under which the trace code *text* is stored and found; empty for what cannot stand for a product.

    The same for http and https, any case of host, with or without tracking parameters; plain codes in capitals.
    """
    return classify(text).key


def lookups(code: Code) -> Lookups:
    """What the store is asked for the products of *code*, one after the other until some are found."""
    asked: Lookups = _OF_CODE[type(code)].lookups(code)
    return tuple((field, text) for field, text in asked if text)


@dataclass(frozen=True, slots=True)
class Lead:
    """The codes of one photo in order of use.

    *first* is the one to answer (None when there is none, or only an identity card), *beside* the others, best first.
    *warnings* are payment codes, unsafe links and lookalikes among them all, *first* included when it is one.
    *personal* is true when an identity card was seen: the photo is to be dropped.
    """

    first: Code | None = None
    beside: tuple[Code, ...] = ()
    warnings: tuple[Code, ...] = ()
    personal: bool = False

    @property
    def products(self) -> tuple[Code, ...]:
        """Those that can each stand for a product: more than one product among them is a choice."""
        every = (self.first, *self.beside) if self.first else self.beside
        return tuple(code for code in every if _role(code) is CodeRole.PRODUCT)


def lead(codes: Iterable[Code]) -> Lead:
    """Put *codes* in order: ours, the trace code, the trade number lead; a payment code never does beside another."""
    each = tuple(dict.fromkeys(codes))
    open_ones = sorted((code for code in each if _role(code) is not CodeRole.PERSONAL), key=_rank)
    return Lead(
        open_ones[0] if open_ones else None,
        tuple(open_ones[1:]),
        tuple(code for code in open_ones if _is_alarming(code)),
        personal=len(open_ones) < len(each),
    )


def _role(code: Code) -> CodeRole:
    return _OF_CODE[type(code)].role


def _rank(code: Code) -> tuple[int, int]:
    """By kind, what can be looked up first; a lookalike comes with what is warned of."""
    lookalike = isinstance(code, OtherLink) and code.lookalike_of is not None
    return (_RANK[Payment] if lookalike else _RANK[type(code)], 0 if code.key else 1)


def _is_alarming(code: Code) -> bool:
    return _role(code) is CodeRole.ALARM or getattr(code, "lookalike_of", None) is not None
