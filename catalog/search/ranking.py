"""From evidence to an order, and from the evidence for the first to a band.

Both are weighted sums of the columns of `evidence`; `python -m bench.search_weights` fits them again.
"""

import numpy as np

from catalog.search.evidence import COLUMNS
from catalog.search.model import Band
from catalog.search.pool import Flags, Floats

RANK = {
    "asked": 3.38,
    "asked_in_name": 3.72,
    "asked_plainly": 4.54,
    "told": 1.5,
    "told_words": 1.94,
    "both": 0.99,
    "mass": 3.23,
    "missing": -0.87,
    "order": 3.65,
    "head": 0.05,
    "tail": 1.03,
    "exact": 3.61,
    "marks": 1.57,
    "vowels": 1.36,
    "letters": 2.9,
    "core": 2.71,
    "sorted": 2.13,
    "strange": -2.34,
    "left": -3.02,
    "words": 3.89,
    "full": 1.2,
    "begins": 1.91,
    "whole": 3.14,
    "pure": 2.27,
    "elsewhere": -0.04,
    "unknown": 7.65,
}
CERTAINTY = {
    "asked": -0.25,
    "asked_in_name": 2.95,
    "asked_plainly": 2.11,
    "told": -1.51,
    "told_words": 1.13,
    "both": -4.65,
    "mass": 5.36,
    "missing": -0.66,
    "order": 1.1,
    "head": 0.17,
    "tail": 0.63,
    "exact": -1.42,
    "marks": 3.37,
    "vowels": -2.87,
    "letters": -0.57,
    "core": 3.6,
    "sorted": 2.61,
    "strange": -2.39,
    "left": 2.52,
    "words": 5.17,
    "full": 0.9,
    "begins": 0.35,
    "whole": 3.56,
    "pure": 6.18,
    "elsewhere": -6.93,
    "unknown": 3.0,
    "margin": 2.7,
}
BIAS = -17.13
WIDEST_MARGIN = 3.0
SURE, PLAUSIBLE = 0.85, 0.5
WHOLLY, HALF = 0.99, 0.5

_RANK = np.array([RANK.get(column, 0.0) for column in COLUMNS], dtype=np.float32)
_CERTAINTY = np.array([CERTAINTY.get(column, 0.0) for column in (*COLUMNS, "margin")], dtype=np.float32)


def ranks(table: Floats) -> Floats:
    """A number for each candidate; the higher, the likelier it is the one that was meant."""
    graded: Floats = table @ _RANK
    return graded


def certainties(table: Floats, *, margin: float) -> Floats:
    """0..1 for each candidate, best first: how sure we are that it was meant; *margin* is the lead of the first."""
    lead = np.zeros((len(table), 1), dtype=np.float32)
    lead[:1] = min(margin, WIDEST_MARGIN) / WIDEST_MARGIN
    logits = np.hstack((table, lead)) @ _CERTAINTY + BIAS
    scores = 1 / (1 + np.exp(-logits.clip(-30, 30)))
    scores[_listed(table)] = np.maximum(scores[_listed(table)], PLAUSIBLE)
    falling: Floats = np.minimum.accumulate(scores).astype(np.float32)
    return falling


def _listed(table: Floats) -> Flags:
    """Names that begin with the very words of the query: whoever asks for nem wants to see every nem."""
    begins, asked, marks, elsewhere = (table[:, COLUMNS.index(c)] for c in ("begins", "asked", "marks", "elsewhere"))
    flags: Flags = (begins > 0) & (asked > WHOLLY) & (marks >= HALF) & (elsewhere == 0)
    return flags


def band(score: float) -> Band:
    """How sure the best score makes us."""
    if score >= SURE:
        return Band.ANSWER
    return Band.SUGGEST if score >= PLAUSIBLE else Band.NOTHING
