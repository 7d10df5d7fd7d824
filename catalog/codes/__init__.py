"""Payload text → what it means. Pure: nothing is ever fetched, and no text makes it raise."""

from catalog.codes.classifying import NOBODY, Code, classify, trace_key, typed
from catalog.codes.contact import Contact, Mail, Phone, Sms, phone_number, phone_numbers
from catalog.codes.everyday import Calendar, CitizenId, Geo, JustText, Wifi
from catalog.codes.gs1 import Gs1
from catalog.codes.gtin import Gtin, Use
from catalog.codes.hosts import PORTALS, Level, Portal
from catalog.codes.leading import Lead, lead
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
from catalog.codes.meaning import Kind, as_json
from catalog.codes.mentions import is_certain, mentioned, without_codes
from catalog.codes.numbers import CertificateNumber, DecisionNumber, PlainCode
from catalog.codes.payment import Payment
from catalog.codes.surroundings import Surroundings

__all__ = [
    "NOBODY",
    "PORTALS",
    "Calendar",
    "CertificateNumber",
    "CitizenId",
    "Code",
    "Contact",
    "DecisionNumber",
    "Geo",
    "Gs1",
    "Gtin",
    "JustText",
    "Kind",
    "Lead",
    "Level",
    "Mail",
    "OtherLink",
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
    "is_certain",
    "lead",
    "mentioned",
    "phone_number",
    "phone_numbers",
    "trace_key",
    "typed",
    "without_codes",
]
