"""From certificates and a date to the star that counts today.

A certificate lasts 36 months from its decision, unless it names its own end
(Decision 148/QĐ-TTg of 24 February 2023; the issuer must remind the producer 30 days before).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.dates import PartialDate
from catalog.model import Certificate

VALID_MONTHS = 36
ENDING_DAYS = 30


class Standing(StrEnum):
    """How a product's star stands today."""

    VALID = "valid"
    ENDING = "ending"
    LAPSED = "lapsed"
    UNDATED = "undated"
    UNRATED = "unrated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Term:
    """A certificate's end. *computed* says that we counted 36 months; *days_left* is negative once it is over.

    When only the month of the end is known, *days_left* counts to that month's last day and *exact* is False.
    """

    certificate: Certificate
    ends: PartialDate | None
    computed: bool
    days_left: int | None

    @property
    def exact(self) -> bool:
        """True when the very last day is known."""
        return self.ends is not None and self.ends.exact


@dataclass(frozen=True, slots=True)
class Passport:
    """The certificate that counts on *today*, and the ones before it, newest first."""

    standing: Standing
    current: Term | None
    earlier: tuple[Term, ...]
    today: date

    @property
    def stars(self) -> int | None:
        """The stars of the certificate that counts, in force or not."""
        return self.current.certificate.stars if self.current else None


def term(certificate: Certificate, today: date) -> Term:
    """Say when *certificate* ends, counted from *today*."""
    ends, computed = certificate.expires, False
    if ends is None and certificate.decided is not None:
        ends, computed = certificate.decided.plus_months(VALID_MONTHS), True
    days_left = (ends.latest - today).days if ends else None
    return Term(certificate, ends, computed, days_left)


def of(certificates: Sequence[Certificate], today: date) -> Passport:
    """Choose the certificate that counts: the one in force that ends last, else the one heard of last."""
    terms = sorted((term(each, today) for each in certificates), key=_rank, reverse=True)
    if not terms:
        return Passport(Standing.NONE, None, (), today)
    current, *earlier = terms
    return Passport(_standing(current), current, tuple(earlier), today)


def _rank(candidate: Term) -> tuple[bool, date, date, int]:
    certificate = candidate.certificate
    in_force = candidate.days_left is not None and candidate.days_left >= 0
    heard = certificate.source.as_of.latest if certificate.source.as_of else date.min
    return in_force, candidate.ends.latest if candidate.ends else heard, heard, certificate.stars or 0


def _standing(current: Term) -> Standing:
    if current.certificate.stars is None:
        return Standing.UNRATED
    if current.days_left is None:
        return Standing.UNDATED
    if current.days_left < 0:
        return Standing.LAPSED
    return Standing.ENDING if current.days_left <= ENDING_DAYS else Standing.VALID
