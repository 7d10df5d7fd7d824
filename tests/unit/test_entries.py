"""What the search knows of a certificate is what its passport says."""

from datetime import date

import pytest

from catalog import entries
from catalog.dates import PartialDate
from catalog.model import Certificate, Source
from catalog.passport import Standing
from catalog.search import Validity

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("decided", "heard", "validity"),
    [
        ("2024-12-20", "2025-03-01", Validity.IN_FORCE),
        ("2023-12-01", "2025-03-01", Validity.ENDING),
        ("2023", "2025-03-01", Validity.UNSURE),
        ("2020-01-01", "2025-03-01", Validity.OVER),
        ("2022-01-01", "2022-03-01", Validity.OVER),
    ],
)
def test_the_search_follows_the_passport(decided: str, heard: str, validity: Validity) -> None:
    source = Source("Sở", PartialDate.parse(heard))
    certificate = Certificate(stars=4, number="", decision="", decided=PartialDate.parse(decided), source=source)
    assert entries.validity((certificate,), TODAY) is validity


def test_every_standing_has_its_place() -> None:
    assert set(entries._VALIDITY) == set(Standing)
