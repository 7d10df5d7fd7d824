"""From certificates and a date to the star that counts today.

The issuer must remind the producer 30 days before the end (Decision 148/QĐ-TTg of 24 February 2023).

Nothing is claimed that the sources do not carry. Where they give only the month or the year, a star is in force while
its *earliest* possible end is ahead. It has lapsed for certain only if our newest source is younger than the end:
otherwise it may have been recognised again without our knowing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.certificate_term import Term, term
from catalog.dates import PartialDate
from catalog.model import Certificate

ENDING_DAYS = 30


class Standing(StrEnum):
    """How a product's star stands today.

    UNCERTAIN: today lies between the earliest and the latest possible end. PRESUMED_LAPSED: the certificate known to us
    has ended, and our newest source is no younger than its end.
    """

    VALID = "valid"
    ENDING = "ending"
    UNCERTAIN = "uncertain"
    PRESUMED_LAPSED = "presumed-lapsed"
    LAPSED = "lapsed"
    UNDATED = "undated"
    UNRATED = "unrated"
    NONE = "none"


IN_FORCE = frozenset({Standing.VALID, Standing.ENDING})


@dataclass(frozen=True, slots=True)
class Passport:
    """The certificate that counts on *today*, and the ones before it, newest first.

    *known_as_of* is the date of our newest source about any of them, None where no source is dated.
    """

    standing: Standing
    current: Term | None
    earlier: tuple[Term, ...]
    today: date
    known_as_of: PartialDate | None = None

    @property
    def stars(self) -> int | None:
        """The stars of the certificate that counts, in force or not."""
        return self.current.certificate.stars if self.current else None


def of(certificates: Sequence[Certificate], today: date) -> Passport:
    """Choose the certificate that counts: the one in force that ends last, else the one heard of last."""
    terms = sorted((term(each, today) for each in certificates), key=lambda each: _rank(each, today), reverse=True)
    if not terms:
        return Passport(Standing.NONE, None, (), today)
    current, *earlier = terms
    dates = [each.source.as_of for each in certificates if each.source.as_of]
    newest = max(dates, key=lambda each: each.latest, default=None)
    return Passport(_standing(current, newest, today), current, tuple(earlier), today, newest)


def _rank(candidate: Term, today: date) -> tuple[int, date, date, int]:
    certificate = candidate.certificate
    heard = certificate.source.as_of.latest if certificate.source.as_of else date.min
    certainty = candidate.is_in_force(today) + (candidate.ends is not None and not candidate.is_over(today))
    return certainty, candidate.ends.latest if candidate.ends else heard, heard, certificate.stars or 0


def _standing(current: Term, newest: PartialDate | None, today: date) -> Standing:
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
