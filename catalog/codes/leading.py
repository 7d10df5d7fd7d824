"""Several codes of one photo: which one leads, and what has to be warned about beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.codes.links import OtherLink
from catalog.codes.meaning import CodeKind
from catalog.codes.registry import Code

_ORDER = (
    CodeKind.OWN_PRODUCT,
    CodeKind.TRACE_LINK,
    CodeKind.GS1,
    CodeKind.GTIN,
    CodeKind.CERTIFICATE_NUMBER,
    CodeKind.PLAIN_CODE,
    CodeKind.DECISION_NUMBER,
    CodeKind.SHORT_LINK,
    CodeKind.OTHER_LINK,
    CodeKind.SHOP_LINK,
    CodeKind.JUST_TEXT,
    CodeKind.ZALO_LINK,
    CodeKind.TELEGRAM_LINK,
    CodeKind.SOCIAL_LINK,
    CodeKind.CONTACT,
    CodeKind.PHONE,
    CodeKind.MAIL,
    CodeKind.SMS,
    CodeKind.GEO,
    CodeKind.CALENDAR,
    CodeKind.WIFI,
    CodeKind.PAYMENT,
    CodeKind.UNSAFE_LINK,
)
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}
_PRODUCTS = frozenset(_ORDER[:6])


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
        return tuple(code for code in every if code.kind in _PRODUCTS)


def lead(codes: Iterable[Code]) -> Lead:
    """Put *codes* in order: ours, the trace code, the trade number lead; a payment code never does beside another."""
    each = tuple(dict.fromkeys(codes))
    open_ones = sorted((code for code in each if code.kind is not CodeKind.CITIZEN_ID), key=_rank)
    return Lead(
        open_ones[0] if open_ones else None,
        tuple(open_ones[1:]),
        tuple(code for code in open_ones if _is_alarming(code)),
        personal=len(open_ones) < len(each),
    )


def _rank(code: Code) -> tuple[int, int]:
    return (_RANK[CodeKind.UNSAFE_LINK] - 1 if _is_lookalike(code) else _RANK[code.kind], 0 if code.key else 1)


def _is_lookalike(code: Code) -> bool:
    return isinstance(code, OtherLink) and code.lookalike_of is not None


def _is_alarming(code: Code) -> bool:
    return code.kind in {CodeKind.PAYMENT, CodeKind.UNSAFE_LINK} or getattr(code, "lookalike_of", None) is not None
