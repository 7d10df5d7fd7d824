"""Filters applied, and hits sorted."""

import numpy as np
from numpy.typing import NDArray

from catalog.search.model import Filter, Filters, Order
from catalog.search.pool import Flags, Floats, Ints
from catalog.search.shelf import Facet, Shelf
from catalog.text import fold

EARTH_KM = 6371.0


def meeting(filters: Filters, *, shelf: Shelf) -> Flags | None:
    """Which entries meet *filters*; None when all do."""
    flags = [
        holding(facet, wanted=wanted)
        for facet, wanted in (
            (shelf.places, filters.place),
            (shelf.groups, filters.group),
            (shelf.producers, filters.producer),
        )
        if wanted is not None
    ]
    if filters.stars:
        flags.append(np.isin(shelf.stars, list(filters.stars)))
    return np.logical_and.reduce(flags) if flags else None


def holding(facet: Facet, *, wanted: Filter) -> Flags:
    """The entries whose *facet* holds the words of *wanted*, whole and in a row."""
    words = f" {fold(wanted.value)} "
    values = np.array([words in f" {fold(value)} " for value in facet.values], dtype=np.bool_)
    return values[facet.of_entry]


def arranged(entries: Ints, *, order: Order, here: tuple[float, float] | None, shelf: Shelf) -> NDArray[np.intp]:
    """The places of *entries*, which come best first, in *order*; those without star or coordinates last."""
    if order is Order.STARS:
        return np.argsort(-shelf.stars[entries].astype(np.int16), kind="stable")
    if order is Order.NEAR and here is not None and shelf.spots is not None:
        return np.argsort(kilometres(shelf.spots[entries], here), kind="stable")
    return np.arange(len(entries))


def kilometres(spots: Floats, here: tuple[float, float]) -> Floats:
    """Great-circle distance of each of *spots* (latitude, longitude in degrees) from *here*."""
    latitude, longitude = np.radians(spots.astype(np.float64)).T
    own_latitude, own_longitude = np.radians(here)
    bow = (
        np.sin((latitude - own_latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(own_latitude) * np.sin((longitude - own_longitude) / 2) ** 2
    )
    distance: Floats = (2 * EARTH_KM * np.arcsin(np.sqrt(bow))).astype(np.float32)
    return distance
