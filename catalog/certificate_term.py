"""Until when a certificate is valid: 36 months from its decision, unless it names its own end.

Source: Decision 148/QĐ-TTg of 24 February 2023.
"""

from dataclasses import dataclass
from datetime import date

from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent

VALID_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Term:
    """A certificate's end. *computed* says that we counted 36 months.

    *days_left* is negative once it is over, and None where the very day of the end is not known. *ended_by* is the
    decision in effect that took the certificate away.
    """

    certificate: Certificate
    ends: PartialDate | None
    computed: bool
    days_left: int | None
    ended_by: CertificateEvent | None = None

    def is_in_force(self, today: date) -> bool:
        """True while even the earliest possible end is not over, and no decision took it away."""
        return self.ended_by is None and self.ends is not None and self.ends.earliest >= today

    def is_over(self, today: date) -> bool:
        """True once even the latest possible end is over."""
        return self.ends is not None and self.ends.latest < today

    @property
    def exact(self) -> bool:
        """True when the very last day is known."""
        return self.ends is not None and self.ends.exact


def term(certificate: Certificate, today: date) -> Term:
    """Say when *certificate* ends, counted from *today*."""
    ends, computed = certificate.expires, False
    if ends is None and certificate.decided is not None:
        ends, computed = certificate.decided.plus_months(VALID_MONTHS), True
    days_left = (ends.latest - today).days if ends and ends.exact else None
    return Term(certificate, ends, computed, days_left)
