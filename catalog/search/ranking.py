"""From evidence to an order, and from the evidence for the first to a band.

Both are weighted sums of the columns of `evidence`; `python -m bench.search_weights` fits them again.
"""

import numpy as np

from catalog.search.evidence import COLUMNS
from catalog.search.model import Band
from catalog.search.pool import Floats

RANK = {
    "asked": 3.6,
    "asked_in_name": 4.0,
    "asked_plainly": 4.78,
    "told": 1.82,
    "told_words": 2.25,
    "both": 1.4,
    "mass": 3.89,
    "missing": -1.05,
    "order": 4.35,
    "head": 0.05,
    "tail": 0.97,
    "exact": 5.0,
    "marks": 1.71,
    "vowels": 1.25,
    "letters": 3.21,
    "core": 2.89,
    "sorted": 2.32,
    "strange": -2.44,
    "left": -3.3,
    "words": 4.47,
    "full": 1.35,
}
CERTAINTY = {
    "asked": 2.43,
    "asked_in_name": 5.88,
    "asked_plainly": 2.78,
    "told": -0.79,
    "told_words": 1.83,
    "both": -4.36,
    "mass": 6.79,
    "missing": -3.47,
    "order": 2.98,
    "head": 0.39,
    "tail": 0.37,
    "exact": -0.67,
    "marks": 4.12,
    "vowels": -3.71,
    "letters": 1.57,
    "core": 1.97,
    "sorted": 3.77,
    "strange": 1.12,
    "left": 0.09,
    "words": 4.62,
    "full": 0.99,
    "margin": 2.61,
}
BIAS = -21.76
WIDEST_MARGIN = 3.0
SURE, PLAUSIBLE = 0.85, 0.5

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
    falling: Floats = np.minimum.accumulate(1 / (1 + np.exp(-logits))).astype(np.float32)
    return falling


def band(score: float) -> Band:
    """How sure the best score makes us."""
    if score >= SURE:
        return Band.ANSWER
    return Band.SUGGEST if score >= PLAUSIBLE else Band.NOTHING
