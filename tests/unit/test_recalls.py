"""Whether a recall is about a package, and about somebody who looked some up."""

import pytest

from catalog.dates import PartialDate
from catalog.ocr import package_in
from catalog.recalls import Concern, Package, RecallScope, concern_of, lot_key, read_lot_range
from handlers.inquiries.recall_request import read_scope

YES, MAYBE, NO = Concern.YES, Concern.MAYBE, Concern.NO
LOTS = RecallScope(lots=("L12", "L-13/A"))
DAYS = RecallScope(made_from=PartialDate(2026, 12, 1), made_until=PartialDate(2026, 12, 5))
ENDS = RecallScope(expires_from=PartialDate(2027, 1), expires_until=PartialDate(2027, 2))


@pytest.mark.parametrize(
    ("scope", "package", "concern"),
    [
        (RecallScope(), Package(), YES),
        (RecallScope(), Package("L99"), YES),
        (LOTS, Package("L12"), YES),
        (LOTS, Package("lô 12"), YES),
        (LOTS, Package("l 13a"), YES),
        (LOTS, Package("L14"), NO),
        (LOTS, Package(), MAYBE),
        (LOTS, Package(made=PartialDate(2026, 12, 1)), MAYBE),
        (DAYS, Package(made=PartialDate(2026, 12, 5)), YES),
        (DAYS, Package(made=PartialDate(2026, 12, 6)), NO),
        (DAYS, Package(made=PartialDate(2026, 12)), MAYBE),
        (DAYS, Package("L12"), MAYBE),
        (ENDS, Package(expires=PartialDate(2027, 2)), YES),
        (ENDS, Package(expires=PartialDate(2027, 3, 1)), NO),
        (ENDS, Package(expires=PartialDate(2027)), MAYBE),
        (RecallScope(lots=("L12",), made_from=PartialDate(2026, 12, 1)), Package("L9", PartialDate(2026, 12, 3)), YES),
        (RecallScope(lots=("L12",), made_from=PartialDate(2026, 12, 1)), Package("L9"), MAYBE),
        (RecallScope(lots=("L12",), made_from=PartialDate(2026, 12, 1)), Package("L9", PartialDate(2026, 11, 3)), NO),
    ],
)
def test_a_package_is_meant_by_its_lot_or_its_days(scope: RecallScope, package: Package, concern: Concern) -> None:
    assert scope.concerns(package) is concern


def test_who_told_their_lot_in_the_same_visit_is_not_asked_for_it() -> None:
    """The look-up by name and the lot that was typed after it are one package; another day it may be another one."""
    seen = [Package(at=100.0), Package("L14", at=200.0)]
    assert concern_of(LOTS, seen) is NO
    assert concern_of(LOTS, [*seen, Package(at=90_000.0)]) is MAYBE
    assert concern_of(LOTS, [*seen, Package("L12", at=90_000.0)]) is YES
    assert concern_of(LOTS, []) is NO


def test_lots_are_compared_without_what_is_written_in_many_ways() -> None:
    assert {lot_key(each) for each in ("L123", "lô 123", "Số lô: 123", "LOT-123", "l.123", "lô L123")} == {"123"}
    assert lot_key("LA1") == "la1"


@pytest.mark.parametrize(
    ("typed", "inside", "outside"),
    [
        ("L100-L120", ("L100", "lô 110", "l.120"), ("L99", "L121", "LA110", "L110B")),
        ("từ lô L100 đến lô L120", ("L100", "L120"), ("L121",)),
        ("LA100 - 120", ("LA100", "la 120"), ("L110", "110")),
        ("0100..0120", ("0100", "L110"), ("0121",)),
        ("100A to 120A", ("110a",), ("110", "110B")),
        ("100~120", ("110",), ("1100",)),
    ],
)
def test_a_row_of_lots_is_named_by_its_ends(typed: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    scope = RecallScope(lots=("Z9", typed))
    assert {each: scope.concerns(Package(each)) for each in inside} == dict.fromkeys(inside, YES)
    assert {each: scope.concerns(Package(each)) for each in outside} == dict.fromkeys(outside, NO)
    assert scope.concerns(Package("Z9")) is YES


@pytest.mark.parametrize("one", ["2024-05", "12-2026", "L-13/A", "100-120", "L120-L100", "A-B", "L1-L900000", "to"])
def test_one_lot_is_no_row_of_lots(one: str) -> None:
    assert read_lot_range(one) is None
    assert RecallScope(lots=(one,)).concerns(Package(one)) is YES


@pytest.mark.parametrize(
    ("typed", "lot", "made", "expires", "around"),
    [
        ("lô L123", "L123", None, None, ""),
        ("số lô: 2024-05 của tôi", "2024-05", None, None, "của tôi"),
        ("HSD 12/2026", "", None, PartialDate(2026, 12), ""),
        ("nem bùi lô L9 nsx 01/11/2026", "L9", PartialDate(2026, 11, 1), None, "nem bùi"),
        ("lot A7B, exp 31/12/2026?", "A7B", None, PartialDate(2026, 12, 31), ""),
    ],
)
def test_a_package_is_told_in_words(
    typed: str, lot: str, made: PartialDate | None, expires: PartialDate | None, around: str
) -> None:
    told = package_in(typed)
    assert told is not None
    assert (told[0].number, told[0].made, told[0].expires, told[1]) == (lot, made, expires, around)


@pytest.mark.parametrize(
    "typed", ["nem bùi", "lợn lô", "có lò nướng 5 món", "rượu 4 sao", "hạn dùng bao lâu", "(01)08936012345674(10)LOT7"]
)
def test_other_words_tell_of_none(typed: str) -> None:
    assert package_in(typed) is None


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("tất cả", RecallScope()),
        ("lô L12, L13", RecallScope(lots=("L12", "L13"))),
        ("từ lô L100 đến lô L120", RecallScope(lots=("từ L100 đến L120",))),
        ("các lô: L12; L13 và L14", RecallScope(lots=("L12", "L13", "L14"))),
        ("sản xuất 01/12/2026 đến 05/12/2026", DAYS),
        ("HSD 1/1/2027", RecallScope(expires_from=PartialDate(2027, 1, 1), expires_until=PartialDate(2027, 1, 1))),
        ("không biết nữa", None),
    ],
)
def test_a_producer_names_packages(typed: str, scope: RecallScope | None) -> None:
    assert read_scope(typed) == scope
