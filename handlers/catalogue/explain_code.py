"""What a code is, in one or two sentences that a shopper can use. Nothing is ever opened for them."""

from catalog.codes import (
    Calendar,
    CertificateNumber,
    CitizenId,
    Code,
    ContactCard,
    DecisionNumber,
    Geo,
    Gs1,
    Gtin,
    JustText,
    Level,
    MailLink,
    OtherLink,
    OwnProduct,
    Payment,
    Phone,
    PlainCode,
    ShopLink,
    ShortLink,
    Sms,
    SocialLink,
    TelegramLink,
    TraceLink,
    UnsafeLink,
    Use,
    Wifi,
    ZaloLink,
)
from handlers.phrases import Speech


def explain(code: Code, say: Speech) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each of the things a code can be
    """Say what *code* is when no product of ours belongs to it."""
    match code:
        case OwnProduct():
            return say("This is one of our codes, but the product is no longer in the catalogue.")
        case Gtin() | Gs1():
            return _number(code, say)
        case TraceLink():
            return _trace(code, say)
        case CertificateNumber() | DecisionNumber():
            return say("Number {number}: no product in the catalogue has it.", number=code.number)
        case PlainCode() | JustText():
            return say("The code says: “{text}”. It is bound to no product in the catalogue.", text=code.shown)
        case TelegramLink() | ZaloLink():
            return say("A link to a chat ({name}). We cannot tell whether it is the producer's.", name=code.shown)
        case ShopLink():
            return say("A link to a shop on {shop}. It is no proof of origin.", shop=code.marketplace)
        case SocialLink():
            return say("A link to {network}. It is no proof of origin.", network=code.network)
        case Payment():
            return payment(code, say)
        case ContactCard() | Phone() | MailLink():
            return say("Contact details: {shown}. Compare them with the producer's on the card.", shown=code.shown)
        case Sms():
            return _sms(code, say)
        case Geo():
            return say("A place on the map ({shown}).", shown=code.shown)
        case Wifi():
            return say("The code joins a Wi-Fi network ({name}). It says nothing about the product.", name=code.name)
        case Calendar():
            return say("A calendar entry. It says nothing about the product.")
        case CitizenId():
            return say("This looks like a citizen identity card. I kept nothing of it; please never send it to a bot.")
        case UnsafeLink():
            return say("The code tries to run something ({scheme}:). Do not open it.", scheme=code.scheme)
        case ShortLink():
            return say(
                "A shortened link ({host}) hides where it leads. I do not open it, and neither should you.",
                host=code.shown,
            )
        case OtherLink():
            return _other(code, say)


def payment(code: Payment, say: Speech) -> str:
    """A payment code is said loudly: stickers over trace codes are a known fraud."""
    bank = code.bank_name or code.bank_bin or code.system
    to = " · ".join(filter(None, (bank, code.account_masked, code.merchant)))
    amount = (
        say(" Amount: {amount} {currency}.", amount=f"{code.amount:,f}", currency=code.currency) if code.amount else ""
    )
    broken = say(" Its checksum is wrong.") if code.crc_ok is False else ""
    return (
        say("This is a PAYMENT code ({to}), not a trace code. Ask the seller before you pay.", to=to) + amount + broken
    )


def unsure(say: Speech) -> str:
    """A linear code that may be misread is shown as unsure, never as fake."""
    return say("I am not sure that I read the barcode right. Please send a closer, sharper photo of it.")


def warning(code: Code, say: Speech) -> str:
    """What has to be said first and loudly about *code*, one of catalog.codes.lead's warnings."""
    return explain(code, say)


def _number(code: Gtin | Gs1, say: Speech) -> str:
    if code.check_ok is False:
        return say("The number {number} has a wrong check digit: it was misread or misprinted.", number=code.printed)
    if isinstance(code, Gtin) and code.use is Use.IN_STORE:
        return say("{number} is a shop's own number: it means something else in every shop.", number=code.printed)
    if isinstance(code, Gtin) and code.use in {Use.BOOK, Use.SERIAL}:
        return say("{number} is the number of a book or a magazine.", number=code.printed)
    if not code.printed:
        return say("A GS1 code without a product number ({shown}).", shown=code.shown)
    if code.vietnamese_prefix:
        return say(
            "Barcode {number} is not in the catalogue. 893 tells that the number was given out in Viet Nam, "
            "not where the product was made.",
            number=code.printed,
        )
    return say(
        "Barcode {number} ({country}) is not in the catalogue.", number=code.printed, country=code.country or "?"
    )


def _trace(code: TraceLink, say: Speech) -> str:
    name = code.name_vi if say.language == "vi" else code.name_en
    if code.level is Level.PROVINCIAL:
        first = say("A code of the province's official portal ({name}).", name=name)
    elif code.level is Level.NATIONAL:
        first = say("A code of the national system ({name}).", name=name)
    elif code.level is Level.OTHER_PROVINCE:
        first = say("A code of another province's portal ({name}).", name=name)
    else:
        first = say("A code of a private provider ({name}); what it shows comes from the maker.", name=name)
    session = say(
        "We do not know yet which product it belongs to. When several people have asked, the programme officer sees it."
    )
    return f"{first} {session}"


def _sms(code: Sms, say: Speech) -> str:
    if code.premium:
        return say("The code sends a text message to {number}, which costs money. Do not send it.", number=code.number)
    return say("The code writes a text message to {number}. It is no proof of origin.", number=code.number)


def _other(code: OtherLink, say: Speech) -> str:
    if code.lookalike_of:
        return say(
            "Beware: {host} looks like {known} but is NOT it. Do not open it.",
            host=code.host_shown,
            known=code.lookalike_of,
        )
    if code.redirects_to:
        return say(
            "A link on {host} that sends you on to {other}. Do not open it.",
            host=code.host_shown,
            other=code.redirects_to,
        )
    return say("A link to {host}, which we do not know. I do not open links; be careful.", host=code.host_shown)
