"""What every meaning of a code has: its kind, the text to show, and the key by which it can be bound."""

from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from catalog.dates import PartialDate


class CodeKind(StrEnum):
    """The stable names of what a code can be; they are spoken by the command line and kept in the database."""

    OWN_PRODUCT = "own_product"
    OWN_FAIR = "own_fair"
    GTIN = "gtin"
    GS1 = "gs1"
    TRACE_LINK = "trace_link"
    PLAIN_CODE = "plain_code"
    CERTIFICATE_NUMBER = "certificate_number"
    DECISION_NUMBER = "decision_number"
    TELEGRAM_LINK = "telegram_link"
    ZALO_LINK = "zalo_link"
    SHOP_LINK = "shop_link"
    SOCIAL_LINK = "social_link"
    PAYMENT = "payment"
    CONTACT = "contact"
    PHONE = "phone"
    SMS = "sms"
    MAIL = "mail"
    GEO = "geo"
    WIFI = "wifi"
    CALENDAR = "calendar"
    CITIZEN_ID = "citizen_id"
    UNSAFE_LINK = "unsafe_link"
    SHORT_LINK = "short_link"
    OTHER_LINK = "other_link"
    JUST_TEXT = "just_text"


class Meaning:
    """What one code says. *key* is empty for what can never stand for one product."""

    __slots__ = ()
    kind: ClassVar[CodeKind]

    @property
    def key(self) -> str:
        """The normalised text under which the code can be bound to a product and found again."""
        return ""

    @property
    def shown(self) -> str:
        """One short line that is safe to print: no control characters, no secret, no clickable stranger."""
        return ""


def as_json(code: Meaning) -> dict[str, Any]:
    """Say *code* in plain JSON values; what its class hides from repr (a full account) is left out."""
    open_fields = (each for each in fields(code) if each.repr)  # type: ignore[arg-type]  # every meaning is a dataclass
    said = {each.name: _plain(getattr(code, each.name)) for each in open_fields}
    return {"kind": str(code.kind), **said, "shown": code.shown, "key": code.key}


def _plain(value: object) -> Any:
    if isinstance(value, PartialDate | Decimal):
        return str(value)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
