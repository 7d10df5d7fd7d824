"""Spaces put where they belong: banhphuthe, ba nh phu the and banhphu the are all three words of the catalogue."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from catalog.search.columns import Floats
from catalog.search.query import Token, token
from catalog.search.spelling import REMEMBERED, Speller, cuts

LONGEST_TEXT = 160
LONGEST_WORD = 12
LONGEST_SLIPPED, SHORTEST_SLIPPED = 8, 3
SPACE_ADDED, SPACE_IGNORED, SLIP, STRANGER, STRANGE_LETTER = 0.5, 2.5, 8.0, 6.0, 4.0
_NEVER = float("inf")
_STRANGE = [STRANGER + STRANGE_LETTER * length for length in range(LONGEST_WORD + 1)]
_ROUNDING = 1e-6

# A stretch as one word: where it ends, what its spaces cost, what the word costs at least and at most.
_Step = tuple[int, float, float, float]


class Segmenter:
    """Cuts a run of letters at the least cost: rare words, slips and changed spaces cost."""

    def __init__(self, speller: Speller, *, counts: Floats) -> None:
        self._speller = speller
        costs = np.log(counts.sum() + 1) - np.log(counts + 0.3)
        self._costs: list[float] = costs.tolist()
        self._cut_costs = costs[speller.cut_terms]
        self._least_slip = SLIP + float(costs.min(initial=_NEVER))
        self._slips: dict[str, float] = {}

    def respace(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with the likeliest spaces; themselves when there is nothing to gain."""
        text = "".join(token.word for token in tokens)
        typed = "".join(token.typed for token in tokens)
        if not text or len(text) > LONGEST_TEXT or len(typed) != len(text):
            return tuple(tokens)
        spaces = list(accumulate((len(token.word) for token in tokens), initial=0))
        bounds = self._best_bounds(text, spaces=spaces)
        return tuple(tokens) if bounds == spaces else tuple(token(typed[start:end]) for start, end in pairwise(bounds))

    def _best_bounds(self, text: str, *, spaces: list[int]) -> list[int]:
        """The cheapest cuts. What leads nowhere even at its least is left out, for to look for slips is dear."""
        steps = self._steps(text, spaces=spaces)
        ahead = _least_ahead(steps)
        typed = self._as_typed(text, spaces)
        bound = (typed if typed < _NEVER else _without_slips(steps)) + _ROUNDING
        best = [0.0] + [_NEVER] * len(text)
        came_from = [0] * (len(text) + 1)
        for start, some in enumerate(steps):
            here = best[start]
            if here + ahead[start] > bound:
                continue
            hopeful = [step for step in some if here + step[1] + step[2] + ahead[step[0]] <= bound]
            slips = self._with_slips([text[start:end] for end, _, least, most in hopeful if least < most])
            for end, around, _, most in hopeful:
                total = here + around + min(most, slips.get(text[start:end], _NEVER))
                if total < best[end]:
                    best[end], came_from[end] = total, start
        bounds = [len(text)]
        while bounds[-1]:
            bounds.append(came_from[bounds[-1]])
        return bounds[::-1]

    def _steps(self, text: str, *, spaces: list[int]) -> list[list[_Step]]:
        """From each place in *text*, every stretch that may be one word."""
        number, costs, least_slip = self._speller.numbers.get, self._costs, self._least_slip
        typed = set(spaces)
        passed = list(accumulate(SPACE_IGNORED * (place in typed) for place in range(len(text) + 1)))
        added = [0.0 if place in typed else SPACE_ADDED for place in range(len(text) + 1)]
        steps: list[list[_Step]] = []
        for start in range(len(text)):
            some: list[_Step] = []
            for end in range(start + 1, min(start + LONGEST_WORD, len(text)) + 1):
                term = number(text[start:end])
                around = passed[end - 1] - passed[start] + added[end]
                least = most = _STRANGE[end - start] if term is None else costs[term]
                if term is None and SHORTEST_SLIPPED <= end - start <= LONGEST_SLIPPED:
                    least = min(most, least_slip)
                some.append((end, around, least, most))
            steps.append(some)
        return steps

    def _as_typed(self, text: str, spaces: list[int]) -> float:
        """What it costs to leave the spaces where they are."""
        return sum(self._word(text[start:end]) for start, end in pairwise(spaces))

    def _word(self, word: str) -> float:
        term = self._speller.numbers.get(word)
        if term is not None:
            return self._costs[term]
        if len(word) > LONGEST_WORD:
            return _NEVER
        strange = _STRANGE[len(word)]
        if not SHORTEST_SLIPPED <= len(word) <= LONGEST_SLIPPED:
            return strange
        return min(strange, self._with_slips([word])[word])

    def _with_slips(self, stretches: list[str]) -> dict[str, float]:
        """What stretches, these among them, cost as slips for the commonest word that is a letter away."""
        known = self._slips
        if len(known) > REMEMBERED:
            known = self._slips = {}
        unknown = [stretch for stretch in stretches if stretch not in known]
        if unknown:
            known.update(self._cheapest_slips(unknown))
        return known

    def _cheapest_slips(self, stretches: list[str]) -> dict[str, float]:
        cheapest = dict.fromkeys(stretches, _NEVER)
        if not len(self._cut_costs):
            return cheapest
        spelled = [(hash(cut), stretch) for stretch in stretches for cut in cuts(stretch)]
        keys = np.array([key for key, _ in spelled], dtype=np.int64)
        places = np.minimum(np.searchsorted(self._speller.cut_keys, keys), len(self._cut_costs) - 1)
        for known in np.flatnonzero(self._speller.cut_keys[places] == keys).tolist():
            stretch = spelled[known][1]
            cheapest[stretch] = min(cheapest[stretch], SLIP + float(self._cut_costs[places[known]]))
        return cheapest


def _least_ahead(steps: list[list[_Step]]) -> list[float]:
    """From each place, what the rest costs at least."""
    ahead = [0.0] * (len(steps) + 1)
    for start in range(len(steps) - 1, -1, -1):
        ahead[start] = min([around + least + ahead[end] for end, around, least, _ in steps[start]])
    return ahead


def _without_slips(steps: list[list[_Step]]) -> float:
    """What the whole costs when no slip is forgiven."""
    best = [0.0] + [_NEVER] * len(steps)
    for start, some in enumerate(steps):
        for end, around, _, most in some:
            best[end] = min(best[end], best[start] + around + most)
    return best[-1]
