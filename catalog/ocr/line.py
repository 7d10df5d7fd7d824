"""One line of text as it was read on a photo."""

from dataclasses import dataclass

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What was read between four *corners*, clockwise from where the text starts, in pixels of the upright photo.

    *confidence* runs from 0 to 1.
    """

    text: str
    confidence: float
    corners: Corners

    @property
    def height(self) -> float:
        """How tall the letters are, about."""
        return (_distance(self.corners[0], self.corners[3]) + _distance(self.corners[1], self.corners[2])) / 2


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
