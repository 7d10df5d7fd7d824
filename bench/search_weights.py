"""Fit the weights of `catalog.search.rank` again and print them.

python -m bench.search_weights [--data ../shared/data] [--each 200]

Ranks: for each query the meant entry should win among its candidates (a softmax over them). Certainty: the first
candidate of a query is right, or the query is from outside (logistic regression, both sides weighing the same).
"""

import argparse
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.catalogue import OUTSIDE, Query, entries, queries
from bench.misspelling import Misspeller
from bench.wordings import CHECK, TRAINING
from catalog.search import rank
from catalog.search.columns import SearchColumns
from catalog.search.engine import SearchEngine
from catalog.search.entry_columns import read_entries
from catalog.search.features import COLUMNS
from catalog.search.query import tokens_of

Matrix = NDArray[np.float64]
REJECTED = 0.96


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the evidence for its candidates, and which of them are meant."""

    query: Query
    table: Matrix
    meant: NDArray[np.bool_]
    entries: NDArray[np.int32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--each", type=int, default=200)
    given = parser.parse_args()
    rows = entries(given.data)
    catalogue = SearchColumns(read_entries(rows))
    looker = SearchEngine(catalogue)
    made = Misspeller(rows, wordings=TRAINING, chance=random.Random(11)).queries(each=given.each)
    training = [look(query, looker=looker, catalogue=catalogue) for query in (*made, *queries(given.data, "dev"))]
    ranks = fit_ranks([asked for asked in training if asked.meant.any()])
    certainty = fit_certainty(training, ranks=ranks)
    print(dict(zip(COLUMNS, ranks.round(2).tolist(), strict=True)))
    print(dict(zip((*COLUMNS, "margin", "bias"), certainty.round(2).tolist(), strict=True)))
    check = Misspeller(rows, wordings=CHECK, chance=random.Random(77)).queries(each=40)
    for name, asked in (("a", queries(given.data, "a")), ("check", list(check))):
        report(
            name, [look(query, looker=looker, catalogue=catalogue) for query in asked], ranks=ranks, certainty=certainty
        )


def look(query: Query, *, looker: SearchEngine, catalogue: SearchColumns) -> Asked:
    """Every candidate for *query*, in every way it can be read."""
    tokens = tokens_of(query.text)
    readings = [looker.reading(tokens)] if tokens else []
    readings += [looker.reading(other, way=way) for way, other in looker.others(tokens)] if tokens else []
    seen = [looker.table(reading) for reading in readings]
    found = np.concatenate([np.zeros(0, dtype=np.int32), *(catalogue.owner[rows] for rows, _ in seen)])
    table = np.concatenate([np.zeros((0, len(COLUMNS))), *(table for _, table in seen)])
    meant = np.array([query.target == catalogue.ids[entry] for entry in found.tolist()], dtype=np.bool_)
    return Asked(query, table, meant, found)


def fit_ranks(training: list[Asked]) -> Matrix:
    table = np.concatenate([asked.table for asked in training])
    meant = np.concatenate([asked.meant for asked in training])
    sizes = np.array([len(asked.meant) for asked in training])
    starts, owner = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(sizes)), sizes)

    def slope(weights: Matrix) -> Matrix:
        scores = table @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        share = odds / np.add.reduceat(odds, starts)[owner]
        right = odds * meant / np.add.reduceat(odds * meant, starts)[owner]
        result: Matrix = table.T @ (share - right) / len(sizes) + 1e-4 * weights
        return result

    return descend(slope, size=table.shape[1], steps=600, rate=0.1)


def fit_certainty(training: Iterable[Asked], *, ranks: Matrix) -> Matrix:
    firsts = [(first_row(asked, ranks), asked) for asked in training if len(asked.meant)]
    kept = [(row, asked) for (row, right), asked in firsts if right or asked.query.kind == OUTSIDE]
    table = np.array([row for row, _ in kept])
    inside = np.array([asked.query.kind != OUTSIDE for _, asked in kept], dtype=np.float64)
    worth = np.where(inside > 0, 0.5 / inside.sum(), 0.5 / (1 - inside).sum())

    def slope(weights: Matrix) -> Matrix:
        sure = 1 / (1 + np.exp(-table @ weights))
        result: Matrix = table.T @ (worth * (sure - inside)) + 4e-5 * weights
        return result

    return descend(slope, size=table.shape[1], steps=2500, rate=0.05)


def first_row(asked: Asked, ranks: Matrix) -> tuple[Matrix, bool]:
    """The evidence for the best candidate with its margin and a one for the bias, and whether it is the right one."""
    scores = asked.table @ ranks
    best = int(scores.argmax())
    others = scores[asked.entries != asked.entries[best]]
    lead = float(scores[best] - others.max(initial=-np.inf))
    margin = min(lead, rank.WIDEST_MARGIN) / rank.WIDEST_MARGIN
    return np.append(asked.table[best], (margin, 1.0)), bool(asked.meant[best])


def descend(slope: Callable[[Matrix], Matrix], *, size: int, steps: int, rate: float) -> Matrix:
    """Adam."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        change = slope(weights)
        mean, square = 0.9 * mean + 0.1 * change, 0.999 * square + 0.001 * change**2
        pace = rate if step < steps * 0.7 else rate / 5
        weights = weights - pace * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return weights


def report(name: str, seen: list[Asked], *, ranks: Matrix, certainty: Matrix) -> None:
    """What is kept at the threshold that turns REJECTED of the outside queries away."""
    firsts = [first_row(asked, ranks) if len(asked.meant) else (None, False) for asked in seen]
    sure = np.array([-np.inf if row is None else row @ certainty for row, _ in firsts])
    outside = np.array([asked.query.kind == OUTSIDE for asked in seen])
    least = float(np.quantile(sure[outside], REJECTED, method="lower"))
    right = np.array([right for _, right in firsts])[~outside]
    kept = right & (sure[~outside] > least)
    print(f"{name}: first {100 * right.mean():.2f} %, kept {100 * kept.mean():.2f} % above {least:.2f}")


if __name__ == "__main__":
    main()
