"""What speaks for each candidate, as a table of numbers from 0 to 1: one row a candidate, one column a kind."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from catalog.search.candidates import BESIDE_NAME, SURE_ENOUGH
from catalog.search.elsewhere import elsewhere
from catalog.search.pool import Floats, Ints
from catalog.search.reading import Reading, Way
from catalog.search.shelf import Shelf

WIDEST_NAME, WIDEST_FIELD = 40, 16
SEEN = 0.4
ALIKE = 8
COLUMNS = (
    "asked",  # how much of the query the candidate explains, by weight
    "asked_in_name",  # the same, by its name alone
    "asked_plainly",  # the same as asked, with common words at full weight
    "told",  # how much of the name the query explains, by rarity
    "told_words",  # the same, each word counting as much
    "both",  # the smaller of asked and told
    "mass",  # how telling the explained part of the name is
    "missing",  # how telling the unexplained part of the name is
    "order",  # how much of it stands in the query's order, without gaps
    "head",  # the name's first word is in the query
    "tail",  # the name's last word is in the query
    "exact",  # how much of the explained part is letter for letter
    "marks",  # words typed with marks that have the same marks
    "vowels",  # the same, without looking at tones
    "letters",  # likeness of query and name without spaces
    "alike",  # the same, near nought unless they are nearly the same
    "core",  # likeness of the part of the query that was explained
    "sorted",  # the same, each in alphabetical order
    "strange",  # the most telling word that stays unexplained
    "left",  # how telling all the unexplained words are together
    "words",  # how many words are explained
    "full",  # every word of the name is explained
    "begins",  # the query is the beginning of the name, or all of it
    "whole",  # asked, order and exact at once
    "pure",  # asked and told at once
    "elsewhere",  # how much of the query speaks of other things than such products
    "unknown",  # how much of the query, by letters, is no known word
    "respaced",  # the query was read with other spaces
    "spelled_out",  # short forms were written out
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The table, and the part of each query word that each candidate explains."""

    table: Floats
    explained: Floats


def weigh(reading: Reading, rows: Ints, *, shelf: Shelf) -> Evidence:
    """Gather the evidence for *rows*."""
    likes, slots = _likeness_table(reading, words=len(shelf.rarities))
    marked = shelf.marked.padded(rows, width=WIDEST_NAME, empty=-1)
    terms = np.where(marked >= 0, shelf.vocabulary.fold_of[marked], len(shelf.rarities))
    name = likes[slots[terms]]
    in_name = name.max(axis=1)
    explained = np.maximum(in_name, BESIDE_NAME * _beside(likes, slots, rows=rows, shelf=shelf))
    rare = np.append(shelf.rarities, np.float32(0))[terms]
    covered = name.max(axis=2)
    total = max(float(reading.weights.sum()), 1e-6)
    asked = (explained * reading.weights).sum(axis=1) / total
    plain = reading.plain
    masses = (covered * rare).sum(axis=1)
    totals = rare.sum(axis=1)
    told = masses / np.maximum(totals, 1e-6)
    lengths = (marked >= 0).sum(axis=1)
    told_words = covered.sum(axis=1) / np.maximum(lengths, 1)
    spots = name.argmax(axis=1)
    marks, vowels = _marks(reading, np.take_along_axis(marked, spots, axis=1), in_name=in_name, shelf=shelf)
    letters, core, in_order = _letters(reading, terms, explained=in_name, shelf=shelf)
    open_weight = (1 - explained) * reading.weights
    hit = explained > SEEN
    order = _order(spots, in_name)
    exact = ((explained > 0.99) * plain).sum(axis=1) / np.maximum((hit * plain).sum(axis=1), 1e-6)
    same = np.ones(len(rows), dtype=np.float32)
    columns = (
        asked,
        (in_name * reading.weights).sum(axis=1) / total,
        (explained * plain).sum(axis=1) / max(float(plain.sum()), 1e-6),
        told,
        told_words,
        np.minimum(asked, told),
        1 - np.exp(-masses / 12),
        1 - np.exp(-(totals - masses) / 12),
        order,
        covered[:, 0],
        covered[np.arange(len(rows)), np.maximum(lengths - 1, 0)],
        exact,
        marks,
        vowels,
        letters,
        letters**ALIKE,
        core,
        in_order,
        open_weight.max(axis=1) / 10,
        1 - np.exp(-open_weight.sum(axis=1) / 12),
        1 - np.exp(-hit.sum(axis=1) / 2),
        told_words > 0.97,
        ((spots == np.arange(spots.shape[1])) & (in_name > SURE_ENOUGH)).all(axis=1),
        asked * order * exact,
        asked * told_words,
        same * np.mean(elsewhere(reading.tokens)),
        same * _unknown(reading),
        same * (reading.way is Way.RESPACED),
        same * (reading.way is Way.SPELLED_OUT),
    )
    return Evidence(np.stack(columns, axis=1).astype(np.float32), explained)


def _unknown(reading: Reading) -> float:
    letters = sum(len(token.word) for token in reading.tokens)
    strange = sum(
        len(token.word)
        for token, likes in zip(reading.tokens, reading.likes, strict=True)
        if token.filling == 1 and likes.max(initial=0.0) < SURE_ENOUGH
    )
    return strange / max(letters, 1)


def _likeness_table(reading: Reading, *, words: int) -> tuple[Floats, Ints]:
    """Likeness by (word slot, token), and the slot of each known word; slot 0 is for all others."""
    slots = np.zeros(words + 1, dtype=np.int32)
    terms = np.unique(np.concatenate(reading.terms))
    slots[terms] = np.arange(1, len(terms) + 1)
    likes = np.zeros((len(terms) + 1, len(reading.tokens)), dtype=np.float32)
    for place, (some, like) in enumerate(zip(reading.terms, reading.likes, strict=True)):
        likes[slots[some], place] = like
    return likes, slots


def _beside(likes: Floats, slots: Ints, *, rows: Ints, shelf: Shelf) -> Floats:
    """How well producer, places and group explain each token."""
    entries = shelf.owner[rows]
    best = np.zeros((len(rows), likes.shape[1]), dtype=np.float32)
    for facet in (shelf.producers, shelf.places, shelf.groups):
        terms = facet.terms.padded(facet.of_entry[entries], width=WIDEST_FIELD, empty=len(shelf.rarities))
        best = np.maximum(best, likes[slots[terms]].max(axis=1, initial=0.0))
    return best


def _order(spots: Ints, in_name: Floats) -> Floats:
    """The share of neighbours in the query that are neighbours in the name."""
    hit = in_name > SEEN
    together = hit[:, 1:] & hit[:, :-1] & (spots[:, 1:] == spots[:, :-1] + 1)
    share: Floats = (1 + together.sum(axis=1)) / np.maximum(hit.sum(axis=1), 1)
    return share


def _marks(reading: Reading, marked: Ints, *, in_name: Floats, shelf: Shelf) -> tuple[Floats, Floats]:
    """Agreement in marks over the words typed with marks; one half where none was."""
    words = shelf.vocabulary
    typed = np.array([words.marked.numbers.get(token.marked, -2) for token in reading.tokens])
    bare = np.array([words.bare_number(token.marked) for token in reading.tokens])
    counted = np.array([token.marked != token.word for token in reading.tokens]) & (in_name > SEEN)
    number = counted.sum(axis=1)
    same = ((marked == typed) & counted).sum(axis=1)
    alike = ((words.bare_of[marked] == bare) & counted).sum(axis=1)
    nothing = number == 0
    number = np.maximum(number, 1)
    return np.where(nothing, 0.5, same / number), np.where(nothing, 0.5, alike / number)


def _letters(reading: Reading, terms: Ints, *, explained: Floats, shelf: Shelf) -> tuple[Floats, Floats, Floats]:
    """Likeness of spellings without spaces: of the whole query, of its explained words, and of those sorted."""
    spellings = [*shelf.vocabulary.folded.spellings, ""]
    split = [[spellings[term] for term in row] for row in terms.tolist()]
    names = ["".join(words) for words in split]
    whole = "".join(reading.words)
    likeness: Floats = cdist([whole], names, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    typed = reading.words
    cores = [[word for word, keep in zip(typed, row, strict=True) if keep] for row in (explained > SEEN).tolist()]
    core = [Indel.normalized_similarity("".join(core), name) for core, name in zip(cores, names, strict=True)]
    ordered = [
        Indel.normalized_similarity("".join(sorted(core)), "".join(sorted(words)))
        for core, words in zip(cores, split, strict=True)
    ]
    return likeness, np.array(core, dtype=np.float32), np.array(ordered, dtype=np.float32)
