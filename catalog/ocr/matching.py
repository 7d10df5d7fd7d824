"""Which product the words of a label mean; pure, given the search index."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from catalog.ocr.label import LabelWords, Title
from catalog.search import Hit, Index
from catalog.text import syllables

MOST_TITLES = 7
LONGEST_RUN = 4
MOST_MAKERS = 2
SAME_MAKER = 0.8
# Lines whose letters differ more than this in height are no one name.
UNLIKE = 1.7
HITS = 5
OFFERED = 3
# Ranks (Evidence.weight): what is worth asking about, how far behind the first, and how far ahead it must be.
PLAUSIBLE, NEAR, LEAD = 2.4, 0.8, 0.12
# A dish and its village ("Bánh phu thê Đình Bảng") are five syllables and may be anybody's there.
UNMISTAKABLE = 6
_ALOUD = 0.6
_SAME_WORD = 80.0
_FORMS_WRITTEN = """
htx hop tac xa cong ty cty tnhh co phan cp mtv mot thanh vien ho kinh doanh hkd co so san xuat sx doanh nghiep to
nong nghiep nn dich vu thuong mai tm va tong hop
"""
_FORMS = frozenset(_FORMS_WRITTEN.split())


class Strength(StrEnum):
    """How sure the words are: say it, ask, or say nothing."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Matched:
    """The products the words may mean, the likeliest first, and how sure the first one is."""

    strength: Strength
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one product, each from 0 to 1.

    *found* is the search's own certainty and *told* how much of the product's name stands on the label. *asked* is how
    much of what the label says large its name explains, *asked_aloud* the same of the largest lines only. *maker*
    compares producers: None where one of the two is not known. *numbers* is True when name and label hold the same.
    """

    hit: Hit
    found: float
    told: float
    asked: float
    asked_aloud: float
    maker: float | None
    numbers: bool

    @property
    def weight(self) -> float:
        """By this the products are ranked."""
        maker = 0.5 if self.maker is None else self.maker
        return self.found + self.told + self.asked + 0.5 * self.asked_aloud + 0.6 * maker + 0.2 * self.numbers

    @property
    def certain(self) -> bool:
        """True when it may be said without asking, if nothing else comes near."""
        if self.found < 0.9 or self.told < 0.9 or not self.numbers:
            return False
        if self.maker is None:
            return self.asked >= 0.9 and len(syllables(self.hit.name)) >= UNMISTAKABLE
        return self.maker >= SAME_MAKER and self.asked_aloud >= 0.8


def match(words: LabelWords, index: Index) -> Matched:
    """The products of *index* that *words* may mean."""
    ranked = weigh(words, index)
    if not ranked or ranked[0].weight < PLAUSIBLE:
        return _of_maker(words, index)
    kept = [each.hit.id for each in ranked if ranked[0].weight - each.weight < NEAR]
    alone = len(ranked) < 2 or ranked[0].weight - ranked[1].weight >= LEAD
    return Matched(Strength.STRONG if alone and ranked[0].certain else Strength.WEAK, tuple(kept[:OFFERED]))


def weigh(words: LabelWords, index: Index) -> list[Evidence]:
    """Every product that some run of lines finds, the likeliest first."""
    found: dict[str, tuple[float, Hit]] = {}
    for query in _queries(words):
        for hit in index.find(query, limit=HITS).hits:
            if hit.score > found.get(hit.id, (0.0, hit))[0]:
                found[hit.id] = (hit.score, hit)
    evidence = [_evidence(words, hit, found=score) for score, hit in found.values()]
    return sorted(evidence, key=lambda each: -each.weight)


def _of_maker(words: LabelWords, index: Index) -> Matched:
    """No name was read: what the producer on the label makes, to choose from."""
    for line in words.producers[:MOST_MAKERS]:
        hits = [hit for hit in index.find(line, limit=OFFERED).hits if (_maker(words, hit) or 0) >= SAME_MAKER]
        if hits:
            return Matched(Strength.WEAK, tuple(hit.id for hit in hits))
    return Matched(Strength.NONE)


def _queries(words: LabelWords) -> Iterator[str]:
    """The runs, and the longest of them with the producer, who tells one "Cam sành" from another."""
    every = list(dict.fromkeys(runs(words.titles)))
    yield from every
    for maker in words.producers[:MOST_MAKERS]:
        for run in sorted(every, key=len, reverse=True)[:MOST_MAKERS]:
            yield f"{run} {maker}"


def runs(titles: Sequence[Title]) -> Iterator[str]:
    """Each large line and each few neighbours of like height, as one name to look for."""
    tallest = sorted(range(len(titles)), key=lambda place: -titles[place].height)[:MOST_TITLES]
    kept = [titles[place] for place in sorted(tallest)]
    for start in range(len(kept)):
        for end in range(start + 1, min(start + LONGEST_RUN, len(kept)) + 1):
            run = kept[start:end]
            if max(each.height for each in run) > UNLIKE * min(each.height for each in run):
                break
            yield " ".join(each.text for each in run)


def _evidence(words: LabelWords, hit: Hit, *, found: float) -> Evidence:
    name = syllables(hit.name)
    printed = [word for title in words.titles for word in syllables(title.text)]
    tallest = max(title.height for title in words.titles)
    aloud = [title for title in words.titles if title.height >= _ALOUD * tallest]
    return Evidence(
        hit,
        found=found,
        told=_share(name, printed),
        asked=_explained_share(words.titles, name),
        asked_aloud=_explained_share(aloud, name),
        maker=_maker(words, hit),
        numbers=_same_numbers(name, printed, aloud),
    )


def _same_numbers(name: Sequence[str], printed: Sequence[str], aloud: Sequence[Title]) -> bool:
    """500 g is not 250 g: a number is there or it is not."""
    large = [word for title in aloud for word in syllables(title.text)]
    return _numbers(name) <= _numbers(printed) and _numbers(large) <= _numbers(name)


def _numbers(words: Sequence[str]) -> set[str]:
    return {found for word in words for found in re.findall(r"[0-9]+", word)}


def _share(wanted: Sequence[str], given: Sequence[str]) -> float:
    """How much of *wanted*, by letters, is among *given*."""
    letters = sum(map(len, wanted))
    there = sum(len(word) * _likeness(word, given) for word in wanted)
    return there / letters if letters else 0.0


def _likeness(word: str, given: Sequence[str]) -> float:
    if word in given:
        return 1.0
    best = max((fuzz.ratio(word, other) for other in given), default=0.0)
    return best / 100 if best >= _SAME_WORD else 0.0


def _explained_share(titles: Sequence[Title], name: Sequence[str]) -> float:
    total = explained = 0.0
    for title in titles:
        size = len(title.text) * title.height**2
        total += size
        explained += size * _share(syllables(title.text), name)
    return explained / total if total else 0.0


def _maker(words: LabelWords, hit: Hit) -> float | None:
    """How much of the producer's own name one line on the label holds."""
    own = _own(hit.producer)
    read = [given for line in words.producers if (given := _own(line))]
    return max(_share(own, given) for given in read) if own and read else None


def _own(producer: str) -> list[str]:
    """A maker's name without the kind of maker."""
    return [word for word in syllables(producer) if word not in _FORMS]
