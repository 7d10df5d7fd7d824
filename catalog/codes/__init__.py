"""Payload text → what it means. Pure: nothing is ever fetched, and no text makes it raise."""

from catalog.codes.contact import ContactCard, MailLink, Phone, Sms, phone_number, phone_numbers
from catalog.codes.everyday import Calendar, CitizenId, Geo, JustText, Wifi
from catalog.codes.gs1 import Gs1
from catalog.codes.gtin import Gtin, Use
from catalog.codes.hosts import PORTALS, Level, Portal
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
from catalog.codes.meaning import CodeKind, as_json
from catalog.codes.mentions import find_mentions, is_certain, without_codes
from catalog.codes.numbers import CertificateNumber, DecisionNumber, PlainCode
from catalog.codes.own_links import Surroundings
from catalog.codes.payment import Payment
from catalog.codes.registry import (
    KINDS,
    NOBODY,
    Code,
    Lead,
    LookupField,
    classify,
    classify_typed,
    lead,
    lookups,
    trace_key,
)

__all__ = [
    "KINDS",
    "NOBODY",
    "PORTALS",
    "Calendar",
    "CertificateNumber",
    "CitizenId",
    "Code",
    "CodeKind",
    "ContactCard",
    "DecisionNumber",
    "Geo",
    "Gs1",
    "Gtin",
    "JustText",
    "Lead",
    "Level",
    "LookupField",
    "MailLink",
    "OtherLink",
    "OwnFair",
    "OwnProduct",
    "Payment",
    "Phone",
    "PlainCode",
    "Portal",
    "ShopLink",
    "ShortLink",
    "Sms",
    "SocialLink",
    "Surroundings",
    "TelegramLink",
    "TraceLink",
    "UnsafeLink",
    "Use",
    "Wifi",
    "ZaloLink",
    "as_json",
    "classify",
    "classify_typed",
    "find_mentions",
    "is_certain",
    "lead",
    "lookups",
    "phone_number",
    "phone_numbers",
    "trace_key",
    "without_codes",
]
