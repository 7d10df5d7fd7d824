"""All that happened to a product's certificates: what was decided, and what their dates alone tell."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from catalog import passport
from catalog.certificate_term import Term, term
from catalog.model import Certificate, CertificateEvent, EventKind
from catalog.passport import Standing


def history(certificates: Sequence[Certificate], today: date) -> list[CertificateEvent]:
    """Every event in the order of the days on which they count, those without a day first.

    The first certificate is a recognition, one with more stars than the one before an upgrade, any other one a
    recognition anew. One that ended before the next was decided has lapsed; the last one only where that is certain.
    """
    ordered = sorted(certificates, key=lambda each: each.decided.earliest if each.decided else date.min)
    found = [*_recognitions(ordered), *(event for each in ordered for event in each.events)]
    found += _lapses(ordered, today)
    return sorted(found, key=lambda event: event.begins.earliest if event.begins else date.min)


def _recognitions(ordered: Sequence[Certificate]) -> Iterator[CertificateEvent]:
    before: Certificate | None = None
    for each in ordered:
        kind = EventKind.RECOGNISED if before is None else EventKind.RE_RECOGNISED
        if before is not None and before.stars and each.stars and each.stars > before.stars:
            kind = EventKind.UPGRADED
        yield CertificateEvent(kind, each.decision, each.decided, each.issuer, source=each.source)
        before = each


def _lapses(ordered: Sequence[Certificate], today: date) -> Iterator[CertificateEvent]:
    for each, following in pairwise(ordered):
        ends = _natural_end(each, ordered, today)
        if ends is not None and ends.ends and following.decided and ends.ends.latest < following.decided.earliest:
            yield _lapse(ends)
    held = passport.of(ordered, today)
    if held.standing is Standing.LAPSED and held.current is not None:
        yield _lapse(held.current)


def _natural_end(certificate: Certificate, ordered: Sequence[Certificate], today: date) -> Term | None:
    """When *certificate* ended by itself; None where it has not, or a decision was earlier."""
    ends = term(certificate, today)
    if ends.ends is None or not ends.is_over(today):
        return None
    return None if passport.taken_away_by(certificate, ordered, ends.ends.earliest) else ends


def _lapse(ended: Term) -> CertificateEvent:
    return CertificateEvent(EventKind.LAPSED, effective=ended.ends, source=ended.certificate.source)
