"""Certificates on the board: which there are, by state, commune and round, and all that happened to those of a product.

What stands here lies within what the officer reaches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog import passport
from catalog.certificate_history import history
from catalog.certificate_term import Term, term
from catalog.errors import NotFound
from catalog.model import Certificate, CertificateEvent, EventKind, Product, Scope
from catalog.officers import Act, ActScope, scope_of
from catalog.passport import IN_FORCE, Standing
from catalog.programme import CountedProduct
from catalog.store import identify
from catalog.text import fold
from handlers import card_facts, verdict
from handlers.board import reports
from handlers.board.desk import Desk
from handlers.phrases import Speech
from handlers.programme import load_figures

AT_ONCE = 25
_RUNNING = IN_FORCE | {Standing.UNCERTAIN}
_TONES: Mapping[Standing, str] = {
    Standing.VALID: "good",
    Standing.LAPSED: "bad",
    Standing.WITHDRAWN: "bad",
    Standing.ANNULLED: "bad",
}


class CertificateState(StrEnum):
    """Which certificates are asked for, as it stands in addresses."""

    ALL = ""
    ENDING_30 = "ending-30"
    ENDING_60 = "ending-60"
    ENDING_90 = "ending-90"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"


_DAYS = {CertificateState.ENDING_30: 30, CertificateState.ENDING_60: 60, CertificateState.ENDING_90: 90}
_STANDINGS: Mapping[CertificateState, frozenset[Standing]] = {
    CertificateState.LAPSED: frozenset({Standing.LAPSED, Standing.PRESUMED_LAPSED}),
    CertificateState.WITHDRAWN: frozenset({Standing.WITHDRAWN}),
    CertificateState.ANNULLED: frozenset({Standing.ANNULLED}),
}


@dataclass(frozen=True, slots=True)
class CertificateQuery:
    """What is asked for: *commune* is a code, *round* a decision as find_rounds names it, *words* part of a name."""

    state: CertificateState = CertificateState.ALL
    commune: str = ""
    round: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A product with the certificate that counts; *told* is what shoppers are told of it."""

    ref: str
    product: str
    producer: str
    commune: str
    stars: str
    decision: str
    told: str
    tone: str


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """A page of the list, and how many there are of each state with the other filters as they are."""

    query: CertificateQuery
    lines: Sequence[CertificateRow]
    counts: Mapping[CertificateState, int]
    communes: Sequence[tuple[str, str]]
    rounds: Sequence[str]

    @property
    def number(self) -> int:
        """How many fit on all pages."""
        return self.counts[self.query.state]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.number // AT_ONCE))


@dataclass(frozen=True, slots=True)
class CertificateCard:
    """One certificate of a product: *key* names it in forms."""

    key: str
    title: str
    certificate: Certificate
    ends: str
    counts: bool


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event in words."""

    day: str
    kind: str
    tone: str
    decision: str
    issuer: str
    reason: str
    scope: str
    source: str


@dataclass(frozen=True, slots=True)
class ProductCertificates:
    """All certificates of a product, newest first, and its history, the oldest first."""

    product: Product
    commune: str
    told: str
    tone: str
    cards: Sequence[CertificateCard]
    events: Sequence[EventLine]
    may: Mapping[EventKind, bool]


def state_names(say: Speech) -> Mapping[CertificateState, str]:
    """What each state is called."""
    return {
        CertificateState.ALL: say("all"),
        **{state: say("ending within {days} days", days=days) for state, days in _DAYS.items()},
        CertificateState.LAPSED: say("lapsed"),
        CertificateState.WITHDRAWN: say("withdrawn"),
        CertificateState.ANNULLED: say("annulled"),
    }


async def list_certificates(desk: Desk, query: CertificateQuery) -> CertificateSheet:
    """One page of what is asked for. Raises StoreError."""
    today = desk.context.today()
    figures = await load_figures(desk.context, today)
    mine = [each for each in figures.products if each.product.certificates and desk.reach.covers(_scope(each))]
    fitting = [each for each in mine if _fits(each, query)]
    counts = {state: sum(_is_in(each, state, today) for each in fitting) for state in CertificateState}
    found = sorted((each for each in fitting if _is_in(each, query.state, today)), key=_order)
    page = min(max(query.page, 1), max(1, -(-len(found) // AT_ONCE)))
    lines = [_line(each, desk) for each in found[(page - 1) * AT_ONCE : page * AT_ONCE]]
    communes = {each.placed.commune.code: str(each.placed.commune) for each in mine if each.placed.commune}
    named = sorted(communes.items(), key=lambda pair: fold(pair[1]))
    shown = CertificateQuery(query.state, query.commune, query.round, query.words, page)
    return CertificateSheet(shown, lines, counts, named, [each.name for each in reports.find_rounds(mine)])


def _scope(counted: CountedProduct) -> ActScope:
    unit = counted.placed.commune
    return ActScope(unit.code if unit else "", counted.product.producer.id)


def _fits(counted: CountedProduct, query: CertificateQuery) -> bool:
    product, unit = counted.product, counted.placed.commune
    if query.commune and (unit is None or unit.code != query.commune):
        return False
    decisions = (
        each.decision or (each.decided.vietnamese_text() if each.decided else "") for each in product.certificates
    )
    if query.round and query.round not in decisions:
        return False
    asked = fold(query.words)
    return not asked or any(asked in fold(name) for name in (product.name, *product.aliases, product.producer.name))


def _is_in(counted: CountedProduct, state: CertificateState, today: date) -> bool:
    if state is CertificateState.ALL:
        return True
    if state in _STANDINGS:
        return counted.standing in _STANDINGS[state]
    ends = counted.ends
    return ends is not None and counted.standing in _RUNNING and (ends.earliest - today).days <= _DAYS[state]


def _order(counted: CountedProduct) -> tuple[date, str]:
    return (counted.ends.earliest if counted.ends else date.max), fold(counted.product.name)


def _line(counted: CountedProduct, desk: Desk) -> CertificateRow:
    product, say = counted.product, desk.say
    held = passport.of(product.certificates, desk.context.today())
    current = held.current.certificate if held.current else Certificate()
    unit = counted.placed.commune
    return CertificateRow(
        product.ref,
        product.name,
        product.producer.name,
        str(unit) if unit else say("commune not known"),
        card_facts.star_words(current, say),
        current.decision,
        verdict.in_words(held, say),
        _TONES.get(held.standing, "care"),
    )


async def find_product(desk: Desk, ref: str, act: Act | None = None) -> Product:
    """The product that *ref* names, where the officer may do *act* (the page's). Raises NotAllowed, NotFound."""
    product = await desk.context.store.product(ref[:200]) if ref else None
    if product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places), act)
    return product


async def show_product(desk: Desk, ref: str) -> ProductCertificates:
    """The certificates of a product. Raises NotAllowed, NotFound, StoreError."""
    product, today, say = await find_product(desk, ref), desk.context.today(), desk.say
    held = passport.of(product.certificates, today)
    scope = scope_of(product.producer, desk.context.places)
    unit = desk.context.places.with_code(scope.commune) if scope.commune else None
    acts = dict.fromkeys((EventKind.RECOGNISED, *_LATER), Act.RECORD_CERTIFICATE)
    acts[EventKind.WITHDRAWN] = Act.WITHDRAW_CERTIFICATE
    known = bool(product.certificates)
    may = {kind: desk.reach_of(act).covers(scope) and (known or kind not in _LATER) for kind, act in acts.items()}
    return ProductCertificates(
        product,
        str(unit) if unit else say("commune not known"),
        verdict.in_words(held, say),
        _TONES.get(held.standing, "care"),
        certificate_cards(product, today, say),
        [event_line(each, say) for each in history(product.certificates, today)],
        may,
    )


_LATER = (EventKind.RENAMED, EventKind.ANNULLED, EventKind.REINSTATED, EventKind.WITHDRAWN)


def certificate_cards(product: Product, today: date, say: Speech) -> Sequence[CertificateCard]:
    """The certificates of a product, the one that counts first."""
    held = passport.of(product.certificates, today)
    terms = [*((held.current,) if held.current else ()), *held.earlier]
    return [_card(each, say, counts=place == 0) for place, each in enumerate(terms)]


def _card(held: Term, say: Speech, *, counts: bool) -> CertificateCard:
    certificate = held.certificate
    day = certificate.decided.vietnamese_text() if certificate.decided else ""
    named = (card_facts.star_words(certificate, say), certificate.decision or certificate.number, day)
    ends = term(certificate, date.max).ends
    told = ends.vietnamese_text() if ends else ""
    return CertificateCard(identify(certificate), " · ".join(filter(None, named)), certificate, told, counts)


def event_line(event: CertificateEvent, say: Speech) -> EventLine:
    """An event in words."""
    tones = {EventKind.WITHDRAWN: "bad", EventKind.ANNULLED: "bad", EventKind.LAPSED: "care"}
    decided = event.decided.vietnamese_text() if event.decided else ""
    decision = say("decision {number}", number=event.decision) if event.decision else ""
    known = event.source.as_of.vietnamese_text() if event.source.as_of else ""
    return EventLine(
        event.begins.vietnamese_text() if event.begins else say("unknown day"),
        verdict.kind_words(event.kind, say),
        tones.get(event.kind, "good"),
        " ".join(filter(None, (decision, f"({decided})" if decision and decided else ""))),
        event.issuer,
        verdict.reason_words(event, say),
        scope_words(event.scope, say),
        " · ".join(filter(None, (event.source.name, known))),
    )


def scope_words(scope: Scope, say: Speech) -> str:
    """What of the product an event is about; "" for all of it."""
    told: list[Callable[[], str]] = []
    if scope.lots:
        told.append(lambda: say("lots {lots}", lots=", ".join(scope.lots)))
    if scope.made_from:
        told.append(lambda: say("made from {day} on", day=scope.made_from.vietnamese_text() if scope.made_from else ""))
    if scope.made_until:
        told.append(lambda: say("made until {day}", day=scope.made_until.vietnamese_text() if scope.made_until else ""))
    return ", ".join(each() for each in told)
