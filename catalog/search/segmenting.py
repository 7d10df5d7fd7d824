"""Spaces put where they belong: banhphuthe, ba nh phu the and banhphu the are all three words of the catalogue."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from catalog.search.pool import Floats
from catalog.search.reading import Token, token
from catalog.search.spelling import Speller, cuts

LONGEST_TEXT = 160
LONGEST_WORD = 12
LONGEST_SLIPPED, SHORTEST_SLIPPED = 8, 3
SPACE_ADDED, SPACE_IGNORED, SLIP, STRANGER, STRANGE_LETTER = 0.5, 2.5, 8.0, 6.0, 4.0


class Segmenter:
    """Cuts a run of letters at the least cost: rare words, slips and changed spaces cost."""

    def __init__(self, speller: Speller, *, counts: Floats) -> None:
        self._speller = speller
        costs = np.log(counts.sum() + 1) - np.log(counts + 0.3)
        self._costs: list[float] = costs.tolist()
        self._cut_costs = costs[speller.cut_terms]

    def respaced(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with the likeliest spaces; themselves when there is nothing to gain."""
        text = "".join(token.word for token in tokens)
        typed = "".join(token.typed for token in tokens)
        if not text or len(text) > LONGEST_TEXT or len(typed) != len(text):
            return tuple(tokens)
        spaces = set(np.cumsum([len(token.word) for token in tokens]).tolist())
        bounds = self._best_bounds(text, spaces=spaces)
        return tuple(token(typed[start:end]) for start, end in pairwise(bounds))

    def _best_bounds(self, text: str, *, spaces: set[int]) -> list[int]:
        costs = self._word_costs(text)
        best = [0.0] + [float("inf")] * len(text)
        came_from = [0] * (len(text) + 1)
        for (start, end), cost in costs.items():
            ignored = sum(SPACE_IGNORED for space in spaces if start < space < end)
            total = best[start] + cost + ignored + (0.0 if end in spaces else SPACE_ADDED)
            if total < best[end]:
                best[end], came_from[end] = total, start
        bounds = [len(text)]
        while bounds[-1]:
            bounds.append(came_from[bounds[-1]])
        return bounds[::-1]

    def _word_costs(self, text: str) -> dict[tuple[int, int], float]:
        """What each stretch of *text* costs as one word, by (start, end), starts ascending."""
        costs: dict[tuple[int, int], float] = {}
        slipped: list[tuple[int, int]] = []
        for start in range(len(text)):
            for end in range(start + 1, min(start + LONGEST_WORD, len(text)) + 1):
                term = self._speller.number(text[start:end])
                costs[start, end] = STRANGER + STRANGE_LETTER * (end - start) if term is None else self._costs[term]
                if term is None and SHORTEST_SLIPPED <= end - start <= LONGEST_SLIPPED:
                    slipped.append((start, end))
        self._forgive(text, slipped, costs=costs)
        return costs

    def _forgive(self, text: str, slipped: list[tuple[int, int]], *, costs: dict[tuple[int, int], float]) -> None:
        """Lower the cost of stretches that are a slip away from a known word."""
        keys, owners = [], []
        for number, (start, end) in enumerate(slipped):
            spelled = [hash(cut) for cut in cuts(text[start:end])]
            keys.extend(spelled)
            owners.extend([number] * len(spelled))
        if not keys or not len(self._cut_costs):
            return
        places = np.searchsorted(self._speller.cut_keys, np.array(keys, dtype=np.int64))
        places = np.minimum(places, len(self._cut_costs) - 1)
        known = self._speller.cut_keys[places] == np.array(keys, dtype=np.int64)
        for owner, place in zip(np.array(owners)[known].tolist(), places[known].tolist(), strict=True):
            stretch = slipped[owner]
            costs[stretch] = min(costs[stretch], float(self._cut_costs[place]) + SLIP)
