"""Why an offer fits: unknown is told as unknown, the fittest comes first; and whether what was signed is kept."""

import pytest

from catalog.buyers.deals import DealAnswer, DealSide, KeptAnswer, KeptState, judge_kept
from catalog.buyers.demand import Demand, DemandPart, PriceRange, Quantity
from catalog.buyers.fitting import (
    FitVerdict,
    SupplyOffer,
    SupplyStatement,
    compare_packing,
    covers,
    judge_offer,
    sort_offers,
)

WANTED = Demand("vải thiều", Quantity(2000, "kg"), frozenset({6, 7}), "Từ Sơn", 4, "", PriceRange(20000, 30000, "kg"))


def offer(product: str, **more: object) -> SupplyOffer:
    return SupplyOffer(product, f"Vải {product}", f"maker-{product}", **more)  # type: ignore[arg-type]  # its fields


def said(product: str, amount: float, unit: str = "kg", period: str = "season") -> SupplyStatement:
    return SupplyStatement(product, "m", Quantity(amount, unit, period), frozenset({6, 7}))


def test_each_reason_is_told_and_unknown_is_unknown() -> None:
    bare = {each.part: each.verdict for each in judge_offer(WANTED, offer("a")).reasons}
    assert bare == {
        DemandPart.VOLUME: FitVerdict.UNKNOWN, DemandPart.MONTHS: FitVerdict.UNKNOWN,
        DemandPart.STARS: FitVerdict.FAILS, DemandPart.PLACE: FitVerdict.UNKNOWN, DemandPart.PRICE: FitVerdict.UNKNOWN,
    }  # fmt: skip
    whole = offer("b", kilometres=12.0, stars=4, price=PriceRange(25000, 25000, "kg"), said=said("b", 5000))
    assert {each.verdict for each in judge_offer(WANTED, whole).reasons} == {FitVerdict.MEETS}
    short = offer("c", stars=3, months=frozenset({7, 8}), said=None)
    found = {each.part: each.verdict for each in judge_offer(WANTED, short).reasons}
    assert found[DemandPart.MONTHS] is FitVerdict.PARTLY
    assert found[DemandPart.STARS] is FitVerdict.FAILS


def test_the_fittest_come_first() -> None:
    enough = offer("enough", stars=4, kilometres=80.0, said=said("enough", 5000))
    little = offer("little", stars=4, kilometres=5.0, said=said("little", 500))
    silent = offer("silent", stars=4, kilometres=5.0, months=frozenset({6, 7}))
    far = offer("far", stars=4, kilometres=20.0, months=frozenset({6, 7}))
    order = [each.offer.product for each in sort_offers(WANTED, [little, far, silent, enough])]
    assert order == ["enough", "silent", "far", "little"]


@pytest.mark.parametrize(
    ("wanted", "told", "verdict"),
    [
        ("thùng xốp 10 kg", "thùng xốp 10kg, túi lưới 5 kg", FitVerdict.MEETS),
        ("đóng hộp 500g", "hộp quà 0,5 kg", FitVerdict.MEETS),
        ("hút chân không", "túi 1 kg hút chân không", FitVerdict.MEETS),
        ("vacuum bags", "túi hút chân không", FitVerdict.MEETS),
        ("真空袋", "túi hút chân không", FitVerdict.MEETS),
        ("thùng xốp 10 kg", "thùng xốp 5 kg", FitVerdict.PARTLY),
        ("thùng xốp", "thùng giấy", FitVerdict.PARTLY),
        ("chai 500 ml", "chai", FitVerdict.PARTLY),
        ("lọ thủy tinh", "túi 1 kg", FitVerdict.FAILS),
        ("túi 1 kg", "túi 500 g; túi 1 kg", FitVerdict.MEETS),
        ("sọt tre", "Sọt tre lót lá", FitVerdict.MEETS),
        ("sọt tre", "túi 1 kg", FitVerdict.UNKNOWN),
        ("chai 500 ml", "", FitVerdict.UNKNOWN),
    ],
)
def test_packing_is_compared_by_what_it_is_and_how_much_it_holds(wanted: str, told: str, verdict: FitVerdict) -> None:
    assert compare_packing(wanted, told) is verdict


@pytest.mark.parametrize(
    ("capacity", "wanted", "months", "enough"),
    [
        (Quantity(5000, "kg", "season"), Quantity(2000, "kg"), 1, True),
        (Quantity(500, "kg", "month"), Quantity(2000, "kg"), 2, False),
        (Quantity(500, "kg", "month"), Quantity(2000, "kg"), 0, True),
        (Quantity(500, "kg", "month"), Quantity(400, "kg", "month"), 0, True),
        (Quantity(100, "chai", "week"), Quantity(500, "chai", "month"), 0, False),
        (Quantity(5000, "kg", "year"), Quantity(500, "kg", "month"), 0, False),
        (Quantity(50, "thùng", "month"), Quantity(500, "kg"), 0, None),
        (None, Quantity(500, "kg"), 0, None),
    ],
)
def test_what_covers_what(capacity: Quantity | None, wanted: Quantity, months: int, enough: bool | None) -> None:  # noqa: FBT001 - a case's value
    assert covers(capacity, wanted, months=months) is enough


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], KeptState.UNSAID),
        ([(30, "buyer", "yes")], KeptState.KEPT),
        ([(30, "buyer", "yes"), (30, "producer", "no")], KeptState.DISPUTED),
        ([(30, "buyer", "no"), (90, "buyer", "yes"), (30, "producer", "yes")], KeptState.KEPT),
        ([(30, "buyer", "partly"), (30, "producer", "yes")], KeptState.PARTLY),
        ([(30, "producer", "no"), (90, "producer", "stop")], KeptState.BROKEN),
    ],
)
def test_kept_is_what_both_say_last(answers: list[tuple[int, str, str]], state: KeptState) -> None:
    said_ = [DealAnswer(1, days, DealSide(side), KeptAnswer(answer), float(days)) for days, side, answer in answers]
    assert judge_kept(said_) is state
