"""The tables of how people ask: each pattern stands for the ways that its parts make, and each way is found."""

from itertools import pairwise

import pytest

from handlers.acts.patterns import Phrase
from handlers.acts.vocabulary import ActVocabulary, vocabulary

PATTERN = "(ai|co so nao) () lam (|ra) (cai nay|nó)"


@pytest.fixture
def small() -> ActVocabulary:
    read = ActVocabulary()
    read.add({"field": {"producer": {"strong": PATTERN, "weak": "(|ai);nhà nó", "marked": "nó"}}})
    read.close()
    return read


def test_each_way_that_a_pattern_stands_for_is_found(small: ActVocabulary) -> None:
    found = {said: [phrase.words for phrase in small.phrases(said)] for said in ("ailamcainay", "cosonaolamrano", "ai")}
    assert found == {
        "ailamcainay": [("ai", "lam", "cai", "nay")],
        "cosonaolamrano": [("co", "so", "nao", "lam", "ra", "no")],
        "ai": [("ai",)],
    }
    assert small.phrases("") == small.phrases("ailam") == []


def test_what_two_tables_say_comes_in_their_order_with_its_marks(small: ActVocabulary) -> None:
    assert small.phrases("no") == [
        Phrase("field", "producer", weak=True, words=("no",), marked=("nó",), needs_marks=True)
    ]
    assert small.phrases("nhano")[0].marked == ("nhà", "nó")


def test_pieces_are_the_words_of_every_way_and_those_that_follow_one_another(small: ActVocabulary) -> None:
    pattern = small.patterns[0]
    ways = [pattern.phrase(number).words for number, _ in enumerate(pattern.spellings())]
    assert len(ways) == 8
    pairs = {f"{one} {other}" for way in ways for one, other in pairwise(way)}
    assert set(pattern.pieces()) == {word for way in ways for word in way} | pairs


def test_every_way_of_the_shipped_tables_is_found_under_how_it_is_spelled() -> None:
    spoken = vocabulary()
    for pattern in spoken.patterns[::7]:
        for number, said in list(enumerate(pattern.spellings()))[::5]:
            assert not said or pattern.phrase(number) in spoken.phrases(said)
