import pytest

from catalog.search import Band, Filter, Filters, Order

HERE = (21.37, 106.5)


def ids(found):
    return {hit.id for hit in found.hits}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("rượu 4 sao ở Tiên Du", {"5"}),
        ("ruou o tien du", {"5"}),
        ("rượu bốn sao", {"5"}),
        ("sản phẩm của HTX Hằng Hiếu", {"3"}),
        ("htx hang hieu", {"3"}),
        ("hàng do công ty tnhh gia an làm", {"9"}),
        ("quà tặng", {"8"}),
        ("du lịch cộng đồng", {"7"}),
        ("đồ uống 3 sao", {"6"}),
        ("sản phẩm 4 sao trở lên", {"1", "3", "4", "5"}),
        ("đặc sản phường chũ", {"3", "4"}),
        ("có gì ở Vân Hà", {"6", "13"}),
    ],
)
def test_filters_are_read_from_words(index, query, wanted):
    found = index.find(query)
    assert found.band is Band.ANSWER
    assert ids(found) == wanted
    assert found.total == len(wanted)


def test_a_chip_knows_the_words_it_came_from(index):
    found = index.find("Rượu 4 sao ở Tiên Du")
    assert found.filters == Filters(stars=frozenset({4}), place=Filter("Tiên Du", "tiên du"), star_words="4 sao")
    assert found.rest == "rượu"


def test_a_chip_can_be_taken_back(index):
    found = index.find("rượu 4 sao ở Tiên Du")
    wider = index.find(found.rest, filters=Filters(stars=found.filters.stars, star_words="4 sao"))
    assert ids(wider) == {"5"}
    widest = index.find(found.rest, filters=Filters())
    assert ids(widest) >= {"5", "6"}
    assert not widest.filters


def test_given_filters_that_nothing_meets(index):
    given = Filters(stars=frozenset({1}))
    found = index.find("rượu", filters=given)
    assert (found.band, found.filters, found.hits) == (Band.NOTHING, given, ())


def test_producer_and_group_narrow_too(index):
    assert ids(index.find("", filters=Filters(producer=Filter("HTX Vân Hương", "")))) == {"5", "6"}
    assert ids(index.find("rượu", filters=Filters(group=Filter("Đồ uống", "")))) == {"6"}


def test_near_me_sorts_by_distance_when_a_place_is_shared(index):
    found = index.find("thực phẩm gần tôi", here=HERE)
    assert [hit.id for hit in found.hits] == ["3", "1", "2"]
    assert (found.filters.near, found.filters.near_words) == (True, "gần tôi")
    assert index.find("gần tôi", here=HERE).total == 14
    assert index.find("gần tôi", order=Order.STARS).hits[0].id == "4"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("rượu sim ocop 4 sao", "14"),
        ("bưởi da xanh tân yên", "10"),
        ("nem bùi ninh xá", "1"),
        ("bánh gai làng vân", "13"),
    ],
)
def test_a_name_that_holds_a_filter_s_words_is_looked_up_as_it_stands(index, query, wanted):
    found = index.find(query)
    assert found.hits[0].id == wanted
    assert not found.filters


def test_a_filter_that_leaves_nothing_is_dropped(index):
    found = index.find("mỳ gạo lục ngạn ở Tiên Du")
    assert found.hits[0].id == "3"
    assert not found.filters
