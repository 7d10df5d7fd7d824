import numpy as np
import pytest

from catalog.search.chitchat import elsewhere
from catalog.search.features import COLUMNS
from catalog.search.packed import StringPool, make_ragged
from catalog.search.query import tokens_of
from catalog.search.rank import SURE, Band, band, certainties, ranks
from catalog.search.spelling import REMEMBERED, KnownWords, Speller, likeness, neighbouring, phonetic_key, skeleton

WORDS = ["banh", "nuoc", "vinh", "dinh", "ruou", "sua", "khong", "nem"]


@pytest.fixture
def speller():
    return Speller(KnownWords(WORDS, {word: number for number, word in enumerate(WORDS)}), heads={"b": [0]})


def best(speller, typed):
    guesses = speller.guesses(typed)
    return WORDS[guesses.terms[0]] if len(guesses.terms) else None


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("banh", "banh"), ("bahn", "banh"), ("babh", "banh"), ("banhh", "banh"), ("bnh", "banh"), ("nc", "nuoc"),
        ("b", "banh"), ("nuowcs", "nuoc"), ("nu7o7c1", "nuoc"), ("xua", "sua"), ("khnog", "khong"),
        ("zzzzzz", None), ("7", None), ("12345", None),
    ],
)  # fmt: skip
def test_a_typed_syllable_finds_its_word(speller, typed, word):
    assert best(speller, typed) == word


def test_no_more_is_remembered_than_fits(speller):
    for number in range(REMEMBERED + 2):
        speller.guesses(str(number))
    assert best(speller, "bahn") == "banh"


def test_guesses_are_remembered(speller):
    assert speller.guesses("bahn") is speller.guesses("bahn")


def test_slips_are_graded():
    assert likeness("nem", "nem") == 1
    assert likeness("khogn", "khong") > likeness("khonq", "khong") > likeness("xhonp", "khong") > 0
    assert likeness("nemm", "nem") > likeness("nemp", "nem")
    assert likeness("bahn", "banh") > likeness("ba", "banh") == 0.5
    assert likeness("abc", "xyz") == likeness("ab", "cd") == 0
    assert likeness("gung", "rung") > likeness("tung", "rung")
    assert likeness("khoongg", "khong") == 0.62
    assert likeness("em", "nem") < likeness("khog", "khong")


def test_keys_that_touch():
    assert neighbouring("o", "p")
    assert not neighbouring("q", "p")
    assert not neighbouring("1", "p")


@pytest.mark.parametrize(
    ("here", "there"), [("gia", "da"), ("truoi", "chuoi"), ("lach", "nach"), ("ky", "ki"), ("xua", "sua"), ("gi", "di")]
)
def test_what_sounds_alike(here, there):
    assert phonetic_key(here) == phonetic_key(there)


def test_ends_that_sound_alike():
    assert phonetic_key("mat", loosely=True) == phonetic_key("mac", loosely=True)
    assert phonetic_key("mat") != phonetic_key("mac")
    assert skeleton("nuoc") == "nc"


@pytest.mark.parametrize(
    ("query", "flags"),
    [
        ("tủ lạnh cũ", [True, True, False]), ("tu lanh", [True, True]), ("nem bùi", [False, False]), ("nệm", [True]),
        ("giay da", [True, False]), ("giấy", [False]),
    ],
)  # fmt: skip
def test_words_of_daily_life_are_told_from_food(query, flags):
    assert elsewhere(tokens_of(query)) == flags


def test_strings_keep_their_numbers():
    pool = StringPool.of(("nem", "", "Bùi\ud800"))
    assert [pool[number] for number in range(len(pool))] == ["nem", "", "Bùi\ud800"]


def test_lists_end_to_end():
    lists = make_ragged([[3, 1], [], [1]])
    assert [lists[number].tolist() for number in range(3)] == [[3, 1], [], [1]]
    assert lists.invert(size=4)[1].tolist() == [0, 2]
    assert lists.pad(np.array([0, 1, 2]), width=2, empty=-1).tolist() == [[3, -1, 1], [1, -1, -1]]
    flat, lengths = lists.gather(np.array([2, 0], dtype=np.int32))
    assert (flat.tolist(), lengths.tolist()) == ([1, 3, 1], [1, 2])
    assert lists.gather(np.array([0], dtype=np.int32))[0].tolist() == [3, 1]
    assert make_ragged([[]]).pad(np.array([0]), width=2, empty=7).tolist() == [[7]]


def test_more_evidence_ranks_higher_and_surer():
    table = np.zeros((2, len(COLUMNS)), dtype=np.float32)
    table[0] = 1
    for column in ("missing", "strange", "left", "elsewhere", "unknown"):
        table[0, COLUMNS.index(column)] = 0
    assert ranks(table)[0] > ranks(table)[1]
    sure, unsure = certainties(table, margin=3.0)
    assert sure > SURE > 0.5 > unsure
    assert [band(score) for score in (0.9, 0.6, 0.4)] == [Band.ANSWER, Band.SUGGEST, Band.NOTHING]
