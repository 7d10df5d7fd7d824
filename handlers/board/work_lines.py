"""Rows of the page "Today" in words: what it is about, what is so, and how to reach who can change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.inquiry import Correction
from catalog.inspections import Inspection
from catalog.officers import Act, Proposal
from catalog.passport import Standing
from catalog.store import InquiryLine, LateInquiries, UnmetQuery
from handlers.board.dossiers import DossierLine
from handlers.board.inspections import InspectionLine
from handlers.board.ratings import RatingLine
from handlers.board.worklists import ENDING, Maker, WatchedProduct, Worklist
from handlers.inquiries.corrections import field_words, shown_value
from handlers.phrases import Speech

_DAY = 24 * 3600.0
_LONG = 2


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One row. *tone* is "good", "care", "bad" or ""; *subject* names it to the acts that it offers.

    *may* says whether this officer may act on it: only then is there a phone or an address to write to. *product* (its
    ref) or *producer* (their id) is what the row opens.
    """

    title: str
    under: str = ""
    told: str = ""
    tone: str = ""
    detail: str = ""
    subject: str = ""
    phone: str = ""
    email: str = ""
    may: bool = False
    product: str = ""
    producer: str = ""


def titles(say: Speech, today: date) -> Mapping[Worklist, str]:
    """What each list is called."""
    return {
        **{which: say("Certificates that end within {days} days", days=days) for which, days in ENDING.items()},
        Worklist.MONTH: say("This month's batch ({month})", month=f"{today.month}/{today.year}"),
        Worklist.LAPSED: say("Lapsed and still looked at"),
        Worklist.PROPOSALS: say("Withdrawals and recalls that wait for a second person"),
        Worklist.DOSSIERS: say("Communes' reports that wait"),
        Worklist.INSPECTIONS: say("Inspections to follow up"),
        Worklist.RATINGS: say("Buyers' points that wait for you"),
        Worklist.INQUIRIES: say("Inquiries without an answer for 2 days, by commune"),
        Worklist.COMPLAINTS: say("Reports of something wrong or fake"),
        Worklist.CODES: say("Unknown codes that people scan"),
        Worklist.SEARCHES: say("Searches without a hit"),
        Worklist.CORRECTIONS: say("Corrections that producers propose"),
        Worklist.MISSING: say("Products with missing facts"),
        Worklist.UNREACHED: say("Producers without a messenger"),
    }


def empty_words(say: Speech) -> Mapping[Worklist, str]:
    """What is said where a list is empty."""
    return {
        **dict.fromkeys(ENDING, say("No certificate that we know of ends in this time.")),
        Worklist.MONTH: say("No certificate that we know of ends this month."),
        Worklist.LAPSED: say("Nobody looks at products whose certificate has ended."),
        Worklist.PROPOSALS: say("No withdrawal waits for a second person."),
        Worklist.DOSSIERS: say("No commune's report waits for you."),
        Worklist.RATINGS: say("No rating of a buyer waits for you."),
        Worklist.INSPECTIONS: say("Nothing that inspections found is due to be mended within a week."),
        Worklist.INQUIRIES: say("Every inquiry has an answer, or is younger than 2 days."),
        Worklist.COMPLAINTS: say("No report waits for a decision."),
        Worklist.CODES: say("Whatever several people scanned of late is known."),
        Worklist.SEARCHES: say("Whatever several people looked for of late was found."),
        Worklist.CORRECTIONS: say("No correction waits for a decision."),
        Worklist.MISSING: say("Every product has an address, a phone, a picture and a place to buy it."),
        Worklist.UNREACHED: say("Of every producer somebody answers in a chat."),
    }


def ending_line(each: WatchedProduct, today: date, *, may: bool, say: Speech) -> WorkLine:
    """A star that ends soon, or has just ended."""
    told, tone = _end_words(each, today, say)
    return _of_maker(each.maker, each.name, told, say=say, may=may, tone=tone, subject=each.ref, product=each.ref)


def lapsed_line(each: WatchedProduct, people: int, today: date, *, may: bool, say: Speech) -> WorkLine:
    """A star that has ended, of a product that people look at."""
    told, tone = _end_words(each, today, say)
    seen = say.count("looked at by {number} person in 90 days", "looked at by {number} people in 90 days", people)
    more = {"subject": each.ref, "product": each.ref, "detail": seen}
    return _of_maker(each.maker, each.name, told, say=say, may=may, tone=tone, **more)


def proposal_line(proposal: Proposal, product: str, by: str, *, own: bool, say: Speech) -> WorkLine:
    """What one officer proposed and another one decides."""
    told = say("yours: another person decides") if own else say("waiting for a second person")
    under = say("proposed by {name}", name=by)
    place = "recalls/proposals" if proposal.act is Act.RECALL_LOT else "proposals"
    subject = f"{place}/{proposal.number}"
    return WorkLine(product, under, told, "care", proposal.reason, subject=subject, may=True)


def dossier_line(line: DossierLine) -> WorkLine:
    """A commune's report that waits for the province, or that the province sent back."""
    under = f"{line.producer} · {line.commune}"
    return WorkLine(line.product, under, line.state, line.tone, subject=str(line.number), may=True)


def inspection_line(inspection: Inspection, line: InspectionLine) -> WorkLine:
    """What an inspection found and that is to be mended by now, or soon."""
    subject = str(inspection.number)
    return WorkLine(line.producer, line.commune, line.state, line.tone, line.day, subject=subject, may=True)


def rating_line(line: RatingLine) -> WorkLine:
    """What a buyer thinks, held for an officer: of what and why, and not its words."""
    return WorkLine(line.product, line.producer, line.head, "care", line.why, may=True)


def late_line(late: LateInquiries, maker: Maker, now: float, *, may: bool, say: Speech) -> WorkLine:
    """A producer who owes answers; nothing of what was asked, or by whom."""
    number = say.count("{number} inquiry waits", "{number} inquiries wait", late.number)
    days = int((now - late.oldest) // _DAY)
    since = say.count("the oldest for {number} day", "the oldest for {number} days", days)
    more = {"subject": maker.id, "producer": maker.id, "detail": since}
    return _of_maker(maker, maker.name, number, say=say, may=may, tone="care", **more)


def complaint_line(report: InquiryLine, name: str, maker: Maker, now: float, *, may: bool, say: Speech) -> WorkLine:
    """A report of something wrong or fake, which nobody has decided; nothing of its words, or of whose they are."""
    days = int((now - report.opened_at) // _DAY)
    since = say.count("for {number} day", "for {number} days", days) if days else say("since today")
    tone = "bad" if days >= _LONG else "care"
    return _of_maker(maker, name, since, say=say, may=may, tone=tone, subject=report.ref)


def unmet_line(query: UnmetQuery, *, may: bool, say: Speech) -> WorkLine:
    """A code or a name that several people looked for in vain."""
    people = say.count("{number} person in 90 days", "{number} people in 90 days", query.times)
    return WorkLine(query.shown, told=people, subject=query.shown, may=may)


def correction_line(
    correction: Correction, product: WatchedProduct | None, maker: Maker, *, may: bool, say: Speech
) -> WorkLine:
    """What a producer says is otherwise: the fact, as it is and as it shall be."""
    change = f"{correction.old or say('not known')} → {shown_value(correction)}"
    title = f"{field_words(correction.field, say)}: {product.name if product else correction.product_id}"
    opens = {"product": product.ref} if product else {"producer": correction.producer_id}
    return WorkLine(title, _where(maker, say), detail=change, subject=str(correction.number), may=may, **opens)


def missing_line(each: WatchedProduct, *, may: bool, say: Speech) -> WorkLine:
    """A product whose card lacks what customers look for."""
    facts = ", ".join(field_words(field, say) for field in each.missing)
    told = say("missing: {facts}", facts=facts)
    return _of_maker(each.maker, each.name, "", say=say, may=may, subject=each.ref, product=each.ref, detail=told)


def unreached_line(maker: Maker, products: int, *, may: bool, say: Speech) -> WorkLine:
    """A producer whom questions reach by nothing but a phone call, if at all."""
    number = say.count("{number} product", "{number} products", products)
    return _of_maker(maker, maker.name, number, say=say, may=may, subject=maker.id, producer=maker.id)


def _end_words(each: WatchedProduct, today: date, say: Speech) -> tuple[str, str]:
    if each.ends is None:
        return "", ""
    day = each.ends.vietnamese_text()
    if each.standing is Standing.LAPSED:
        return say("ended {day}", day=day), "bad"
    if each.standing is Standing.PRESUMED_LAPSED:
        known = each.known_as_of.vietnamese_text() if each.known_as_of else ""
        if known:
            return say("ended {day}; no renewal known as of {known}", day=day, known=known), "care"
        return say("ended {day}; no renewal known", day=day), "care"
    if not each.ends.exact:
        return say("ends {day}, the day is not known", day=day), "care"
    left = (each.ends.latest - today).days
    return say.count("ends {day}, in {number} day", "ends {day}, in {number} days", left, day=day), "care"


def _of_maker(maker: Maker, title: str, told: str, *, say: Speech, may: bool, **more: str) -> WorkLine:
    under = _where(maker, say, named=title != maker.name)
    phone, email = (maker.phone, maker.email) if may else ("", "")
    return WorkLine(title, under, told, phone=phone, email=email, may=may, **more)


def _where(maker: Maker, say: Speech, *, named: bool = True) -> str:
    commune = str(maker.commune) if maker.commune else say("commune not known")
    return f"{maker.name} · {commune}" if named and maker.name else commune
