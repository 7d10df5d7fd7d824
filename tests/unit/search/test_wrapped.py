"""What people say around a name, to whomever they take us for, changes nothing of what is found."""

import pytest

from catalog.search import Band, Entry, Index, SmallTalk

SHELF = Index.build(
    [
        Entry("1", "Vải thiều Lục Ngạn", producer="HTX Hồng Xuân"),
        Entry("2", "Vải thiều hữu cơ", producer="Hộ sản xuất Vũ Văn Mến"),
        Entry("3", "Gạo nếp cái hoa vàng Thái Sơn"),
        Entry("4", "Mỳ gạo ngũ sắc", producer="HTX Hằng Hiếu"),
        Entry("5", "Mật ong rừng Sơn Động"),
        Entry("6", "Mật ong hoa nhãn"),
        Entry("7", "Chè xanh Bản Ven", producer="HTX Thân Trường"),
        Entry("8", "Tỏi cắt lát sấy khô bà Lý"),
        Entry("9", "Nem Bùi Thượng Hải"),
        Entry("10", "Nem nướng Liên Chung"),
        Entry("12", "Trà 5 thứ Long Châu"),
        Entry("13", "Cá đối Trà Cú"),
        Entry("11", "Cà chua Thùy Châm"),
    ]
)


@pytest.mark.parametrize(
    ("wrapped", "name"),
    [
        ("vải thiều ở đâu bán", "vải thiều"),
        ("vai thieu o dau ban", "vai thieu"),
        ("tôi muốn mua mật ong", "mật ong"),
        ("bác ơi mật ong bao nhiêu một chai ạ", "mật ong"),
        ("gạo nào ngon", "gạo"),
        ("cháu ơi cho bà hỏi gạo nào ngon", "gạo"),
        ("gạo có ngon không cháu", "gạo"),
        ("bà muốn mua chè", "chè"),
        ("còn nem không shop", "nem"),
    ],
)
def test_a_question_finds_what_its_name_finds(wrapped, name):
    asked, named = SHELF.find(wrapped), SHELF.find(name)
    assert named.band is not Band.NOTHING
    assert {hit.id for hit in asked.hits} == {hit.id for hit in named.hits}
    assert (asked.total, asked.holding) == (named.total, named.holding)


@pytest.mark.parametrize(
    "query", ["giá vàng hôm nay", "nem bà lý", "tôi muốn mua thuốc tây", "hôm nay là thứ mấy", "đổi trả thế nào"]
)
def test_no_name_is_made_of_what_is_none(query):
    assert SHELF.find(query).band is Band.NOTHING


@pytest.mark.parametrize(
    ("said", "kind"),
    [("cảm ơn cháu", SmallTalk.THANKS), ("ok cháu", SmallTalk.ALRIGHT), ("chào cháu, bà đây", None)],
)
def test_whoever_is_spoken_to_it_is_small_talk(said, kind):
    assert SHELF.find(said).small_talk is kind
