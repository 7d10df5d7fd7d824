"""The whole history of a product's certificates: what is stored, and what follows from the dates."""

from dataclasses import replace
from datetime import date

from catalog.certificate_history import history
from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent, EventKind, Source

TODAY = date(2026, 11, 27)
WITHDRAWN = CertificateEvent(EventKind.WITHDRAWN, "55/QĐ-UBND", PartialDate(2023, 2, 1))
FIRST = Certificate(stars=3, decision="1/QĐ", decided=PartialDate(2019, 3, 1), issuer="UBND huyện")
SECOND = Certificate(stars=3, decision="2/QĐ", decided=PartialDate(2022, 6, 1), events=(WITHDRAWN,))
THIRD = Certificate(stars=4, decision="3/QĐ", decided=PartialDate(2024, 1, 1))


def told(*certificates: Certificate, today: date = TODAY) -> list[tuple[str, str]]:
    return [(str(each.kind), str(each.begins or "")) for each in history(certificates, today)]


def test_recognised_lapsed_recognised_again_withdrawn_and_raised() -> None:
    assert told(THIRD, FIRST, SECOND) == [
        ("recognised", "2019-03-01"),
        ("lapsed", "2022-03-01"),
        ("re-recognised", "2022-06-01"),
        ("withdrawn", "2023-02-01"),
        ("upgraded", "2024-01-01"),
    ]


def test_a_recognition_keeps_its_decision_and_source() -> None:
    source = Source("Sở", PartialDate(2020))
    (first,) = history([replace(FIRST, source=source)], date(2020, 1, 1))
    assert (first.decision, first.issuer, first.source) == ("1/QĐ", "UBND huyện", source)


def test_the_last_one_has_lapsed_only_where_that_is_certain() -> None:
    old = replace(FIRST, source=Source("Sở", PartialDate(2020)))
    assert told(old) == [("recognised", "2019-03-01")]
    assert told(replace(old, source=Source("Sở", PartialDate(2023)))) == [
        ("recognised", "2019-03-01"),
        ("lapsed", "2022-03-01"),
    ]


def test_one_renewed_in_time_has_not_lapsed() -> None:
    assert told(FIRST, replace(SECOND, decided=PartialDate(2022, 2, 1), events=())) == [
        ("recognised", "2019-03-01"),
        ("re-recognised", "2022-02-01"),
    ]


def test_without_days_and_without_certificates() -> None:
    assert told() == []
    assert told(Certificate(stars=3)) == [("recognised", "")]
