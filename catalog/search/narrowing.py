"""Filters applied, and hits sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.search.columns import Flags, Floats, Ints
from catalog.search.entry_columns import Facet, SearchColumns
from catalog.search.model import VALID, Filter, Filters, Order, Validity
from catalog.text import fold

EARTH_KM = 6371.0
_EQUAL_DIGITS = 4


def meeting(filters: Filters, *, shelf: SearchColumns, today: date | None = None) -> Flags | None:
    """Which entries meet *filters* on *today*; None when all do."""
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
    if filters.valid:
        flags.append(standing(filters.valid, shelf=shelf, today=today))
    return np.logical_and.reduce(flags) if flags else None


def standing(wanted: Iterable[Validity], *, shelf: SearchColumns, today: date | None) -> Flags:
    """Which entries' certificates stand as *wanted* on *today*; none where the day is not told."""
    if today is None:
        return np.zeros(len(shelf), dtype=np.bool_)
    flags: Flags = np.isin(shelf.validities(today), [str(each) for each in wanted])
    return flags


def holding(facet: Facet, *, wanted: Filter) -> Flags:
    """The entries whose *facet* holds the words of *wanted*, whole and in a row."""
    words = f" {fold(wanted.value)} "
    values = np.array([words in f" {fold(value)} " for value in facet.values], dtype=np.bool_)
    return values[facet.of_entry]


@dataclass(frozen=True, slots=True)
class Sorting:
    """How hits are sorted: their *order*, from *here*, and on which day certificates count."""

    order: Order = Order.BEST
    here: tuple[float, float] | None = None
    today: date | None = None


def arrange(entries: Ints, scores: Floats, sorting: Sorting, *, shelf: SearchColumns) -> NDArray[np.intp]:
    """The places of *entries*, which come best first, sorted; those without star or coordinates last.

    Where the rest is equal, those whose certificate is in force come first.
    """
    if sorting.order is Order.NEAR and sorting.here is not None and shelf.spots is not None:
        first: Floats = kilometres(shelf.spots[entries], sorting.here)
    elif sorting.order is Order.STARS:
        first = -shelf.stars[entries].astype(np.float32)
    else:
        first = -np.round(scores, _EQUAL_DIGITS)
    if sorting.today is None:
        return np.argsort(first, kind="stable")
    valid = standing(VALID, shelf=shelf, today=sorting.today)[entries]
    return np.lexsort((~valid, first))


def distances(entries: Ints, here: tuple[float, float] | None, *, shelf: SearchColumns) -> list[float | None]:
    """How many kilometres each of *entries* is from *here*; None where its place is unknown."""
    if here is None or shelf.spots is None:
        return [None] * len(entries)
    away = kilometres(shelf.spots[entries], here)
    return [None if np.isnan(each) else float(each) for each in away]


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
