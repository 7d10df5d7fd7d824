"""What is left out or remembered for the sake of speed changes no answer."""

import random
from itertools import pairwise

import numpy as np
import pytest

from catalog.search import Index, columns, packed, retrieve, rewrite
from catalog.search import query as search_query
from catalog.search.columns import SearchColumns
from catalog.search.entry_columns import read_entries
from catalog.search.packed import concatenate, make_ragged
from catalog.search.query import tokens_of
from catalog.search.rewrite import (
    LONGEST_SLIPPED,
    LONGEST_WORD,
    SHORTEST_SLIPPED,
    SLIP,
    SPACE_ADDED,
    SPACE_IGNORED,
    STRANGE_LETTER,
    STRANGER,
    Segmenter,
)
from catalog.search.spelling import KnownWords, Speller, cuts
from tests.unit.search.conftest import ENTRIES

WORDS = ["banh", "phu", "the", "dinh", "bang", "nem", "bui", "ba", "hoa", "ruou"]
COUNTS = np.array([40, 6, 6, 9, 5, 30, 4, 12, 7, 20], dtype=np.float32)


@pytest.fixture
def segmenter():
    speller = Speller(KnownWords(WORDS, {word: number for number, word in enumerate(WORDS)}), heads={})
    return Segmenter(speller, counts=COUNTS)


def word_cost(word):
    costs = np.log(COUNTS.sum() + 1) - np.log(COUNTS + 0.3)
    if word in WORDS:
        return costs[WORDS.index(word)]
    strange = STRANGER + STRANGE_LETTER * len(word)
    if not SHORTEST_SLIPPED <= len(word) <= LONGEST_SLIPPED:
        return strange
    near = [SLIP + cost for known, cost in zip(WORDS, costs, strict=True) if cuts(word) & cuts(known)]
    return min([strange, *near])


def cost(text, bounds, spaces):
    total = 0.0
    for start, end in pairwise(bounds):
        inside = sum(start < space < end for space in spaces)
        total += word_cost(text[start:end]) + SPACE_IGNORED * inside + (0 if end in spaces else SPACE_ADDED)
    return total


def cheapest(text, spaces):
    best = {0: (0.0, [0])}
    for end in range(1, len(text) + 1):
        ways = [
            (best[start][0] + cost(text, [start, end], spaces), [*best[start][1], end])
            for start in range(max(0, end - LONGEST_WORD), end)
        ]
        best[end] = min(ways)
    return best[len(text)][0]


@pytest.mark.parametrize("seed", range(60))
def test_no_cheaper_cut_is_overlooked(segmenter, seed):
    chance = random.Random(seed)
    words = [chance.choice(WORDS) for _ in range(chance.randint(1, 5))]
    letters = list(chance.choice((" ", "")).join(words))
    for _ in range(chance.randint(0, 3)):
        letters[chance.randrange(len(letters))] = chance.choice("abhnu ")
    typed = tokens_of("".join(letters))
    text = "".join(token.word for token in typed)
    spaces = np.cumsum([len(token.word) for token in typed]).tolist()
    found = [0, *np.cumsum([len(token.word) for token in segmenter.respace(typed)]).tolist()]
    assert cost(text, found, spaces) == pytest.approx(cheapest(text, spaces), abs=1e-4)


def test_words_run_together_are_cut(segmenter):
    assert [token.word for token in segmenter.respace(tokens_of("banhphuthedinhbang"))] == WORDS[:5]
    assert [token.word for token in segmenter.respace(tokens_of("ba nh phu t he"))] == WORDS[:3]
    assert [token.word for token in segmenter.respace(tokens_of("banhphuthr"))] == ["banh", "phu", "thr"]


def test_an_empty_catalogue_loses_no_letters():
    nobody = Segmenter(Speller(KnownWords([], {}), heads={}), counts=np.zeros(0, dtype=np.float32))
    assert "".join(token.word for token in nobody.respace(tokens_of("nem bui"))) == "nembui"


def test_what_was_forgotten_is_found_again(monkeypatch):
    queries = ["nem bui", "bánh", "rượu làng vân", "ruou", "buoi da xanh tan yen", "mi chu", "vân hương"] * 3
    whole = [Index.build(ENTRIES).find(query) for query in queries]
    monkeypatch.setattr(retrieve, "MOST_REMEMBERED", 2 * retrieve.LEAST_COST)
    index = Index.build(ENTRIES)
    assert [index.find(query) for query in queries] == whole
    monkeypatch.setattr(retrieve, "MOST_OF_ONE", 1)
    index = Index.build(ENTRIES)
    assert [index.find(query) for query in queries] == whole


def test_with_little_room_the_answers_are_the_same(monkeypatch):
    queries = ["nem bui", "bánh fu thê", "ruoulangvan", "buoi da xanh tan yen", "mi chu", "vân hương", "ba nh gai"] * 2
    whole = [Index.build(ENTRIES).find(query) for query in queries]
    for module in (search_query, rewrite, columns):
        monkeypatch.setattr(module, "REMEMBERED", 1)
    monkeypatch.setattr(packed, "MOST_CELLS", 0)
    index = Index.build(ENTRIES)
    assert [index.find(query) for query in queries] == whole


def test_when_not_all_words_can_be_looked_up_the_telling_ones_are(monkeypatch):
    monkeypatch.setattr(retrieve, "MOST_POSTINGS", 3)
    index = Index.build(ENTRIES)
    assert index.find("nem bui ninh xa").hits[0].id == "1"
    assert index.find("rượu làng vân").hits[0].id == "6"


def test_lists_of_several_parts():
    one, two = make_ragged([[3, 1], []]), make_ragged([[2], [5, 5]])
    both = concatenate([one, two])
    assert [both[number].tolist() for number in range(4)] == [[3, 1], [], [2], [5, 5]]
    assert [two[number].tolist() for number in range(2)] == [[2], [5, 5]]
    assert np.shares_memory(both.flat, two.flat)


def test_short_forms_are_the_same_however_beginnings_are_sorted(monkeypatch):
    columns_ = SearchColumns(read_entries(ENTRIES))
    packed_ = vars(rewrite.Abbreviations(columns_))["_phrases"]
    monkeypatch.setattr(rewrite, "_LARGEST", 1)
    assert vars(rewrite.Abbreviations(columns_))["_phrases"] == packed_ != {}
