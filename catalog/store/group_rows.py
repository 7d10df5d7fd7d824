"""Many rows of a list → the products, producers and certificates they describe; pure.

Rows are merged before the database is looked at, so that importing a file twice changes nothing: of two rows that
disagree, the one recorded later counts, and of two recorded alike the lower one in the file. A long list is given in
parts, so that a million rows need not be in memory at once.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from catalog.cells.events import event_in
from catalog.codes import trace_key
from catalog.field import Home
from catalog.list_io import UNKNOWN_PRODUCER, PackedProducts
from catalog.model import Certificate, ProducerKind, ProductRow
from catalog.store.certificate_events import event_values, identify
from catalog.store.field_columns import certificate_values, stored_fields
from catalog.text import fold

PRODUCTS_IN_A_PART = 5000


@dataclass(slots=True)
class Described:
    """A thing's fields as the rows give them; *facts* says for each who said so, and as of when."""

    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str, value: Any, *, source: list[str]) -> None:
        """Let *value* count unless it is empty or an older word than what is held."""
        if not value:
            return
        if name in self.values and source[1] < self.facts[name][1]:
            return
        self.values[name] = list(value) if isinstance(value, tuple) else value
        self.facts[name] = source


@dataclass(slots=True)
class Merged:
    """What a whole list says."""

    producers: dict[str, Described] = field(default_factory=dict)
    products: dict[str, Described] = field(default_factory=dict)
    certificates: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    codes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    events: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def add_product(self, row: ProductRow) -> None:
        """Take in what one row says of its product, but nothing of the producer."""
        source = _source(row)
        product_id = row.product_id
        product = self.products.setdefault(product_id, Described())
        product.take("name", row.name, source=source)
        product.take("producer_id", _producer_key(row), source=source)
        for field_ in stored_fields(Home.PRODUCT):
            product.take(field_.column, field_.of_row(row), source=source)
        for gtin in row.gtins:
            self.codes["gtin", gtin.zfill(14), product_id] = gtin
        for trace in row.traces:
            self.codes["trace", trace_key(trace), product_id] = trace
        self._certificate(product_id, row, source)

    def add_producer(self, row: ProductRow) -> None:
        """Take in what one row says of the producer."""
        source = _source(row)
        producer = self.producers.setdefault(_producer_key(row), Described())
        producer.take("name", row.producer, source=source)
        producer.take(
            "kind", "" if row.producer_kind is ProducerKind.UNKNOWN else str(row.producer_kind), source=source
        )
        for field_ in stored_fields(Home.PRODUCER):
            producer.take(field_.column, field_.of_row(row), source=source)

    def include(self, other: "Merged") -> None:
        """Take in what *other* describes and we do not."""
        self.products |= other.products
        self.certificates |= other.certificates
        self.codes |= other.codes
        self.events |= other.events

    def _certificate(self, product_id: str, row: ProductRow, source: list[str]) -> None:
        if not _has_certificate(row):
            return
        if (event := event_in(row)) is not None:
            self.events.setdefault((product_id, identity(row)), []).append(event_values(event))
        said = {
            **certificate_values({field_.name: field_.of_row(row) for field_ in stored_fields(Home.CERTIFICATE)}),
            # The template leaves the cell of every other product blank: beside a star, blank says no.
            "potential_five": None if row.stars is None and not row.potential_five else row.potential_five,
            "source": source[0],
            "as_of": source[1],
        }
        held = self.certificates.get((product_id, identity(row)), said)
        older, newer = (said, held) if said["as_of"] < held["as_of"] else (held, said)
        self.certificates[product_id, identity(row)] = older | {
            name: value for name, value in newer.items() if says(value)
        }


class MergedList:
    """What a whole list says: its producers, then part by part its products with their certificates and codes.

    Only products that stand in several rows are merged beforehand.
    """

    def __init__(self, rows: Iterable[ProductRow]) -> None:
        self.rows = rows if isinstance(rows, Sequence | PackedProducts) else PackedProducts(rows)
        self._producers = Merged()
        self._ids, certificates = array("q"), 0
        for row in self.rows:
            self._producers.add_producer(row)
            self._ids.append(hash(row.product_id))
            certificates += _has_certificate(row)
        self._ordered = array("q", sorted(self._ids))
        self._several = {one for one, other in pairwise(self._ordered) if one == other}
        self._beforehand = self._merge_several()
        self.products = len(set(self._ordered)) if self._several else len(self._ordered)
        self.total = len(self._producers.producers) + self.products + certificates

    def __contains__(self, product_id: object) -> bool:
        """Whether the list says something of this product."""
        place = bisect_left(self._ordered, hash(product_id))
        return place < len(self._ordered) and self._ordered[place] == hash(product_id)

    def __iter__(self) -> Iterator[Merged]:
        """Give the parts in the order of the list; every product comes once."""
        yield self._producers
        part, given = Merged(), set[str]()
        for row, number in zip(self.rows, self._ids, strict=True):
            if number not in self._several:
                part.add_product(row)
            elif row.product_id not in given:
                given.add(row.product_id)
                part.include(self._beforehand[row.product_id])
            if len(part.products) >= PRODUCTS_IN_A_PART:
                yield part
                part = Merged()
        yield part

    def _merge_several(self) -> dict[str, Merged]:
        merged: dict[str, Merged] = {}
        for row, number in zip(self.rows, self._ids, strict=True):
            if number in self._several:
                merged.setdefault(row.product_id, Merged()).add_product(row)
        return merged


class OnePart:
    """What is told of a few things at once, and of no list: a certificate of a product, another name of one."""

    def __init__(self, part: Merged) -> None:
        self._part = part
        self.products = len(part.products)
        self.total = len(part.producers) + len(part.products) + len(part.certificates)

    def __contains__(self, product_id: object) -> bool:
        """Whether it says something of this product itself."""
        return product_id in self._part.products

    def __iter__(self) -> Iterator[Merged]:
        """Give all of it."""
        yield self._part


def _source(row: ProductRow) -> list[str]:
    return [row.source, str(row.as_of or "")]


def _producer_key(row: ProductRow) -> str:
    # Nobody knows who makes these products; that does not make one producer of them all.
    if row.producer == UNKNOWN_PRODUCER:
        return producer_id(row.producer, row.product_id)
    return producer_id(row.producer, row.commune)


def _has_certificate(row: ProductRow) -> bool:
    return row.stars is not None or bool(row.decision or row.certificate or row.decided)


def says(value: Any) -> bool:
    """Whether a certificate's field tells anything: an empty one does not."""
    return value is not None and value != ""


def identity(row: ProductRow) -> str:
    """What makes a certificate of a product this one and not another: its number, else its decision, else its day."""
    return identify(Certificate(row.stars, row.certificate, row.decision, row.decided))


@lru_cache(maxsize=1 << 14)
def producer_id(name: str, commune: str) -> str:
    """One producer is one name in one commune: there are several HTX Hòa Bình."""
    spelled = f"{fold(name)}|{fold(commune)}"
    slug = "-".join(fold(name).split())[:40].strip("-")
    return f"{slug}-{hashlib.sha256(spelled.encode()).hexdigest()[:8]}"
