"""Which entries meet a query's conditions, how far they are, and in which order they are shown."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.distances import EARTH_KM
from catalog.search.columns import Facet, SearchColumns
from catalog.search.entry_columns import VALIDITIES
from catalog.search.model import TAKEN_AWAY, VALID, Filter, Filters, Order, Validity
from catalog.search.packed import Flags, Floats, Ints
from catalog.text import fold

_EQUAL_DIGITS = 4


def meeting(filters: Filters, *, catalogue: SearchColumns, today: date | None = None) -> Flags | None:
    """Which entries meet *filters* on *today*; None when all do."""
    flags = [
        holding(facet, wanted=wanted)
        for facet, wanted in (
            (catalogue.places, filters.place),
            (catalogue.groups, filters.group),
            (catalogue.producers, filters.producer),
        )
        if wanted is not None
    ]
    if filters.stars:
        flags.append(np.isin(catalogue.stars, list(filters.stars)))
    if filters.valid:
        flags.append(standing(filters.valid, catalogue=catalogue, today=today))
    elif filters.stars and today is not None:
        # Whoever asks for four stars wants none that was taken away.
        flags.append(~standing(TAKEN_AWAY, catalogue=catalogue, today=today))
    flags += catalogue.offers.meeting(filters, today=today)
    return np.logical_and.reduce(flags) if flags else None


def standing(wanted: Container[Validity], *, catalogue: SearchColumns, today: date | None) -> Flags:
    """Which entries' certificates stand as *wanted* on *today*; none where the day is not told."""
    if today is None:
        return np.zeros(len(catalogue), dtype=np.bool_)
    told: Flags = np.array([each in wanted for each in VALIDITIES], dtype=np.bool_)
    return told[catalogue.validities(today)]


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


def arrange(entries: Ints, scores: Floats, sorting: Sorting, *, catalogue: SearchColumns) -> NDArray[np.intp]:
    """The places of *entries*, which come best first, sorted; those without star or coordinates last.

    Where the rest is equal, those whose certificate is in force come first.
    """
    if sorting.order is Order.NEAR and sorting.here is not None and catalogue.spots is not None:
        first: Floats = kilometres(catalogue.spots[entries], sorting.here)
    elif sorting.order is Order.STARS:
        first = -_stars(entries, sorting.today, catalogue=catalogue)
    else:
        first = -np.round(scores, _EQUAL_DIGITS)
    if sorting.today is None:
        return np.argsort(first, kind="stable")
    codes = catalogue.validities(sorting.today)[entries]
    valid = np.isin(codes, [VALIDITIES.index(each) for each in VALID])
    return np.lexsort((~valid, first))


def _stars(entries: Ints, today: date | None, *, catalogue: SearchColumns) -> Floats:
    """How many stars each of *entries* has *today*: none where they were taken away."""
    stars: Floats = catalogue.stars[entries].astype(np.float32)
    stars[standing(TAKEN_AWAY, catalogue=catalogue, today=today)[entries]] = 0
    return stars


def distances(entries: Ints, here: tuple[float, float] | None, *, catalogue: SearchColumns) -> list[float | None]:
    """How many kilometres each of *entries* is from *here*; None where its place is unknown."""
    if here is None or catalogue.spots is None:
        return [None] * len(entries)
    away = kilometres(catalogue.spots[entries], here)
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
