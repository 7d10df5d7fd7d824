"""What a buyer wants: how much of what, when, where to, for how much. Pure; what nobody said is None or empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class DemandPart(StrEnum):
    """One thing that a buyer says."""

    PRODUCT = "product"
    VOLUME = "volume"
    MONTHS = "months"
    PLACE = "place"
    STARS = "stars"
    PACKING = "packing"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a *unit* ("kg", "lít", or what is counted: "chai"), once or per *period* ("month", "season" …)."""

    amount: float
    unit: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """From which to which amount of đồng, for a *unit* ("" where nobody said for what)."""

    low: int
    high: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a buyer wants. *unclear* names what was said and could not be read."""

    product: str = ""
    volume: Quantity | None = None
    months: frozenset[int] = frozenset()
    place: str = ""
    stars: int | None = None
    packing: str = ""
    price: PriceRange | None = None
    unclear: tuple[DemandPart, ...] = field(default=(), compare=False)

    def has(self, part: DemandPart) -> bool:
        """Whether that was said."""
        return bool(getattr(self, part))

    def to_json(self) -> dict[str, Any]:
        """What was said, in plain values."""
        said: dict[str, Any] = {"product": self.product, "place": self.place, "packing": self.packing}
        said |= {"stars": self.stars, "months": sorted(self.months)}
        if self.volume is not None:
            said["volume"] = quantity_to_json(self.volume)
        if self.price is not None:
            said["price"] = [self.price.low, self.price.high, self.price.unit]
        return {name: value for name, value in said.items() if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Demand":
        """What to_json() gave."""
        price = said.get("price")
        return cls(
            said.get("product", ""),
            quantity_from_json(said.get("volume")),
            frozenset(said.get("months", ())),
            said.get("place", ""),
            said.get("stars"),
            said.get("packing", ""),
            PriceRange(*price) if price else None,
        )


def quantity_to_json(quantity: Quantity) -> list[Any]:
    """A quantity in plain values."""
    return [quantity.amount, quantity.unit, quantity.period]


def quantity_from_json(said: list[Any] | None) -> Quantity | None:
    """What quantity_to_json() gave."""
    return Quantity(*said) if said else None
