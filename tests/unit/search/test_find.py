import unicodedata

import pytest

from catalog.search import Band, Entry, Index, Order

BASE = "Bánh phu thê Đình Bảng"


def ids(found):
    return [hit.id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (BASE, "2"),
        (BASE.upper(), "2"),
        (unicodedata.normalize("NFD", BASE), "2"),
        ("banh phu the dinh bang", "2"),
        ("bành phú thể đính bàng", "2"),
        ("banhs phu thee ddinhf barng", "2"),
        ("ba1nh phu the6 d9i2nh ba3ng", "2"),
        ("banhphuthedinhbang", "2"),
        ("banh phuthe dinhbnag", "2"),
        ("ba nh phu the dinh bang", "2"),
        ("b phu thê đình bảng", "2"),
        ("dinh bang phu the", "2"),
        ("mi chu", "3"),
        ("cho mình hỏi vải thiều lục ngạn mua ở đâu ạ", "4"),
        ("gượu làng dân", "6"),
        ("bdx tan yen", "10"),
        ("cf hạt mít", "12"),
        ("nem bui nihn xa", "1"),
        ("nem bùi htx nem bùi", "1"),
        ("rượu sim (ocop 4 sao)", "14"),
    ],
)
def test_every_spelling_finds_its_product(index, query, wanted):
    found = index.find(query)
    assert found.band is not Band.NOTHING
    assert ids(found)[0] == wanted
    assert found.total >= 1


@pytest.mark.parametrize("query", ["iphone 15 pro max", "qzxwv", "thời tiết hôm nay", "12345"])
def test_what_we_do_not_have_is_not_found(index, query):
    found = index.find(query)
    assert (found.band, found.total) == (Band.NOTHING, 0)


def test_not_found_names_what_comes_closest(index):
    found = index.find("bánh mì pate sốt vang")
    assert found.band is Band.NOTHING
    assert found.nearest
    assert len(found.nearest) == len(found.hits) <= 3


def test_one_word_lists_what_begins_with_it(index):
    assert set(ids(index.find("rượu"))) >= {"5", "6"}


def test_scores_fall_from_one_to_nought(index):
    scores = [hit.score for hit in index.find("bưởi da xanh").hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_name_of_the_hit_is_the_entry_s_own_even_by_an_alias(index):
    hit = index.find("mì chũ").hits[0]
    assert (hit.name, hit.producer) == ("Mỳ gạo Lục Ngạn", "Hợp tác xã Hằng Hiếu")


def test_pages_follow_each_other(index):
    whole = index.find("4 sao", limit=3)
    pages = [index.find("4 sao", limit=1, offset=offset) for offset in range(3)]
    assert [ids(page)[0] for page in pages] == ids(whole)
    assert {page.total for page in pages} == {whole.total} == {3}
    assert index.find("4 sao", limit=-1, offset=-5).hits == ()


def test_most_stars_first(index):
    found = index.find("lục ngạn", order=Order.STARS)
    assert ids(found)[:2] == ["4", "3"]


def test_the_nearest_first(index):
    near = index.find("thực phẩm", order=Order.NEAR, here=(21.37, 106.5))
    assert ids(near) == ["3", "1", "2"]


def test_without_coordinates_near_keeps_the_order():
    plain = Index.build([Entry("a", "Bánh gai"), Entry("b", "Bánh gio")])
    assert plain.find("bánh", order=Order.NEAR, here=(21.0, 106.0)).hits == plain.find("bánh").hits


def test_an_empty_catalogue_answers():
    empty = Index.build([])
    assert len(empty) == 0
    assert empty.find("nem bùi").band is Band.NOTHING
    assert empty.find("4 sao").band is Band.NOTHING
    assert empty.complete("ne") == ()


def test_entries_without_a_word_do_no_harm():
    odd = Index.build([Entry("a", "!!!"), Entry("b", ""), Entry("c", "Nem Bùi"), Entry("d", "😂", aliases=("", "?"))])
    assert len(odd) == 4
    assert ids(odd.find("nem bui")) == ["c"]


def test_entries_are_read_once_from_any_iterable():
    assert len(Index.build(Entry(str(number), f"Chè {number}") for number in range(5))) == 5


def test_a_long_name_run_together_is_cut(index):
    assert ids(index.find("buoidaxanhhuongson"))[0] == "9"


@pytest.mark.parametrize("words", ["mì chũ", "mi chu", "cho hỏi mì chũ", "mỳ lục ngạn"])
def test_names_that_hold_all_words_are_a_list(words):
    shelf = Index.build(
        [
            Entry("1", "Mỳ gạo Chũ Hạnh Thái", aliases=("Mì gạo Chũ Hạnh Thái",)),
            Entry("2", "Mỳ gạo Chũ Xuân Trường", aliases=("Mì gạo Chũ Xuân Trường",)),
            Entry("3", "Vải thiều Lục Ngạn"),
            Entry("4", "Mỳ gạo Lục Ngạn"),
            Entry("5", "Mỳ ngũ sắc Lục Ngạn"),
        ]
    )
    wanted = {"4", "5"} if "lục" in words else {"1", "2"}
    assert wanted <= {hit.id for hit in shelf.find(words).hits}
    assert shelf.find(words).band is not Band.NOTHING
