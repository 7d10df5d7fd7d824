"""Decisions about certificates as officers type them: read, shown as shoppers will be told, then recorded.

A withdrawal is proposed here and recorded by another officer: see handlers.board.proposals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog import passport
from catalog.cells import certificates as cells
from catalog.cells.content import at_most, words
from catalog.cells.content import name as read_name
from catalog.cells.days import day as read_day
from catalog.cells.events import TypedDecision, read_decided
from catalog.cells.problems import CellRefused
from catalog.certificate_history import history
from catalog.dates import PartialDate
from catalog.errors import CatalogError
from catalog.model import Certificate, CertificateEvent, EventKind, Product, ProductRow, Reason, Source
from catalog.officers import NotAllowed
from catalog.store import identify
from handlers import verdict
from handlers.board.desk import Desk
from handlers.phrases import Speech

RECORDED = (EventKind.RECOGNISED, EventKind.RENAMED, EventKind.ANNULLED, EventKind.REINSTATED)
"""What one officer records."""
_NEEDS_REASON = frozenset({EventKind.ANNULLED, EventKind.WITHDRAWN})
_POTENTIAL = "4+"
STARS = ("3", "4", _POTENTIAL, "5")


class BadDecision(CatalogError):
    """What was typed cannot be recorded; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class ToldLine:
    """What shoppers are told, and when."""

    when: str
    words: str


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """A decision that was read and is not recorded: an *event* about a certificate, or another *certificate*.

    *kind* of a certificate is what it makes of the product: recognised, recognised again, raised.
    """

    product: Product
    kind: EventKind
    told: Sequence[ToldLine]
    about: Certificate | None = None
    event: CertificateEvent | None = None
    certificate: Certificate | None = None
    name: str = ""


def reason_choices(say: Speech) -> Mapping[str, str]:
    """The reasons that a decision can give, by code."""
    names = {str(reason): name for reason, name in verdict.reason_names(say).items()}
    return {**names, str(Reason.OTHER): say("another reason (write it below)")}


def read_draft(desk: Desk, product: Product, kind: EventKind, form: Mapping[str, str]) -> DraftDecision:
    """What *form* says of *product*. Raises BadDecision."""
    try:
        return (
            _read_certificate(desk, product, form) if kind is EventKind.RECOGNISED else _read(desk, product, kind, form)
        )
    except CellRefused as refused:
        raise BadDecision(refused.reason if desk.say.language == "vi" else refused.reason_en) from refused


def _read(desk: Desk, product: Product, kind: EventKind, form: Mapping[str, str]) -> DraftDecision:
    say, today = desk.say, desk.context.today()
    about = next((each for each in product.certificates if identify(each) == form.get("certificate", "")), None)
    if about is None:
        raise BadDecision(say("Choose the certificate that the decision is about."))
    event = read_decided(kind, _typed(form), about, today)
    if kind in _NEEDS_REASON and event.reason is None:
        raise BadDecision(say("Give the decision's reason: shoppers are told it."))
    name = read_name(form.get("name", "")) if kind is EventKind.RENAMED else ""
    if kind is EventKind.RENAMED and name in {"", product.name}:
        raise BadDecision(say("Write the new name."))
    changed = [replace(each, events=(*each.events, event)) if each == about else each for each in product.certificates]
    told = compare_told(product.certificates, changed, today, say, begins=event.begins)
    return DraftDecision(product, kind, told, about, event, name=name)


def _typed(form: Mapping[str, str]) -> TypedDecision:
    reason = form.get("reason", "")
    part = form.get("scope") == "part"
    given = {name: form.get(name, "")[:2000] if part else "" for name in ("lots", "made_from", "made_until")}
    return TypedDecision(
        form.get("decision", "")[:500],
        form.get("date", "")[:100],
        form.get("note", "")[:2000] if reason in {"", Reason.OTHER} else reason[:100],
        form.get("issuer", "")[:500],
        form.get("begins", "")[:100],
        form.get("source", "")[:2000],
        **given,
    )


def _read_certificate(desk: Desk, product: Product, form: Mapping[str, str]) -> DraftDecision:
    say, today = desk.say, desk.context.today()
    certificate = read_certificate(form, today, say)
    if identify(certificate) in {identify(each) for each in product.certificates}:
        raise BadDecision(say("This certificate is recorded already."))
    after = [*product.certificates, certificate]
    kind = next(each.kind for each in reversed(history(after, today)) if each.decision == certificate.decision)
    told = compare_told(product.certificates, after, today, say)
    return DraftDecision(product, kind, told, certificate=certificate)


def read_certificate(form: Mapping[str, str], today: date, say: Speech) -> Certificate:
    """The certificate that a form tells. Raises BadDecision, CellRefused."""
    asked = form.get("stars", "")
    if asked not in STARS:
        raise BadDecision(say("Choose the stars."))
    told = cells.decision(form.get("decision", "")[:500])
    decided = read_day(form.get("date", "")[:100]) or told.decided
    if not told.number or decided is None:
        raise BadDecision(say("Give the decision's number and its day."))
    certificate = Certificate(
        stars=int(asked[0]),
        number=at_most(100, words(form.get("number", "")[:500])),
        decision=told.number,
        decided=decided,
        issuer=at_most(200, words(form.get("issuer", "")[:500])) or told.issuer,
        expires=read_day(form.get("expires", "")[:100]),
        score=cells.score(form.get("score", "")[:40]),
        potential_five=asked == _POTENTIAL,
        source=Source(
            at_most(1000, words(form.get("source", "")[:2000])) or f"Quyết định {told.number}", PartialDate.of(today)
        ),
    )
    check_certificate(certificate, today)
    return certificate


def check_certificate(certificate: Certificate, today: date) -> None:
    """Raise CellRefused where its facts cannot be true together."""
    row = ProductRow(
        name="",
        producer="",
        stars=certificate.stars,
        decided=certificate.decided,
        expires=certificate.expires,
        score=certificate.score,
        potential_five=certificate.potential_five,
    )
    for check in (cells.check_decided, cells.check_expiry, cells.check_score):
        for refused in check(row, today):
            raise refused


def compare_told(
    before: Sequence[Certificate],
    after: Sequence[Certificate],
    today: date,
    say: Speech,
    *,
    begins: PartialDate | None = None,
) -> Sequence[ToldLine]:
    """What shoppers are told now, and what they will be told."""
    lines = [
        ToldLine(say("Now"), verdict.in_words(passport.of(before, today), say)),
        ToldLine(say("Once it is recorded"), verdict.in_words(passport.of(after, today), say)),
    ]
    if begins is not None and begins.latest > today:
        then = verdict.in_words(passport.of(after, begins.latest), say)
        lines.append(ToldLine(say("From {day} on", day=begins.vietnamese_text()), then))
    return lines


async def record(desk: Desk, draft: DraftDecision) -> bool:
    """Record it; False if it was recorded before. Raises NotAllowed for a withdrawal, NotFound, StoreError."""
    store, product, by = desk.context.store, draft.product, desk.doer
    if draft.certificate is not None:
        return await store.recognitions.recognise(product.id, draft.certificate, by=by)
    if draft.event is None or draft.about is None or draft.kind not in RECORDED:
        raise NotAllowed
    if draft.kind is EventKind.RENAMED:
        return await store.recognitions.rename(product.id, draft.name, draft.event, about=draft.about, by=by)
    return await store.events.record(product.id, draft.event, about=draft.about, by=by)
