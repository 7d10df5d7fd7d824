from hypothesis import given, settings
from hypothesis import strategies as st


def names(hits):
    return [hit.name for hit in hits]


def test_nothing_before_the_second_letter(index):
    assert index.complete("") == index.complete("b") == index.complete(" - ") == ()


def test_the_last_word_is_only_begun(index):
    assert names(index.complete("ne")) == ["Nem Bùi Ninh Xá", "Rượu nếp cái hoa vàng"]
    assert set(names(index.complete("bưởi da x"))) == {"Bưởi da xanh Hương Sơn", "Bưởi da xanh Tân Yên"}
    assert names(index.complete("buoi da xanh t"))[0] == "Bưởi da xanh Tân Yên"


def test_a_word_that_is_ended_is_whole(index):
    assert set(names(index.complete("rượu "))[:3]) == {
        "Rượu làng Vân",
        "Rượu sim (OCOP 4 sao)",
        "Rượu nếp cái hoa vàng",
    }


def test_no_more_than_asked_for(index):
    assert len(index.complete("ban", limit=1)) == 1


def test_what_begins_no_word_completes_nothing_or_something_near(index):
    assert index.complete("zzzzqqq") == ()
    assert names(index.complete("banhs ph"))[0] == "Bánh phu thê Đình Bảng"


@settings(max_examples=60, deadline=None)
@given(prefix=st.text(max_size=12))
def test_any_prefix_is_answered(index, prefix):
    assert len(index.complete(prefix)) <= 8
