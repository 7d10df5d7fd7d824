"""Payment codes: EMVCo merchant-presented QR (VietQR, VNPay and others), MoMo's own, and links to pay.

A payment code is never a product. Sources: NAPAS QR specification 1.5.2 and EMVCo, as summed up in the domain
research (section B2).
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from catalog.codes import banks, safe
from catalog.codes.meaning import CodeKind, Meaning

NAPAS = "A000000727"
VNPAY = "A000000775"
_START = "000201"
_FIELD = re.compile(r"[0-9]{4}")
_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{0,2})?")
_CRC = re.compile(r"6304([0-9A-Fa-f]{4})\Z")
_MOMO = re.compile(r"2\|99\|([0-9]{9,12})\|")
_CURRENCIES = {"704": "VND", "840": "USD", "156": "CNY", "764": "THB", "978": "EUR"}
_MASKED = "••••"


@dataclass(frozen=True, slots=True)
class Payment(Meaning):
    """Money asked for. The full *account* is kept for comparing only: no repr, no JSON.

    *crc_ok* and *dynamic* are None where the form has no such thing (links). *card* marks a transfer to a card.
    """

    kind: ClassVar[CodeKind] = CodeKind.PAYMENT
    system: str
    bank_bin: str = ""
    bank_name: str = ""
    account_masked: str = ""
    amount: Decimal | None = None
    currency: str = ""
    merchant: str = ""
    city: str = ""
    purpose: str = ""
    crc_ok: bool | None = None
    dynamic: bool | None = None
    card: bool = False
    host: str = ""
    account: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """System, bank and the last digits of the account."""
        bank = self.bank_name or self.bank_bin
        return " · ".join(part for part in (self.system, bank, self.account_masked) if part)

    def account_matches(self, account: str) -> bool:
        """True when the money would go to *account*: all of its letters and digits, so a masked one never matches."""
        wanted = _bare(account)
        return bool(wanted) and wanted == _bare(self.account) and not set("*•…") & set(account)


def mask(account: str) -> str:
    """Keep the last four characters of *account*, fewer of a short one."""
    kept = min(4, len(account) // 2)
    return _MASKED + account[len(account) - kept :] if account else ""


def crc16(octets: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, not reflected."""
    return crc_hqx(octets, 0xFFFF)


def read(text: str) -> Payment | None:
    """Read *text* as a payment code, damaged ones too; None when it is none."""
    if momo := _MOMO.match(text):
        return _momo(momo[1], fields=text.split("|", 10))
    if not text.startswith(_START):
        return None
    fields = _fields(text)
    system, account = _account(fields)
    return _emv(text, fields=fields, system=system, account=account)


def _emv(text: str, *, fields: dict[str, str], system: str, account: dict[str, str]) -> Payment:
    bank_bin = safe.line(account.get("00", ""), limit=12)
    number = safe.line(account.get("01", ""), limit=40)
    return Payment(
        system,
        bank_bin=bank_bin,
        bank_name=banks.NAMES.get(bank_bin, ""),
        account=number,
        account_masked=mask(number),
        amount=_amount(fields.get("54", "")),
        currency=_CURRENCIES.get(fields.get("53", ""), safe.line(fields.get("53", ""), limit=3)),
        merchant=safe.line(fields.get("59", ""), limit=60),
        city=safe.line(fields.get("60", ""), limit=40),
        purpose=safe.line(_fields(fields.get("62", "")).get("08", ""), limit=100),
        crc_ok=_crc_ok(text),
        # sgqr-go's table prints 22 for dynamic codes; EMVCo says 12.
        dynamic={"11": False, "12": True, "22": True}.get(fields.get("01", "")),
        card=account.get("service") == "QRIBFTTC",
    )


def _account(fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The scheme, and bank (00) and account (01) of the first account template we know."""
    templates = [_fields(value) for tag, value in fields.items() if "26" <= tag <= "51"]
    for template in templates:
        if template.get("00", "").upper() == NAPAS:
            return "VietQR", {**_fields(template.get("01", "")), "service": template.get("02", "")}
    for template in templates:
        if template.get("00", "").upper() == VNPAY:
            return "VNPay", {"01": template.get("01", "")}
    return "EMVCo", {}


def _fields(text: str) -> dict[str, str]:
    """Tags and values, lengths counted in characters, or in bytes where only that comes out even; first ones count."""
    by_letters, whole = _cut(text)
    if whole or text.isascii():
        return by_letters
    by_octets, whole = _cut(text.encode("utf-8", "replace").decode("latin-1"))
    if not whole:
        return by_letters
    return {tag: value.encode("latin-1").decode("utf-8", "replace") for tag, value in by_octets.items()}


def _cut(text: str) -> tuple[dict[str, str], bool]:
    found: dict[str, str] = {}
    place = 0
    while _FIELD.fullmatch(head := text[place : place + 4]):
        end = place + 4 + int(head[2:])
        if end > len(text):
            return found, False
        found.setdefault(head[:2], text[place + 4 : end])
        place = end
    return found, place == len(text)


def _crc_ok(text: str) -> bool:
    found = _CRC.search(text)
    return bool(found) and crc16(text[:-4].encode("utf-8", "replace")) == int(text[-4:], 16)


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def _momo(phone: str, *, fields: list[str]) -> Payment:
    """MoMo's personal code: ``2|99|phone|name|mail|0|0|amount|note|transfer_myqr``."""
    given = dict(enumerate(fields))
    return Payment(
        "MoMo",
        account=phone,
        account_masked=mask(phone),
        merchant=safe.line(given.get(3, ""), limit=60),
        amount=_amount(given.get(7, "")) or None,
        currency="VND",
        purpose=safe.line(given.get(8, ""), limit=100),
    )


def _bare(account: str) -> str:
    return "".join(letter for letter in account.upper() if letter.isalnum())
