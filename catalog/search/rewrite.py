"""Other ways to write what was typed: with the spaces where they belong, and with short forms written out.

banhphuthe, ba nh phu the and banhphu the are all three words of the catalogue; bdx is bưởi da xanh, cf is cà phê.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from catalog.search.columns import SearchColumns
from catalog.search.packed import Floats, Ints
from catalog.search.query import Token, token
from catalog.search.spelling import REMEMBERED, Speller, cuts

LONGEST_TEXT = 160
LONGEST_WORD = 12
LONGEST_SLIPPED, SHORTEST_SLIPPED = 8, 3
SPACE_ADDED, SPACE_IGNORED, SLIP, STRANGER, STRANGE_LETTER = 0.5, 2.5, 8.0, 6.0, 4.0
_NEVER = float("inf")
_STRANGE = [STRANGER + STRANGE_LETTER * length for length in range(LONGEST_WORD + 1)]
_ROUNDING = 1e-6
_CHAT = {"cf": "cà phê", "cafe": "cà phê", "tp": "thành phố", "vn": "việt nam", "sp": "sản phẩm"}
_VOWELS = frozenset("aeiouy")
_LENGTHS = (2, 3, 4)
LONGEST_SHORT = 4
FEWEST_NAMES = 2
_LARGEST = 1 << 63

# A stretch as one word: where it ends, what its spaces cost, what the word costs at least and at most.
_Step = tuple[int, float, float, float]


def _other_spelling(word: str) -> str:
    """*word* with y for i or i for y, where both are written: mì and mỳ, kí and ký; "" where they are not."""
    if len(word) < 2 or word[-1] not in "iy" or not _VOWELS.isdisjoint(word[:-1]):
        return ""
    return word[:-1] + ("y" if word[-1] == "i" else "i")


class Segmenter:
    """Cuts a run of letters at the least cost: rare words, slips and changed spaces cost."""

    def __init__(self, speller: Speller, *, counts: Floats) -> None:
        self._speller = speller
        costs = np.log(counts.sum() + 1) - np.log(counts + 0.3)
        self._costs: list[float] = costs.tolist()
        self._cut_costs = costs[speller.known.cut_terms]
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
        number, costs, least_slip = self._speller.known.numbers.get, self._costs, self._least_slip
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
        term = self._speller.known.numbers.get(word)
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
        places = np.minimum(np.searchsorted(self._speller.known.cut_keys, keys), len(self._cut_costs) - 1)
        for known in np.flatnonzero(self._speller.known.cut_keys[places] == keys).tolist():
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


class Abbreviations:
    """What short forms may stand for, learned from how the names of the catalogue begin."""

    def __init__(self, catalogue: SearchColumns) -> None:
        self._spellings = catalogue.vocabulary.folded.spellings
        self._numbers = catalogue.vocabulary.folded.numbers
        self._phrases: dict[str, tuple[str, ...]] = {}
        beginnings = _sorted_beginnings(catalogue)
        for length in _LENGTHS:
            self._learn(beginnings[beginnings[:, length - 1] < len(self._spellings), :length])

    def spelled_out(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with those short forms written out that are no words of the catalogue."""
        spelled: list[Token] = []
        for short in tokens:
            words = self._words(short.word)
            spelled.extend([short] if words is None else [token(word) for word in words])
        return tuple(spelled)

    def _words(self, short: str) -> Sequence[str] | None:
        if short in _CHAT and short not in self._numbers:
            return _CHAT[short].split()
        if not 1 < len(short) <= LONGEST_SHORT or short in self._numbers:
            return None
        other = _other_spelling(short)
        if other in self._numbers:
            return [other]
        if _VOWELS & set(short):
            return None
        return self._phrases.get(short)

    def _learn(self, beginnings: Ints) -> None:
        """Keep the commonest of the *beginnings*, which come in ascending order, for each row of initials."""
        others = np.flatnonzero((beginnings[1:] != beginnings[:-1]).any(axis=1)) + 1
        starts = np.concatenate(([0], others, [len(beginnings)]))
        counts = np.diff(starts)
        phrases = beginnings[starts[:-1][counts >= FEWEST_NAMES]]
        phrases = phrases[np.argsort(-counts[counts >= FEWEST_NAMES], kind="stable")]
        letters, initials = np.unique([word[:1] for word in self._spellings], return_inverse=True)
        packed = np.zeros(len(phrases), dtype=np.int64)
        for words in phrases.T:
            packed = packed * len(letters) + initials[words]
        _, firsts = np.unique(packed, return_index=True)
        for place in firsts.tolist():
            words = tuple(self._spellings[term] for term in phrases[place].tolist())
            self._phrases["".join(word[0] for word in words)] = words


def _sorted_beginnings(catalogue: SearchColumns) -> Ints:
    """The first words of every name, in ascending order; what shorter names lack is a number past all words."""
    longest, size = _LENGTHS[-1], len(catalogue.vocabulary.folded) + 1
    marked = catalogue.marked.pad(np.arange(len(catalogue.marked), dtype=np.int32), width=longest, empty=-1)
    # The last place of fold_of stands for no word.
    terms = np.full((longest, marked.shape[1]), size - 1, dtype=np.int32)
    terms[: len(marked)] = catalogue.vocabulary.fold_of.take(marked)
    if size**longest >= _LARGEST:
        return terms.T[np.lexsort(terms[::-1])]
    # Packed into one number each, they are sorted thirty times as fast.
    packed = np.zeros(terms.shape[1], dtype=np.int64)
    for words in terms:
        packed = packed * size + words
    packed.sort()
    scale = size ** np.arange(longest - 1, -1, -1, dtype=np.int64)
    return (packed[:, None] // scale % size).astype(np.int32)


def common_heads(catalogue: SearchColumns, *, most: int) -> dict[str, list[int]]:
    """By letter, the words that most names begin with."""
    starts = catalogue.marked.bounds[:-1][catalogue.marked.lengths > 0]
    counts = np.bincount(catalogue.vocabulary.fold_of[catalogue.marked.flat[starts]], minlength=len(catalogue.rarities))
    heads: dict[str, list[int]] = {}
    for term in np.argsort(-counts, kind="stable").tolist():
        if counts[term] < FEWEST_NAMES:
            break
        known = heads.setdefault(catalogue.vocabulary.folded.spellings[term][0], [])
        if len(known) < most:
            known.append(term)
    return heads
