"""A query asks for a price or for what is in season, where the catalogue knows of any."""

from datetime import date

import pytest

from catalog.search import Band, Entry, Index, Unknown

JUNE = date(2026, 6, 15)
SOLD = [
    Entry("vai", "Vải thiều Lục Ngạn", price=60_000, months=frozenset({6, 7})),
    Entry("mat-ong", "Mật ong rừng", price=180_000),
    Entry("cam", "Cam Lục Ngạn", price=40_000, months=frozenset({11, 12, 1})),
    Entry("ruou", "Rượu làng Vân"),
]


def found(query: str, *, today: date | None = JUNE, entries=SOLD) -> set[str]:
    return {hit.id for hit in Index.build(entries).find(query, today=today).hits}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("dưới 100 nghìn", {"vai", "cam"}),
        ("sản phẩm dưới 50k", {"cam"}),
        ("giá không quá 60.000 đồng", {"vai", "cam"}),
        ("duoi 0 nghin", set()),
        ("dưới 0,05 triệu", {"cam"}),
        ("trên 0.1 triệu", {"mat-ong"}),
        ("từ 0,05 đến 0,1 triệu", {"vai"}),
        ("under 0.05tr", {"cam"}),
        ("từ 50 đến 100 nghìn", {"vai"}),
        ("trên 100.000đ", {"mat-ong"}),
        ("mật ong dưới 200k", {"mat-ong"}),
        ("under 100k", {"vai", "cam"}),
        ("mùa này có gì", {"vai"}),
        ("mua nay", {"vai"}),
        ("đang vào mùa", {"vai"}),
        ("tháng này", {"vai"}),
        ("tháng 12", {"cam"}),
        ("cam tháng 11", {"cam"}),
        ("sản phẩm tháng 6 dưới 100 nghìn", {"vai"}),
        ("in season now", {"vai"}),
        ("từ tháng 5 đến tháng 7", {"vai"}),
        ("từ tháng 10 đến tháng 12", {"cam"}),
        ("tháng 12 đến tháng 2", {"cam"}),
        ("tháng 8 đến 10", set()),
        ("tháng 5 tháng 6 tháng 7", {"vai"}),
        ("tháng 6 và tháng 12", {"vai", "cam"}),
        ("tháng 6 hoặc 12", {"vai", "cam"}),
        ("tháng 5, 6, 8", {"vai"}),
        ("tháng 5-6 có gì", {"vai"}),
        ("tháng 11-2", {"cam"}),
        ("products in season in month 12", {"cam"}),
        ("what is in season in December", {"cam"}),
        ("from May to July", {"vai"}),
        ("month 11 to month 1", {"cam"}),
        ("tháng 12 có gì đang vào mùa", {"cam"}),
        ("trên 3 sao trên 100k", set()),
        ("sản phẩm trên 50 nghìn dưới 100 nghìn", {"vai"}),
        ("từ 50k trở lên và dưới 75k", {"vai"}),
        ("dưới 100 nghìn trên 50 nghìn", {"vai"}),
    ],
)
def test_price_and_months_are_conditions(query, ids):
    assert found(query) == ids


def test_the_words_of_a_condition_can_be_taken_back():
    answer = Index.build(SOLD).find("vải dưới 100 nghìn tháng 6", today=JUNE)
    assert answer.filters.price == (0, 100_000)
    assert answer.filters.price_words == "dưới 100 nghìn"
    assert (answer.filters.months, answer.filters.month_words) == (frozenset({6}), "tháng 6")
    assert answer.rest == "vải"


def test_in_season_means_the_month_that_is_asked_in():
    assert found("mùa này", today=date(2026, 12, 1)) == {"cam"}
    assert Index.build(SOLD).find("mùa này", today=None).hits == ()


def test_buying_this_is_no_season():
    assert Index.build(SOLD).find("mua này", today=JUNE).filters.months == frozenset()


@pytest.mark.parametrize("query", ["vải ngày tháng 6 năm 2026", "vải tháng 6/2026", "may mặc", "march"])
def test_a_day_a_year_and_a_word_that_is_also_a_month_are_no_season(query):
    assert Index.build(SOLD).find(query, today=JUNE).filters.months == frozenset()


def test_where_no_price_and_no_month_is_known_that_is_told():
    bare = Index.build([Entry("ruou", "Rượu làng Vân", star=4), Entry("thang", "Bánh tháng 6", star=3)])
    assert [hit.id for hit in bare.find("bánh tháng 6", today=JUNE).hits] == ["thang"]
    for query, unknown in (
        ("đặc sản dưới 1,5 triệu", Unknown.PRICE),
        ("sản phẩm tháng 6", Unknown.SEASON),
        ("mùa này có gì", Unknown.SEASON),
    ):
        answer = bare.find(query, today=JUNE)
        assert (answer.band, answer.hits, answer.unknown) == (Band.NOTHING, (), unknown), query
    for query in ("rượu làng vân dưới 100k", "4 sao dưới 100k"):
        told = bare.find(query, today=JUNE)
        assert ([hit.id for hit in told.hits], told.unknown) == (["ruou"], Unknown.PRICE), query


def test_that_nothing_costs_as_little_is_no_unknown_price():
    answer = Index.build(SOLD).find("sản phẩm dưới 10k", today=JUNE)
    assert (answer.hits, answer.filters.price, answer.unknown) == ((), (0, 10_000), None)


STARRED = [Entry(f"sao-{stars}", f"Nem số {stars}", star=stars, price=stars * 40_000) for stars in range(1, 6)]


@pytest.mark.parametrize(
    ("query", "stars"),
    [
        ("dưới 5 sao trên 100k", {3, 4}),
        ("sản phẩm dưới 5 sao", {1, 2, 3, 4}),
        ("products under 3 stars", {1, 2}),
        ("less than 2 stars", {1}),
        ("dưới 1 sao", set()),
        ("ít nhất 4 sao", {4, 5}),
        ("từ 4 sao", {4, 5}),
        ("từ 3 sao trở lên", {3, 4, 5}),
        ("at least four stars", {4, 5}),
        ("at least 4 stars", {4, 5}),
        ("4 stars or more", {4, 5}),
        ("không quá 2 sao", {1, 2}),
        ("3 sao trở xuống", {1, 2, 3}),
        ("2 stars or less", {1, 2}),
        ("trên 3 sao", {4, 5}),
        ("hơn bốn sao", {5}),
        ("above 5 stars", set()),
        ("từ 3 đến 4 sao", {3, 4}),
        ("từ 3 sao đến 5 sao", {3, 4, 5}),
        ("between 2 and 4 stars", {2, 3, 4}),
        ("3 hoặc 5 sao", {3, 5}),
        ("sản phẩm 3-4 sao", {3, 4}),
        ("nem trên 5 sao", set()),
        ("4 sao", {4}),
        ("4-star products", {4}),
        ("năm sao", {5}),
        ("sản phẩm ba sao", {3}),
    ],
)
def test_stars_are_compared(query, stars):
    """Nor does what has other stars stand in for what nobody has."""
    assert found(query, entries=STARRED) == {f"sao-{each}" for each in stars}


@pytest.mark.parametrize(
    "query", ["hàng Việt Nam sao ngon thế", "đặc sản miền nam sao khô", "chị hai sao chưa trả lời", "hang nam sao"]
)
def test_what_sounds_like_stars_is_none(query):
    assert Index.build(STARRED).find(query, today=JUNE).filters.stars == frozenset()
