"""What people follow, and what is news of it: the difference between how a product stood and how it stands.

How a product stands is kept as a mark. News is made where the mark changes, in the same commit, so that however often
and wherever it is looked, each is made once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from catalog import passport
from catalog.cells.seasons import YEAR, months_in
from catalog.fields import BY_NAME
from catalog.inquiry import Address
from catalog.model import Product
from catalog.passport import IN_FORCE, TAKEN_AWAY, Standing

MOST_FOLLOWED = 100
"""So much may one person follow."""
DAYS_BEFORE = (30, 90)


class FollowKind(StrEnum):
    """What can be followed: a product by its id, its producer by theirs, a commune by its code."""

    PRODUCT = "product"
    PRODUCER = "producer"
    COMMUNE = "commune"


class NewsKind(StrEnum):
    """What can be told of a product."""

    NEW = "new"
    RENEWED = "renewed"
    UPGRADED = "upgraded"
    ENDING = "ending"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"
    REINSTATED = "reinstated"
    IN_SEASON = "in-season"


OF_COMMUNE = frozenset({NewsKind.NEW, NewsKind.UPGRADED, NewsKind.WITHDRAWN, NewsKind.ANNULLED})
"""What is told of a product to who follows its commune: the rest would be too much."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Somebody follows something, from the moment *since* on; *number* is its own."""

    who: Address
    kind: FollowKind
    subject: str
    language: str = "vi"
    since: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What became of a *product*, made by *producer* in *commune* (its code)."""

    what: NewsKind
    product: str
    producer: str = ""
    commune: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ProductMark:
    """How a product stands: star, certificate, its end and how near that is, and whether it is in season."""

    standing: Standing = Standing.NONE
    stars: int = 0
    decision: str = ""
    ends: str = ""
    within: int = 0
    in_season: bool = False

    @classmethod
    def of(cls, product: Product, today: date) -> Self:
        """How *product* stands *today*."""
        held = passport.of(product.certificates, today)
        current, within = held.current, 0
        if current is not None and current.ends is not None and held.standing in IN_FORCE:
            left = (current.ends.earliest - today).days
            within = next((days for days in DAYS_BEFORE if left <= days), 0)
        months = months_in(BY_NAME["season"].of(product) or "")
        return cls(
            held.standing,
            held.stars or 0,
            current.certificate.decision if current else "",
            str(current.ends) if current and current.ends else "",
            within,
            0 < len(months) < YEAR and today.month in months,
        )

    def serialize(self) -> str:
        """As it is kept."""
        return json.dumps(
            [str(self.standing), self.stars, self.decision, self.ends, self.within, self.in_season], ensure_ascii=False
        )

    @classmethod
    def read(cls, spelled: str) -> Self:
        """Read back what serialize() wrote."""
        standing, *others = json.loads(spelled)
        return cls(Standing(standing), *others)


def news_between(before: ProductMark, after: ProductMark) -> Iterator[NewsKind]:
    """What there is to tell once a product that stood as *before* stands as *after*."""
    if (what := _of_certificate(before, after)) is not None:
        yield what
    if after.in_season and not before.in_season:
        yield NewsKind.IN_SEASON


def _of_certificate(before: ProductMark, after: ProductMark) -> NewsKind | None:
    if after.standing in TAKEN_AWAY or before.standing in TAKEN_AWAY:
        return _by_decision(before, after)
    if after.standing not in IN_FORCE:
        return NewsKind.LAPSED if before.standing in IN_FORCE else None
    if before.stars and after.stars > before.stars:
        return NewsKind.UPGRADED
    if after.ends > before.ends or before.standing not in IN_FORCE:
        return NewsKind.RENEWED
    nearer = after.within and (not before.within or after.within < before.within)
    return NewsKind.ENDING if nearer else None


def _by_decision(before: ProductMark, after: ProductMark) -> NewsKind | None:
    if after.standing in TAKEN_AWAY:
        taken = NewsKind.ANNULLED if after.standing is Standing.ANNULLED else NewsKind.WITHDRAWN
        return None if before.standing in TAKEN_AWAY else taken
    if after.standing not in IN_FORCE:
        return None
    return NewsKind.REINSTATED if after.decision == before.decision else NewsKind.RENEWED
