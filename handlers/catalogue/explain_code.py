"""What a code is, in one or two sentences that a shopper can use. Nothing is ever opened for them.

Each kind of code of catalog/codes/registry.py has its words in `EXPLANATIONS`; one without them stops the program at
its start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, assert_never

from catalog.codes import (
    KINDS,
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
    OwnFair,
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

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Explanation(Generic[M]):
    """What is said of a kind of code when no product of ours belongs to it."""

    meaning: type[M]
    in_words: Callable[[M, Speech], str]


def explain(code: Code, say: Speech) -> str:
    """Say what *code* is when no product of ours belongs to it."""
    return _IN_WORDS[type(code)](code, say)


def unsure(say: Speech) -> str:
    """A linear code that may be misread is shown as unsure, never as fake."""
    return say("I am not sure that I read the barcode right. Please send a closer, sharper photo of it.")


def warning(code: Code, say: Speech) -> str:
    """What has to be said first and loudly about *code*, one of catalog.codes.lead's warnings."""
    return explain(code, say)


def _own(_code: OwnProduct, say: Speech) -> str:
    return say("This is one of our codes, but the product is no longer in the catalogue.")


def _fair(code: OwnFair, say: Speech) -> str:
    if code.token:
        return say("The code of a booth at a fair ({code}). In a chat it opens the booth.", code=code.token)
    return say("A page of ours about fairs. In a chat it shows the fair.")


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
    session = say(
        "We do not know yet which product it belongs to. When several people have asked, the programme officer sees it."
    )
    return f"{_portal(code.level, name, say)} {session}"


def _portal(level: Level, name: str, say: Speech) -> str:
    match level:
        case Level.PROVINCIAL:
            return say("A code of the province's official portal ({name}).", name=name)
        case Level.NATIONAL:
            return say("A code of the national system ({name}).", name=name)
        case Level.OTHER_PROVINCE:
            return say("A code of another province's portal ({name}).", name=name)
        case Level.PRIVATE:
            return say("A code of a private provider ({name}); what it shows comes from the maker.", name=name)
        case _ as never:
            assert_never(never)


def _certified(code: CertificateNumber | DecisionNumber, say: Speech) -> str:
    return say("Number {number}: no product in the catalogue has it.", number=code.number)


def _words(code: PlainCode | JustText, say: Speech) -> str:
    return say("The code says: “{text}”. It is bound to no product in the catalogue.", text=code.shown)


def _chat(code: TelegramLink | ZaloLink, say: Speech) -> str:
    return say("A link to a chat ({name}). We cannot tell whether it is the producer's.", name=code.shown)


def _shop(code: ShopLink, say: Speech) -> str:
    return say("A link to a shop on {shop}. It is no proof of origin.", shop=code.marketplace)


def _social(code: SocialLink, say: Speech) -> str:
    return say("A link to {network}. It is no proof of origin.", network=code.network)


def payment(code: Payment, say: Speech) -> str:
    """A payment code is said loudly: stickers over trace codes are a known fraud."""
    first = say("This is a PAYMENT code ({to}), not a trace code. Ask the seller before you pay.", to=_payee(code))
    broken = say(" Its checksum is wrong.") if code.crc_ok is False else ""
    return first + _amount(code, say) + broken


def payment_to_nobody(code: Payment, say: Speech) -> str:
    """The account is no producer's, as far as we know."""
    return say(
        "This is a PAYMENT code ({to}), not a trace code. Its account is not among the confirmed accounts of the "
        "producers in the list. Do not transfer before you have checked with the seller.",
        to=_payee(code),
    ) + _amount(code, say)


def payment_to_producer(code: Payment, producer: str, say: Speech) -> str:
    """The account is a producer's own."""
    return say(
        "This is a PAYMENT code ({to}), not a trace code. Its account is the confirmed one of {producer}.",
        to=_payee(code),
        producer=producer,
    ) + _amount(code, say)


def payment_elsewhere(code: Payment, producer: str, say: Speech) -> str:
    """On the label of *producer*, whose confirmed account is another."""
    return say(
        "The PAYMENT code ({to}) does NOT lead to the confirmed account of {producer}. Somebody may have stuck it "
        "over. Do not transfer; ask {producer} first.",
        to=_payee(code),
        producer=producer,
    ) + _amount(code, say)


def payment_to_another(code: Payment, owner: str, producer: str, say: Speech) -> str:
    """On the label of *producer*, but the account is *owner*'s."""
    return say(
        "The PAYMENT code ({to}) leads to the account of {owner}, not of {producer}. Do not transfer; ask {producer} "
        "first.",
        to=_payee(code),
        owner=owner,
        producer=producer,
    ) + _amount(code, say)


def _payee(code: Payment) -> str:
    bank = code.bank_name or code.bank_bin or code.system
    return " · ".join(filter(None, (bank, code.account_masked, code.merchant)))


def _amount(code: Payment, say: Speech) -> str:
    if not code.amount:
        return ""
    return say(" Amount: {amount} {currency}.", amount=f"{code.amount:,f}", currency=code.currency)


def _contact(code: ContactCard | Phone | MailLink, say: Speech) -> str:
    return say("Contact details: {shown}. Compare them with the producer's on the card.", shown=code.shown)


def _sms(code: Sms, say: Speech) -> str:
    if code.premium:
        return say("The code sends a text message to {number}, which costs money. Do not send it.", number=code.number)
    return say("The code writes a text message to {number}. It is no proof of origin.", number=code.number)


def _geo(code: Geo, say: Speech) -> str:
    return say("A place on the map ({shown}).", shown=code.shown)


def _wifi(code: Wifi, say: Speech) -> str:
    return say("The code joins a Wi-Fi network ({name}). It says nothing about the product.", name=code.name)


def _calendar(_code: Calendar, say: Speech) -> str:
    return say("A calendar entry. It says nothing about the product.")


def _citizen(_code: CitizenId, say: Speech) -> str:
    return say("This looks like a citizen identity card. I kept nothing of it; please never send it to a bot.")


def _unsafe(code: UnsafeLink, say: Speech) -> str:
    return say("The code tries to run something ({scheme}:). Do not open it.", scheme=code.scheme)


def _short(code: ShortLink, say: Speech) -> str:
    return say(
        "A shortened link ({host}) hides where it leads. I do not open it, and neither should you.", host=code.shown
    )


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


def check(explanations: tuple[Explanation[Any], ...]) -> dict[type, Callable[[Any, Speech], str]]:
    """*explanations* by what they explain, when every kind of code has one. Raises TypeError."""
    in_words = {each.meaning: each.in_words for each in explanations}
    if wrong := {kind.meaning for kind in KINDS} ^ set(in_words):
        raise TypeError(f"kinds of code without words, or words without a kind: {sorted(map(str, wrong))}")
    return in_words


EXPLANATIONS: tuple[Explanation[Any], ...] = (
    Explanation(OwnProduct, _own),
    Explanation(OwnFair, _fair),
    Explanation(Gtin, _number),
    Explanation(Gs1, _number),
    Explanation(TraceLink, _trace),
    Explanation(CertificateNumber, _certified),
    Explanation(DecisionNumber, _certified),
    Explanation(PlainCode, _words),
    Explanation(JustText, _words),
    Explanation(TelegramLink, _chat),
    Explanation(ZaloLink, _chat),
    Explanation(ShopLink, _shop),
    Explanation(SocialLink, _social),
    Explanation(Payment, payment),
    Explanation(ContactCard, _contact),
    Explanation(Phone, _contact),
    Explanation(MailLink, _contact),
    Explanation(Sms, _sms),
    Explanation(Geo, _geo),
    Explanation(Wifi, _wifi),
    Explanation(Calendar, _calendar),
    Explanation(CitizenId, _citizen),
    Explanation(UnsafeLink, _unsafe),
    Explanation(ShortLink, _short),
    Explanation(OtherLink, _other),
)
_IN_WORDS = check(EXPLANATIONS)
