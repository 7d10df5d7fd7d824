"""The table of wishes: whole in every language, and what names tell."""

import pytest

from catalog.model import Producer, Product
from catalog.wishes import LANGUAGES, read_table, shipped_wishes


def tags(name: str) -> frozenset[str]:
    return shipped_wishes().tags_of(Product("a", name, Producer("b", "B")))


def test_every_occasion_is_said_and_explained_in_every_language() -> None:
    table = read_table()
    assert len({each.id for each in table.occasions}) == len(table.occasions)
    for occasion in table.occasions:
        assert set(occasion.ways) == set(LANGUAGES), occasion.id
        assert set(occasion.reasons) == set(LANGUAGES), occasion.id
        assert not occasion.notes or set(occasion.notes) == set(LANGUAGES), occasion.id
        assert not occasion.without & set(occasion.tags), occasion.id


def test_each_way_is_read_as_its_occasion() -> None:
    for occasion in read_table().occasions:
        for ways in occasion.ways.values():
            for way in ways:
                wish = shipped_wishes().read(f"{way} ?")
                assert wish is not None, way
                assert wish.occasion.id == occasion.id, way


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Rượu men lá Mộc Sơn", "alcohol"),
        ("Bình rượu Quan Họ", "pottery"),
        ("Mật ong hoa vải Hằng Hiếu", "honey"),
        ("Vải thiều Lục Ngạn", "fruit"),
        ("Bánh gio", "rice_cake"),
        ("Nụ hoa Sâm nam núi Dành khô", "ginseng"),
        ("RUOU NEP CAI", "alcohol"),
    ],
)
def test_a_name_tells_its_kind(name: str, tag: str) -> None:
    assert tags(name) == {tag}


def test_other_marks_are_another_word() -> None:
    assert shipped_wishes().read("đô nham hiểm") is None
    assert shipped_wishes().read("") is None
    assert shipped_wishes().read("đồ nhắm " * 200) is None
