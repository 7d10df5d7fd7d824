"""The best or the cheapest of a kind, or of what was shown: read from words, and no question of the programme."""

import pytest

from handlers.catalogue.compare_words import Superlative, read_superlative


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("loại nào rẻ nhất", Superlative(cheap=True)),
        ("cái nào nhiều sao nhất vậy", Superlative()),
        ("rẻ nhất là cái nào", Superlative(cheap=True)),
        ("đông trùng hạ thảo loại nào tốt nhất", Superlative("đông trùng hạ thảo")),
        ("chị muốn mua mật ong loại nào ngon nhất", Superlative("chị muốn mua mật ong")),
        ("best honey", Superlative("honey")),
        ("which honey has the most stars", Superlative("honey")),
        ("what is the cheapest", Superlative(cheap=True)),
    ],
)
def test_what_the_best_is_asked_of(words: str, wanted: Superlative) -> None:
    assert read_superlative(words) == wanted


@pytest.mark.parametrize(
    "words",
    ["mấy sao là tốt nhất", "mua ở đâu rẻ nhất", "rượu diệp nhật", "xã nào nhiều sao nhất", "gần nhất", "mật ong"],
)
def test_what_asks_for_no_best(words: str) -> None:
    assert read_superlative(words) is None
