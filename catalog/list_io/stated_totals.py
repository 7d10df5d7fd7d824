"""What a list says of its own size, and whether that is so: published sums are often wrong. Pure; nothing is corrected.

A title or a total may count a group, a sheet or everything: it is right when it fits any of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.list_io.lines import Noticed
from catalog.text import fold

_PRODUCTS = re.compile(r"(?<![\d.,])(\d{1,5}) (?:san pham|sp)\b(?! (?:dat )?\d)")
_BARE = re.compile(r"(?:tong|tong cong|tong so|cong|tong cong lai|cong don|total|sum) (\d{1,5})")
_PART = re.compile(r"(?<!\d)(\d{1,5}) (?:(?:san pham|sp|dat|hang|xep|duoc|cong nhan|ocop) )*([1-5]) sao\b")
_LEAST_PARTS = 2


@dataclass(frozen=True, slots=True)
class WrongSum:
    """A line that counts otherwise than the list: it says *said*, there are *found*.

    *parts*: its own parts do not add up, *found* is their sum. *line* is 0 for a title above the headings.
    """

    sheet: str
    line: int
    words: str
    said: int
    found: int
    parts: bool = False


@dataclass(slots=True)
class _Claim:
    sheet: str
    line: int
    words: str
    said: int
    place: int
    """How many products of the sheet stand above it."""


class SumCheck:
    """Goes along with the reading of a list: tell it of each product line, in order."""

    def __init__(self, titles: Sequence[tuple[str, str]] = ()) -> None:
        """Take what stands above the headings, with its sheet."""
        self._titles = titles
        self._count: dict[str, int] = {}
        self._borders: dict[str, list[int]] = {}
        self._claims: list[_Claim] = []
        self._seen = 0
        self._wrong_parts = [wrong for sheet, words in titles if (wrong := _parts(sheet, 0, words))]

    def product(self, noticed: Noticed, sheet: str) -> None:
        """One more product's line, good or bad, in *sheet*; what was *noticed* so far stands above it."""
        self._look(noticed)
        self._count[sheet] = self._count.get(sheet, 0) + 1

    def wrong(self, noticed: Noticed) -> list[WrongSum]:
        """Every sum that does not add up, when all lines are read."""
        self._look(noticed)
        counts = [
            WrongSum(c.sheet, c.line, c.words, c.said, self._nearest(c)) for c in self._claims if not self._fits(c)
        ]
        return sorted([*self._title_sums(), *counts, *self._wrong_parts], key=lambda each: (each.sheet, each.line))

    def _look(self, noticed: Noticed) -> None:
        for sheet, line, words in noticed.skipped[self._seen :]:
            place = self._count.get(sheet, 0)
            self._borders.setdefault(sheet, [0]).append(place)
            if (said := _find_claim(words)) is not None:
                self._claims.append(_Claim(sheet, line, words, said, place))
            if wrong := _parts(sheet, line, words):
                self._wrong_parts.append(wrong)
        self._seen = len(noticed.skipped)

    def _counts(self, claim: _Claim) -> set[int]:
        """What the line may count: products above it since any border, or below it up to any, or all there are."""
        borders = [*self._borders[claim.sheet], self._count.get(claim.sheet, 0)]
        return {abs(border - claim.place) for border in borders} | {sum(self._count.values()), borders[-1]}

    def _fits(self, claim: _Claim) -> bool:
        return claim.said in self._counts(claim)

    def _nearest(self, claim: _Claim) -> int:
        return min(self._counts(claim) - {0}, key=lambda count: (abs(count - claim.said), count), default=0)

    def _title_sums(self) -> Iterator[WrongSum]:
        everything = sum(self._count.values())
        for sheet, words in self._titles:
            said, found = _find_claim(words), self._count.get(sheet, 0)
            if said is not None and said not in {found, everything}:
                yield WrongSum(sheet, 0, words, said, found)


def _find_claim(words: str) -> int | None:
    """How many products *words* say there are; None where they say nothing of the kind, or of several."""
    folded = _PART.sub(" ", fold(words))
    counts = _PRODUCTS.findall(folded)
    if len(counts) == 1:
        return int(counts[0])
    numbers = re.findall(r"\d+", folded)
    bare = _BARE.match(folded)
    return int(bare[1]) if bare and not counts and len(numbers) == 1 else None


def _parts(sheet: str, line: int, words: str) -> WrongSum | None:
    """The sum of parts that *words* give beside another whole: "27 sản phẩm: 7 đạt 4 sao, 22 đạt 3 sao"."""
    folded = fold(words)
    parts = _PART.findall(folded)
    whole = _PRODUCTS.search(_PART.sub(" ", folded)) or _BARE.match(folded)
    if whole is None or len({stars for _, stars in parts}) < _LEAST_PARTS:
        return None
    total = sum(int(count) for count, _ in parts)
    return WrongSum(sheet, line, words, int(whole[1]), total, parts=True) if total != int(whole[1]) else None
