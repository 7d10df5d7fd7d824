"""How far two points are apart on the ground, as the crow flies."""

import math

EARTH_KM = 6371.0
"""The Earth's mean radius."""


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points (latitude, longitude in degrees) in kilometres."""
    (south, west), (north, east) = (map(math.radians, each) for each in (one, other))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
