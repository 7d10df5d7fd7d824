"""Two or three words in raw Telex or VNI find what the same words with marks find."""

import unicodedata

import pytest

from catalog.search import Band, Entry, Index
from tests.unit.search.conftest import ENTRIES

TELEX = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j", "\u0306": "w", "\u031b": "w"}
VNI = {
    "\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5", "\u0302": "6", "\u0306": "8",
    "\u031b": "7",
}  # fmt: skip
TONES = "\u0300\u0301\u0303\u0309\u0323"
MORE = [
    "Mật ong rừng", "Mắm tép chưng thịt", "Gạo nếp cái hoa vàng", "Chả lụa heo", "Xúc xích heo", "Bánh khảo Mộc Sơn",
    "Nước uống Long nhãn", "Đông trùng hạ thảo khô", "Bình gốm họa cảnh", "Nụ hoa Sâm", "Ngô ngọt nguyên hạt",
]  # fmt: skip


def keyed(phrase: str, *, telex: bool, at_end: bool) -> str:
    """*phrase* as a keyboard gives it when no program puts the marks."""
    return " ".join(_word(word, telex=telex, at_end=at_end) for word in phrase.lower().split())


def _word(word: str, *, telex: bool, at_end: bool) -> str:
    typed, tone = "", ""
    for mark in unicodedata.normalize("NFD", word.replace("đ", "dd" if telex else "d9")):
        if mark in TONES and at_end:
            tone = (TELEX if telex else VNI)[mark]
        elif mark == "\u0302" and telex:
            typed += next(letter for letter in reversed(typed) if letter in "aeo")
        else:
            typed += (TELEX if telex else VNI).get(mark, mark)
    return typed + tone


@pytest.fixture(scope="module")
def wide():
    return Index.build([*ENTRIES, *(Entry(name, name) for name in MORE)])


@pytest.mark.parametrize("words", [2, 3])
@pytest.mark.parametrize("telex", [True, False])
@pytest.mark.parametrize("at_end", [True, False])
def test_the_beginnings_of_names_are_found_by_their_keys(wide, words, telex, at_end):
    for name in (*MORE, *(entry.name for entry in ENTRIES)):
        phrase = " ".join(name.split()[:words])
        if not phrase.replace(" ", "").isalpha():
            continue
        meant, found = wide.find(phrase), wide.find(keyed(phrase, telex=telex, at_end=at_end))
        assert found.band is meant.band, phrase
        assert [hit.id for hit in found.hits[:1]] == [hit.id for hit in meant.hits[:1]], phrase


def test_uo_with_one_key_is_uo_with_two(wide):
    assert wide.find("nuowcs uoongs").hits[0].id == wide.find("nuo7c1 uo6ng1").hits[0].id == "Nước uống Long nhãn"


def test_conditions_are_read_from_keys_too(wide):
    found = wide.find("vair owr phuwowngf chux")
    assert found.filters.place is not None
    assert [hit.id for hit in found.hits] == ["4"]


def test_type_ahead_reads_keys(wide):
    assert wide.complete("nuwowcs uoo")[0].id == "Nước uống Long nhãn"
    assert wide.complete("ddoong trungf h")[0].id == "Đông trùng hạ thảo khô"


def test_a_known_word_is_no_keys():
    index = Index.build([Entry("1", "Max Test"), Entry("2", "Mã tệt")])
    assert index.find("max test").hits[0].id == "1"


def test_letters_that_nobody_keyed_are_found_nowhere(wide):
    assert wide.find("qwrtf zxcvj").band is Band.NOTHING
