"""What a rating means: which half-year, what waits for an officer, what is a ring, what may be said of all together."""

from datetime import datetime

import pytest

from catalog.dates import VIET_NAM
from catalog.ratings import (
    BURST,
    HoldReason,
    RatingMark,
    RatingSummary,
    RingKind,
    find_rings,
    half_year,
    mark_words,
    read_holds,
    summarize,
)

PERSONAL, INSULT, LINK = HoldReason.PERSONAL, HoldReason.INSULT, HoldReason.LINK
DAY = 24 * 3600.0


def one(number: int, points: int = 5, **more: object) -> RatingMark:
    """Somebody's rating of another day, with a sentence unless said."""
    given = {"person": f"zalo:{number}", "at": number * DAY, "worded": True} | more
    return RatingMark(number, points=points, **given)  # type: ignore[arg-type]  # fields of a mark


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("Nem ngon, ăn đúng vị quê. Com dẻo, thơm!", ()),
        ("Giá 350.000 đồng/kg, 2 kg hết 700.000 đ, HSD 31/12/2026", ()),
        ("Hạt óc chó giòn; lon to; ngủ ngon sau chén trà; ngô 2 bắp", ()),
        ("Nem của thôn Bùi Xá, xã Ninh Xá là ngon nhất", ()),
        ("Bánh dai, 4/5 thôi, mua 2 đường phên 1 kg", ()),
        ("gọi 0912 345 678 rẻ hơn", (PERSONAL,)),
        ("alo 0912.345.678", (PERSONAL,)),
        ("số không chín một hai ba bốn năm sáu bảy tám", (PERSONAL,)),
        ("stk 1903 5678 9012 3456", (PERSONAL,)),
        ("viết cho lan.nguyen@gmail.com", (PERSONAL,)),
        ("nhà chị ấy ở số nhà 12 ngõ 5", (PERSONAL,)),
        ("giao đến 12/3 đường Lê Lợi", (PERSONAL,)),
        ("đồ ngu mới mua", (INSULT,)),
        ("bọn lừa đảo", (INSULT,)),
        ("what a bullshit product, you idiots", (INSULT,)),
        ("씨발 맛없어", (INSULT,)),
        ("他妈的难吃", (INSULT,)),
        ("mua ở https://shopee.vn/nem rẻ hơn", (LINK,)),
        ("vào nemre.com.vn nhé", (LINK,)),
        ("vào nemre . com", (LINK,)),
        ("zalo.me/nem", (LINK,)),
        ("theo @nem_re_nhat", (LINK,)),
        ("đồ ngu, gọi 0912345678 hoặc vào nemre.com", (PERSONAL, INSULT, LINK)),
        ("", ()),
    ],
)
def test_what_waits_for_an_officer(words: str, holds: tuple[HoldReason, ...]) -> None:
    assert read_holds(words) == holds


@pytest.mark.parametrize(
    ("moment", "half"),
    [
        (datetime(2026, 6, 30, 23, 59, tzinfo=VIET_NAM), "2026-1"),
        (datetime(2026, 7, 1, tzinfo=VIET_NAM), "2026-2"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=VIET_NAM), "2026-2"),
    ],
)
def test_half_years_are_those_of_viet_nam(moment: datetime, half: str) -> None:
    assert half_year(moment.timestamp()) == half


def test_there_is_an_average_from_five_people_on() -> None:
    four = summarize([one(number, 4) for number in range(4)])
    assert (four.people, four.average) == (4, None)
    five = summarize([*(one(number, 4) for number in range(4)), one(9, 1)])
    assert (five.average, five.spread, five.worded) == (3.4, (1, 0, 0, 4, 0), 5)
    assert summarize([]) == RatingSummary()


def test_of_each_person_the_last_word_counts() -> None:
    said = [one(1, 1, person="zalo:an"), one(2, 5, person="zalo:an"), one(3, 3)]
    assert summarize(said).spread == (0, 0, 1, 0, 1)


def test_the_same_words_of_three_people_are_a_ring() -> None:
    same = mark_words("Sản phẩm rất tuyệt vời, mua ngay!")
    assert same == mark_words("SẢN PHẨM rất tuyệt vời mua ngay")
    two = [one(1, mark=same), one(2, mark=same), one(3, 2), one(4, mark=same, person="zalo:2")]
    assert find_rings(two) == {}, "one person may say it twice"
    three = [*two, one(5, mark=same)]
    assert find_rings(three) == dict.fromkeys((1, 2, 4, 5), RingKind.SAME_WORDS)
    assert summarize(three) == RatingSummary((0, 1, 0, 0, 0), worded=1, apart=4)


def test_the_same_words_at_other_products_belong_to_it() -> None:
    said = [one(1, mark="x"), one(2, mark="x", here=False), one(3, mark="x", here=False)]
    assert find_rings(said) == {1: RingKind.SAME_WORDS}
    assert summarize(said) == RatingSummary(apart=1)


def test_few_words_are_the_same_by_chance() -> None:
    assert mark_words("Ngon lắm!") == ""


def test_many_in_a_short_time_are_a_ring_and_an_officer_can_count_one() -> None:
    burst = [one(number, at=number * 60.0) for number in range(BURST)]
    assert find_rings(burst[:-1]) == {}
    later = one(99, 2, at=5 * DAY)
    assert find_rings([*burst, later]) == dict.fromkeys(range(BURST), RingKind.BURST)
    honest = one(0, 4, at=0.0, cleared=True)
    assert summarize([honest, *burst[1:], later]) == RatingSummary((0, 1, 0, 1, 0), worded=2, apart=BURST - 1)
