"""What speaks for each candidate, as a table of numbers from 0 to 1: one row a candidate, one column a kind."""

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from catalog.search.chitchat import elsewhere
from catalog.search.columns import WIDEST_NAME, SearchColumns
from catalog.search.packed import Flags, Floats, Ints
from catalog.search.query import ParsedQuery, Way
from catalog.search.retrieve import BESIDE_NAME, SURE_ENOUGH

WIDEST_FIELD = 16
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


def weigh(reading: ParsedQuery, rows: Ints, *, catalogue: SearchColumns) -> Floats:
    """The table for *rows*."""
    likes, slots = _likeness_table(reading, words=len(catalogue.rarities))
    # Words lie along the first axis here: numpy goes through many short names much faster that way.
    marked = catalogue.marked.pad(rows, width=WIDEST_NAME, empty=-1)
    terms = catalogue.vocabulary.fold_of.take(marked)
    places = slots.take(terms)
    name = likes.take(places, axis=0)
    in_name = name.max(axis=0)
    spots = name.argmax(axis=0)
    hit_in_name = in_name > SEEN
    explained = _with_fields(in_name, likes, slots, rows=rows, catalogue=catalogue)
    hit = explained > SEEN
    covered = likes.max(axis=1).take(places)
    rare = catalogue.telling.take(terms)
    weights, plain = reading.weights, reading.plain
    total = max(float(weights.sum()), 1e-6)
    asked = _weighted_sums(explained, weights) / total
    masses, totals = (covered * rare).sum(axis=0), rare.sum(axis=0)
    told = masses / np.maximum(totals, 1e-6)
    lengths = (marked >= 0).sum(axis=0)
    told_words = covered.sum(axis=0) / np.maximum(lengths, 1)
    everyone = np.arange(len(rows))
    marks, vowels = _marks(reading, marked[spots, everyone[:, None]], hit=hit_in_name, catalogue=catalogue)
    letters, core, in_order = _letters(reading, rows, hit=hit_in_name, catalogue=catalogue)
    open_weight = (1 - explained) * weights
    order = _order(spots, hit_in_name)
    exact = ((explained > 0.99) * plain).sum(axis=1) / np.maximum((hit * plain).sum(axis=1), 1e-6)
    columns = (
        asked,
        _weighted_sums(in_name, weights) / total,
        _weighted_sums(explained, plain) / max(float(plain.sum()), 1e-6),
        told,
        told_words,
        np.minimum(asked, told),
        1 - np.exp(-masses / 12),
        1 - np.exp(-(totals - masses) / 12),
        order,
        covered[0],
        covered[np.maximum(lengths - 1, 0), everyone],
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
        sum(elsewhere(reading.tokens)) / len(reading.tokens),
        _unknown(reading),
        reading.way is Way.RESPACED,
        reading.way is Way.SPELLED_OUT,
    )
    table = np.empty((len(columns), len(rows)), dtype=np.float32)
    for number, column in enumerate(columns):
        table[number] = column
    return np.ascontiguousarray(table.T)


def _weighted_sums(table: Floats, weights: Floats) -> Floats:
    # Unlike a product of BLAS, this rounds equal rows equally, wherever they stand.
    sums: Floats = np.einsum("ij,j->i", table, weights)
    return sums


def _unknown(reading: ParsedQuery) -> float:
    letters = sum(len(token.word) for token in reading.tokens)
    strange = sum(
        len(token.word)
        for token, likes in zip(reading.tokens, reading.likes, strict=True)
        if token.filling == 1 and (not len(likes) or likes[0] < SURE_ENOUGH)
    )
    return strange / max(letters, 1)


def _likeness_table(reading: ParsedQuery, *, words: int) -> tuple[Floats, Ints]:
    """Likeness by (word slot, token), and the slot of each known word; slot 0 is for all others."""
    terms = np.concatenate(reading.terms)
    slots = np.zeros(words + 1, dtype=np.int32)
    slots[terms] = np.arange(1, len(terms) + 1)
    likes = np.zeros((len(terms) + 1, len(reading.tokens)), dtype=np.float32)
    tokens = np.repeat(np.arange(len(reading.tokens)), [len(some) for some in reading.terms])
    likes[slots[terms], tokens] = np.concatenate(reading.likes)
    return likes, slots


def _with_fields(in_name: Floats, likes: Floats, slots: Ints, *, rows: Ints, catalogue: SearchColumns) -> Floats:
    """How well a row explains each token by its name, or by its producer, places and group."""
    terms = catalogue.fields.pad(
        catalogue.fields_of(catalogue.owner[rows]), width=WIDEST_FIELD, empty=len(catalogue.rarities)
    )
    fields = likes.take(slots.take(terms), axis=0).max(axis=0).reshape(-1, *in_name.shape)
    best: Floats = np.maximum(in_name, BESIDE_NAME * fields.max(axis=0))
    return best


def _order(spots: Ints, hit: Flags) -> Floats:
    """The share of neighbours in the query that are neighbours in the name."""
    together = hit[:, 1:] & hit[:, :-1] & (spots[:, 1:] == spots[:, :-1] + 1)
    share: Floats = (1 + together.sum(axis=1)) / np.maximum(hit.sum(axis=1), 1)
    return share


def _marks(
    reading: ParsedQuery, marked: Ints, *, hit: Flags, catalogue: SearchColumns
) -> tuple[Floats | float, Floats | float]:
    """Agreement in marks over the words typed with marks; one half where none was."""
    with_marks, typed, toneless = np.array(reading.marks).T
    if not with_marks.any():
        return 0.5, 0.5
    counted = hit & (with_marks > 0)
    number = counted.sum(axis=1)
    same = ((marked == typed) & counted).sum(axis=1)
    alike = ((catalogue.vocabulary.bare_of[marked] == toneless) & counted).sum(axis=1)
    nothing = number == 0
    of = number + nothing
    return (same + 0.5 * nothing) / of, (alike + 0.5 * nothing) / of


def _letters(reading: ParsedQuery, rows: Ints, *, hit: Flags, catalogue: SearchColumns) -> Floats:
    """Likeness of spellings without spaces, in three lines: of the query, of its explained words, of those sorted."""
    names, ordered = zip(*catalogue.letters(rows), strict=True)
    cores, ordered_cores = zip(*_cores(reading.words, hit), strict=True)
    queries = ["".join(reading.words)] * len(names) + [*cores, *ordered_cores]
    likeness: Floats = cpdist(
        queries, [*names, *names, *ordered], scorer=Indel.normalized_similarity, dtype=np.float32
    ).reshape(3, -1)
    return likeness


def _cores(words: list[str], hit: Flags) -> list[tuple[str, str]]:
    """For each row the words that it explains, as typed and sorted, without spaces; most rows explain the same."""
    patterns = (hit @ (1 << np.arange(len(words)))).tolist()
    cores: dict[int, tuple[str, str]] = {}
    for pattern in set(patterns):
        core = [word for place, word in enumerate(words) if pattern >> place & 1]
        cores[pattern] = "".join(core), "".join(sorted(core))
    return [cores[pattern] for pattern in patterns]
