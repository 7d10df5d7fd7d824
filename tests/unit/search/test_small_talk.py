import pytest

from catalog.search import Band, Entry, Index, SmallTalk


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("cảm ơn", SmallTalk.THANKS), ("cám ơn shop nhiều nhé", SmallTalk.THANKS), ("camr own", SmallTalk.THANKS),
        ("xin chào", SmallTalk.HELLO), ("chao ban", SmallTalk.HELLO), ("Alo!", SmallTalk.HELLO),
        ("tạm biệt", SmallTalk.GOODBYE), ("bạn là ai", SmallTalk.WHO), ("ban ten la gi vay", SmallTalk.WHO),
        ("giúp tôi với", SmallTalk.HELP), ("ok em", SmallTalk.ALRIGHT), ("haha", SmallTalk.FEELING),
    ],
)  # fmt: skip
def test_small_talk_is_recognised(index, said, kind):
    found = index.find(said)
    assert (found.small_talk, found.band, found.hits) == (kind, Band.NOTHING, ())


@pytest.mark.parametrize("said", ["nem bùi", "cháo", "cảm ơn cho hỏi nem bùi ở đâu", "ạ ạ", "", "cắm ốn"])
def test_anything_else_is_no_small_talk(index, said):
    assert index.find(said).small_talk is None


def test_a_product_of_that_name_comes_first():
    shelf = Index.build([Entry("1", "Alo"), Entry("2", "Nem Bùi")])
    found = shelf.find("alo")
    assert (found.small_talk, found.hits[0].id) == (None, "1")
