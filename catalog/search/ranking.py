"""From evidence to one number, and from that number to a band."""

import numpy as np

from catalog.search.evidence import COLUMNS, Evidence
from catalog.search.model import Band
from catalog.search.pool import Floats

WEIGHTS = {
    "asked": 3.0,
    "told": 1.5,
    "both": 2.0,
    "order": 0.3,
    "head": 0.2,
    "marks": 0.4,
    "vowels": 0.3,
    "letters": 1.0,
    "core": 1.2,
}
SURE, PLAUSIBLE = 0.72, 0.58


def scores(evidence: Evidence) -> Floats:
    """0..1 for each candidate."""
    weights = np.array([WEIGHTS.get(column, 0.0) for column in COLUMNS], dtype=np.float32)
    graded: Floats = (evidence.table @ weights / weights.sum()).astype(np.float32)
    return graded


def band(score: float) -> Band:
    """How sure a best score makes us."""
    if score >= SURE:
        return Band.ANSWER
    return Band.SUGGEST if score >= PLAUSIBLE else Band.NOTHING
