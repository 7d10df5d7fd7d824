"""A fair is asked for by what English, Korean and Chinese call it."""

import pytest

from catalog.fairs.calendar import named, part_eastern, shipped_fairs
from handlers.fairs.questions import read_named
from handlers.fairs.sellers import read_booth, read_sellers

AUTUMN, SPRING = "hoi-cho-mua-thu-2025", "ocop-quang-ninh-xuan-2026"


@pytest.mark.parametrize(
    ("said", "asked", "fair"),
    [
        ("When is the spring fair?", "show", SPRING),
        ("is there an autumn fair in Hanoi", "show", AUTUMN),
        ("where is the Thai Nguyen trade fair", "show", "cong-thuong-ocop-thai-nguyen-2024"),
        ("what can I buy at the autumn fair", "who", AUTUMN),
        ("who sells at the spring fair", "who", SPRING),
        ("remind me of the autumn fair", "remind", AUTUMN),
        ("stop following the autumn fair", "stop", AUTUMN),
        ("봄 박람회 언제예요?", "show", SPRING),
        ("가을 박람회 팔로우", "remind", AUTUMN),
        ("春季展会什么时候", "show", SPRING),
        ("取消关注秋季展会", "stop", AUTUMN),
    ],
)
def test_a_fair_is_named_as_others_call_it(said: str, asked: str, fair: str) -> None:
    found = read_named(said, shipped_fairs())
    assert found is not None
    assert (found[0], [each.key for each in found[1]]) == (asked, [fair])


@pytest.mark.parametrize(
    "said",
    [
        "is that a fair price", "spring rolls at the fair", "fair", "upcoming fairs", "the moon fair", "spring onions",
        "봄나물", "박람회", "展会", "spring fair trade tea", "hội chợ xuân", "the fair " * 40,
    ],
)  # fmt: skip
def test_what_names_no_fair_is_none(said: str) -> None:
    assert read_named(said, shipped_fairs()) is None


def test_autumn_is_no_craft_and_east_no_winter() -> None:
    assert [each.key for each in named(shipped_fairs(), "fall")] == [AUTUMN]
    assert named(shipped_fairs(), "winter") == [], "Đông Anh is a place"


def test_who_sells_it_is_asked_of_the_fair_that_is_named() -> None:
    for said in ("Who has rice wine at the spring fair", "春季展会上谁卖酒", "봄 박람회에서 누가 술을 팔아요?"):
        asked = read_sellers(said)
        assert asked is not None
        assert "spring" not in asked.what
        assert [each.key for each in named(shipped_fairs(), asked.fair)] == [SPRING]
    booth = read_booth("봄 박람회 부스 A1")
    assert booth is not None
    assert (booth.code, booth.fair) == ("A1", "xuan")
    lychee = read_sellers("리치 축제에서 리치 파는 곳")
    assert lychee is not None
    assert lychee.what == "vải thiều"


def test_the_longest_word_for_a_name_counts() -> None:
    assert part_eastern("春季展会") == ("xuan", "展会")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("展会上谁卖春卷", "春卷"),
        ("展会上谁卖夏威夷果", "夏威夷果"),
        ("展会上谁卖河内米粉", "河内 mỳ gạo"),
        ("哪个展会卖荔枝", "vải thiều"),
        ("卖荔枝的展会在哪里", "vải thiều"),
        ("박람회에서 봄나물 파는 곳", "봄나물"),
    ],
)
def test_goods_that_are_called_like_a_fair_are_no_fair(said: str, what: str) -> None:
    asked = read_sellers(said)
    assert asked is not None
    assert (asked.what, asked.fair) == (what, "")


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("하노이 봄 박람회", "ha noi xuan"),
        ("하노이에서 열리는 박람회", "ha noi"),
        ("2026年春季农产品展会", "xuan nong san"),
        ("在河内举办的展会", "ha noi"),
        ("春节庙会", "tet"),
    ],
)
def test_a_name_stands_right_before_the_word_for_a_fair(said: str, called: str) -> None:
    assert part_eastern(said)[0] == called


def test_a_name_beside_nothing_else_may_be_what_is_looked_for() -> None:
    assert [asked and asked.same for asked in map(read_sellers, ("荔枝 展会 哪里买", "荔枝展会谁卖酒"))] == [
        True,
        False,
    ]
