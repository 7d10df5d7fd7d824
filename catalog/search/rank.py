"""From evidence to an order, and from the evidence for the first to a band.

Both are weighted sums of the columns of `evidence`. The numbers were fitted on the dev queries and on generated
ones; `python -m bench.search_weights` fits them again (the kept share then moves by some tenths of a point).
"""

import numpy as np

from catalog.search.features import COLUMNS
from catalog.search.model import Band
from catalog.search.packed import Flags, Floats

RANK = {
    "asked": 3.25,
    "asked_in_name": 3.54,
    "asked_plainly": 4.35,
    "told": 1.72,
    "told_words": 2.1,
    "both": 0.66,
    "mass": 3.5,
    "missing": -0.92,
    "order": 3.12,
    "head": -0.42,
    "tail": 0.91,
    "exact": 4.05,
    "marks": 1.91,
    "vowels": 1.59,
    "letters": 1.99,
    "alike": 3.08,
    "core": 2.32,
    "sorted": 2.13,
    "strange": -2.22,
    "left": -2.92,
    "words": 3.64,
    "full": 1.56,
    "begins": 1.76,
    "whole": 3.13,
    "pure": 2.13,
    "elsewhere": -0.11,
    "unknown": 3.74,
    "respaced": -2.83,
    "spelled_out": -4.5,
}
CERTAINTY = {
    "asked": -0.0,
    "asked_in_name": 1.83,
    "asked_plainly": 2.29,
    "told": -0.65,
    "told_words": 0.96,
    "both": -3.97,
    "mass": 3.83,
    "missing": -0.95,
    "order": 0.4,
    "head": 0.34,
    "tail": 0.25,
    "exact": -0.51,
    "marks": 3.34,
    "vowels": -3.11,
    "letters": -0.07,
    "alike": 3.86,
    "core": 2.79,
    "sorted": 1.53,
    "strange": -0.8,
    "left": 1.08,
    "words": 6.14,
    "full": 1.65,
    "begins": -1.36,
    "whole": 2.21,
    "pure": 4.36,
    "elsewhere": -7.54,
    "unknown": 2.14,
    "respaced": -3.04,
    "spelled_out": -3.98,
    "margin": 3.1,
}
BIAS = -14.59
WIDEST_MARGIN = 3.0
SURE, PLAUSIBLE, POSSIBLE = 0.85, 0.5, 0.05
WHOLLY, HALF = 0.99, 0.5

_RANK = np.array([RANK.get(column, 0.0) for column in COLUMNS], dtype=np.float32)
_CERTAINTY = np.array([CERTAINTY.get(column, 0.0) for column in COLUMNS], dtype=np.float32)
_OF_LISTED = tuple(map(COLUMNS.index, ("begins", "asked", "marks", "elsewhere")))


def ranks(table: Floats) -> Floats:
    """A number for each candidate; the higher, the likelier it is the one that was meant."""
    graded: Floats = np.einsum("ij,j->i", table, _RANK)
    return graded


def certainties(table: Floats, *, margin: float) -> Floats:
    """0..1 for each candidate, best first: how sure we are that it was meant; *margin* is the lead of the first."""
    logits = np.einsum("ij,j->i", table, _CERTAINTY) + BIAS
    logits[:1] += CERTAINTY["margin"] * min(margin, WIDEST_MARGIN) / WIDEST_MARGIN
    scores = 1 / (1 + np.exp(-logits))
    np.maximum(scores, PLAUSIBLE, out=scores, where=_begins_with_query(table))
    falling: Floats = np.minimum.accumulate(scores).astype(np.float32)
    return falling


def _begins_with_query(table: Floats) -> Flags:
    """Names that begin with the very words of the query: whoever asks for nem wants to see every nem."""
    begins, asked, marks, elsewhere = (table[:, place] for place in _OF_LISTED)
    flags: Flags = (begins > 0) & (asked > WHOLLY) & (marks >= HALF) & (elsewhere == 0)
    return flags


def band(score: float) -> Band:
    """How sure the best score makes us."""
    if score >= SURE:
        return Band.ANSWER
    return Band.SUGGEST if score >= PLAUSIBLE else Band.NOTHING
