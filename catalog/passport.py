"""From certificates and a date to the star that counts today.

The issuer must remind the producer 30 days before the end (Decision 148/QĐ-TTg of 24 February 2023).

Nothing is claimed that the sources do not carry. Where they give only the month or the year, a star is in force while
its *earliest* possible end is ahead. It has lapsed for certain only if our newest source is younger than the end:
otherwise it may have been recognised again without our knowing.

A decision that annuls or withdraws a certificate counts from the day on which it takes effect, for that certificate
and for those before it: the product has no star left. A certificate decided later counts anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from catalog.certificate_term import Term, term
from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent, EventKind

ENDING_DAYS = 30


class Standing(StrEnum):
    """How a product's star stands today.

    ENDING: within 30 days, or by a decision that takes effect on a day to come. UNCERTAIN: today lies between the
    earliest and the latest possible end. PRESUMED_LAPSED: the certificate known to us has ended, and our newest source
    is no younger than its end. ANNULLED, WITHDRAWN: a decision took it away.
    """

    VALID = "valid"
    ENDING = "ending"
    UNCERTAIN = "uncertain"
    PRESUMED_LAPSED = "presumed-lapsed"
    LAPSED = "lapsed"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"
    UNDATED = "undated"
    UNRATED = "unrated"
    NONE = "none"


IN_FORCE = frozenset({Standing.VALID, Standing.ENDING})
TAKEN_AWAY = frozenset({Standing.ANNULLED, Standing.WITHDRAWN})
_ENDING_KINDS = {EventKind.ANNULLED: Standing.ANNULLED, EventKind.WITHDRAWN: Standing.WITHDRAWN}
_DECISIVE = frozenset({*_ENDING_KINDS, EventKind.REINSTATED})


@dataclass(frozen=True, slots=True)
class Passport:
    """The certificate that counts on *today*, and the ones before it, newest first.

    *known_as_of* is the date of our newest source about any of them, None where no source is dated. *coming* is a
    decision that will take the star away on a day to come.
    """

    standing: Standing
    current: Term | None
    earlier: tuple[Term, ...]
    today: date
    known_as_of: PartialDate | None = None
    coming: CertificateEvent | None = None

    @property
    def stars(self) -> int | None:
        """The stars of the certificate that counts, in force or not; None once it was taken away."""
        return self.current.certificate.stars if self.current and self.standing not in TAKEN_AWAY else None

    @property
    def may_be_printed(self) -> bool:
        """True for a star that may be put on a label: it is in force, and nothing will take it away."""
        return self.standing in IN_FORCE and self.coming is None


def of(certificates: Sequence[Certificate], today: date) -> Passport:
    """Choose the certificate that counts: the one in force that ends last, else the one heard of last."""
    held = (replace(term(each, today), ended_by=taken_away_by(each, certificates, today)) for each in certificates)
    terms = sorted(held, key=lambda each: _rank(each, today), reverse=True)
    if not terms:
        return Passport(Standing.NONE, None, (), today)
    current, *earlier = terms
    dates = [each.source.as_of for each in certificates if each.source.as_of]
    newest = max(dates, key=lambda each: each.latest, default=None)
    standing = _standing(current, newest, today)
    coming = None if current.is_over(today) else _coming(current.certificate, certificates, today)
    if coming is not None and standing is Standing.VALID:
        standing = Standing.ENDING
    return Passport(standing, current, tuple(earlier), today, newest, coming)


def taken_away_by(
    certificate: Certificate, certificates: Sequence[Certificate], today: date
) -> CertificateEvent | None:
    """The decision in effect *today* by which *certificate*, one of a product's *certificates*, is taken away."""
    decided = [each for each in _decisions(certificate, certificates) if each.is_in_effect(today)]
    last = decided[-1] if decided else None
    return last if last is not None and last.kind in _ENDING_KINDS else None


def _coming(certificate: Certificate, certificates: Sequence[Certificate], today: date) -> CertificateEvent | None:
    """The next decision that will take *certificate* away, if no other undoes it before."""
    if taken_away_by(certificate, certificates, today):
        return None
    days = sorted(each.begins.earliest for each in _decisions(certificate, certificates) if each.begins)
    return next(
        (found for day in days if day > today and (found := taken_away_by(certificate, certificates, day))), None
    )


def _decisions(certificate: Certificate, certificates: Sequence[Certificate]) -> list[CertificateEvent]:
    """What was decided about *certificate*, or about a later one of the same product, by the day of its effect."""
    found = [event for each in certificates for event in each.events if _concerns(event, each, certificate)]
    return sorted(found, key=lambda event: event.begins.earliest if event.begins else date.min)


def _concerns(event: CertificateEvent, named: Certificate, certificate: Certificate) -> bool:
    """True where *event*, told of the certificate *named*, takes *certificate* away too or gives it back.

    That is any of the product's from before; of one without a day we cannot tell, unless it was heard of since.
    """
    if event.kind not in _DECISIVE or not event.scope.whole:
        return False
    until, since = named.decided or event.begins, certificate.decided
    if since is None:
        until, since = event.begins, certificate.source.as_of
    return named == certificate or until is None or since is None or since.earliest <= until.latest


def _rank(candidate: Term, today: date) -> tuple[int, date, date, int]:
    certificate = candidate.certificate
    heard = certificate.source.as_of.latest if certificate.source.as_of else date.min
    running = candidate.ended_by is None and candidate.ends is not None and not candidate.is_over(today)
    certainty = (candidate.ended_by is None) + candidate.is_in_force(today) + running
    return certainty, candidate.ends.latest if candidate.ends else heard, heard, certificate.stars or 0


def _standing(current: Term, newest: PartialDate | None, today: date) -> Standing:
    if current.ended_by is not None:
        return _ENDING_KINDS[current.ended_by.kind]
    if current.certificate.stars is None:
        return Standing.UNRATED
    if current.ends is None:
        return Standing.UNDATED
    if current.is_over(today):
        heard_since = newest is not None and newest.earliest > current.ends.latest
        return Standing.LAPSED if heard_since else Standing.PRESUMED_LAPSED
    if not current.is_in_force(today):
        return Standing.UNCERTAIN
    return Standing.ENDING if (current.ends.earliest - today).days <= ENDING_DAYS else Standing.VALID
