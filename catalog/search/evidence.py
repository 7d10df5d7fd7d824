"""What speaks for each candidate, as a table of numbers from 0 to 1: one row a candidate, one column a kind."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from catalog.search.candidates import BESIDE_NAME
from catalog.search.pool import Floats, Ints
from catalog.search.reading import Reading
from catalog.search.shelf import Shelf

WIDEST_NAME, WIDEST_FIELD = 40, 16
COLUMNS = (
    "asked",  # how much of the query the candidate explains, by weight
    "asked_in_name",  # the same, by its name alone
    "told",  # how much of the name the query explains, by rarity
    "both",  # the smaller of asked and told
    "mass",  # how telling the explained part of the name is
    "order",  # how much of it stands in the query's order, without gaps
    "head",  # the name's first word is in the query
    "marks",  # words typed with marks that have the same marks
    "vowels",  # the same, without looking at tones
    "letters",  # likeness of query and name without spaces
    "core",  # likeness of the part of the query that was explained
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
    asked = explained @ reading.weights / total
    told = (covered * rare).sum(axis=1) / np.maximum(rare.sum(axis=1), 1e-6)
    spots = name.argmax(axis=1)
    marks, vowels = _marks(reading, np.take_along_axis(marked, spots, axis=1), in_name=in_name, shelf=shelf)
    letters, core = _letters(reading, terms, explained=explained, shelf=shelf)
    columns = (
        asked,
        in_name @ reading.weights / total,
        told,
        np.minimum(asked, told),
        1 - np.exp(-(covered * rare).sum(axis=1) / 12),
        _order(spots, in_name),
        covered[:, 0],
        marks,
        vowels,
        letters,
        core,
    )
    return Evidence(np.stack(columns, axis=1).astype(np.float32), explained)


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
    hit = in_name > 0.4
    together = hit[:, 1:] & hit[:, :-1] & (spots[:, 1:] == spots[:, :-1] + 1)
    share: Floats = (1 + together.sum(axis=1)) / np.maximum(hit.sum(axis=1), 1)
    return share


def _marks(reading: Reading, marked: Ints, *, in_name: Floats, shelf: Shelf) -> tuple[Floats, Floats]:
    """Agreement in marks over the words typed with marks; one half where none was."""
    words = shelf.vocabulary
    typed = np.array([words.marked.numbers.get(token.marked, -2) for token in reading.tokens])
    bare = np.array([words.bare_number(token.marked) for token in reading.tokens])
    counted = np.array([token.marked != token.word for token in reading.tokens]) & (in_name > 0.4)
    number = counted.sum(axis=1)
    same = ((marked == typed) & counted).sum(axis=1)
    alike = ((words.bare_of[marked] == bare) & counted).sum(axis=1)
    nothing = number == 0
    number = np.maximum(number, 1)
    return np.where(nothing, 0.5, same / number), np.where(nothing, 0.5, alike / number)


def _letters(reading: Reading, terms: Ints, *, explained: Floats, shelf: Shelf) -> tuple[Floats, Floats]:
    """Likeness of spellings without spaces: of the whole query, and of its explained words."""
    spellings = [*shelf.vocabulary.folded.spellings, ""]
    names = ["".join([spellings[term] for term in row]) for row in terms.tolist()]
    whole = "".join(reading.words)
    likeness = cdist([whole], names, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    kept = explained > 0.4
    cores = ["".join([word for word, keep in zip(reading.words, row, strict=True) if keep]) for row in kept.tolist()]
    core = np.array([Indel.normalized_similarity(core, name) for core, name in zip(cores, names, strict=True)])
    return likeness, core.astype(np.float32)
