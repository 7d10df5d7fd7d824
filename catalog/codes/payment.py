"""Payment codes: EMVCo merchant-presented QR (VietQR, VNPay and others), MoMo's own, and links to pay.

A payment code is never a product. Sources: NAPAS QR specification 1.5.2 and EMVCo, as summed up in the domain
research (section B2).
"""

import re
from binascii import crc_hqx
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from catalog.codes import printable
from catalog.codes.meaning import CodeKind, Meaning
from catalog.text import fold

NAPAS = "A000000727"
VNPAY = "A000000775"
_START = "000201"
_FIELD = re.compile(r"[0-9]{4}")
_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{0,2})?")
_CRC = re.compile(r"6304([0-9A-Fa-f]{4})\Z")
_MOMO = re.compile(r"2\|99\|([0-9]{9,12})\|")
_CURRENCIES = {"704": "VND", "840": "USD", "156": "CNY", "764": "THB", "978": "EUR"}
_MASKED = "••••"
# An account has 6 to 19 digits, typed with or without spaces.
FEWEST_DIGITS = 6
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .-]?[0-9]){5,18}(?![0-9A-Za-z])")
# Bank identification numbers in VietQR codes (NAPAS), those we are sure of, as of 2026-11-24. A number that is not
# here is shown as it is, never guessed.
BANK_NAMES = {
    "970400": "Saigonbank",
    "970403": "Sacombank",
    "970405": "Agribank",
    "970407": "Techcombank",
    "970409": "Bac A Bank",
    "970412": "PVcomBank",
    "970415": "VietinBank",
    "970416": "ACB",
    "970418": "BIDV",
    "970419": "NCB",
    "970422": "MB Bank",
    "970423": "TPBank",
    "970424": "Shinhan Bank",
    "970425": "ABBank",
    "970426": "MSB",
    "970427": "VietABank",
    "970428": "Nam A Bank",
    "970429": "SCB",
    "970430": "PGBank",
    "970431": "Eximbank",
    "970432": "VPBank",
    "970433": "VietBank",
    "970434": "Indovina Bank",
    "970436": "Vietcombank",
    "970437": "HDBank",
    "970438": "BaoViet Bank",
    "970439": "Public Bank",
    "970440": "SeABank",
    "970441": "VIB",
    "970442": "Hong Leong Bank",
    "970443": "SHB",
    "970448": "OCB",
    "970449": "LPBank",
    "970452": "KienlongBank",
    "970454": "BVBank",
    "970457": "Woori Bank",
    "970458": "UOB",
    "546034": "CAKE by VPBank",
    "546035": "Ubank by VPBank",
    "971005": "Viettel Money",
    "971011": "VNPT Money",
    "971025": "MoMo",
}
_BANK_NUMBER = re.compile(rf"(?<![0-9])(?:{'|'.join(BANK_NAMES)})(?![0-9])")
_BINS = {name: bank for bank, name in BANK_NAMES.items()}
# What else people call them.
_SHORT = {
    "VCB": "970436",
    "CTG": "970415",
    "TCB": "970407",
    "STB": "970403",
    "VBA": "970405",
    "MB": "970422",
    "LienVietPostBank": "970449",
}
_BANKS_BY_NAME = sorted(
    {fold(name): bank for name, bank in (*_BINS.items(), *_SHORT.items())}.items()
    | {fold(name).replace(" ", ""): bank for name, bank in _BINS.items()}.items()
    | {bank: bank for bank in BANK_NAMES}.items(),
    key=lambda pair: -len(pair[0]),
)


@dataclass(frozen=True, slots=True)
class Payment(Meaning):
    """Money asked for. The full *account* is kept to compare it with a producer's only: no repr, no JSON.

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

    @property
    def is_comparable(self) -> bool:
        """True when it names a whole account, and nothing of the code is damaged."""
        return self.crc_ok is not False and len(_bare(self.account)) >= FEWEST_DIGITS

    def goes_to(self, accounts: str) -> bool:
        """True when the money would go to one of *accounts*, written as `format_accounts` writes them.

        Bank and number are compared whole; a damaged code goes to nobody's.
        """
        if not self.is_comparable:
            return False
        here = Account(self.bank_bin or _BINS.get(self.system, ""), _bare(self.account))
        return here in read_accounts(accounts)


@dataclass(frozen=True, slots=True)
class Account:
    """Where money goes: the number of the bank, and that of the account there."""

    bank: str
    number: str

    def __str__(self) -> str:
        """Write it as it is kept: ``VietinBank 113366668888``."""
        return f"{BANK_NAMES[self.bank]} {self.number}"


def read_account(text: str) -> Account | None:
    """The account in *text*, beside a bank's name, short name or number; None when either is missing or unclear."""
    banks = _banks_in(text)
    numbers = {_bare(found) for found in _ACCOUNT.findall(_BANK_NUMBER.sub("|", text))}
    return Account(*banks, *numbers) if len(banks) == len(numbers) == 1 else None


def read_accounts(text: str) -> tuple[Account, ...]:
    """The accounts in *text*, one after another with semicolons; what is none is left out."""
    return tuple(account for each in text.split(";") if (account := read_account(each)))


def format_accounts(accounts: Iterable[Account]) -> str:
    """Write *accounts* as they are kept with their producer."""
    return "; ".join(map(str, accounts))


def _banks_in(text: str) -> set[str]:
    """The banks that *text* names, a longer name before one that stands within it."""
    words, found = f" {fold(text)} ", set()
    for name, bank in _BANKS_BY_NAME:
        if f" {name} " in words:
            words = words.replace(f" {name} ", " ")
            found.add(bank)
    return found


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
    bank_bin = printable.line(account.get("00", ""), limit=12)
    number = printable.line(account.get("01", ""), limit=40)
    return Payment(
        system,
        bank_bin=bank_bin,
        bank_name=BANK_NAMES.get(bank_bin, ""),
        account=number,
        account_masked=mask(number),
        amount=_amount(fields.get("54", "")),
        currency=_CURRENCIES.get(fields.get("53", ""), printable.line(fields.get("53", ""), limit=3)),
        merchant=printable.line(fields.get("59", ""), limit=60),
        city=printable.line(fields.get("60", ""), limit=40),
        purpose=printable.line(_fields(fields.get("62", "")).get("08", ""), limit=100),
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
        merchant=printable.line(given.get(3, ""), limit=60),
        amount=_amount(given.get(7, "")) or None,
        currency="VND",
        purpose=printable.line(given.get(8, ""), limit=100),
    )


def _bare(account: str) -> str:
    return "".join(letter for letter in account.upper() if letter.isalnum())
